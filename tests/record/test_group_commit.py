"""Writes of many callers are committed together, and each is on the disk, or was told that it is not."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Never

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, NoResultFound

from ressenti.kit.refusals import Refusal
from ressenti.record import tables as t
from ressenti.record.projects import all_projects, ensure_project
from ressenti.record.refusals import OutcomeUnknown, StorageFull, WriterEnded
from ressenti.record.stores import group_commit
from ressenti.record.stores.group_commit import GroupCommit
from ressenti.record.stores.sqlite import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    yield store
    store.close()


@pytest.fixture
def writer(store: Store) -> Iterator[GroupCommit]:
    writer = GroupCommit(store)
    yield writer
    writer.close()


def keys(store: Store) -> set[str]:
    with store.read() as connection:
        return {project.key for project in all_projects(connection)}


def test_what_is_answered_is_on_the_disk(store: Store, writer: GroupCommit) -> None:
    made = writer.write(lambda connection: ensure_project(connection, "shop"))

    assert made.key == "shop"
    assert keys(store) == {"shop"}


def test_what_waits_is_committed_in_one_transaction(store: Store) -> None:
    committed: list[int] = []
    writer = GroupCommit(store, committed=lambda: committed.append(1))
    held, waiting = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        waiting.set()
        held.wait(10)
        ensure_project(connection, "first")

    first = writer.submit(slow)
    waiting.wait(10)
    others = [writer.submit(lambda connection, n=n: ensure_project(connection, f"p{n}")) for n in range(100)]  # type: ignore[misc]
    held.set()

    assert first.result(10) is None
    assert {one.result(10).key for one in others} == {f"p{n}" for n in range(100)}
    writer.close()
    assert len(committed) == 2


def test_one_that_fails_fails_alone(store: Store, writer: GroupCommit) -> None:
    row = {"zone": "UTC", "currency": "EUR", "week_start": 0, "satisfied": "{}", "sale_window_us": 0, "journal_seq": 0}

    def twice(connection: Connection) -> None:
        connection.execute(insert(t.project).values(key="half", name="Half", **row))
        connection.execute(insert(t.project).values(key="half", name="Half", **row))

    good, bad = writer.submit(lambda one: ensure_project(one, "good")), writer.submit(twice)

    with pytest.raises(IntegrityError):
        bad.result(10)
    assert good.result(10).key == "good"
    assert keys(store) == {"good"}


def test_a_refused_write_is_refused_to_who_asked_and_leaves_nothing(store: Store, writer: GroupCommit) -> None:
    class NotToday(Refusal):
        code, sentence = "not_today", "Not today."

    def refused(connection: Connection) -> None:
        ensure_project(connection, "refused")
        raise NotToday

    with pytest.raises(NotToday):
        writer.write(refused)
    assert keys(store) == set()


def test_a_fault_of_one_write_and_one_that_nobody_waits_for_end_no_writer(store: Store, writer: GroupCommit) -> None:
    def missing(connection: Connection) -> None:
        connection.execute(select(t.project.c.id)).scalar_one()

    held, waiting = threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        waiting.set()
        held.wait(10)

    writer.submit(slow)
    waiting.wait(10)
    faulty, given_up = writer.submit(missing), writer.submit(lambda one: ensure_project(one, "given up"))
    good = writer.submit(lambda one: ensure_project(one, "good"))
    assert given_up.cancel()
    held.set()

    with pytest.raises(NoResultFound):
        faulty.result(10)
    assert good.result(10).key == "good"
    assert keys(store) == {"good"}


def test_a_full_disk_is_told_to_all_who_waited_and_the_writer_goes_on(store: Store) -> None:
    writer = GroupCommit(store)

    def full(_connection: Connection) -> None:
        raise StorageFull(url="record.db")

    with pytest.raises(StorageFull):
        writer.write(full)
    assert writer.write(lambda connection: ensure_project(connection, "after")).key == "after"
    writer.close()


def test_a_writer_that_dies_answers_everybody_and_says_so(store: Store) -> None:
    ended = threading.Event()

    class Broken(Store):
        def write(self) -> Never:
            raise ZeroDivisionError

    writer = GroupCommit(Broken(store.url, store.path), ended=ended.set)
    with pytest.raises(WriterEnded):
        writer.write(lambda connection: ensure_project(connection, "never"))
    assert ended.wait(10)
    with pytest.raises(WriterEnded):
        writer.submit(lambda connection: ensure_project(connection, "never"))


def test_who_waits_too_long_is_told_that_nobody_knows(writer: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "PATIENCE_S", 0.05)
    held = threading.Event()
    try:
        with pytest.raises(OutcomeUnknown):
            writer.write(lambda _connection: held.wait(10))
    finally:
        held.set()


def test_writers_of_many_threads_lose_nothing(store: Store, writer: GroupCommit) -> None:
    def work(me: int) -> None:
        for n in range(20):
            writer.write(lambda connection: ensure_project(connection, f"p{me}-{n}"))  # noqa: B023 - waited for

    threads = [threading.Thread(target=work, args=(me,)) for me in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read() as connection:
        assert len(connection.execute(select(t.project.c.id)).all()) == 160
