"""Two periods of answers in which something was planted, and how they are counted the plain way."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ressenti.indicators.drivers.chain import DriverGroup, Look, Observed
from ressenti.indicators.drivers.decomposition import RowSums, TwoPeriods

ANSWERS = 4_000
"""How many answers each period has."""
TOPICS, CHANNELS, GROUPS, CAMPAIGNS = range(8), range(4), range(5), range(5)
AGENTS_OF_A_GROUP = 4
NEW_AGENT = 99
SEVERAL = frozenset({"group", "agent"})
"""Dimensions of which a row may have several values."""

Ids = dict[str, int]


@dataclass(frozen=True, slots=True)
class Planted:
    """What happens in the second period: to the value of rows, and to which rows there are.

    `chance` is how likely a row with these ids is worth 100; `is_left_out` drops rows of the first period; `change` may
    change the ids of a row of the second one.
    """

    expected: frozenset[tuple[str, int]]
    chance: Callable[[Ids, bool], float]
    change: Callable[[Ids, random.Random], None] = field(default=lambda _ids, _draw: None)
    is_left_out: Callable[[Ids], bool] = field(default=lambda _ids: False)


def quiet(ids: Ids, _is_now: bool = False) -> float:
    """Return how likely an answer is satisfied where nothing happens: topics and channels differ, and stay so."""
    return 0.86 - 0.03 * (ids["topic"] % 3) - (0.25 if ids["channel"] == 3 else 0.0)


def less(name: str, key: int, by: float) -> Callable[[Ids, bool], float]:
    """Return chances that fall in the second period for rows with an id."""
    return lambda ids, is_now: quiet(ids) - (by if is_now and ids[name] == key else 0.0)


def _newcomer(ids: Ids, draw: random.Random) -> None:
    if draw.random() < 0.15:
        ids["agent"] = NEW_AGENT


def _crowded(ids: Ids, draw: random.Random) -> None:
    if draw.random() < 0.2:
        ids["channel"] = 3


def planted(kind: str) -> Planted:
    """Return what is planted under a name."""
    slower = {True: 0.8, False: 0.5}
    return {
        "a topic": Planted(frozenset({("topic", 2)}), less("topic", 2, 0.3)),
        "a channel": Planted(frozenset({("channel", 1)}), less("channel", 1, 0.15)),
        "a group": Planted(frozenset({("group", 4)}), less("group", 4, 0.2)),
        "a new agent": Planted(frozenset({("agent", NEW_AGENT)}), _with_newcomer, _newcomer),
        "a campaign": Planted(frozenset({("campaign", 3)}), less("campaign", 3, 0.25)),
        "slower first responses in one group": Planted(
            frozenset({("group", 1)}), lambda ids, is_now: slower[is_now and ids["group"] == 1]
        ),
        "more traffic in a weak channel": Planted(frozenset({("channel", 3)}), quiet, _crowded),
        "newly measured": Planted(frozenset({("channel", 3)}), quiet, is_left_out=lambda ids: ids["channel"] == 3),
        "two at once": Planted(
            frozenset({("topic", 2), ("channel", 1)}),
            lambda ids, is_now: less("topic", 2, 0.3)(ids, is_now) - 0.15 * (is_now and ids["channel"] == 1),
        ),
        "alike": Planted(frozenset(), lambda ids, is_now: quiet(ids) - 0.06 * is_now),
        "nothing": Planted(frozenset(), quiet),
    }[kind]


def _with_newcomer(ids: Ids, is_now: bool) -> float:
    return quiet(ids) - (0.35 if is_now and ids["agent"] == NEW_AGENT else 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: of which period, worth 100 or not, and its ids."""

    is_now: bool
    is_hit: bool
    ids: Ids


def answers(what: Planted, seed: int, *, has_twin: bool = False) -> list[Answer]:
    """Draw both periods; with a twin, each topic is a tag as well."""
    draw = random.Random(seed)
    rows = []
    for is_now in (False, True):
        for _answer in range(ANSWERS):
            group = draw.choice(GROUPS)
            ids = {
                "topic": draw.choice(TOPICS),
                "channel": draw.choices(CHANNELS, (40, 30, 20, 10))[0],
                "group": group,
                "agent": group * AGENTS_OF_A_GROUP + draw.randrange(AGENTS_OF_A_GROUP),
                "campaign": draw.choice(CAMPAIGNS),
            }
            if is_now:
                what.change(ids, draw)
            if has_twin:
                ids["tag"] = ids["topic"]
            is_hit = draw.random() < what.chance(ids, is_now)
            if is_now or not what.is_left_out(ids):
                rows.append(Answer(is_now, is_hit, ids))
    return rows


def look_at_answers(rows: Sequence[Answer]) -> Look:
    """Return what counts these answers."""
    grouped = [
        (2 * row.is_now, row.is_hit, [DriverGroup(name, key, name not in SEVERAL) for name, key in row.ids.items()])
        for row in rows
    ]

    def look(excluded: tuple[DriverGroup, ...]) -> Observed:
        counts: dict[DriverGroup, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        whole = [0, 0, 0, 0]
        for place, is_hit, groups in grouped:
            if not any(group in groups for group in excluded):
                for found in (whole, *(counts[group] for group in groups)):
                    found[place] += 1
                    found[place + 1] += is_hit
        return Observed(_periods(whole), {group: _periods(found) for group, found in sorted(counts.items())})

    return look


def _periods(found: list[int]) -> TwoPeriods:
    n0, hits0, n1, hits1 = found
    return TwoPeriods(RowSums.of_share(hits0, n0), RowSums.of_share(hits1, n1))
