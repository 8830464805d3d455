"""What one conversation contributes to the figures."""

from typing import Any

import pytest

from ressenti.facts.derive import derive
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.sale_attribution import attributed_conversation
from ressenti.facts.schema import TABLES
from ressenti.record.handlings import Handling
from ressenti.record.messages import Message
from ressenti.record.respondents import Membership
from ressenti.record.status_events import StatusEvent
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.transactions import Transaction

BOT, ANA, BO = 1, 2, 3
HOUR_US = 3600 * 1_000_000


def at(clock: str) -> int:
    """Return a time of day, `h:mm` or `h:mm:ss`, in microseconds."""
    hours, minutes, seconds = ([int(part) for part in clock.split(":")] + [0])[:3]
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000


def says(who: int | str, clock: str, **marks: bool) -> Message:
    if who == "visitor":
        return Message(at(clock), "visitor", None)
    return Message(at(clock), "bot" if who == BOT else "agent", int(who), **marks)


def measured(conversation: Conversation, table: str = "conversation", **setting: Any) -> list[dict[str, Any]]:
    facts = derive(conversation, MeasurementSettings(project_id=1, **setting))
    names = [column.name for column in TABLES[table]]
    return [dict(zip(names, row, strict=True)) for row in getattr(facts, table)]


def one(**columns: Any) -> dict[str, Any]:
    return measured(Conversation(id=1, opened_at=at("10:00"), **columns))[0]


class TestTheWorkedExample:
    """Domain 1.3: bot, queue, agent, pause, the visitor comes back, the agent closes."""

    whole = Conversation(
        id=1,
        opened_at=at("10:00"),
        closed_at=at("14:10"),
        messages=(
            says("visitor", "10:00"),
            says(BOT, "10:00:02"),
            says(ANA, "10:06"),
            says("visitor", "14:00"),
            says(ANA, "14:04"),
        ),
        handlings=(
            Handling(BOT, at("10:00"), at("10:03"), "transferred"),
            Handling(ANA, at("10:05"), at("10:20"), "paused"),
            Handling(ANA, at("14:00"), at("14:10"), "closed"),
        ),
    )

    def test_the_first_response_is_the_persons_not_the_bots(self) -> None:
        assert measured(self.whole)[0]["first_response_us"] == 360 * 1_000_000

    def test_the_resolution_time_includes_queue_and_pause(self) -> None:
        assert measured(self.whole)[0]["resolution_us"] == 15_000 * 1_000_000

    def test_it_is_partially_automated_and_credited_to_bot_and_agent(self) -> None:
        row = measured(self.whole)[0]

        assert row["automation"] == 1
        assert row["respondent_ids"] == (BOT, ANA)

    def test_it_has_three_handlings_of_which_two_are_a_persons(self) -> None:
        rows = measured(self.whole, "handling")

        assert [row["is_human"] for row in rows] == [False, True, True]

    def test_handling_times_leave_queue_and_pause_out(self) -> None:
        rows = measured(self.whole, "handling")

        assert [row["handling_us"] / 1e6 for row in rows if row["is_human"]] == [900, 600]

    def test_first_replies_are_counted_from_the_push_or_the_message_whichever_is_later(self) -> None:
        rows = measured(self.whole, "handling")

        assert [row["first_message_response_us"] / 1e6 for row in rows if row["is_human"]] == [60, 240]


