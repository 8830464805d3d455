"""The values that the gallery draws: believable ones, and the awkward ones that every figure must bear."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import sin
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from ressenti.indicators.intervals import net_interval, wilson
from ressenti.indicators.model import Better, Grain, Unit, Value
from ressenti.kit.i18n import _
from ressenti.reports.model import (
    ComparedLine,
    ComparedLines,
    DatedAnnotation,
    Evolution,
    EvolutionPoint,
    NpsClass,
    RatingDistribution,
    RatingShare,
    Split,
)

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 10, 23, tzinfo=PARIS)
NOBODY = Value(None, 0)
LONG_NAME = "Anne-Charlotte de la Rochefoucauld-Montmorency, conseillère principale du service"
"""80 characters, as a name of a respondent may have."""

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class GalleryCase(Generic[Drawn]):
    """One thing a figure must bear: its key, what it is called, what to look at, and the value."""

    key: str
    title: str
    note: str
    value: Drawn


@dataclass(frozen=True, slots=True)
class GalleryRows:
    """Rows of a ranking, with what everyone has; the second of a row is whether it rests on few answers."""

    unit: Unit
    everyone: float | None
    rows: tuple[tuple[str, Value, bool], ...]


def share_of(hits: int, n: int) -> Value:
    """Return a share with its interval."""
    return Value(100 * hits / n, n, *wilson(hits, n)) if n else NOBODY


def net_of(promoters: int, passives: int, detractors: int) -> Value:
    """Return a net score with its margin."""
    n = promoters + passives + detractors
    if not n:
        return NOBODY
    return Value(100 * (promoters - detractors) / n, n, *net_interval(promoters, detractors, n))


def month() -> Evolution:
    """Return a month with a closed day, an incident, markers, and a last day that is not over."""
    values = [
        share_of(round(n * part), n)
        for i in range(30)
        for n in [int(135 + 35 * _wave(i, 1))]
        for part in [0.83 + 0.025 * _wave(i, 2) + (0.02 if i > 11 else 0) - {22: 0.13, 23: 0.06}.get(i, 0)]
    ]
    values[19] = NOBODY
    values[29] = share_of(1, 4)
    before = [share_of(round(120 * (0.82 + 0.02 * _wave(i, 9))), 120) for i in range(30)]
    annotations = (
        DatedAnnotation(at=START + timedelta(days=11, hours=9), kind="action", words="New returns page", id=1),
        DatedAnnotation(at=START + timedelta(days=13, hours=9), kind="training", words="Training: returns", id=2),
        DatedAnnotation(at=START + timedelta(days=22, hours=14), kind="incident", words="Payment outage", id=3),
    )
    return _evolution(values, before=before, is_unfinished=True, annotations=annotations, total=share_of(3166, 3742))


def evolutions() -> list[GalleryCase[Evolution]]:
    """Return an indicator over time as it may come."""
    week = [share_of(good, n) for good, n in ((71, 84), (80, 96), (66, 79), (88, 101), (73, 85), (48, 60), (41, 52))]
    scores = [net_of(20 + 3 * i, 30, 52 - 4 * i) for i in range(7)]
    waits = [Value(48.0 + 6 * _wave(i, 5), 300) for i in range(30)]
    waits[17] = Value(259_200.0, 310)
    busy = [Value(int(1_000_000 + 380_000 * _wave(i, 3)), 1_000_000) for i in range(30)]
    orders = [Value(int(420 + 160 * _wave(i, 4)), 420) for i in range(14)]
    takings = [Value(round(1840 + 2600 * _wave(i, 6), 2), 40) for i in range(14)]
    hours = [share_of(round(n * 0.84), n) for i in range(25) for n in [int(30 + 24 * _wave(i, 7))]]
    crowd = tuple(
        DatedAnnotation(at=START + timedelta(days=day, hours=10), kind=kind, words=words, id=i)
        for i, (day, kind, words) in enumerate(
            (
                (3, "action", "Opening hours until 22:00"),
                (3, "training", "Complaints"),
                (4, "incident", "Courier on strike"),
                (5, "action", "A marker whose words are far too long to stand in any drawing whole"),
                (6, "incident", "Checkout down"),
                (28, "action", "Winter sale begins"),
                (29, "training", "New colleagues"),
            )
        )
    )
    steady = [share_of(round(120 * (0.84 + 0.02 * _wave(i, 2))), 120) for i in range(30)]
    few = [*[share_of(8, 10)] * 6, share_of(0, 1)]
    return [
        GalleryCase("none", _("None"), _("The frame stays; words say why it is empty."), _evolution([NOBODY] * 14)),
        GalleryCase(
            "one", _("One"), _("A point, never a line."), _evolution([*[NOBODY] * 6, share_of(6, 7), *[NOBODY] * 5])
        ),
        GalleryCase(
            "equal", _("All equal"), _("Flat is flat: the axis does not zoom in."), _evolution([share_of(9, 10)] * 30)
        ),
        GalleryCase(
            "gaps",
            _("Gaps"),
            _("Days without answers stay open, a value alone is a dot."),
            _evolution([NOBODY if i in {4, 5, 6, 11, 13, 20} else value for i, value in enumerate(steady)]),
        ),
        GalleryCase("week", _("A week"), _("Few points are dots with their own intervals."), _evolution(week)),
        GalleryCase(
            "negative",
            _("Negative NPS"),
            _("Zero is drawn, and the sign is always written."),
            _evolution(scores, Unit.POINTS, total=net_of(29, 30, 41)),
        ),
        GalleryCase("full", _("Full marks"), _("The line may touch the top."), _evolution([share_of(40, 40)] * 14)),
        GalleryCase(
            "few",
            _("Few answers"),
            _("One unhappy answer this morning neither stretches the axis nor is named."),
            _evolution(few, is_unfinished=True),
        ),
        GalleryCase(
            "outlier",
            _("Far outlier"),
            _("One day of three days' waiting is shown, and named."),
            _evolution(waits, Unit.SECONDS, better=Better.LOWER, total=Value(48.0, 9_000)),
        ),
        GalleryCase(
            "million",
            _("A million a day"),
            _("Sums are bars from zero, with short ticks."),
            _evolution(busy, Unit.COUNT, better=Better.NEUTRAL, total=Value(30_000_000, 30_000_000)),
        ),
        GalleryCase(
            "sums",
            _("Sums, with an unfinished day"),
            _("What is still growing is only outlined."),
            _evolution(orders, Unit.COUNT, better=Better.NEUTRAL, before=[Value(400, 400)] * 14, is_unfinished=True),
        ),
        GalleryCase(
            "money",
            _("Money, with refunds"),
            _("A day of more refunds than sales hangs below zero."),
            _evolution(takings, Unit.MONEY),
        ),
        GalleryCase(
            "crowd", _("Markers close together"), _("Stacked; those without room stand in the list."), _crowded(crowd)
        ),
        GalleryCase(
            "dst",
            _("The night the clocks change"),
            _("25 hours, and 02:00 twice."),
            _hours(hours),
        ),
        GalleryCase(
            "years",
            _("400 days"),
            _("One is reached by Tab, the others from it by arrow keys."),
            _evolution([share_of(round(90 * (0.82 + 0.04 * _wave(i, 2))), 90) for i in range(400)]),
        ),
    ]


def rankings() -> list[GalleryCase[GalleryRows]]:
    """Return rows as they may come, in every unit."""
    agents = (
        ("Inès Benali", share_of(389, 428), False),
        (LONG_NAME, share_of(302, 340), False),
        ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", share_of(265, 326), False),
        ("ليلى حداد", share_of(57, 72), False),
        ("יעל כהן (Support)", share_of(31, 41), False),
        ("Élodie Vasseur", share_of(6, 7), True),
        ("Chloé Dubreuil", share_of(0, 1), True),
        ("Nobody", NOBODY, True),
    )
    nets = (
        ("Chat", net_of(540, 201, 170), False),
        ("Phone", net_of(10, 20, 70), False),
        ("Post", net_of(3, 0, 0), True),
    )
    waits = (("Chat", Value(48.0, 4_120), False), ("E-mail", Value(5_400.0, 311), False), ("Post", NOBODY, True))
    far = (("Orders", Value(41.0, 900), False), ("Returns", Value(55.0, 870), False), ("Post", Value(9e5, 12), False))
    notes = (("Orders", Value(4.52, 428), False), ("Returns", Value(3.05, 340), False), ("Post", Value(1.0, 2), True))
    counts = (
        ("Chat", Value(1_000_000, 1_000_000), False),
        ("Phone", Value(21_400, 21_400), False),
        ("Post", Value(1, 1), False),
    )
    money = (("Chat", Value(12_480.5, 310), False), ("Phone", Value(-640.0, 12), False), ("Post", Value(0.0, 0), False))
    same = tuple((name, share_of(84, 100), False) for name in ("Chat", "Phone", "Post"))
    return [
        GalleryCase(
            "agents",
            _("Long and right-to-left names"),
            _("Two lines at most, then an ellipsis."),
            GalleryRows(Unit.PERCENT, 84.6, agents),
        ),
        GalleryCase("same", _("All equal"), _("Nobody is first."), GalleryRows(Unit.PERCENT, 84.0, same)),
        GalleryCase("nets", _("Net scores"), _("The whole scale, with zero."), GalleryRows(Unit.POINTS, 32.0, nets)),
        GalleryCase("waits", _("Delays"), _("From zero."), GalleryRows(Unit.SECONDS, 52.0, waits)),
        GalleryCase("far", _("Far outlier"), _("Ten days beside a minute."), GalleryRows(Unit.SECONDS, 48.0, far)),
        GalleryCase("notes", _("Average ratings"), _("From 1 to 5."), GalleryRows(Unit.SCORE, 4.3, notes)),
        GalleryCase(
            "counts", _("Counts"), _("Bars from zero, from one to a million."), GalleryRows(Unit.COUNT, None, counts)
        ),
        GalleryCase(
            "takings", _("Money"), _("Refunds hang on the other side of zero."), GalleryRows(Unit.MONEY, None, money)
        ),
    ]


def distributions() -> list[GalleryCase[RatingDistribution]]:
    """Return the notes of surveys as they may come."""
    usual = _ratings("csat", (188, 127, 261, 952, 2214), (200, 140, 280, 900, 2050))
    nps = _ratings(
        "nps", (42, 11, 18, 25, 30, 96, 121, 210, 391, 702, 965), (50, 14, 20, 28, 33, 99, 130, 220, 380, 690, 900)
    )
    return [
        GalleryCase("csat", _("Ratings"), _("The ticks are the shares before."), usual),
        GalleryCase("csat-equal", _("All equal"), _("No winner, so none is suggested."), _ratings("csat", (20,) * 5)),
        GalleryCase("csat-two", _("Two answers"), _("Written as they are."), _ratings("csat", (1, 0, 0, 0, 1))),
        GalleryCase("csat-one", _("One answer"), _("Everything is one bar."), _ratings("csat", (0, 1, 0, 0, 0))),
        GalleryCase(
            "csat-none", _("None"), _("Shares of nothing are no shares."), _ratings("csat", (0,) * 5, (1, 2, 3, 4, 5))
        ),
        GalleryCase(
            "csat-million", _("A million"), _("Counts are written in full."), _ratings("csat", (1, 2, 3, 4, 1_000_000))
        ),
        GalleryCase("nps", _("NPS"), _("Three classes, bracketed and named."), nps),
        GalleryCase("nps-one", _("NPS of one answer"), _("Indicative at best."), _ratings("nps", (0,) * 10 + (1,))),
    ]


def splits() -> list[GalleryCase[Split]]:
    """Return the classes of NPS as they may come."""
    return [
        GalleryCase(
            "split", _("Split"), _("The period before is the thin bar."), _split((470, 601, 1540), (480, 650, 1440))
        ),
        GalleryCase("split-negative", _("Negative NPS"), _("Same order, same scale."), _split((56, 24, 20))),
        GalleryCase(
            "split-small", _("Small shares"), _("Too small to see, and still read."), _split((3, 2, 995), (1, 1, 998))
        ),
        GalleryCase("split-unanimous", _("Unanimous"), _("Three names, one bar."), _split((0, 0, 10))),
        GalleryCase("split-none", _("None"), _("Nobody answered."), _split((0, 0, 0))),
    ]


def comparisons() -> list[GalleryCase[ComparedLines]]:
    """Return rows side by side over time, as they may come."""
    names = ("Inès Benali", "Julien Perrot", LONG_NAME, "ليلى حداد", "Assistant", "Marek Nowak")
    six = _lines([(name, [_day(i, at) for at in range(30)]) for i, name in enumerate(names)])
    gaps = _lines(
        [
            ("Chat", [NOBODY if at in {5, 6, 12} else _day(1, at) for at in range(21)]),
            ("Phone", [_day(3, at) if at in {2, 9, 16} else NOBODY for at in range(21)]),
        ]
    )
    same = _lines([(name, [share_of(84, 100)] * 14) for name in names[:4]])
    once = _lines([(name, [share_of(80 + 3 * i, 100)]) for i, name in enumerate(names[:3])])
    none = _lines([(name, [NOBODY] * 14) for name in names[:2]])
    return [
        GalleryCase("six", _("Six side by side"), _("Told apart by dash, colour and sign."), six),
        GalleryCase("lines-gaps", _("Gaps"), _("Never bridged; a value alone is its sign."), gaps),
        GalleryCase("lines-same", _("All equal"), _("The names are pushed apart."), same),
        GalleryCase("lines-once", _("One day"), _("Signs, never lines."), once),
        GalleryCase("lines-none", _("None"), _("The list below still names them."), none),
    ]


def sparks() -> list[tuple[str, Sequence[float | None], float | None]]:
    """Return the shapes of small figures: a month, gaps, one value, all equal, none."""
    shape = [80 + 6 * _wave(i, 2) for i in range(30)]
    return [
        (_("A month"), shape, 79.0),
        (_("Gaps"), [None if i in {7, 8, 19} else value for i, value in enumerate(shape)], None),
        (_("One"), [None, 84.0, None], None),
        (_("All equal"), [84.0] * 30, 84.0),
        (_("Far outlier"), [*shape[:20], 900.0, *shape[21:]], 79.0),
    ]


def _wave(i: int, seed: int) -> float:
    """Return a number between -1 and 1 that looks unplanned and is always the same."""
    return sin(i * 12.9898 + seed * 78.233) * 0.6 + sin(i * 0.7 + seed) * 0.4


def _day(i: int, at: int) -> Value:
    return share_of(round(60 * (0.94 - 0.05 * i + 0.03 * _wave(at, i))), 60)


def _evolution(
    values: Sequence[Value],
    unit: Unit = Unit.PERCENT,
    *,
    better: Better = Better.HIGHER,
    total: Value | None = None,
    before: Sequence[Value] = (),
    is_unfinished: bool = False,
    annotations: tuple[DatedAnnotation, ...] = (),
) -> Evolution:
    last = len(values) - 1
    points = tuple(
        EvolutionPoint(
            start=START + timedelta(days=i),
            value=value,
            previous=before[i] if before else None,
            days=None,
            is_unfinished=is_unfinished and i == last,
        )
        for i, value in enumerate(values)
    )
    known = {Unit.PERCENT: "csat", Unit.POINTS: "nps", Unit.SECONDS: "first_response_time"}
    return Evolution(
        currency="EUR",
        indicator=known.get(unit, "conversations"),
        unit=unit,
        better=better,
        grain=Grain.DAY,
        total=total or share_of(840, 1000),
        points=points,
        annotations=annotations,
    )


def _crowded(annotations: tuple[DatedAnnotation, ...]) -> Evolution:
    return replace(month(), annotations=annotations)


def _hours(values: Sequence[Value]) -> Evolution:
    """Return the hours of the day in autumn that has 25 of them."""
    midnight = datetime(2026, 10, 25, tzinfo=PARIS).astimezone(UTC)
    points = tuple(
        EvolutionPoint(start=(midnight + timedelta(hours=i)).astimezone(PARIS), value=value, previous=None, days=None)
        for i, value in enumerate(values)
    )
    return replace(_evolution(()), grain=Grain.HOUR, points=points)


def _ratings(kind: str, counts: Sequence[int], before: Sequence[int] = ()) -> RatingDistribution:
    """Return how many gave each note, lowest first."""
    n, then, first = sum(counts), sum(before), 1 if kind == "csat" else 0
    return RatingDistribution(
        indicator=f"{kind}_distribution",
        n=n,
        previous_n=then or None,
        ratings=tuple(
            RatingShare(
                rating=first + i,
                value=Value(100 * many / n if n else None, many),
                previous=Value(100 * before[i] / then, before[i]) if then else None,
            )
            for i, many in enumerate(counts)
        ),
    )


def _split(counts: tuple[int, int, int], before: tuple[int, int, int] | None = None) -> Split:
    """Return detractors, passives and promoters, now and before."""
    detractors, passives, promoters = counts
    return Split(
        nps=net_of(promoters, passives, detractors),
        previous=net_of(before[2], before[1], before[0]) if before else None,
        counts=tuple(zip(NpsClass, counts, strict=True)),
        previous_counts=tuple(zip(NpsClass, before, strict=True)) if before else None,
    )


def _lines(rows: Sequence[tuple[str, Sequence[Value]]]) -> ComparedLines:
    return ComparedLines(
        currency="EUR",
        indicator="csat",
        unit=Unit.PERCENT,
        better=Better.HIGHER,
        grain=Grain.DAY,
        starts=tuple(START + timedelta(days=i) for i in range(len(rows[0][1]))),
        lines=tuple(
            ComparedLine(key=str(i), label=name, total=values[-1], points=tuple(values))
            for i, (name, values) in enumerate(rows)
        ),
    )
