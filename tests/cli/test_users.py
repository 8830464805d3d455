"""`ressenti user` and `ressenti token`, as whoever keeps the record uses them."""

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ressenti.accounts.sign_in import sign_in
from ressenti.cli.app import ressenti
from ressenti.kit.paths import running_server_of
from ressenti.kit.refusals import Refusal
from tests.support.scenario import World
from tests.support.site import PASSWORD, plain
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("people")).settle()
    made.add("agents", agent_id="ana", name="Ana", group="Lyon").add("agents", agent_id="bo", name="Bo", group="Lille")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


class Shell:
    """Runs commands on a record, in this process."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, *arguments: str, typed: str = "") -> Result:
        done = CliRunner().invoke(ressenti, ["--database", self.world.url, *arguments], input=typed)
        if done.exception is not None and not isinstance(done.exception, Refusal | SystemExit):
            raise done.exception
        return done

    def refused(self, *arguments: str, typed: str = "") -> str:
        """Return the sentence with which a command is refused."""
        done = self(*arguments, typed=typed)
        assert isinstance(done.exception, Refusal)
        return done.exception.say()


@pytest.fixture
def shell(world: World) -> Shell:
    with world.store.write() as connection:
        for table in ("session", "invitation", "user_group", "user_respondent", "user", "token_group", "token"):
            connection.exec_driver_sql(f'DELETE FROM "{table}"')
    return Shell(world)


class TestUser:
    def test_adding_somebody_prints_their_link_alone(self, shell: Shell) -> None:
        done = shell("user", "add", "zoe@tilleul.example", "--role", "supervisor", "--group", "Lyon")

        assert re.fullmatch(r"http://127\.0\.0\.1:8610/welcome/[\w-]{32}\n", done.stdout)
        assert "to zoe@tilleul.example yourself. With it they choose a password, once, within a day." in done.stderr

    def test_the_link_is_under_the_configured_address(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RESSENTI_ADDRESS", "https://ressenti.tilleul.example/")
        done = shell("user", "add", "zoe@tilleul.example", "--role", "administrator")

        assert done.stdout.startswith("https://ressenti.tilleul.example/welcome/")

    def test_a_script_gives_the_password_itself(self, shell: Shell, world: World) -> None:
        options = ("--role", "administrator", "--password-stdin")
        done = shell("user", "add", "zoe@tilleul.example", *options, typed=f"{PASSWORD}\n")

        assert (done.exit_code, done.stdout) == (0, "")
        assert sign_in(world.store, "zoe@tilleul.example", PASSWORD, now=world.now)

    def test_a_password_that_is_no_good_adds_nobody(self, shell: Shell) -> None:
        options = ("--role", "administrator", "--password-stdin")

        assert "at least 12" in shell.refused("user", "add", "zoe@tilleul.example", *options, typed="short\n")
        assert json.loads(shell("user", "list", "--format", "json").stdout) == []

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            (("--role", "supervisor"), "name one at least"),
            (("--role", "agent"), "say which agent they are"),
            (("--role", "supervisor", "--group", "Lyonn"), "Known: Lyon, among others."),
            (("--role", "agent", "--agent", "anna"), "Known: ana, among others."),
            (("--role", "analyst", "--group", "Lyon"), "Only a supervisor"),
            (("--role", "administrator", "--reads-content"), "analyst only"),
        ],
    )
    def test_what_does_not_go_together_says_what_to_give(
        self, shell: Shell, options: tuple[str, ...], sentence: str
    ) -> None:
        assert sentence in shell.refused("user", "add", "zoe@tilleul.example", *options)

    def test_they_are_listed_for_programs(self, shell: Shell) -> None:
        shell("user", "add", "ZOE@tilleul.example", "--role", "agent", "--agent", "ana", "--name", "Zoé")

        assert json.loads(shell("user", "list", "--format", "json").stdout) == [
            {
                "email": "zoe@tilleul.example",
                "name": "Zoé",
                "role": "agent",
                "groups": [],
                "agents": ["ana"],
                "reads_content": False,
                "has_password": False,
                "is_disabled": False,
            }
        ]

    def test_what_is_not_given_stays(self, shell: Shell) -> None:
        shell("user", "add", "zoe@tilleul.example", "--role", "supervisor", "--group", "Lyon")
        shell("user", "change", "zoe@tilleul.example", "--name", "Zoé Martin")
        found = json.loads(shell("user", "list", "--format", "json").stdout)[0]

        assert (found["name"], found["role"], found["groups"]) == ("Zoé Martin", "supervisor", ["Lyon"])

    def test_another_role_begins_anew(self, shell: Shell) -> None:
        shell("user", "add", "zoe@tilleul.example", "--role", "supervisor", "--group", "Lyon")
        shell("user", "change", "zoe@tilleul.example", "--role", "analyst", "--reads-content")
        found = json.loads(shell("user", "list", "--format", "json").stdout)[0]

        assert (found["role"], found["groups"], found["reads_content"]) == ("analyst", [], True)

    def test_the_last_administrator_stays(self, shell: Shell) -> None:
        shell("user", "add", "zoe@tilleul.example", "--role", "administrator")

        for command in (("remove",), ("change", "--role", "analyst")):
            said = shell.refused("user", command[0], "zoe@tilleul.example", *command[1:])
            assert said == "zoe@tilleul.example is the last administrator. Make somebody else one first."

    def test_somebody_who_left_gets_no_link(self, shell: Shell) -> None:
        shell("user", "add", "zoe@tilleul.example", "--role", "analyst")
        shell("user", "remove", "zoe@tilleul.example")

        assert "Nobody signs in as" in shell.refused("user", "link", "zoe@tilleul.example")
        assert "ended" in shell("user", "list").stdout

    def test_somebody_unknown_is_answered_with_the_nearest(self, shell: Shell) -> None:
        shell("user", "add", "zoe@tilleul.example", "--role", "analyst")

        assert "Known: zoe@tilleul.example." in shell.refused("user", "remove", "zoé@tilleul.example".replace("é", "o"))


class TestToken:
    def test_making_one_prints_it_alone(self, shell: Shell) -> None:
        done = shell("token", "add", "warehouse", "--role", "analyst")

        assert re.fullmatch(r"rsp_[0-9a-f]{8}_[\w-]{43}\n", done.stdout)
        assert done.stdout.strip() not in shell("token", "list").stdout

    @pytest.mark.parametrize("life", ["0", "-1", "4000", "soon", "", "9" * 40, "1.5"])
    def test_it_lives_for_days_or_until_it_is_revoked(self, shell: Shell, life: str) -> None:
        assert "--expires never" in shell.refused("token", "add", "warehouse", "--role", "analyst", f"--expires={life}")

    def test_one_that_never_expires_is_revoked_by_hand(self, shell: Shell) -> None:
        shell("token", "add", "warehouse", "--role", "analyst", "--expires", "never")
        before = json.loads(shell("token", "list", "--format", "json").stdout)[0]
        shell("token", "revoke", "warehouse")
        after = json.loads(shell("token", "list", "--format", "json").stdout)[0]

        assert (before["expires_at"], before["is_valid"], after["is_valid"]) == (None, True, False)


def test_the_demonstration_prints_the_same_sign_ins_each_time(tmp_path: Path) -> None:
    terminal = Terminal("")
    options = ("demo", "--conversations", "100", "--port", "0", "--database", f"sqlite:///{tmp_path / 'demo.db'}")
    outputs = []
    for _ in range(2):
        process = terminal.start(*options)
        while (place := running_server_of(tmp_path / "demo.db")) is None or not _listens(place.url):
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        outputs.append(process.communicate(timeout=30)[0].splitlines()[1:])
    first, second = outputs
    said = re.search(r"with the password (\S+) as", first[0])

    assert first == second
    assert [line.split()[1] for line in first[1:5]] == ["Administrator", "Agent", "Analyst", "Supervisor"]
    assert said is not None
    note = tmp_path / "demo.db.password"
    assert (note.read_text(), note.stat().st_mode & 0o777) == (said[1], 0o600)


def _listens(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/sign-in", timeout=5).close()
    except OSError:
        return False
    return True


def test_help_says_how(tmp_path: Path) -> None:
    done: subprocess.Popen[str] = Terminal(f"sqlite:///{tmp_path / 'record.db'}").start("user", "add", "--help")
    output, _errors = done.communicate(timeout=60)

    assert "ressenti user add zoe@company.example --role supervisor --group Lyon" in plain(output)
