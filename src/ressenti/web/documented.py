"""What the OpenAPI document says of the API: the parameters of a question, and the objects it is answered with."""

from dataclasses import dataclass
from typing import Any, TypedDict

from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType

from ressenti.indicators.asking import WINDOWS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Anchor, Attribution, Comparison, Grain, Weighting


class ValueObject(TypedDict):
    value: float | None
    n: int
    low: float | None
    high: float | None


class TotalObject(TypedDict):
    """The figure over all rows, and what it is compared with."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    previous: ValueObject | None


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
    },
)


class Said(TypedDict):
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
    translations: dict[str, Said]


class DimensionObject(TypedDict):
    """One dimension of the catalogue."""

    key: str
    adds_up: bool
    name: str
    definition: str
    translations: dict[str, Said]


def _parameter(name: str, description: str, *, choices: list[str] | None = None, many: bool = False) -> Parameter:
    one = Schema(type=OpenAPIType.STRING, enum=choices)
    schema = Schema(type=OpenAPIType.ARRAY, items=one) if many else one
    return Parameter(name=name, param_in="query", schema=schema, description=description, required=False)


QUESTION = (
    _parameter("project", "One project. Default: all there are."),
    _parameter("by", "The dimension to break the figure down by.", choices=list(DIMENSIONS)),
    _parameter("from", "First day (or moment), in the zone."),
    _parameter("to", "First day (or moment) left out, in the zone."),
    _parameter("anchor", "Which date puts a row in the period.", choices=list(Anchor)),
    _parameter("grain", "One row a bucket of local time.", choices=list(Grain)),
    _parameter("zone", "IANA time zone. Default: the project's."),
    _parameter("where", "DIMENSION=KEY; OR inside a dimension, AND between. May be repeated.", many=True),
    _parameter("compare", "The period to compare with.", choices=list(Comparison)),
    _parameter("attribution", "Which respondents are credited (D4).", choices=list(Attribution)),
    _parameter("window", "How soon a return counts as a repeat (fcr).", choices=list(WINDOWS)),
    _parameter("weighting", "How the days of a period weigh (D5).", choices=list(Weighting)),
)


@dataclass
class Asking(Operation):
    """An operation that takes the parameters of a question."""

    def __post_init__(self) -> None:
        given: list[Any] = list(self.parameters or [])
        self.parameters = [*given, *QUESTION]
