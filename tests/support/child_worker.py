"""A worker of a record in a process of its own, which is ended or stopped at points that it tells.

Usage: python -m tests.support.child_worker URL LEASE_S POINT [unfenced|hasty]

It tells `began KEY` once a job is leased; writes a line into the file that the payload names, and tells `worked KEY`
once that is on the disk; settles the job, and tells `settling KEY` before that is committed, or `rejected KEY` where it
was taken for dead. At the named POINT it waits for a line on its standard input. Unfenced, it lacks the check of the
fence; hasty, it settles a job before it does it.
"""

import os
import sys
import threading
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from ressenti.jobs import queue
from ressenti.jobs.queue import Job
from ressenti.jobs.worker import JobKind, Settlement, Worker, working
from ressenti.kit.clock import SECOND
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import job

KIND = "noted"


def main() -> None:
    """Work until it is ended."""
    url, lease_s, point, *how = sys.argv[1:]
    if "unfenced" in how:
        queue.held_by = lambda held: job.c.id == held.id
    store = Store.open(url)

    def say(what: str, held: Job) -> None:
        print(what, held.key, flush=True)
        if what == point:
            sys.stdin.readline()

    def settle(record: Connection, held: Job) -> bool:
        is_believed = queue.complete(record, held)
        say("settling" if is_believed else "rejected", held)
        return is_believed

    def work(held: Job) -> Settlement:
        if "hasty" in how:
            with store.write() as record:
                queue.complete(record, held)
        say("began", held)
        write_down(held, "child")
        say("worked", held)
        return Settlement(partial(settle, held=held))

    lease = float(lease_s)
    kinds = {KIND: JobKind(work)}
    worker = Worker(store, lambda: kinds, lease_us=round(lease * SECOND), heartbeat_s=lease / 3)
    with working(worker, every_s=lease / 10):
        threading.Event().wait()


def write_down(held: Job, by: str) -> None:
    """Do what the job asks for: a line in the file that its payload names, which is on the disk then."""
    file = os.open(Path(str(held.payload["file"])), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{held.key} {by}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


if __name__ == "__main__":
    main()
