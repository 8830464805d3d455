"""What one row holds: the cells of a row become the typed values of its columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ressenti.intake.model import FILES, ROWS, CellType, RowWarning
from ressenti.intake.values.cells import EMPTY, CellReader, cell_reader
from ressenti.intake.values.columns import Header
from ressenti.intake.values.numbers import NumberFormat
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError, printable
from ressenti.intake.values.rules import rules
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.sizes import MIB

RowReader = Callable[[Sequence[Any]], Any]
"""Makes of cells, one for each column of the header, the row of a record (one of `ROWS`); raises RowError."""


def row_reader(
    header: Header,
    options: ParsedOptions,
    *,
    now: int,
    warnings: list[RowWarning],
    numbers: Mapping[str, NumberFormat] | None = None,
) -> RowReader:
    """Return the reader of a file with this header, made once so that a row costs as little as it can.

    `numbers` says how the numbers of a column are written, where the first pass found it out (`Findings.numbers`).
    What is odd in a row but taken is added to `warnings`; the caller empties it after each row.
    """
    columns = FILES[header.kind]
    places = {name: place for place, name in enumerate(header.names)}
    written = numbers or {}
    plan: list[tuple[int, int, CellReader]] = [
        (slot, places[column.name], cell_reader(column, options, now, warnings, numbers=written.get(column.name)))
        for slot, column in enumerate(columns)
        if column.name in places
    ]
    blank = [_absent(column.type, is_there=column.name in places) for column in columns]
    required = [(slot, column.name) for slot, column in enumerate(columns) if column.required]
    checks = rules(header.kind, set(header.known), options, warnings)
    unknown = [(places[name], name) for name in header.unknown]
    make = ROWS[header.kind]._make

    def read(cells: Sequence[Any]) -> Any:
        row = blank.copy()
        for slot, place, value_of in plan:
            cell = cells[place]
            if cell:
                row[slot] = value_of(cell)
        for slot, name in required:
            if row[slot] is None:
                raise RowError("missing", Sentence(_("{column} is empty"), column=name))
        for check in checks:
            check(row)
        row.append({name: cells[place] for place, name in unknown if cells[place]} or None if unknown else None)
        return make(row)

    return read


def _absent(holds: CellType, *, is_there: bool) -> Any:
    """Return the value of an empty cell; text that no column could hold is None, not empty."""
    return EMPTY.get(holds) if is_there or holds is not CellType.TEXT else None


def require_sizes(cells: Iterable[tuple[str, Any]]) -> None:
    """Raise RowError where a cell, given with its column's name, is longer than 1 MiB."""
    for name, cell in cells:
        if len(cell) * 4 > MIB and isinstance(cell, str) and (size := len(cell.encode())) > MIB:
            raise RowError(
                "field_too_large",
                Sentence(
                    _("{column}: {size:,} bytes; a field may have {most:,}"),
                    column=printable(name),
                    size=size,
                    most=MIB,
                ),
            )
