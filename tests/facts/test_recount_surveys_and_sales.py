"""The recount by itself: what surveys say, and which conversation a sale is credited to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ressenti.kit.clock import HOUR, SECOND
from tests.support.recounting import its, lone, rows, s
from tests.support.small_records import SmallRecord

V, A, B = "visitor", "agent", "bot"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SmallRecord]:
    record = SmallRecord(tmp_path)
    yield record
    record.store.close()


class TestSurveys:
    def test_the_rating_is_the_last_note_on_five(self, record: SmallRecord) -> None:
        conversation = record.conversation(0, 10)
        record.survey(conversation, 30, csat=2, nps=8)
        record.survey(conversation, 20, csat=5, scale=None, nps=1)
        record.survey(conversation, 40, csat=9, scale="10")

        row = its(record, conversation)
        assert (row["rating"], row["nps_rating"], s(row["answered_at"])) == (2, 8, 40)

    def test_an_answer_row_has_its_own_notes_and_survey(self, record: SmallRecord) -> None:
        first, second = record.label("survey", "first"), record.label("survey", "second")
        english, french = record.label("language", "en"), record.label("language", "fr")
        conversation = record.conversation(3, 10)
        record.survey(conversation, 30, csat=2, survey_id=second, language_id=french)
        record.survey(conversation, 40, nps=9, survey_id=first)
        spoken = record.conversation(3, 10, language_id=english)
        record.survey(spoken, 30, csat=2, language_id=french)

        one, two = rows(record, conversation)["answer"]
        assert its(record, conversation)["survey_ids"] == (second, first)
        assert [(row["survey_ids"], row["rating"], row["nps_rating"]) for row in (one, two)] == [
            ((second,), 2, None),
            ((first,), None, 9),
        ]
        assert [row["language_id"] for row in (one, two, *rows(record, spoken)["answer"])] == [french, None, english]
        assert [(s(row["opened_at"]), s(row["closed_at"])) for row in (one, two)] == [(3, 10), (3, 10)]

    @pytest.mark.parametrize(
        ("given", "answered"),
        [
            ({"csat": 1}, True),
            ({"nps": 0}, True),
            ({"ces": 3}, True),
            ({"resolved": 0}, True),
            ({"comment": "🙂"}, True),
            ({"comment": " \n\u00a0"}, False),
            ({"comment": ""}, False),
            ({}, False),
        ],
    )
    def test_one_answered_question_makes_an_answer(
        self, record: SmallRecord, given: dict[str, Any], answered: bool
    ) -> None:
        record.survey(None, 30, **given)

        (row,) = lone(record)
        assert (row["is_answered"], row["answered_at"]) == (answered, 30 * SECOND if answered else None)

    def test_satisfied_is_four_or_five_or_as_declared(self, record: SmallRecord) -> None:
        record.setting(satisfied='{"10": [8, 9, 10]}')
        for value, scale in ((3, "5"), (4, "5"), (5, None), (7, "10"), (8, "10"), (8, "0-10"), (None, "5")):
            record.survey(None, 30, csat=value, scale=scale)

        satisfied = [False, True, True, False, True, None, None]
        assert [row["is_satisfied"] for row in lone(record)] == satisfied
        assert [row["csat"] for row in lone(record)] == [3, 4, 5, None, None, None, None]

    def test_a_survey_without_a_conversation_is_an_answer_of_its_own(self, record: SmallRecord) -> None:
        survey, french = record.label("survey", "nps"), record.label("language", "fr")
        offer = record.survey(None, 30, nps=9, csat=4, survey_id=survey, language_id=french)
        kept = {"project_id": record.project, "is_counted": True, "language_id": french, "survey_ids": (survey,)}
        notes = {"rating": 4, "nps_rating": 9, "csat": 4, "nps": 9, "is_satisfied": True}
        said = {"offer_id": offer, "answered_at": 30 * SECOND, "is_answered": True, "has_comment": False}
        said |= {
            "is_known": False,
            "is_rated": True,
            "scale_low": 1,
            "scale_high": 5,
            "has_outcome": False,
        }

        (row,) = lone(record)
        assert {name: value for name, value in row.items() if value not in (None, ())} == kept | notes | said


class TestSales:
    def test_names_its_conversation(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(0, 50, messages=[(V, 0), (A, 10, ana), (A, 20, bo)])
        late = record.sale(20, 30, conversation=conversation)
        early = record.sale(19, -5, conversation=conversation, currency="EUR")
        record.sale(15, 99, conversation=conversation, currency="USD")
        before = record.sale(9, 0, conversation=conversation)

        sales = rows(record, conversation)["sale"]
        assert [(row["transaction_id"], row["seller_id"]) for row in sales] == [
            (before, None),
            (early, ana),
            (late, bo),
        ]
        assert [row["amount_millionths"] for row in sales] == [0, -5_000_000, 30_000_000]

    def test_a_refund_is_a_row_but_no_sale(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(0, 50, messages=[(V, 0), (A, 10, ana), (A, 20, bo)])
        record.sale(12, -5, conversation=conversation)
        record.sale(20, 0, conversation=conversation)

        assert len(rows(record, conversation)["sale"]) == 2
        assert its(record, conversation)["sale_count"] == 1
        assert its(record, conversation)["seller_ids"] == (bo,)

    def test_a_bot_sells_nothing(self, record: SmallRecord) -> None:
        conversation = record.conversation(messages=[(B, 1, record.respondent("Bot", "bot"))])
        record.sale(5, conversation=conversation)

        assert its(record, conversation)["seller_ids"] == ()
        assert its(record, conversation)["sale_count"] == 1

    def test_without_messages_the_last_listed_sold(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(listed=[bo, ana])
        record.sale(5, conversation=conversation)

        assert its(record, conversation)["seller_ids"] == (ana,)

    def test_a_visitors_sale_goes_to_the_latest_conversation_begun_before_it(self, record: SmallRecord) -> None:
        eve = record.visitor("Eve")
        first = record.conversation(0, 10, visitor_id=eve)
        second = record.conversation(5, 8, visitor_id=eve)
        third = record.conversation(100, visitor_id=eve)
        for moment in (4, 5, 99, 100):
            record.sale(moment, visitor=eve)

        assert [its(record, one)["sale_count"] for one in (first, second, third)] == [1, 2, 1]

    def test_the_sale_window_is_inclusive_and_counts_from_the_closing(self, record: SmallRecord) -> None:
        eve, window = record.visitor("Eve"), 48 * HOUR // SECOND
        conversation = record.conversation(0, 10, visitor_id=eve)
        record.sale(10 + window, visitor=eve)
        record.sale(10 + window + 0.000001, visitor=eve)

        assert its(record, conversation)["sale_count"] == 1

    def test_a_logged_closing_bounds_the_window_too(self, record: SmallRecord) -> None:
        record.setting(sale_window_us=5 * SECOND)
        eve = record.visitor("Eve")
        conversation = record.conversation(0, visitor_id=eve, events=[("closed", 10)])
        record.sale(15, visitor=eve)
        record.sale(16, visitor=eve)

        assert its(record, conversation)["sale_count"] == 1

    def test_a_conversation_that_ran_out_leaves_the_sale_to_an_earlier_open_one(self, record: SmallRecord) -> None:
        eve = record.visitor("Eve")
        record.setting(sale_window_us=0)
        still_open = record.conversation(0, visitor_id=eve)
        ended = record.conversation(5, 8, visitor_id=eve)
        record.sale(9, visitor=eve)

        assert [its(record, one)["sale_count"] for one in (still_open, ended)] == [1, 0]

    def test_of_two_conversations_opened_at_once_the_later_one_is_credited(self, record: SmallRecord) -> None:
        eve = record.visitor("Eve")
        both = [record.conversation(0, visitor_id=eve) for _time in range(2)]
        record.sale(9, visitor=eve)

        assert [its(record, one)["sale_count"] for one in both] == [0, 1]

    def test_a_sale_that_names_a_conversation_is_not_its_visitors_again(self, record: SmallRecord) -> None:
        eve = record.visitor("Eve")
        named, other = record.conversation(0, visitor_id=eve), record.conversation(1, visitor_id=eve)
        record.sale(9, conversation=named, visitor=eve)

        assert [its(record, one)["sale_count"] for one in (named, other)] == [1, 0]
