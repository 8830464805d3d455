"""Each figure of the report as a picture to take away: SVG for documents, PNG for slides and mails."""

from typing import Annotated
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission
from ressenti.indicators.catalogue import NPS, indicator
from ressenti.indicators.dimensions import DIMENSIONS, RATING
from ressenti.kit.clock import from_us
from ressenti.reports import comparison_wording, filter_wording
from ressenti.reports.choice import EVOLUTION, RATINGS
from ressenti.reports.dates import moment, span
from ressenti.reports.experience.rankings import prepare_ranking
from ressenti.reports.experience.report import prepare_evolution, prepare_ratings, prepare_split
from ressenti.reports.figures import pictures
from ressenti.reports.figures.palette import DARK, LIGHT
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.downloads.files import days_of
from ressenti.web.pages.report.view_models import annotations_of
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.pages.request_context import Context

SPLIT = "split"
SVG, PNG = "svg", "png"
TYPES = {SVG: "image/svg+xml", PNG: "image/png"}
ROWS = 30
"""Rows of a ranking in a picture: more would be a page, not a picture."""
PictureFile = Annotated[str, PathParameter(description="The figure and the form of the picture: `evolution.png`.")]


@get("/picture/{file:str}", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def picture(file: PictureFile, context: Context) -> Response[bytes]:
    """Give a figure of the report of this address as a picture."""
    name, _dot, form = file.rpartition(".")
    if form not in TYPES or name not in {EVOLUTION, RATINGS, SPLIT, *DIMENSIONS}:
        raise NotFoundException
    report = open_report(context)
    svg = pictures.standalone_svg(_laid_out(name, report), source=_source(report))
    content = svg.encode() if form == SVG else pictures.png(svg)
    disposition = {"content-disposition": f'attachment; filename="{_file_name(name, form, report)}"'}
    return Response(content, media_type=TYPES[form], headers=disposition)


ROUTES = (picture,)


def _file_name(name: str, form: str, report: ReportContext) -> str:
    indicator = NPS.key if name == SPLIT else report.choice.indicator
    return f"ressenti-{indicator}-{name}-{days_of(report.choice.period)}.{form}".replace("_", "-")


def _laid_out(name: str, report: ReportContext) -> pictures.Picture:
    reading, choice, language = report.reading, report.choice, report.language
    theme = DARK if report.page.theme == DARK else LIGHT
    if name == EVOLUTION:
        named = comparison_wording.previous_name(choice, currency=report.currency, language=language)
        before = named if choice.comparison else ""
        evolution = prepare_evolution(reading, annotations_of(report))
        return pictures.picture_evolution(evolution, language=language, before=before, theme=theme)
    if name == SPLIT:
        return pictures.picture_split(prepare_split(reading), language=language, theme=theme)
    if name == RATINGS and indicator(choice.indicator).ratings:
        ratings = prepare_ratings(reading, choice.indicator)
        return pictures.picture_ratings(ratings, language=language, theme=theme)
    ranking = prepare_ranking(reading, RATING.key if name == RATINGS else name, most=ROWS)
    return pictures.picture_ranking(ranking, language=language, theme=theme)


def _source(report: ReportContext) -> str:
    """Say where a picture comes from: the project, the days, the filters, and when it was drawn."""
    period, language = report.choice.period, report.language
    drawn = moment(from_us(report.reading.now).astimezone(ZoneInfo(report.reading.zone)), language=language)
    filters = filter_wording.filter_labels(report.choice.where, report.labels, language=language)
    said = [report.page.project, span(period.start, period.last, language=language), *filters, f"Ressenti, {drawn}"]
    return " · ".join(words for words in said if words)
