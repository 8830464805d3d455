"""What is due is claimed by one sender, served once however much was missed, and tried again when it failed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.users import create_user, disable_user, user_of
from ressenti.jobs.queue import LEASE_US
from ressenti.jobs.retry import MOST_ATTEMPTS
from ressenti.kit.clock import DAY, HOUR, SECOND
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import job
from ressenti.workspace import subscriptions
from ressenti.workspace.subscriptions import (
    ENDED,
    DeliveryFailure,
    Subscription,
    add_subscription,
    change_subscription,
    find_subscription,
    list_subscriptions,
    note_failed,
    note_sent,
    owner_of,
    read_plan,
    read_recipients,
    remove_subscription,
    switch_subscription,
)
from tests.support.claims import claim_due
from tests.support.scenario import NOW, World

MINUTE = 60 * SECOND
PLAN: dict[str, str] = {
    "name": "Every morning",
    "query": "where=channel%3DChat",
    "language": "fr",
    "recipients": "ana@company.example, ben@company.example",
    "rhythm": "daily",
    "time": "07:00",
    "zone": "UTC",
}
DUE = NOW + 19 * HOUR  # 1 November, noon: the next morning


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    world = World(tmp_path)
    yield world.store
    world.close()


def owner(store: Store, email: str = "ana@company.example") -> int:
    with store.write() as record:
        return create_user(record, email=email, grant=Grant(role=Role.ANALYST), now=NOW).id


def planned(store: Store, **other: str) -> Subscription:
    user_id = owner(store)
    with store.write() as record:
        return add_subscription(record, read_plan(PLAN | other), user_id=user_id, now=NOW)


def claim(store: Store, now: int) -> Subscription | None:
    with store.write() as record:
        return claim_due(record, now=now)


def claimed(store: Store, now: int) -> Subscription:
    found = claim(store, now)
    assert found is not None
    return found


def after(store: Store, of: Subscription) -> Subscription:
    with store.read() as record:
        return find_subscription(record, of.id)


def test_nothing_is_claimed_before_it_is_due_and_one_sender_claims_it(store: Store) -> None:
    planned(store)

    assert claim(store, DUE - 1) is None
    assert claimed(store, DUE).due_at == DUE
    assert claim(store, DUE) is None


def test_of_many_senders_at_once_one_claims_it(store: Store) -> None:
    planned(store)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _i: claim(store, DUE), range(16)))

    assert sum(one is not None for one in found) == 1


def test_once_sent_it_is_due_the_next_morning(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE)
    with store.write() as record:
        note_sent(record, mine, now=DUE + MINUTE)
    found = after(store, mine)

    assert (found.sent_at, found.failure, found.attempts) == (DUE + MINUTE, None, 0)
    assert (found.due_at, found.try_at) == (DUE + DAY, DUE + DAY)


def test_what_was_missed_while_nothing_ran_is_sent_once(store: Store) -> None:
    planned(store)
    late = DUE + 9 * DAY + HOUR
    mine = claimed(store, late)
    assert mine.latest_due(late) == DUE + 9 * DAY
    with store.write() as record:
        note_sent(record, mine, now=late)

    assert claim(store, late) is None
    assert after(store, mine).due_at == DUE + 10 * DAY


def test_whoever_dies_while_sending_leaves_it_to_the_next_after_the_lease(store: Store) -> None:
    planned(store)
    claimed(store, DUE)

    assert claim(store, DUE + LEASE_US - 1) is None
    assert claimed(store, DUE + LEASE_US).attempts == 2


def test_one_that_was_taken_for_dead_changes_nothing_any_more(store: Store) -> None:
    planned(store)
    slow = claimed(store, DUE)
    quick = claimed(store, DUE + LEASE_US)
    with store.write() as record:
        note_failed(record, slow, DeliveryFailure("Too late", {}), now=DUE + LEASE_US + 1)

    assert (after(store, quick).attempts, after(store, quick).failure) == (2, None)


def test_a_failure_is_tried_again_after_1_5_15_and_60_minutes_then_left_until_it_is_next_due(store: Store) -> None:
    planned(store)
    now, pauses = DUE, []
    for _attempt in range(MOST_ATTEMPTS):
        mine = claimed(store, now)
        with store.write() as record:
            note_failed(record, mine, DeliveryFailure("{host} is away.", {"host": "mail.example"}), now=now)
        found = after(store, mine)
        assert claim(store, found.try_at - 1) is None
        pauses.append((found.try_at - now) // MINUTE)
        now = found.try_at

    assert pauses[:4] == [1, 5, 15, 60]
    assert (found.due_at, found.try_at, found.attempts) == (DUE + DAY, DUE + DAY, 0)
    assert found.failure is not None
    assert found.failure.say() == "mail.example is away."


def test_one_whose_every_attempt_ended_without_a_word_says_so(store: Store) -> None:
    planned(store)
    now = DUE
    for _attempt in range(MOST_ATTEMPTS):
        mine = claimed(store, now)
        now += LEASE_US

    assert claim(store, now) is None
    found = after(store, mine)
    assert found.failure == DeliveryFailure(ENDED, {})
    assert found.due_at == DUE + DAY


def plan_stranded(store: Store, now: int) -> int:
    with store.write() as record:
        return len(subscriptions.plan_stranded(record, now=now, fault=DeliveryFailure("A fault.", {})))


def test_one_that_a_clock_a_year_ahead_planned_is_due_the_next_morning_once_that_is_set_right(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE + 365 * DAY)
    with store.write() as record:
        note_sent(record, mine, now=DUE + 365 * DAY)
    assert after(store, mine).try_at == DUE + 366 * DAY

    assert plan_stranded(store, DUE) == 1
    assert (after(store, mine).due_at, after(store, mine).try_at) == (DUE + DAY, DUE + DAY)
    assert claim(store, DUE + DAY - 1) is None
    assert claimed(store, DUE + DAY).failure is None


def test_one_that_failed_a_year_ahead_is_tried_by_the_next_morning_too(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE + 365 * DAY)
    with store.write() as record:
        note_failed(record, mine, DeliveryFailure("No.", {}), now=DUE + 365 * DAY)

    assert plan_stranded(store, DUE) == 1
    assert claimed(store, DUE + DAY).attempts == 1


def test_one_that_a_clock_a_little_ahead_sent_early_is_not_sent_again(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE)
    with store.write() as record:
        note_sent(record, mine, now=DUE)

    assert plan_stranded(store, DUE - 59 * MINUTE) == 0
    assert after(store, mine).try_at == DUE + DAY


def test_nothing_else_is_planned_anew(store: Store) -> None:
    planned(store)
    assert plan_stranded(store, NOW) == 0
    assert plan_stranded(store, DUE + 9 * DAY) == 0  # missed, and to be sent
    now = DUE
    for _attempt in range(MOST_ATTEMPTS):  # held, or tried again after a pause
        mine = claimed(store, now)
        assert plan_stranded(store, now) == 0
        with store.write() as record:
            note_failed(record, mine, DeliveryFailure("No.", {}), now=now)
        assert plan_stranded(store, now) == 0
        now = after(store, mine).try_at
    with store.write() as record:
        switch_subscription(record, mine.id, is_on=False, now=now)

    assert plan_stranded(store, now) == 0


def test_one_whose_job_failed_for_good_is_sent_when_it_is_next_due_and_says_why_it_was_not(store: Store) -> None:
    mine = planned(store)
    with store.write() as record:
        record.execute(job.update().values(payload="damaged"))
    assert claim(store, DUE) is None

    assert plan_stranded(store, DUE + SECOND) == 1
    found = claimed(store, DUE + DAY)
    assert (found.id, found.failure) == (mine.id, DeliveryFailure("A fault.", {}))


def test_a_final_failure_waits_until_it_is_next_due(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE)
    with store.write() as record:
        note_failed(record, mine, DeliveryFailure("No.", {}), now=DUE, is_final=True)

    assert after(store, mine).try_at == DUE + DAY


def test_what_is_paused_is_not_sent_and_goes_on_with_the_next(store: Store) -> None:
    mine = planned(store)
    with store.write() as record:
        switch_subscription(record, mine.id, is_on=False, now=NOW)
    assert claim(store, DUE + DAY) is None
    with store.write() as record:
        again = switch_subscription(record, mine.id, is_on=True, now=DUE + DAY + HOUR)

    assert again.due_at == DUE + 2 * DAY


def test_a_plan_changed_while_it_is_sent_keeps_its_new_moment(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE)
    with store.write() as record:
        change_subscription(record, mine.id, read_plan(PLAN | {"time": "08:00"}), now=DUE)
        note_sent(record, mine, now=DUE + SECOND)

    assert after(store, mine).due_at == DUE + HOUR


def test_one_that_is_removed_while_it_is_sent_stays_removed(store: Store) -> None:
    planned(store)
    mine = claimed(store, DUE)
    with store.write() as record:
        remove_subscription(record, mine.id)
        note_sent(record, mine, now=DUE)
        note_failed(record, mine, DeliveryFailure("No.", {}), now=DUE)
        assert list_subscriptions(record) == []


def test_whoever_was_parted_with_owns_nothing_any_more(store: Store) -> None:
    mine = planned(store)
    owner(store, "dora@company.example")
    with store.write() as record:
        found = owner_of(record, mine.user_id)
        assert found is not None
        assert (found.role, found.email, found.within) == (Role.ANALYST, "ana@company.example", ())
        disable_user(record, user_of(record, mine.user_id), now=NOW)
        assert owner_of(record, mine.user_id) is None


def test_addresses_are_read_one_a_line_or_with_commas_each_once() -> None:
    found = read_recipients("Ana@Company.example\r\nben@company.example; ana@company.EXAMPLE,\n  chloe@münchen.example")

    assert found == ("ana@company.example", "ben@company.example", "chloe@xn--mnchen-3ya.example")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ,;\n",
        "nobody",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\0",
        "Ana <a@b.example>",
        "a@b.example%0aBcc:x@y.example",
        ", ".join(f"a{i}@b.example" for i in range(21)),
    ],
)
def test_what_is_no_list_of_addresses_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_recipients(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"language": "de"},
        {"zone": "Mars/Base"},
        {"rhythm": "yearly"},
        {"rhythm": "weekly", "day": "8"},
        {"rhythm": "monthly", "day": "31"},
        {"time": "25:00"},
        {"query": "where=" + "x" * 5000},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        read_plan(PLAN | wrong)
