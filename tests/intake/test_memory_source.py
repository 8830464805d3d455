"""An import asks of a source what `sources/source.py` says: one without files is imported, continued and told alike."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ressenti.intake.model import FileKind
from ressenti.intake.run import run
from ressenti.intake.run.run import run_import
from tests.support.importing import codes, counts, rejected
from tests.support.memory_source import MemorySource
from tests.support.scenario import World

TALKS = [
    {"conversation_id": f"c{i}", "opened_at": f"2026-10-05T09:0{i}:00Z", "closed_at": "2026-10-05T10:00:00Z"}
    for i in range(5)
]
SAID = [
    {"message_id": "m1", "conversation_id": "c1", "created_at": "2026-10-05T09:01:00Z", "author_role": "visitor"},
    {
        "message_id": "m2",
        "conversation_id": "c1",
        "created_at": "2026-10-05T09:03:00Z",
        "author_role": "agent",
        "author_id": "ana",
    },
    {"message_id": "m3", "conversation_id": "nowhere", "created_at": "2026-10-05T09:03:00Z", "author_role": "visitor"},
    {"message_id": "m4", "conversation_id": "c1", "created_at": "soon", "author_role": "visitor"},
]
DESK = MemorySource({"tickets": (FileKind.CONVERSATIONS, TALKS), "comments": (FileKind.MESSAGES, SAID)})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def test_its_conversations_and_messages_are_in_the_figures(world: World) -> None:
    outcome = run_import(world.store, DESK, now=world.now)

    assert counts(outcome) == (9, 7, 0, 0, 2)
    assert [(each.name, each.read, each.imported) for each in outcome.files] == [("tickets", 5, 5), ("comments", 4, 2)]
    talks, waited = world.answer("conversations").total, world.answer("first_response_time").total
    assert (talks.value, talks.n) == (5, 5)
    assert (waited.value, waited.n) == (120, 1)


def test_a_record_that_is_not_taken_is_told_by_its_stream_and_number_and_kept(world: World) -> None:
    outcome = run_import(world.store, DESK, now=world.now)

    assert [(line["file"], line["line"]) for line in rejected(outcome)] == [("comments", 3), ("comments", 4)]
    assert codes(outcome) == ["unknown_conversation", "time"]
    assert [json.loads(line["raw"]) for line in rejected(outcome)] == SAID[2:]
    assert outcome.rejects_folder is not None
    assert "m4,nowhere" not in (text := (outcome.rejects_folder / "messages.csv").read_text(encoding="utf-8-sig"))
    assert [line.split(",")[0] for line in text.splitlines()] == ["message_id", "m3", "m4"]


def test_its_name_is_that_of_the_source_in_the_record(world: World) -> None:
    run_import(world.store, DESK, now=world.now)
    with world.store.read() as connection:
        names = connection.exec_driver_sql("SELECT name FROM source").scalars().all()

    assert names == ["memory"]


def test_the_same_records_again_change_nothing(world: World) -> None:
    run_import(world.store, DESK, now=world.now)

    assert counts(run_import(world.store, DESK, now=world.now)) == (9, 0, 0, 7, 2)


def test_an_interrupted_import_goes_on_behind_its_last_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)

    def interrupt(name: str, done: int, total: int) -> None:
        if (name, done, total) == ("tickets", 4, 5):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(world.store, DESK, now=world.now, progress=interrupt)
    outcome = run_import(world.store, DESK, now=world.now)

    assert outcome.resumed
    assert counts(outcome) == (9, 7, 0, 0, 2)
