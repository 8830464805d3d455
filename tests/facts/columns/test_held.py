"""What a server holds in memory is what stands in the file, also while it is read and while it changes."""

import threading
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.derive import Facts, derive
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.memory import loader, table
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.facts.engines.memory.loader import MemoryTables
from ressenti.facts.engines.memory.table import MemoryTable
from ressenti.facts.model import MeasurementSettings
from ressenti.indicators.held_tables import HELD
from tests.indicators.test_oracle import _company

COMPANY = [derive(one, MeasurementSettings(project_id=1, kinds={4: "bot"})) for one in _company()]
PATIENCE_S = 20


@pytest.fixture
def file(tmp_path: Path) -> Iterator[DuckDBEngine]:
    made = DuckDBEngine(tmp_path / "facts.duckdb")
    put(made, COMPANY)
    yield made
    made.close()


Hold = Callable[..., MemoryEngine]


def put(facts: Engine, rows: list[Facts]) -> None:
    gone = [row[0] for one in rows for row in one.conversation]
    facts.replace(rows, conversations=gone, offers=(), marks={})


def standing(facts: MemoryEngine) -> dict[str, int]:
    """Return how many rows of each table stand in memory."""
    with facts.tables() as tables:
        return {name: int(one.alive.sum()) for name, one in tables.items()}


def in_file(facts: Engine) -> dict[str, int]:
    return {one.table: facts.rows(f"SELECT count(*) FROM {one.table}")[0][0] for one in HELD}


@pytest.fixture
def hold(file: DuckDBEngine) -> Iterator[Hold]:
    made: list[MemoryEngine] = []

    def held(*, is_read: bool = True) -> MemoryEngine:
        made.append(MemoryEngine(file, HELD))
        if is_read:
            made[-1].wait_for_tables()
        return made[-1]

    yield held
    for one in made:
        one.close()


def test_what_is_read_is_what_stands_in_the_file(hold: Hold) -> None:
    facts = hold()

    assert standing(facts) == in_file(facts)
    assert in_file(facts) == {"conversation": 40, "handling": 69, "answer": 40, "sale": 13}


def test_what_changes_while_it_is_read_is_not_lost(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    is_reading, may_go_on = threading.Event(), threading.Event()
    read = MemoryTables._table

    def slowly(own: MemoryTables, *given: Any) -> MemoryTable | None:
        is_reading.set()
        assert may_go_on.wait(PATIENCE_S)
        return read(own, *given)

    monkeypatch.setattr(MemoryTables, "_table", slowly)
    facts = hold(is_read=False)
    assert is_reading.wait(PATIENCE_S)
    facts.replace((), conversations=range(1, 11), offers=(), marks={})
    put(facts, COMPANY[:3])
    assert standing(facts) == {}
    may_go_on.set()
    facts.wait_for_tables()

    assert standing(facts) == in_file(facts)
    assert standing(facts)["conversation"] == 33


def test_whoever_looks_while_the_file_changes_waits_until_both_have(hold: Hold) -> None:
    facts = hold()
    seen: list[tuple[int, int]] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            with facts.tables() as tables:
                seen.append((int(tables["conversation"].alive.sum()), facts.rows(_COUNT)[0][0]))

    watching = threading.Thread(target=look)
    watching.start()
    for _ in range(15):
        facts.replace((), conversations=range(1, 11), offers=(), marks={})
        put(facts, COMPANY[:10])
    is_over.set()
    watching.join(PATIENCE_S)

    assert {mine == in_file for mine, in_file in seen} == {True}
    assert {mine for mine, _in_file in seen} <= {30, 40}


_COUNT = "SELECT count(*) FROM conversation"


def test_much_that_changed_is_put_in_order_again(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROOM", 30)
    facts = hold()
    put(facts, COMPANY[:5])
    with facts.tables() as tables:
        assert (len(tables["conversation"]), tables["conversation"].ordered) == (45, 40)
    put(facts, COMPANY[:12])
    facts.wait_for_tables()

    with facts.tables() as tables:
        assert (len(tables["conversation"]), tables["conversation"].ordered) == (40, 40)
    assert standing(facts) == in_file(facts)


@pytest.mark.parametrize("mib", [0, 1])
def test_what_there_is_no_room_for_is_asked_of_the_file(hold: Hold, monkeypatch: pytest.MonkeyPatch, mib: int) -> None:
    monkeypatch.setattr(loader, "available", lambda: mib << 20)
    facts = hold()

    assert standing(facts) == (in_file(facts) if mib else {})


def test_handlings_are_not_held_without_their_conversations(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    left = chain((0, 0), repeat(2**30))  # asked once before anything is read, then for each table
    monkeypatch.setattr(loader, "available", lambda: next(left))
    facts = hold()

    assert standing(facts).keys() == {"answer", "sale"}


def test_a_read_that_fails_leaves_the_file_to_answer(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_own: MemoryTables, *_given: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(MemoryTables, "_table", fail)
    facts = hold()

    assert standing(facts) == {}
    put(facts, COMPANY[:3])
    assert in_file(facts)["conversation"] == 40


def test_a_change_that_cannot_be_held_leaves_the_file_to_answer(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = hold()

    def fail(_own: MemoryTable, _batch: object) -> None:
        raise MemoryError

    monkeypatch.setattr(MemoryTable, "extend", fail)
    facts.replace((), conversations=range(1, 11), offers=(), marks={})
    put(facts, COMPANY[:3])

    assert standing(facts) == {}
    assert in_file(facts)["conversation"] == 33


def test_a_file_can_be_closed_while_it_is_read(tmp_path: Path) -> None:
    made = DuckDBEngine(tmp_path / "facts.duckdb")
    put(made, COMPANY)
    MemoryEngine(made, HELD).close()

    assert DuckDBEngine(tmp_path / "facts.duckdb").rows(_COUNT) == [(40,)]
