"""What do rows need in their templates: ranked, and the chosen ones of them side by side?"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from ressenti.indicators.catalogue import (
    average_of,
    indicator,
)
from ressenti.indicators.dimensions import AGENT, dimension
from ressenti.indicators.measures import has_interval
from ressenti.indicators.model import Better, RowName, Unit, Value
from ressenti.indicators.names import key_beside
from ressenti.kit.i18n import _, translate
from ressenti.reports import filter_wording, wording
from ressenti.reports.agent_page import agent_address
from ressenti.reports.choice import MOST_BESIDE, ORDERS, ReportChoice, available
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience.rankings import ALL_ROWS, MOST_ROWS, prepare_ends, prepare_ranking
from ressenti.reports.experience.report import prepare_lines
from ressenti.reports.few import is_few
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.lines import draw_lines
from ressenti.reports.figures.ranking import draw_head, draw_row, everyone_in, scale_of
from ressenti.reports.figures.scale import AxisScale
from ressenti.reports.format import amount
from ressenti.reports.model import RankedRow, Ranking
from ressenti.web.pages.report_context import ReportContext


def ranking_content(report: ReportContext, by: str, *, is_card: bool = False) -> dict[str, Any]:
    """Prepare the chosen indicator by a dimension; by agent, what is made of ratings has their mean beside it."""
    choice, language = report.choice, report.language
    most = ALL_ROWS if choice.is_whole_ranking else MOST_ROWS
    ranking = prepare_ends(report.reading, by) if is_card else prepare_ranking(report.reading, by, most=most)
    second = None
    mean = average_of(indicator(choice.indicator))
    if mean and mean.key != choice.indicator and dimension(by).is_credited:
        second = prepare_ranking(report.reading, by, key=mean.key, most=ALL_ROWS)
    is_tab = choice.tab == by
    can_compare = is_tab and len(ranking.ranked) + len(ranking.few) > 1
    return {
        "ranking": ranking,
        "by": by,
        "title": wording.TABS.get(by, dimension(by).name),
        "name": dimension(by).name,
        "note": translate(dimension(by).definition, language),
        "shown": _ranking(report, ranking),
        "second": _second(report, ranking, second) if second else None,
        "unit": ranking.unit,
        "has_interval": has_interval(indicator(ranking.indicator).measure),
        "all_rows": choice.but(is_whole_ranking=True).address() if ranking.hidden_count and not is_card else None,
        "tab": choice.but(tab=by).address() if by in wording.TABS else None,
        "orders": [
            (wording.ORDERS[order], order == choice.order, choice.but(order=order).address())
            for order in ORDERS
            if _is_order_of(order, report, ranking)
        ],
        "order": wording.ORDERS[choice.order],
        "can_compare": can_compare,
        "most_beside": MOST_BESIDE,
        "kept": [pair for pair in choice.parameters() if pair[0] != "beside"],
        "currency": report.currency,
    }


def _is_order_of(order: str, report: ReportContext, ranking: Ranking) -> bool:
    """Say whether rows can be put in an order: by what changed only where it is compared, and good has a direction."""
    match order:
        case "value":
            return ranking.better is not Better.NEUTRAL or report.choice.order == order
        case "lower":
            return ranking.unit is Unit.PERCENT
        case "change":
            return report.choice.comparison is not None
        case _:
            return True


def _ranking(report: ReportContext, ranking: Ranking) -> dict[str, Any]:
    language, everyone = report.language, everyone_in(ranking)
    scale = scale_of(ranking)
    words = wording.everyone(everyone, ranking.unit, language=language, currency=ranking.currency)
    head = draw_head(scale, ranking.unit, language=language, everyone=everyone, words=words, currency=ranking.currency)
    return {
        "head": write_fluid(head),
        "ranked": [
            _ranked(report, row, ranking, scale, is_few=is_few(row.value, ranking.unit)) for row in ranking.ranked
        ],
        "few": [_ranked(report, row, ranking, scale, is_few=True) for row in ranking.few],
        "starts_at": scale.low if ranking.unit is Unit.PERCENT else 0,
    }


def _ranked(
    report: ReportContext, row: RankedRow, ranking: Ranking, scale: AxisScale, *, is_few: bool = False
) -> dict[str, Any]:
    choice, language = report.choice, report.language
    label = filter_wording.row_label(ranking.by, row.key, row.label, language=language)
    written = amount(row.value.value, ranking.unit, language=language, currency=report.currency)
    is_share = ranking.unit is Unit.PERCENT
    behind = address_behind(choice, DrilldownTarget(of=ranking.indicator, by=ranking.by, key=row.key))
    rests_on = wording.base(row.value, ranking.unit, of=ranking.indicator, language=language)
    words = translate(_("{when}: {what}"), language).format(when=label, what=f"{written}, {rests_on}")
    drawing = draw_row(row.value, scale, everyone=everyone_in(ranking), is_few=is_few, address=behind, words=words)
    return {
        "row": row,
        "key": row.key,
        "label": label,
        "key_beside": key_beside(ranking.by, row.key, row.label),
        "reason": filter_wording.without_reason(ranking.by, row.key, language=language),
        "drawing": write_fluid(drawing),
        "written": wording.few_share(row.value, language=language) if is_few and is_share else written,
        "address": _address_of(ranking.by, row.key, choice),
        "behind": behind,
        "is_beside": row.key in choice.beside,
        "is_hollow": is_few,
    }


def _address_of(by: str, key: str | None, choice: ReportChoice) -> str | None:
    """Return where the name of a row leads: an agent's to their page, another to the report of it alone."""
    if by == AGENT.key and key is not None:
        return agent_address(key, choice)
    return None if choice.keys(by) == (key or "",) else choice.filtered(by, [key or ""]).address()


