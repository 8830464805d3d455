"""What does a part of the report need to say where to look first, and what may help?"""

from collections.abc import Callable
from typing import Any

from ressenti.indicators.model import Better
from ressenti.reports import wording
from ressenti.reports.advice import ADVICE, advice_for, weak_rows, weak_tiles
from ressenti.reports.choice import OVERVIEW, available
from ressenti.reports.experience.report import prepare_tile
from ressenti.reports.model import RankedRow, Ranking
from ressenti.web.pages.report_context import ReportContext

MOST_WEAK = 5
"""Weak rows that are named; the others are in the table."""


def advice_content(report: ReportContext) -> dict[str, Any]:
    """Prepare what may help, where the chosen indicator is weak."""
    key = report.choice.indicator
    if not _is_weak(report, key):
        return {"words": ""}
    return {"words": _advice(report, key), "practice": ADVICE[key].practice}


def weak_content(report: ReportContext, ranking: Ranking) -> dict[str, Any] | None:
    """Prepare which rows to look at first, and what may help unless the whole page says so already."""
    choice, language = report.choice, report.language
    rows = sorted(weak_rows(ranking), key=_weakest(ranking.better))
    if not rows:
        return None
    words = "" if _is_weak(report, ranking.indicator) else _advice(report, ranking.indicator)
    named = [
        (
            wording.row_label(ranking.by, row.key, row.label, language=language),
            choice.filtered(ranking.by, [row.key or ""]).but(tab=OVERVIEW).address(),
        )
        for row in rows[:MOST_WEAK]
    ]
    return {
        "rows": named,
        "others": len(rows) - len(named),
        "words": words,
        "practice": ADVICE[ranking.indicator].practice,
    }


def _weakest(better: Better) -> Callable[[RankedRow], float]:
    sign = -1 if better is Better.LOWER else 1
    return lambda row: sign * (row.value.value or 0)


def _is_weak(report: ReportContext, key: str) -> bool:
    return key in available(report.choice) and bool(weak_tiles([prepare_tile(report.reading, key)]))


def _advice(report: ReportContext, key: str) -> str:
    with report.facts.record.read() as record:
        return advice_for(record, key, report.language)
