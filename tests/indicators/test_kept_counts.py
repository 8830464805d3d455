"""Whoever asks in every zone there is makes a server keep no more than for a few, and what it keeps is counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from sqlalchemy import Connection

from ressenti.facts.engines.memory import row_filter, table
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Filter
from ressenti.kit.refusals import Refusal
from tests.indicators.test_oracle import Bench, _company

ZONES = sorted(available_timezones())
CHANNEL = (Filter("channel", ("channel 1",)),)
FEW = 12
"""How many are kept in these tests: less than there are clocks, which are some fifty over the company's year."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, "in order")
    yield made
    made.close()


@pytest.fixture
def record(bench: Bench) -> Iterator[Connection]:
    with bench.store.read() as connection:
        yield connection


def ask_in_every_zone(bench: Bench, record: Connection, **asked: Any) -> None:
    for zone in ZONES:
        bench.ask(record, "csat", by="hour_of_day", zone=zone, **asked)


def held(bench: Bench) -> MemoryEngine:
    assert isinstance(bench.facts, MemoryEngine)
    return bench.facts


def kept(bench: Bench) -> list[Any]:
    """Return the counts that are kept of answers."""
    with held(bench).tables() as tables:
        return tables["answer"]._running.made()


def read(bench: Bench) -> list[Any]:
    """Return what is kept of the rows of answers that were chosen."""
    with held(bench).tables() as tables:
        return [one for chosen in tables["answer"]._chosen.made() for one in chosen._read.made()]


@pytest.mark.parametrize("is_bounded", [True, False])
def test_of_every_zone_only_the_latest_counts_are_kept(
    bench: Bench, record: Connection, monkeypatch: pytest.MonkeyPatch, is_bounded: bool
) -> None:
    monkeypatch.setattr(table, "RUNNING", FEW if is_bounded else None)
    bench.fill(_company(), [])
    ask_in_every_zone(bench, record)

    assert len(ZONES) > 400
    assert (len(kept(bench)) == FEW) is is_bounded
    assert (len(kept(bench)) > 3 * FEW) is not is_bounded


@pytest.mark.parametrize("is_bounded", [True, False])
def test_nor_is_more_kept_of_the_rows_of_one_question(
    bench: Bench, record: Connection, monkeypatch: pytest.MonkeyPatch, is_bounded: bool
) -> None:
    monkeypatch.setattr(row_filter, "READ", FEW if is_bounded else None)
    bench.fill(_company(), [])
    ask_in_every_zone(bench, record, where=CHANNEL)

    assert (len(read(bench)) == FEW) is is_bounded
    assert (len(read(bench)) > 3 * FEW) is not is_bounded


def test_what_was_made_of_a_table_is_counted_as_its_memory(bench: Bench, record: Connection) -> None:
    bench.fill(_company(), [])
    with held(bench).tables() as tables:
        answers = tables["answer"]
    before = answers.bytes
    ask_in_every_zone(bench, record)
    running = sum(one.bytes for one in answers._running.made())
    clocks = sum(one.nbytes for one in answers._made.made())

    assert (running > 30_000, clocks > 400) == (True, True)
    assert answers.bytes == before + running + clocks


@pytest.mark.parametrize("where", [(), CHANNEL])
def test_every_indicator_by_every_dimension_of_one_zone_is_kept(bench: Bench, record: Connection, where: Any) -> None:
    """Less would have a report count anew what it counted a moment ago."""
    bench.fill(_company(), [])
    for by in DIMENSIONS:
        for one in INDICATORS:
            try:
                bench.ask(record, one, by=by, where=where)
            except Refusal:  # not every one has every dimension
                continue
    with held(bench).tables() as tables:
        counts = {name: len(one._running.made()) for name, one in tables.items()}
        reads = {name: [len(each._read.made()) for each in one._chosen.made()] for name, one in tables.items()}

    assert (max(counts.values()) > 100) is (where == ())
    assert max(counts.values()) < table.RUNNING
    assert max(most for each in reads.values() for most in each) < row_filter.READ
