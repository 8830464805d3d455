"""What each part of the report needs in its template: figures drawn, words chosen, every mark with its address."""

from functools import partial
from typing import Any

from ressenti.indicators.catalogue import (
    CONVERSATIONS,
    CSAT,
    FIRST_RESPONSE_TIME,
    NPS,
    NPS_DISTRIBUTION,
    average_of,
    indicator,
)
from ressenti.indicators.dimensions import RATING, SURVEY
from ressenti.indicators.measures import has_interval
from ressenti.indicators.model import Unit, Value
from ressenti.kit.i18n import _, translate
from ressenti.reports import comparison_wording, filter_wording, wording
from ressenti.reports.choice import OVERVIEW, ReportChoice
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience.episode import prepare_episode, with_episode
from ressenti.reports.experience.headline import headline
from ressenti.reports.experience.report import (
    prepare_beside_median,
    prepare_evolution,
    prepare_ratings,
    prepare_split,
    prepare_tile,
)
from ressenti.reports.experience.standing import prepare_standing
from ressenti.reports.experience.surveys import SURVEYED, SurveyTableRow, prepare_surveys
from ressenti.reports.few import is_few
from ressenti.reports.figures.annotations import draw_sign
from ressenti.reports.figures.axis import DENSE
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.evolution import draw_evolution, is_gap
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.figures.split import draw_split
from ressenti.reports.model import EvolutionPoint, NpsClass, Standing, Tile
from ressenti.reports.period import grains_for
from ressenti.web.pages.annotations.form import address_of_marker
from ressenti.web.pages.comments.view import comments_part
from ressenti.web.pages.report.rankings import ranking_content
from ressenti.web.pages.report_context import ReportContext


def lead_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the opening sentence."""
    reading = report.reading
    tiles = {key: prepare_tile(reading, key) for key in (CSAT.key, NPS.key, FIRST_RESPONSE_TIME.key, CONVERSATIONS.key)}
    standing, _elsewhere = prepare_standing(reading, tiles.values())
    episode = prepare_episode(reading, CSAT.key) if standing is Standing.MEASURED else None
    lead = headline(
        standing,
        tiles[CSAT.key],
        tiles[FIRST_RESPONSE_TIME.key],
        episode=episode,
        beside=comparison_wording.beside_name(report.choice, currency=report.currency, language=report.language),
        language=report.language,
    )
    mark = None
    if episode and report.page.may("mark"):
        mark = report.page.link(address_of_marker(episode.episode.start))
    return {"lead": lead, "mark": mark}


def tile_content(report: ReportContext, key: str) -> dict[str, Any]:
    """Prepare the tile of an indicator."""
    choice = report.choice
    tile = prepare_tile(report.reading, key)
    is_median = key in wording.MEDIANS
    # A sum of a whole period is no height that its buckets could be held against.
    before = None if tile.unit is Unit.COUNT else _before(tile)
    return {
        "tile": tile,
        "is_few": is_few(tile.value, tile.unit),
        "counts": wording.few_share(tile.value, language=report.language) if tile.unit is Unit.PERCENT else None,
        "name": wording.name_by_date(key, choice.anchor),
        "is_median": is_median,
        "beside_median": [
            (wording.SAID_BESIDE_MEDIAN[one], value) for one, value in prepare_beside_median(report.reading, key)
        ],
        "definition": translate(indicator(key).definition, report.language),
        "spark": write_fluid(draw_spark(tile.shape, previous=before)),
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
    evolution = with_episode(report.reading, prepare_evolution(report.reading, annotations_of(report)))
    before = comparison_wording.previous_name(choice, currency=report.currency, language=language)
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: EvolutionPoint) -> str | None:
        if not point.value.n:
            return None
        return address_behind(
            choice, DrilldownTarget(of=choice.indicator, grain=evolution.grain.value, bucket=point.key)
        )

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
        "episode": evolution.episode,
        "grain": evolution.grain,
        "grains": [
            (wording.GRAINS[grain], grain is evolution.grain, choice.but(grain=grain).address())
            for grain in grains_for(choice.period.days)
        ],
        "has_interval": has_interval(indicator(evolution.indicator).measure),
        "has_gaps": bool(evolution.total.n) and any(map(is_gap, evolution.points)),
        "has_few": any(is_few(point.value, evolution.unit) for point in evolution.points),
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
    distribution, mean = prepare_ratings(report.reading, choice.indicator), average_of(indicator(choice.indicator))

    def lead_to(ratings: tuple[int, ...]) -> str:
        return address_behind(choice, DrilldownTarget(of=distribution.indicator, ratings=ratings))

    describe = partial(wording.describe_rating, distribution=distribution, language=language)
    drawing = draw_distribution(distribution, language=language, describe=describe, lead_to=lead_to)
    return {
        "is_distribution": True,
        "average_unit": mean.unit if mean else None,
        "counted": wording.COUNTED.get(ratings.column),
        "distribution": distribution,
        "drawing": write_fluid(drawing),
        "rows": [
            (rating, lead_to((rating.rating,)), wording.rating_name(ratings, rating.rating))
            for rating in distribution.ratings
        ],
        "before": comparison_wording.previous_name(choice, currency=report.currency, language=language)
        if choice.comparison
        else None,
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
        return filter_wording.row_label(SURVEY.key, row.key, row.label, language=language)

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


def comments_content(report: ReportContext) -> dict[str, Any]:
    """Prepare the first comments of the answers shown."""
    return comments_part(report)
