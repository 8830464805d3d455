"""After a process that was ended in the middle of its work, the record is looked at by whoever comes next."""

import threading
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.process_lock import Lock, lock_path
from ressenti.facts.store import FactStore
from ressenti.record.refusals import DamagedDatabase
from ressenti.record.stores import inspection
from ressenti.record.stores.integrity import damaged_pages
from ressenti.record.stores.sqlite import Store
from tests.record.test_flips import company


@pytest.fixture
def damaged_record(tmp_path: Path) -> str:
    """Make a record in which an index lacks an entry, which no question meets."""
    world = company(tmp_path)
    world.close()
    path = tmp_path / "record.db"
    content = bytearray(path.read_bytes())
    place = content.index(b"v299")  # a visitor, by name in the table and in its index
    content[place : place + 4] = b"v999"
    path.write_bytes(content)
    assert damaged_pages(path)
    return world.url


def left_behind(url: str) -> Store:
    """Leave the lock as a process does that was ended with kill -9."""
    store = Store.open(url)
    Lock(lock_path(store.path)).release(as_left=True)
    return store


def test_a_record_is_looked_at_after_an_unclean_end_until_somebody_mends_it(damaged_record: str) -> None:
    store = left_behind(damaged_record)

    for _ in range(2):
        with pytest.raises(DamagedDatabase, match=r"record\.db is damaged: .*ressenti restore"):
            FactStore(store)
    store.close()


def test_the_control_after_a_clean_end_nobody_looks(damaged_record: str) -> None:
    store = Store.open(damaged_record)

    FactStore(store).close()
    FactStore(store).close()
    store.close()


def test_a_sound_record_is_looked_at_once(tmp_path: Path) -> None:
    world = company(tmp_path)
    world.close()
    store = left_behind(world.url)
    FactStore(store).close()

    lock = Lock(lock_path(store.path))

    assert not lock.was_left
    lock.release()
    store.close()


def test_a_server_looks_at_a_large_record_meanwhile_and_then_answers_no_more(
    damaged_record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "LARGE_BYTES", 1)
    may_look = threading.Event()

    def look(*where: Any) -> Any:
        may_look.wait(60)
        return damaged_pages(*where)

    monkeypatch.setattr(inspection, "damaged_pages", look)
    store = left_behind(damaged_record)
    fact_store = FactStore(store, answers_meanwhile=True)
    assert fact_store.using(lambda facts: facts.rows("SELECT count(*) FROM conversation")) == [(300,)]
    may_look.set()
    thread = fact_store._inspection._thread
    assert thread is not None
    thread.join(60)

    with pytest.raises(DamagedDatabase, match="is damaged"), store.read():
        pass
    fact_store.close()
    lock = Lock(lock_path(store.path))
    assert lock.was_left
    lock.release()
    store.close()
