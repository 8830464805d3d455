"""What each part of the report needs in its template: figures drawn, words chosen, every mark with its address."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from ressenti.indicators.catalogue import (
    CONVERSATIONS,
    CSAT,
    FIRST_RESPONSE_TIME,
    NPS,
    NPS_DISTRIBUTION,
    SATISFACTION,
    average_of,
    indicator,
)
from ressenti.indicators.dimensions import RATING, SURVEY, dimension
from ressenti.indicators.model import Better, Unit, Value
from ressenti.indicators.names import key_beside
from ressenti.kit.i18n import _, translate
from ressenti.reports import wording
from ressenti.reports.advice import ADVICE, advice_for, weak_rows, weak_tiles
from ressenti.reports.choice import MOST_BESIDE, ORDERS, OVERVIEW, ReportChoice, available
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience.headline import headline
from ressenti.reports.experience.report import (
    ALL_ROWS,
    FIRST_ROWS,
    MOST_ROWS,
    SURVEYED,
    SurveyTableRow,
    prepare_beside_median,
    prepare_evolution,
    prepare_lines,
    prepare_ranking,
    prepare_ratings,
    prepare_split,
    prepare_standing,
    prepare_surveys,
    prepare_tile,
)
from ressenti.reports.figures.annotations import draw_sign
from ressenti.reports.figures.axis import DENSE
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.evolution import draw_evolution, is_gap
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.lines import draw_lines
from ressenti.reports.figures.ranking import draw_head, draw_row
from ressenti.reports.figures.scale import AxisScale, ranking_scale
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.figures.split import draw_split
from ressenti.reports.format import amount
from ressenti.reports.model import EvolutionPoint, NpsClass, RankedRow, Ranking, Tile
from ressenti.reports.period import grains_for
from ressenti.web.pages.comments.view import comments_part
from ressenti.web.pages.report_context import ReportContext

MOST_WEAK = 5
"""Weak rows that are named; the others are in the table."""
HAVE_INTERVAL = frozenset({Unit.PERCENT, Unit.POINTS})


def lead_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the opening sentence."""
    reading = report.reading
    tiles = {key: prepare_tile(reading, key) for key in (CSAT.key, NPS.key, FIRST_RESPONSE_TIME.key, CONVERSATIONS.key)}
    standing, _elsewhere = prepare_standing(reading, tiles.values())
    said = headline(standing, tiles[CSAT.key], tiles[FIRST_RESPONSE_TIME.key], language=report.language)
    return {"lead": said}


def tile_content(report: ReportContext, key: str) -> dict[str, Any]:
    """Prepare the tile of an indicator."""
    choice = report.choice
    tile = prepare_tile(report.reading, key)
    is_median = key in wording.MEDIANS
    # A sum of a whole period is no height that its buckets could be held against.
    before = None if tile.unit is Unit.COUNT else _before(tile)
    return {
        "tile": tile,
        "name": wording.name_by_date(key, choice.anchor),
        "is_median": is_median,
        "beside_median": [
            (wording.SAID_BESIDE_MEDIAN[one], value) for one, value in prepare_beside_median(report.reading, key)
        ],
        "definition": translate(indicator(key).definition, report.language),
        "spark": write_fluid(draw_spark(tile.shape, previous=before, running=tile.running)),
        "address": choice.but(indicator=key).address(),
        "behind": address_behind(choice, DrilldownTarget(of=key)),
        "other_dates": [
            (wording.OTHER_DATES[one.anchor], one.n, choice.but(anchor=one.anchor).address())
            for one in tile.other_dates
        ],
        "answers_alone": wording.ANSWERS_ALONE if tile.answers_alone and not tile.other_dates else None,
        "other_scales": wording.on_other_scales(key, tile.other_scales, language=report.language),
        "scale_commands": _scale_commands(report, tile) if indicator(key).is_judged else (),
        "base": wording.base_of(key, tile.value, language=report.language),
    }


def _scale_commands(report: ReportContext, tile: Tile) -> list[str]:
    project = report.projects[0].key if len(report.projects) == 1 else "KEY"
    return [wording.satisfied_command(one, project) for one in tile.other_scales]


def _before(tile: Tile) -> float | None:
    return tile.previous.value if tile.previous else None


