"""The values that travel from a file to the record: which file it is, what it may hold, and one record of it."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, NamedTuple


class FileKind(StrEnum):
    """The seven files of the import format, in the order they are written to the record."""

    AGENTS = "agents"
    CONVERSATIONS = "conversations"
    HANDLINGS = "handlings"
    MESSAGES = "messages"
    EVENTS = "events"
    SURVEYS = "surveys"
    TRANSACTIONS = "transactions"


class CellType(Enum):
    """What a cell may hold, and what it becomes."""

    KEY = "a name; str, never empty, in the one form of `kit.keys`"
    ID = "an id: as KEY, and a whole number where it came through a float (D43)"
    TEXT = "free text; str, kept as sent, '' where the column is there and empty"
    MOMENT = "a moment; int, microseconds since the epoch"
    SECONDS = "a duration in seconds, not negative; int, microseconds"
    WHOLE = "a whole number (4.0 is 4); int"
    RATING = "a rating, with or without its label (5 - Very satisfied) or the top of its scale (4/5); int"
    FLAG = "true/false, yes/no, 1/0, empty is false; bool"
    YES_NO = "the answer to a question: as FLAG, but empty is no answer; bool"
    MONEY = "a decimal amount; int, millionths of the currency"
    CURRENCY = "a currency; str, its code of ISO 4217 in capitals"
    LIST = "several names with ; between; tuple of str without empty ones"
    IDS = "several ids, as LIST"
    CHOICE = "one of a few words; str, lower case"


LISTS = frozenset({CellType.LIST, CellType.IDS})


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One known column of a file. An empty cell is None, but for TEXT, FLAG, LIST and IDS.

    `is_late` marks those that rows had no place for when their digests were first kept: where one is empty, a row is
    still the same as it was then.
    """

    name: str
    type: CellType
    required: bool = False
    choices: tuple[str, ...] = ()
    is_late: bool = False


_C, _T = FileColumn, CellType

FILES: dict[FileKind, tuple[FileColumn, ...]] = {
    FileKind.AGENTS: (
        _C("agent_id", _T.ID, required=True),
        _C("name", _T.KEY),
        _C("kind", _T.CHOICE, choices=("human", "bot", "expert")),
        _C("group", _T.LIST),
        _C("language", _T.KEY),
    ),
    FileKind.CONVERSATIONS: (
        _C("conversation_id", _T.ID, required=True),
        _C("opened_at", _T.MOMENT, required=True),
        _C("closed_at", _T.MOMENT),
        _C("resolved_at", _T.MOMENT),
        _C("first_response_at", _T.MOMENT),
        _C("first_response_s", _T.SECONDS),
        _C("resolution_s", _T.SECONDS),
        _C("channel", _T.KEY),
        _C("language", _T.KEY),
        _C("topic", _T.KEY),
        _C("tags", _T.LIST),
        _C("visitor_id", _T.ID),
        _C("agent_id", _T.IDS),
        _C("group", _T.LIST),
        _C("rule", _T.KEY),
        _C("distribution_group", _T.KEY),
        _C("campaign", _T.KEY),
        _C("automation", _T.CHOICE, choices=("full", "partial", "none")),
        _C("priority", _T.KEY),
        _C("status", _T.KEY),
        _C("reopens", _T.WHOLE),
        _C("is_spam", _T.FLAG),
        _C("previous_conversation_id", _T.ID),
        _C("source_url", _T.KEY),
        _C("is_private", _T.YES_NO, is_late=True),
        _C("resolution", _T.KEY, is_late=True),
        _C("merged_into", _T.ID, is_late=True),
        _C("visitor_email", _T.KEY, is_late=True),
    ),
    FileKind.HANDLINGS: (
        _C("conversation_id", _T.ID, required=True),
        _C("agent_id", _T.ID, required=True),
        _C("started_at", _T.MOMENT, required=True),
        _C("ended_at", _T.MOMENT),
        _C("ended_by", _T.CHOICE, choices=("closed", "transferred", "paused")),
        _C("group", _T.KEY),
        _C("rule", _T.KEY),
        _C("distribution_group", _T.KEY),
    ),
    FileKind.MESSAGES: (
        _C("message_id", _T.ID, required=True),
        _C("conversation_id", _T.ID, required=True),
        _C("created_at", _T.MOMENT, required=True),
        _C("author_role", _T.CHOICE, required=True, choices=("visitor", "agent", "bot", "system")),
        _C("author_id", _T.ID),
        _C("text", _T.TEXT),
        _C("automatic", _T.FLAG),
        _C("internal", _T.FLAG),
    ),
    FileKind.EVENTS: (
        _C("conversation_id", _T.ID, required=True),
        _C("at", _T.MOMENT, required=True),
        _C("state", _T.KEY, required=True),
        _C("agent_id", _T.ID),
        _C("group", _T.KEY),
        _C("seq", _T.WHOLE),
    ),
    FileKind.SURVEYS: (
        _C("survey_id", _T.ID, required=True),
        _C("rated_at", _T.MOMENT),
        _C("offered_at", _T.MOMENT),
        _C("conversation_id", _T.ID),
        _C("survey", _T.KEY),
        _C("csat", _T.RATING),
        _C("csat_scale", _T.KEY),
        _C("nps", _T.RATING),
        _C("ces", _T.RATING),
        _C("resolved", _T.YES_NO),
        _C("comment", _T.TEXT),
        _C("language", _T.KEY),
        _C("agent_id", _T.ID, is_late=True),
        _C("group", _T.KEY, is_late=True),
        _C("channel", _T.KEY, is_late=True),
    ),
    FileKind.TRANSACTIONS: (
        _C("transaction_id", _T.ID, required=True),
        _C("at", _T.MOMENT, required=True),
        _C("amount", _T.MONEY, required=True),
        _C("currency", _T.CURRENCY),
        _C("conversation_id", _T.ID),
        _C("visitor_id", _T.ID),
    ),
}

ONE_OF: dict[FileKind, tuple[str, ...]] = {
    FileKind.SURVEYS: ("rated_at", "offered_at"),
    FileKind.TRANSACTIONS: ("conversation_id", "visitor_id"),
}
"""Columns of which a row needs at least one filled, and a header at least one present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How the person says the files are to be read; see the options of `ressenti import`."""

    format: str | None = None
    timezone: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    locale: str | None = None
    csat_scale: str | None = None
    dst: str = "reject"
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row was not taken: a stable code, and a sentence with the column and the value in it."""

    code: str
    detail: str


class RowWarning(NamedTuple):
    """What is odd about a row that is taken: a stable code, and words with the column and the value in them."""

    code: str
    detail: str


@dataclass(slots=True)
class InputRecord:
    """One record as it stood in the file, and either the row it holds or why it holds none.

    `line` is the line it starts on (1 is the header's; for Parquet the row's number from 1), `offset` its first byte
    in the unpacked file, `raw` its own bytes. `row` has one item for each column of `FILES[kind]`, in that order,
    typed as `CellType` says, then a dict of the unknown columns (or None). A survey's `csat_scale` is always filled
    where `csat` is: "5" for notes 1 to 5, "10" for 1 to 10, or both ends as in "0-100". `given` names the columns that
    the record speaks of, empty ones too, where it is not all of its file.
    """

    line: int
    offset: int
    raw: bytes
    row: tuple[Any, ...] | None = None
    reject: Rejection | None = None
    warnings: tuple[RowWarning, ...] = field(default=())
    given: frozenset[str] | None = None
