"""Where a disk takes no more, or nothing may be written, every command says so, and leaves nothing behind."""

import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ressenti.kit.places import neighbour
from tests.disks import Disk
from tests.surroundings import PATIENCE_S
from tests.terminal import Terminal
from tests.web.site import HERE

COUNT = 300
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
)
FAULTS = re.compile("our side|does not answer|Traceback|fault")


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


def test_on_a_disk_that_nothing_can_be_written_to_every_command_ends_with_4_and_says_what_to_do(
    disk: Disk, terminal: Terminal, tmp_path: Path
) -> None:
    folder, before = told(tmp_path / "second", "b"), disk.names()
    with disk.read_only():
        for command in COMMANDS:
            done = terminal.run(*words(command, disk, folder))

            assert done.exit_code == 4, (command, done)
            assert "Nothing can be written to" in done.errors, command
            assert "Let this user write there" in done.errors
            assert not FAULTS.search(done.output + done.errors)

    assert disk.names() == before
    assert csat(terminal) == (40.0, COUNT)


def test_on_a_full_disk_every_command_ends_with_6_and_says_what_to_do(
    disk: Disk, terminal: Terminal, tmp_path: Path
) -> None:
    folder = told(tmp_path / "second", "b")
    disk.fill()
    before = disk.names()
    for command in COMMANDS:
        done = terminal.run(*words(command, disk, folder))

        assert done.exit_code == 6, (command, done)
        assert "is full" in done.errors, command
        assert "make room" in done.errors
        assert not FAULTS.search(done.output + done.errors)

    assert disk.names() == before
    disk.empty()
    assert csat(terminal) == (40.0, COUNT)


@pytest.mark.parametrize("command", ["import FOLDER", "rebuild", "export conversations --output DISK/out.csv"])
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
        while (word := neighbour(record)) is None:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < ended
            time.sleep(0.05)
        self.url = word.url

    def ask(self, path: str, shown: str, **form: str) -> tuple[int, str, str | None]:
        """Return the status of a page or of a form that is sent, its text, and when to ask again."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.url + path, data, {"Authorization": f"Bearer {shown}", **HERE})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                return response.status, response.read().decode(), response.headers["Retry-After"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers["Retry-After"]


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
