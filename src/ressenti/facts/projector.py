"""How the facts follow the record: what the journal says has changed is measured again, whole, and replaced."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from ressenti.facts.derive import Facts, derive, derive_offer
from ressenti.facts.engines.engine import Engine
from ressenti.facts.load import (
    BATCH,
    load_all,
    load_offers,
    load_setting,
    load_some,
)
from ressenti.facts.model import MeasurementSettings
from ressenti.kit.iteration import batched
from ressenti.record.conversations import count_own, ids_of_project, ids_of_visitors, visitors_of
from ressenti.record.journal import JournalEntry, changed_rows, last_seq, read_after
from ressenti.record.messages import conversations_by
from ressenti.record.projects import Project, all_projects
from ressenti.record.stores.sqlite import Store
from ressenti.record.surveys import lone_ids, lone_ids_of
from ressenti.record.transactions import buyers

BuiltEngine = TypeVar("BuiltEngine", bound=Engine)
BuildProgress = Callable[[int, int], None]
"""Called with (conversations measured, conversations in all)."""


def is_behind(record: Store, facts: Engine) -> bool:
    """Say whether the journal has entries that the facts do not hold yet."""
    with record.read() as connection:
        latest = {project: seq for project, seq in last_seq(connection).items() if seq}
    return latest != facts.watermarks()


def catch_up(record: Store, facts: Engine) -> None:
    """Bring the facts to the end of the journal, or rebuild them where they hold more than the record."""
    with record.read() as connection:
        marks = facts.watermarks()
        for project in all_projects(connection):
            for entries in batched(read_after(connection, project.id, marks.get(project.id, 0)), BATCH):
                _follow(connection, facts, project, entries)


def is_ahead(record: Store, facts: Engine) -> bool:
    """Say whether the facts know of changes the record does not: it is an older copy, and they are not its own."""
    with record.read() as connection:
        latest = last_seq(connection)
    return any(seq > latest.get(project, 0) for project, seq in facts.watermarks().items())


def build(record: Store, facts: BuiltEngine, *, progress: BuildProgress | None = None) -> BuiltEngine:
    """Measure everything into facts that are empty, and return them."""
    with record.read() as connection:
        total = count_own(connection)
        done = 0
        for project in all_projects(connection):
            setting = load_setting(connection, project)
            for conversations in load_all(connection, project):
                facts.replace((derive(one, setting) for one in conversations), conversations=(), offers=(), marks={})
                done += len(conversations)
                if progress:
                    progress(done, total)
            for offers in load_offers(connection, project):
                facts.replace((derive_offer(one, setting) for one in offers), conversations=(), offers=(), marks={})
        facts.replace((), conversations=(), offers=(), marks={p: seq for p, seq in last_seq(connection).items() if seq})
    return facts


def _follow(connection: Connection, facts: Engine, project: Project, entries: Sequence[JournalEntry]) -> None:
    """Measure again what these entries touched, in parts that fit in memory; the last one moves the watermark."""
    setting = load_setting(connection, project)
    conversations, offers = _dirty(connection, facts, project, entries)
    *parts, last = _parts(conversations, offers)
    for ids, lone in parts:
        facts.replace(_measured(connection, project, setting, ids, lone), conversations=ids, offers=lone, marks={})
    ids, lone = last
    fresh = _measured(connection, project, setting, ids, lone)
    facts.replace(fresh, conversations=ids, offers=lone, marks={project.id: entries[-1].seq})


def _parts(conversations: set[int], offers: set[int]) -> list[tuple[Sequence[int], Sequence[int]]]:
    parts: list[tuple[Sequence[int], Sequence[int]]] = [(ids, ()) for ids in batched(sorted(conversations), BATCH)]
    parts += [((), ids) for ids in batched(sorted(offers), BATCH)]
    return parts or [((), ())]


def _measured(
    connection: Connection, project: Project, setting: MeasurementSettings, ids: Sequence[int], lone: Sequence[int]
) -> Iterator[Facts]:
    for conversation in load_some(connection, project, ids):
        yield derive(conversation, setting)
    for offers in load_offers(connection, project, lone):
        for offer in offers:
            yield derive_offer(offer, setting)


def _dirty(
    connection: Connection, facts: Engine, project: Project, entries: Sequence[JournalEntry]
) -> tuple[set[int], set[int]]:
    """Return the conversations and lone surveys that these entries change the facts of."""
    conversations, offers, respondents, is_project = changed_rows(connection, entries)
    if is_project:
        conversations |= ids_of_project(connection, project.id)
        offers |= lone_ids(connection, project.id)
    elif respondents:
        asked = f"SELECT conversation_id FROM conversation WHERE {facts.dialect.any_of.format('involved_ids')}"
        conversations |= {row[0] for row in facts.rows(asked, [sorted(respondents)])}
        conversations |= conversations_by(connection, respondents)
        offers |= lone_ids_of(connection, respondents)
    return conversations | _sharing_sales(connection, facts, conversations), offers


def _sharing_sales(connection: Connection, facts: Engine, conversations: set[int]) -> set[int]:
    """Return the conversations that a change of these may take a sale from, or give one to (D16).

    They are those of the same visitors, as they are now and as they were when last measured.
    """
    bought = buyers(connection)
    if not bought:
        return set()
    ids = sorted(conversations)
    asked = f"SELECT DISTINCT visitor_id FROM conversation WHERE conversation_id IN {facts.dialect.ids}"
    before = {visitor for part in batched(ids, BATCH) for (visitor,) in facts.rows(asked, [list(part)])}
    return ids_of_visitors(connection, bought & (before | visitors_of(connection, ids)))
