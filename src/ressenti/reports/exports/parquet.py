"""How rows become a Parquet file: real types, moments with their zone, lists, and the scope in the file's metadata."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ressenti.reports.exports.model import ColumnHeading, ColumnKind, ExportScope, WriteRows

ROW_GROUP = 50_000
"""Rows written together: enough to compress and to skip, few enough to hold."""


@contextmanager
def parquet_file(scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO) -> Iterator[WriteRows]:
    """Write a Parquet file. Texts stay as they are."""
    types = _types(scope.zone)
    fields = [pa.field(one.key, types[one.kind], metadata={"meaning": one.meaning}) for one in columns]
    schema = pa.schema(fields, metadata={"ressenti": json.dumps(scope.said(), ensure_ascii=False)})
    waiting: list[Any] = []

    with pq.ParquetWriter(_Sink(out), schema, compression="zstd") as file:

        def flush() -> None:
            if waiting:
                file.write_table(pa.Table.from_batches(waiting, schema), row_group_size=ROW_GROUP)
                waiting.clear()

        def write(batch: Sequence[Sequence[Any]]) -> None:
            arrays = [pa.array(values, type=field.type) for values, field in zip(batch, schema, strict=True)]
            waiting.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
            if sum(map(len, waiting)) >= ROW_GROUP:
                flush()

        yield write
        flush()


class _Sink:
    """A writer that counts its bytes: Parquet asks for the position, which a pipe does not have."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._written = 0

    def write(self, piece: bytes) -> int:
        self._out.write(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """Leave the file open: it is the caller's."""


def _types(zone: str) -> dict[ColumnKind, Any]:
    return {
        ColumnKind.TEXT: pa.string(),
        ColumnKind.TEXTS: pa.list_(pa.string()),
        ColumnKind.WHOLE: pa.int64(),
        ColumnKind.SECONDS: pa.float64(),
        ColumnKind.NUMBER: pa.float64(),
        ColumnKind.MONEY: pa.decimal128(38, 6),
        ColumnKind.FLAG: pa.bool_(),
        ColumnKind.MOMENT: pa.timestamp("us", tz=zone),
    }
