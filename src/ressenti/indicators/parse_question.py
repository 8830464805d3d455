"""How the words of a command line or of a web address become a question: the same words, read in one place."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import (
    Anchor,
    Attribution,
    ComparedWith,
    Comparison,
    Filter,
    Grain,
    OtherDates,
    Question,
    Target,
    Weighting,
)
from ressenti.indicators.periods import read_date, read_day
from ressenti.indicators.refusals import BadChoice, BadComparison, BadFilter, BadRange, EmptyParameter, EmptyPeriod
from ressenti.indicators.visibility import visible_projects
from ressenti.kit.clock import DAY
from ressenti.kit.keys import normalize_key
from ressenti.record.projects import Project, common_zone, project_among, require_zone

WINDOWS = {"24h": 24 * 3600, "72h": 72 * 3600, "7d": 7 * 24 * 3600}
LONGEST_US = 40 * 366 * DAY
"""A period longer than this is a mistake: refused rather than counted."""

WORDS = (
    "project",
    "by",
    "from",
    "to",
    "anchor",
    "grain",
    "zone",
    "where",
    "compare",
    "attribution",
    "window",
    "weighting",
)
"""The parameters of a question, beside its indicator. Only `where` may be given several times."""

OF_ROWS_ASKED = frozenset({"by", "grain", "weighting"})
"""Parameters that say which rows an answer has, and how they weigh: where a change comes from takes none of them."""
CHANGE_WORDS = tuple(name for name in WORDS if name not in OF_ROWS_ASKED)
"""The parameters of a question about where a change comes from."""

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)

ChoiceType = TypeVar("ChoiceType", bound=StrEnum)


def read_question(
    key: str, words: Mapping[str, Sequence[str]], record: Connection, *, now: int, within: ScopeIds = ()
) -> Question:
    """Make a question of its parameters as text, of somebody who is kept to `within`.

    Raises the refusals of what cannot be understood.
    """
    given = {name: values[-1] for name, values in words.items() if values and name != "where"}
    indicator(key)
    _require_values(given)
    zone = given.get("zone") or _zone(given.get("project"), visible_projects(record, within))
    require_zone(zone)
    if by := given.get("by"):
        dimension(by)
    start, end = (read_date(given[name], zone) if name in given else None for name in ("from", "to"))
    _require_sane(start, end)
    return Question(
        indicator=key,
        now=now,
        project=given.get("project"),
        by=given.get("by"),
        start=start,
        end=end,
        anchor=_choice(Anchor, "anchor", given) or Anchor.CLOSED,
        grain=_choice(Grain, "grain", given),
        zone=given.get("zone"),
        where=read_filters(words.get("where", ())),
        within=within,
        compare=read_comparison(given["compare"]) if "compare" in given else None,
        attribution=_choice(Attribution, "attribution", given),
        window_s=_window(given.get("window", "7d")),
        weighting=_choice(Weighting, "weighting", given) or Weighting.OWN,
    )


def read_filters(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Gather `DIMENSION=KEY` and `DIMENSION!=KEY` texts by dimension; raises BadFilter and UnknownDimension.

    Of one dimension, one of the keys is enough, and none of those set aside may be there; all dimensions have to fit.
    """
    filters: dict[tuple[str, bool], list[str]] = {}
    for text in texts:
        name, equals, key = text.partition("=")
        if not equals:
            raise BadFilter(value=text)
        name, key = name.strip(), normalize_key(key) or key
        named = dimension(name.removesuffix("!").rstrip())
        keys = filters.setdefault((named.key, name.endswith("!")), [])
        if key not in keys:
            keys.append(key)
    return tuple(Filter(name, tuple(keys), is_excluded) for (name, is_excluded), keys in filters.items())


def read_comparison(text: str) -> ComparedWith:
    """Read what to compare with: one of the words, dates of one's own as `FROM..TO`, or a number as a target.

    Raises BadComparison, BadDate, EmptyPeriod, BadRange.
    """
    if ".." in text:
        start, _dots, end = text.partition("..")
        dates = OtherDates(read_day(start), read_day(end))
        if dates.start >= dates.end:
            raise EmptyPeriod(start=dates.start.isoformat())
        if (dates.end - dates.start).days * DAY > LONGEST_US:
            raise BadRange(years=(dates.end - dates.start).days // 365)
        return dates
    if text in set(Comparison):
        return Comparison(text)
    if _NUMBER.fullmatch(text):
        return Target(float(text))
    raise BadComparison(value=text, known=", ".join(Comparison))


def _zone(project: str | None, projects: Sequence[Project]) -> str:
    return common_zone([project_among(projects, project)] if project else projects)


def _require_values(words: Mapping[str, str]) -> None:
    for name, value in words.items():
        if value == "":
            raise EmptyParameter(name=name)


def _require_sane(start: int | None, end: int | None) -> None:
    if start is not None and end is not None and end - start > LONGEST_US:
        raise BadRange(years=(end - start) // (365 * DAY))


def _choice(choices: type[ChoiceType], name: str, words: Mapping[str, str]) -> ChoiceType | None:
    if name not in words:
        return None
    try:
        return choices(words[name])
    except ValueError:
        raise BadChoice(name=name, value=words[name], known=", ".join(choices)) from None


def _window(text: str) -> int:
    if text not in WINDOWS:
        raise BadChoice(name="window", value=text, known=", ".join(WINDOWS))
    return WINDOWS[text]
