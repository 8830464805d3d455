"""What the surrogate ids in the facts are called: the sources' own keys, and names for people, from the record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.indicators.declaration import Dimension, Naming
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Filter
from ressenti.indicators.refusals import AmbiguousLabel, SharedKey, UnknownKey
from ressenti.indicators.visibility import VisibleKeys
from ressenti.kit.i18n import _, translate
from ressenti.kit.keys import normalize_key
from ressenti.kit.languages import LANGUAGES, SOURCE_LANGUAGE, language_name
from ressenti.kit.refusals import nearest
from ressenti.record import names as record_names
from ressenti.record.names import NamedKey
from ressenti.record.projects import Project

DEGREES = {"full": 2, "partial": 1, "none": 0}
DEGREE_NAMES = {2: _("Fully automated"), 1: _("Bot, then agent"), 0: _("Not automated")}
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
NONE = _("none")
DELETED = _("Removed user")
WITHOUT = ""
"""The key that a filter gives to mean: without a value in the dimension."""


class KeyName(NamedTuple):
    """A key of a dimension as its source writes it, and what to call it."""

    key: str | None
    label: str


def names(
    connection: Connection, dimension: Dimension, ids: Collection[int | None], projects: Sequence[Project]
) -> dict[int | None, KeyName]:
    """Return the name of each id found in a dimension; None is called "none"."""
    present = [id_ for id_ in ids if id_ is not None]
    by_id: dict[int | None, KeyName] = {None: KeyName(None, NONE)}
    match dimension.naming:
        case Naming.LABEL | Naming.LANGUAGE | Naming.RESPONDENT | Naming.GROUP:
            keys = _named_keys(connection, dimension, projects, present)
            by_id |= {key.id: _name(key, dimension, projects) for key in keys}
        case Naming.PROJECT:
            by_id |= {project.id: KeyName(project.key, project.name) for project in projects}
        case Naming.DEGREE:
            by_id |= {DEGREES[key]: KeyName(key, DEGREE_NAMES[DEGREES[key]]) for key in DEGREES}
        case Naming.HOUR:
            by_id |= {hour: KeyName(str(hour), f"{hour:02}:00") for hour in present}
        case Naming.WEEKDAY:
            by_id |= {day: KeyName(str(day), DAYS[day - 1]) for day in present}
        case Naming.RATING:
            by_id |= {rating: KeyName(str(rating), str(rating)) for rating in present}
    return by_id


class KeyNames:
    """Names and ids that were looked up already; each is looked up once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Dimension, tuple[int, ...]], dict[int | None, KeyName]] = {}
        self._ids: dict[tuple[Dimension, tuple[str, ...], tuple[int, ...], ScopeIds], tuple[int | None, ...]] = {}

    def __call__(
        self, connection: Connection, dimension: Dimension, ids: Collection[int | None], projects: Sequence[Project]
    ) -> dict[int | None, KeyName]:
        """Return the name of each id found in a dimension, and of others that were asked for before."""
        place = dimension, tuple(project.id for project in projects)
        found = self._found.get(place, {})
        if missing := set(ids) - found.keys():
            found = self._found[place] = found | names(connection, dimension, missing, projects)
        return found

    def ids_of(
        self, visible: VisibleKeys, dimension: Dimension, keys: Sequence[str], projects: Sequence[Project]
    ) -> tuple[int | None, ...]:
        """Return the ids that a filter means, as `ids_of` does; raises what that raises."""
        place = dimension, tuple(keys), tuple(project.id for project in projects), visible.within
        if place not in self._ids:
            self._ids[place] = tuple(ids_of(visible, dimension, keys, projects))
        return self._ids[place]


def said(dimension: Dimension, key: str | None, label: str, *, language: str = SOURCE_LANGUAGE) -> str:
    """Return what a key is called in a language: in our words where they are ours, else as its source writes it.

    A language is called by its name, beside that of its project, or of each, where that stands there.
    """
    if key is None or key == WITHOUT:
        return translate(dimension.without, language)
    if dimension.naming is Naming.LANGUAGE and (called := language_name(key, language=language)):
        return called + label.removeprefix(key).replace(f", {key} (", f", {called} (")
    is_ours = dimension.naming in {Naming.DEGREE, Naming.WEEKDAY} or label == DELETED
    return translate(label, language) if is_ours else label


def labels(visible: VisibleKeys, where: Iterable[Filter]) -> dict[tuple[str, str], str]:
    """Return what each key of these filters is called, by dimension and key; raises what `keys_of` raises.

    One that several have, in two projects or of two sources, is called what each of them is called.
    """
    by_key: dict[tuple[str, str], dict[str, None]] = {}
    for one in where:
        dimension, keys = DIMENSIONS[one.dimension], one.keys
        named = names(visible.record, dimension, set(ids_of(visible, dimension, keys)), visible.projects)
        for name in named.values():
            by_key.setdefault((dimension.key, name.key or WITHOUT), {})[name.label] = None
    return {place: ", ".join(called) for place, called in by_key.items()}


def choices(visible: VisibleKeys, dimension: Dimension) -> list[KeyName]:
    """Return every key of a dimension and what it is called, in the order of their names or of their scale."""
    ids = {number for numbers in _known(visible, dimension, visible.projects).values() for number in numbers}
    named = names(visible.record, dimension, ids, visible.projects)
    named_keys = [name for number, name in named.items() if number is not None]
    if dimension.is_ordered:
        return named_keys
    return sorted(named_keys, key=lambda name: (name.label.casefold(), name.key or ""))