class TestFirstResponse:
    def test_a_bot_or_an_automatic_message_does_not_end_the_wait(self) -> None:
        row = one(
            messages=(
                says("visitor", "10:00"),
                says(BOT, "10:00:01"),
                says(ANA, "10:00:05", is_automatic=True),
                says("visitor", "10:00:30"),
                says(ANA, "10:02"),
            )
        )

        assert row["first_response_us"] == 120 * 1_000_000

    def test_a_note_among_staff_does_not_end_the_wait(self) -> None:
        row = one(
            messages=(says("visitor", "10:01"), says(ANA, "10:02", is_internal=True), says(ANA, "10:03")),
        )

        assert row["first_response_us"] == 120 * 1_000_000

    def test_an_agent_who_wrote_first_is_answered_before_the_wait_begins(self) -> None:
        row = one(messages=(says(ANA, "10:00"), says("visitor", "10:05"), says(ANA, "10:06")))

        assert row["first_response_us"] == 60 * 1_000_000

    def test_a_visitor_who_writes_after_the_agent_and_hears_nothing_is_not_answered(self) -> None:
        row = one(messages=(says(ANA, "10:00"), says("visitor", "10:05")))

        assert row["is_answered"] is False

    def test_nobody_answering_is_nothing_measured(self) -> None:
        row = one(messages=(says("visitor", "10:00"),), closed_at=at("11:00"))

        assert row["first_response_us"] is None
        assert row["is_answered"] is False
        assert row["automation"] is None

    def test_messages_win_over_measures_that_came_with_them(self) -> None:
        row = one(messages=(says("visitor", "10:00"), says(ANA, "10:01")), first_response_us=5, resolution_us=5)

        assert row["first_response_us"] == 60 * 1_000_000
        assert row["resolution_us"] is None

    def test_without_any_message_the_measures_given_are_taken(self) -> None:
        assert one(first_response_at=at("10:03"))["first_response_us"] == 180 * 1_000_000
        assert one(first_response_us=77, first_response_at=at("10:03"))["first_response_us"] == 77
        assert one(resolution_us=88, closed_at=at("10:03"))["resolution_us"] == 88

    def test_a_declared_kind_outweighs_the_authors_role(self) -> None:
        talk = Conversation(id=1, opened_at=at("10:00"), messages=(says("visitor", "10:00"), says(ANA, "10:01")))

        assert measured(talk, kinds={ANA: "bot"})[0]["first_response_us"] is None
        assert measured(talk, kinds={ANA: "bot"})[0]["automation"] == 2
        assert measured(talk, kinds={ANA: "expert"})[0]["first_response_us"] == 60 * 1_000_000


class TestClosingAndResolution:
    def test_it_is_dated_by_closing_and_ends_at_resolution(self) -> None:
        row = one(resolved_at=at("11:00"), closed_at=at("20:00"))

        assert row["closed_at"] == at("20:00")
        assert row["resolution_us"] == HOUR_US

    def test_a_status_log_dates_what_the_conversation_does_not(self) -> None:
        log = (
            StatusEvent(at("10:10"), "New"),
            StatusEvent(at("10:30"), "RESOLVED"),
            StatusEvent(at("11:00"), "Resolved"),
            StatusEvent(at("15:00"), "closed"),
        )

        row = one(events=log)

        assert row["closed_at"] == at("15:00")
        assert row["resolution_us"] == HOUR_US

    def test_an_open_conversation_has_no_resolution_time(self) -> None:
        assert one(events=(StatusEvent(at("10:10"), "Active"),))["closed_at"] is None
        assert one()["resolution_us"] is None

    def test_times_that_contradict_each_other_measure_nothing(self) -> None:
        row = one(messages=(says("visitor", "10:30"),), closed_at=at("10:10"))

        assert row["resolution_us"] is None

    def test_without_a_visitor_message_among_messages_delays_are_undefined(self) -> None:
        row = one(messages=(says(ANA, "10:00"),), closed_at=at("10:10"))

        assert row["resolution_us"] is None
        assert row["first_response_us"] is None


