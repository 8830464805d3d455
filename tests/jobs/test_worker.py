"""Whatever a job meets, also while it is settled, it is tried again after a pause, given up, and holds up no other."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ressenti.jobs import queue
from ressenti.jobs.queue import Job
from ressenti.jobs.retry import MOST_ATTEMPTS
from ressenti.jobs.worker import JobCounts, JobKind, Settlement, Worker
from ressenti.kit import clock
from ressenti.kit.clock import HOUR, MINUTE, SECOND
from ressenti.record.refusals import UnknownProject
from ressenti.record.stores.sqlite import Store
from tests.support.environment import PATIENCE_S
from tests.support.scenario import NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    yield made
    made.close()


def enqueue(store: Store, kind: str, due_at: int = NOW) -> None:
    with store.write() as record:
        queue.enqueue(record, kind, {}, due_at=due_at, now=NOW, key="a")


def failures(store: Store) -> list[tuple[str, int, str]]:
    with store.read() as record:
        return [(one.kind, one.attempts, one.failure) for one in queue.failed_jobs(record)]


def unsettled(_record: Connection) -> bool:
    raise ZeroDivisionError


def refused(_record: Connection) -> bool:
    raise UnknownProject(key="gone", known="default")


@pytest.mark.parametrize(("write", "failure"), [(unsettled, "ZeroDivisionError"), (refused, UnknownProject.code)])
def test_a_job_that_cannot_be_settled_is_tried_again_after_a_pause_and_given_up(
    store: Store, write: Callable[[Connection], bool], failure: str
) -> None:
    began: list[int] = []
    moment = NOW

    def run(_held: Job) -> Settlement:
        began.append((moment - NOW) // MINUTE)
        return Settlement(write)

    worker = Worker(store, lambda: {"alert": JobKind(run)}, now=lambda: moment)
    enqueue(store, "alert")
    while moment < NOW + 3 * HOUR:
        worker.run_due()
        moment += 30 * SECOND

    assert began == [0, 1, 6, 21, 81]
    assert failures(store) == [("alert", MOST_ATTEMPTS, failure)]


def test_one_that_can_be_given_up_in_no_way_of_its_own_is_kept_as_failed(store: Store) -> None:
    def run(_held: Job) -> None:
        raise AssertionError

    kinds = {
        "raises": JobKind(run, lambda _held: Settlement(unsettled(None))),  # type: ignore[arg-type]
        "unsettled": JobKind(run, lambda _held: Settlement(unsettled)),
    }
    for kind in kinds:
        enqueue(store, kind)
    for turn in range(MOST_ATTEMPTS):  # each ends without a word
        with store.write() as record:
            for kind in kinds:
                assert queue.claim(record, [kind], now=NOW + turn * MINUTE, worker="ended") is not None

    moment = NOW + MOST_ATTEMPTS * MINUTE
    assert Worker(store, lambda: kinds, now=lambda: moment).run_due() == JobCounts(failed=2)
    assert sorted(failures(store)) == [(kind, MOST_ATTEMPTS + 1, "ZeroDivisionError") for kind in sorted(kinds)]


def test_one_that_cannot_be_settled_holds_up_no_other(store: Store) -> None:
    done: list[str] = []
    kinds = {
        "first": JobKind(lambda _held: Settlement(unsettled)),
        "then": JobKind(lambda held: done.append(held.kind)),
    }
    for kind in kinds:
        enqueue(store, kind)

    assert Worker(store, lambda: kinds, now=lambda: NOW).run_due() == JobCounts(done=1, failed=1)
    assert done == ["then"]


def test_a_sign_of_life_that_fails_is_followed_by_the_next(store: Store) -> None:
    lease_s = 1.2
    has_failed = threading.Event()

    def moment() -> int:
        if threading.current_thread().name == "heartbeat" and not has_failed.is_set():
            has_failed.set()
            raise ZeroDivisionError
        return clock.now()

    def run(_held: Job) -> None:
        assert has_failed.wait(PATIENCE_S)
        time.sleep(1.5 * lease_s)
        assert Worker(store, lambda: kinds, lease_us=round(lease_s * SECOND)).run_due() == JobCounts()

    kinds = {"long": JobKind(run)}
    enqueue(store, "long", due_at=0)
    worker = Worker(store, lambda: kinds, now=moment, lease_us=round(lease_s * SECOND), heartbeat_s=lease_s / 6)

    assert worker.run_due() == JobCounts(done=1)
