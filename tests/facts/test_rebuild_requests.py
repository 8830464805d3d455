"""A rebuild that is asked of a server is done, by the next one where it ends in between; who asked hears of it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ressenti.facts.projector import BuildProgress
from ressenti.facts.rebuild_requests import REBUILD, RebuildRequests
from ressenti.facts.refusals import FactsClosing
from ressenti.facts.store import FactStore
from ressenti.jobs.background import BackgroundWorker
from ressenti.kit.clock import SECOND, now
from ressenti.record.refusals import StorageFull
from ressenti.record.tables import job
from tests.support.environment import PATIENCE_S, ROOT
from tests.support.scenario import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.survey(made.conversation(conversation_id="a"), "11:00", csat=5)
    made.import_()
    yield made
    made.close()


@pytest.fixture
def background(world: World) -> Iterator[BackgroundWorker]:
    made = BackgroundWorker(world.store)
    yield made
    made.close()


def kill_a_server_that_rebuilds(world: World, *how: str) -> None:
    command = [sys.executable, "-m", "tests.support.child_rebuild", world.url, *how]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
        patience = threading.Timer(PATIENCE_S, child.kill)
        patience.start()
        assert child.stdout is not None
        assert child.stdout.readline() == "rebuilding\n"
        child.kill()
        patience.cancel()


def jobs_left(world: World) -> list[str]:
    with world.store.read() as record:
        return list(record.execute(select(job.c.kind)).scalars())


def wait_until_none_is_left(world: World) -> None:
    until = time.monotonic() + PATIENCE_S
    while jobs_left(world):
        assert time.monotonic() < until
        time.sleep(0.02)


def count_rebuilds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    rebuilt: list[int] = []
    rebuild = FactStore.rebuild

    def counted(self: FactStore, **how: Any) -> None:
        rebuild(self, **how)
        rebuilt.append(1)

    monkeypatch.setattr(FactStore, "rebuild", counted)
    return rebuilt


def test_a_server_killed_while_it_rebuilds_leaves_that_to_the_next_which_begins_at_once(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.alone():
        kill_a_server_that_rebuilds(world)
    assert jobs_left(world) == [REBUILD]
    rebuilt = count_rebuilds(monkeypatch)
    begun = now()

    RebuildRequests(world.fact_store, background)
    background.start()
    wait_until_none_is_left(world)

    assert rebuilt == [1]
    assert now() - begun < 25 * SECOND, "it waited for the lease of who is gone"


def test_without_a_job_nothing_would_be_left_to_do(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.alone():
        kill_a_server_that_rebuilds(world, "unkept")
    rebuilt = count_rebuilds(monkeypatch)

    RebuildRequests(world.fact_store, background)
    background.start()
    time.sleep(0.5)

    assert rebuilt == []


def test_who_asks_returns_once_it_is_done_and_nothing_is_left(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt = count_rebuilds(monkeypatch)
    requests = RebuildRequests(world.fact_store, background)

    requests.ask().result(PATIENCE_S)

    assert rebuilt == [1]
    wait_until_none_is_left(world)


def test_who_asks_is_told_what_kept_it_from_being_done_and_it_is_tried_again(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: FactStore, **_how: object) -> None:
        raise StorageFull(path="facts")

    requests = RebuildRequests(world.fact_store, background)
    with monkeypatch.context() as broken:
        broken.setattr(FactStore, "rebuild", fail)
        with pytest.raises(StorageFull):
            requests.ask().result(PATIENCE_S)
    assert jobs_left(world) == [REBUILD]

    requests.ask().result(PATIENCE_S)

    wait_until_none_is_left(world)


def test_who_asks_while_one_is_under_way_gets_one_that_began_afterwards(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Semaphore(0), threading.Semaphore(0)
    count: list[int] = []

    def rebuild(_self: FactStore, **_how: object) -> None:
        begun.release()
        assert may_end.acquire(timeout=PATIENCE_S)
        count.append(1)

    monkeypatch.setattr(FactStore, "rebuild", rebuild)
    requests = RebuildRequests(world.fact_store, background)
    first = requests.ask()
    assert begun.acquire(timeout=PATIENCE_S)
    later = [requests.ask() for _ in range(20)]
    may_end.release()
    first.result(PATIENCE_S)
    assert not any(done.done() for done in later)
    may_end.release()
    for done in later:
        done.result(PATIENCE_S)

    assert count == [1, 1]


def test_who_asks_while_one_is_under_way_that_fails_is_answered_at_once_by_the_next(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Semaphore(0), threading.Semaphore(0)
    ends: list[Exception | None] = [StorageFull(path="facts"), None]

    def rebuild(_self: FactStore, **_how: object) -> None:
        begun.release()
        assert may_end.acquire(timeout=PATIENCE_S)
        if error := ends.pop(0):
            raise error

    monkeypatch.setattr(FactStore, "rebuild", rebuild)
    requests = RebuildRequests(world.fact_store, background)
    first = requests.ask()
    assert begun.acquire(timeout=PATIENCE_S)
    second = requests.ask()
    asked_at = now()
    may_end.release()
    assert isinstance(first.exception(PATIENCE_S), StorageFull)
    may_end.release()
    second.result(PATIENCE_S)

    assert now() - asked_at < 50 * SECOND, "it waited for the pause after a failure"


def test_a_server_that_ends_stops_a_rebuild_tells_who_waits_and_keeps_the_job(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def rebuild(_self: FactStore, *, progress: BuildProgress) -> None:
        begun.set()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            progress(0, 1)
            time.sleep(0.01)

    monkeypatch.setattr(FactStore, "rebuild", rebuild)
    requests = RebuildRequests(world.fact_store, background)
    done = requests.ask()
    assert begun.wait(PATIENCE_S)
    requests.close()

    assert isinstance(done.exception(PATIENCE_S), FactsClosing)
    background.close()
    with world.store.read() as record:
        left = record.execute(select(job.c.kind, job.c.leased_until, job.c.attempts)).all()
    assert [tuple(row) for row in left] == [(REBUILD, None, 0)]


def test_who_waits_when_the_server_ends_is_told_and_the_job_is_kept(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "start", lambda: None)  # it ends before a worker gets to it
    requests = RebuildRequests(world.fact_store, background)
    asked = requests.ask()
    requests.close()

    assert isinstance(asked.exception(PATIENCE_S), FactsClosing)
    assert jobs_left(world) == [REBUILD]
    with pytest.raises(FactsClosing):
        requests.ask()


def test_where_the_record_takes_no_job_it_is_rebuilt_all_the_same(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise StorageFull(path="record")

    rebuilt = count_rebuilds(monkeypatch)
    requests = RebuildRequests(world.fact_store, background)
    monkeypatch.setattr("ressenti.jobs.queue.enqueue", refuse)

    requests.ask().result(PATIENCE_S)

    assert rebuilt == [1]
    assert jobs_left(world) == []


def test_two_rebuilds_beside_each_other_each_answer_those_who_asked_before_they_began(
    world: World, background: BackgroundWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record takes no job, so each is done at once, in a thread of its own."""
    begun, may_end = threading.Semaphore(0), [threading.Event(), threading.Event()]
    turns = iter(may_end)

    def rebuild(_self: FactStore, **_how: object) -> None:
        may_go_on = next(turns)
        begun.release()
        assert may_go_on.wait(PATIENCE_S)

    def refuse(*_given: object, **_named: object) -> None:
        raise StorageFull(path="record")

    monkeypatch.setattr(FactStore, "rebuild", rebuild)
    monkeypatch.setattr("ressenti.jobs.queue.enqueue", refuse)
    requests = RebuildRequests(world.fact_store, background)
    first = requests.ask()
    assert begun.acquire(timeout=PATIENCE_S)
    second = requests.ask()
    assert begun.acquire(timeout=PATIENCE_S)
    may_end[0].set()
    first.result(PATIENCE_S)

    assert not second.done()
    may_end[1].set()
    second.result(PATIENCE_S)
