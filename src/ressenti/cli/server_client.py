"""How a command works beside a running server: a live one is asked, otherwise the command opens the facts itself."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from ressenti.cli.locale import language
from ressenti.kit import paths
from ressenti.kit.i18n import _
from ressenti.kit.paths import SECRET, RunningServer, running_server_of
from ressenti.kit.proof import CHALLENGE, PROOF, challenge, command_proof, is_proof, server_proof
from ressenti.kit.refusals import Exit, Refusal
from ressenti.kit.settings import PATIENCE
from ressenti.kit.urls import LOOPBACK
from ressenti.record.stores.storage_errors import storage_refusal

if TYPE_CHECKING:
    from ressenti.facts.store import FactStore
    from ressenti.record.stores.sqlite import Store

MOST_PROOF_BYTES = 1_000
PATIENCE_S = 600
LONGEST_PATIENCE_S = 1e9
"""Thirty years; a socket takes no more than nine times that."""
"""How long a server may take to answer; a setting says otherwise."""
ServerResult = TypeVar("ServerResult")


class NeighbourRefused(Refusal):
    """The running server refused; its own words are passed on."""

    code = "neighbour_refused"
    sentence = "{detail}"

    def __init__(self, exit_code: int, **data: object) -> None:
        super().__init__(**data)
        self.exit_code = Exit(exit_code)  # type: ignore[misc]


class _NotOurServer(Exception):
    """What answers at the server's address is not that server: it does not know the secret."""


class NeighbourSilent(Refusal):
    """A server holds the lock and does not answer."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "neighbour_silent"
    sentence = _("The server at {url} (pid {pid}) is using the facts and does not answer. Try again, or stop it.")


class ServerRunning(Refusal):
    """What is asked for needs the record alone, and a server has it."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "server_running"
    sentence = _("A server is running on {path}, at {url} (pid {pid}). End it first, then give the same command again.")


def open_record(url: str, *, create: bool = False) -> "Store":
    """Open the record at an address, and show how far it is where one of an older version takes long."""
    from ressenti.cli.progress import sealing
    from ressenti.record.stores.sqlite import Store

    with sealing() as progress:
        return Store.open(url, create=create, progress=progress)


@contextmanager
def opened_record(url: str) -> Iterator["Store"]:
    """Give the record at an address, which must be there.

    What cannot be so, unless a byte of the record is another, is looked into: raises DamagedDatabase where one is.
    """
    store = open_record(url)
    try:
        yield store
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        _require_sound(store, error)
        raise
    finally:
        store.close()


def _require_sound(store: "Store", error: Exception) -> None:
    from ressenti.record.stores.integrity import damaged, damaged_pages, damaged_rows

    if damages := damaged_pages(store.path) or damaged_rows(store.path):
        raise damaged(store.url, damages) from error


@contextmanager
def open_facts(store: "Store", facts: str | None = None) -> Iterator["FactStore"]:
    """Hold the facts of a record, in this process."""
    from ressenti.cli.progress import measuring
    from ressenti.facts.store import FactStore

    with measuring() as progress:
        fact_store = FactStore(store, facts=paths.facts(facts), progress=progress)
    try:
        yield fact_store
    finally:
        fact_store.close()


def on_server_or_here(
    store: "Store",
    ask: Callable[[RunningServer], ServerResult],
    do: Callable[["FactStore"], ServerResult],
    facts: str | None = None,
) -> ServerResult:
    """Ask the server that runs beside the record, or do the work here where none does, with facts kept at `facts`."""
    server = running_server(store.path)
    if server is not None:
        try:
            return ask(server)
        except (ConnectionRefusedError, _NotOurServer):
            pass  # it ended without taking its word back
        except (OSError, http.client.HTTPException) as error:
            if storage_refusal(error, store.path):
                raise  # it answers; it is here that its answer cannot be written
            raise NeighbourSilent(url=server.url, pid=server.pid) from error
    with open_facts(store, facts) as fact_store:
        return do(fact_store)


def running_server(record: Path) -> RunningServer | None:
    """Return the server that left word beside a record, if its lock is still held; asking it, it proves itself."""
    from ressenti.facts.process_lock import is_held, lock_path

    return running_server_of(record) if is_held(lock_path(record)) else None


def require_no_server(record: Path) -> None:
    """Refuse to go on beside a server; raises ServerRunning."""
    if found := running_server(record):
        raise ServerRunning(path=record, url=found.url, pid=found.pid)


def post(server: RunningServer, path: str, body: Mapping[str, Any], out: BinaryIO | None = None) -> Any:
    """Have the server do something; its answer is returned, or written to `out` as it comes."""
    with _sent(server, "POST", path, json.dumps(body).encode()) as response:
        if out is None:
            return json.load(response)
        while part := response.read(65536):
            out.write(part)
        return None


def _patience_s() -> float:
    """Return how long a server is waited for; what no clock can wait for is as if nothing was set."""
    try:
        asked_s = float(PATIENCE.read() or PATIENCE_S)
    except ValueError:
        return PATIENCE_S
    return asked_s if 0 < asked_s <= LONGEST_PATIENCE_S else PATIENCE_S


@contextmanager
def _sent(
    server: RunningServer, method: str, path: str, body: bytes | None = None
) -> Iterator[http.client.HTTPResponse]:
    parts, patience_s = urlsplit(server.url), _patience_s()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=patience_s)
    # The name this machine has for itself: a server that listens on an address of the network answers to that too.
    host = {"Host": LOOPBACK[0], "Accept-Language": language()}
    headers = {**host, SECRET: server.secret, "Content-Type": "application/json"}
    try:
        _require_proof(connection, server, host)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        if response.status >= 400:
            problem = json.load(response)
            raise NeighbourRefused(problem.get("exit_code", Exit.FAULT), detail=problem.get("detail", ""))
        yield response
    finally:
        connection.close()


def _require_proof(connection: http.client.HTTPConnection, server: RunningServer, headers: Mapping[str, str]) -> None:
    """Have the server prove that it knows the secret before the request is sent; raises _NotOurServer.

    What is asked then goes over the same connection, or over none: another program may take the port at any moment.
    """
    asked = challenge()
    shown = {CHALLENGE: asked, PROOF: command_proof(server.secret, asked)}
    connection.request("POST", "/local/proof", headers={**headers, **shown})
    connection.auto_open = 0
    try:
        response = connection.getresponse()
        said = response.read(MOST_PROOF_BYTES)
        proof = json.loads(said).get("proof") if response.status == 200 else None
    except (http.client.HTTPException, ValueError, AttributeError, ConnectionError) as error:
        raise _NotOurServer from error
    if not isinstance(proof, str) or not is_proof(proof, server_proof(server.secret, asked)):
        raise _NotOurServer
