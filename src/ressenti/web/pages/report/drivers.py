"""What does the panel need that says where the change of the chosen indicator comes from?"""

from typing import Any

from ressenti.indicators.dimensions import dimension
from ressenti.indicators.drivers.explained_change import DriverRow, GroupStatus
from ressenti.reports import comparison_wording, wording
from ressenti.reports.choice import OVERVIEW
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience import drivers
from ressenti.reports.experience.drivers import ToldChange, prepare_drivers, since_other_days
from ressenti.reports.experience.report import prepare_tile
from ressenti.reports.format import amount
from ressenti.web.pages.report_context import ReportContext

MOST_ROWS = 40
"""Rows of the table: the causes first, then the largest parts. The API has them all."""


def drivers_content(report: ReportContext) -> dict[str, Any]:
    """Prepare where the change of the chosen indicator comes from, in words and as a table."""
    reading, language, key = since_other_days(report.reading), report.language, report.choice.indicator
    explained, tile = prepare_drivers(reading), prepare_tile(reading, key)
    name = wording.name(key, language=language)
    before, now = (
        amount(value.value if value else None, tile.unit, language=language, currency=report.currency)
        for value in (tile.previous, tile.value)
    )
    rows = explained.found.rows
    return {
        "explained": explained,
        "unit": explained.found.unit,
        "opening": drivers.opening(explained, name, before, now, language=language),
        "causes": [
            _row(report, explained, cause.row)
            | {
                "step": drivers.signed(cause.step, explained.found.unit, language=language),
                "is_up": cause.step > 0,
                "is_good": explained.is_good_news(cause.step),
                "reasons": drivers.reasons(explained, cause, language=language),
                "figures": drivers.values(explained, cause, language=language),
            }
            for cause in explained.found.causes
        ],
        "left_over": drivers.left_over(explained, language=language) if explained.found.causes else "",
        "rows": [_row(report, explained, row) for row in rows[:MOST_ROWS]],
        "hidden_count": max(0, len(rows) - MOST_ROWS),
        "before": comparison_wording.previous_name(reading.choice, currency=report.currency, language=language),
    }


def _row(report: ReportContext, explained: ToldChange, row: DriverRow) -> dict[str, Any]:
    choice, language, unit = report.choice, report.language, explained.found.unit
    is_one = row.status is not GroupStatus.SMALL
    behind = DrilldownTarget(of=choice.indicator, by=row.cause, key=row.key)
    return {
        "row": row,
        "dimension": dimension(row.cause).name,
        "label": drivers.label(row, language=language),
        "address": choice.filtered(row.cause, [row.key or ""]).but(tab=OVERVIEW).address() if is_one else None,
        "behind": address_behind(choice, behind) if is_one and row.n else None,
        "value": amount(row.value, unit, language=language, fine=True),
        "others": amount(row.others, unit, language=language, fine=True),
        "change": drivers.signed(row.change, unit, language=language),
        "ends": [drivers.signed(end, unit, language=language) for end in (row.low, row.high)],
        "own": drivers.signed(row.rate, unit, language=language),
        "size": drivers.signed(row.mix, unit, language=language),
        "state": drivers.state_words(row, unit, language=language),
    }
