"""A ClickHouse of two shards on this machine: two servers of our own, on loopback, that are gone afterwards."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from xml.sax.saxutils import escape

from clickhouse_driver import Client

from scripts import clickhouse

NOT_RUN = f"NOT RUN: tests of a cluster ({clickhouse.MISSING})"
HOST, NAME, USER, PASSWORD = "127.0.0.1", "pair", "ressenti", "p@ss:w/rd%"
"""The password has what an address must not be read wrongly for."""
PATIENCE_S = 30
_UNTIL_LEFT = '"$@" & read -r _; kill -KILL $!; wait $!'
"""Runs a server until the other end of its input is closed, be it because whoever held that was killed."""

_CONFIG = """<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
  <listen_host>{host}</listen_host>
  <tcp_port>{port}</tcp_port>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <timezone>UTC</timezone>
  <mark_cache_size>67108864</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <remote_servers><{name}>{shards}</{name}></remote_servers>
</yandex>
"""
_SHARD = "<shard><replica><host>{host}</host><port>{port}</port>{sign_in}</replica></shard>"
_SIGN_IN = f"<user>{USER}</user><password>{escape(PASSWORD)}</password>"
_USERS = f"""<?xml version="1.0"?>
<yandex>
  <profiles><default>
    <max_memory_usage>2000000000</max_memory_usage>
    <background_pool_size>2</background_pool_size>
  </default></profiles>
  <users><{USER}>
    <password>{escape(PASSWORD)}</password>
    <networks><ip>{HOST}</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
  </{USER}></users>
  <quotas><default/></quotas>
</yandex>
"""


@dataclass(slots=True)
class Cluster:
    """Two shards that answer. One that was stopped as if it had lost its power may be started again."""

    program: str
    folders: tuple[Path, ...]
    ports: tuple[int, ...]
    _running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def address(self, database: str) -> str:
        """Return what `--facts` is given for a database of the cluster."""
        who = f"{USER}:{quote(PASSWORD, safe='')}"
        return f"clickhouse://{who}@{HOST}:{self.ports[0]}/{database}?cluster={NAME}"

    def named(self, shard: int) -> str:
        """Return the shard as a refusal names it."""
        return f"{HOST}:{self.ports[shard]}"

    def ask(self, shard: int, sql: str, **settings: object) -> list[tuple[object, ...]]:
        """Have one shard do something, and return its rows."""
        with Client(HOST, self.ports[shard], user=USER, password=PASSWORD) as client:
            return list(client.execute(sql, settings=settings))

    def start(self, shard: int) -> None:
        """Start a shard that does not run, and wait until it answers."""
        config = self.folders[shard] / "config.xml"
        command = ["sh", "-c", _UNTIL_LEFT, "sh", self.program, "--config-file", str(config)]
        with (self.folders[shard] / "said").open("ab") as out:
            self._running[shard] = subprocess.Popen(
                command, cwd=self.folders[shard], stdin=subprocess.PIPE, stdout=out, stderr=out
            )
        self._wait(shard)

    def stop(self, shard: int) -> None:
        """Kill a shard, and wait until it is gone."""
        if process := self._running.pop(shard, None):
            process.communicate()  # closes its input

    @contextmanager
    def without(self, shard: int) -> Iterator[None]:
        """Do something while a shard is away."""
        self.stop(shard)
        try:
            yield
        finally:
            self.start(shard)

    def _wait(self, shard: int) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self._running[shard].poll() is None:
            with suppress(ConnectionRefusedError), socket.create_connection((HOST, self.ports[shard])):
                assert self.ask(shard, "SELECT 1") == [(1,)]
                return
            time.sleep(0.05)
        said = "".join(one.read_text() for one in self.folders[shard].iterdir() if one.name in {"said", "errors"})
        raise RuntimeError(f"ClickHouse did not start: {said}")


@contextmanager
def cluster(program: str) -> Iterator[Cluster]:
    """Give a new cluster, empty."""
    with TemporaryDirectory(prefix="ressenti-cluster-") as folder, ExitStack() as stopping:
        folders = tuple(Path(folder) / name for name in ("one", "two"))
        made = Cluster(program, folders, _free_ports(len(folders)))
        shards = "".join(_SHARD.format(host=HOST, port=port, sign_in=_SIGN_IN) for port in made.ports)
        for shard, (own, port) in enumerate(zip(made.folders, made.ports, strict=True)):
            own.mkdir()
            config = _CONFIG.format(folder=own, host=HOST, port=port, name=NAME, shards=shards)
            (own / "config.xml").write_text(config)
            (own / "users.xml").write_text(_USERS)
            stopping.callback(made.stop, shard)
            made.start(shard)
        yield made


def _free_ports(count: int) -> tuple[int, ...]:
    with ExitStack() as open_:
        taken = [open_.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind((HOST, 0))
        return tuple(one.getsockname()[1] for one in taken)
