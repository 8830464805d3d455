"""A job is there if its cause is, is held by one worker at a time, and is settled by whoever still holds it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from ressenti.cli.checks import examine
from ressenti.jobs import queue
from ressenti.jobs.queue import LEASE_US, Job
from ressenti.jobs.retry import MOST_ATTEMPTS
from ressenti.kit.clock import HOUR, MINUTE, SECOND
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import job
from tests.support.environment import rounds
from tests.support.scenario import NOW

ALERT = "alert"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    yield made
    made.close()


def enqueue(store: Store, *, key: str | None = "a", due_at: int = NOW, kind: str = ALERT, **payload: Any) -> None:
    with store.write() as record:
        queue.enqueue(record, kind, payload, due_at=due_at, now=NOW, key=key)


def claim(store: Store, now: int = NOW, kind: str = ALERT) -> Job | None:
    with store.write() as record:
        return queue.claim(record, [kind], now=now, worker="test")


def claimed(store: Store, now: int = NOW) -> Job:
    found = claim(store, now)
    assert found is not None
    return found


def complete(store: Store, held: Job) -> bool:
    with store.write() as record:
        return queue.complete(record, held)


def retry(store: Store, held: Job, now: int = NOW) -> bool:
    with store.write() as record:
        return queue.retry(record, held, "broken", now=now)


def test_a_job_whose_cause_is_rolled_back_never_was(store: Store) -> None:
    def cause(record: Connection) -> None:
        queue.enqueue(record, ALERT, {}, due_at=NOW, now=NOW)
        raise InterruptedError

    with suppress(InterruptedError), store.write() as record:
        cause(record)

    assert claim(store) is None


def test_what_is_due_first_is_claimed_first_and_what_is_not_due_waits(store: Store) -> None:
    for key, due_at in (("late", NOW + HOUR), ("second", NOW - 1), ("first", NOW - HOUR)):
        enqueue(store, key=key, due_at=due_at)

    assert [claimed(store).key, claimed(store).key, claim(store)] == ["first", "second", None]
    assert claimed(store, NOW + HOUR).key == "first"  # its lease has ended by then


def test_a_worker_is_given_the_kinds_that_it_can_do(store: Store) -> None:
    enqueue(store, kind="export")

    assert claim(store) is None
    assert claim(store, kind="export") is not None


def test_of_many_workers_at_once_one_claims_it(store: Store) -> None:
    enqueue(store)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _i: claim(store), range(16)))

    assert sum(one is not None for one in found) == 1


def test_once_done_it_is_gone(store: Store) -> None:
    enqueue(store, answer=17)
    held = claimed(store)

    assert (held.payload, held.attempts) == ({"answer": 17}, 1)
    assert complete(store, held)
    assert claim(store, NOW + HOUR) is None
    assert not complete(store, held)


def test_a_lease_lasts_30_seconds_and_a_sign_of_life_makes_it_30_more(store: Store) -> None:
    enqueue(store)
    held = claimed(store)
    with store.write() as record:
        assert queue.extend(record, held, now=NOW + 10 * SECOND)

    assert LEASE_US == 30 * SECOND
    assert claim(store, NOW + 40 * SECOND - 1) is None
    assert claimed(store, NOW + 40 * SECOND).attempts == 2


def test_one_that_was_taken_for_dead_is_not_believed_whatever_it_says(store: Store) -> None:
    enqueue(store)
    slow = claimed(store)
    quick = claimed(store, NOW + LEASE_US)
    with store.write() as record:
        told = [
            queue.complete(record, slow),
            queue.extend(record, slow, now=NOW + LEASE_US),
            queue.retry(record, slow, "late", now=NOW + LEASE_US),
            queue.fail(record, slow, "late", now=NOW + LEASE_US),
        ]

    assert told == [False, False, False, False]
    assert complete(store, quick)


def test_one_whose_lease_ended_is_believed_while_nobody_has_claimed_it(store: Store) -> None:
    enqueue(store)
    held = claimed(store)  # NOW; it says so when its lease ended long ago
    with store.write() as record:
        assert queue.retry(record, held, "broken", now=NOW + HOUR)

    assert claimed(store, NOW + 2 * HOUR).attempts == 2


def test_a_claim_never_fits_a_later_job_of_the_same_name(store: Store) -> None:
    enqueue(store)
    old = claimed(store)
    with store.write() as record:
        queue.cancel(record, ALERT, "a")
    enqueue(store)
    new = claimed(store)

    assert old.id == new.id  # the store gives the number again
    assert not complete(store, old)
    assert complete(store, new)


def test_a_clock_that_was_set_back_holds_no_job_up(store: Store) -> None:
    enqueue(store, due_at=NOW - HOUR)
    claimed(store)

    assert claim(store, NOW - LEASE_US) is None  # of somebody whose clock is a little late
    assert claimed(store, NOW - 30 * MINUTE).attempts == 2


def test_enqueued_twice_while_it_waits_it_is_done_once_at_the_earlier_moment_with_what_was_said_last(
    store: Store,
) -> None:
    enqueue(store, due_at=NOW + HOUR, said=1)
    enqueue(store, due_at=NOW, said=2)
    enqueue(store, due_at=NOW + HOUR, said=3)
    held = claimed(store)

    assert held.payload == {"said": 3}
    assert complete(store, held)
    assert claim(store, NOW + 2 * HOUR) is None


def test_enqueued_while_it_is_done_it_is_done_once_more(store: Store) -> None:
    enqueue(store)
    held = claimed(store)
    for later in (2, 1, 3):
        enqueue(store, due_at=NOW + later * MINUTE)

    assert complete(store, held)
    assert claim(store, NOW + MINUTE - 1) is None
    again = claimed(store, NOW + MINUTE)
    assert again.attempts == 1
    assert complete(store, again)
    assert claim(store, NOW + HOUR) is None


def test_jobs_without_a_key_are_each_their_own(store: Store) -> None:
    for _each in range(3):
        enqueue(store, key=None)

    assert len({claimed(store).id for _each in range(3)}) == 3


def failed(store: Store) -> list[queue.FailedJob]:
    with store.read() as record:
        return queue.failed_jobs(record)


def fail_for_good(store: Store) -> int:
    now = NOW
    for _attempt in range(MOST_ATTEMPTS):
        held = claimed(store, now)
        assert retry(store, held, now)
        now += HOUR
    return now


def test_what_failed_for_good_is_kept_and_done_no_more(store: Store) -> None:
    enqueue(store)
    now = fail_for_good(store)

    assert claim(store, now + 24 * HOUR) is None
    assert [(one.kind, one.key, one.attempts, one.failure) for one in failed(store)] == [("alert", "a", 5, "broken")]


def test_the_doctor_names_what_failed_for_good_and_says_nothing_of_jobs_else(store: Store) -> None:
    enqueue(store)
    before = [found.what for found in examine(store.url)]
    fail_for_good(store)
    told = [(found.is_well, found.found) for found in examine(store.url) if found.what == "Failed jobs"]

    assert "Failed jobs" not in before
    assert told == [(False, "alert a: broken")]


def test_what_failed_for_good_has_all_its_attempts_again_once_it_is_enqueued_again(store: Store) -> None:
    enqueue(store)
    now = fail_for_good(store)
    enqueue(store, due_at=now)

    assert failed(store) == []
    assert claimed(store, now).attempts == 1


def test_what_fails_for_good_while_it_is_enqueued_again_is_done_again(store: Store) -> None:
    enqueue(store)
    held = claimed(store)
    enqueue(store, due_at=NOW + MINUTE)
    with store.write() as record:
        assert queue.fail(record, held, "broken", now=NOW)

    assert failed(store) == []
    assert claimed(store, NOW + MINUTE).attempts == 1


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("enqueue"), st.integers(0, 90)),
        st.tuples(st.just("claim"), st.just(0)),
        st.tuples(st.just("pass"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["complete", "retry", "fail", "extend"]), st.integers(0, 5)),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store that every example begins with empty: to make one takes longer than to walk."""
    made = Store.open(f"sqlite:///{tmp_path_factory.mktemp('walked') / 'record.db'}", create=True)
    yield made
    made.close()