def _second(report: ReportContext, first: Ranking, second: Ranking) -> dict[str, Any]:
    """Draw the second figure in the order of the first, so that both stand in one row."""
    language, everyone, scale = report.language, everyone_in(second), scale_of(second)
    known = {row.name: row.value for row in (*second.ranked, *second.few)}

    def cell(row: RankedRow, *, is_few: bool) -> dict[str, Any]:
        value = known.get(row.name)
        drawing = draw_row(
            value or Value(None, 0),
            scale,
            everyone=everyone,
            is_few=is_few,
            address=address_behind(report.choice, DrilldownTarget(of=second.indicator, by=second.by, key=row.key)),
            words=amount(value.value if value else None, second.unit, language=language, currency=second.currency),
        )
        return {"value": value, "drawing": write_fluid(drawing)}

    words = wording.everyone(everyone, second.unit, language=language, currency=second.currency)
    head = draw_head(scale, second.unit, language=language, everyone=everyone, words=words, currency=second.currency)
    rows = {row.name: cell(row, is_few=False) for row in first.ranked}
    rows |= {row.name: cell(row, is_few=True) for row in first.few}
    return {"head": write_fluid(head), "rows": rows, "unit": second.unit, "currency": second.currency}


def beside_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the chosen rows of the tab side by side: over time, and in every indicator."""
    choice, language = report.choice, report.language
    lines = prepare_lines(report.reading)
    title = wording.TABS[choice.tab]

    def lead_to(key: str, bucket: str) -> str:
        behind = DrilldownTarget(of=choice.indicator, by=choice.tab, key=key, grain=lines.grain.value, bucket=bucket)
        return address_behind(choice, behind)

    drawing = draw_lines(
        lines,
        language=language,
        label=translate(title, language),
        describe=partial(wording.describe_line, lines=lines, language=language),
        lead_to=lead_to,
    )
    rankings = [prepare_ranking(report.reading, choice.tab, key=key, most=ALL_ROWS) for key in available(choice)]
    rows = [
        (key, name)
        for key in choice.beside
        for name in _rows_of(rankings, key) or [(None, key, report.labels[choice.tab, key])]
    ]
    return {
        "title": title,
        "lines": lines,
        "drawing": write_fluid(drawing),
        "names": [wording.name_by_date(key, choice.anchor) for key in available(choice)],
        "rows": [
            (
                filter_wording.row_label(choice.tab, key, label, language=language),
                key_beside(choice.tab, key, label),
                [(ranking.unit, _row_of(ranking, name), _cell_address(choice, ranking, key)) for ranking in rankings],
            )
            for key, name in rows
            for label in [name[-1]]
        ],
        "alone": choice.but(beside=()).address(),
        "currency": report.currency,
    }


def _rows_of(rankings: Iterable[Ranking], key: str) -> list[RowName]:
    """Return the names of the rows of a key: one for each project, and each source, that writes it."""
    return list(dict.fromkeys(row.name for one in rankings for row in (*one.ranked, *one.few) if row.key == key))


def _row_of(ranking: Ranking, name: RowName) -> RankedRow | None:
    return next((row for row in (*ranking.ranked, *ranking.few) if row.name == name), None)


def _cell_address(choice: ReportChoice, ranking: Ranking, key: str) -> str:
    return address_behind(choice, DrilldownTarget(of=ranking.indicator, by=choice.tab, key=key))
