"""Which columns a file has: known ones, unknown ones, and those it cannot do without."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ressenti.intake.model import FILES, ONE_OF, CellType, FileKind
from ressenti.intake.refusals import AnswersWithoutDate, ColumnsMissing, ColumnsMisspelt, ColumnTwice, SalesWithoutOwner
from ressenti.intake.values.row_errors import printable
from ressenti.kit.formulas import unescape_formula
from ressenti.kit.refusals import Refusal

KNOWN: dict[FileKind, dict[str, CellType]] = {
    kind: {column.name: column.type for column in columns} for kind, columns in FILES.items()
}
"""The columns of each file, with what they hold."""

REQUIRED: dict[FileKind, tuple[str, ...]] = {
    kind: tuple(column.name for column in columns if column.required) for kind, columns in FILES.items()
}

_WITHOUT_ANY: dict[FileKind, type[Refusal]] = {
    FileKind.SURVEYS: AnswersWithoutDate,
    FileKind.TRANSACTIONS: SalesWithoutOwner,
}
"""What to say of a header with none of the columns of which one is needed."""


REJECTED_BECAUSE = "rejected_because"
"""The last column of the CSV files of rejected rows: read over, so that they can be corrected and imported again."""


_OF_EXPORTS: dict[FileKind, frozenset[str]] = {
    FileKind.CONVERSATIONS: frozenset({"project", "source", "handling_count", "sale_count", "resolved_by_name"}),
    FileKind.SURVEYS: frozenset({"project", "source", "nps_class", "complete", "agent_names"}),
    FileKind.HANDLINGS: frozenset({"project", "source", "handling_s", "reply_count", "closing_delay_s", "unanswered"}),
}
"""Columns by which an export is known as ours."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a file's columns as they are used: stripped, in the file's order, `column_3` where one has none."""

    kind: FileKind
    names: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """The columns the import format defines."""
        return tuple(name for name in self.names if name in KNOWN[self.kind])

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns kept as attributes."""
        left_out = {REJECTED_BECAUSE, *self.twice}
        return tuple(name for name in self.names if name not in KNOWN[self.kind] and name not in left_out)

    @property
    def is_ours(self) -> bool:
        """Whether we wrote the file, so that texts in it were kept from being formulas."""
        return is_ours(self.kind, self.names)

    @property
    def twice(self) -> tuple[str, ...]:
        """The columns that are there more than once: set aside where nobody needs them, as neither is the other."""
        return tuple(name for name, count in Counter(self.names).items() if count > 1)

    @property
    def misspelt(self) -> tuple[tuple[str, str], ...]:
        """Unknown columns that look like a known one which is not there, with that one."""
        return tuple((name, likely) for name in self.unknown if (likely := _likely(name, self)))


def is_ours(kind: FileKind, names: Sequence[str]) -> bool:
    """Say whether a file of these columns is one of rejected rows or an export: nobody else has these measures."""
    return REJECTED_BECAUSE in names or (kind in _OF_EXPORTS and _OF_EXPORTS[kind] <= set(names))


def header_of(kind: FileKind, cells: Sequence[str]) -> Header:
    """Return the header that these cells write."""
    names = tuple(cell.strip() or f"column_{place}" for place, cell in enumerate(cells, start=1))
    return Header(kind, tuple(map(unescape_formula, names)) if is_ours(kind, names) else names)


def require(header: Header, *, file: str, line: int) -> None:
    """Raise a Refusal where a column is there twice, or one is not there that must be."""
    where = {"file": file, "line": line, "expected": listed(list(KNOWN[header.kind])), "found": listed(header.names)}
    if twice := [name for name in header.twice if name in KNOWN[header.kind]]:
        raise ColumnTwice(column=printable(twice[0]), **where)
    if missing := [name for name in REQUIRED[header.kind] if name not in header.names]:
        likely = [name for name, meant in header.misspelt if meant in missing]
        refusal = ColumnsMisspelt if likely else ColumnsMissing
        raise refusal(missing=listed(missing), likely=listed(likely), **where)
    if header.kind in ONE_OF and not set(ONE_OF[header.kind]) & set(header.names):
        raise _WITHOUT_ANY[header.kind](**where)


def _likely(name: str, header: Header) -> str | None:
    printable = name.casefold().replace(" ", "_").replace("-", "_")
    return printable if printable in KNOWN[header.kind] and printable not in header.names else None


def listed(names: Sequence[str], most: int = 40) -> str:
    """Return names in words."""
    return ", ".join(map(printable, names[:most])) + (", …" if len(names) > most else "") if names else "–"
