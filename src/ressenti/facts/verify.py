"""Are the facts what the record says? Each row is counted a second time and compared, column by column."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.facts.invariants import BrokenInvariant, Suspicions, problems_of_damage, problems_of_record
from ressenti.facts.recount.conversations import columns_of, recount_conversations, recount_lone_surveys
from ressenti.facts.recount.record import RecordedSetting, next_conversations, next_lone_surveys, read_world
from ressenti.facts.schema import TABLES
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal
from ressenti.record.conversations import count_own
from ressenti.record.journal import last_seq, last_written
from ressenti.record.stores.integrity import damaged, damaged_pages, damaged_rows
from ressenti.record.stores.sqlite import Store

BATCH = 5_000
"""Conversations compared in one step; more take more memory and no less time."""

KEPT = 1_000
"""Differences that are listed; the others are only counted."""

MISSING = "missing in the facts"
SURPLUS = "not in the record"

_LOWEST, _HIGHEST = -(2**31), 2**31 - 1
_OWN_ID = {"conversation": None, "handling": "handling_id", "answer": "offer_id", "sale": "transaction_id"}
_NO_ORDER = {"rule_ids", "distribution_group_ids", "group_ids", "seller_ids"}
"""Lists that mean the same in any order."""

_PLACES = {table: {column.name: place for place, column in enumerate(columns)} for table, columns in TABLES.items()}

_LISTS = {
    table: [place for place, one in enumerate(columns) if one.type.endswith("[]")] for table, columns in TABLES.items()
}

FactRow = tuple[Any, ...]
VerifyProgress = Callable[[int, int], None]
"""Called with (conversations compared, conversations in all)."""


class NotAtTheEnd(Refusal):
    """The facts are not where the journal ends, or moved while they were compared: catch up and verify again."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "facts_moving"
    sentence = _("The record changed while it was compared with the facts. Run ressenti verify again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value, or one whole row, in which facts and record disagree.

    `row_id` is the handling's place, the record's survey offer or transaction; None in the table of conversations.
    `what` is a column, MISSING or SURPLUS; of a whole row, the side that has it holds its values by column.
    """

    table: str
    conversation_id: int | None
    row_id: int | None
    what: str
    in_facts: Any
    recounted: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came out: how many conversations and answers were compared, at which journal number, and what differs.

    `as_of` is the highest number where there are several projects. `difference_count` counts all differences, of
    which the first KEPT are kept. `problems` are promises that the record itself does not keep.
    """

    conversations: int
    answers: int
    as_of: int
    differences: tuple[Difference, ...]
    difference_count: int
    problems: tuple[BrokenInvariant, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing differs and the record keeps its promises."""
        return not self.difference_count and not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return what `ressenti verify --format json` prints."""
        return {
            "conversations": self.conversations,
            "answers": self.answers,
            "as_of": self.as_of,
            "difference_count": self.difference_count,
            "differences": [asdict(one) for one in self.differences],
            "problems": [problem.say() for problem in self.problems],
        }


@dataclass(slots=True)
class _Findings:
    conversations: int = 0
    answers: int = 0
    count: int = 0
    kept: list[Difference] = field(default_factory=list)

    def add(self, differences: Iterator[Difference]) -> None:
        for one in differences:
            self.count += 1
            if len(self.kept) < KEPT:
                self.kept.append(one)


def verify(record: Store, facts: Engine, *, progress: VerifyProgress | None = None) -> Verification:
    """Compare all facts with a recount from one snapshot of the record, and look whether that is as it was written.

    Raises NotAtTheEnd, and DamagedDatabase where the record cannot be counted.
    """
    harmed = (*damaged_pages(record.path), *damaged_rows(record.path))
    try:
        return _verified(record, facts, harmed, progress)
    except Exception as error:
        if harmed and not isinstance(error, NotAtTheEnd):
            raise damaged(record.url, harmed) from error
        raise


def _verified(record: Store, facts: Engine, harmed: Sequence[str], progress: VerifyProgress | None) -> Verification:
    with record.read() as connection:
        marks = _agreed_marks(connection, facts)
        world, findings, suspicions = read_world(connection), _Findings(), Suspicions()
        total = count_own(connection)
        for after, ids in _steps(connection, next_conversations):
            _compare_conversations(connection, facts, world, (after, ids), findings, suspicions)
            if progress:
                progress(findings.conversations, total)
        for after, ids in _steps(connection, next_lone_surveys):
            _compare_lone_surveys(connection, facts, world, (after, ids), findings)
        findings.add(_without_key(facts))
        problems = (*problems_of_damage(harmed), *problems_of_record(connection, suspicions))
    if findings.count and facts.watermarks() != marks:
        raise NotAtTheEnd
    return Verification(
        conversations=findings.conversations,
        answers=findings.answers,
        as_of=max(marks.values(), default=0),
        differences=tuple(findings.kept),
        difference_count=findings.count,
        problems=problems,
    )


def _agreed_marks(connection: Connection, facts: Engine) -> dict[int, int]:
    """Return where the facts stand: where the journal says it ends, or where its last entry is if one was lost."""
    marks, entries = facts.watermarks(), last_written(connection)
    for project, stated in last_seq(connection).items():
        if marks.get(project, 0) not in {stated, entries.get(project, 0)}:
            raise NotAtTheEnd
    return marks


Step = tuple[int, list[int]]
"""The last id of the step before, and the ids of this one; the last step has none: it is for what only facts hold."""


def _steps(connection: Connection, following: Callable[[Connection, int, int], list[int]]) -> Iterator[Step]:
    after = _LOWEST
    while ids := following(connection, after, BATCH):
        yield after, ids
        after = ids[-1]
    yield after, []


def _compare_conversations(
    connection: Connection,
    facts: Engine,
    world: RecordedSetting,
    step: Step,
    findings: _Findings,
    suspicions: Suspicions,
) -> None:
    recounted: dict[str, list[FactRow]] = {table: [] for table in TABLES}
    for case, of_case in recount_conversations(connection, world, step[1]):
        suspicions.look_at(case, closed_at=of_case["conversation"][0]["closed_at"])
        for table, own in of_case.items():
            recounted[table].extend(columns_of(table, row) for row in own)
    for table, rows in recounted.items():
        findings.add(_compared(table, rows, _facts_of(facts, table, "conversation_id", step)))
    findings.conversations += len(recounted["conversation"])
    findings.answers += len(recounted["answer"])


def _compare_lone_surveys(
    connection: Connection, facts: Engine, world: RecordedSetting, step: Step, findings: _Findings
) -> None:
    rows = [columns_of("answer", row) for _survey, row in recount_lone_surveys(connection, world, step[1])]
    findings.add(
        _compared("answer", rows, _facts_of(facts, "answer", "offer_id", step, also="conversation_id IS NULL AND "))
    )
    findings.answers += len(rows)


def _facts_of(facts: Engine, table: str, key: str, step: Step, *, also: str = "") -> list[FactRow]:
    """Read the facts of a step: from behind the last id of the step before to its own last id, whatever is there."""
    after, ids = step
    sql = f"{_select(table)} WHERE {also}{key} > ? AND {key} <= ? ORDER BY conversation_id, {_OWN_ID[table] or key}"
    return [_plain(table, row) for row in facts.rows(sql, [after, ids[-1] if ids else _HIGHEST])]


def _without_key(facts: Engine) -> Iterator[Difference]:
    """Report rows that no step can have met."""
    for table in TABLES:
        lost = "conversation_id IS NULL" + (" AND offer_id IS NULL" if table == "answer" else "")
        yield from _compared(table, [], [_plain(table, row) for row in facts.rows(f"{_select(table)} WHERE {lost}")])


def _select(table: str) -> str:
    return f'SELECT {", ".join(column.name for column in TABLES[table])} FROM "{table}"'


def _plain(table: str, row: Sequence[Any]) -> FactRow:
    """Return a row as the recount writes it: lists are tuples."""
    values = list(row)
    for place in _LISTS[table]:
        if values[place] is not None:
            values[place] = tuple(values[place])
    return tuple(values)


def _compared(table: str, recounted: Sequence[FactRow], found: Sequence[FactRow]) -> Iterator[Difference]:
    """Key rows by their identity; a row that is there twice is a difference."""
    awaited = {_key(table, row): row for row in recounted}
    for row in found:
        mine = awaited.pop(_key(table, row), None)
        if mine is None:
            yield _difference(table, row, SURPLUS, _by_name(table, row), None)
        elif mine != row:
            yield from _columns_compared(table, mine, row)
    for row in awaited.values():
        yield _difference(table, row, MISSING, None, _by_name(table, row))


def _columns_compared(table: str, mine: FactRow, found: FactRow) -> Iterator[Difference]:
    for column, in_facts, recounted in zip(TABLES[table], found, mine, strict=True):
        if not _same(column.name, in_facts, recounted):
            yield _difference(table, found, column.name, in_facts, recounted)


def _same(column: str, one: Any, other: Any) -> bool:
    if column in _NO_ORDER and one is not None and other is not None:
        return sorted(one) == sorted(other)
    return bool(one == other)


def _key(table: str, row: FactRow) -> tuple[int | None, int | None]:
    own = _OWN_ID[table]
    return row[_PLACES[table]["conversation_id"]], row[_PLACES[table][own]] if own else None


def _by_name(table: str, row: FactRow) -> dict[str, Any]:
    return {column.name: value for column, value in zip(TABLES[table], row, strict=True)}


def _difference(table: str, row: FactRow, what: str, in_facts: Any, recounted: Any) -> Difference:
    conversation_id, row_id = _key(table, row)
    return Difference(
        table=table,
        conversation_id=conversation_id,
        row_id=row_id,
        what=what,
        in_facts=in_facts,
        recounted=recounted,
    )
