"""The Conversations report: the columns of each selected conversation, a page at a time."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.facts.schema import TABLES
from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.dimensions import LANGUAGE
from ressenti.indicators.drilldown import Selection, all_of, behind, everything, seen
from ressenti.indicators.model import Grain
from ressenti.indicators.paging import (
    SORTS,
    ConversationOrder,
    among,
    apart_from,
    count,
    every_id,
    ids_named,
    page,
    rows_of,
)
from ressenti.indicators.periods import read_date
from ressenti.indicators.worth_reading import ReadingOrder, ReadingReasons, long_waits, reading_order
from ressenti.kit.clock import from_us
from ressenti.kit.refusals import Refusal
from ressenti.record.conversations import ids_called
from ressenti.record.merged import became, wholes_of_parts
from ressenti.record.messages import public_texts
from ressenti.reports.conversations.columns import ConversationColumn, ValueKind, source_keys
from ressenti.reports.conversations.query import WORTH, ConversationQuery, UnknownSpot
from ressenti.reports.rows.batch import ExportBatch, NamesMet
from ressenti.reports.rows.lookups import LookupContext, comments
from ressenti.search.words import TextPiece, highlight
from ressenti.workspace.conversation_marks import (
    UNMARKED,
    ConversationMark,
    MarkedAs,
    ids_noted,
    ids_read,
    ids_to_return,
    marks_of,
)

PAGE = 50
"""Conversations on a page."""
SNIPPET = 160
"""Characters of a message that are shown around a word that was looked for."""

FindConversations = Callable[[str], Collection[int]]
"""Finds the conversations in which something was written; raises what cannot be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConversation:
    """One conversation in the list: its number, and what each column says of it.

    `snippet` is where what was looked for was written, in pieces, empty where nothing was; `language` is the
    conversation's as its source writes it. `reasons` and `comment` say why it stands where it does, in the order by
    what is worth reading first. `mark` is what whoever asks marked in it for themselves.
    """

    id: int
    cells: Mapping[str, Any]
    snippet: tuple[TextPiece, ...] = ()
    language: str | None = None
    reasons: ReadingReasons | None = None
    comment: str = ""
    mark: ConversationMark = UNMARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsPage:
    """A page of the list. `count` is how many conversations there are in all.

    `found` is the conversation whose id is what was typed, whatever the filters say. `newer` and `older` are the
    conversations the pages beside this one are found by, None where there is no such page.
    """

    rows: tuple[ListedConversation, ...]
    count: int
    columns: tuple[ConversationColumn, ...]
    zone: str
    found: ListedConversation | None = None
    newer: int | None = None
    older: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAccess:
    """The access of a viewer: scope, whether they may read what people wrote, how words are found.

    `zone` is the projects'; `now` is in microseconds; `user_id` is whose marks count, None for a program.
    """

    zone: str
    now: int
    within: ScopeIds = ()
    may_read: bool = False
    user_id: int | None = None
    find: FindConversations | None = field(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    """A list in one snapshot of the facts: which conversations it has, in which order; `matching` have the id typed."""

    view: Snapshot
    condition: Statement
    order: ConversationOrder
    zone: str
    matching: Sequence[int]
    around: LookupContext
    called: NamesMet
    reading: ReadingOrder | None


@contextmanager
def open_list(
    query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection
) -> Iterator[OpenList]:
    """Give the list that a query selects, of what the viewer may see; raises what cannot be asked or looked for."""
    waits = _waits(query, access, facts, record)
    with facts.snapshot() as view:
        selection = _selected(query, access, view, record)
        matching = _named(query.words, access, view, record)
        condition = _narrowed(selection.condition, query, access, view, record, is_found=bool(matching))
        called = NamesMet(selection.projects)
        around = LookupContext(record, view)
        reading = None if waits is None else reading_order(waits, condition, view)
        order = reading.order if reading else _order(query.order, condition, around, called)
        yield OpenList(
            view=view,
            condition=condition,
            order=order,
            zone=selection.zone,
            matching=matching,
            around=around,
            called=called,
            reading=reading,
        )


def prepare_page(
    query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection
) -> ConversationsPage:
    """Return a page of the conversations that a query selects, among those the viewer may see.

    Raises what cannot be asked or looked for, and UnknownSpot.
    """
    with open_list(query, access, facts, record) as listed:
        view, matching = listed.view, listed.matching
        _require_seen_spot(query, access, view)
        ids, newer, older = _cut(view, listed.condition, listed.order, query)
        columns = query.shown(may_read=access.may_read)
        rows = _told_of([*matching, *ids], columns, listed.around, listed.called, listed.zone)
        snippets = _snippets(record, ids, query.words) if query.words and access.may_read else {}
        marks = marks_of(record, access.user_id, ids)
        told = _reasons(listed.reading, ids, listed.around, may_read=access.may_read)
        return ConversationsPage(
            rows=tuple(
                replace(rows[one], snippet=snippets.get(one, ()), mark=marks.get(one, UNMARKED), **told.get(one, {}))
                for one in ids
                if one in rows
            ),
            count=count(view, listed.condition),
            columns=columns,
            zone=listed.zone,
            found=next((rows[one] for one in matching if one in rows), None),
            newer=newer,
            older=older,
        )


def chosen_ids(query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection) -> list[int]:
    """Return the ids of all conversations of the list, in no order; raises what cannot be asked or looked for."""
    with facts.snapshot() as view:
        selected = _selected(query, access, view, record).condition
        is_found = bool(_named(query.words, access, view, record))
        return every_id(view, _narrowed(selected, query, access, view, record, is_found=is_found))


def _narrowed(
    selected: Statement,
    query: ConversationQuery,
    access: ConversationAccess,
    facts: Snapshot,
    record: Connection,
    *,
    is_found: bool,
) -> Statement:
    """Return the condition of what was selected, and holds the words that were looked for, and is marked so."""
    condition = selected
    if query.words:
        condition = among(facts, condition, _spoken(query.words, access, is_found=is_found))
    if query.mark:
        condition = _marked(condition, query.mark, access.user_id, facts, record)
    return condition


def _marked(condition: Statement, how: MarkedAs, user_id: int | None, facts: Snapshot, record: Connection) -> Statement:
    """Return a condition narrowed to what somebody marked so; unread is whatever they did not read."""
    if how is MarkedAs.UNREAD:
        return apart_from(facts, condition, ids_read(record, user_id))
    found = {MarkedAs.READ: ids_read, MarkedAs.COMES_BACK: ids_to_return, MarkedAs.NOTED: ids_noted}[how]
    return among(facts, condition, found(record, user_id), laid="marked")


def _waits(
    query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection
) -> dict[int | None, int] | None:
    """Return which waits are long, where the order asks for it; they are counted in memory where that is held."""
    return long_waits(facts, record, within=access.within, now=access.now) if query.order == WORTH else None


def _reasons(
    reading: ReadingOrder | None, ids: Sequence[int], around: LookupContext, *, may_read: bool
) -> dict[int, dict[str, Any]]:
    """Return what a row says of why it is worth reading, with the comment for who may read it."""
    if reading is None or not ids:
        return {}
    said = comments(around, ids) if may_read else {}
    return {one: {"reasons": why, "comment": said.get(one, "")} for one, why in reading.reasons(ids).items()}


def _selected(query: ConversationQuery, access: ConversationAccess, facts: Snapshot, record: Connection) -> Selection:
    choice, of = query.choice, query.behind
    asked: dict[str, Any] = {"compare": None, "within": access.within}
    if query.is_everything:
        asked |= {"start": None, "end": None}
    if of:
        asked |= {"by": of.by, "grain": Grain(of.grain) if of.grain else None, "attribution": choice.attribution}
    if of and of.since and of.until:
        zone = choice.zone or access.zone
        asked |= {"start": read_date(of.since, zone), "end": read_date(of.until, zone)}
    question = choice.question(of.of if of else CONVERSATIONS.key, zone=access.zone, now=access.now, **asked)
    if of:
        return behind(question, facts, record, key=of.key, bucket=of.bucket, ratings=of.ratings)
    return everything(question, facts, record) if query.is_everything else all_of(question, facts, record)


def _spoken(words: str, access: ConversationAccess, *, is_found: bool) -> Collection[int]:
    """Return the conversations in which this was written; what is an id need not be a word."""
    if access.find is None or not access.may_read:
        return ()
    try:
        return access.find(words)
    except Refusal:
        if is_found:
            return ()
        raise


def _order(asked: str, condition: Statement, around: LookupContext, called: NamesMet) -> ConversationOrder:
    sort = SORTS[asked.removeprefix("-")]
    names: dict[int, str] = {}
    if sort.dimension:
        ids = ids_named(around.facts, condition, sort)
        known = called.names(around, sort.dimension, ids)
        names = {one: unicodedata.normalize("NFKD", known[one].label).casefold() for one in ids}
    return ConversationOrder(sort=sort, is_descending=asked.startswith("-"), names=names)


def _require_seen_spot(query: ConversationQuery, access: ConversationAccess, facts: Snapshot) -> None:
    """Let no page begin beside a conversation that may not be seen: where it stands in an order would tell of it."""
    spot = query.after if query.after is not None else query.before
    if spot is not None and not seen([spot], access.within, facts):
        raise UnknownSpot


def _cut(
    facts: Snapshot, condition: Statement, order: ConversationOrder, query: ConversationQuery
) -> tuple[list[int], int | None, int | None]:
    """Return the conversations of a page, and by which the pages before and after it are found; raises UnknownSpot."""
    after, before = query.after, query.before
    ids = page(facts, condition, order, size=PAGE + 1, after=after, before=before)
    if ids is None:
        raise UnknownSpot
    has_more = len(ids) > PAGE
    if before is not None and not has_more:  # the beginning was reached: a whole first page, not what is left of it
        before, ids = None, page(facts, condition, order, size=PAGE + 1) or []
        has_more = len(ids) > PAGE
    ids = ids[-PAGE:] if before is not None else ids[:PAGE]
    if not ids:
        return [], None, None
    newer = ids[0] if after is not None or (before is not None and has_more) else None
    older = ids[-1] if before is not None or has_more else None
    return ids, newer, older


def _named(words: str, access: ConversationAccess, facts: Snapshot, record: Connection) -> list[int]:
    """Return the conversations with exactly this id, among those the viewer may see; of a merged one what it became."""
    if not words:
        return []
    called = ids_called(record, words)
    whole = became(record, called)
    ids = list(dict.fromkeys(whole.get(own_id, own_id) for own_id in called))
    return sorted(seen(ids, access.within, facts)) if ids else []


def _told_of(
    ids: Sequence[int], columns: Iterable[ConversationColumn], around: LookupContext, called: NamesMet, zone: str
) -> dict[int, ListedConversation]:
    names = [column.name for column in TABLES["conversation"]]
    distinct = list(dict.fromkeys(ids))
    if not distinct:
        return {}
    batch = ExportBatch(names, rows_of(around.facts, names, distinct), around, called)
    local = ZoneInfo(zone)
    taken = {one.key: [_shown_as(one.kind, value, local) for value in one.take(batch)] for one in columns}
    taken["id"] = source_keys(batch)
    languages = [name.key for name in batch.name(LANGUAGE, "language_id")]
    return {
        one: ListedConversation(id=one, cells={key: values[i] for key, values in taken.items()}, language=languages[i])
        for i, one in enumerate(batch.fact("conversation_id"))
    }


def _shown_as(kind: ValueKind, value: Any, local: ZoneInfo) -> Any:
    if kind is ValueKind.MOMENT and value is not None:
        return there(value, local)
    return value


def there(moment: int, local: ZoneInfo) -> datetime:
    """Return a moment as the clock of a zone showed it."""
    return from_us(moment).astimezone(local)


def _snippets(record: Connection, ids: Sequence[int], words: str) -> dict[int, tuple[TextPiece, ...]]:
    """Return where in each conversation what was looked for was first written, in pieces around it (D29)."""
    wholes = wholes_of_parts(record, ids)
    snippets: dict[int, tuple[TextPiece, ...]] = {}
    for conversation_id, text in public_texts(record, [*ids, *wholes]):
        whole = wholes.get(conversation_id, conversation_id)
        if whole not in snippets and (pieces := snippet(text, words)):
            snippets[whole] = pieces
    return snippets


def snippet(text: str, words: str) -> tuple[TextPiece, ...]:
    """Return the words of a text around the first that was looked for, in pieces; nothing where none is in it."""
    pieces = highlight(" ".join(text.split()), words)
    first = next((i for i, (_text, is_hit) in enumerate(pieces) if is_hit), None)
    if first is None:
        return ()
    leading = "".join(text for text, _hit in pieces[:first])
    cut = leading if len(leading) <= SNIPPET // 3 else "…" + leading[-SNIPPET // 3 :].lstrip()
    kept: list[TextPiece] = [(cut, False)] if cut else []
    room = SNIPPET - len(cut)
    for part, is_hit in pieces[first:]:
        if len(part) > room:
            return (*kept, (part[: max(room, 0)].rstrip() + "…", is_hit))
        kept.append((part, is_hit))
        room -= len(part)
    return tuple(kept)
