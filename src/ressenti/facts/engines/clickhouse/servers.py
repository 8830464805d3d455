"""How ClickHouse servers are reached: where they are, who asks, and what it means when one does not answer."""

import logging
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ressenti.facts.engines.engine import DamagedFacts
from ressenti.facts.refusals import BadFactsAddress, FactsAway, FactsDenied, NoDriver

if TYPE_CHECKING:
    from clickhouse_driver import Client

PORT, SECURE_PORT = 9000, 9440
CONNECT_S, ANSWER_S = 5, 300
IDLE = 8
"""Connections that are kept open while nobody asks."""

SETTINGS = {
    "distributed_product_mode": "local",  # what belongs to a conversation is on its shard, and is looked for there
    "join_use_nulls": 1,
    "insert_distributed_sync": 1,  # who asks after a write finds it
    "skip_unavailable_shards": 0,  # a figure is of all conversations, or is refused
    "connect_timeout_with_failover_ms": 2_000,
    "max_query_size": 1 << 28,  # thousands of ids are written into a question
    "max_ast_elements": 10_000_000,
    "max_expanded_ast_elements": 10_000_000,
}

_AWAY = {32, 198, 203, 209, 210, 279}
"""Ends of stream, names nobody knows, timeouts, networks and connections that failed."""
_DENIED = {192, 193, 194, 497, 516}
_DAMAGED = {33, 40, 60, 76, 81, 107, 226, 228, 246}
"""What is there cannot be read, or a table or file that should be there is not."""
_NO_TABLE = "There is no table"
"""How a server that is asked says that another has lost one: as if it could not be reached."""