def ids_of(
    visible: VisibleKeys, dimension: Dimension, texts: Iterable[str], projects: Sequence[Project] | None = None
) -> list[int | None]:
    """Return the ids that a filter means, by keys or by labels, None for the empty key, in all projects or in these.

    Raises what `keys_of` raises.
    """
    among = visible.projects if projects is None else projects
    known = _known(visible, dimension, among)
    ids: list[int | None] = []
    for key in _keys_of(visible, dimension, texts, known, among):
        ids.extend([None] if key == WITHOUT else known[key])
    return ids


def keys_of(visible: VisibleKeys, dimension: Dimension, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that a filter means, each once: a key is itself, and a label that only one has is its key.

    Raises UnknownKey, of a key that may not be seen as of one that does not exist, AmbiguousLabel and SharedKey.
    """
    known = _known(visible, dimension, visible.projects)
    return tuple(dict.fromkeys(_keys_of(visible, dimension, texts, known, visible.projects)))


def by_keys(visible: VisibleKeys, where: Iterable[Filter]) -> tuple[Filter, ...]:
    """Return filters with keys where they give labels; raises what `keys_of` raises."""
    return tuple(replace(one, keys=keys_of(visible, DIMENSIONS[one.dimension], one.keys)) for one in where)


def _keys_of(
    visible: VisibleKeys,
    dimension: Dimension,
    texts: Iterable[str],
    known: Mapping[str, Sequence[int]],
    projects: Sequence[Project],
) -> list[str]:
    keys, labelled = [], None
    for key in (normalize_key(one) or one for one in texts):
        if key == WITHOUT or key in known:
            keys.append(key)
            continue
        labelled = _labelled(visible, dimension, known, projects) if labelled is None else labelled
        own = sorted(labelled.get(key, ()))
        if not own:
            raise UnknownKey(dimension=dimension.key, key=key, known=nearest(key, list(known), [*labelled]))
        if len(own) > 1:
            raise AmbiguousLabel(dimension=dimension.key, label=key, known=", ".join(own))
        if not labelled[key][own[0]]:
            raise SharedKey(dimension=dimension.key, label=key, known=own[0])
        keys.append(own[0])
    return keys


def _labelled(
    visible: VisibleKeys, dimension: Dimension, known: Mapping[str, Sequence[int]], projects: Sequence[Project]
) -> dict[str, dict[str, bool]]:
    """Return by label which keys are called so, and of each whether it is nothing else besides.

    A label is the name alone, or as it stands beside that of its project.
    """
    keys_by_label: dict[str, dict[str, bool]] = {}
    ids = [one for numbers in known.values() for one in numbers]
    with_project = names(visible.record, dimension, ids, projects)
    alone = with_project if len(projects) == 1 else {}
    for project in projects if len(projects) > 1 else ():
        alone |= names(visible.record, dimension, ids, [project])
    is_ours = dimension.naming in {Naming.DEGREE, Naming.WEEKDAY, Naming.LANGUAGE}

    def called(one: int) -> set[str]:
        both = {alone[one], with_project[one]}
        labels = {label for _key, label in both} - {DELETED}
        languages = LANGUAGES if is_ours else ()
        return labels | {said(dimension, *named, language=language) for named in both for language in languages}

    for key, numbers in known.items():
        for one in numbers:
            for name in called(one):
                keys_by_label.setdefault(normalize_key(name), {})[key] = all(name in called(other) for other in numbers)
    return keys_by_label


def key_beside(by: str, key: str | None, label: str) -> str:
    """Return the key of a row that a table shows beside its label, "" where the label says it already."""
    if key is None or DIMENSIONS[by].naming not in {Naming.RESPONDENT, Naming.PROJECT}:
        return ""
    return "" if label == key or label.startswith(f"{key} (") else key


def _known(visible: VisibleKeys, dimension: Dimension, projects: Sequence[Project]) -> dict[str, list[int]]:
    """Return the ids of every key that may be seen."""
    if dimension.scale is not None:
        return {str(value): [value] for value in dimension.scale}
    if dimension.naming is Naming.DEGREE:
        return {key: [degree] for key, degree in DEGREES.items()}
    if dimension.naming is Naming.PROJECT:
        return {project.key: [project.id] for project in projects}
    seen = visible.ids(dimension)
    found: dict[str, list[int]] = {}
    for named in _named_keys(visible.record, dimension, projects):
        if seen is None or named.id in seen:
            found.setdefault(named.key, []).append(named.id)
    return found


def _named_keys(
    connection: Connection, dimension: Dimension, projects: Sequence[Project], ids: Sequence[int] | None = None
) -> Iterator[NamedKey]:
    """Return the keys of a dimension that the record names, all of them or those with these ids."""
    among = [project.id for project in projects]
    match dimension.naming:
        case Naming.RESPONDENT:
            return record_names.respondent_keys(connection, among, ids)
        case Naming.GROUP:
            return record_names.group_keys(connection, among, ids)
        case _:
            return record_names.label_keys(connection, dimension.kind or "", among, ids)


def _name(named: NamedKey, dimension: Dimension, projects: Sequence[Project]) -> KeyName:
    label = named.key
    if dimension.naming is Naming.RESPONDENT:
        label = DELETED if named.deleted_at is not None else named.name or named.key
    if len(projects) > 1:  # the same name in two projects is two things
        label = f"{label} ({next(project.name for project in projects if project.id == named.project_id)})"
    return KeyName(named.key, label)
