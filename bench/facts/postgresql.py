"""The same rows in a PostgreSQL of our own: started for the measure, reached by a socket of its own, and stopped."""

import os
import pwd
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from bench.facts.by_hand import Rows
from ressenti.facts.schema import TABLES, FactColumn

MISSING = "PostgreSQL NOT RUN: no initdb and postgres on the path or under /usr/lib/postgresql"
ACCOUNTS = ("postgres", "nobody")
"""Who runs it where we are root, which it refuses to be run by."""
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "4GB",
    "effective_cache_size": "8GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "fsync": "off",
    "autovacuum": "off",
}
TABLES_READ = {"conversation": "conversation_id", "answer": "offer_id"}
"""The tables that the page reads, and their keys."""
INDEXES = (
    "(closed_at)",
    "(channel_id)",
    "(campaign_id)",
    "(rating)",
    "USING gin (tag_ids)",
    "USING gin (respondent_ids)",
)
PATIENCE_S = 60
_MADE = "-A trust -U bench -E UTF8 --locale=C --no-sync".split()
_UNTIL_LEFT = '"$@" & read -r _; kill -INT $!; wait $!'
"""Runs a server until the other end of its input is closed, be it because whoever held that was killed."""


def find() -> Path | None:
    """Return the folder of a server's programs, None where there is no server."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = (*map(Path, os.get_exec_path()), *installed)
    return next((one for one in folders if all((one / name).exists() for name in ("initdb", "postgres"))), None)


@contextmanager
def server(programs: Path) -> Iterator[Path]:
    """Give the folder of the socket of a new server, that is gone afterwards."""
    with TemporaryDirectory(prefix="bench-postgresql-") as folder:
        home, data = Path(folder), Path(folder) / "data"
        home.chmod(0o755)
        runs = {"cwd": folder, **_account(home)}
        log = home / "log"
        make = [str(programs / "initdb"), "-D", str(data), *_MADE]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **runs)
        settings = [f"--{name}={value}" for name, value in (SETTINGS | {"unix_socket_directories": folder}).items()]
        command = ["sh", "-c", _UNTIL_LEFT, "sh", str(programs / "postgres"), "-D", str(data), *settings]
        with (
            log.open("wb") as out,
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, **runs) as process,
        ):
            try:
                _wait(home, log)
                yield home
            finally:
                assert process.stdin
                process.stdin.close()
                process.wait()


def fill(socket: Path, facts: Path) -> None:
    """Copy the tables that the page reads out of a facts file that nobody has open, and index them."""
    with duckdb.connect(str(facts), read_only=True) as database, TemporaryDirectory() as folder:
        for table in TABLES_READ:
            columns = _columns(table)
            cells = ", ".join(_cell(column) for column in columns)
            path = Path(folder) / f"{table}.csv"
            database.execute(f"COPY (SELECT {cells} FROM {table}) TO '{path}' (FORMAT csv, HEADER false)")
            _say(socket, _create(table, columns), f"\\copy {table} FROM '{path}' (FORMAT csv)", *_indexes(table))


def ask(socket: Path, texts: Sequence[str]) -> tuple[list[Rows], list[float]]:
    """Return the rows of statements, and the milliseconds that each took; a process's start is none of them."""
    rows: list[Rows] = []
    taken: list[float] = []
    own: list[list[Any]] = []
    for line in _say(socket, "\\timing on", *texts).splitlines():
        if line.startswith("Time: "):
            rows.append(own)
            taken.append(float(line.split()[1]))
            own = []
        else:
            own.append([_number(cell) for cell in line.split("|")])
    return rows, taken


def _account(home: Path) -> dict[str, Any]:
    """Return as whom to run, and give the folder to them."""
    if os.geteuid() != 0:
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    found = next(known[name] for name in ACCOUNTS if name in known)
    os.chown(home, found.pw_uid, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def _wait(socket: Path, log: Path) -> None:
    for _ in range(PATIENCE_S * 10):
        try:
            _say(socket, "SELECT 1")
        except subprocess.CalledProcessError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


def _say(socket: Path, *texts: str) -> str:
    """Have statements run by psql, one after another, and return what it prints."""
    command = ["psql", "-X", "-q", "-A", "-t", "-F", "|", "-v", "ON_ERROR_STOP=1"]
    where = ["-h", str(socket), "-U", "bench", "-d", "postgres"]
    script = "".join(text + ("\n" if text.startswith("\\") else ";\n") for text in texts)
    done = subprocess.run([*command, *where], input=script, capture_output=True, text=True, check=True)
    return done.stdout


def _columns(table: str) -> list[FactColumn]:
    """Return the columns of a table, lists last: a row is read up to the last column that is asked for."""
    return sorted(TABLES[table], key=lambda column: (column.type.endswith("[]"), column.type != "BIGINT"))


def _create(table: str, columns: Sequence[FactColumn]) -> str:
    types = {"TINYINT": "SMALLINT"}
    return f"CREATE TABLE {table} ({', '.join(f'{one.name} {types.get(one.type, one.type)}' for one in columns)})"


def _cell(column: FactColumn) -> str:
    return f"'{{' || array_to_string({column.name}, ',') || '}}'" if column.type.endswith("[]") else column.name


def _indexes(table: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ADD PRIMARY KEY ({TABLES_READ[table]})"
    yield from (f"CREATE INDEX ON {table} {one}" for one in INDEXES)
    yield f"VACUUM ANALYZE {table}"


def _number(cell: str) -> float | int | None:
    if not cell:
        return None
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)
