"""`ressenti serve` and `ressenti demo`: the pages and the API, on this machine."""

import errno
import gc
import secrets
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ressenti.cli.locale import language
from ressenti.cli.options import option_of, with_database, with_facts
from ressenti.kit.i18n import _, translate
from ressenti.kit.languages import LANGUAGES
from ressenti.kit.refusals import Exit, Refusal
from ressenti.kit.settings import ADDRESS, UNFINISHED

if TYPE_CHECKING:
    from ressenti.kit.urls import PublicURL
    from ressenti.record.stores.sqlite import Store

PORT = 8610
DEMO_ZONE = "Europe/Paris"


class NotLoopback(Refusal):
    """Serving others in the open, or before anyone can sign in."""

    code = "not_loopback"
    sentence = _(
        "To listen on {host}, say under which https address people come (--address https://…), and sign in yourself "
        "first: start once without --host and open the link it prints."
    )


class UnknownHost(Refusal):
    """There is no such place to listen."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "unknown_host"
    sentence = _("This machine cannot listen on {host}. Use one of its own addresses, or 127.0.0.1.")


class NotADemonstration(Refusal):
    """The demonstration is made anew each day, so it needs a database of its own."""

    status, exit_code, code = 409, Exit.REFUSED, "not_a_demonstration"
    sentence = _("{path} holds something other than the demonstration. Name a database of its own.")


class PortTaken(Refusal):
    """Something else listens there."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "port_taken"
    sentence = _("Port {port} is in use. Choose another: --port {other}.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen: this machine, or the network.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@option_of(ADDRESS)
@option_of(UNFINISHED, type=click.IntRange(1), envvar=UNFINISHED.variable)
@with_facts
@with_database
def serve(host: str, port: int, address: str | None, unfinished: int | None, database: str, facts: str | None) -> None:
    """Serve the pages and the API: to this machine, or behind a proxy that speaks https to everybody else.

    The first time, it prints a link with which you become the administrator.
    """
    from ressenti.cli.server_client import open_record
    from ressenti.kit import paths
    from ressenti.kit.urls import configured_url
    from ressenti.record.projects import DEFAULT, ensure_project

    opened = configured_url(address)
    store = open_record(database, create=True)
    try:
        _require_doors(store, host, opened)
        with store.write() as connection:
            ensure_project(connection, DEFAULT) if not _has_projects(store) else None
        _serve(store, host, port, opened, facts=paths.facts(facts), unfinished=unfinished)
    finally:
        store.close()


@click.command()
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option("--conversations", default=60_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--fresh", is_flag=True, help="Make the demonstration anew.")
@click.option("--no-serve", is_flag=True, help="Only fill the database.")
@click.option(
    "--language", "tongue", type=click.Choice([*LANGUAGES]), help="What topics and teams are named in; the terminal's."
)
@click.option("--database", metavar="URL", help="Default: a database of its own.")
def demo(
    port: int, conversations: int, database: str | None, tongue: str | None, *, fresh: bool, no_serve: bool
) -> None:
    """Fill a year of a made-up retailer's conversations, in English and French, and serve it."""
    from ressenti.cli.demo_users import sign_ins
    from ressenti.cli.server_client import open_record
    from ressenti.kit.clock import now
    from ressenti.kit.durable import write_private
    from ressenti.kit.paths import default_database
    from ressenti.record.stores.sqlite import sqlite_path

    url, named = database or default_database("demo"), tongue or language()
    path = sqlite_path(url)
    _require_demonstration(path)
    if fresh or not _is_todays(path, named):
        _forget(path)
    store = open_record(url, create=True)
    try:
        if not _is_todays(path, named):
            write_private(_note(path), "")  # from now on this is a demonstration's, finished or not
            try:
                _fill(store, conversations, named)
                write_private(_note(path), _made(named))
            except BaseException:  # half of it is worth nothing, and the disk may be full
                store.close()
                _remove(path)
                raise
        if no_serve:
            click.echo("\n".join(_next_commands(url)))
        else:
            _serve(store, "127.0.0.1", port, also=[*sign_ins(store, now=now(), tongue=named), *_next_commands(url)])
    finally:
        store.close()


def _next_commands(url: str) -> list[str]:
    """Say where the demonstration is, and what to type next."""
    from ressenti.kit.shell import command

    said = translate(_("The demonstration is in {database}. Ask it from another terminal, for example:"), language())
    questions = (("read", "csat", "--by", "agent"), ("export", "conversations", "--format", "csv"))
    told = (command(verb, what, options=[*how, "--database", url]) for verb, what, *how in questions)
    return [said.format(database=url), *(f"  {one}" for one in told)]


def _fill(store: "Store", conversations: int, tongue: str) -> None:
    from ressenti.cli.progress import reading
    from ressenti.demo import generate
    from ressenti.intake.run.run import run_import
    from ressenti.intake.sources.files.file_source import FileSource
    from ressenti.kit.clock import now
    from ressenti.record.projects import DEFAULT, ensure_project, settle

    _tell(_("Writing a year of Maison Tilleul's conversations…"))
    moment = now()
    today = _day(moment)
    with TemporaryDirectory(prefix="ressenti-demo-") as folder:
        generate(Path(folder), today=today, conversations=conversations, language=tongue)
        with store.write() as connection:
            found = ensure_project(connection, DEFAULT)
            settle(connection, found, now=moment, name="Maison Tilleul", zone=DEMO_ZONE)
        _tell(_("Importing them…"))
        with reading() as progress:
            run_import(store, FileSource([Path(folder)], name="demo"), now=moment, progress=progress)


def _serve(
    store: "Store",
    host: str,
    port: int,
    opened: "PublicURL | None" = None,
    *,
    facts: str | None = None,
    also: Sequence[str] = (),
    unfinished: int | None = None,
) -> None:
    from ressenti.cli.server_client import require_no_server
    from ressenti.facts.store import FactStore
    from ressenti.indicators.held_tables import HELD
    from ressenti.kit import logs
    from ressenti.kit.paths import RunningServer
    from ressenti.kit.urls import read_public_url

    logs.include_others()
    require_no_server(store.path)
    listening = _listen(host, port)
    address = _reachable(listening)
    _tell(_("Measuring…"))
    fact_store = FactStore(store, facts=facts, patience_s=0.5, answers_meanwhile=True, held=HELD)
    secret = secrets.token_urlsafe(32)
    running_server = RunningServer(address, secret, _pid())
    try:
        from ressenti.reports.email.delivery import Mailer, mailing_in_background
        from ressenti.web.app import create_app
        from ressenti.web.server.server import make_server

        app = create_app(fact_store, secret=secret, address=opened or read_public_url(address))
        fact_store.using(lambda _facts: None)
        running_server.announce(store.path)
        shown = str(opened or address)
        click.echo(translate(_("Ressenti is at {address}  (Ctrl-C ends it)"), language()).format(address=shown))
        for line in also:
            click.echo(line)
        _welcome_first(store, shown)
        server = make_server(app, unfinished=unfinished, is_behind_proxy=opened is not None)
        gc.freeze()  # what was loaded stays: looking through it again and again would stop every page for a while
        # A server that gets SIGTERM ends its work and then raises as for Ctrl-C, so that what follows is done.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt), mailing_in_background(Mailer(fact_store, shown)):
            server.run(sockets=[listening])
    finally:
        gc.unfreeze()
        running_server.leave(store.path)
        fact_store.close()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    name = "127.0.0.1" if host == "localhost" else host
    listening = socket.socket(socket.AF_INET6 if ":" in name else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((name, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, other=port + 1) from error
        raise UnknownHost(host=host) from error
    return listening


def _reachable(listening: socket.socket) -> str:
    """Return where this machine itself reaches what listens."""
    name, port, *_of_ipv6 = listening.getsockname()
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)  # noqa: S104 - what somebody may have chosen
    return f"http://{f'[{own}]' if ':' in own else own}:{port}"


def _require_doors(store: "Store", host: str, opened: "PublicURL | None") -> None:
    """Refuse to serve others where what they send could be read on the way, or where a stranger could be first."""
    from ressenti.accounts.users import has_administrator
    from ressenti.kit.urls import LOOPBACK

    if host in LOOPBACK:
        return
    with store.read() as connection:
        if opened is None or not opened.is_secure or not has_administrator(connection):
            raise NotLoopback(host=host)


def _welcome_first(store: "Store", address: str) -> None:
    """Print the link with which the person at the terminal becomes the first administrator, while there is none."""
    from ressenti.accounts.invitations import invite
    from ressenti.accounts.users import has_administrator
    from ressenti.kit.clock import now

    with store.write() as connection:
        if has_administrator(connection):
            return
        link = f"{address}/welcome/{invite(connection, None, now=now())}"
    said = translate(_("Nobody signs in yet. Become the administrator here, once, within a day:"), language())
    click.echo(f"{said}\n  {link}")


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


def _made(tongue: str) -> str:
    """Return what the note of a demonstration says that is made now: its last day, and its language."""
    from ressenti.kit.clock import now

    return f"{_day(now())} {tongue}"


def _day(moment: int) -> date:
    """Return the demonstration's last day: its morning ends at nine o'clock, so before that it is yesterday."""
    from ressenti.kit.clock import HOUR, from_us

    return from_us(moment - 9 * HOUR).astimezone(ZoneInfo(DEMO_ZONE)).date()


def _is_todays(path: Path, tongue: str) -> bool:
    return path.exists() and _note(path).exists() and _note(path).read_text() == _made(tongue)


def _require_demonstration(path: Path) -> None:
    """Refuse to touch a record that no demonstration filled."""
    if path.exists() and path.stat().st_size and not _note(path).exists():
        raise NotADemonstration(path=path)


def _forget(path: Path) -> None:
    from ressenti.cli.server_client import require_no_server
    from ressenti.facts.engines.duckdb.engine import discard
    from ressenti.facts.process_lock import Lock
    from ressenti.facts.store import facts_path
    from ressenti.search.file import discard as forget
    from ressenti.search.file import search_path

    if not path.exists():
        return
    require_no_server(path)
    lock = Lock(path.with_name(path.name + ".lock"), patience_s=0.5)
    try:
        discard(facts_path(path))
        forget(search_path(path))
        _remove(path)
    finally:
        lock.release()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".day"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