def evolution_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the chosen indicator over time."""
    choice, language = report.choice, report.language
    evolution = prepare_evolution(report.reading, annotations_of(report))
    before = wording.previous_name(choice, language=language)
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: EvolutionPoint) -> str | None:
        if not point.value.n:
            return None
        return address_behind(choice, DrilldownTarget(of=choice.indicator, grain=choice.bucket.value, bucket=point.key))

    describe = partial(wording.describe, evolution=evolution, before=before, language=language)
    drawing = draw_evolution(evolution, language=language, label=title, describe=describe, lead_to=lead_to)
    names = wording.bucket_names(evolution, language=language)
    return {
        "title": title,
        "before": before if choice.comparison else None,
        "unit": evolution.unit,
        "annotations": evolution.annotations,
        "sign": lambda kind: write_fluid(draw_sign(kind)),
        "drawing": write_fluid(drawing),
        "rows": [
            (name, point, lead_to(point), _zoom(choice, point))
            for name, point in zip(names, evolution.points, strict=True)
        ],
        "grain": evolution.grain,
        "grains": [
            (wording.GRAINS[grain], grain is evolution.grain, choice.but(grain=grain).address())
            for grain in grains_for(choice.period.days)
        ],
        "has_interval": evolution.unit in HAVE_INTERVAL,
        "has_gaps": bool(evolution.total.n) and any(map(is_gap, evolution.points)),
        "has_unfinished": any(point.is_unfinished and point.value.value is not None for point in evolution.points),
        "is_dense": len(evolution.points) > DENSE,
        "is_open": choice.tab == "evolution",
        "currency": report.currency,
    }


def annotations_of(report: ReportContext) -> Any:
    """Return the dated annotations that fall into the period."""
    from ressenti.reports.annotations import annotations_in

    with report.facts.record.read() as record:
        return annotations_in(record, report.projects, report.choice.period, report.reading.zone)


def _zoom(choice: ReportChoice, point: EvolutionPoint) -> str | None:
    """Return the address of the report of a bucket's days alone, where it is not the whole period."""
    is_whole = point.days is None or point.days == choice.period
    return None if is_whole or point.days is None else choice.narrowed(point.days).address()


