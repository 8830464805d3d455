"""Copies, checks, and what is said when something is wrong with what is kept."""

import json
import os
import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ressenti.accounts.grants import Grant
from ressenti.accounts.invitations import invite
from ressenti.accounts.permissions import Role
from ressenti.accounts.sessions import digest, find_session, open_session
from ressenti.accounts.trusted_browsers import SignInAccount, find_account
from ressenti.accounts.users import create_user
from ressenti.cli.record_files import require_apart
from ressenti.cli.server_client import opened_record
from ressenti.kit.clock import SECOND, now
from ressenti.kit.output_files import BadOutput
from ressenti.record import tables
from ressenti.record.stores.sqlite import Store
from tests.record.test_keys_rewritten import AGENTS, before
from tests.support.scenario import World
from tests.support.site import person
from tests.support.terminal import Terminal


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "here").mkdir()
    made = World(tmp_path / "here")
    made.rate({5: 3, 1: 1}, agent_id="Ana")
    made.answer("csat")
    yield made
    made.close()


@pytest.fixture
def terminal(world: World) -> Terminal:
    with world.alone():
        return Terminal(world.url)


class TestCopies:
    def test_a_copy_restores_to_the_same_figures(self, world: World, terminal: Terminal, tmp_path: Path) -> None:
        before = terminal.json("read", "csat", "--by", "agent")
        assert terminal.run("backup", str(tmp_path / "copy.db")).exit_code == 0
        elsewhere = Terminal(f"sqlite:///{tmp_path / 'there' / 'record.db'}")

        assert elsewhere.run("restore", str(tmp_path / "copy.db")).exit_code == 0

        assert elsewhere.json("read", "csat", "--by", "agent") == before
        assert elsewhere.run("verify").exit_code == 0

    def test_restoring_over_a_record_needs_to_be_said_and_wants_it_closed(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        terminal.run("backup", str(tmp_path / "copy.db"))

        refused = terminal.run("restore", str(tmp_path / "copy.db"))
        in_use = terminal.run("restore", str(tmp_path / "copy.db"), "--replace")
        world.store.close()
        done = terminal.run("restore", str(tmp_path / "copy.db"), "--replace")

        assert refused.exit_code == 3
        assert "--replace" in refused.errors
        assert in_use.exit_code == 4
        assert "Another program is using the database" in in_use.errors
        assert done.exit_code == 0
        assert terminal.json("read", "csat")["total"]["value"] == 75

    def test_a_copy_that_is_not_whole_is_not_restored(self, terminal: Terminal, tmp_path: Path) -> None:
        terminal.run("backup", str(tmp_path / "copy.db"))
        whole = (tmp_path / "copy.db").read_bytes()
        (tmp_path / "half.db").write_bytes(whole[: len(whole) // 2])

        for name in ("half.db", "none.db"):
            done = terminal.run("restore", str(tmp_path / name), "--replace")
            assert done.exit_code == 3
            assert "Traceback" not in done.errors
        assert terminal.json("read", "csat")["total"]["value"] == 75

    def test_a_copy_is_one_file(self, terminal: Terminal, tmp_path: Path) -> None:
        assert terminal.run("backup", str(tmp_path / "copy.db")).exit_code == 0

        assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "here"]


def flip_a_letter(path: Path) -> None:
    """Change one letter of a message in a file, as a disk may, which no page and no index tells."""
    content = path.read_bytes()
    assert content.count(b"the lamp hums") == 1
    path.write_bytes(content.replace(b"the lamp hums", b"the lamp hugs"))


class TestDamage:
    """Whatever of a record is not what was written: no copy is made of it, and no copy with it is put back."""

    @pytest.fixture
    def world(self, world: World) -> World:
        key = world.conversation("11:00", closed="11:30")
        world.add("messages", message_id="m1", conversation_id=key, created_at="2024-05-14T11:10:00Z",
                  author_role="visitor", text="the lamp hums")  # fmt: skip
        world.import_()
        return world

    def test_a_damaged_record_is_not_copied_and_the_good_copy_stays(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        good, new = tmp_path / "good.db", tmp_path / "new.db"
        assert terminal.run("backup", str(good)).exit_code == 0
        content = good.read_bytes()
        world.store.close()
        flip_a_letter(world.store.path)

        for words in (("backup", str(good), "--replace"), ("backup", str(new))):
            done = terminal.run(*words)

            assert done.exit_code == 4
            assert "record.db is damaged: row 1 of message is not what was written" in done.errors
            assert "ressenti restore PATH --replace" in done.errors
            assert done.output == ""
        assert good.read_bytes() == content
        assert sorted(path.name for path in tmp_path.iterdir()) == ["good.db", "here"]

    def test_a_damaged_copy_is_not_put_back_and_is_named_as_it_was_given(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.db"
        assert terminal.run("backup", str(bad)).exit_code == 0
        world.store.close()
        flip_a_letter(bad)
        content = world.store.path.read_bytes()

        done = terminal.run("restore", str(bad), "--replace")

        assert done.exit_code == 3
        assert f"{bad} cannot be used as a copy of the record: row 1 of message is not what was written" in done.errors
        assert ".part" not in done.errors
        assert world.store.path.read_bytes() == content
        assert not [path.name for path in world.store.path.parent.iterdir() if ".part" in path.name]

    def test_a_copy_with_a_damaged_page_is_named_as_it_was_given_too(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.db"
        assert terminal.run("backup", str(bad)).exit_code == 0
        world.store.close()
        content = bad.read_bytes()
        place = content.index(b"the lamp hums") // 4096 * 4096
        bad.write_bytes(content[:place] + b"\xff" * 200 + content[place + 200 :])

        done = terminal.run("restore", str(bad), "--replace")

        assert done.exit_code == 3
        assert f"{bad} cannot be used as a copy of the record: " in done.errors
        assert ".part" not in done.errors

    def test_the_control_a_sound_copy_is_put_back(self, world: World, terminal: Terminal, tmp_path: Path) -> None:
        assert terminal.run("backup", str(tmp_path / "copy.db")).exit_code == 0
        world.store.close()
        flip_a_letter(world.store.path)

        assert terminal.run("restore", str(tmp_path / "copy.db"), "--replace").exit_code == 0

        assert terminal.run("doctor").exit_code == 0
        assert b"the lamp hums" in world.store.path.read_bytes()

    def test_a_copy_of_an_older_version_whose_rows_have_no_checksum_is_put_back(self, tmp_path: Path) -> None:
        (tmp_path / "old").mkdir()
        before(tmp_path / "old", AGENTS + "(1, 1, 'ana', 'Ana', 7, 1)")
        terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")

        assert terminal.run("restore", str(tmp_path / "old" / "record.db")).exit_code == 0
        assert terminal.run("doctor").exit_code == 0


class TestDamageInWords:
    def test_a_damaged_first_page_is_a_damage_like_every_other(self, world: World, terminal: Terminal) -> None:
        world.store.close()
        content = world.store.path.read_bytes()
        world.store.path.write_bytes(b"\xff" * 100 + content[100:])

        done, doctor = terminal.run("read", "csat"), terminal.run("doctor")

        assert done.exit_code == 4
        assert "record.db is damaged: it is not a database, or its first page is damaged" in done.errors
        assert "ressenti restore PATH --replace" in done.errors
        assert "sqlite:///path" not in done.errors
        lines = [line.split()[:2] for line in doctor.output.splitlines() if "Database" in line.split()[:2]]
        assert lines == [["✗", "Database"]]

    def test_the_doctor_names_a_damaged_page_in_words_and_the_way_back_once(
        self, world: World, terminal: Terminal
    ) -> None:
        world.store.close()
        content = world.store.path.read_bytes()
        place = content.index(b"Ana") // 4096 * 4096
        world.store.path.write_bytes(content[:place] + b"\xff" * 8 + content[place + 8 :])

        done = terminal.run("doctor")

        assert done.exit_code == 1
        assert "a part of it is damaged and cannot be read" in done.output
        assert done.output.count("The way back") == 1
        assert "✗   The way back" not in done.output
        for word in ("***", "btree", "error code", "malformed"):
            assert word not in done.output


class TestTheRecordsOwnFiles:
    """Nobody writes at a place that the record keeps for itself, whether a file is there now or not."""

    NAMES = (
        "record.db", "record.db-wal", "record.db-shm", "record.db-journal", "record.db.lock", "record.db.server",
        "record.db.part", "record.db.0a1b2c3d.part-wal", "record.db.before", "record.db.before-2", "record.db.day",
        "record.facts.duckdb", "record.facts.duckdb.closed", "record.facts.duckdb.new", "record.facts.duckdb.wal",
        "record.search.db", "record.search.db-wal", "record.db-rejects/out.csv",
    )  # fmt: skip

    @pytest.mark.parametrize("words", [("backup",), ("export", "conversations", "--output")])
    def test_is_no_place_for_a_copy_or_an_export_told_to_replace_it_or_not(
        self, world: World, terminal: Terminal, words: tuple[str, ...]
    ) -> None:
        folder = world.store.path.parent
        world.store.close()
        (folder / "record.db-rejects").mkdir()
        before = contents(folder)
        done = [terminal.run(*words, str(folder / "record.facts.duckdb"), "--replace")]
        done.append(terminal.run(*words, str(folder / "record.db-wal")))

        assert [(one.exit_code, "of the record itself" in one.errors) for one in done] == [(3, True), (3, True)]
        assert contents(folder) == before

    @pytest.mark.parametrize("name", NAMES)
    def test_is_known_by_its_name(self, tmp_path: Path, name: str) -> None:
        record, other = tmp_path / "here" / "record.db", tmp_path / "link"
        record.parent.mkdir()
        other.symlink_to(record.parent)

        for folder in (record.parent, other):
            with pytest.raises(BadOutput, match="of the record itself"):
                require_apart(folder / name, record)
        require_apart(tmp_path / name, record)

    @pytest.mark.parametrize("name", ["record.db", "record.db-journal", "record.facts.duckdb"])
    def test_is_known_also_where_a_link_leads_to_the_record(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "record.db").touch()
        (tmp_path / "record.db").symlink_to(tmp_path / "real" / "record.db")

        with pytest.raises(BadOutput, match="of the record itself"):
            require_apart(tmp_path / "real" / name, tmp_path / "record.db")

    @pytest.mark.parametrize("name", ["record.db.bak", "record.db-2026-05-14", "record.csv", "other.db", "record.db2"])
    def test_and_what_only_resembles_it_is_anybodys(self, tmp_path: Path, name: str) -> None:
        require_apart(tmp_path / name, tmp_path / "record.db")

    def test_everything_that_stands_beside_a_record_in_use_is_known(self, world: World) -> None:
        made = sorted(world.store.path.parent.glob("record.*"))

        assert {"record.db", "record.db-wal", "record.db.lock", "record.facts.duckdb"} <= {one.name for one in made}
        for one in made:
            with pytest.raises(BadOutput):
                require_apart(one, world.store.path)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class TestWhoComesInAfterwards:
    """What opened something before a copy was put back, and what does then."""

    def test_everybody_is_signed_out_and_links_and_known_browsers_of_before_are_worth_nothing(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        person(world)
        moment = now()
        with world.store.write() as connection:
            ada = create_user(connection, email="ada@tilleul.example", grant=Grant(role=Role.ANALYST), now=moment)
            session = open_session(connection, 1, now=moment)
            links = [invite(connection, somebody, now=moment) for somebody in (None, ada)]
        mark = known(world.store).mark(now=moment)
        assert terminal.run("backup", str(tmp_path / "copy.db")).exit_code == 0
        world.store.close()

        def opens(store: Store) -> list[bool]:
            """Say what of it opens something: the sessions, the links, the mark of the browser."""
            with store.read() as connection:
                found = connection.execute(select(tables.invitation.c.digest)).scalars().all()
                is_signed_in = find_session(connection, session, now=moment) is not None
                links_open = [digest(link) in found for link in links]
                return [is_signed_in, *links_open, known(store).is_known(mark, now=moment)]

        for path, expected in ((tmp_path / "copy.db", True), (world.store.path, False)):
            if not expected:
                assert terminal.run("restore", str(tmp_path / "copy.db"), "--replace").exit_code == 0
            with opened_record(f"sqlite:///{path}") as store:
                assert opens(store) == [expected] * 4, path
        with opened_record(world.url) as store:
            later = now() + SECOND
            assert known(store).is_known(known(store).mark(now=later), now=later), "who signs in anew is known"

    def test_people_and_tokens_are_those_of_the_copy_and_are_counted(
        self, world: World, terminal: Terminal, tmp_path: Path
    ) -> None:
        for name in ("zoe", "ada", "gone"):
            terminal.run("user", "add", f"{name}@tilleul.example", "--role", "administrator")
            terminal.run("token", "add", name, "--role", "analyst")
        terminal.run("user", "remove", "gone@tilleul.example")
        terminal.run("token", "revoke", "gone")
        terminal.run("backup", str(tmp_path / "copy.db"))
        terminal.run("user", "remove", "ada@tilleul.example")
        terminal.run("token", "revoke", "ada")
        world.store.close()

        done = terminal.run("restore", str(tmp_path / "copy.db"), "--replace")

        assert done.exit_code == 0, done.errors
        assert "People who may sign in: 2 (ressenti user list). Valid tokens: 2 (ressenti token list)." in done.output
        assert "Everybody is signed out" in done.output
        valid = [one["name"] for one in json.loads(terminal.run("token", "list", "--format", "json").output)]
        assert set(valid) == {"zoe", "ada", "gone"}


def known(store: Store) -> SignInAccount:
    """Return who signs in as Zoe."""
    account = find_account(store, "zoe@tilleul.example")
    assert account is not None
    return account


class TestDemo:
    def test_never_takes_the_place_of_a_record(self, world: World, terminal: Terminal) -> None:
        for more in ([], ["--fresh"]):
            done = terminal.run("demo", "--no-serve", "--database", world.url, *more)

            assert done.exit_code == 3
            assert "demonstration" in done.errors
        assert terminal.json("read", "csat")["total"]["value"] == 75

    def test_fills_a_database_of_its_own_once_a_day(self, tmp_path: Path) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'unused.db'}")
        words = ("demo", "--no-serve", "--conversations", "300", "--database", f"sqlite:///{tmp_path / 'demo.db'}")

        first, again = terminal.run(*words), terminal.run(*words)

        assert first.exit_code == again.exit_code == 0
        assert "Importing" in first.errors
        assert "Importing" not in again.errors
        demo = Terminal(f"sqlite:///{tmp_path / 'demo.db'}")
        assert demo.json("read", "conversations", "--anchor", "opened")["total"]["value"] > 200
        assert demo.run("verify").exit_code == 0

    def test_says_where_it_is_and_what_to_type_and_read_leads_there(self, tmp_path: Path) -> None:
        home = tmp_path / "a home"
        terminal = Terminal(f"sqlite:///{tmp_path / 'unused.db'}", XDG_DATA_HOME=str(home))
        before = terminal.run("read", "csat")
        made = terminal.run("demo", "--no-serve", "--conversations", "100")
        after = terminal.run("read", "csat")

        url = f"sqlite:///{home / 'ressenti' / 'demo.db'}"
        assert made.exit_code == 0
        assert f"The demonstration is in {url}." in made.output
        commands = [shlex.split(line) for line in made.output.splitlines() if line.startswith("  ressenti ")]
        assert [one[-2:] for one in commands] == [["--database", url]] * 2
        assert all(terminal.run(*one[1:]).exit_code == 0 for one in commands)
        assert (before.exit_code, after.exit_code) == (4, 4)
        assert "demonstration" not in before.errors
        assert f"add --database '{url}'" in after.errors


class TestVerify:
    def test_finds_a_changed_fact_and_rebuild_mends_it(self, world: World, terminal: Terminal) -> None:
        with world.alone():
            change = "UPDATE answer SET is_satisfied = NOT is_satisfied WHERE offer_id = 2"
            world.fact_store.using(lambda facts: facts.rows(change))
        with world.alone():
            found = terminal.run("verify", "--format", "json")
            verdict = json.loads(found.output)

            assert found.exit_code == 1
            assert verdict["difference_count"] == 1
            assert verdict["differences"][0]["what"] == "is_satisfied"
            assert "is_satisfied" in terminal.run("verify").output
            assert terminal.run("rebuild").exit_code == 0
            assert terminal.run("verify").exit_code == 0


class TestDoctor:
    def test_says_that_all_is_well(self, terminal: Terminal) -> None:
        done = terminal.run("doctor")

        assert done.exit_code == 0
        assert "✗" not in done.output

    def test_says_who_else_may_read_the_record(self, world: World, terminal: Terminal) -> None:
        world.store.path.chmod(0o644)

        done = terminal.run("doctor")

        assert done.exit_code == 1
        assert "0644" in done.output

    def test_names_every_file_of_the_record_that_others_may_read_with_the_remedy(
        self, world: World, terminal: Terminal
    ) -> None:
        folder = world.store.path.parent
        (folder / "record.db-rejects").mkdir(mode=0o755)
        (folder / "record.db-rejects").chmod(0o755)
        (folder / "record.facts.duckdb").chmod(0o640)
        (folder / "record.db.day").write_text("x")
        (folder / "record.db.day").chmod(0o604)

        done = terminal.run("doctor")

        assert done.exit_code == 1
        assert "0604, 0640, 0755: chmod go-rwx" in done.output
        said = "".join(done.output.split())
        for name in ("record.db-rejects", "record.facts.duckdb", "record.db.day"):
            assert name in said

    def test_says_that_there_is_no_record(self, tmp_path: Path) -> None:
        done = Terminal(f"sqlite:///{tmp_path / 'none.db'}").run("doctor")

        assert done.exit_code == 1
        assert "ressenti import" in done.output


class TestPrivacy:
    def test_whatever_a_command_makes_is_its_owners_alone(self, tmp_path: Path) -> None:
        terminal = Terminal(f"sqlite:///{tmp_path / 'new' / 'record.db'}")
        (tmp_path / "conversations.csv").write_text("conversation_id,opened_at\nc1,2026-05-14T10:00:00Z\nc2,never\n")
        terminal.run("import", str(tmp_path / "conversations.csv"))
        terminal.run("read", "conversations")
        terminal.run("export", "conversations", "--output", str(tmp_path / "new" / "out.csv"))
        demo = Terminal(f"sqlite:///{tmp_path / 'demo' / 'demo.db'}")
        assert demo.run("demo", "--no-serve", "--conversations", "100", "--database", demo.url).exit_code == 0

        made = [tmp_path / "new", tmp_path / "demo", *(tmp_path / "new").rglob("*"), *(tmp_path / "demo").rglob("*")]

        names = {path.name for path in made}
        assert {"record.facts.duckdb", "record.facts.duckdb.closed", "out.csv", "demo.db.day", "rejects.jsonl"} <= names
        assert {path.name: oct(path.stat().st_mode & 0o777) for path in made if path.stat().st_mode & 0o077} == {}


class TestExport:
    def test_a_file_has_its_name_only_once_it_is_whole(self, terminal: Terminal, tmp_path: Path) -> None:
        target = tmp_path / "out.csv"
        target.write_text("the export of yesterday")

        failing = ("export", "handlings", "--anchor", "answered", "--output", str(target), "--replace")
        refused = terminal.run(*failing)
        assert refused.exit_code == 2
        assert target.read_text() == "the export of yesterday"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "out.csv"]

        assert terminal.run("export", "conversations", "--output", str(target), "--replace").exit_code == 0
        assert target.read_text().count("\n") == 5

    def test_a_file_that_is_there_is_overwritten_only_if_told_to(self, terminal: Terminal, tmp_path: Path) -> None:
        target = tmp_path / "out.csv"
        target.write_text("the export of yesterday")

        done = terminal.run("export", "conversations", "--output", str(target))

        assert done.exit_code == 3
        assert "--replace" in done.errors
        assert target.read_text() == "the export of yesterday"

    @pytest.mark.parametrize("what", ["pipe", "folder", "link", "link to nowhere"])
    @pytest.mark.parametrize("more", [[], ["--replace"]])
    def test_what_is_no_plain_file_is_refused_always(
        self, terminal: Terminal, tmp_path: Path, what: str, more: list[str]
    ) -> None:
        target = tmp_path / "out.csv"
        (tmp_path / "secret").write_text("kept")
        match what:
            case "pipe":
                os.mkfifo(target)
            case "folder":
                target.mkdir()
            case "link":
                target.symlink_to(tmp_path / "secret")
            case _:
                target.symlink_to(tmp_path / "nowhere")

        done = terminal.run("export", "conversations", "--output", str(target), *more, timeout_s=60)

        assert done.exit_code == 3
        assert "no plain file" in done.errors
        assert (tmp_path / "secret").read_text() == "kept"
        assert not (tmp_path / "nowhere").exists()

    @pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet"])
    def test_every_form_reaches_a_pipe(self, terminal: Terminal, tmp_path: Path, form: str) -> None:
        target = tmp_path / f"out.{form}"

        assert terminal.run("export", "conversations", "--format", form, "--output", str(target)).exit_code == 0
        assert target.stat().st_size > 100


def test_interrupting_an_import_ends_with_130_and_the_same_command_goes_on(tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
    rows = "".join(f"c{i},2024-05-14T10:00Z,2024-05-14T10:10Z\n" for i in range(150_000))
    (tmp_path / "conversations.csv").write_text(f"conversation_id,opened_at,closed_at\n{rows}")
    process = terminal.start("import", str(tmp_path / "conversations.csv"))
    for _ in range(400):
        if (tmp_path / "record.db-wal").exists() and (tmp_path / "record.db-wal").stat().st_size > 3_000_000:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _output, errors = process.communicate(timeout=60)

    again = terminal.run("import", str(tmp_path / "conversations.csv"))

    assert process.returncode == 130
    assert "again" in errors
    assert again.exit_code == 0
    assert again.totals["imported"] == 150_000
    assert terminal.json("read", "conversations")["total"]["value"] == 150_000
