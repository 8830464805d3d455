"""A record to import into, and the words with which tests speak about what arrived."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.clock import DAY, SECOND
from ressenti.record.stores.sqlite import Store

NOW = 1_780_000_000 * SECOND
"""2026-05-28 20:26:40 UTC."""
LATER = NOW + DAY

CONVERSATION = "conversation_id,opened_at,closed_at\nc1,2026-05-01T10:00:00Z,2026-05-01T11:00:00Z\n"


@dataclass
class Desk:
    """A record in a folder of its own, and a folder of files to import."""

    folder: Path
    now: int = NOW
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.inbox = self.folder / "inbox"
        self.inbox.mkdir()
        self.store = Store.open(f"sqlite:///{self.folder / 'record.db'}", create=True)

    def give(self, **files: str) -> ImportOutcome:
        """Import these files, named by their kind, and nothing else."""
        return self.bring({}, **files)

    def bring(self, options: dict[str, Any], **files: str) -> ImportOutcome:
        """Import these files with options of `run_import`, as those of the `source` named there."""
        self.put(**files)
        how = {"now": self.now} | options
        source = FileSource([self.inbox], name=how.pop("source", "import"))
        return run_import(self.store, source, **how)

    def put(self, **files: str) -> None:
        """Put these files, and no others, into the inbox."""
        for old in self.inbox.iterdir():
            old.unlink()
        for name, content in files.items():
            (self.inbox / f"{name}.csv").write_text(content, encoding="utf-8")

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the record answers."""
        with self.store.read() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def journal(self) -> list[tuple[Any, ...]]:
        """Return the journal: number, what changed, and which one."""
        return self.ask("SELECT seq, kind, subject_id FROM journal ORDER BY seq")

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that the record knows, but for when and how it was imported."""
        tables = [name for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: self._rows(name) for name in sorted(tables) if name != "import_run"}

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        columns = [row[1] for row in self.ask(f"PRAGMA table_info({quoted(table)})") if row[1] != "import_id"]
        return sorted(self.ask(f'SELECT {", ".join(map(quoted, columns))} FROM "{table}"'), key=repr)


def quoted(name: str) -> str:
    return f'"{name}"'


def counts(outcome: ImportOutcome) -> tuple[int, int, int, int, int]:
    """Return read, imported, updated, duplicate, rejected."""
    total = outcome.total
    return total.read, total.imported, total.updated, total.duplicate, total.rejected


def rejected(outcome: ImportOutcome) -> list[dict[str, Any]]:
    """Return the lines of the rejects file, with the bytes of the rows as text."""
    if outcome.rejects_path is None:
        return []
    found = [json.loads(line) for line in outcome.rejects_path.read_text(encoding="utf-8").splitlines()]
    for line in found:
        line["raw"] = base64.b64decode(line["raw"]).decode()
        if "kept" in line:
            line["kept"]["raw"] = base64.b64decode(line["kept"]["raw"]).decode()
    return found


def codes(outcome: ImportOutcome) -> list[str]:
    """Return why rows were rejected, in the order of the files."""
    return [line["code"] for line in rejected(outcome)]
