"""What the OpenAPI document says of the API: the parameters of a question, and the objects it is answered with."""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Operation, Parameter, Schema, SecurityScheme
from litestar.openapi.spec.enums import OpenAPIType
from litestar.router import Router
from litestar.status_codes import HTTP_404_NOT_FOUND

from ressenti import __version__
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Anchor, Attribution, Comparison, Grain, Weighting
from ressenti.indicators.parse_question import CHANGE_WORDS, WINDOWS
from ressenti.web.auth.authorization import OPEN
from ressenti.web.server.problem_details import PROBLEM


class ValueObject(TypedDict):
    """A value with its base and its interval."""

    value: float | None
    n: int
    low: float | None
    high: float | None


class PreviousObject(ValueObject, total=False):
    """What a value is compared with. Of what is usual, `low` and `high` are its band, of so many `values`."""

    values: int


class TotalObject(TypedDict):
    """The figure over all rows, and what it is compared with."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    previous: PreviousObject | None


class RowObject(TotalObject, total=False):
    """One row. `bucket` is there with a breakdown and a grain, `note` in a distribution that is broken down."""

    key: str | None
    bucket: str
    note: str
    label: str


AnswerObject = TypedDict(
    "AnswerObject",
    {
        "indicator": str,
        "unit": str,
        "by": str | None,
        "grain": str | None,
        "zone": str,
        "from": str | None,
        "to": str | None,
        "anchor": str,
        "as_of": int,
        "total": TotalObject,
        "rows": list[RowObject],
        "sql": NotRequired[list[str]],
    },
)


class DriverObject(TypedDict):
    """A group that was looked at. `change` is what it added more to the whole than before, from `low` to `high`."""

    cause: str
    key: str | None
    label: str
    n: int
    value: float | None
    others: float
    difference: float | None
    change: float
    low: float
    high: float
    part: float | None
    mix: float
    rate: float
    others_moved: float | None
    status: Literal["new", "gone", "newly_measured", "small"] | None
    q: float | None
    clear: bool
    order: int | None
    step: float | None
    groups: int | None


class ChangeObject(TypedDict):
    """Where a change comes from: the steps of the causes and what is unexplained add up to it."""

    indicator: str
    unit: str
    total: ValueObject
    previous: ValueObject
    rows: list[DriverObject]
    unexplained: float | None


class TextsObject(TypedDict):
    """A name and a definition in one language."""

    name: str
    definition: str


class IndicatorObject(TypedDict):
    """One indicator of the catalogue."""

    key: str
    unit: str
    better: str
    anchors: list[str]
    name: str
    definition: str
    translations: dict[str, TextsObject]


class DimensionObject(TypedDict):
    """One dimension of the catalogue."""

    key: str
    adds_up: bool
    name: str
    definition: str
    translations: dict[str, TextsObject]


class ProblemObject(TypedDict):
    """What was wrong with a request, after RFC 9457. `exit_code` is how the command line would have ended."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    exit_code: int


def _told(reasons: dict[int, str]) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(ProblemObject, description=reason, media_type=PROBLEM, generate_examples=False)
        for status, reason in reasons.items()
    }


LISTS = _told(
    {
        401: "No token was shown, or it opens nothing any more.",
        406: "The request takes no JSON.",
        421: "The server was called by another name than its own.",
    }
)
"""What may be wrong with asking for a list."""
FIGURES = LISTS | _told(
    {
        400: "A parameter other than where is there twice.",
        403: "The token's role may not see this.",
        404: "There is no such indicator.",
        422: "A parameter, a name, a date or a key is not known, or they do not go together.",
        500: "A fault of ours, which is in the log.",
        503: "The record or the facts are held by another program.",
    }
)
"""What may be wrong with asking for a figure."""


def _parameter(name: str, description: str, *, choices: list[str] | None = None) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, enum=choices, min_length=None if choices else 1)
    return Parameter(name=name, param_in="query", schema=schema, description=description, required=False)


def _filters() -> Parameter:
    one = Schema(type=OpenAPIType.STRING, pattern="^[a-z_]+!?=")
    description = (
        "DIMENSION=KEY, or DIMENSION!=KEY for what has not that key. OR inside a dimension, AND between, and none of "
        "those that are set aside. May be repeated."
    )
    schema = Schema(type=OpenAPIType.ARRAY, items=one)
    return Parameter(name="where", param_in="query", schema=schema, description=description, required=False)


def _comparison() -> Parameter:
    dates, target = r"\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}", r"-?\d{1,9}(\.\d{1,6})?"
    schema = Schema(type=OpenAPIType.STRING, pattern=f"^({'|'.join(Comparison)}|{dates}|{target})$")
    description = (
        "Compare with: as long before (previous), the same weekdays before (weekdays), the calendar unit before "
        "(unit), the same dates a year earlier (year), as many calendar months before (month), days of your own, the "
        "second not included (FROM..TO), what is usual (usual), everyone without the filters (everyone), or a "
        "target (a number)."
    )
    return Parameter(name="compare", param_in="query", schema=schema, description=description, required=False)


QUESTION = (
    _parameter("project", "One project. Default: all there are."),
    _parameter("by", "The dimension to break the figure down by.", choices=list(DIMENSIONS)),
    _parameter("from", "First day (or moment), in the zone."),
    _parameter("to", "Up to this day (or moment), not including it, in the zone."),
    _parameter("anchor", "Which date puts a row in the period.", choices=list(Anchor)),
    _parameter("grain", "One row a bucket of local time.", choices=list(Grain)),
    _parameter("zone", "IANA time zone. Default: the project's."),
    _filters(),
    _comparison(),
    _parameter("attribution", "Which respondents are credited (D4).", choices=list(Attribution)),
    _parameter("window", "How soon a return counts as a repeat (fcr).", choices=list(WINDOWS)),
    _parameter("weighting", "How the days of a period weigh (D5).", choices=list(Weighting)),
    _parameter("sql", "Anything here adds the statements that were run."),
)


@dataclass
class QuestionOperation(Operation):
    """An operation that takes the parameters of a question."""

    def __post_init__(self) -> None:
        given: list[Any] = list(self.parameters or [])
        self.parameters = [*given, *QUESTION]


@dataclass
class ChangeOperation(Operation):
    """An operation that takes the parameters of a question about where a change comes from."""

    def __post_init__(self) -> None:
        given: list[Any] = list(self.parameters or [])
        self.parameters = [*given, *(one for one in QUESTION if one.name in CHANGE_WORDS)]


_TOKEN = SecurityScheme(
    type="http",
    scheme="bearer",
    description="A token made with `ressenti token add` or on the page of people.",
)


def description() -> OpenAPIConfig:
    """Return where the document is, and what it says at its head."""
    return OpenAPIConfig(
        title="Ressenti",
        version=__version__,
        description="Figures of customer experience: the same questions as the command line.",
        components=Components(security_schemes={"token": _TOKEN}),
        security=[{"token": []}],
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router(
            "/api/v1", route_handlers=[], include_in_schema=False, opt=OPEN, after_request=_only_the_document
        ),
    )


def _only_the_document(response: Response[Any]) -> Response[Any]:
    """Leave what is not there to the application, which says so as it does everywhere."""
    if response.status_code == HTTP_404_NOT_FOUND:
        raise NotFoundException
    return response
