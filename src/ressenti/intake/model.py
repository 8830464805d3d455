"""The values that travel from a file to the record: which file it is, what it may hold, and one record of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Annotated, Any, NamedTuple, get_type_hints


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


class ColumnMark(Enum):
    """What else may be said of a column beside its cells; see `FileColumn`."""

    REQUIRED = "required"
    LATE = "is_late"


_REQUIRED, _LATE = ColumnMark.REQUIRED, ColumnMark.LATE

KeyCell = Annotated[str | None, CellType.KEY]
IdCell = Annotated[str | None, CellType.ID]
TextCell = Annotated[str | None, CellType.TEXT]
MomentCell = Annotated[int | None, CellType.MOMENT]
SecondsCell = Annotated[int | None, CellType.SECONDS]
WholeCell = Annotated[int | None, CellType.WHOLE]
RatingCell = Annotated[int | None, CellType.RATING]
FlagCell = Annotated[bool, CellType.FLAG]
YesNoCell = Annotated[bool | None, CellType.YES_NO]
CurrencyCell = Annotated[str | None, CellType.CURRENCY]
ListCell = Annotated[tuple[str, ...], CellType.LIST]
IdsCell = Annotated[tuple[str, ...], CellType.IDS]
RequiredId = Annotated[str, CellType.ID, _REQUIRED]
RequiredMoment = Annotated[int, CellType.MOMENT, _REQUIRED]
UnknownColumns = dict[str, Any] | None
"""The columns of a row that the import format does not define, None where there are none."""


class AgentRow(NamedTuple):
    """A respondent, and the groups that it is in."""

    agent_id: RequiredId
    name: KeyCell
    kind: Annotated[str | None, CellType.CHOICE, ("human", "bot", "expert")]
    group: ListCell
    language: KeyCell
    attributes: UnknownColumns = None


class ConversationRow(NamedTuple):
    """A conversation, with the names it uses."""

    conversation_id: RequiredId
    opened_at: RequiredMoment
    closed_at: MomentCell
    resolved_at: MomentCell
    first_response_at: MomentCell
    first_response_s: SecondsCell
    resolution_s: SecondsCell
    channel: KeyCell
    language: KeyCell
    topic: KeyCell
    tags: ListCell
    visitor_id: IdCell
    agent_id: IdsCell
    group: ListCell
    rule: KeyCell
    distribution_group: KeyCell
    campaign: KeyCell
    automation: Annotated[str | None, CellType.CHOICE, ("full", "partial", "none")]
    priority: KeyCell
    status: KeyCell
    reopens: WholeCell
    is_spam: FlagCell
    previous_conversation_id: IdCell
    source_url: KeyCell
    is_private: Annotated[YesNoCell, _LATE]
    resolution: Annotated[KeyCell, _LATE]
    merged_into: Annotated[IdCell, _LATE]
    visitor_email: Annotated[KeyCell, _LATE]
    attributes: UnknownColumns = None


class HandlingRow(NamedTuple):
    """A time in which one respondent had a conversation."""

    conversation_id: RequiredId
    agent_id: RequiredId
    started_at: RequiredMoment
    ended_at: MomentCell
    ended_by: Annotated[str | None, CellType.CHOICE, ("closed", "transferred", "paused")]
    group: KeyCell
    rule: KeyCell
    distribution_group: KeyCell
    attributes: UnknownColumns = None


class MessageRow(NamedTuple):
    """A message of a conversation."""

    message_id: RequiredId
    conversation_id: RequiredId
    created_at: RequiredMoment
    author_role: Annotated[str, CellType.CHOICE, _REQUIRED, ("visitor", "agent", "bot", "system")]
    author_id: IdCell
    text: TextCell
    automatic: FlagCell
    internal: FlagCell
    attributes: UnknownColumns = None


class EventRow(NamedTuple):
    """A change of the status of a conversation."""

    conversation_id: RequiredId
    at: RequiredMoment
    state: Annotated[str, CellType.KEY, _REQUIRED]
    agent_id: IdCell
    group: KeyCell
    seq: WholeCell
    attributes: UnknownColumns = None


class SurveyRow(NamedTuple):
    """A survey that was offered, and what was answered."""

    survey_id: RequiredId
    rated_at: MomentCell
    offered_at: MomentCell
    conversation_id: IdCell
    survey: KeyCell
    csat: RatingCell
    csat_scale: KeyCell
    nps: RatingCell
    ces: RatingCell
    resolved: YesNoCell
    comment: TextCell
    language: KeyCell
    agent_id: Annotated[IdCell, _LATE]
    group: Annotated[KeyCell, _LATE]
    channel: Annotated[KeyCell, _LATE]
    attributes: UnknownColumns = None


class TransactionRow(NamedTuple):
    """A sale, by a conversation or a visitor."""

    transaction_id: RequiredId
    at: RequiredMoment
    amount: Annotated[int, CellType.MONEY, _REQUIRED]
    currency: CurrencyCell
    conversation_id: IdCell
    visitor_id: IdCell
    attributes: UnknownColumns = None


ROWS: dict[FileKind, Any] = {
    FileKind.AGENTS: AgentRow,
    FileKind.CONVERSATIONS: ConversationRow,
    FileKind.HANDLINGS: HandlingRow,
    FileKind.MESSAGES: MessageRow,
    FileKind.EVENTS: EventRow,
    FileKind.SURVEYS: SurveyRow,
    FileKind.TRANSACTIONS: TransactionRow,
}
"""What a row of each file is: its fields are the columns of the file, and at last the unknown ones."""


def _columns(row: type) -> Iterator[FileColumn]:
    for name, hint in get_type_hints(row, include_extras=True).items():
        if name != "attributes":
            holds, *about = hint.__metadata__
            choices = next((each for each in about if isinstance(each, tuple)), ())
            yield FileColumn(name, holds, required=_REQUIRED in about, choices=choices, is_late=_LATE in about)


FILES: dict[FileKind, tuple[FileColumn, ...]] = {kind: tuple(_columns(row)) for kind, row in ROWS.items()}
"""The columns of each file."""

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
    in the unpacked file, `raw` its own bytes. `row` is one of `ROWS`, its cells as `CellType` says. A
    survey's `csat_scale` is always filled where `csat` is: "5" for ratings 1 to 5, "10" for 1 to 10, or both ends as in
    "0-100". `given` names the columns that the record speaks of, empty ones too, where it is not all of its file.
    """

    line: int
    offset: int
    raw: bytes
    row: Any = None
    reject: Rejection | None = None
    warnings: tuple[RowWarning, ...] = field(default=())
    given: frozenset[str] | None = None
