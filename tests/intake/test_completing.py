"""What a later file says nothing of stays as it is known; what it says is empty is emptied."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from tests.support.environment import rounds
from tests.support.importing import Desk, codes, counts
from tests.support.scenario import World

AT = "2026-05-01T10:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def later(desk: Desk, **files: str) -> ImportOutcome:
    desk.now += 1
    return desk.bring({"now": desk.now}, **files)


def lines(*objects: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


def bring_jsonl(desk: Desk, **files: str) -> ImportOutcome:
    """Import JSONL files, a moment later."""
    desk.put()
    for name, content in files.items():
        (desk.inbox / f"{name}.jsonl").write_text(content, encoding="utf-8")
    desk.now += 1
    return run_import(desk.store, FileSource([desk.inbox]), now=desk.now)


KEPT = """SELECT channel.key, topic.key, closed_at IS NOT NULL, resolution, attributes
FROM conversation c LEFT JOIN label channel ON channel.id = channel_id LEFT JOIN label topic ON topic.id = topic_id"""


def test_a_column_that_is_absent_leaves_what_is_known_and_an_empty_cell_empties(desk: Desk) -> None:
    head = "conversation_id,opened_at,channel,topic,status,mood,resolution\n"
    desk.give(conversations=f"{head}c1,{AT},Chat,Lamps,open,glad,Refund\n")

    outcome = later(desk, conversations=f"conversation_id,opened_at,closed_at,topic\nc1,{AT},2026-05-01T11:00:00Z,\n")

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask(KEPT) == [("Chat", None, 1, "Refund", '{"status":"open","mood":"glad"}')]


def test_a_file_that_says_less_and_nothing_else_is_a_duplicate(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,channel,mood\nc1,{AT},Chat,glad\n")
    before = desk.content()

    outcome = later(desk, conversations=f"conversation_id,opened_at\nc1,{AT}\n")

    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert desk.content() == before


def test_what_was_filled_in_is_a_duplicate_the_next_time(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,channel\nc1,{AT},Chat\n")
    less = f"conversation_id,opened_at,topic\nc1,{AT},Lamps\n"
    later(desk, conversations=less)

    assert counts(later(desk, conversations=less)) == (1, 0, 0, 1, 0)
    assert counts(later(desk, conversations=f"conversation_id,opened_at,topic,channel\nc1,{AT},Lamps,Chat\n"))[3] == 1


def test_a_key_that_an_object_lacks_leaves_what_is_known_and_null_empties(desk: Desk) -> None:
    both = {"opened_at": AT, "channel": "Chat", "topic": "Lamps", "mood": "glad"}
    bring_jsonl(desk, conversations=lines({"conversation_id": "c1", **both}, {"conversation_id": "c2", **both}))

    said = ({"conversation_id": "c1", "opened_at": AT, "topic": None}, {"conversation_id": "c2", "opened_at": AT})
    outcome = bring_jsonl(desk, conversations=lines(*said))

    assert counts(outcome) == (2, 0, 1, 1, 0)
    mood = '{"mood":"glad"}'
    assert desk.ask(KEPT) == [("Chat", None, 0, None, mood), ("Chat", "Lamps", 0, None, mood)]


def test_a_parquet_column_that_is_absent_leaves_and_its_null_empties(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,channel,topic\nc1,{AT},Chat,Lamps\n")
    desk.put()
    table = pa.table({"conversation_id": ["c1"], "opened_at": [AT], "topic": pa.array([None], pa.string())})
    pq.write_table(table, desk.inbox / "conversations.parquet")

    outcome = run_import(desk.store, FileSource([desk.inbox]), now=desk.now + 1)

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask(KEPT) == [("Chat", None, 0, None, None)]


def test_tags_groups_and_agents_stay_and_are_emptied_likewise(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,tags,agent_id,group\nc1,{AT},a;b,ana;bo,Lyon\n")
    pairs = "SELECT (SELECT count(*) FROM conversation_tag), (SELECT count(*) FROM conversation_respondent)"

    later(desk, conversations=f"conversation_id,opened_at,channel,tags\nc1,{AT},Chat,\n")

    assert desk.ask(pairs) == [(0, 2)]
    assert desk.ask("SELECT count(*) FROM conversation_group") == [(1,)]


def test_answers_that_a_file_has_no_column_for_stay(desk: Desk) -> None:
    head = "survey_id,rated_at,csat,csat_scale,nps,comment,resolved\n"
    desk.give(surveys=f"{head}s1,{AT},9,10,8,Fine,yes\n")
    answers = "SELECT question, value, scale, text FROM survey_answer ORDER BY question"

    outcome = later(desk, surveys=f"survey_id,rated_at,nps,comment\ns1,{AT},3,\n")

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask(answers) == [("csat", 9, "10", None), ("nps", 3, None, None), ("resolved", 1, None, None)]
    changed = desk.ask("SELECT question, value, text FROM survey_answer_change ORDER BY question")
    assert changed == [("comment", None, "Fine"), ("nps", 8, None)]


def test_messages_handlings_sales_and_agents_keep_what_is_not_spoken_of(desk: Desk) -> None:
    desk.give(
        agents="agent_id,name,kind,group\nana,Ana,human,Lyon\n",
        conversations=f"conversation_id,opened_at\nc1,{AT}\n",
        messages=f"message_id,conversation_id,created_at,author_role,author_id,text\nm1,c1,{AT},agent,ana,Hello\n",
        handlings=f"conversation_id,agent_id,started_at,ended_at,ended_by,group\nc1,ana,{AT},{AT},closed,Lyon\n",
        transactions=f"transaction_id,at,amount,currency,conversation_id\nt1,{AT},5,usd,c1\n",
    )

    outcome = later(
        desk,
        agents="agent_id,name\nana,Ana Souza\n",
        messages=f"message_id,conversation_id,created_at,author_role,internal\nm1,c1,{AT},agent,yes\n",
        handlings=f"conversation_id,agent_id,started_at,rule\nc1,ana,{AT},VIP\n",
        transactions=f"transaction_id,at,amount,visitor_id\nt1,{AT},6,v1\n",
    )

    assert counts(outcome) == (4, 0, 4, 0, 0)
    assert desk.ask("SELECT name, kind FROM respondent") == [("Ana Souza", "human")]
    assert desk.ask("SELECT count(*) FROM membership WHERE until_at IS NULL") == [(1,)]
    assert desk.ask("SELECT text, is_internal, respondent_id FROM message") == [("Hello", 1, 1)]
    assert desk.ask("SELECT ended_by, group_id, rule_id IS NOT NULL FROM handling") == [("closed", 1, 1)]
    assert desk.ask("SELECT amount_millionths, currency, conversation_id FROM 'transaction'") == [(6_000_000, "USD", 1)]


def test_what_a_row_says_has_to_agree_with_what_is_known(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,closed_at\nc1,{AT},2026-05-01T11:00:00Z\n")

    outcome = later(desk, conversations="conversation_id,opened_at\nc1,2026-05-01T12:00:00Z\n")

    assert codes(outcome) == ["negative_duration"]


def test_a_merge_stays_where_a_later_file_does_not_speak_of_it(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,merged_into\na,{AT},b\nb,{AT},\n")

    outcome = later(desk, conversations=f"conversation_id,opened_at,channel\na,{AT},Chat\n")

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask("SELECT merged_into_id IS NOT NULL FROM conversation WHERE external_id = 'a'") == [(1,)]


def test_both_rows_of_a_conflict_are_kept_where_the_first_was_filled_in(desk: Desk) -> None:
    desk.give(conversations=f"conversation_id,opened_at,channel\nc1,{AT},Chat\n")

    outcome = later(desk, conversations=f"conversation_id,opened_at,topic\nc1,{AT},a\nc1,{AT},b\n")

    assert codes(outcome) == ["conflict"]
    assert outcome.rejects_path is not None
    assert f"c1,{AT},a".encode() in _kept(outcome)


def _kept(outcome: ImportOutcome) -> bytes:
    import base64

    assert outcome.rejects_path is not None
    return base64.b64decode(json.loads(outcome.rejects_path.read_text())["kept"]["raw"])


COLUMNS = {
    "channel": ("Chat", "Mail"),
    "topic": ("Lamps",),
    "closed_at": ("2026-05-01T11:00:00Z", "2026-05-01T12:00:00Z"),
    "tags": ("a", "b;a"),
    "agent_id": ("ana", "bo;ana"),
    "visitor_id": ("v1", "v2"),
    "status": ("open", "closed"),
    "is_spam": ("true",),
    "is_private": ("true", "false"),
    "resolution": ("Refund",),
    "mood": ("glad", "sad"),
}
cells = {name: st.sampled_from(("", *values)) for name, values in COLUMNS.items()}


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], list[dict[str, str]]]:
    """Draw the columns of a file and its rows: some of three conversations, each once."""
    names = sorted(draw(st.sets(st.sampled_from(sorted(COLUMNS)))))
    ids = sorted(draw(st.sets(st.sampled_from(("c1", "c2", "c3")), min_size=1)))
    return names, [{"conversation_id": one} | {name: draw(cells[name]) for name in names} for one in ids]


class Oracle:
    """A plain dictionary of what is known, column by column."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, str]] = {}

    def take(self, rows: Iterable[dict[str, str]]) -> tuple[int, int, int, int, int]:
        """Take rows, and return how many are read, new, changed, repeated and turned away."""
        told = list(rows)
        new = changed = 0
        for row in told:
            own = row["conversation_id"]
            before = self.known.get(own)
            self.known[own] = {"is_spam": "", "is_private": ""} | (before or {}) | row
            new += before is None
            changed += before is not None and self.meaning(before) != self.meaning(self.known[own])
        return len(told), new, changed, len(told) - new - changed, 0

    @staticmethod
    def meaning(known: dict[str, str]) -> dict[str, str]:
        spoken = {name: value for name, value in known.items() if value}
        return spoken | {"is_private": known.get("is_private") or "true"}

    def all(self) -> dict[str, dict[str, str]]:
        return {own: self.meaning(known) for own, known in self.known.items()}