@settings(max_examples=rounds(60, 2_000), deadline=None)
@given(steps=STEPS)
def test_whatever_workers_do_the_last_claim_alone_is_believed_and_what_was_enqueued_is_claimed_after(
    walked: Store, steps: list[tuple[str, int]]
) -> None:
    with walked.write() as record:
        record.execute(job.delete())
    _walk(walked, steps)


def _walk(store: Store, steps: list[tuple[str, int]]) -> None:
    now, claims, holder, owed = NOW, list[Job](), None, False
    for step, number in steps:
        if step == "enqueue":
            enqueue(store, due_at=now + number * SECOND)
            owed = True
        elif step == "pass":
            now += number * SECOND
        elif step == "claim":
            if held := claim(store, now):
                claims.append(held)
                holder, owed = held, False
        elif claims:
            by = claims[max(0, len(claims) - 1 - number)]
            with store.write() as record:
                if step == "complete":
                    believed = queue.complete(record, by)
                elif step == "extend":
                    believed = queue.extend(record, by, now=now)
                elif step == "retry":
                    believed = queue.retry(record, by, "broken", now=now)
                else:
                    believed = queue.fail(record, by, "broken", now=now)
            assert believed == (by is holder)
            if believed and step != "extend":
                holder = None
    if owed:
        assert claim(store, now + 10 * HOUR) is not None


def test_enqueued_again_it_has_all_its_attempts_though_its_workers_were_killed(store: Store) -> None:
    enqueue(store)
    for turn in range(MOST_ATTEMPTS):
        claimed(store, NOW + turn * HOUR)
    with store.write() as record:
        queue.release_all(record, {ALERT})
    enqueue(store)

    assert claimed(store, NOW + 9 * HOUR).attempts == 1


def test_what_is_enqueued_while_it_is_done_is_due_at_once_though_that_fails(store: Store) -> None:
    enqueue(store)
    held = claimed(store)
    enqueue(store, due_at=NOW + 1)
    with store.write() as record:
        assert queue.retry(record, held, "full", now=NOW)

    assert claimed(store, NOW + 1).attempts == 1


def test_what_is_enqueued_for_much_later_while_it_is_done_holds_up_no_retry_and_is_done_then_too(store: Store) -> None:
    enqueue(store)
    held = claimed(store)
    enqueue(store, due_at=NOW + 24 * HOUR)
    assert retry(store, held)

    again = claimed(store, NOW + MINUTE)
    assert again.attempts == 2
    assert complete(store, again)
    assert claim(store, NOW + 24 * HOUR - 1) is None
    assert claimed(store, NOW + 24 * HOUR).attempts == 1


@pytest.mark.parametrize("payload", ["SECRET{", "[" * 100_000, "[1]", "null", '""', "9" * 5_000])
def test_a_job_that_cannot_be_read_fails_for_good_and_holds_up_no_other(store: Store, payload: str) -> None:
    enqueue(store, key="damaged")
    enqueue(store, key="whole", due_at=NOW)
    with store.write() as record:
        record.execute(update(job).where(job.c.unique_key == "damaged").values(payload=payload))

    assert claimed(store).key == "whole"
    assert [(one.key, one.failure) for one in failed(store)] == [("damaged", "unreadable")]
