"""What does the form of an annotation say: what happened, in which project, when on the clock of its zone?"""

from collections.abc import Sequence
from datetime import date, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.indicators.periods import first_moment
from ressenti.indicators.visibility import visible_projects
from ressenti.jobs.recurrence import read_time
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import Project
from ressenti.record.refusals import UnknownProject
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import read_day
from ressenti.workspace.annotations import (
    Annotation,
    AnnotationKind,
    NoSuchAnnotation,
    add_annotation,
    change_annotation,
    find_annotation,
    remove_annotation,
)


class NotYours(Refusal):
    """Somebody else's annotation."""

    status, code = 403, "not_yours"
    sentence = _("This marker was set by somebody else. They can change it, and so can an administrator.")


def fresh_fields(zone: str, now: int) -> FormFields:
    """Return the form of an annotation that is not set yet: now, on the clock of a zone."""
    there = from_us(now).astimezone(ZoneInfo(zone))
    return FormFields.of(kind="action", day=there.date().isoformat(), time=f"{there:%H:%M}")


def address_of_marker(on: date) -> str:
    """Return where an incident that began on a day can be marked, its form filled in so far."""
    return f"/markers?{urlencode({'kind': AnnotationKind.INCIDENT.value, 'day': on.isoformat()})}"


def offered_fields(context: RequestContext, zone: str) -> FormFields:
    """Return the form of an annotation that is not set yet, with what the address offers; nonsense is not taken."""
    fresh, kind, day = fresh_fields(zone, context.now), context.parameter("kind"), context.parameter("day")
    try:
        offered = {"kind": AnnotationKind(kind).value, "day": date.fromisoformat(day).isoformat(), "time": "00:00"}
    except ValueError:
        return fresh
    return FormFields.of(**offered)


def filled_in(annotation: Annotation) -> FormFields:
    """Return the form of an annotation as it is."""
    there = from_us(annotation.at).astimezone(ZoneInfo(annotation.zone))
    return FormFields.of(
        words=annotation.words,
        kind=annotation.kind.value,
        day=there.date().isoformat(),
        time=f"{there:%H:%M}",
        project=annotation.project_key,
    )


def visible_annotation(context: RequestContext, annotation_id: int) -> tuple[Annotation, Project]:
    """Return an annotation and its project; raises NoSuchAnnotation, also where the viewer may not see its project."""
    with context.record.read() as record:
        annotation = find_annotation(record, annotation_id)
        projects = visible_projects(record, context.viewer.within)
    project = next((each for each in projects if each.id == annotation.project_id), None)
    if project is None:
        raise NoSuchAnnotation
    return annotation, project


def is_own(annotation: Annotation, viewer: Viewer) -> bool:
    """Say whether the viewer may change an annotation: it is theirs, or they are an administrator."""
    is_theirs = annotation.user_id is not None and annotation.user_id == viewer.user_id
    return viewer.may(Permission.MARK) and (is_theirs or viewer.may(Permission.ADMINISTER))


def require_own(context: RequestContext, annotation_id: int) -> None:
    """Refuse an annotation that the viewer may not change; raises NoSuchAnnotation and NotYours."""
    if not is_own(visible_annotation(context, annotation_id)[0], context.viewer):
        raise NotYours


def take_annotation(context: RequestContext, form: FormFields) -> int:
    """Set an annotation and return its number."""
    viewer = context.viewer
    with context.record.write() as record:
        project, at = _where_and_when(form, visible_projects(record, viewer.within))
        kind, words = form.text("kind"), form.text("words")
        return add_annotation(
            record, project_id=project.id, at=at, kind=kind, words=words, user_id=viewer.user_id, now=context.now
        ).id


def take_change(context: RequestContext, annotation_id: int, form: FormFields) -> None:
    """Change an annotation."""
    with context.record.write() as record:
        project, at = _where_and_when(form, visible_projects(record, context.viewer.within))
        kind, words = form.text("kind"), form.text("words")
        change_annotation(record, annotation_id, project_id=project.id, at=at, kind=kind, words=words)


def take_removal(context: RequestContext, annotation_id: int) -> FormFields:
    """Remove an annotation, and return the form that sets it again."""
    with context.record.write() as record:
        removed = find_annotation(record, annotation_id)
        remove_annotation(record, annotation_id)
    return filled_in(removed)


def _where_and_when(form: FormFields, projects: Sequence[Project]) -> tuple[Project, int]:
    """Return the project of a form, the only one where there is but one, and the moment on the clock of its zone."""
    key = form.text("project") or (projects[0].key if projects else "")
    project = next((each for each in projects if each.key == key), None)
    if project is None:
        raise UnknownProject(key=key, known=", ".join(each.key for each in projects[:12]))
    day, minute = read_day(form.text("day")), read_time(form.text("time") or "00:00")
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    return project, first_moment(wall, project.zone)
