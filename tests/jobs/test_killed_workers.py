"""Whatever ends or stops a worker, a job runs at least once, and of two workers that hold it one is believed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pysqlite3.dbapi2 as sqlite3
import pytest
from sqlalchemy import Connection

from ressenti.jobs import queue
from ressenti.jobs.queue import Job
from ressenti.jobs.worker import JobKind, Settlement, Worker
from ressenti.kit.clock import SECOND, now
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import job
from tests.support.child_worker import KIND, write_down
from tests.support.environment import PATIENCE_S, ROOT, rounds

LEASE_S = 1.0
KILLED = rounds(3, nightly=200)
"""How often at each point."""
STOPPED = rounds(20, nightly=500)
POINTS = {"began": ["here"], "worked": ["child", "here"], "settling": ["child", "here"]}
"""Where a worker is killed, and who did the work in the end."""


@dataclass(frozen=True, slots=True)
class Post:
    """A record, and the file in which its jobs write a line each."""

    store: Store
    file: Path

    def enqueue(self, key: str) -> None:
        with self.store.write() as record:
            queue.enqueue(record, KIND, {"file": str(self.file)}, due_at=now(), now=now(), key=key)

    def worker(self, work: Callable[[Job], Settlement | None], lease_s: float = LEASE_S) -> Worker:
        kinds = {KIND: JobKind(work)}
        return Worker(self.store, lambda: kinds, lease_us=round(lease_s * SECOND), heartbeat_s=lease_s / 3)

    def done_by(self, key: str) -> list[str]:
        """Return who did a job, in turn."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [by for of, by in (line.split() for line in lines) if of == key]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    store = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    yield Post(store, tmp_path / "done")
    store.close()


@contextmanager
def child(post: Post, point: str, *how: str, lease_s: float = LEASE_S) -> Iterator["subprocess.Popen[str]"]:
    """Give a worker in a process of its own; it is ended with the block, or when nothing is heard of it any more."""
    command = [sys.executable, "-m", "tests.support.child_worker", post.store.url, str(lease_s), point, *how]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        patience = threading.Timer(PATIENCE_S, process.kill)
        patience.start()
        try:
            yield process
        finally:
            patience.cancel()
            process.kill()


def heard(process: "subprocess.Popen[str]", line: str) -> None:
    """Wait until a child has told something."""
    assert process.stdout is not None
    assert any(told.strip() == line for told in process.stdout), f"it ended before it told {line}"


def go_on(process: "subprocess.Popen[str]") -> None:
    """Have a child go on from where it waits."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def work_here(held: Job) -> None:
    write_down(held, "here")


def take_over(worker: Worker, within_s: float = PATIENCE_S) -> int:
    """Look for what was left until something was done; return how much that was."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if done := worker.run_due().done:
            return done
        time.sleep(LEASE_S / 20)
    return 0


def kill(post: Post, key: str, point: str, *how: str) -> None:
    """End a worker with SIGKILL at a point of a job."""
    post.enqueue(key)
    with child(post, point, *how) as process:
        heard(process, f"{point} {key}")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_killed_with_9_at_any_point_another_does_it_and_it_is_done(post: Post, point: str) -> None:
    another = post.worker(work_here)
    for turn in range(KILLED):
        kill(post, str(turn), point)
        assert take_over(another) == 1
        assert post.done_by(str(turn)) == POINTS[point]

    assert take_over(another, within_s=3 * LEASE_S) == 0


def test_settled_before_it_is_done_a_job_is_lost(post: Post) -> None:
    kill(post, "lost", "began", "hasty")

    assert take_over(post.worker(work_here), within_s=4 * LEASE_S) == 0
    assert post.done_by("lost") == []


def stop(post: Post, process: "subprocess.Popen[str]") -> None:
    """Stop a process between two transactions: inside one it holds up every writer, which is no lease's doing."""
    while True:
        process.send_signal(signal.SIGSTOP)
        with closing(sqlite3.connect(post.store.path, timeout=0.1, isolation_level=None)) as record:
            try:
                record.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                time.sleep(0.01)
            else:
                record.execute("ROLLBACK")
                return


def stop_past_its_lease(post: Post, process: "subprocess.Popen[str]", key: str) -> tuple[str, bool]:
    """Stop a worker until another holds its job; return what it is told then, and whether that other is believed."""
    told: list[str] = []
    believed: list[bool] = []

    def work(held: Job) -> Settlement:
        process.send_signal(signal.SIGCONT)
        go_on(process)
        assert process.stdout is not None
        told.append(process.stdout.readline().split()[0])

        def settle(record: Connection) -> bool:
            believed.append(queue.complete(record, held))
            return believed[0]

        return Settlement(settle)

    post.enqueue(key)
    heard(process, f"worked {key}")
    stop(post, process)
    assert take_over(post.worker(work, lease_s=1.9 * LEASE_S)) == 1  # a busy machine's sign of life may be late
    return told[0], believed[0]


def test_stopped_past_its_lease_a_worker_loses_its_job_and_is_not_believed_when_it_goes_on(post: Post) -> None:
    with child(post, "worked") as process:
        found = [stop_past_its_lease(post, process, str(turn)) for turn in range(STOPPED)]

    assert found == [("rejected", True)] * STOPPED


def test_without_the_fence_the_one_that_was_stopped_would_settle_what_another_does(post: Post) -> None:
    with child(post, "worked", "unfenced") as process:
        found = stop_past_its_lease(post, process, "unfenced")

    assert found == ("settling", False)


def test_a_job_that_takes_longer_than_its_lease_is_not_taken_over_while_its_worker_lives(post: Post) -> None:
    post.enqueue("long")
    with child(post, "worked", lease_s=3) as process:
        heard(process, "worked long")
        assert take_over(post.worker(work_here, lease_s=3), within_s=7) == 0
        go_on(process)
        heard(process, "settling long")


def test_of_what_fails_the_kind_of_the_exception_is_kept_and_no_word_of_it(post: Post) -> None:
    worker = post.worker(partial(int, base=10))  # type: ignore[arg-type]  # what it raises repeats what it was given
    post.enqueue("wrong")

    assert worker.run_due() == (0, 1)
    with post.store.read() as record:
        assert record.execute(job.select()).one().failure == "TypeError"
