"""Two periods of answers in which something was planted, and how they are counted the plain way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ressenti.indicators.drivers.chain import DriverGroup, Look, Observed
from ressenti.indicators.drivers.decomposition import RowSums, TwoPeriods

ANSWERS = 4_000
"""How many answers each period has."""
TOPICS, CHANNELS, GROUPS, CAMPAIGNS, AGENTS_OF_A_GROUP = 8, (0.4, 0.3, 0.2, 0.1), 5, 5, 4
WEAK_CHANNEL, NEW_AGENT, NONE = 3, 99, -1
SEVERAL = frozenset({"group", "agent"})
"""Dimensions of which a row may have several values."""

Ids = Mapping[str, NDArray[np.int64]]
"""The ids of rows, by dimension; `NONE` where a row has no value of it."""
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Planted:
    """What is there in both periods, and what happens in the second: to the value of rows, and to which rows there are.

    `chances` is how likely rows with these ids are worth 100; `arrange` gives rows of both periods other ids, `change`
    those of the second; `is_left_out` names rows that the first period lacks.
    """

    expected: frozenset[tuple[str, int | None]]
    chances: Callable[[Ids, bool], Chances]
    arrange: Callable[[Ids, np.random.Generator], None] = field(default=lambda _ids, _draw: None)
    change: Callable[[Ids, np.random.Generator], None] = field(default=lambda _ids, _draw: None)
    is_left_out: Callable[[Ids], NDArray[np.bool_]] = field(default=lambda ids: ids["topic"] == NONE)


def quiet(ids: Ids, _is_now: bool = False) -> Chances:
    """Return how likely answers are satisfied where nothing happens: topics and channels differ, and stay so."""
    found: Chances = 0.86 - 0.03 * (ids["topic"] % 3) - 0.25 * (ids["channel"] == WEAK_CHANNEL)
    return found


def less(name: str, key: int, by: float) -> Callable[[Ids, bool], Chances]:
    """Return chances that fall in the second period for rows with an id."""
    return lambda ids, is_now: quiet(ids) - by * is_now * (ids[name] == key)


def some_have(name: str, key: int, share: float) -> Callable[[Ids, np.random.Generator], None]:
    """Return what gives a share of all rows another id."""

    def give(ids: Ids, draw: np.random.Generator) -> None:
        ids[name][draw.random(len(ids[name])) < share] = key

    return give


def planted(kind: str) -> Planted:
    """Return what is planted under a name."""
    few, most = some_have("group", NONE, 0.3), some_have("campaign", NONE, 0.7)
    return {
        "a topic": Planted(frozenset({("topic", 2)}), less("topic", 2, 0.3)),
        "a channel": Planted(frozenset({("channel", 1)}), less("channel", 1, 0.15)),
        "a group": Planted(frozenset({("group", 4)}), less("group", 4, 0.2)),
        "a new agent": Planted(
            frozenset({("agent", NEW_AGENT)}),
            less("agent", NEW_AGENT, 0.35),
            change=some_have("agent", NEW_AGENT, 0.15),
        ),
        "a campaign": Planted(frozenset({("campaign", 3)}), less("campaign", 3, 0.25)),
        "slower first responses in one group": Planted(
            frozenset({("group", 1)}), lambda ids, is_now: 0.5 + 0.3 * is_now * (ids["group"] == 1)
        ),
        "more traffic in a weak channel": Planted(
            frozenset({("channel", WEAK_CHANNEL)}), quiet, change=some_have("channel", WEAK_CHANNEL, 0.2)
        ),
        "newly measured": Planted(
            frozenset({("channel", WEAK_CHANNEL)}), quiet, is_left_out=lambda ids: ids["channel"] == WEAK_CHANNEL
        ),
        "two at once": Planted(
            frozenset({("topic", 2), ("channel", 1)}),
            lambda ids, is_now: less("topic", 2, 0.3)(ids, is_now) - 0.15 * is_now * (ids["channel"] == 1),
        ),
        "the fewer without a group": Planted(frozenset({("group", None)}), less("group", NONE, 0.2), arrange=few),
        "the most without a campaign": Planted(frozenset(), less("campaign", NONE, 0.2), arrange=most),
        "alike": Planted(frozenset(), lambda ids, is_now: quiet(ids) - 0.06 * is_now),
        "nothing": Planted(frozenset(), quiet),
    }[kind]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of both periods: of which they are, whether they are worth 100, and their ids."""

    is_now: NDArray[np.bool_]
    is_hit: NDArray[np.bool_]
    ids: Ids


def answers(what: Planted, seed: int, *, has_twin: bool = False) -> Answers:
    """Draw both periods; with a twin, each topic is a tag as well."""
    draw = np.random.default_rng(seed)
    before, now = _drawn(what, draw, is_now=False), _drawn(what, draw, is_now=True)
    ids = {name: np.concatenate([before.ids[name], now.ids[name]]) for name in now.ids}
    return Answers(
        np.concatenate([before.is_now, now.is_now]),
        np.concatenate([before.is_hit, now.is_hit]),
        ids | ({"tag": ids["topic"]} if has_twin else {}),
    )


def _drawn(what: Planted, draw: np.random.Generator, *, is_now: bool) -> Answers:
    group = draw.integers(GROUPS, size=ANSWERS)
    ids = {
        "topic": draw.integers(TOPICS, size=ANSWERS),
        "channel": draw.choice(len(CHANNELS), size=ANSWERS, p=CHANNELS),
        "group": group,
        "agent": group * AGENTS_OF_A_GROUP + draw.integers(AGENTS_OF_A_GROUP, size=ANSWERS),
        "campaign": draw.integers(CAMPAIGNS, size=ANSWERS),
    }
    what.arrange(ids, draw)
    if is_now:
        what.change(ids, draw)
    is_hit = draw.random(ANSWERS) < what.chances(ids, is_now)
    kept = np.ones(ANSWERS, dtype=bool) if is_now else ~what.is_left_out(ids)
    return Answers(np.full(kept.sum(), is_now), is_hit[kept], {name: own[kept] for name, own in ids.items()})


def look_at_answers(rows: Answers) -> Look:
    """Return what counts these answers."""
    place = 2 * rows.is_now + rows.is_hit

    def look(excluded: tuple[DriverGroup, ...]) -> Observed:
        is_left = np.ones(len(place), dtype=bool)
        for group in excluded:
            is_left &= rows.ids[group.dimension] != (NONE if group.key is None else group.key)
        groups = {
            DriverGroup(name, None if key == NONE else int(key), name not in SEVERAL): _periods(
                place[is_left & (own == key)]
            )
            for name, own in rows.ids.items()
            for key in np.unique(own[is_left])
        }
        return Observed(_periods(place[is_left]), groups)

    return look


def _periods(places: NDArray[np.int64]) -> TwoPeriods:
    missed0, hits0, missed1, hits1 = map(int, np.bincount(places, minlength=4))
    return TwoPeriods(RowSums.of_share(hits0, missed0 + hits0), RowSums.of_share(hits1, missed1 + hits1))