class TestDerivedHandlings:
    def test_each_unbroken_run_of_one_respondent_is_a_handling(self) -> None:
        talk = Conversation(
            id=1,
            opened_at=at("10:00"),
            closed_at=at("10:30"),
            messages=(
                says("visitor", "10:00"),
                says(ANA, "10:02"),
                says(ANA, "10:03"),
                says("visitor", "10:10"),
                says(BO, "10:15"),
            ),
        )

        rows = measured(talk, "handling")

        assert [(row["respondent_id"], row["started_at"], row["ended_at"]) for row in rows] == [
            (ANA, at("10:00"), at("10:10")),
            (BO, at("10:10"), at("10:30")),
        ]
        assert [row["reply_wait_us"] / 1e6 for row in rows] == [120, 300]
        assert rows[1]["closing_delay_us"] == 20 * 60 * 1_000_000

    def test_taking_over_where_nobody_waits_answers_nothing(self) -> None:
        talk = Conversation(
            id=1,
            opened_at=at("10:00"),
            messages=(says("visitor", "10:00"), says(BOT, "10:00:02"), says(ANA, "10:06")),
        )

        rows = measured(talk, "handling")

        assert rows[1]["started_at"] == at("10:06")
        assert rows[1]["reply_count"] == 0
        assert rows[1]["first_message_response_us"] is None

    def test_a_handling_in_which_nobody_wrote_is_unanswered(self) -> None:
        talk = Conversation(
            id=1,
            opened_at=at("10:00"),
            closed_at=at("11:00"),
            messages=(says("visitor", "10:00"), says(BO, "10:40")),
            handlings=(
                Handling(ANA, at("10:00"), at("10:30"), "transferred"),
                Handling(BO, at("10:30"), at("11:00"), "closed"),
            ),
        )

        assert [row["is_unanswered"] for row in measured(talk, "handling")] == [True, False]

    def test_who_was_handed_it_and_stayed_silent_gets_no_rating(self) -> None:
        talk = Conversation(
            id=1,
            opened_at=at("10:00"),
            messages=(says("visitor", "10:00"), says(BO, "10:40")),
            handlings=(Handling(ANA, at("10:00"), at("10:30"), "transferred"), Handling(BO, at("10:30"), None, None)),
        )

        row = measured(talk)[0]

        assert row["respondent_ids"] == (BO,)
        assert row["involved_ids"] == (BO, ANA)


class TestWhoIsCredited:
    talk = Conversation(
        id=1,
        opened_at=at("10:00"),
        closed_at=at("11:00"),
        messages=(says("visitor", "10:00"), says(ANA, "10:05"), says("visitor", "10:10"), says(BO, "10:20")),
        handlings=(
            Handling(ANA, at("10:00"), at("10:10"), "transferred"),
            Handling(BO, at("10:10"), at("11:00"), "closed"),
        ),
    )

    def test_the_first_the_last_and_the_one_who_closed(self) -> None:
        row = measured(self.talk)[0]

        assert row["first_respondent_id"] == ANA
        assert row["last_respondent_id"] == BO
        assert row["closer_id"] == BO

    def test_closed_by_the_system_falls_back_to_the_last_person_who_wrote(self) -> None:
        snoozed = Conversation(
            id=1,
            opened_at=at("10:00"),
            closed_at=at("20:00"),
            messages=(says("visitor", "10:00"), says(ANA, "10:05"), says(BOT, "10:20")),
            handlings=(Handling(ANA, at("10:00"), at("10:10"), "paused"),),
        )

        assert measured(snoozed)[0]["closer_id"] == ANA

    def test_where_there_are_no_messages_the_listed_respondents_are_credited(self) -> None:
        row = one(respondents=(BO, ANA))

        assert row["respondent_ids"] == (BO, ANA)
        assert row["first_responder_id"] == BO


