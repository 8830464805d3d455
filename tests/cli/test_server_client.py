"""Commands beside a running server, and servers beside each other."""

import json
import os
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ressenti.cli import server_client
from ressenti.cli.server_client import post
from ressenti.facts.process_lock import Lock, lock_path
from ressenti.kit.paths import running_server_of
from ressenti.kit.proof import CHALLENGE, PROOF, command_proof
from tests.support.scenario import World
from tests.support.site import bearer, person
from tests.support.terminal import Terminal


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`ressenti serve`, as a process."""

    def __init__(self, world: World) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.shown = {"Authorization": f"Bearer {bearer(world)}"}
        self.process = Terminal(world.url).start("serve", "--port", str(self.port))

    def wait(self) -> "Server":
        for _ in range(300):
            try:
                self.get("/api/v1/dimensions")
            except OSError:
                assert self.process.poll() is None, self.process.communicate()
                time.sleep(0.1)
            else:
                return self
        raise AssertionError("the server did not answer")

    def get(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.url}{path}", headers=self.shown)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        _said, self.errors = self.process.communicate(timeout=30)


def told(world: World, count: int) -> Path:
    """Write a folder with that many rated conversations, not imported yet."""
    folder = world.folder / f"more-{count}"
    folder.mkdir()
    rows = "".join(f"x{count}-{i},2024-05-14T10:00Z,2024-05-14T10:10Z,Chat\n" for i in range(count))
    (folder / "conversations.csv").write_text(f"conversation_id,opened_at,closed_at,channel\n{rows}")
    notes = "".join(f"s{count}-{i},x{count}-{i},2024-05-14T11:00Z,{1 + i % 5}\n" for i in range(count))
    (folder / "surveys.csv").write_text(f"survey_id,conversation_id,rated_at,csat\n{notes}")
    return folder


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.rate({5: 3, 1: 1}, channel="Chat", agent_id="Ana")
    made.answer("csat")
    made.close()
    return made


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    running = Server(world).wait()
    yield running
    running.end()


class TestBesideAServer:
    def test_read_gives_the_answer_of_the_api(self, world: World, server: Server) -> None:
        here = Terminal(world.url).json("read", "csat", "--by", "agent", "--where", "channel=Chat")

        assert here == server.get("/api/v1/indicators/csat?by=agent&where=channel%3DChat")
        assert here["total"]["value"] == 75

    @pytest.mark.parametrize("patience", ["-1", "0", "nan", "1e20", "soon", "1e9"])
    def test_they_wait_as_usual_where_the_patience_is_one_that_nobody_can_have(
        self, world: World, server: Server, patience: str
    ) -> None:
        done = Terminal(world.url, RESSENTI_PATIENCE=patience).run("read", "csat")

        assert (done.exit_code, done.errors) == (0, "")
        assert server.process.poll() is None

    def test_import_is_in_the_figures_when_it_returns(self, world: World, server: Server) -> None:
        done = Terminal(world.url).run("import", str(told(world, 40)))

        assert done.exit_code == 0
        assert server.get("/api/v1/indicators/conversations")["total"]["value"] == 44
        assert Terminal(world.url).json("read", "csat")["total"]["n"] == 44

    def test_export_gives_the_same_rows_as_without_it(self, world: World, server: Server) -> None:
        server_client = Terminal(world.url).run("export", "conversations")
        server.end()
        alone = Terminal(world.url).run("export", "conversations")

        assert server_client.exit_code == alone.exit_code == 0
        assert server_client.output == alone.output
        assert server_client.output.count("\n") == 5

    def test_verify_and_rebuild_work(self, world: World, server: Server) -> None:
        assert Terminal(world.url).run("verify").exit_code == 0
        assert Terminal(world.url).run("rebuild").exit_code == 0
        assert server.get("/api/v1/indicators/csat")["total"]["value"] == 75

    def test_a_refusal_of_the_server_is_the_commands(self, world: World, server: Server) -> None:
        done = Terminal(world.url).run("read", "csat", "--by", "chanel")

        assert done.exit_code == 2
        assert "channel" in done.errors
        assert server.process.poll() is None

    def test_backup_copies_the_record_in_use(self, world: World, server: Server) -> None:
        copy = world.folder / "copy.db"

        done = Terminal(world.url).run("backup", str(copy))

        assert done.exit_code == 0
        assert server.process.poll() is None
        assert Terminal(f"sqlite:///{copy}").json("read", "csat")["total"]["value"] == 75


class TestWhatNeedsTheRecordAlone:
    @pytest.mark.parametrize("words", [("restore", "COPY", "--replace"), ("serve", "--port", "0")])
    def test_says_that_a_server_is_running_and_where_and_to_end_it(
        self, world: World, server: Server, words: tuple[str, ...]
    ) -> None:
        copy = str(world.folder / "copy.db")
        assert Terminal(world.url).run("backup", copy).exit_code == 0

        done = Terminal(world.url).run(*(copy if one == "COPY" else one for one in words))

        assert done.exit_code == 4
        assert f"A server is running on {world.store.path}, at {server.url} (pid {server.process.pid})" in done.errors
        assert "End it first" in done.errors
        assert server.get("/api/v1/indicators/csat")["total"]["value"] == 75

    def test_a_copy_that_is_not_there_is_said_first(self, world: World, server: Server) -> None:
        done = Terminal(world.url).run("restore", str(world.folder / "none.db"), "--replace")

        assert done.exit_code == 3
        assert "none.db cannot be used as a copy of the record: there is no such file" in done.errors

    @pytest.mark.parametrize("words", [("read", "csat"), ("restore", "COPY", "--replace")])
    def test_of_a_server_that_has_not_left_word_yet_it_is_said_that_it_is_starting(
        self, world: World, server: Server, words: tuple[str, ...]
    ) -> None:
        copy = str(world.folder / "copy.db")
        assert Terminal(world.url).run("backup", copy).exit_code == 0
        world.store.path.with_name("record.db.server").unlink()

        done = Terminal(world.url).run(*(copy if one == "COPY" else one for one in words))

        assert done.exit_code == 4
        assert f"(pid {server.process.pid} on {socket.gethostname()}) is still starting" in done.errors
        assert "Try again in a moment" in done.errors

    def test_of_a_holder_that_is_no_server_it_is_said_that_it_does_not_answer(self, world: World) -> None:
        lock = Lock(lock_path(world.store.path))
        done = Terminal(world.url).run("read", "csat")
        lock.release()

        assert done.exit_code == 4
        assert f"Another program (pid {os.getpid()} on " in done.errors


class TestWord:
    def test_the_server_leaves_word_for_its_owner_only_and_takes_it_back(self, world: World, server: Server) -> None:
        note = world.store.path.with_name("record.db.server")
        assert note.stat().st_mode & 0o777 == 0o600
        found = running_server_of(world.store.path)
        assert found is not None
        assert found.url == server.url
        assert len(found.secret) >= 32

        server.end()

        assert not note.exists()

    def test_a_server_told_to_end_takes_its_word_back_and_leaves_the_facts_whole(
        self, world: World, server: Server
    ) -> None:
        server.end(signal.SIGTERM)

        assert (server.process.returncode, server.errors) == (0, "Measuring…\n")
        assert not world.store.path.with_name("record.db.server").exists()
        assert world.store.path.with_name("record.facts.duckdb.closed").exists()

    def test_without_the_secret_its_local_addresses_do_not_exist(self, server: Server) -> None:
        for path in ("catch-up", "verify", "rebuild", "export"):
            request = urllib.request.Request(f"{server.url}/local/{path}", data=b"{}", method="POST")
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=10)
            assert refused.value.code == 404
            refused.value.close()

    def test_word_of_a_server_that_was_killed_misleads_nobody(self, world: World, server: Server) -> None:
        server.end(signal.SIGKILL)
        assert running_server_of(world.store.path) is not None

        assert Terminal(world.url).json("read", "csat")["total"]["value"] == 75


class Stranger:
    """Another program at the port of a server that was killed: it says yes to everything, and notes what it is told."""

    def __init__(self, port: int) -> None:
        stranger = self
        self.heard = b""

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                stranger.heard += str(self.headers).encode() + self.rfile.read(int(self.headers["Content-Length"] or 0))
                said = json.dumps({"proof": "0" * 64, "difference_count": 0, "problems": [], "stranger": 1}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_about: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()


COMMANDS = (
    ("read", "csat", "--format", "json"),
    ("export", "conversations"),
    ("verify",),
    ("rebuild",),
    ("import", "FOLDER"),
)


class TestAServerThatIsGone:
    @pytest.fixture
    def stranger(self, world: World) -> Iterator[Stranger]:
        server = Server(world).wait()
        server.end(signal.SIGKILL)
        found = Stranger(server.port)
        yield found
        found.end()

    def told(self, world: World, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(told(world, 2)) if one == "FOLDER" else one for one in words)

    @pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
    def test_another_program_at_its_port_is_not_asked(
        self, world: World, stranger: Stranger, words: tuple[str, ...]
    ) -> None:
        done = Terminal(world.url).run(*self.told(world, words))

        assert (done.exit_code, stranger.heard) == (0, b"")
        assert "stranger" not in done.output
        if words[0] == "read":
            assert json.loads(done.output)["total"]["value"] == 75

    @pytest.mark.parametrize("words", COMMANDS[:2], ids=lambda words: words[0])
    def test_it_is_not_believed_while_a_third_one_holds_the_facts(
        self, world: World, stranger: Stranger, words: tuple[str, ...]
    ) -> None:
        note = running_server_of(world.store.path)
        assert note is not None
        lock = Lock(lock_path(world.store.path))

        done = Terminal(world.url).run(*self.told(world, words))

        lock.release()
        assert done.exit_code == 4
        assert done.output == ""
        assert str(os.getpid()) in done.errors
        assert stranger.heard
        assert note.secret.encode() not in stranger.heard

    def test_without_asking_for_proof_it_would_be_believed(
        self, world: World, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note = running_server_of(world.store.path)
        assert note is not None
        with pytest.raises(server_client._NotOurServer):
            post(note, "/local/read", {})
        assert note.secret.encode() not in stranger.heard

        monkeypatch.setattr(server_client, "_require_proof", lambda *_given: None)

        assert post(note, "/local/read", {})["stranger"] == 1

    def test_a_server_proves_itself_to_who_knows_its_secret_and_is_not_there_for_others(
        self, world: World, server: Server
    ) -> None:
        note = running_server_of(world.store.path)
        assert note is not None
        assert post(note, "/local/catch-up", {})["as_of"] > 0
        for headers in ({}, {CHALLENGE: "x"}, {CHALLENGE: "x", PROOF: command_proof("another secret", "x")}):
            request = urllib.request.Request(f"{server.url}/local/proof", b"", headers)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            refused.value.close()
            assert refused.value.code == 404


class TestTwoServers:
    def test_a_second_one_refuses_at_once_and_names_the_first(self, world: World, server: Server) -> None:
        started = time.monotonic()
        second = Terminal(world.url).run("serve", "--port", str(free_port()))

        assert second.exit_code == 4
        assert str(server.process.pid) in second.errors
        assert time.monotonic() - started < 30
        assert running_server_of(world.store.path) is not None

    def test_a_port_in_use_ends_with_4(self, world: World, server: Server, tmp_path: Path) -> None:
        other = Terminal(f"sqlite:///{tmp_path / 'other.db'}").run("serve", "--port", str(server.port))

        assert other.exit_code == 4
        assert f"--port {server.port + 1}" in other.errors

    def test_the_network_is_served_under_an_https_address_where_somebody_signs_in(self, world: World) -> None:
        for options in (
            ("--host", "0.0.0.0"),
            ("--host", "192.168.1.5"),
            ("--host", "0.0.0.0", "--address", "https://ressenti.tilleul.example"),
            ("--host", "0.0.0.0", "--address", "http://127.0.0.1:8610"),
        ):
            done = Terminal(world.url).run("serve", *options)

            assert done.exit_code == 2
            assert "--address https://" in done.errors

    @pytest.mark.parametrize(
        "address",
        [
            "http://tilleul.example",
            "tilleul.example",
            "https://",
            "https://a:b@c.example",
            "https://c.example/x",
            "ftp://c",
        ],
    )
    def test_an_address_that_others_could_read_along_is_refused(self, world: World, address: str) -> None:
        done = Terminal(world.url).run("serve", "--address", address)

        assert done.exit_code == 2
        assert "is not an address to serve people under" in done.errors

    def test_on_the_network_commands_beside_it_still_reach_it(self, world: World) -> None:
        person(world)
        options = ("--host", "0.0.0.0", "--port", "0", "--address", "https://ressenti.tilleul.example")
        process = Terminal(world.url).start("serve", *options)
        try:
            while running_server_of(world.store.path) is None:
                assert process.poll() is None, process.communicate()
                time.sleep(0.1)
            done = Terminal(world.url).run("read", "csat")
        finally:
            process.send_signal(signal.SIGINT)
            output, _errors = process.communicate(timeout=30)

        assert done.exit_code == 0
        assert "https://ressenti.tilleul.example" in output
        assert "welcome" not in output

    def test_the_first_start_prints_a_link_to_become_the_administrator(self, world: World) -> None:
        server = Server(world).wait()
        server.process.send_signal(signal.SIGINT)
        output, _errors = server.process.communicate(timeout=30)

        assert re.search(rf"{server.url}/welcome/[\w-]{{32}}\n", output)


def test_a_holder_that_does_not_answer_ends_with_4(world: World) -> None:
    server = Server(world).wait()
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        done = Terminal(world.url, RESSENTI_PATIENCE="1").run("read", "csat", timeout_s=60)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
        server.end()

    assert done.exit_code == 4
    assert "does not answer" in done.errors
