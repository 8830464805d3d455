"""The recount by itself: handlings from messages, and how long the visitor waited in each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.recounting import held, s
from tests.support.small_records import SmallRecord

V, A, B = "visitor", "agent", "bot"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SmallRecord]:
    record = SmallRecord(tmp_path)
    yield record
    record.store.close()


class TestHandlingsFromMessages:
    def test_one_for_each_unbroken_run(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(
            0,
            100,
            messages=[(V, 2), (A, 5, ana), (V, 8), (A, 9, ana), (V, 20), (V, 21), (A, 30, bo), (A, 40, ana)],
        )

        found = [(row["respondent_id"], s(row["started_at"]), s(row["ended_at"])) for row in held(record, conversation)]
        assert found == [(ana, 2, 20), (bo, 20, 40), (ana, 40, 100)]
        assert [row["handling_id"] for row in held(record, conversation)] == [0, 1, 2]

    def test_it_does_not_start_before_the_conversation_opened(self, record: SmallRecord) -> None:
        conversation = record.conversation(10, messages=[(V, 2), (A, 15, record.respondent("Ana"))])

        assert [s(row["started_at"]) for row in held(record, conversation)] == [10]
        assert [s(row["reply_wait_us"]) for row in held(record, conversation)] == [5]

    def test_an_open_conversations_last_handling_has_no_end(self, record: SmallRecord) -> None:
        (row,) = held(record, record.conversation(0, messages=[(V, 2), (A, 15, record.respondent("Ana"))]))

        assert (row["ended_at"], row["handling_us"], row["closing_delay_us"]) == (None, None, None)

    def test_an_unnamed_agent_interrupts_nobody_but_answers(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(
            messages=[(V, 0), (A, 3, ana), (V, 5), (A, 6), (A, 8, ana), (V, 10), (A, 11), (A, 20, bo)]
        )

        rows = held(record, conversation)
        assert [(row["respondent_id"], s(row["started_at"])) for row in rows] == [(ana, 0), (bo, 20)]
        assert [row["reply_count"] for row in rows] == [1, 0]

    def test_a_message_that_starts_a_handling_while_nobody_waits_answers_nothing(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        conversation = record.conversation(messages=[(V, 0), (B, 1, bot), (A, 50, ana), (V, 60), (A, 65, ana)])

        ours = held(record, conversation)[1]
        assert s(ours["started_at"]) == 50
        assert (ours["reply_count"], s(ours["reply_wait_us"]), s(ours["first_message_response_us"])) == (1, 5, 5)

    def test_none_are_derived_where_one_is_recorded(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(messages=[(V, 0), (A, 5, bo)], handlings=[{"who": ana, "start": 1}])

        assert [row["respondent_id"] for row in held(record, conversation)] == [ana]

    def test_none_are_derived_without_messages(self, record: SmallRecord) -> None:
        assert held(record, record.conversation(listed=[record.respondent("Ana")])) == []


class TestWaits:
    def test_a_bot_reply_does_not_end_the_wait(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        conversation = record.conversation(
            messages=[(V, 10), (B, 11, bot), (V, 20), (A, 50, ana)], handlings=[{"who": ana, "start": 5}]
        )

        assert [s(row["reply_wait_us"]) for row in held(record, conversation)] == [40]

    def test_any_person_ends_the_wait(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(
            messages=[(V, 10), (A, 12, bo), (A, 50, ana), (V, 60), (A, 61), (A, 65, ana)],
            handlings=[{"who": ana, "start": 5}],
        )

        (row,) = held(record, conversation)
        assert (row["reply_count"], row["first_message_response_us"], row["is_unanswered"]) == (0, None, False)

    def test_a_wait_counts_from_the_earliest_unanswered_message(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        conversation = record.conversation(
            messages=[(V, 10), (V, 20), (A, 25, ana), (A, 26, ana), (V, 30), (V, 39), (A, 40, ana)],
            handlings=[{"who": ana, "start": 12}],
        )

        (row,) = held(record, conversation)
        assert (row["reply_count"], s(row["reply_wait_us"]), s(row["first_message_response_us"])) == (2, 23, 13)

    def test_a_message_belongs_to_the_handling_its_writer_started_last(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        conversation = record.conversation(
            messages=[(V, 1), (A, 3, ana), (V, 6), (A, 10, ana), (V, 12), (A, 14, ana)],
            handlings=[{"who": ana, "start": 4, "end": 8}, {"who": ana, "start": 10, "end": 90}],
        )

        assert [row["reply_count"] for row in held(record, conversation)] == [0, 2]
        assert [s(row["reply_wait_us"]) for row in held(record, conversation)] == [0, 2]
        assert [row["is_unanswered"] for row in held(record, conversation)] == [True, False]

    def test_closing_delay_is_for_closings_with_an_end(self, record: SmallRecord) -> None:
        ana, said = record.respondent("Ana"), [(V, 10), (V, 70)]
        by = [
            record.conversation(messages=said, handlings=[{"who": ana, "start": 20, "end": end, "by": how}])
            for end, how in ((60, "closed"), (60, "transferred"), (None, "closed"), (9, "closed"))
        ]

        assert [s(held(record, one)[0]["closing_delay_us"]) for one in by] == [50, None, None, None]

    def test_unanswered_is_unknown_where_the_visitor_had_written_nothing(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        handed = {"who": ana, "start": 20, "end": 60}
        messages: list[list[tuple[Any, ...]]] = [[], [(V, 61)], [(V, 60)], [(V, 1), (A, 30, ana)], [(A, 30, ana)]]
        found = [record.conversation(messages=said, handlings=[handed]) for said in messages]

        assert [held(record, one)[0]["is_unanswered"] for one in found] == [None, None, True, False, None]

    def test_a_handling_that_ends_before_it_starts_has_no_length(self, record: SmallRecord) -> None:
        conversation = record.conversation(handlings=[{"who": record.respondent("Ana"), "start": 20, "end": 10}])

        assert held(record, conversation)[0]["handling_us"] is None

    def test_a_silent_respondents_handling_is_a_persons(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        conversation = record.conversation(handlings=[{"who": ana, "start": 1}, {"who": bot, "start": 2}])

        assert [row["is_human"] for row in held(record, conversation)] == [True, False]
