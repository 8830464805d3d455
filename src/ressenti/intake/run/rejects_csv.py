"""How do rejected rows come back? As CSV files of their own names, to be corrected and imported again.

Each has the columns of the file its rows came from, and the reason in a last column that an import reads over. Before a
row that contradicts another stands that one, without a reason: given again as they are, the first stands again. What a
spreadsheet could take for a formula has an apostrophe in front, which the import takes away again. Numbers are written
so that they mean what they meant beside the rows that were taken: how a column writes them may not show in those left.
"""

import csv
import os
import re
from binascii import a2b_base64
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from io import StringIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ressenti.intake.formats.rejected_cells import RowCells
from ressenti.intake.model import FileKind
from ressenti.intake.run.rejects import ConflictingRow, RejectLine
from ressenti.intake.sources.source import RecordStream
from ressenti.intake.values.columns import REJECTED_BECAUSE
from ressenti.kit.durable import open_private
from ressenti.kit.formulas import escape_formula

_NUMBER = re.compile(r"[+-]?\d[\d\s.,\u2019]*%?")


class _Row(NamedTuple):
    """A rejected row: its kind, its cells, and why it was rejected."""

    kind: FileKind
    cells: RowCells
    reason: str


def names_of(streams: Iterable[RecordStream]) -> list[str]:
    """Return what the CSV files of an import's rejected rows can be called."""
    return sorted({f"{stream.kind}.csv" for stream in streams})


def write(lines: Callable[[], Iterator[RejectLine]], streams: Sequence[RecordStream], folder: Path) -> int:
    """Write a CSV file for each kind of rejected rows into a folder, over those of an earlier try.

    `lines` gives the rejected rows, as often as it is called. Returns how many rows cannot be put into
    columns, such as lines that are no JSON: they are in that file alone. All is on the disk when it returns.
    """
    rows = partial(_rows, streams=streams)
    surplus: dict[FileKind, int] = {}
    left_count = 0
    for row in rows(lines()):
        if row is None:
            left_count += 1
        else:
            surplus[row.kind] = max(surplus.get(row.kind, 0), len(row.cells.surplus))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        tables = {
            kind: _Table(
                stack.enter_context(open(folder / f"{kind}.csv", "wb", opener=open_private)),
                _columns(streams, kind),
                count,
            )
            for kind, count in surplus.items()
        }
        for row in rows(lines()):
            if row is not None:
                tables[row.kind].put(row)
        for table in tables.values():
            table.settle()
    return left_count


def _columns(streams: Sequence[RecordStream], kind: FileKind) -> tuple[str, ...]:
    """Return the columns of all streams of a kind, each once."""
    names = dict.fromkeys(name for stream in streams if stream.kind is kind for name in stream.columns)
    return tuple(name for name in names if name != REJECTED_BECAUSE)


class _Table:
    """One CSV file that is being written: columns, and some more for cells behind the last of them."""

    def __init__(self, out: BinaryIO, columns: tuple[str, ...], surplus: int) -> None:
        self._out = out
        self._columns = columns
        self._surplus = surplus
        out.write(BOM_UTF8)  # without it, spreadsheets take UTF-8 for something else
        unnamed = (f"column_{len(columns) + place}" for place in range(1, surplus + 1))
        self._put([*map(escape_formula, columns), *unnamed, REJECTED_BECAUSE])

    def put(self, row: _Row) -> None:
        """Write a row."""
        cells = [*(row.cells.by_column.get(name, "") for name in self._columns), *row.cells.surplus]
        cells += [""] * (self._surplus - len(row.cells.surplus))
        self._put(
            [*(cell if _NUMBER.fullmatch(cell) else escape_formula(cell) for cell in cells), escape_formula(row.reason)]
        )

    def settle(self) -> None:
        """Put it on the disk."""
        self._out.flush()
        os.fsync(self._out.fileno())

    def _put(self, cells: Sequence[str]) -> None:
        text = StringIO(newline="")
        csv.writer(text).writerow(cells)
        self._out.write(text.getvalue().encode(errors="backslashreplace"))


def _rows(lines: Iterator[RejectLine], streams: Sequence[RecordStream]) -> Iterator[_Row | None]:
    by_name = {stream.name: stream for stream in streams}
    shown: set[ConflictingRow] = set()
    for line in lines:
        if line.kept and line.stands and line.stands not in shown:
            shown.add(line.stands)
            yield _row(by_name[line.kept["file"]], a2b_base64(line.kept["raw"]), "")
        yield _row(streams[line.place], line.content(), line.detail)


def _row(stream: RecordStream, content: bytes, reason: str) -> _Row | None:
    cells = stream.cells_of(content)
    return None if cells is None else _Row(stream.kind, cells, reason)
