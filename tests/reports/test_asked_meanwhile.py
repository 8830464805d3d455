"""What was asked in each survey is right for each record, however many ask of several at the same moment."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection

from ressenti.record.journal import last_seq
from ressenti.reports.comments.rows import asked_of
from ressenti.reports.completeness import Asked, read_asked_questions
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World

THREADS, TIMES = 8, 40


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    """Give two records with the same journal numbers, of whose surveys different questions were answered."""
    made = [surveyed(tmp_path_factory.mktemp("one"), csat=4), surveyed(tmp_path_factory.mktemp("other"), nps=9)]
    yield made
    for one in made:
        one.close()


def surveyed(folder: Path, **answered: int) -> World:
    world = World(folder).settle(zone="UTC")
    for project in ("default", "north"):
        key = world.conversation("2024-05-06 10:00", closed="2024-05-06 10:30")
        world.survey(key, "2024-05-06 10:40", **answered)
        assert world.import_(project=project).total.rejected == 0
    return world


class Yielding(int):
    """A journal number at which another thread has its turn, whenever it is looked up."""

    def __hash__(self) -> int:
        time.sleep(1e-4)
        return super().__hash__()


_numbers = count(1)


def moving(record: Connection) -> dict[int, int]:
    """Tell of a journal that moves on between two questions, as while something is imported."""
    return {project: Yielding(seq + next(_numbers)) for project, seq in last_seq(record).items()}


@pytest.fixture(autouse=True)
def turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ressenti.reports.comments.rows.last_seq", moving)


def together(worlds: list[World], asked: Callable[[Connection], Asked]) -> list[Exception | bool]:
    """Ask in all threads at once, each of one record; return of each time whether that was told, or why not."""
    begin = Barrier(THREADS)
    with worlds[0].store.read() as one, worlds[1].store.read() as other:
        right = [read_asked_questions(one), read_asked_questions(other)]

    def ask(place: int) -> list[Exception | bool]:
        told: list[Exception | bool] = []
        with worlds[place % 2].store.read() as record:
            begin.wait(PATIENCE_S)
            for _ in range(TIMES):
                try:
                    told.append(asked(record) == right[place % 2])
                except KeyError as error:
                    told.append(error)
        return told

    with ThreadPoolExecutor(THREADS) as pool:
        return [one for told in pool.map(ask, range(THREADS)) for one in told]


def test_many_who_ask_at_once_are_told_of_their_own_record(worlds: list[World]) -> None:
    assert together(worlds, asked_of) == [True] * THREADS * TIMES


_kept: dict[object, Asked] = {}


def unguarded(record: Connection) -> Asked:
    """Return the same from a dictionary that is emptied and filled by whoever comes: the control."""
    state = str(record.engine.url), tuple(sorted(moving(record).items()))
    if state not in _kept:
        _kept.clear()
        _kept[state] = read_asked_questions(record)
    return _kept[state]


def test_a_dictionary_without_a_guard_would_fail_some(worlds: list[World]) -> None:
    told = together(worlds, unguarded)

    assert any(isinstance(one, KeyError) for one in told)
