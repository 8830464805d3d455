"""The API: the same questions as the command line, with the same names, answered with the same object."""

from collections.abc import Sequence
from typing import Annotated, cast

from litestar import get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.catalogue_listing import dimension_list, indicator_list
from ressenti.indicators.parse_question import CHANGE_WORDS, WORDS
from ressenti.indicators.read import answer_words, explain_words
from ressenti.indicators.refusals import EmptyParameter
from ressenti.kit.refusals import nearest
from ressenti.web.api.openapi import (
    FIGURES,
    LISTS,
    AnswerObject,
    ChangeObject,
    ChangeOperation,
    DimensionObject,
    IndicatorObject,
    QuestionOperation,
)
from ressenti.web.auth.authorization import SIGNED_IN_ONLY, needs
from ressenti.web.pages.problems import UnknownParameter
from ressenti.web.server.requests import AnyRequest, once_each, require_json_accepted

IndicatorKey = Annotated[str, PathParameter(description="The indicator.", schema_extra={"enum": list(INDICATORS)})]


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
    words = _read_words(request, WORDS, "sql")
    wants_sql = words.pop("sql", [])
    found = answer_words(facts, key, words, now=now, within=viewer.within)
    return cast("AnswerObject", found.as_json() | ({"sql": list(found.sql)} if wants_sql else {}))


@get(
    "/api/v1/indicators/{key:str}/drivers",
    sync_to_thread=True,
    opt=needs(Permission.READ_FIGURES),
    before_request=require_json_accepted,
    tags=["figures"],
    responses=FIGURES,
    operation_class=ChangeOperation,
)
def read_drivers(
    key: IndicatorKey,
    request: AnyRequest,
    facts: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> ChangeObject:
    """Say where a change comes from. The parameters are those of `ressenti drivers`: see the schema."""
    words = _read_words(request, CHANGE_WORDS)
    return cast("ChangeObject", explain_words(facts, key, words, now=now, within=viewer.within).as_json())


ROUTES = (list_indicators, list_dimensions, read_indicator, read_drivers)


def _read_words(request: AnyRequest, known: Sequence[str], *unnamed: str) -> dict[str, list[str]]:
    """Return the parameters of a question: those known, and some that are not suggested for a misspelt one.

    Raises UnknownParameter, EmptyParameter and DuplicateParameter.
    """
    words = once_each(request, but={"where"})
    for name, values in words.items():
        if name not in (*known, *unnamed):
            raise UnknownParameter(name=name, known=nearest(name, list(known)))
        if values == [""] and name != "where":
            raise EmptyParameter(name=name)
    return words
