"""What nobody can read is in no name that is kept: one rule, whatever is named, when it is saved."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.tokens import add_token
from ressenti.accounts.users import create_user, rename_user, update_user
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.characters import is_control
from ressenti.kit.names import ControlCharacter, LongName, NoName, read_name
from ressenti.kit.refusals import Refusal
from ressenti.record import tables
from ressenti.record.projects import ensure_project, settle
from ressenti.workspace.advice import find_advice, write_advice
from ressenti.workspace.annotations import add_annotation, change_annotation
from ressenti.workspace.saved_views import rename_view, save_view
from ressenti.workspace.subscriptions import add_subscription, read_plan
from tests.support.scenario import NOW, World

UNREADABLE = {
    "NUL": "\0",
    "an escape for terminals": "\x1b",
    "backspace": "\b",
    "delete": "\x7f",
    "a C1 control": "\x9b",
    "half a surrogate pair": "\ud800",
    "a byte that was no UTF-8": "\udcff",
    "right-to-left override": "\u202e",
    "an isolate of direction": "\u2066",
}
READABLE = (
    "Équipe : nuit",
    "می‌خواهم",
    "👩🏽‍💻",
    "\u200fשלום",
    "a=?b",
    "=?utf-8?q?Hi=0d=0a?=",
    "'; DROP TABLE x; --",
    "Ⅳ\u00a0½",
)
ADMINISTRATOR = Grant(role=Role.ADMINISTRATOR)
PLAN = {"query": "", "language": "en", "recipients": "a@b.example", "rhythm": "daily", "time": "07:00", "zone": "UTC"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("names")).settle()
    yield made
    made.close()


def person(record: Connection, email: str = "ana@company.example") -> int:
    found = record.execute(select(tables.user.c.id).where(tables.user.c.email == email)).scalar()
    return found or create_user(record, email=email, grant=ADMINISTRATOR, now=NOW).id


def view(record: Connection, name: str) -> int:
    return save_view(record, user_id=person(record), name=name, page="report", query="", is_shared=False, now=NOW).id


def annotation(record: Connection, words: str) -> int:
    project = ensure_project(record, "default").id
    return add_annotation(record, project_id=project, at=NOW, kind="action", words=words, user_id=None, now=NOW).id


def remark(record: Connection, annotation_id: int, words: str) -> None:
    project = ensure_project(record, "default").id
    change_annotation(record, annotation_id, project_id=project, at=NOW, kind="action", words=words)


SAVED: dict[str, Callable[[Connection, str], object]] = {
    "a view": view,
    "a view that is renamed": lambda record, name: rename_view(record, view(record, "old"), person(record), name),
    "a mailing": lambda record, name: add_subscription(
        record, read_plan({**PLAN, "name": name}), user_id=person(record), now=NOW
    ),
    "a person": lambda record, name: create_user(
        record, email="new@company.example", name=name, grant=ADMINISTRATOR, now=NOW
    ),
    "a person who is renamed": lambda record, name: rename_user(record, person(record), name),
    "a person who is changed": lambda record, name: update_user(
        record,
        create_user(record, email="other@company.example", grant=ADMINISTRATOR, now=NOW),
        grant=ADMINISTRATOR,
        name=name,
    ),
    "a token": lambda record, name: add_token(record, name=name, grant=ADMINISTRATOR, now=NOW),
    "a project's key": ensure_project,
    "a project": lambda record, name: settle(record, ensure_project(record, "default"), now=NOW, name=name),
    "a marker": annotation,
    "a marker that is changed": lambda record, name: remark(record, annotation(record, "old"), name),
    "an advice": lambda record, name: write_advice(record, "csat", "en", name, user_id=None, now=NOW),
}


class Undone(Exception):
    """Raised to leave nothing written."""


@pytest.mark.parametrize("what", SAVED)
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_nobody_can_read_is_refused_when_it_is_saved(world: World, what: str, kind: str) -> None:
    with pytest.raises(ControlCharacter) as refused, world.store.write() as record:
        SAVED[what](record, f"Team {UNREADABLE[kind]} night")

    assert refused.value.say().isprintable()
    assert f"U+{ord(UNREADABLE[kind]):04X}" in refused.value.say("fr")


@pytest.mark.parametrize("what", SAVED)
@pytest.mark.parametrize("name", READABLE)
def test_what_a_language_is_written_with_is_kept(world: World, what: str, name: str) -> None:
    with pytest.raises(Undone), world.store.write() as record:
        SAVED[what](record, name)
        raise Undone


@pytest.mark.parametrize(("project", "source"), [("de\x1bfault", "import"), ("default", "im\udcffport")])
def test_an_import_into_a_name_that_nobody_can_read_is_refused(
    world: World, tmp_path: Path, project: str, source: str
) -> None:
    (tmp_path / "agents.csv").write_text("agent_id,name\na1,Ana\n")

    with pytest.raises(ControlCharacter):
        run_import(world.store, FileSource([tmp_path], name=source), project=project, now=NOW)


def test_a_name_stands_on_one_line_and_has_room() -> None:
    assert read_name(" Nights,\r\n\u2028 Lyon\t") == "Nights, Lyon"
    with pytest.raises(NoName):
        read_name(" \u3000\n")
    with pytest.raises(LongName) as refused:
        read_name("x" * 81)
    assert refused.value.say() == "A name has room for 80 characters; this one has 81."


@pytest.mark.parametrize("name", ["\u200b", " \u200d\u2060 ", "\u3164", "\u2800\u00a0", "\ufeff"])
def test_a_name_of_which_nothing_is_seen_is_none(name: str) -> None:
    with pytest.raises(NoName):
        read_name(name)


def test_an_advice_keeps_its_lines(world: World) -> None:
    with world.store.write() as record:
        write_advice(record, "csat", "en", " Listen.\r\n\tThen ask.\r ", user_id=None, now=NOW)
        assert find_advice(record, "csat", "en") == "Listen.\n\tThen ask."


def test_every_refusal_of_a_name_is_a_sentence() -> None:
    for one in ("\0", "\x1b[2J", "\ud800"):
        with pytest.raises(Refusal) as refused:
            read_name(f"a{one}")
        assert not any(map(is_control, refused.value.say()))
