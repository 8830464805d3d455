"""The markers on the axis of time: what was done or happened, and how the indicators stood before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from sqlalchemy import Connection

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.periods import first_moment
from ressenti.indicators.visibility import visible_projects
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import Project
from ressenti.record.refusals import UnknownProject
from ressenti.reports import wording
from ressenti.reports.annotations import WINDOWS, around, marks_in, period_around, prepare_all_before_after, read_window
from ressenti.reports.choice import ReportChoice
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.experience.report import ReportReader, prepare_evolution
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.model import EvolutionPoint
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.forms import FormFields, read_form
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.pages.saved_views.address import read_day
from ressenti.web.server.requests import AnyRequest
from ressenti.workspace.annotations import (
    MARKER_KINDS,
    MOST_WORDS,
    Annotation,
    NoSuchAnnotation,
    add_annotation,
    change_annotation,
    find_annotation,
    list_annotations,
    remove_annotation,
)
from ressenti.workspace.recurrence import read_time

PLACE = "/markers"
MARKS = needs(Permission.MARK)
SEES = needs(Permission.READ_FIGURES)

AnnotationId = Annotated[int, PathParameter(description="The marker.")]


class NotYours(Refusal):
    """Somebody else's marker."""

    status, code = 403, "not_yours"
    sentence = _("This marker was set by somebody else. They can change it, and so can an administrator.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAnnotation:
    """What the form of a marker holds; day and time on the clock of its project's zone."""

    words: str = ""
    kind: str = "action"
    day: str = ""
    time: str = ""
    project: str = ""


@get(PLACE, opt=SEES, sync_to_thread=True, include_in_schema=False)
def markers_page(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """List the markers, the latest first."""
    return _list(request, keeper, viewer, now)


@post(PLACE, opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def set_marker(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Set a marker; what cannot be understood is said beside the form, which keeps what was typed."""
    form = read_form(request, body)
    try:
        with keeper.record.write() as record:
            project, at = _where_and_when(form, visible_projects(record, viewer.within))
            made = add_annotation(
                record,
                project_id=project.id,
                at=at,
                kind=form.one("kind"),
                words=form.one("words"),
                user_id=viewer.user_id,
                now=now,
            )
    except Refusal as refusal:
        return _list(request, keeper, viewer, now, typed=_typed(form), refusal=refusal)
    return Redirect(f"{PLACE}/{made.id}", status_code=HTTP_303_SEE_OTHER)


@get(f"{PLACE}/{{marker_id:int}}", opt=SEES, sync_to_thread=True, include_in_schema=False)
def marker_page(
    marker_id: AnnotationId,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show how the indicators stood before and after a marker."""
    return _one(request, keeper, viewer, now, marker_id)


@post(f"{PLACE}/{{marker_id:int}}", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def say_otherwise(
    marker_id: AnnotationId,
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Change a marker of one's own; administrators change any."""
    form = read_form(request, body)
    with keeper.record.read() as record:
        _require_own(_seen_marker(record, marker_id, viewer)[0], viewer)
    try:
        with keeper.record.write() as record:
            project, at = _where_and_when(form, visible_projects(record, viewer.within))
            kind, words = form.one("kind"), form.one("words")
            change_annotation(record, marker_id, project_id=project.id, at=at, kind=kind, words=words)
    except Refusal as refusal:
        return _one(request, keeper, viewer, now, marker_id, typed=_typed(form), refusal=refusal)
    return Redirect(f"{PLACE}/{marker_id}", status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{marker_id:int}}/remove", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=200)
def remove(marker_id: AnnotationId, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer]) -> Redirect:
    """Take away a marker of one's own; administrators take away any."""
    with keeper.record.write() as record:
        _require_own(_seen_marker(record, marker_id, viewer)[0], viewer)
        remove_annotation(record, marker_id)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


ROUTES = (markers_page, set_marker, marker_page, say_otherwise, remove)


def _seen_marker(record: Connection, marker_id: int, viewer: Viewer) -> tuple[Annotation, Project]:
    """Return a marker and its project; raises NoSuchMarker, also for one of a project that they may not see."""
    found = find_annotation(record, marker_id)
    own = next((one for one in visible_projects(record, viewer.within) if one.id == found.project_id), None)
    if own is None:
        raise NoSuchAnnotation
    return found, own


def _require_own(marker: Annotation, viewer: Viewer) -> None:
    if not _is_own(marker, viewer):
        raise NotYours


def _is_own(marker: Annotation, viewer: Viewer) -> bool:
    is_theirs = marker.user_id is not None and marker.user_id == viewer.user_id
    return viewer.may(Permission.MARK) and (is_theirs or viewer.may(Permission.ADMINISTER))


def _where_and_when(form: FormFields, projects: Sequence[Project]) -> tuple[Project, int]:
    """Return the project of a form, the only one where there is but one, and the moment on the clock of its zone."""
    key = form.one("project") or (projects[0].key if projects else "")
    found = next((one for one in projects if one.key == key), None)
    if found is None:
        raise UnknownProject(key=key, known=", ".join(one.key for one in projects[:12]))
    day, minute = read_day(form.one("day")), read_time(form.one("time") or "00:00")
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    return found, first_moment(wall, found.zone)


def _typed(form: FormFields) -> TypedAnnotation:
    return TypedAnnotation(**{name: form.one(name) for name in ("words", "kind", "day", "time", "project")})


def _as_typed(marker: Annotation) -> TypedAnnotation:
    there = from_us(marker.at).astimezone(ZoneInfo(marker.zone))
    return TypedAnnotation(
        words=marker.words,
        kind=marker.kind.value,
        day=there.date().isoformat(),
        time=f"{there:%H:%M}",
        project=marker.project_key,
    )


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(kind.value, translate(words, language)) for kind, words in MARKER_KINDS.items()]


def _at(marker: Annotation) -> datetime:
    return from_us(marker.at).astimezone(ZoneInfo(marker.zone))


def _list(
    request: AnyRequest,
    keeper: FactStore,
    viewer: Viewer,
    now: int,
    *,
    typed: TypedAnnotation | None = None,
    refusal: Refusal | None = None,
) -> Response[str]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="markers")
    with keeper.record.read() as record:
        projects = visible_projects(record, viewer.within)
        found = list_annotations(record, projects=[project.id for project in projects])
    there = from_us(now).astimezone(ZoneInfo(projects[0].zone if projects else frame.zone))
    fresh = TypedAnnotation(day=there.date().isoformat(), time=f"{there:%H:%M}")
    return show(
        frame,
        "annotations/markers",
        status=refusal.status if refusal else HTTP_200_OK,
        markers=[(one, _at(one), _is_own(one, viewer)) for one in reversed(found)],
        typed=typed or fresh,
        wrong=refusal.say(frame.language) if refusal else "",
        kinds=_kinds(frame.language),
        kind_names=MARKER_KINDS,
        projects=projects,
        longest=MOST_WORDS,
    )


def _one(
    request: AnyRequest,
    keeper: FactStore,
    viewer: Viewer,
    now: int,
    marker_id: int,
    *,
    typed: TypedAnnotation | None = None,
    refusal: Refusal | None = None,
) -> Response[str]:
    opened = open_report(request, keeper=keeper, viewer=viewer, now=now, page="markers")
    frame, language = opened.frame, opened.language
    with keeper.record.read() as record:
        marker, project = _seen_marker(record, marker_id, viewer)
    days = read_window(request.query_params.get("window"))
    choice = _choice(opened, project)
    zone = choice.zone or project.zone
    both = around(marker.at, days, zone=zone, now=now)
    reading = _reading(opened, choice.narrowed(period_around(both, days, zone=zone)), zone)
    sides = prepare_all_before_after(reading, both)
    before, after = ((both.start, both.at), (both.at, both.end))
    return show(
        frame,
        "annotations/marker",
        status=refusal.status if refusal else HTTP_200_OK,
        marker=marker,
        at=from_us(marker.at).astimezone(ZoneInfo(zone)),
        kind_names=MARKER_KINDS,
        kinds=_kinds(language),
        is_own=_is_own(marker, viewer),
        typed=typed or _as_typed(marker),
        wrong=refusal.say(language) if refusal else "",
        projects=opened.projects,
        longest=MOST_WORDS,
        windows=[(one, one == days, _address(marker, choice, one, choice.indicator)) for one in WINDOWS],
        days=days,
        both=both,
        sides=[
            (
                one,
                wording.name(one.indicator, language=language),
                _address(marker, choice, days, one.indicator),
                _behind(reading.choice, one.indicator, before),
                _behind(reading.choice, one.indicator, after),
            )
            for one in sides
        ],
        filters=[
            wording.row_label(name, key, opened.labels[name, key], language=language)
            for name, keys in opened.choice.where
            for key in keys
            if name != "project"
        ],
        unfiltered=_address(marker, choice.but(where=()), days, choice.indicator),
        **(_evolution(opened, reading, project) if sides else {"drawing": None, "title": ""}),
    )


def _choice(opened: ReportContext, project: Project) -> ReportChoice:
    """Return what the marker's page shows: the filters of the address, in the marker's own project."""
    choice = opened.choice.but(compare="none", grain=None, beside=())
    return choice.filtered("project", (project.key,)) if len(opened.projects) > 1 else choice


def _reading(opened: ReportContext, choice: ReportChoice, zone: str) -> ReportReader:
    return replace(opened.reading, choice=choice, zone=zone)


def _address(marker: Annotation, choice: ReportChoice, days: int, indicator: str) -> str:
    """Return the address of a marker's page for a window and an indicator; its filters are kept."""
    kept = {"where", "anchor", "zone"}
    said = [(name, value) for name, value in choice.parameters() if name in kept and not value.startswith("project=")]
    return f"{PLACE}/{marker.id}?" + urlencode([("window", str(days)), ("indicator", indicator), *said])


def _behind(choice: ReportChoice, indicator: str, span: tuple[int, int]) -> str:
    """Return the address of the conversations behind one side of a marker."""
    since, until = (from_us(moment).isoformat() for moment in span)
    return address_behind(choice, DrilldownTarget(of=indicator, since=since, until=until))


def _evolution(opened: ReportContext, reading: ReportReader, project: Project) -> dict[str, Any]:
    """Draw the chosen indicator around the marker, with whatever else was marked there."""
    choice, language = reading.choice, opened.language
    with opened.keeper.record.read() as record:
        marks = marks_in(record, [project], choice.period, reading.zone)
    evolution = prepare_evolution(reading, marks)
    title = wording.evolution_title(evolution, language=language)

    def lead_to(point: EvolutionPoint) -> str | None:
        if not point.value.n:
            return None
        return address_behind(choice, DrilldownTarget(of=choice.indicator, grain=choice.bucket.value, bucket=point.key))

    describe = partial(wording.describe, evolution=evolution, before="", language=language)
    drawing = draw_evolution(evolution, language=language, label=title, describe=describe, lead_to=lead_to)
    return {"drawing": drawing, "title": title}