def ratings_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the ratings the chosen indicator is made of, or the indicator by satisfaction rating."""
    choice, language = report.choice, report.language
    ratings = indicator(choice.indicator).ratings
    if not ratings:
        return {"is_distribution": False, **ranking_content(report, RATING.key, is_card=choice.tab == OVERVIEW)}
    distribution = prepare_ratings(report.reading, choice.indicator)

    def lead_to(ratings: tuple[int, ...]) -> str:
        return address_behind(choice, DrilldownTarget(of=distribution.indicator, ratings=ratings))

    describe = partial(wording.describe_rating, distribution=distribution, language=language)
    drawing = draw_distribution(distribution, language=language, describe=describe, lead_to=lead_to)
    return {
        "is_distribution": True,
        "is_of_satisfaction": ratings == SATISFACTION,
        "distribution": distribution,
        "drawing": write_fluid(drawing),
        "rows": [
            (rating, lead_to((rating.rating,)), wording.rating_name(ratings, rating.rating))
            for rating in distribution.ratings
        ],
        "before": wording.previous_name(choice, language=language) if choice.comparison else None,
        "other_scales": wording.on_other_scales(distribution.indicator, distribution.other_scales, language=language),
    }


def split_content(report: ReportContext) -> dict[str, Any]:
    """Prepare how the NPS is made of promoters, passives and detractors, each with the list of them."""
    choice, language = report.choice, report.language
    split = prepare_split(report.reading)

    def lead_to(one: NpsClass) -> str:
        return address_behind(choice, DrilldownTarget(of=NPS_DISTRIBUTION.key, ratings=one.ratings))

    return {
        "split": split,
        "drawing": write_fluid(draw_split(split, language=language, lead_to=lead_to)),
        "rows": [(wording.CLASSES[one], count, split.share(one), lead_to(one), one) for one, count in split.counts],
        "comments": lambda one: choice.address("/comments") + _and(choice) + f"nps={one.value}",
    }


def _and(choice: ReportChoice) -> str:
    return "&" if choice.parameters() else "?"


def ranking_content(report: ReportContext, by: str, *, is_card: bool = False) -> dict[str, Any]:
    """Prepare the chosen indicator by a dimension; by agent, what is made of ratings has their mean beside it."""
    choice, language = report.choice, report.language
    most = ALL_ROWS if choice.is_whole_ranking else MOST_ROWS
    ranking = prepare_ranking(report.reading, by, most=FIRST_ROWS if is_card else most)
    second = None
    mean = average_of(indicator(choice.indicator))
    if mean and dimension(by).is_credited:
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
        "has_interval": ranking.unit in HAVE_INTERVAL,
        "all_rows": choice.but(is_whole_ranking=True).address() if ranking.hidden_count and not is_card else None,
        "tab": choice.but(tab=by).address() if by in wording.TABS else None,
        "orders": [
            (wording.ORDERS[order], order == choice.order, choice.but(order=order).address())
            for order in ORDERS
            if order != "lower" or ranking.unit is Unit.PERCENT
        ],
        "order": wording.ORDERS[choice.order],
        "can_compare": can_compare,
        "most_beside": MOST_BESIDE,
        "kept": [pair for pair in choice.parameters() if pair[0] != "beside"],
        "currency": report.currency,
        "weak": _weak(report, ranking) if is_tab else None,
    }


def _weak(report: ReportContext, ranking: Ranking) -> dict[str, Any] | None:
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


def _ranking(report: ReportContext, ranking: Ranking) -> dict[str, Any]:
    language, everyone = report.language, _everyone(ranking)
    scale = ranking_scale(_reach(ranking), ranking.unit)
    told = amount(everyone, ranking.unit, language=language)
    words = "" if everyone is None else f"{translate(_('all'), language)} {told}"
    return {
        "head": write_fluid(draw_head(scale, ranking.unit, language=language, everyone=everyone, words=words)),
        "ranked": [_ranked(report, row, ranking, scale) for row in ranking.ranked],
        "few": [_ranked(report, row, ranking, scale, is_few=True) for row in ranking.few],
        "starts_at": scale.low if ranking.unit is Unit.PERCENT else 0,
    }


def _everyone(ranking: Ranking) -> float | None:
    """Return the value of everyone, which a row can be held against; the sum of all rows is none."""
    return None if ranking.unit in {Unit.COUNT, Unit.MONEY} else ranking.total.value


def _reach(ranking: Ranking) -> Iterator[float]:
    for row in ranking.ranked:
        if row.value.value is not None:
            yield row.value.value


def _ranked(
    report: ReportContext, row: RankedRow, ranking: Ranking, scale: AxisScale, *, is_few: bool = False
) -> dict[str, Any]:
    choice, language = report.choice, report.language
    label = wording.row_label(ranking.by, row.key, row.label, language=language)
    told = amount(row.value.value, ranking.unit, language=language, currency=report.currency)
    is_share = ranking.unit is Unit.PERCENT
    key = row.key or ""
    behind = address_behind(choice, DrilldownTarget(of=ranking.indicator, by=ranking.by, key=row.key))
    rests_on = wording.base(row.value, ranking.unit, of=ranking.indicator, language=language)
    words = translate(_("{when}: {what}"), language).format(when=label, what=f"{told}, {rests_on}")
    drawing = draw_row(row.value, scale, everyone=_everyone(ranking), is_few=is_few, address=behind, words=words)
    return {
        "row": row,
        "key": row.key,
        "label": label,
        "key_beside": key_beside(ranking.by, row.key, row.label),
        "drawing": write_fluid(drawing),
        "written": wording.few_share(row.value, language=language) if is_few and is_share else told,
        "address": None if choice.keys(ranking.by) == (key,) else choice.filtered(ranking.by, [key]).address(),
        "behind": behind,
        "is_beside": row.key in choice.beside,
    }


def _second(report: ReportContext, first: Ranking, second: Ranking) -> dict[str, Any]:
    """Draw the second figure in the order of the first, so that both stand in one row."""
    everyone = second.total.value
    scale = ranking_scale(_reach(second), second.unit)
    found = {_row_name(row): row.value for row in (*second.ranked, *second.few)}
    told = amount(everyone, second.unit, language=report.language)
    words = "" if everyone is None else f"{translate(_('all'), report.language)} {told}"
    few = {_row_name(row) for row in first.few}
    rows = {
        _row_name(row): {
            "value": found.get(_row_name(row)),
            "drawing": write_fluid(
                draw_row(
                    found.get(_row_name(row), Value(None, 0)),
                    scale,
                    everyone=everyone,
                    is_few=_row_name(row) in few,
                    address=address_behind(
                        report.choice, DrilldownTarget(of=second.indicator, by=second.by, key=row.key)
                    ),
                    words=amount(
                        found.get(_row_name(row), Value(None, 0)).value, second.unit, language=report.language
                    ),
                )
            ),
        }
        for row in (*first.ranked, *first.few)
    }
    head = draw_head(scale, second.unit, language=report.language, everyone=everyone, words=words)
    return {"head": write_fluid(head), "rows": rows, "unit": second.unit}


def beside_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the chosen rows of the tab side by side: over time, and in every indicator."""
    choice, language = report.choice, report.language
    lines = prepare_lines(report.reading)
    title = wording.TABS[choice.tab]

    def lead_to(key: str, bucket: str) -> str:
        behind = DrilldownTarget(of=choice.indicator, by=choice.tab, key=key, grain=choice.bucket.value, bucket=bucket)
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
        name for key in choice.beside for name in _rows_of(rankings, key) or [(key, report.labels[choice.tab, key])]
    ]
    return {
        "title": title,
        "lines": lines,
        "drawing": write_fluid(drawing),
        "names": [wording.name_by_date(key, choice.anchor) for key in available(choice)],
        "rows": [
            (
                wording.row_label(choice.tab, key, label, language=language),
                key_beside(choice.tab, key, label),
                [
                    (ranking.unit, _row_of(ranking, (key, label)), _cell_address(choice, ranking, key))
                    for ranking in rankings
                ],
            )
            for key, label in rows
        ],
        "alone": choice.but(beside=()).address(),
        "currency": report.currency,
    }


