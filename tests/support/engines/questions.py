"""Which questions every engine is asked: each two things that may be asked together are, at least once."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import CreditedTo
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.measures import Distribution, Median, Percentile
from ressenti.indicators.model import Anchor, Attribution, Comparison, Filter, Grain, OtherDates, Question, Weighting
from tests.support.engines.company import END, GROUPS, NOW, PEOPLE, START, WINDOWS, at, group, person
from tests.support.environment import rounds

ROUNDS = rounds(1, nightly=30)
"""How many times all pairs of choices are asked, each time among others."""

Row = dict[str, Any]
Pair = tuple[tuple[str, Any], tuple[str, Any]]

PERIODS: Mapping[str, tuple[int | None, int | None]] = {
    "all": (None, None),
    "both years": (START, END),
    "the second": (at("2024-12-31T23:00"), at("2025-12-31T23:00")),
    "since": (at("2024-05-17T13:14:15"), None),
    "until": (None, at("2025-08-01T00:00")),
    "Paris in spring": (at("2025-03-28T23:00"), at("2025-04-01T22:00")),
    "Paris in autumn": (at("2024-10-25T22:00"), at("2024-10-28T23:00")),
    "Lord Howe": (at("2025-04-04T13:00"), at("2025-04-07T13:30")),
    "now": (at("2026-01-01T00:00"), at("2026-01-10T00:00")),
    "nothing": (at("2011-01-01T00:00"), at("2011-02-01T00:00")),
    "no time": (at("2025-01-01T00:00"), at("2025-01-01T00:00")),
}
OWN_DATES = OtherDates(date(2024, 2, 27), date(2024, 3, 2))
"""Days of one's own. A calendar unit is compared as one of the other kinds, or refused, as everyone is."""
_LONG = {"all", "both years", "the second", "since", "until"}
"""Too long for hours."""
_UNBOUNDED = {"all", "until"}
"""Nothing is before them to compare them with."""

_KEYS = {
    "rating": ("4", "1"),
    "nps_rating": ("10", "0"),
    "automation": ("none", "full"),
    "project": ("shop", "default"),
    "hour_of_day": ("0", "23"),
    "weekday": ("7", "1"),
    "agent": ("agent 3", "agent 11"),
}
_NOT = ("not one", "none of several", "not without", "not unused")
_HOW = (
    "one",
    "several",
    "without",
    "without or one",
    "unused",
    "not one",
    "none of several",
    "not without",
    "not unused",
)
_ALSO: Mapping[str | None, tuple[Filter, ...]] = {
    None: (),
    "weekdays": (Filter("weekday", ("1", "2", "3", "4", "5")),),
    "no weekend": (Filter("weekday", ("6", "7"), is_excluded=True),),
    "many": (
        Filter("tag", ("tag 1", "tag 2", "")),
        Filter("automation", ("partial", "none", "full")),
        Filter("language", ("", "language 1")),
    ),
    "but some": (
        Filter("tag", ("tag 2",), is_excluded=True),
        Filter("agent", ("agent 3", ""), is_excluded=True),
        Filter("language", ("language 1",), is_excluded=True),
    ),
}
_WITHIN: Mapping[str | None, tuple[tuple[str, tuple[int, ...]], ...]] = {
    None: (),
    "oneself": (("agent", (person(1, 3),)),),
    "groups": (("group", tuple(group(project, i) for project in (1, 2) for i in range(1, GROUPS))),),
    "many people": (("agent", tuple(person(project, i) for project in (1, 2) for i in range(1, PEOPLE))),),
}

