"""What is being written, where to, and what became of each record so far?"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar, cast

from sqlalchemy import Connection

from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.arrivals.merging import MergesOfImport
from ressenti.intake.model import FILES, FileKind, InputRecord, Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.i18n import Sentence, _
from ressenti.record.names import NameIds
from ressenti.record.provenance import KnownRow, Provenance, TableProvenance
from ressenti.record.write_transaction import WriteTransaction

RowT = TypeVar("RowT", bound=RecordRow)
"""One of `ROWS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an import goes. `may_create` says whether respondents, groups and channels nobody knows are made."""

    project_id: int
    source_id: int
    other_sources: tuple[int, ...]
    import_id: int
    may_create: bool
    now: int
    names: NameIds
    merging: MergesOfImport = field(default_factory=MergesOfImport)


class Incoming(NamedTuple, Generic[RowT]):
    """A row to write, with its place in the batch."""

    place: int
    row: RowT
    digest: int


class Rejected(NamedTuple):
    """Why a record of the batch is not taken; `stands` is the content of the row it contradicts, if it does."""

    reject: Rejection
    stands: int | None = None


class ChangedRow(NamedTuple, Generic[RowT]):
    """A row to write in the place of the one with this id."""

    id: int
    incoming: Incoming[RowT]


class SortedRows(NamedTuple, Generic[RowT]):
    """The rows of a batch that are to be written: new ones, and those that replace others."""

    new: list[Incoming[RowT]]
    changed: list[ChangedRow[RowT]]

    @property
    def accepted(self) -> list[Incoming[RowT]]:
        """Return both, new ones first."""
        return [*self.new, *(incoming for _id, incoming in self.changed)]


RowProblem = Callable[[RowT], Rejection | None]
"""Says why a row that is new or changed cannot be taken, or None."""


@dataclass(slots=True, kw_only=True)
class ImportBatch(Generic[RowT]):
    """The records written in one transaction, and what became of them.

    `odd` says what is odd about rows that are written, by place and code.
    """

    tx: WriteTransaction
    to: Destination
    kind: FileKind
    records: Sequence[InputRecord]
    columns: Sequence[str]
    first_arrival: int | None = None
    imported: int = 0
    updated: int = 0
    duplicate: int = 0
    repeated: set[int] = field(default_factory=set)
    merged: int = 0
    rejected: dict[int, Rejected] = field(default_factory=dict)
    odd: dict[tuple[int, str], str] = field(default_factory=dict)
    currencies: Counter[str] = field(default_factory=Counter)

    @property
    def connection(self) -> Connection:
        """Return the connection that writes."""
        return self.tx.connection

    @property
    def says_all(self) -> bool:
        """Return whether the file has every known column, so that its rows leave nothing as it is."""
        return all(column.name in self.columns for column in FILES[self.kind])

    @property
    def readable(self) -> list[RowT]:
        """Return the rows that could be read."""
        return [cast("RowT", record.row) for record in self.records if record.row is not None]

    def rows(self) -> Iterator[tuple[int, RowT]]:
        """Return the rows that could be read, with their places; the other records are noted as rejected."""
        for place, record in enumerate(self.records):
            if record.row is not None:
                yield place, cast("RowT", record.row)
            elif record.reject is not None:
                self.rejected[place] = Rejected(record.reject)

    def provenance(self, incoming: Incoming[RowT]) -> Provenance:
        """Return where a row comes from; its place in the order of arrival where its id will not tell it (D35)."""
        return self.provenances((incoming,))[0]

    def provenances(self, accepted: Sequence[Incoming[RowT]]) -> list[Provenance]:
        """Return the same of many rows."""
        source_id, import_id, first = self.to.source_id, self.to.import_id, self.first_arrival
        make = Provenance._make  # a call of the class takes three times as long
        if first is None:
            return [make((source_id, content, import_id, None)) for _place, _row, content in accepted]
        return [make((source_id, content, import_id, first - place)) for place, _row, content in accepted]

    def sort(
        self,
        provenance: TableProvenance,
        known: dict[Hashable, KnownRow],
        *,
        key: Callable[[RowT], Hashable],
        problem: RowProblem[RowT] | None = None,
    ) -> SortedRows[RowT]:
        """Tell new rows from changed, repeated and contradictory ones, and count them.

        The same key twice in one import with other content is a conflict, in a later import it replaces. A repeated
        row is marked as seen in this import, so that a row that contradicts it is known for what it is.
        """
        import_id = self.to.import_id
        rows: SortedRows[RowT] = SortedRows([], [])
        seen: list[int] = []
        for place, row in self.rows():
            name = key(row)
            content = digest(self.kind, row)
            before = known.get(name)
            if before is not None and (before.digest == content or place in self.repeated):
                self.duplicate += 1
                if before.import_id != import_id and before.id is not None:
                    seen.append(before.id)
                    known[name] = KnownRow(before.id, before.digest, import_id)
            elif before is not None and before.import_id == import_id:
                self.rejected[place] = Rejected(_conflict(name), before.digest)
            elif problem is not None and (reject := problem(row)):
                self.rejected[place] = Rejected(reject)
            elif before is None or before.id is None:
                known[name] = KnownRow(None, content, import_id)
                rows.new.append(Incoming(place, row, content))
            else:
                known[name] = KnownRow(before.id, content, import_id)
                rows.changed.append(ChangedRow(before.id, Incoming(place, row, content)))
        provenance.mark_seen(self.connection, seen, import_id)
        self._count(rows)
        return rows

    def _count(self, rows: SortedRows[RowT]) -> None:
        self.imported += len(rows.new)
        self.updated += len(rows.changed)
        for incoming in rows.accepted:
            for code, detail in self.records[incoming.place].warnings:
                self.odd.setdefault((incoming.place, code), detail)


def _conflict(name: Hashable) -> Rejection:
    which = quoted(name) if isinstance(name, str) else Sentence(_("this one"))
    said = _("{which} came before in this import with other content; the first stands")
    return Rejection("conflict", Sentence(said, which=which))