def surveys_content(report: ReportContext) -> dict[str, Any]:
    """Prepare every survey: how many were sent and answered, and what came back (domain section 6.3)."""
    choice, language = report.choice, report.language
    surveys = prepare_surveys(report.reading)

    def cell(row: SurveyTableRow, key: str) -> tuple[Unit, Value | None, str]:
        value = row.values.get(key)
        behind = DrilldownTarget(of=key, by=SURVEY.key, key=row.key) if row.is_one else DrilldownTarget(of=key)
        return indicator(key).unit, value, address_behind(choice, behind)

    def name(row: SurveyTableRow) -> str:
        if not row.is_one:
            return translate(_("All surveys"), language)
        return wording.row_label(SURVEY.key, row.key, row.label, language=language)

    return {
        "names": [indicator(key).name for key in SURVEYED],
        "rows": [
            (
                name(row),
                choice.filtered(SURVEY.key, [row.key or ""]).address() if row.is_one else None,
                row.offered,
                row.answered,
                [cell(row, key) for key in SURVEYED],
            )
            for row in surveys.rows
        ],
        "coverage": surveys.coverage,
        "why": surveys.why,
        "closed": surveys.coverage.n,
    }


def _row_name(row: RankedRow) -> tuple[str | None, str]:
    """Return what tells a row from the others: two projects may write the same key."""
    return row.key, row.label


def _rows_of(rankings: Iterable[Ranking], key: str) -> list[tuple[str, str]]:
    """Return the names of the rows of a key: one for each project that writes it."""
    found = (row.label for ranking in rankings for row in (*ranking.ranked, *ranking.few) if row.key == key)
    return [(key, label) for label in dict.fromkeys(found)]


def _row_of(ranking: Ranking, name: tuple[str, str]) -> RankedRow | None:
    return next((row for row in (*ranking.ranked, *ranking.few) if _row_name(row) == name), None)


def _cell_address(choice: ReportChoice, ranking: Ranking, key: str) -> str:
    return address_behind(choice, DrilldownTarget(of=ranking.indicator, by=choice.tab, key=key))


def comments_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the first comments of the answers shown."""
    return comments_part(report)


def advice_content(report: ReportContext) -> dict[str, Any]:
    """Prepare what may help, where the chosen indicator is weak."""
    key = report.choice.indicator
    if not _is_weak(report, key):
        return {"words": ""}
    return {"words": _advice(report, key), "practice": ADVICE[key].practice}