class TestGroups:
    def test_membership_is_that_of_the_moment(self) -> None:
        orders, returns = 10, 11
        moved = {ANA: (Membership(orders, None, at("12:00")), Membership(returns, at("12:00"), None))}
        morning = Conversation(id=1, opened_at=at("10:00"), messages=(says("visitor", "10:00"), says(ANA, "10:01")))
        evening = Conversation(id=2, opened_at=at("18:00"), messages=(says("visitor", "18:00"), says(ANA, "18:01")))

        assert measured(morning, memberships=moved)[0]["group_ids"] == (orders,)
        assert measured(evening, memberships=moved)[0]["group_ids"] == (returns,)

    def test_a_group_the_source_names_wins(self) -> None:
        named = Conversation(id=1, opened_at=at("10:00"), groups=(7,), respondents=(ANA,))

        assert measured(named, memberships={ANA: (Membership(8),)})[0]["group_ids"] == (7,)


class TestAnswers:
    def offered(self, **answers: Any) -> dict[str, Any]:
        offer = SurveyOffer(1, at("11:00"), at("11:05"), **answers)
        return measured(Conversation(id=1, opened_at=at("10:00"), offers=(offer,)), "answer")[0]

    def test_four_and_five_are_satisfied(self) -> None:
        assert [self.offered(csat=note, csat_scale="5")["is_satisfied"] for note in (3, 4, 5)] == [False, True, True]

    def test_another_scale_enters_neither_csat_nor_its_average(self) -> None:
        row = self.offered(csat=9, csat_scale="10")

        assert row["csat"] is None
        assert row["is_satisfied"] is None

    @pytest.mark.parametrize(
        ("written", "ends"),
        [
            (None, (1, 5)),
            ("5", (1, 5)),
            ("10", (1, 10)),
            ("-5-5", (-5, 5)),
            ("0-100", (0, 100)),
            ("stars", (None, None)),
        ],
    )
    def test_the_ends_of_the_scale_of_a_rating_are_kept(
        self, written: str | None, ends: tuple[int | None, int | None]
    ) -> None:
        row = self.offered(csat=3, csat_scale=written)

        assert (row["scale_low"], row["scale_high"]) == ends

    def test_a_project_may_declare_which_notes_of_another_scale_are_satisfied(self) -> None:
        offer = SurveyOffer(1, at("11:00"), at("11:05"), csat=9, csat_scale="10")
        talk = Conversation(id=1, opened_at=at("10:00"), offers=(offer,))

        row = measured(talk, "answer", satisfied={"10": (9, 10)})[0]

        assert row["is_satisfied"] is True
        assert row["csat"] is None

    def test_a_survey_in_which_nothing_was_answered_is_only_offered(self) -> None:
        assert self.offered()["is_answered"] is False
        assert self.offered(has_comment=True)["is_answered"] is True


class TestSales:
    def test_the_seller_is_the_last_person_who_wrote_before_it(self) -> None:
        talk = Conversation(
            id=1,
            opened_at=at("10:00"),
            messages=(says("visitor", "10:00"), says(ANA, "10:05"), says(BO, "10:20")),
            transactions=(Transaction(1, at("10:10"), 5), Transaction(2, at("10:30"), 7)),
        )

        assert [row["seller_id"] for row in measured(talk, "sale")] == [ANA, BO]
        assert measured(talk)[0]["sale_count"] == 2

    def test_another_currency_is_kept_apart(self) -> None:
        talk = Conversation(id=1, opened_at=at("10:00"), transactions=(Transaction(1, at("10:10"), 5, "USD"),))

        assert measured(talk, "sale") == []
        assert len(measured(talk, "sale", currency="USD")) == 1

    @pytest.mark.parametrize(
        ("sold", "owner"),
        [("10:10", 1), ("13:59", 2), ("14:00", 2), ("14:01", None), ("9:59", None)],
        ids=["during", "the latest begun", "at the end of the window", "after it", "before any"],
    )
    def test_a_visitors_sale_goes_to_the_latest_conversation_still_in_its_window(
        self, sold: str, owner: int | None
    ) -> None:
        visits = [(1, at("10:00"), at("11:00")), (2, at("11:30"), at("12:00"))]

        assert attributed_conversation(at(sold), visits, 2 * HOUR_US) == owner