_NOBODY = logging.NullHandler()
"""Takes what would go to a terminal as it is, where no log was set up; a server's log has it all the same."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where facts are kept: the server that is asked, as whom, the database, and the cluster it leads, if any."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    cluster: str | None = None
    is_secure: bool = False

    def __str__(self) -> str:
        return f"clickhouse://{self.host}:{self.port}/{self.database}"


def read_address(text: str) -> ServerAddress:
    """Return an address as `--facts` has it; raises BadFactsAddress, which does not repeat the password."""
    try:
        parts = urlsplit(text.strip())
        asked = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        port = parts.port
    except ValueError:
        raise BadFactsAddress from None
    database, cluster = parts.path.removeprefix("/"), asked.pop("cluster", None)
    secure = asked.pop("secure", "0")
    names = [database, *([cluster] if cluster is not None else [])]
    is_plain = all(map(_NAME.fullmatch, names)) and not (asked or parts.fragment) and secure in {"0", "1"}
    if parts.scheme != "clickhouse" or not parts.hostname or not is_plain:
        raise BadFactsAddress
    is_secure = secure == "1"
    return ServerAddress(
        host=parts.hostname,
        port=port or (SECURE_PORT if is_secure else PORT),
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=database,
        cluster=cluster,
        is_secure=is_secure,
    )


class ServerSession(Protocol):
    """One connection to the server that is asked, with the temporary tables that were made in it."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Do something, and return its rows."""

    def parts(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time."""

    def insert(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table."""

    def end(self) -> None:
        """Forget what was made in it."""


class _Replica(NamedTuple):
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def answers(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Servers:
    """The servers of an address. Sessions are with the one that is named in it; it asks the others by itself."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._idle: list[tuple[str, NativeSession]] = []
        self._turn = Lock()
        self._known = [_Replica(address.host, address.port)]

    @contextmanager
    def session(self, database: str = "") -> Iterator[ServerSession]:
        """Give a session; what is asked in it raises FactsAway, FactsDenied and DamagedFacts."""
        opened = self._take(database)
        try:
            yield opened
        except BaseException:
            opened.end()
            raise
        with self._turn:
            if is_kept := opened.is_open and len(self._idle) < IDLE:
                self._idle.append((database, opened))
        if not is_kept:
            opened.end()

    def everywhere(self, ask: Callable[[ServerSession], Any]) -> list[Any]:
        """Do something on every server, one after another."""
        self._look()
        answers = []
        for replica in self._known:
            session = self._connected(replica, "")
            try:
                answers.append(ask(session))
            finally:
                session.end()
        return answers

    def close(self) -> None:
        """Close all connections."""
        with self._turn:
            idle, self._idle = self._idle, []
        for _database, one in idle:
            one.end()

    def _take(self, database: str) -> "NativeSession":
        while True:
            with self._turn:
                place = next((i for i, (of, _one) in enumerate(self._idle) if of == database), None)
                if place is None:
                    break
                _database, one = self._idle.pop(place)
            if one.is_alive():
                return one
            one.end()
        return self._connected(self._known[0], database)

    def _connected(self, server: _Replica, database: str) -> "NativeSession":
        try:
            from clickhouse_driver import Client
        except ImportError:
            raise NoDriver from None
        # The driver warns of a server that is away, with all of its stack, before we say so in a sentence of our own.
        logging.getLogger("clickhouse_driver").addHandler(_NOBODY)
        client = Client(
            server.host,
            server.port,
            database,
            self.address.user,
            self.address.password,
            client_name="ressenti",
            connect_timeout=CONNECT_S,
            send_receive_timeout=ANSWER_S,
            secure=self.address.is_secure,
            disable_reconnect=True,  # temporary tables would be gone, and taken for damage
            settings=SETTINGS,
        )
        return NativeSession(client, self._telling)

    def _look(self) -> None:
        """See who else belongs to the cluster."""
        if self.address.cluster is None:
            return
        with self.session() as one:
            asked = f"SELECT host_name, port FROM system.clusters WHERE cluster = '{self.address.cluster}'"
            found = [_Replica(host, port) for host, port in one.rows(asked)]
        if not found:
            raise BadFactsAddress
        own = self._known[0]
        self._known = [own, *(one for one in found if one.port != own.port or not _is_same(one.host, own.host))]

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raise what an error of the driver's means, and never its words, which may hold what was asked."""
        try:
            yield
        except (OSError, EOFError) as error:
            raise self._away() from error
        except Exception as error:
            code = getattr(error, "code", None)
            if not type(error).__module__.startswith("clickhouse_driver") or code is None:
                raise
            if code in _AWAY and _NO_TABLE not in str(error):
                raise self._away() from error
            if code in _DENIED:
                raise FactsDenied(server=self._known[0], user=self.address.user) from error
            if code in _DAMAGED or code in _AWAY:
                raise DamagedFacts(str(error).partition("Stack trace")[0].strip()) from error
            raise

    def _away(self) -> FactsAway:
        """Say who does not answer; where all do by now, whom we had asked."""
        missing = [one for one in self._known if not one.answers()] or self._known[:1]
        return FactsAway(server=", ".join(map(str, missing)))


class NativeSession:
    """A session over ClickHouse's own protocol."""

    def __init__(self, client: "Client", telling: Callable[[], AbstractContextManager[None]]) -> None:
        self._client = client
        self._telling = telling
        self.is_open = True

    def is_alive(self) -> bool:
        """Say whether the server is still at the other end."""
        try:
            return bool(self._client.connection.ping())
        except (OSError, EOFError):
            return False

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Do something, and return its rows."""
        with self._telling():
            columns, types = self._client.execute(sql, with_column_types=True, columnar=True)
        return _rows(columns, types)

    def parts(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time."""
        with self._telling():
            read = iter(self._client.execute_iter(sql, with_column_types=True, settings={"max_block_size": size}))
            types = next(read)  # as if they were a row
        while found := self._taken(read, size):
            yield _rows(list(zip(*found, strict=True)), types)

    def _taken(self, read: Iterator[tuple[Any, ...]], size: int) -> list[tuple[Any, ...]]:
        with self._telling():
            return list(islice(read, size))

    def insert(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table."""
        columns = list(zip(*rows, strict=True))
        with self._telling():
            self._client.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES", columns, columnar=True)

    def end(self) -> None:
        """Close the connection, and forget what was made in it."""
        self.is_open = False
        self._client.disconnect()


def _rows(columns: Sequence[Sequence[Any]], types: Sequence[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Return rows of columns; where there are no rows, there are no columns either."""
    return list(zip(*(_read(values, of) for values, (_name, of) in zip(columns, types, strict=False)), strict=True))


def _read(values: Sequence[Any], of: str) -> Sequence[Any]:
    """Read truths, which are numbers of 8 bits without a sign, as nothing else of ours is."""
    if of in {"UInt8", "Nullable(UInt8)"}:
        return [None if one is None else bool(one) for one in values]
    return values


def _is_same(one: str, other: str) -> bool:
    """Say whether two names are one machine's, as far as this one knows."""
    if one == other:
        return True
    try:
        return socket.gethostbyname(one) == socket.gethostbyname(other)
    except OSError:
        return False
