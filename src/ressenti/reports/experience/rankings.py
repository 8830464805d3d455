"""Which rows does an indicator have by a dimension: ranked, and each held against chance?"""

from dataclasses import replace

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Answer, Better, Row, Unit
from ressenti.indicators.names import said
from ressenti.indicators.significance import q_values
from ressenti.reports.comparison import FEW_ANSWERS, compare
from ressenti.reports.experience.ranking_order import both_ends, rank, rank_by_base
from ressenti.reports.experience.report import ReportReader, credited
from ressenti.reports.few import FEW
from ressenti.reports.model import RankedRow, Ranking

FIRST_ROWS = 6
"""Rows of a breakdown on the overview, the best and the worst ones; its tab has them all."""

MOST_ROWS = 60
"""Rows a ranking opens with, in each of its blocks; the others are one link away."""

ALL_ROWS = 2000
"""Rows a ranking shows at most: what a page can carry. The export has them all."""


def prepare_ranking(reading: ReportReader, by: str, *, key: str | None = None, most: int = MOST_ROWS) -> Ranking:
    """Return an indicator (the chosen one if not named) by a dimension, in the chosen order."""
    choice = reading.choice
    answer = reading.answer(key or choice.indicator, by=by, attribution=credited(choice, key))
    return _ranking(answer, by, most, reading)


def prepare_ends(reading: ReportReader, by: str, *, most: int = FIRST_ROWS) -> Ranking:
    """Return the best and the worst rows of the chosen indicator by a dimension, for where there is room for a few."""
    return ends_of(prepare_ranking(reading, by, most=ALL_ROWS), most)


def ends_of(ranking: Ranking, most: int) -> Ranking:
    """Return a ranking with its best and worst rows only, and as many of those on few answers as there is room for."""
    if ranking.is_ordered:
        ranked, gap = ranking.ranked[:most], 0
    else:
        ranked, gap = both_ends(ranking.ranked, most, ranking.better)
    left = len(ranking.ranked) - len(ranked) + len(ranking.few[most:])
    hidden_count = ranking.hidden_count + left
    return replace(ranking, ranked=ranked, few=ranking.few[:most], hidden_count=hidden_count, gap=gap)


def _ranking(answer: Answer, by: str, most: int, reading: ReportReader) -> Ranking:
    order, language = reading.choice.order, reading.language
    better, ranked_by = indicator(answer.indicator).better, dimension(by)
    qs = rates_of_discovery(answer)
    rows = [_ranked_row(row, answer.unit, better, qs.get(at)) for at, row in enumerate(answer.rows) if row.value.n]
    is_ordered = ranked_by.is_ordered
    is_apart = not is_ordered and answer.unit is not Unit.COUNT
    ranked = [row for row in rows if not is_apart or row.value.n >= FEW]
    few = [row for row in rows if is_apart and row.value.n < FEW]
    if not is_ordered:
        ranked.sort(key=lambda row: rank(row, order, better, said(ranked_by, row.key, row.label, language=language)))
        few.sort(key=rank_by_base)
    return Ranking(
        indicator=answer.indicator,
        by=by,
        unit=answer.unit,
        better=better,
        total=answer.total,
        ranked=tuple(ranked[:most]),
        few=tuple(few[:most]),
        hidden_count=len(ranked[most:]) + len(few[most:]),
        adds_up=answer.adds_up,
        is_ordered=is_ordered,
        currency=reading.currency,
    )


def rates_of_discovery(answer: Answer) -> dict[int, float]:
    """Return by row of a breakdown how likely its change is by chance, all of its rows looked at together (D38).

    Rows with too few answers to say anything are not among them.
    """
    ps = {
        at: row.p
        for at, row in enumerate(answer.rows)
        if row.p is not None and row.previous and min(row.value.n, row.previous.n) >= FEW_ANSWERS
    }
    return dict(zip(ps, q_values(list(ps.values())), strict=True))


def _ranked_row(row: Row, unit: Unit, better: Better, q: float | None) -> RankedRow:
    change = compare(row.value, row.previous, unit=unit, better=better, p=q)
    return RankedRow(key=row.key, label=row.label, value=row.value, change=change, id=row.id)
