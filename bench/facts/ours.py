"""The page asked of us, as the web page asks it: in one sitting, where what is equal is answered once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.facts import names
from bench.facts.found import TOTAL, Cell, Different, Found
from bench.facts.laps import Clock
from bench.facts.page import PAGE, TOTALS, PageFilter, Part, question
from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.facts.engines.memory.table import TableSpec
from ressenti.facts.store import FactStore
from ressenti.indicators.held_tables import HELD
from ressenti.indicators.model import Answer, Grain, Question, Value
from ressenti.indicators.query_session import QuerySession
from ressenti.record.stores.sqlite import Store
from ressenti.web.pages.report.progress import WORKERS

Answers = dict[tuple[str, str], Answer]
"""By part and indicator."""

_POOL = ThreadPoolExecutor(WORKERS)
_EPOCH = date(1970, 1, 1)


@contextmanager
def fact_store(folder: Path, address: str | None = None, *, held: Sequence[TableSpec] = HELD) -> Iterator[FactStore]:
    """Give the store of the facts in a folder, or of those that servers keep for the record in it."""
    record = Store.open(f"sqlite:///{folder}/record.db")
    opened = FactStore(record, facts=address, held=held)
    opened.using(_wait_for_tables)
    try:
        yield opened
    finally:
        opened.close()
        record.close()


def _wait_for_tables(facts: Engine) -> None:
    if isinstance(facts, MemoryEngine):
        facts.wait_for_tables()


def forget(opened: FactStore) -> None:
    """Have nothing remembered of what was asked before."""
    opened.forget()


def ask(opened: FactStore, which: PageFilter) -> tuple[Answers, Clock]:
    """Ask all of the page, its parts side by side."""
    clock, sitting = Clock(), QuerySession(opened)
    answers: Answers = {}

    def ask_part(part: Part) -> tuple[Answers, Clock]:
        own = Clock()
        found: Answers = {(part.name, key): sitting(question(key, part, which)) for key in part.indicators}
        own.lap(part.name)
        return found, own

    for found, own in _POOL.map(ask_part, PAGE):
        answers |= found
        for name, ms in own.laps.items():
            clock.add(name, ms)
    clock.end()
    return answers, clock


def ask_one(opened: FactStore, one: Question) -> Clock:
    """Ask a question alone."""
    clock = Clock()
    QuerySession(opened)(one)
    clock.lap(one.indicator)
    return clock


def found(answers: Answers) -> Found:
    """Return what was answered by ids; rows that nothing was measured in are left out."""
    parts = {part.name: part for part in PAGE}
    return {place: _cells(parts[place[0]], answer) for place, answer in answers.items()}


def require_one_total(answers: Answers) -> None:
    """Require that the total of every breakdown is the total that was asked alone; raises Different."""
    alone = {key: answer.total for (name, key), answer in answers.items() if name == TOTALS.name}
    for (name, key), answer in answers.items():
        if answer.total != alone.get(key, answer.total):
            raise Different(f"{name} {key}: its total is {answer.total}, alone {alone[key]}")


def _cells(part: Part, answer: Answer) -> dict[int | None, Cell]:
    if part is TOTALS:
        return {TOTAL: _cell(answer.total)} if answer.total.n else {}
    return {_id(part, row.key): _cell(row.value) for row in answer.rows if row.value.n}


def _cell(value: Value) -> Cell:
    return value.value, value.n


def _id(part: Part, key: str | None) -> int | None:
    if key is None:
        return None
    if part.by:
        return names.ids(part.by)[key]
    days = (date.fromisoformat(key[:10]) - _EPOCH).days
    return (days + 3) // 7 if part.grain is Grain.WEEK else days
