"""What the ids in the made-up facts are called: a record with one project, its labels and whoever answers."""

from pathlib import Path

from ressenti.indicators.declaration import Dimension, Naming
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.names import DEGREES
from ressenti.record import tables as t
from ressenti.record.journal import last_seq
from ressenti.record.projects import DEFAULT, ensure_project, settle
from ressenti.record.stores.sqlite import Store, insert

ZONE = "Europe/Paris"
LABELS = {
    "channel": 6,
    "language": 3,
    "topic": 24,
    "tag": 40,
    "rule": 30,
    "distribution_group": 20,
    "campaign": 50,
    "survey": 1,
}
"""How many labels there are of each kind."""
AGENTS, BOTS, GROUPS = 500, 3, 20
"""Agents have the ids from 1 on, bots those after them."""


def write(path: Path, *, now: int) -> tuple[Store, dict[int, int]]:
    """Make the record of a facts file; return it, and the journal number that such facts have to stand at."""
    store = Store.open(f"sqlite:///{path}", create=True)
    with store.write() as record:
        project = ensure_project(record, DEFAULT)
        settle(record, project, now=now, zone=ZONE)
        insert(record, t.source, ("id", "project_id", "name"), [(1, project.id, "bench")])
        labels = ((own_id, project.id, kind, key) for kind in LABELS for key, own_id in ids(dimension(kind)).items())
        insert(record, t.label, ("id", "project_id", "kind", "key"), labels)
        groups = ((own_id, project.id, key) for key, own_id in ids(dimension("group")).items())
        insert(record, t.agent_group, ("id", "project_id", "key"), groups)
        who = ((own_id, 1, key, key.title(), _kind(key), 0, 0) for key, own_id in ids(dimension("agent")).items())
        columns = ("id", "source_id", "external_id", "name", "kind", "digest", "import_id")
        insert(record, t.respondent, columns, who)
        marks = last_seq(record)
    return store, marks


def ids(one: Dimension) -> dict[str, int]:
    """Return the ids that the facts hold for the keys of a dimension."""
    if one.scale is not None:
        return {str(value): value for value in one.scale}
    match one.naming:
        case Naming.DEGREE:
            return dict(DEGREES)
        case Naming.RESPONDENT:
            people = {f"agent-{i}": i + 1 for i in range(AGENTS)}
            return people | {f"bot-{i}": AGENTS + i + 1 for i in range(BOTS)}
        case Naming.GROUP:
            return {f"group-{i}": i + 1 for i in range(GROUPS)}
    return {f"{one.key}-{i}": first(one.key) + i for i in range(LABELS[one.key])}


def first(kind: str) -> int:
    """Return the id of the first label of a kind: they are counted on from kind to kind."""
    kinds = list(LABELS)
    return 1 + sum(LABELS[before] for before in kinds[: kinds.index(kind)])


def _kind(key: str) -> str:
    return "bot" if key.startswith("bot") else "human"
