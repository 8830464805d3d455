"""What a row says nothing of stays as it is known: a column that is absent leaves, an empty cell empties."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.model import FILES, FileKind, InputRecord, Rejection
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rules import Rule, rules_between_columns
from ressenti.record.provenance import UNDECLARED, KnownRow

ReadBack = Callable[[ImportBatch[Any], Collection[int]], Mapping[int, RecordRow]]
"""Returns rows of the record, by their ids, as a file would write them."""


def complete(
    batch: ImportBatch[Any], known: Mapping[Hashable, KnownRow], *, key: Callable[[Any], Hashable], stored: ReadBack
) -> None:
    """Fill into the rows of a batch what they are silent about and the record, or an earlier row, knows.

    Rows that are the same as what is known in all they speak of are noted as such: they repeat it.
    """
    records = [record for record in batch.records if record.row is not None and _is_silent(batch, record)]
    if not records:
        return
    before = _read(batch, records, known, key, stored)
    checks = rules_between_columns(batch.kind)
    silent = {id(record) for record in records}
    seen: set[Hashable] = set()
    for place, record in enumerate(batch.records):
        name = None if record.row is None else key(record.row)
        if record.row is None or name is None:
            continue
        base = before.get(name)
        if base is not None and id(record) in silent and digest(batch.kind, record.row) != digest(batch.kind, base):
            given = {column: getattr(record.row, column) for column in _given_columns(batch, record)}
            is_same = all(
                _meaning(column, value) == _meaning(column, getattr(base, column)) for column, value in given.items()
            )
            record.row = _filled(batch, record, base, given)
            if is_same and record.row.attributes == base.attributes:
                batch.repeated.add(place)
            _check(record, checks)
        if name not in seen and record.row is not None:
            seen.add(name)
            before[name] = record.row


def _check(record: InputRecord, checks: Iterable[Rule]) -> None:
    try:
        for check in checks:
            check(list(record.row or ()))
    except RowError as error:
        record.row, record.reject = None, Rejection(error.code, error.detail)


def _meaning(column: str, value: Any) -> Any:
    """Return what a value comes to: an empty text is none, and a conversation is private unless it says no."""
    if column == "is_private":
        return value is not False
    return None if value in ("", ()) else value


def _read(
    batch: ImportBatch[Any],
    records: Iterable[InputRecord],
    known: Mapping[Hashable, KnownRow],
    key: Callable[[Any], Hashable],
    stored: ReadBack,
) -> dict[Hashable, Any]:
    """Return what the record knows of rows that say something else, or less."""
    names: dict[int, Hashable] = {}
    for record in records:
        if record.row is None:
            continue
        name = key(record.row)
        row = known.get(name)
        if row is None or row.id is None or row.digest in {UNDECLARED, digest(batch.kind, record.row)}:
            continue
        names[row.id] = name
    return {names[own_id]: row for own_id, row in stored(batch, names.keys()).items()} if names else {}


def _is_silent(batch: ImportBatch[Any], record: InputRecord) -> bool:
    return record.given is not None or not batch.says_all


def _given_columns(batch: ImportBatch[Any], record: InputRecord) -> list[str]:
    """Return the known columns a row speaks of: a scale only together with its rating."""
    given = record.given if record.given is not None else frozenset(batch.columns)
    names = [column.name for column in FILES[batch.kind] if column.name in given]
    if batch.kind is FileKind.SURVEYS:
        names = [name for name in names if name != "csat_scale"] + (["csat_scale"] if "csat" in given else [])
    return names


def _filled(batch: ImportBatch[Any], record: InputRecord, base: Any, values: Mapping[str, Any]) -> Any:
    """Return the row that is known with what a record gives in the place of what it had."""
    given = record.given if record.given is not None else frozenset(batch.columns)
    kept = {name: value for name, value in (base.attributes or {}).items() if name not in given}
    unknown = kept | (record.row.attributes or {})
    return base._replace(**values, attributes=unknown or None)
