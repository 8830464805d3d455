"""Verify finds what was tampered with, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pysqlite3.dbapi2 as sqlite
import pytest

from ressenti.facts import verify as verifying
from ressenti.facts.engines.duckdb.layout import insertion
from ressenti.facts.store import FactStore
from ressenti.facts.verify import MISSING, SURPLUS, NotAtTheEnd, Verification, verify
from ressenti.kit.clock import SECOND
from ressenti.record.stores.sqlite import Store
from tests.support.small_records import SmallRecord

V, A, B = "visitor", "agent", "bot"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SmallRecord]:
    record = SmallRecord(tmp_path)
    yield record
    record.store.close()


@pytest.fixture
def conversations(record: SmallRecord) -> list[int]:
    """Write three conversations: a chat with a survey and a sale, a measured one, an open one; and a mailed survey."""
    ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
    chat = record.conversation(0, 60, messages=[(V, 0), (B, 2, bot), (A, 20, ana)], tags=[record.label("tag", "a")])
    record.survey(chat, 90, csat=4, nps=9, comment="Fine")
    record.sale(30, 12.5, conversation=chat)
    measured = record.conversation(10, 80, listed=[ana], first_response_us=5 * SECOND)
    unanswered = record.conversation(20, messages=[(V, 21)])
    record.survey(None, 95, nps=3)
    return [chat, measured, unanswered]


def verdict(record: SmallRecord) -> Verification:
    fact_store = FactStore(record.store)
    try:
        return fact_store.using(lambda facts: verify(record.store, facts))
    finally:
        fact_store.close()


def tamper(record: SmallRecord, *statements: str) -> None:
    """Change the facts behind the back of whoever keeps them, and leave the file looking untouched."""
    FactStore(record.store).close()
    path = record.store.path.with_name("record.facts.duckdb")
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.execute("CHECKPOINT")
    stat = path.stat()
    path.with_name(path.name + ".closed").write_text(f"{stat.st_size} {stat.st_mtime_ns}")


def rewrite(record: SmallRecord, *statements: str) -> None:
    """Write to the record as nothing of ours would."""
    with closing(sqlite.connect(str(record.store.path))) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def told(found: Verification) -> list[tuple[Any, ...]]:
    return [(one.table, one.conversation_id, one.row_id, one.what) for one in found.differences]


def test_facts_that_were_not_touched_are_right(record: SmallRecord, conversations: list[int]) -> None:
    found = verdict(record)

    assert found.is_right
    assert (found.conversations, found.answers, found.difference_count) == (3, 2, 0)
    assert found.as_of == 7
    assert found.problems == ()


def test_an_empty_record_is_right(record: SmallRecord) -> None:
    assert verdict(record) == Verification(
        conversations=0, answers=0, as_of=0, differences=(), difference_count=0, problems=()
    )


def test_a_changed_value_is_told_with_both_values(record: SmallRecord, conversations: list[int]) -> None:
    chat, *_others = conversations
    tamper(record, f"UPDATE conversation SET resolution_s = 0, resolution_rest_us = 7 WHERE conversation_id = {chat}")

    found = verdict(record)
    assert told(found) == [("conversation", chat, None, "resolution_us")]
    assert (found.differences[0].in_facts, found.differences[0].recounted) == (7, 60 * SECOND)
    assert not found.is_right


@pytest.mark.parametrize("table", ["conversation", "handling", "answer", "sale"])
def test_a_deleted_row_is_missed(record: SmallRecord, conversations: list[int], table: str) -> None:
    chat, *_others = conversations
    tamper(record, f'DELETE FROM "{table}" WHERE conversation_id = {chat}')

    found = verdict(record)
    assert {(one.table, one.conversation_id, one.what) for one in found.differences} == {(table, chat, MISSING)}
    assert all(one.in_facts is None and one.recounted["conversation_id"] == chat for one in found.differences)


def test_a_deleted_mailed_survey_is_missed(record: SmallRecord, conversations: list[int]) -> None:
    tamper(record, "DELETE FROM answer WHERE conversation_id IS NULL")

    assert told(verdict(record)) == [("answer", None, 2, MISSING)]


@pytest.mark.parametrize("stranger", [-5, 0, 77_000])
def test_a_row_of_a_conversation_nobody_knows_is_surplus(
    record: SmallRecord, conversations: list[int], stranger: int
) -> None:
    tamper(
        record,
        insertion("conversation", f"(SELECT * REPLACE ({stranger} AS conversation_id) FROM conversation LIMIT 1)"),
    )

    assert told(verdict(record)) == [("conversation", stranger, None, SURPLUS)]


def test_a_row_that_is_there_twice_is_once_too_many(record: SmallRecord, conversations: list[int]) -> None:
    chat, *_others = conversations
    tamper(record, f"INSERT INTO sale SELECT * FROM sale WHERE conversation_id = {chat}")

    assert told(verdict(record)) == [("sale", chat, 1, SURPLUS)]


def test_a_row_without_a_key_is_surplus(record: SmallRecord, conversations: list[int]) -> None:
    chat, *_others = conversations
    tamper(
        record,
        f"UPDATE handling SET conversation_id = NULL WHERE conversation_id = {chat} AND handling_id = 1",
        "INSERT INTO answer SELECT * REPLACE (NULL AS offer_id) FROM answer WHERE conversation_id IS NULL",
    )

    found = [("handling", chat, 1, MISSING), ("handling", None, 1, SURPLUS), ("answer", None, None, SURPLUS)]
    assert told(verdict(record)) == found


def test_an_empty_list_is_not_a_missing_one(record: SmallRecord, conversations: list[int]) -> None:
    _chat, measured, _open = conversations
    tamper(record, f"UPDATE conversation SET tag_ids = NULL WHERE conversation_id = {measured}")

    assert told(verdict(record)) == [("conversation", measured, None, "tag_ids")]


def test_the_order_of_respondents_matters_and_that_of_groups_does_not(record: SmallRecord) -> None:
    ana, bo = record.respondent("Ana"), record.respondent("Bo")
    conversation = record.conversation(listed=[ana, bo], groups=[record.group("a"), record.group("b")])
    tamper(
        record,
        "UPDATE conversation SET group_ids = list_reverse(group_ids), respondent_ids = list_reverse(respondent_ids)",
    )

    assert told(verdict(record)) == [("conversation", conversation, None, "respondent_ids")]


def test_a_change_the_journal_did_not_tell_of_is_found(record: SmallRecord, conversations: list[int]) -> None:
    _chat, measured, _open = conversations
    FactStore(record.store).close()
    rewrite(record, f"UPDATE conversation SET opened_at = opened_at + 1000000 WHERE id = {measured}")

    found = verdict(record)
    assert {one.conversation_id for one in found.differences} == {measured}
    assert "opened_at" in {one.what for one in found.differences}


def test_a_name_in_another_unicode_form_is_found(record: SmallRecord) -> None:
    fact_store = FactStore(record.store)
    rewrite(record, "INSERT INTO label (project_id, kind, key) SELECT id, 'channel', 'Cafe\u0301' FROM project LIMIT 1")

    found = fact_store.using(lambda facts: verify(record.store, facts))
    fact_store.close()
    assert [one.code for one in found.problems] == ["key_form"]


def test_a_swallowed_journal_entry_is_a_gap_and_a_difference(record: SmallRecord, conversations: list[int]) -> None:
    fact_store = FactStore(record.store)
    lost, kept = record.conversation(0, 5), record.conversation(0, 6)
    rewrite(record, f"DELETE FROM journal WHERE subject_id = {lost} AND kind = 'conversation.changed'")

    found = fact_store.using(lambda facts: verify(record.store, facts))
    fact_store.close()
    assert told(found) == [("conversation", lost, None, MISSING)]
    assert [one.code for one in found.problems] == ["journal_gap"]
    assert str(found.problems[0]) == "Gaps in the journal of project “default”: 1, the first before number 9."
    assert kept not in {one.conversation_id for one in found.differences}


def test_a_journal_that_stops_short_is_a_problem(record: SmallRecord, conversations: list[int]) -> None:
    FactStore(record.store).close()
    rewrite(record, "DELETE FROM journal WHERE seq = 7")

    found = verdict(record)
    assert [(one.code, one.data) for one in found.problems] == [
        ("journal_end", {"project": "default", "found": 6, "stated": 7})
    ]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"csat": 6}, True),
        ({"csat": 0, "scale": None}, True),
        ({"csat": 7, "scale": "10"}, False),
        ({"csat": 11, "scale": "10"}, True),
        ({"csat": -3, "scale": "-5-5"}, False),
        ({"csat": 101, "scale": "0-100"}, True),
        ({"csat": 99, "scale": "stars"}, False),
        ({"nps": 11}, True),
        ({"nps": 0}, False),
        ({"resolved": 2}, True),
        ({"ces": 7}, False),
    ],
)
def test_a_note_outside_its_scale_is_a_problem(record: SmallRecord, given: dict[str, Any], wrong: bool) -> None:
    record.survey(None, 10, **given)

    expected = ["Notes outside their scale: 1 (in surveys s1)."] if wrong else []
    assert [str(one) for one in verdict(record).problems] == expected


def test_an_answer_without_a_survey_is_a_problem(record: SmallRecord, conversations: list[int]) -> None:
    rewrite(record, "INSERT INTO survey_answer (offer_id, question, value) VALUES (99, 'nps', 5)")

    found = verdict(record)
    assert [str(one) for one in found.problems] == ["Answers that belong to no survey: 1 (to offers 99)."]


def test_closing_before_opening_is_a_problem(record: SmallRecord, conversations: list[int]) -> None:
    record.conversation(10, 9)
    record.conversation(10, events=[("closed", 8)])

    assert [str(one) for one in verdict(record).problems] == [
        "Conversations that close before they open: 2 (such as c4, c5)."
    ]


def test_handlings_that_overlap_are_a_problem(record: SmallRecord, conversations: list[int]) -> None:
    ana, bo = record.respondent("Cy"), record.respondent("Bo")
    record.conversation(handlings=[{"who": ana, "start": 1, "end": 5}, {"who": bo, "start": 5, "end": 9}])
    record.conversation(handlings=[{"who": ana, "start": 1}, {"who": bo, "start": 5, "end": 9}])
    record.conversation(handlings=[{"who": ana, "start": 1, "end": 6}, {"who": bo, "start": 5, "end": 9}])

    assert [str(one) for one in verdict(record).problems] == ["Conversations whose handlings overlap: 1 (such as c6)."]


def test_facts_behind_the_journal_are_not_compared(record: SmallRecord, conversations: list[int]) -> None:
    fact_store = FactStore(record.store)
    facts = fact_store.using(lambda facts: facts)
    record.conversation()

    with pytest.raises(NotAtTheEnd, match="Run ressenti verify again"):
        verify(record.store, facts)
    fact_store.close()


def test_many_differences_are_counted_and_the_first_are_kept(
    record: SmallRecord, conversations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "KEPT", 2)
    tamper(record, "UPDATE conversation SET opened_at = -1")

    found = verdict(record)
    assert (len(found.differences), found.difference_count) == (2, 3)


def test_small_steps_find_the_same(
    record: SmallRecord, conversations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BATCH", 1)
    tamper(record, "UPDATE conversation SET opened_at = -1")
    seen: list[tuple[int, int]] = []
    fact_store = FactStore(record.store)

    found = fact_store.using(lambda facts: verify(record.store, facts, progress=lambda *done: seen.append(done)))
    fact_store.close()
    assert [one.conversation_id for one in found.differences] == conversations
    assert seen == [(1, 3), (2, 3), (3, 3), (3, 3)]


def test_every_project_is_verified(record: SmallRecord, conversations: list[int]) -> None:
    second = record.another_project("second")
    other = record.conversation(0, 5, project=second)
    tamper(record, f"UPDATE conversation SET closed_at = 1 WHERE project_id = {second}")

    found = verdict(record)
    assert told(found) == [("conversation", other, None, "closed_at")]
    assert (found.conversations, found.as_of) == (4, 7)


def test_a_record_opened_again_is_the_same(record: SmallRecord, conversations: list[int]) -> None:
    before = verdict(record)
    again = Store.open(record.store.url)
    fact_store = FactStore(again)

    assert fact_store.using(lambda facts: verify(again, facts)) == before
    fact_store.close()
    again.close()
    assert fact_store.path.exists()
