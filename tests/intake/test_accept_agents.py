"""How respondents arrive: declared, or named by a conversation before."""

from pathlib import Path

import pytest

from ressenti.record.provenance import UNDECLARED
from tests.support.importing import LATER, NOW, Desk, counts

HEAD = "agent_id,name,kind,group,language\n"
ANA = HEAD + "ana,Ana Costa,human,Sales;Night,pt\n"
WROTE = {
    "conversations": "conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\n",
    "messages": "message_id,conversation_id,created_at,author_role,author_id\nm1,c1,2026-05-01T10:00:00Z,agent,ana\n",
}
TIMES = "SELECT g.key, m.from_at, m.until_at FROM membership m JOIN agent_group g ON g.id = m.group_id ORDER BY m.id"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_respondent_arrives_with_its_groups(desk: Desk) -> None:
    assert counts(desk.give(agents=ANA)) == (1, 1, 0, 0, 0)

    assert desk.ask("SELECT name, kind, language FROM respondent") == [("Ana Costa", "human", "pt")]
    assert desk.ask(TIMES) == [("Sales", None, None), ("Night", None, None)]
    assert desk.journal() == []


def test_one_that_a_message_named_is_filled_in_and_counts_as_imported(desk: Desk) -> None:
    desk.give(**WROTE)
    assert desk.ask("SELECT kind, digest FROM respondent") == [(None, UNDECLARED)]
    before = len(desk.journal())

    assert counts(desk.give(agents=ANA)) == (1, 1, 0, 0, 0)
    assert desk.ask("SELECT external_id, kind FROM respondent") == [("ana", "human")]
    assert desk.ask(TIMES) == [("Sales", None, None), ("Night", None, None)]
    assert desk.journal()[before:] == [(before + 1, "respondent.changed", 1)]


def test_declared_in_the_same_import_it_is_the_author_of_its_messages(desk: Desk) -> None:
    assert counts(desk.give(agents=ANA, **WROTE)) == (3, 3, 0, 0, 0)
    assert desk.ask("SELECT count(*), max(kind) FROM respondent") == [(1, "human")]


def test_who_changes_groups_leaves_the_old_one_now_and_joins_the_new_one_now(desk: Desk) -> None:
    desk.give(agents=ANA)
    desk.now = LATER

    assert counts(desk.give(agents=HEAD + "ana,Ana Costa,human,Night;Care,pt\n")) == (1, 0, 1, 0, 0)
    assert desk.ask(TIMES) == [("Sales", None, LATER), ("Night", None, None), ("Care", LATER, None)]
    assert desk.journal() == [(1, "respondent.changed", 1)]


def test_who_returns_to_a_group_is_in_it_a_second_time(desk: Desk) -> None:
    desk.give(agents=HEAD + "ana,Ana,human,Sales,\n")
    desk.now = NOW + 1
    desk.give(agents=HEAD + "ana,Ana,human,Care,\n")
    desk.now = NOW + 2
    desk.give(agents=HEAD + "ana,Ana,human,Sales,\n")

    assert desk.ask(TIMES) == [("Sales", None, NOW + 1), ("Care", NOW + 1, NOW + 2), ("Sales", NOW + 2, None)]


def test_a_file_without_groups_says_nothing_of_groups(desk: Desk) -> None:
    desk.give(agents=ANA)

    assert counts(desk.give(agents="agent_id,name\nana,Ana C.\n")) == (1, 0, 1, 0, 0)
    assert desk.ask(TIMES) == [("Sales", None, None), ("Night", None, None)]


def test_an_empty_group_is_no_group(desk: Desk) -> None:
    desk.give(agents=ANA)
    desk.give(agents=HEAD + "ana,Ana Costa,human,,pt\n")

    assert desk.ask(TIMES) == [("Sales", None, NOW), ("Night", None, NOW)]


def test_the_first_groups_we_hear_of_count_from_the_beginning(desk: Desk) -> None:
    desk.give(agents="agent_id,name\nana,Ana\n")
    desk.give(agents=ANA)

    assert desk.ask(TIMES) == [("Sales", None, None), ("Night", None, None)]


def test_a_new_name_alone_is_no_news_for_the_figures(desk: Desk) -> None:
    desk.give(agents=ANA)
    desk.give(agents=HEAD + "ana,Ana Silva,human,Sales;Night,pt\n")

    assert desk.ask("SELECT name FROM respondent") == [("Ana Silva",)]
    assert desk.journal() == []


def test_a_declaration_is_taken_where_unknown_names_are_refused(desk: Desk) -> None:
    assert counts(desk.bring({"unknown": "reject"}, agents=ANA)) == (1, 1, 0, 0, 0)
