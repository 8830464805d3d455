"""What a row says nothing of stays as it is known: a column that is absent leaves, an empty cell empties."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.model import FILES, FileKind, InputRecord, Rejection
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rules import SLOTS, Rule, rules_between_columns
from ressenti.record.provenance import UNDECLARED, KnownRow

ReadBack = Callable[[ImportBatch, Collection[int]], Mapping[int, RecordRow]]
"""Returns rows of the record, by their ids, as a file would write them."""

_NAMES = {kind: tuple(column.name for column in columns) for kind, columns in FILES.items()}

_PRIVATE = SLOTS[FileKind.CONVERSATIONS]["is_private"]


def complete(
    batch: ImportBatch, known: Mapping[Hashable, KnownRow], *, key: Callable[[RecordRow], Hashable], stored: ReadBack
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
            spoken = _spoken(batch, record)
            kind, row = batch.kind, record.row
            same = all(_meaning(kind, slot, row[slot]) == _meaning(kind, slot, base[slot]) for slot in spoken)
            record.row = _filled(batch, record, base, spoken)
            if same and record.row[-1] == base[-1]:
                batch.repeated.add(place)
            _check(record, checks)
        if name not in seen and record.row is not None:
            seen.add(name)
            before[name] = record.row


def _check(record: InputRecord, checks: Iterable[Rule]) -> None:
    try:
        for check in checks:
            check(list(record.row or ()))
    except RowError as unfit:
        record.row, record.reject = None, Rejection(unfit.code, unfit.detail)


def _meaning(kind: FileKind, slot: int, value: Any) -> Any:
    """Return what a value comes to: an empty text is none, and a conversation is private unless it says no."""
    if kind is FileKind.CONVERSATIONS and slot == _PRIVATE:
        return value is not False
    return None if value in ("", ()) else value


def _read(
    batch: ImportBatch,
    records: Iterable[InputRecord],
    known: Mapping[Hashable, KnownRow],
    key: Callable[[RecordRow], Hashable],
    stored: ReadBack,
) -> dict[Hashable, RecordRow]:
    """Return what the record knows of rows that say something else, or less."""
    names: dict[int, Hashable] = {}
    for record in records:
        name = key(record.row or ())
        one = known.get(name)
        if one is None or one.id is None or one.digest in {UNDECLARED, digest(batch.kind, record.row or ())}:
            continue
        names[one.id] = name
    return {names[own_id]: row for own_id, row in stored(batch, names.keys()).items()} if names else {}


def _is_silent(batch: ImportBatch, record: InputRecord) -> bool:
    return record.given is not None or not batch.says_all


def _spoken(batch: ImportBatch, record: InputRecord) -> list[int]:
    """Return the places of the known columns a row speaks of: a scale only together with its rating."""
    given = record.given if record.given is not None else frozenset(batch.columns)
    names = [name for name in _NAMES[batch.kind] if name in given]
    if batch.kind is FileKind.SURVEYS:
        names = [name for name in names if name != "csat_scale"] + (["csat_scale"] if "csat" in given else [])
    return [SLOTS[batch.kind][name] for name in names]


def _filled(batch: ImportBatch, record: InputRecord, base: RecordRow, spoken: Collection[int]) -> RecordRow:
    row: list[Any] = list(base[:-1])
    for slot in spoken:
        row[slot] = record.row[slot]  # type: ignore[index]
    given = record.given if record.given is not None else frozenset(batch.columns)
    left = {name: value for name, value in (base[-1] or {}).items() if name not in given}
    unknown = left | ((record.row or ())[-1] or {})
    return (*row, unknown or None)
