"""What is asked in processes of their own: of us and of another in turn, where every answer has to be the same."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.child import Watch
from bench.facts import by_hand, names, ours, postgresql, rows
from bench.facts.by_hand import Statement
from bench.facts.found import Found, require_same
from bench.facts.laps import Clock
from bench.facts.page import ALL, BY_AGENT, END, FILTERS, TOTALS, PageFilter, question
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.engine import Engine
from ressenti.facts.schema import TABLES
from ressenti.facts.store import FactStore, facts_path
from ressenti.indicators.model import Question
from ressenti.kit.memory import available

RUNS = 5
AGAIN = 20
ROOM_MIB = 8192
"""What the engine may take of the memory for SQL written by hand, where there is that much: beside tables held there we
leave it little."""

_READ = {
    "conversation": """is_counted closed_at first_response_us resolution_us rating automation channel_id campaign_id
        respondent_ids group_ids rule_ids distribution_group_ids""".split(),
    "answer": """is_counted closed_at is_satisfied nps automation campaign_id respondent_ids group_ids rule_ids
        distribution_group_ids""".split(),
}
"""The columns that the page speaks of."""
_WIDTHS = {"BOOLEAN": 1, "TINYINT": 1, "INTEGER": 4, "BIGINT": 8}


def fill(*, folder: str, count: int) -> dict[str, Any]:
    """Make up the facts of that many conversations, and the record that names what is in them."""
    store, marks = names.write(Path(folder) / "record.db", now=END)
    facts = DuckDBEngine(facts_path(store.path))
    with Watch() as filling:
        rows.fill(facts, count)
        facts.replace((), conversations=(), offers=(), marks=marks)
        facts.close()
    store.close()
    return filling.as_json()


def sized(*, folder: str) -> dict[str, Any]:
    """Return how many rows each table has and what it takes of the disk, and the bytes that the page speaks of."""
    with ours.fact_store(Path(folder), held=()) as opened:
        return opened.using(
            lambda facts: {
                "rows": {table: facts.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES},
                "disk": {table: _on_disk(facts, table) for table in TABLES},
                "page": sum(_in_memory(facts, table) for table in _READ),
            }
        )


def alone(*, folder: str) -> dict[str, Any]:
    """Ask only us: the page, one figure, one breakdown, then the page again and again while nothing changes."""
    tile, breakdown = question("first_response_time", TOTALS, ALL), question("resolution_time", BY_AGENT, ALL)
    with ours.fact_store(Path(folder)) as opened:
        ours.ask(opened, ALL)
        found = {"tile": _asked_anew(opened, tile), "breakdown": _asked_anew(opened, breakdown)}
        ours.ask(opened, ALL)
        return found | {"page-again": [ours.ask(opened, ALL)[1].ms for _ in range(AGAIN)]}


def everything(*, folder: str) -> None:
    """Ask every page, as a server is asked in a day: what matters is the memory that it takes."""
    with ours.fact_store(Path(folder)) as opened:
        for which in FILTERS.values():
            ours.ask(opened, which)


def beside_tuned(*, folder: str) -> dict[str, Any]:
    """Ask every page, and the same in tuned SQL of the very same file, by the name of its filter."""
    with ours.fact_store(Path(folder)) as opened:
        room = min(ROOM_MIB, available() * 3 // 4 // 2**20)
        opened.using(lambda facts: facts.rows(f"SET memory_limit = '{room}MiB'"))
        return {"pages": {name: _beside_tuned(opened, which) for name, which in FILTERS.items()}}


def _beside_tuned(opened: FactStore, which: PageFilter) -> dict[str, Any]:
    asked = by_hand.statements(which, by_hand.DUCKDB)
    return _in_turn(opened, which, lambda: opened.using(lambda facts: _ask_tuned(facts, asked)))


def beside_postgresql(*, folder: str, name: str, socket: str) -> dict[str, Any]:
    """Ask the page, and the same of a PostgreSQL server that holds the same rows."""
    which = FILTERS[name]
    asked = by_hand.statements(which, by_hand.POSTGRESQL)
    with ours.fact_store(Path(folder)) as opened:
        return _in_turn(opened, which, lambda: _ask_postgresql(Path(socket), asked))


def _in_turn(opened: FactStore, which: PageFilter, other: Callable[[], tuple[Found, Clock]]) -> dict[str, Any]:
    """Ask us and another in turn, once more than is counted: the first time warms up."""
    first, *runs = [_once(opened, which, other) for _ in range(RUNS + 1)]
    mine, others = zip(*runs, strict=True)
    return {
        "first": first[0].ms,
        "ours": [one.ms for one in mine],
        "other": [one.ms for one in others],
        "cpu": {"ours": median(one.cpu_ms for one in mine), "other": median(one.cpu_ms for one in others)},
        "parts": {"ours": _parts(mine), "other": _parts(others)},
    }


def _once(opened: FactStore, which: PageFilter, other: Callable[[], tuple[Found, Clock]]) -> tuple[Clock, Clock]:
    """Ask us, who remember nothing, and another; raises Different."""
    ours.forget(opened)
    answers, mine = ours.ask(opened, which)
    found, others = other()
    ours.require_one_total(answers)
    require_same(ours.found(answers), found, "those of the SQL written by hand")
    return mine, others


def _ask_tuned(facts: Engine, asked: Sequence[Statement]) -> tuple[Found, Clock]:
    clock, rows_of = Clock(), []
    for one in asked:
        rows_of.append(facts.rows(one.text))
        clock.lap(one.part.name)
    return by_hand.found(asked, rows_of), clock


def _ask_postgresql(socket: Path, asked: Sequence[Statement]) -> tuple[Found, Clock]:
    clock = Clock()
    rows_of, taken = postgresql.ask(socket, [one.text for one in asked])
    for one, ms in zip(asked, taken, strict=True):
        clock.add(one.part.name, ms)
    return by_hand.found(asked, rows_of), clock


def _asked_anew(opened: FactStore, one: Question) -> list[float]:
    """Ask a question while nothing is remembered; return the milliseconds of each run but the first."""
    taken = []
    for _ in range(RUNS + 1):
        ours.forget(opened)
        taken.append(ours.ask_one(opened, one).ms)
    return taken[1:]


def _parts(runs: Sequence[Clock]) -> dict[str, float]:
    return {name: median(one.laps[name] for one in runs) for name in runs[0].laps}


def _on_disk(facts: Engine, table: str) -> int:
    """Return the bytes of the blocks that hold a table."""
    blocks = f"SELECT unnest([block_id] || additional_block_ids) AS block FROM pragma_storage_info('{table}')"
    [(number,)] = facts.rows(f"SELECT count(DISTINCT block) FROM ({blocks}) WHERE block >= 0")
    [(size,)] = facts.rows("SELECT block_size FROM pragma_database_size()")
    return int(number * size)


def _in_memory(facts: Engine, table: str) -> int:
    """Return the bytes that the columns of a table that the page speaks of have as plain arrays."""
    types = {column.name: column.type for column in TABLES[table]}
    widths = [_WIDTHS.get(types[name], f"4 * len({name})") for name in _READ[table]]
    [(total,)] = facts.rows(f"SELECT sum({' + '.join(map(str, widths))}) FROM {table}")
    return int(total)
