"""What a Parquet file holds, written to standard output as one JSON object a line.

Run as a program of its own, with limits on memory and time, because a Parquet file may be made to exhaust whoever
reads it. It knows nothing of the rest of the package, so that it starts quickly. The file is standard input.

The first line tells the names of the columns, those among them that hold numbers, and those set aside because nobody
needs them and their types are not read (or two have one name). What goes wrong is one JSON object on standard error,
`{"fault": …}`, and exit 3; anything else that ends it is a limit that was reached.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any, NoReturn

REFUSED = 3
_ROWS = 1_000
_MOST_ROWS = 10_000_000_000
_BUFFER = 1 << 20
_DAY_S = 86_400
_SHORT = {"halffloat": (11, 2), "float": (24, 6)}
"""Up to which power of two a shorter float is exact, and the decimals that show it is not above."""
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Texts = Callable[[Any], list[Any]]
"""Turns a column of a batch into values that JSON can write."""


def main() -> None:
    """Read the file; the arguments are limits and options, as JSON (see `parquet_form`)."""
    wishes = json.loads(sys.argv[1])
    _limit(resource.RLIMIT_AS, wishes["memory"])
    _limit(resource.RLIMIT_CPU, wishes["seconds"])
    _limit(resource.RLIMIT_CORE, 0)
    try:
        _copy(wishes)
    except MemoryError:
        _refuse("limit")
    except BrokenPipeError:
        os._exit(REFUSED)


def _limit(what: int, most: int) -> None:
    allowed = resource.getrlimit(what)[1]
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(what, (most, most))


def _refuse(fault: str, **data: object) -> NoReturn:
    sys.stderr.write(json.dumps({"fault": fault} | data))
    sys.stderr.flush()
    os._exit(REFUSED)  # without letting buffers be written: what was sent so far no longer counts


def _copy(wishes: dict[str, Any]) -> None:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    try:
        file = ParquetFile(os.fdopen(0, "rb"), buffer_size=_BUFFER, pre_buffer=False)
        schema = file.schema_arrow
        readers = {field.name: _texts_of(field.type, may_be_list=field.name in wishes["lists"]) for field in schema}
        readers |= {name: _keys for name in wishes["keys"] if readers.get(name) is _numbers}
        twice = {name for name in schema.names if schema.names.count(name) > 1}
        needed = set(wishes["known"])
        unread = [
            f"{field.name} ({field.type})" for field in schema if field.name in needed and not readers[field.name]
        ]
        if unread:
            _refuse("types", columns=unread)
        aside = [
            field for field in schema if field.name not in needed and (field.name in twice or not readers[field.name])
        ]
        row_count = file.metadata.num_rows
        if row_count > _MOST_ROWS:
            _refuse("limit")
        left = {field.name for field in aside}
        names = [name for name in schema.names if name not in left]
        numbers = [
            field.name for field in schema if pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)
        ]
        told = {field.name: "" if field.name in twice else str(field.type) for field in aside}
        _line({"names": names, "numbers": numbers, "aside": told})
        if _rows(file, {name: readers[name] for name in names}, wishes) != row_count:
            _refuse("damaged", reason="it holds another number of rows than it says")
    except (pa.ArrowMemoryError, MemoryError):
        _refuse("limit")
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        _refuse("damaged", reason=str(error)[:200])
    sys.stdout.flush()


def _rows(file: Any, columns: dict[str, Any], wishes: dict[str, Any]) -> int:
    """Write the rows behind those to be passed over; return how many there are in all."""
    names = list(columns)
    schema = file.schema_arrow.names
    wanted = None if len(names) == len(schema) else names
    allowance = _Allowance(wishes)
    skip, row_count = wishes["skip"], 0
    for batch in file.iter_batches(batch_size=_ROWS, use_threads=False, columns=wanted):
        row_count += batch.num_rows
        if skip >= batch.num_rows:
            skip -= batch.num_rows
            continue
        rest = batch.slice(skip)
        values = [columns[name](rest.column(place)) for place, name in enumerate(batch.schema.names) if name in columns]
        skip = 0
        for row in zip(*values, strict=True):
            allowance.spend(_line(dict(zip(names, row, strict=True))))
    return row_count


class _Allowance:
    """How much may come out of a file of this size."""

    def __init__(self, wishes: dict[str, Any]) -> None:
        self._left = max(wishes["bomb_size"], wishes["bomb_ratio"] * wishes["size"])

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            _refuse("bomb")


def _line(value: dict[str, Any]) -> int:
    """Write a line; return how long the values in it are, the names left out."""
    text = json.dumps(value, separators=(",", ":"))
    sys.stdout.write(text)
    sys.stdout.write("\n")
    return len(text) - sum(map(len, value)) - 4 * len(value)


def _texts_of(type_: Any, *, may_be_list: bool) -> Texts | None:
    """Return how a column of this type is written, None where it is none of those that are read."""
    import pyarrow.types as t

    if t.is_dictionary(type_):
        read = _texts_of(type_.value_type, may_be_list=False)
        return (lambda column: read(column.dictionary_decode())) if read else None
    if t.is_string(type_) or t.is_large_string(type_) or t.is_string_view(type_):
        return _strings
    if t.is_boolean(type_) or t.is_null(type_) or t.is_integer(type_):
        return _plain
    if t.is_floating(type_) or t.is_decimal(type_):
        return _numbers
    if t.is_timestamp(type_):
        return lambda column: _moments(column, type_.unit, is_zoned=type_.tz is not None)
    if t.is_date(type_):
        return _days
    is_list = t.is_list(type_) or t.is_large_list(type_)
    if may_be_list and is_list and _texts_of(type_.value_type, may_be_list=False) is _strings:
        return _plain
    return None


def _plain(column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values


def _strings(column: Any) -> list[Any]:
    try:
        return _plain(column)
    except UnicodeDecodeError:
        import pyarrow as pa

        raw = column.cast(pa.large_binary()).to_pylist()
        return [None if text is None else text.decode("utf-8", "surrogateescape") for text in raw]


def _numbers(column: Any) -> list[Any]:
    return [None if number is None else _number(number) for number in column.to_pylist()]


def _keys(column: Any) -> list[Any]:
    """Write ids and names that are numbers: whole ones as such, while a float still tells them apart (D43)."""
    bits, decimals = _SHORT.get(str(column.type), (53, 16))
    numbers = column.to_pylist()
    return [None if number is None or isnan(number) else _key(number, 2**bits, decimals) for number in numbers]


def _key(number: Any, exact: int, decimals: int) -> str:
    if isinstance(number, float) and abs(number) > exact:
        return f"{number:.{decimals}e}" if decimals < 16 else repr(number)
    return str(int(number)) if number % 1 == 0 else _number(number)


def _number(number: Any) -> str:
    return repr(number) if isinstance(number, float) else f"{number:f}"


def _moments(column: Any, unit: str, *, is_zoned: bool) -> list[Any]:
    import pyarrow as pa

    end = "Z" if is_zoned else ""
    per_second = _PER_SECOND[unit]
    counts = column.cast(pa.int64()).to_pylist()
    return [None if count is None else _moment(count, per_second, end) for count in counts]


def _moment(count: int, per_second: int, end: str) -> str:
    try:
        at = _EPOCH + timedelta(microseconds=count * 1_000_000 // per_second)
    except OverflowError:
        return f"{count} / {per_second} s"
    return at.replace(tzinfo=None).isoformat() + end


def _days(column: Any) -> list[Any]:
    import pyarrow as pa

    is_in_ms = pa.types.is_date64(column.type)
    counts = column.cast(pa.int64() if is_in_ms else pa.int32()).to_pylist()
    per_second = 1_000 if is_in_ms else 1
    factor = 1 if is_in_ms else _DAY_S
    texts = (None if count is None else _moment(count * factor, per_second, "") for count in counts)
    return [text and text.removesuffix("T00:00:00") for text in texts]


if __name__ == "__main__":
    main()