def kept(desk: Desk) -> dict[str, dict[str, str]]:
    """Return what the record holds of conversations, in the words of the files."""
    query = """SELECT c.id, c.external_id, channel.key, topic.key,
    CASE WHEN closed_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%SZ', closed_at / 1000000, 'unixepoch') END,
    v.external_id, json_extract(attributes, '$.status'), json_extract(attributes, '$.mood'),
    iif(is_spam, 'true', NULL), iif(is_private, 'true', 'false'), resolution
    FROM conversation c LEFT JOIN label channel ON channel.id = channel_id
    LEFT JOIN label topic ON topic.id = topic_id LEFT JOIN visitor v ON v.id = visitor_id"""
    names = "channel topic closed_at visitor_id status mood is_spam is_private resolution".split()
    found: dict[str, dict[str, str]] = {}
    for own_id, key, *values in desk.ask(query):
        told = dict(zip(names, values, strict=True)) | {
            "conversation_id": key,
            "tags": _listed(desk, "conversation_tag", "label", "key", own_id),
            "agent_id": _listed(desk, "conversation_respondent", "respondent", "external_id", own_id),
        }
        found[key] = {name: value for name, value in told.items() if value}
    return found


def _listed(desk: Desk, pair: str, table: str, name: str, own_id: int) -> str:
    query = f"SELECT {name} FROM {pair} p JOIN {table} o ON o.id = p.{table}_id WHERE conversation_id = {own_id}"
    return ";".join(row[0] for row in desk.ask(f"{query} ORDER BY position"))