CHOICES: Mapping[str, Sequence[Any]] = {
    "indicator": tuple(INDICATORS),
    "by": (None, *DIMENSIONS),
    "filtered": (None, *DIMENSIONS),
    "how": _HOW,
    "also": tuple(_ALSO),
    "grain": (None, *Grain),
    "zone": (None, "UTC", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu"),
    "period": tuple(PERIODS),
    "anchor": tuple(Anchor),
    "compare": (None, *(one for one in Comparison if one not in {Comparison.UNIT, Comparison.EVERYONE}), OWN_DATES),
    "attribution": (None, *Attribution),
    "weighting": tuple(Weighting),
    "window": tuple(window // 1_000_000 for window in WINDOWS),
    "within": tuple(_WITHIN),
    "project": (None, "default", "shop"),
}
"""All that may be asked; the order within each is that in which it is looked for a value that goes with the others."""


def question(row: Row) -> Question:
    """Return the question of one row of choices."""
    start, end = PERIODS[row["period"]]
    filters = [one for one in _ALSO[row["also"]] if one.dimension != row["filtered"]]
    if row["filtered"]:
        filters.append(_filter(row["filtered"], row["how"]))
    return Question(
        indicator=row["indicator"],
        now=NOW,
        project=row["project"],
        by=row["by"],
        start=start,
        end=end,
        anchor=row["anchor"],
        grain=row["grain"],
        zone=row["zone"],
        where=tuple(filters),
        within=_WITHIN[row["within"]],
        compare=row["compare"],
        attribution=row["attribution"],
        window_s=row["window"],
        weighting=row["weighting"],
    )


def _filter(dimension: str, how: str) -> Filter:
    one, other = _KEYS.get(dimension, (f"{dimension} 1", f"{dimension} 2"))
    unused = one if dimension in _KEYS else f"{dimension} 4"
    keys, is_excluded = {
        "one": ((one,), False),
        "several": ((one, other), False),
        "without": (("",), False),
        "without or one": (("", other), False),
        "unused": ((unused,), False),
        "not one": ((one,), True),
        "none of several": (("", one, other), True),
        "not without": (("",), True),
        "not unused": ((unused,), True),
    }[how]
    return Filter(dimension, keys, is_excluded)


@cache
def asked() -> dict[str, list[Question]]:
    """Return the questions by their indicator."""
    found: dict[str, list[Question]] = {key: [] for key in INDICATORS}
    for seed in range(ROUNDS):
        for row in covering(seed):
            found[row["indicator"]].append(question(row))
    return found


def covering(seed: int) -> Iterator[Row]:
    """Return rows of choices in which every two that go together stand side by side in one of them."""
    pick = random.Random(seed)
    left = {pair: None for pair in _pairs() if _goes(*pair)}  # in an order that is the same each time
    while left:
        row = _row(dict(next(iter(left))), left, pick)
        for pair in _pairs_of(row):
            left.pop(pair, None)
        yield row


def refused() -> Iterator[Question]:
    """Return a question for every two choices that do not go together, and some that name what is not there."""
    plain = {name: choices[0] for name, choices in CHOICES.items()}
    for one, other in _pairs():
        if not _goes(one, other):
            yield question(plain | dict([one, other]))
    asked = question(plain)
    for words in (
        {"indicator": "happiness"},
        {"by": "mood"},
        {"zone": "Nowhere"},
        {"project": "blog"},
        {"where": (Filter("channel", ("channel 9",)),)},
        {"where": (Filter("channel", ("channel 9",), is_excluded=True),)},
        {"where": (Filter("mood", ("good",)),)},
        {"start": END, "end": START},
        {"project": "shop", "where": (Filter("project", ("default",)),)},
    ):
        yield Question(**{name: getattr(asked, name) for name in Question.__dataclass_fields__} | words)


def _row(row: Row, left: Mapping[Pair, None], pick: random.Random) -> Row:
    """Fill up a row: each choice is one that goes with those before and brings most pairs that are left."""
    names = [name for name in CHOICES if name not in row]
    for name in pick.sample(names, len(names)):
        fit = [one for one in CHOICES[name] if all(_goes(other, (name, one)) for other in row.items())]
        gains = [sum(_ordered(other, (name, one)) in left for other in row.items()) for one in fit]
        row[name] = pick.choice([one for one, gain in zip(fit, gains, strict=True) if gain == max(gains)])
    return row


def _pairs() -> Iterator[Pair]:
    for one, other in combinations(CHOICES, 2):
        for value in CHOICES[one]:
            yield from (((one, value), (other, another)) for another in CHOICES[other])


def _pairs_of(row: Row) -> Iterator[Pair]:
    return combinations(((name, row[name]) for name in CHOICES), 2)


_PLACES = {name: place for place, name in enumerate(CHOICES)}


def _ordered(one: tuple[str, Any], other: tuple[str, Any]) -> Pair:
    return (one, other) if _PLACES[one[0]] < _PLACES[other[0]] else (other, one)


def _goes(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    """Say whether two choices may be asked together."""
    (first, value), (second, another) = _ordered(one, other)
    match first, second:
        case "indicator", "anchor":
            return another in INDICATORS[value].anchors
        case "indicator", "weighting":
            return another is Weighting.OWN or not isinstance(
                INDICATORS[value].measure, Median | Percentile | Distribution
            )
        case "indicator", "attribution":
            return another is None or INDICATORS[value].credit is not CreditedTo.OWN
        case "grain", "period":
            return value not in {Grain.HOUR, Grain.THREE_HOURS} or another not in _LONG
        case "period", "compare":
            return another is None or value not in _UNBOUNDED
        case "how", "within":  # what occurs nowhere is no key that may be named to somebody who is kept to a part
            return another is None or value not in {"unused", "not unused"}
        case "filtered", "within":  # others, and their project, are not known to somebody who is kept to oneself
            return another != "oneself" or value not in {"agent", "project"}
        case "within", "project":
            return value != "oneself" or another in {None, "default"}
        case "filtered", "project":
            return value != "project" or another is None
    return True
