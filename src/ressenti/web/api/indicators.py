"""The API: the same questions as the command line, with the same names, answered with the same object."""

from typing import Annotated, cast

from litestar import get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.catalogue_listing import dimension_list, indicator_list
from ressenti.indicators.parse_question import WORDS
from ressenti.indicators.read import answer_words
from ressenti.indicators.refusals import EmptyParameter
from ressenti.kit.refusals import nearest
from ressenti.web.api.openapi import FIGURES, LISTS, AnswerObject, DimensionObject, IndicatorObject, QuestionOperation
from ressenti.web.auth.authorization import SIGNED_IN_ONLY, needs
from ressenti.web.pages.problems import UnknownParameter
from ressenti.web.server.requests import AnyRequest, once_each, require_json_accepted

IndicatorKey = Annotated[str, PathParameter(description="The indicator.", schema_extra={"enum": list(INDICATORS)})]
KNOWN = (*WORDS, "sql")


@get(
    "/api/v1/indicators",
    sync_to_thread=False,
    opt=SIGNED_IN_ONLY,
    before_request=require_json_accepted,
    tags=["catalogue"],
    responses=LISTS,
)
def list_indicators() -> list[IndicatorObject]:
    """List the indicators with their definitions."""
    return cast("list[IndicatorObject]", indicator_list())


@get(
    "/api/v1/dimensions",
    sync_to_thread=False,
    opt=SIGNED_IN_ONLY,
    before_request=require_json_accepted,
    tags=["catalogue"],
    responses=LISTS,
)
def list_dimensions() -> list[DimensionObject]:
    """List the dimensions a figure can be broken down and filtered by."""
    return cast("list[DimensionObject]", dimension_list())


@get(
    "/api/v1/indicators/{key:str}",
    sync_to_thread=True,
    opt=needs(Permission.READ_FIGURES),
    before_request=require_json_accepted,
    tags=["figures"],
    responses=FIGURES,
    operation_class=QuestionOperation,
)
def read_indicator(
    key: IndicatorKey,
    request: AnyRequest,
    facts: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> AnswerObject:
    """Read one indicator. The parameters are those of `ressenti read`: see the schema."""
    words = _read_words(request)
    wants_sql = words.pop("sql", [])
    found = answer_words(facts, key, words, now=now, within=viewer.within)
    return cast("AnswerObject", found.as_json() | ({"sql": list(found.sql)} if wants_sql else {}))


ROUTES = (list_indicators, list_dimensions, read_indicator)


def _read_words(request: AnyRequest) -> dict[str, list[str]]:
    """Return the parameters of a question; raises UnknownParameter, EmptyParameter and DuplicateParameter."""
    words = once_each(request, but={"where"})
    for name, values in words.items():
        if name not in KNOWN:
            raise UnknownParameter(name=name, known=nearest(name, list(WORDS)))
        if values == [""] and name != "where":
            raise EmptyParameter(name=name)
    return words
