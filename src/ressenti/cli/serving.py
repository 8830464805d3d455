"""`ressenti serve` and `ressenti demo`: the pages and the API, on this machine."""

import secrets
import signal
import socket
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ressenti.cli.options import with_database
from ressenti.cli.speech import language
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit, Refusal

if TYPE_CHECKING:
    from ressenti.record.store import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = 8610
DEMO_ZONE = "Europe/Paris"


class NotLoopback(Refusal):
    """Serving others before anyone can sign in."""

    code = "not_loopback"
    sentence = _("Until people can sign in, pages are served to this machine only: use --host 127.0.0.1, not {host}.")


class NotADemonstration(Refusal):
    """The demonstration is made anew each day, so it needs a database of its own."""

    status, exit_code, code = 409, Exit.REFUSED, "not_a_demonstration"
    sentence = _("{path} holds something other than the demonstration. Name a database of its own.")


class PortTaken(Refusal):
    """Something else listens there."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "port_taken"
    sentence = _("Port {port} is in use. Choose another: --port {other}.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; this machine only for now.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@with_database
def serve(host: str, port: int, database: str) -> None:
    """Serve the pages and the API to this machine."""
    from ressenti.record.projects import DEFAULT, ensure_project
    from ressenti.record.store import Store

    _require_loopback(host)
    store = Store.open(database, create=True)
    try:
        with store.write() as connection:
            ensure_project(connection, DEFAULT) if not _has_projects(store) else None
        _serve(store, host, port)
    finally:
        store.close()


@click.command()
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option("--conversations", default=60_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--fresh", is_flag=True, help="Make the demonstration anew.")
@click.option("--no-serve", is_flag=True, help="Only fill the database.")
@click.option("--database", metavar="URL", help="Default: a database of its own.")
def demo(port: int, conversations: int, database: str | None, *, fresh: bool, no_serve: bool) -> None:
    """Fill a year of a made-up retailer's conversations, in English and French, and serve it."""
    from ressenti.kit.places import default_database
    from ressenti.record.store import Store, sqlite_path

    url = database or default_database("demo")
    path = sqlite_path(url)
    _require_demonstration(path)
    if fresh or not _is_todays(path):
        _forget(path)
    store = Store.open(url, create=True)
    try:
        if not _is_todays(path):
            _note(path).touch()  # from now on this is a demonstration's, finished or not
            _fill(store, conversations)
            _note(path).write_text(_today())
        if not no_serve:
            _serve(store, "127.0.0.1", port)
    finally:
        store.close()


def _fill(store: "Store", conversations: int) -> None:
    from ressenti.cli.progress import reading
    from ressenti.demo import generate
    from ressenti.intake.model import Options
    from ressenti.intake.run import run_import
    from ressenti.kit.clock import now
    from ressenti.record.projects import DEFAULT, ensure_project, settle

    _tell(_("Writing a year of Maison Tilleul's conversations…"))
    moment = now()
    today = _day(moment)
    with TemporaryDirectory(prefix="ressenti-demo-") as folder:
        generate(Path(folder), today=today, conversations=conversations)
        with store.write() as connection:
            found = ensure_project(connection, DEFAULT)
            settle(connection, found, now=moment, name="Maison Tilleul", zone=DEMO_ZONE)
        _tell(_("Importing them…"))
        with reading() as progress:
            run_import(store, [Path(folder)], Options(), source="demo", now=moment, progress=progress)


def _serve(store: "Store", host: str, port: int) -> None:
    import uvicorn

    from ressenti.facts.keeper import Keeper
    from ressenti.kit import logs
    from ressenti.kit.places import Neighbour

    logs.configure()
    listening = _listen(host, port)
    address = f"http://{'[::1]' if host == '::1' else '127.0.0.1'}:{listening.getsockname()[1]}"
    _tell(_("Measuring…"))
    keeper = Keeper(store, patience_s=0.5)
    secret = secrets.token_urlsafe(32)
    neighbour = Neighbour(address, secret, _pid())
    try:
        from ressenti.web.app import create_app

        app = create_app(keeper, secret=secret)
        keeper.using(lambda _facts: None)
        neighbour.announce(store.path)
        click.echo(translate(_("Ressenti is at {address}  (Ctrl-C ends it)"), language()).format(address=address))
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="on")
        # A server told to end ends its work and then tells us, as if by Ctrl-C, so that what follows is done.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        neighbour.leave(store.path)
        keeper.close()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("::1" if host == "::1" else "127.0.0.1", port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise PortTaken(port=port, other=port + 1) from error
    return listening


def _require_loopback(host: str) -> None:
    if host not in LOOPBACK:
        raise NotLoopback(host=host)


def _has_projects(store: "Store") -> bool:
    from ressenti.record.projects import all_projects

    with store.read() as connection:
        return bool(all_projects(connection))


def _pid() -> int:
    import os

    return os.getpid()


def _tell(sentence: str) -> None:
    click.echo(translate(sentence, language()), err=True)


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".day")


def _today() -> str:
    from ressenti.kit.clock import now

    return str(_day(now()))


def _day(moment: int) -> date:
    """Return the demonstration's last day: its morning is told up to nine o'clock, so before that it is yesterday."""
    from ressenti.kit.clock import HOUR, from_us

    return from_us(moment - 9 * HOUR).astimezone(ZoneInfo(DEMO_ZONE)).date()


def _is_todays(path: Path) -> bool:
    return path.exists() and _note(path).exists() and _note(path).read_text() == _today()


def _require_demonstration(path: Path) -> None:
    """Refuse to touch a record that no demonstration filled."""
    if path.exists() and path.stat().st_size and not _note(path).exists():
        raise NotADemonstration(path=path)


def _forget(path: Path) -> None:
    from ressenti.facts.keeper import facts_path
    from ressenti.facts.lock import Lock
    from ressenti.facts.store import discard

    if not path.exists():
        return
    lock = Lock(path.with_name(path.name + ".lock"), patience_s=0.5)
    try:
        discard(facts_path(path))
        for ending in ("", "-wal", "-shm", ".day"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    finally:
        lock.release()
