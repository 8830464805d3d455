"""What happened, and when: actions, incidents and trainings that people mark on the axis of time (story 109)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from ressenti.kit.i18n import _
from ressenti.kit.names import read_line
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import marker, project, user

MOST_WORDS = 200
"""Characters of an annotation's words: a sentence beside a figure."""


class AnnotationKind(StrEnum):
    """What kind of thing happened."""

    ACTION = "action"
    INCIDENT = "incident"
    TRAINING = "training"


ANNOTATION_KINDS = {
    AnnotationKind.ACTION: _("Action"),
    AnnotationKind.INCIDENT: _("Incident"),
    AnnotationKind.TRAINING: _("Training"),
}


class NoSuchAnnotation(Refusal):
    """There is no annotation of that number."""

    status, code = 404, "no_such_marker"
    sentence = _("There is no such marker. It may have been removed.")


class NoWords(Refusal):
    """An annotation that says nothing."""

    code = "no_words"
    sentence = _("Say in a few words what happened, so that others understand the marker.")


class TooManyWords(Refusal):
    """An annotation that says more than fits beside a figure."""

    code = "too_many_words"
    sentence = _("A marker has room for {limit} characters; these words have {count}.")


class UnknownAnnotationKind(Refusal):
    """An annotation is an action, an incident or a training."""

    code = "unknown_marker_kind"
    sentence = _("“{value}” is not a kind of marker. Choose one of: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One annotation. `at` is its moment in microseconds; `project_name` and `by` are what people call both.

    `by` is None where a command of this machine set it.
    """

    id: int
    project_id: int
    project_key: str
    project_name: str
    zone: str
    at: int
    kind: AnnotationKind
    words: str
    user_id: int | None
    by: str | None


def list_annotations(
    connection: Connection,
    *,
    projects: Iterable[int] | None = None,
    start: int | None = None,
    end: int | None = None,
) -> list[Annotation]:
    """Return the annotations of projects (all if None) from `start` (included) to `end` (excluded), oldest first."""
    query = _annotations().order_by(marker.c.at, marker.c.id)
    if projects is not None:
        query = query.where(marker.c.project_id.in_(list(projects)))
    if start is not None:
        query = query.where(marker.c.at >= start)
    if end is not None:
        query = query.where(marker.c.at < end)
    return [_annotation(row) for row in connection.execute(query)]


def find_annotation(connection: Connection, annotation_id: int) -> Annotation:
    """Return one annotation; raises NoSuchAnnotation."""
    row = connection.execute(_annotations().where(marker.c.id == annotation_id)).one_or_none()
    if row is None:
        raise NoSuchAnnotation
    return _annotation(row)


def add_annotation(
    connection: Connection, *, project_id: int, at: int, kind: str, words: str, user_id: int | None, now: int
) -> Annotation:
    """Set an annotation; raises UnknownAnnotationKind and what `read_words` raises."""
    values = {"project_id": project_id, "at": at, "kind": read_kind(kind).value, "words": read_words(words)}
    made = insert(marker).values(**values, user_id=user_id, created_at=now).returning(marker.c.id)
    return find_annotation(connection, connection.execute(made).scalar_one())


def change_annotation(
    connection: Connection, annotation_id: int, *, project_id: int, at: int, kind: str, words: str
) -> Annotation:
    """Change an annotation; raises what `add_annotation` does, and NoSuchAnnotation."""
    values = {"project_id": project_id, "at": at, "kind": read_kind(kind).value, "words": read_words(words)}
    connection.execute(update(marker).where(marker.c.id == annotation_id).values(**values))
    return find_annotation(connection, annotation_id)


def remove_annotation(connection: Connection, annotation_id: int) -> None:
    """Remove an annotation; raises NoSuchAnnotation."""
    if not connection.execute(delete(marker).where(marker.c.id == annotation_id)).rowcount:
        raise NoSuchAnnotation


def read_kind(value: str) -> AnnotationKind:
    """Return a kind by its word; raises UnknownAnnotationKind."""
    try:
        return AnnotationKind(value)
    except ValueError:
        raise UnknownAnnotationKind(value=value, known=", ".join(AnnotationKind)) from None


def read_words(text: str) -> str:
    """Return an annotation's words on one line; raises NoWords, TooManyWords and ControlCharacter."""
    words = read_line(text)
    if not words:
        raise NoWords
    if len(words) > MOST_WORDS:
        raise TooManyWords(limit=MOST_WORDS, count=len(words))
    return words


def _annotations() -> Select[Any]:
    return (
        select(
            marker,
            project.c.key.label("project_key"),
            project.c.name.label("project_name"),
            project.c.zone,
            user.c.name.label("by"),
        )
        .join(project, project.c.id == marker.c.project_id)
        .outerjoin(user, user.c.id == marker.c.user_id)
    )


def _annotation(row: Row[Any]) -> Annotation:
    return Annotation(
        id=row.id,
        project_id=row.project_id,
        project_key=row.project_key,
        project_name=row.project_name,
        zone=row.zone,
        at=row.at,
        kind=AnnotationKind(row.kind),
        words=row.words,
        user_id=row.user_id,
        by=row.by,
    )
