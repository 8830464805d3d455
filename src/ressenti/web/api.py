"""The API: the same questions as the command line, with the same names, answered with the same object."""

from typing import Any, cast

from litestar import Request, get

from ressenti.facts.keeper import Keeper
from ressenti.indicators.answering import answer_words
from ressenti.indicators.asking import WORDS
from ressenti.indicators.listing import dimension_list, indicator_list
from ressenti.kit.clock import now
from ressenti.kit.refusals import nearest
from ressenti.web.documented import AnswerObject, Asking, DimensionObject, IndicatorObject
from ressenti.web.problems import DuplicateParameter, UnknownParameter

AnyRequest = Request[Any, Any, Any]

REPEATED = "where"


@get("/api/v1/indicators", sync_to_thread=False, tags=["catalogue"])
def list_indicators() -> list[IndicatorObject]:
    """List the indicators with their definitions."""
    return cast("list[IndicatorObject]", indicator_list())


@get("/api/v1/dimensions", sync_to_thread=False, tags=["catalogue"])
def list_dimensions() -> list[DimensionObject]:
    """List the dimensions a figure can be broken down and filtered by."""
    return cast("list[DimensionObject]", dimension_list())


@get("/api/v1/indicators/{key:str}", sync_to_thread=True, tags=["figures"], operation_class=Asking)
def read_indicator(key: str, request: AnyRequest, keeper: Keeper) -> AnswerObject:
    """Read one indicator. The parameters are those of `ressenti read`: see the schema."""
    words = read_words(request, (*WORDS, "sql"))
    wants_sql = words.pop("sql", [])
    found = answer_words(keeper, key, words, now=now())
    return cast("AnswerObject", found.as_json() | ({"sql": list(found.sql)} if wants_sql else {}))


def read_words(request: AnyRequest, known: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the parameters of an address; raises UnknownParameter and DuplicateParameter."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise UnknownParameter(name=name[:100], known=nearest(name, list(WORDS)))
        if name in found and name != REPEATED:
            raise DuplicateParameter(name=name)
        found.setdefault(name, []).append(value)
    return found
