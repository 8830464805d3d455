"""Where a disk takes no more, or nothing may be written, every command says so, and leaves nothing behind."""

import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ressenti.kit.paths import running_server_of
from tests.support.disks import Disk
from tests.support.environment import PATIENCE_S
from tests.support.site import HERE, PASSWORD
from tests.support.terminal import Terminal
from tests.web.test_subscriptions import TYPED

COUNT = 300
ADMINISTRATOR = "zoe@tilleul.example"
COMMANDS = (
    "import FOLDER",
    "read csat",
    "export conversations",
    "export conversations --output DISK/out.csv",
    "rebuild",
    "verify",
    "backup DISK/copy.db",
    "project set --name Tilleul",
    "user add ana@tilleul.example --role analyst",
    "token add reading --role analyst",
    "serve --port 0",
    "demo --no-serve --conversations 200 --database sqlite:///DISK/made/demo.db",
)
HALF_WAY = (
    "import FOLDER",
    "rebuild",
    "export conversations --output DISK/out.csv",
    "demo --no-serve --conversations 200 --database sqlite:///DISK/demo.db",
)
FAULTS = re.compile("our side|does not answer|Traceback|fault")


@contextmanager
def full(disk: Disk) -> Iterator[None]:
    """Let a disk take no more for a while."""
    disk.fill()
    try:
        yield
    finally:
        disk.empty()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a disk is for a while, how a command ends on it then, and what it says."""

    of: Callable[[Disk], AbstractContextManager[None]]
    exit_code: int
    said: tuple[str, ...]

    def __str__(self) -> str:
        return self.of.__name__


FAULTS_OF_DISKS = (
    Fault(full, 6, ("is full", "make room")),
    Fault(Disk.read_only, 4, ("Nothing can be written to", "(Read-only file system)", "Let this user write there")),
)


def told(folder: Path, name: str) -> Path:
    """Write a folder with some hundred rated conversations."""
    folder.mkdir()
    rows = "".join(f"{name}{i},2024-05-14T10:00Z,2024-05-14T10:10Z,Chat\n" for i in range(COUNT))
    (folder / "conversations.csv").write_text(f"conversation_id,opened_at,closed_at,channel\n{rows}")
    notes = "".join(f"s{name}{i},{name}{i},2024-05-14T11:00Z,{1 + i % 5},5,fine {i}\n" for i in range(COUNT))
    (folder / "surveys.csv").write_text(f"survey_id,conversation_id,rated_at,csat,csat_scale,comment\n{notes}")
    return folder


@pytest.fixture
def terminal(disk: Disk, tmp_path: Path) -> Terminal:
    """Return a terminal whose temporary files are on the disk too."""
    (disk.path / "tmp").mkdir()
    made = Terminal(f"sqlite:///{disk.path / 'record.db'}", TMPDIR=str(disk.path / "tmp"))
    assert made.run("import", str(told(tmp_path / "first", "a"))).exit_code == 0
    return made


def words(command: str, disk: Disk, folder: Path) -> list[str]:
    return command.replace("DISK", str(disk.path)).replace("FOLDER", str(folder)).split()


def csat(terminal: Terminal) -> tuple[float, int]:
    total = terminal.json("read", "csat")["total"]
    return total["value"], total["n"]


@pytest.mark.parametrize("fault", FAULTS_OF_DISKS, ids=str)
def test_every_command_says_what_to_do_leaves_nothing_behind_and_loses_nothing(
    disk: Disk, terminal: Terminal, tmp_path: Path, fault: Fault
) -> None:
    folder = told(tmp_path / "second", "b")
    with fault.of(disk):
        before = disk.names()
        for command in COMMANDS:
            done = terminal.run(*words(command, disk, folder))

            assert done.exit_code == fault.exit_code, (command, done)
            assert all(one in done.errors for one in fault.said), (command, done)
            assert not FAULTS.search(done.output + done.errors), (command, done)
        assert disk.names() == before

    assert csat(terminal) == (40.0, COUNT)
    assert terminal.run("verify").exit_code == 0
    done = terminal.run(*words("project set --name Tilleul", disk, folder))
    assert done.exit_code == 0, "the control: it was the disk"


@pytest.mark.parametrize("but_kib", [0, 40, 160, 400])
def test_a_copy_and_a_restore_to_another_disk_without_room_name_that_disk_and_call_nothing_damaged(
    disk: Disk, tmp_path: Path, but_kib: int
) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path / 'record.db'}")
    assert terminal.run("import", str(told(tmp_path / "first", "a"))).exit_code == 0
    copy, target = tmp_path / "copy.db", disk.path / "restored.db"
    assert terminal.run("backup", str(copy)).exit_code == 0
    assert copy.stat().st_size > 410_000
    disk.fill(but_kib=but_kib)

    for command in (
        ("backup", str(disk.path / "copy.db")),
        ("restore", str(copy), "--database", f"sqlite:///{target}"),
    ):
        done = terminal.run(*command)

        assert done.exit_code == 6, done
        assert f"The disk that holds {disk.path}" in done.errors
        assert "damaged" not in done.errors
    assert {name.removesuffix(".lock") for name in disk.names()} <= {"ballast", "restored.db"}
    assert not target.exists()
    disk.empty()
    assert terminal.run("restore", str(copy), "--database", f"sqlite:///{target}").exit_code == 0, "the copy is good"


@pytest.mark.parametrize("command", HALF_WAY)
def test_where_the_disk_is_full_half_way_nothing_half_made_stays(
    disk: Disk, terminal: Terminal, tmp_path: Path, command: str
) -> None:
    folder = told(tmp_path / "second", "b")
    ends = []
    for room_kib in (64, 160, 500, 1_600):
        disk.fill(but_kib=room_kib)
        before = disk.names()
        done = terminal.run(*words(command, disk, folder))
        ends.append(done.exit_code)

        assert done.exit_code in {0, 6}, (room_kib, done)
        assert not FAULTS.search(done.output + done.errors), room_kib
        if done.exit_code == 6:
            assert {one for one in disk.names() - before if "rejects" not in one} == set(), room_kib
        disk.empty()
        (disk.path / "out.csv").unlink(missing_ok=True)

    assert 6 in ends
    assert terminal.run(*words(command, disk, folder)).exit_code == 0
    assert terminal.run("verify").exit_code == 0


class Served:
    """`ressenti serve` on that disk, as a process."""

    def __init__(self, terminal: Terminal, disk: Disk) -> None:
        record = disk.path / "record.db"
        self.process = terminal.start("serve", "--port", "0")
        ended = time.monotonic() + PATIENCE_S
        while (word := running_server_of(record)) is None:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < ended
            time.sleep(0.05)
        self.url = word.url

    def ask(self, path: str, shown: str, **form: str) -> tuple[int, str, str | None]:
        """Return the status of a page or of a form that is sent, its text, and when to ask again."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.url + path, data, {"Authorization": f"Bearer {shown}", **HERE})
        return self.answered(request, urllib.request.build_opener())

    def answered(
        self, request: urllib.request.Request, browser: urllib.request.OpenerDirector
    ) -> tuple[int, str, str | None]:
        """Return what is answered."""
        try:
            with browser.open(request, timeout=PATIENCE_S) as response:
                return response.status, response.read().decode(), response.headers["Retry-After"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers["Retry-After"]


class Browser:
    """Somebody's browser, which keeps its cookies."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.cookies = urllib.request.HTTPCookieProcessor()
        self.opener = urllib.request.build_opener(self.cookies)

    def send(self, path: str, **form: str) -> tuple[int, str, str | None]:
        """Send a form, or ask for a page where there is none."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.server.url + path, data, HERE)
        return self.server.answered(request, self.opener)

    def enter(self) -> tuple[int, str, str | None]:
        return self.send("/sign-in", email=ADMINISTRATOR, password=PASSWORD)


@contextmanager
def served(terminal: Terminal, disk: Disk) -> Iterator[Served]:
    running = Served(terminal, disk)
    try:
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        _output, errors = running.process.communicate(timeout=PATIENCE_S)
    assert '"fault"' not in errors
    assert "Traceback" not in errors


def test_a_server_goes_on_reading_says_503_to_what_writes_and_heals_by_itself(
    disk: Disk, terminal: Terminal, tmp_path: Path
) -> None:
    shown = terminal.run("token", "add", "reading", "--role", "administrator").output.split()[-1]
    folder = told(tmp_path / "second", "b")
    marker = {"day": "2024-05-14", "words": "A new menu", "kind": "action", "project": "default"}
    with served(terminal, disk) as server:
        assert server.ask("/api/v1/indicators/csat", shown)[0] == 200
        disk.fill()

        assert server.ask("/api/v1/indicators/csat", shown)[0] == 200
        assert server.ask("/conversations?period=all", shown)[0] == 200
        status, text, again = server.ask("/markers", shown, **marker)
        assert (status, again) == (503, "30"), text
        assert "is full" in text
        assert not FAULTS.search(text)
        for command in ("import FOLDER", "rebuild", "user add ana@tilleul.example --role analyst"):
            done = terminal.run(*words(command, disk, folder))
            assert done.exit_code == 6, (command, done)
            assert "is full" in done.errors
            assert not FAULTS.search(done.errors)

        disk.empty()
        assert server.ask("/markers", shown, **marker)[0] == 200
        assert terminal.run("import", str(folder)).exit_code == 0
        assert terminal.run("rebuild").exit_code == 0
        assert csat(terminal) == (40.0, 2 * COUNT)


def test_signing_in_keeping_a_view_and_planning_a_mail_say_503_and_are_done_once_there_is_room(
    disk: Disk, terminal: Terminal
) -> None:
    joined = ("user", "add", ADMINISTRATOR, "--role", "administrator", "--password-stdin")
    assert terminal.run(*joined, typed=PASSWORD).exit_code == 0
    view = {"name": "All chats", "page": "report", "query": "where=channel%3DChat"}
    with served(terminal, disk) as server:
        inside, outside = Browser(server), Browser(server)
        assert inside.enter()[0] == 200
        with full(disk):
            before = disk.names()
            for attempt in (
                outside.enter,
                lambda: inside.send("/views", **view),
                lambda: inside.send("/mailings", **TYPED),
            ):
                status, page, again = attempt()
                assert (status, again) == (503, "30"), page
                assert "is full" in page
                assert not FAULTS.search(page)
            assert not outside.cookies.cookiejar
            assert inside.send("/conversations?period=all")[0] == 200
            assert disk.names() == before

        assert outside.enter()[0] == 200
        assert outside.cookies.cookiejar
        for path, form, name in (("/views", view, "All chats"), ("/mailings", TYPED, "Chat, each Monday")):
            assert name not in inside.send(path)[1], "the control: it was not kept before"
            assert inside.send(path, **form)[0] == 200
            assert name in inside.send(path)[1]