@settings(max_examples=rounds(40, 500), deadline=None)
@given(drawn=st.lists(st.tuples(st.booleans(), files()), min_size=1, max_size=6))
def test_any_files_leave_what_a_dictionary_of_their_cells_would(
    drawn: list[tuple[bool, tuple[list[str], list[dict[str, str]]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk, oracle = Desk(Path(folder)), Oracle()
        try:
            for is_json, (names, rows) in drawn:
                awaited = oracle.take(rows)
                if is_json:
                    objects = [{"opened_at": AT, **{key: value or None for key, value in row.items()}} for row in rows]
                    outcome = bring_jsonl(desk, conversations=lines(*objects))
                else:
                    head = ["conversation_id", "opened_at", *names]
                    told = [",".join([row["conversation_id"], AT, *(row[name] for name in names)]) for row in rows]
                    outcome = later(desk, conversations="\n".join([",".join(head), *told]) + "\n")

                assert counts(outcome) == awaited
                assert kept(desk) == oracle.all()
        finally:
            desk.store.close()


def test_the_figures_hold_what_stayed(tmp_path: Path) -> None:
    from ressenti.facts.verify import verify

    world = World(tmp_path)
    try:
        world.conversation(conversation_id="c1", channel="Chat", agent_id="ana")
        world.survey("c1", "11:00", csat=5)
        assert world.by("csat", "channel") == {"Chat": (100.0, 1)}
        world.add("conversations", conversation_id="c1", opened_at="2024-05-14T10:00:00Z", topic="Lamps")

        assert world.by("csat", "channel") == {"Chat": (100.0, 1)}
        assert world.by("csat", "topic") == {"Lamps": (100.0, 1)}
        assert world.fact_store.using(lambda facts: verify(world.store, facts)).is_right
    finally:
        world.close()
