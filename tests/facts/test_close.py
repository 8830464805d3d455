"""When a conversation with a log of states counts as closed and as resolved (D33), measured and counted again."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.store import FactStore
from ressenti.facts.verify import verify
from ressenti.kit.clock import SECOND, to_us
from tests.support.recounting import its
from tests.support.small_records import SmallRecord


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SmallRecord]:
    made = SmallRecord(tmp_path)
    yield made
    made.store.close()


def october(day: int, hour: int) -> int:
    """Return a moment of October 2026 in seconds."""
    return to_us(datetime.fromisoformat(f"2026-10-{day:02}T{hour:02}:00:00Z")) // SECOND


def ended(
    record: SmallRecord, *log: tuple[Any, ...], closed: int | None = None, resolved: int | None = None
) -> tuple[int | None, int | None]:
    """Return (closed at, resolution time) in seconds, as facts and recount agree on, opened on 1 October at 08:00."""
    resolved_at = None if resolved is None else resolved * SECOND
    one = record.conversation(october(1, 8), closed, resolved_at=resolved_at, events=log)
    with closing(FactStore(record.store)) as fact_store:
        [row] = fact_store.using(
            lambda facts: facts.rows(
                "SELECT closed_at, resolution_us FROM conversation WHERE conversation_id = ?", [one]
            )
        )
        assert fact_store.using(lambda facts: verify(record.store, facts)).differences == ()
    again = its(record, one)
    assert tuple(row) == (again["closed_at"], again["resolution_us"])
    return tuple(None if us is None else us // SECOND for us in row)  # type: ignore[return-value]


def test_closed_and_opened_again_is_open(record: SmallRecord) -> None:
    assert ended(record, ("Closed", october(1, 9)), ("Open", october(2, 9))) == (None, None)


def test_resolved_opened_and_closed_is_closed_by_the_closing(record: SmallRecord) -> None:
    log = (("Resolved", october(1, 9)), ("Open", october(2, 9)), ("Closed", october(5, 9)))

    assert ended(record, *log) == (october(5, 9), 349_200)


def test_resolved_after_a_reopening_is_closed_then_though_it_was_closed_before(record: SmallRecord) -> None:
    log = (("Closed", october(1, 9)), ("Reopened", october(2, 9)), ("Resolved", october(3, 9)))

    assert ended(record, *log) == (october(3, 9), october(3, 9) - october(1, 8))


def test_closed_days_after_resolved_is_dated_by_the_closing_and_resolved_before(record: SmallRecord) -> None:
    log = (("Open", october(1, 8)), ("Resolved", october(1, 10)), ("Closed", october(6, 10)))

    assert ended(record, *log) == (october(6, 10), 7_200)


def test_a_closing_before_the_last_reopening_is_not_believed(record: SmallRecord) -> None:
    log = (("Closed", october(1, 9)), ("Open", october(2, 9)))

    assert ended(record, *log, closed=october(1, 9)) == (None, None)
    assert ended(record, *log, closed=october(2, 9))[0] == october(2, 9)
    assert ended(record, *log, closed=october(4, 9))[0] == october(4, 9)


def test_a_closing_not_before_the_last_reopening_wins_over_the_log(record: SmallRecord) -> None:
    log = (("Closed", october(1, 9)), ("Open", october(2, 9)), ("Closed", october(3, 9)))

    assert ended(record, *log, closed=october(1, 9)) == (october(3, 9), october(3, 9) - october(1, 8))
    assert ended(record, *log, closed=october(3, 12)) == (october(3, 12), october(3, 12) - october(1, 8))


def test_a_resolution_closes_what_the_log_left_open_where_no_closing_is_filled(record: SmallRecord) -> None:
    log = (("Closed", october(1, 9)), ("Open", october(2, 9)))

    assert ended(record, *log, resolved=october(1, 9)) == (None, None)
    assert ended(record, *log, resolved=october(3, 9))[0] == october(3, 9)
    assert ended(record, *log, closed=october(1, 9), resolved=october(3, 9)) == (None, None)


def test_a_log_without_a_reopening_contradicts_neither_column(record: SmallRecord) -> None:
    assert ended(record, ("Open", october(2, 9)), closed=october(1, 9)) == (october(1, 9), 3_600)
    assert ended(record, ("Open", october(2, 9)), resolved=october(1, 9)) == (october(1, 9), 3_600)
    assert ended(record, ("Closed", october(2, 9)), closed=october(1, 9), resolved=october(1, 10)) == (
        october(1, 9),
        7_200,
    )


def test_a_resolution_before_the_last_reopening_does_not_end_it(record: SmallRecord) -> None:
    log = (("Resolved", october(1, 9)), ("Open", october(2, 9)), ("Closed", october(5, 9)))

    assert ended(record, *log, resolved=october(1, 9)) == (october(5, 9), 349_200)
    assert ended(record, *log, resolved=october(4, 9)) == (october(5, 9), october(4, 9) - october(1, 8))


def test_a_row_that_was_written_after_the_reopening_stands_by_its_resolution(record: SmallRecord) -> None:
    """So does the real log of a ticket desk: resolved, opened again by mistake, and closed by itself days later."""
    log = (("Resolved", october(1, 9)), ("New", october(1, 10)), ("Closed", october(5, 9)))

    assert ended(record, *log, closed=october(5, 9), resolved=october(1, 9)) == (october(5, 9), 3_600)
    assert ended(record, *log, closed=october(1, 9), resolved=october(1, 9)) == (october(5, 9), 349_200)


def test_states_of_one_moment_stand_by_their_number_and_else_as_they_arrived(record: SmallRecord) -> None:
    numbered = (("Open", october(2, 9), 2), ("Closed", october(2, 9), 1))

    assert ended(record, *numbered) == (None, None)
    assert ended(record, ("Open", october(2, 9)), ("Closed", october(2, 9)))[0] == october(2, 9)
    assert ended(record, ("Closed", october(2, 9)), ("Open", october(2, 9))) == (None, None)


def test_a_sale_after_a_conversation_was_reopened_is_credited_to_it(record: SmallRecord) -> None:
    eve = record.visitor("Eve")
    log = (("Closed", october(1, 9)), ("Open", october(9, 9)))
    one = record.conversation(october(1, 8), october(1, 9), visitor_id=eve, events=log)
    record.sale(october(20, 9), visitor=eve)

    assert its(record, one)["sale_count"] == 1
    with closing(FactStore(record.store)) as fact_store:
        assert fact_store.using(lambda facts: verify(record.store, facts)).differences == ()
