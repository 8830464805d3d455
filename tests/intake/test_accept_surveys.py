"""How surveys arrive: offered, answered in part, and answered otherwise later (D20)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ressenti.kit.clock import to_us
from tests.support.importing import CONVERSATION, LATER, Desk, codes, counts

HEAD = "survey_id,rated_at,offered_at,conversation_id,survey,csat,csat_scale,nps,ces,resolved,comment,language\n"
ANSWERS = "SELECT question, value, scale, text FROM survey_answer ORDER BY question"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def surveys(*lines: str) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def test_each_answered_question_is_a_row(desk: Desk) -> None:
    row = "s1,2026-05-02T10:00:00Z,2026-05-02T09:00:00Z,c1,After chat,4,,9,2,yes,Quick,fr"

    assert counts(desk.give(conversations=CONVERSATION, surveys=surveys(row))) == (2, 2, 0, 0, 0)
    assert desk.ask(ANSWERS) == [
        ("ces", 2, None, None),
        ("comment", None, None, "Quick"),
        ("csat", 4, "5", None),
        ("nps", 9, None, None),
        ("resolved", 1, None, None),
    ]
    labels = "SELECT l.key, m.key FROM survey_offer JOIN label l ON l.id = survey_id JOIN label m ON m.id = language_id"
    assert desk.ask(labels) == [("After chat", "fr")]
    assert [entry[1:] for entry in desk.journal()] == [("conversation.changed", 1), ("conversation.changed", 1)]


def test_a_survey_only_offered_has_no_answers(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,,2026-05-02T09:00:00Z,,,,,,,,,"))

    assert desk.ask("SELECT offered_at IS NOT NULL, answered_at, conversation_id FROM survey_offer") == [
        (1, None, None)
    ]
    assert desk.ask(ANSWERS) == []


def test_a_note_of_nought_and_an_unsolved_problem_are_answers(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,,,0,0-100,0,,no,,"))

    assert desk.ask(ANSWERS) == [("csat", 0, "0-100", None), ("nps", 0, None, None), ("resolved", 0, None, None)]


def test_a_comment_of_spaces_is_none(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,,,5,,,,,   ,"))

    assert [row[0] for row in desk.ask(ANSWERS)] == ["csat"]


def test_an_answer_dated_only_by_its_offer_is_taken_to_have_come_then(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,,2026-05-02T09:00:00Z,,,5,,,,,,"))

    assert desk.ask("SELECT answered_at FROM survey_offer") == [(to_us(datetime(2026, 5, 2, 9, tzinfo=UTC)),)]


def test_a_survey_without_a_conversation_is_told_to_the_journal_itself(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,,,,,9,,,,", "s2,2026-05-02T09:00:00Z,,,,,,3,,,,"))

    assert desk.journal() == [(1, "survey.changed", 1), (2, "survey.changed", 2)]


def test_a_survey_of_a_conversation_nobody_knows_is_rejected(desk: Desk) -> None:
    assert codes(desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,ghost,,5,,,,,,"))) == ["unknown_conversation"]


def test_an_answer_given_again_replaces_the_old_one_which_is_kept(desk: Desk) -> None:
    desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,,,2,,7,,,Slow,"))
    desk.now = LATER

    outcome = desk.give(surveys=surveys("s1,2026-05-02T10:00:00Z,,,,5,,7,,,,"))

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask(ANSWERS) == [("csat", 5, "5", None), ("nps", 7, None, None)]
    assert desk.ask("SELECT question, value, scale, text, replaced_at FROM survey_answer_change ORDER BY id") == [
        ("comment", None, None, "Slow", LATER),
        ("csat", 2, "5", None, LATER),
    ]
    assert desk.journal() == [(1, "survey.changed", 1), (2, "survey.changed", 1)]


def test_a_survey_that_finds_its_conversation_later_changes_both(desk: Desk) -> None:
    desk.give(conversations=CONVERSATION, surveys=surveys("s1,2026-05-02T09:00:00Z,,,,5,,,,,,"))
    before = len(desk.journal())
    desk.give(surveys=surveys("s1,2026-05-02T09:00:00Z,,c1,,5,,,,,,"))

    assert sorted(entry[1:] for entry in desk.journal()[before:]) == [
        ("conversation.changed", 1),
        ("survey.changed", 1),
    ]


def test_columns_we_do_not_know_are_kept(desk: Desk) -> None:
    desk.give(surveys="survey_id,rated_at,nps,market\ns1,2026-05-02T09:00:00Z,9,EMEA\n")

    assert json.loads(desk.ask("SELECT attributes FROM survey_offer")[0][0]) == {"market": "EMEA"}


def test_surveys_of_a_survey_tool_find_the_conversations_of_the_desk(desk: Desk) -> None:
    desk.bring({"source": "desk"}, conversations=CONVERSATION)

    outcome = desk.bring({"source": "mail"}, surveys=surveys("s1,2026-05-02T09:00:00Z,,c1,,5,,,,,,"))

    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert desk.ask("SELECT conversation_id FROM survey_offer") == [(1,)]
