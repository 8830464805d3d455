"""How are annotations shown: the list of them, and each with the indicators before and after it?"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response

from ressenti.indicators.dimensions import PROJECT
from ressenti.indicators.visibility import visible_projects
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import translate
from ressenti.record.projects import Project
from ressenti.reports import filter_wording, wording
from ressenti.reports.annotations import (
    WINDOWS,
    annotations_in,
    around,
    period_around,
    prepare_all_before_after,
    read_window,
)
from ressenti.reports.choice import ReportChoice
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience.report import ReportReader, prepare_evolution
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.model import EvolutionPoint
from ressenti.web.pages.annotations.form import filled_in, is_own, offered_fields, visible_annotation
from ressenti.web.pages.forms import FormFields, RefusedForm, show_form
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.pages.request_context import RequestContext
from ressenti.workspace.annotations import ANNOTATION_KINDS, MOST_WORDS, Annotation, list_annotations

PLACE = "/markers"


def show_annotations(
    context: RequestContext, *, refused: RefusedForm | None = None, removed: FormFields | None = None
) -> Response[Any]:
    """List the annotations, the latest first, with the form of another, and the way back of one just removed."""
    page, viewer = context.page("markers"), context.viewer
    with context.record.read() as record:
        projects = visible_projects(record, viewer.within)
        annotations = list_annotations(record, projects=[project.id for project in projects])
    fresh = offered_fields(context, projects[0].zone if projects else page.zone)
    return show_form(
        page,
        "annotations/annotations",
        refused,
        annotations=[(annotation, _at(annotation), is_own(annotation, viewer)) for annotation in reversed(annotations)],
        typed=refused.typed if refused else fresh,
        removed=removed,
        is_begun=bool(context.parameter("day")),
        kinds=_kinds(page.language),
        kind_names=ANNOTATION_KINDS,
        projects=projects,
        longest=MOST_WORDS,
    )


def show_annotation(
    context: RequestContext, annotation_id: int, *, refused: RefusedForm | None = None
) -> Response[Any]:
    """Show how the indicators stood before and after an annotation, with its form where the viewer may change it."""
    report = open_report(context, place="markers")
    language = report.language
    annotation, project = visible_annotation(context, annotation_id)
    days = read_window(context.request.query_params.get("window"))
    choice = _choice(report, project)
    zone = choice.zone or project.zone
    both = around(annotation.at, days, zone=zone, now=context.now)
    reading = _reading(report, choice.narrowed(period_around(both, days, zone=zone)), zone)
    sides = prepare_all_before_after(reading, both)
    before, after = ((both.start, both.at), (both.at, both.end))
    return show_form(
        report.page,
        "annotations/annotation",
        refused,
        annotation=annotation,
        at=from_us(annotation.at).astimezone(ZoneInfo(zone)),
        kind_names=ANNOTATION_KINDS,
        kinds=_kinds(language),
        is_own=is_own(annotation, context.viewer),
        typed=refused.typed if refused else filled_in(annotation),
        projects=report.projects,
        longest=MOST_WORDS,
        windows=[
            (length, length == days, _address(annotation, report.choice, length, choice.indicator))
            for length in WINDOWS
        ],
        days=days,
        both=both,
        sides=[
            (
                side,
                wording.name(side.indicator, language=language),
                _address(annotation, report.choice, days, side.indicator),
                _behind(reading.choice, side.indicator, before),
                _behind(reading.choice, side.indicator, after),
            )
            for side in sides
        ],
        filters=tuple(
            filter_wording.filter_labels(
                [one for one in report.choice.where if one.dimension != PROJECT.key], report.labels, language=language
            )
        ),
        unfiltered=_address(annotation, report.choice.but(where=()), days, choice.indicator),
        **(_evolution(report, reading, project) if sides else {"drawing": None, "title": ""}),
    )


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(kind.value, translate(words, language)) for kind, words in ANNOTATION_KINDS.items()]


def _at(annotation: Annotation) -> datetime:
    return from_us(annotation.at).astimezone(ZoneInfo(annotation.zone))


def _choice(report: ReportContext, project: Project) -> ReportChoice:
    """Return what the annotation's page shows: the filters of the address, in the annotation's own project."""
    choice = report.choice.but(is_refused=True, grain=None, beside=())
    return choice.filtered(PROJECT.key, (project.key,)) if len(report.projects) > 1 else choice


def _reading(report: ReportContext, choice: ReportChoice, zone: str) -> ReportReader:
    return replace(report.reading, choice=choice, zone=zone)


def _address(annotation: Annotation, choice: ReportChoice, days: int, indicator: str) -> str:
    """Return the address of an annotation's page for a window and an indicator."""
    own = [("window", str(days)), ("indicator", indicator)]
    return f"{PLACE}/{annotation.id}?" + urlencode([*own, *choice.context()])


def _behind(choice: ReportChoice, indicator: str, span: tuple[int, int]) -> str:
    """Return the address of the conversations behind one side of an annotation."""
    since, until = (from_us(moment).isoformat() for moment in span)
    return address_behind(choice, DrilldownTarget(of=indicator, since=since, until=until))


def _evolution(report: ReportContext, reading: ReportReader, project: Project) -> dict[str, Any]:
    """Draw the chosen indicator around the annotation, with whatever else was marked there."""
    choice, language = reading.choice, report.language
    with report.facts.record.read() as record:
        annotations = annotations_in(record, [project], choice.period, reading.zone)
    evolution = prepare_evolution(reading, annotations)
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: EvolutionPoint) -> str | None:
        if not point.value.n:
            return None
        return address_behind(
            choice, DrilldownTarget(of=choice.indicator, grain=evolution.grain.value, bucket=point.key)
        )

    describe = partial(wording.describe, evolution=evolution, before="", language=language)
    drawing = draw_evolution(evolution, language=language, label=title, describe=describe, lead_to=lead_to)
    return {"drawing": write_fluid(drawing), "title": title}
