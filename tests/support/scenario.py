"""A small company whose conversations a test tells in sentences: they are imported and measured for real."""

import csv
import itertools
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from ressenti.facts.store import FactStore
from ressenti.indicators.model import Answer, Value
from ressenti.indicators.read import answer_words
from ressenti.intake.model import FILES, FileKind, ImportOptions
from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.clock import to_us
from ressenti.record.conversations import count_own
from ressenti.record.projects import ensure_project, settle
from ressenti.record.stores.sqlite import Store

DAY = "2024-05-14"
"""A Tuesday, far from any change of clocks: where nothing is said, things happen then."""
NOW = to_us(datetime.fromisoformat("2026-11-01T12:00:00+00:00"))


def moment(text: str) -> datetime:
    """Read `10:05:30` (of DAY), `2024-05-14 10:05` or ISO 8601 with an offset; UTC where none is given."""
    full = f"{DAY}T{text}" if text[2:3] == ":" else text
    read = datetime.fromisoformat(full)
    return read if read.tzinfo else read.replace(tzinfo=datetime.fromisoformat("2024-01-01T00:00Z").tzinfo)


class World:
    """One installation in a folder. Say what happened, then `read` a figure."""

    def __init__(self, folder: Path, *, facts: str | None = None) -> None:
        """Begin with nothing; `facts` is an address of servers that keep what is measured."""
        self.folder = folder
        self.facts = facts
        self.url = f"sqlite:///{folder / 'record.db'}"
        self.store = Store.open(self.url, create=True)
        self.now = NOW
        self._rows: dict[FileKind, list[dict[str, Any]]] = {kind: [] for kind in FileKind}
        self._numbers = itertools.count(1)
        self._fact_store: FactStore | None = None

    def close(self) -> None:
        if self._fact_store:
            self._fact_store.close()
        self.store.close()

    def conversation_count(self) -> int:
        """Return how many conversations the record holds."""
        with self.store.read() as connection:
            return count_own(connection)

    def settle(self, *, project: str = "default", **settings: Any) -> Self:
        """Change a project's settings: zone, currency, week_start, satisfied."""
        with self.store.write() as connection:
            settle(connection, ensure_project(connection, project), now=self.now, **settings)
        return self

    def add(self, file: str, /, **row: Any) -> Self:
        """Add a row of one of the seven files."""
        self._rows[FileKind(file)].append(row)
        return self

    def conversation(
        self,
        opened: str = "10:00",
        *,
        closed: str | None = "10:30",
        messages: Iterable[tuple[str, str]] = (),
        csat: int | None = None,
        nps: int | None = None,
        offered: bool = False,
        answered: str | None = None,
        sales: Iterable[tuple[str, float]] = (),
        **columns: Any,
    ) -> str:
        """Add a conversation; messages are (who, when) with visitor, agent:Ana, bot:Robo, auto:Ana, note:Ana."""
        key = str(columns.pop("conversation_id", f"c{next(self._numbers)}"))
        when = {name: moment(columns.pop(name)) for name in list(columns) if name.endswith("_at")}
        end = None if closed is None else moment(closed)
        self.add("conversations", conversation_id=key, opened_at=moment(opened), closed_at=end, **when, **columns)
        for who, at in messages:
            self.message(key, who, at)
        if offered or csat is not None or nps is not None:
            self.survey(key, answered or closed or opened, csat=csat, nps=nps)
        for at, amount in sales:
            number = next(self._numbers)
            self.add("transactions", transaction_id=f"t{number}", at=moment(at), amount=amount, conversation_id=key)
        return key

    def message(self, conversation: str, who: str, at: str) -> Self:
        side, _colon, name = who.partition(":")
        role = {"visitor": "visitor", "agent": "agent", "bot": "bot", "auto": "agent", "note": "agent"}[side]
        return self.add(
            "messages",
            message_id=f"m{next(self._numbers)}",
            conversation_id=conversation,
            created_at=moment(at),
            author_role=role,
            author_id=name,
            text="",
            automatic=side == "auto",
            internal=side == "note",
        )

    def survey(self, conversation: str | None, at: str, **answers: Any) -> Self:
        """Add a survey, answered at that moment, or only offered where no note is given."""
        given = {name: value for name, value in answers.items() if value is not None}
        date = {"rated_at" if given else "offered_at": moment(at)}
        key = f"s{next(self._numbers)}"
        return self.add("surveys", survey_id=key, conversation_id=conversation, **date, **given)

    def rate(self, ratings: Mapping[int, int], **columns: Any) -> Self:
        """Add that many conversations with each CSAT note."""
        for rating, count in ratings.items():
            for _ in range(count):
                self.conversation(csat=rating, **columns)
        return self

    def import_(self, **how: Any) -> ImportOutcome:
        """Import what was told since the last time."""
        folder = self.folder / f"import-{next(self._numbers)}"
        folder.mkdir()
        for kind, rows in self._rows.items():
            if rows:
                _write(folder / f"{kind}.csv", rows, kind)
        self._rows = {kind: [] for kind in FileKind}
        options = {name: how.pop(name) for name in list(how) if name in ImportOptions.__dataclass_fields__}
        source = FileSource([folder], ImportOptions(**options), how.pop("source", "import"))
        return run_import(self.store, source, now=self.now, **how)

    def answer(self, indicator: str, **words: Any) -> Answer:
        """Answer a question given in the words of the command line (`from_` for from)."""
        if any(self._rows.values()):
            assert self.import_().total.rejected == 0
        asked = {name.rstrip("_"): value if isinstance(value, tuple) else (value,) for name, value in words.items()}
        return answer_words(self.fact_store, indicator, asked, now=self.now)

    def read(self, indicator: str, **words: Any) -> Value:
        """Return the total of a figure."""
        return self.answer(indicator, **words).total

    def by(self, indicator: str, dimension: str, **words: Any) -> dict[str | None, tuple[Any, int]]:
        """Return value and n by key."""
        rows = self.answer(indicator, by=dimension, **words).rows
        return {row.key: (row.value.value, row.value.n) for row in rows}

    def over(self, indicator: str, grain: str, **words: Any) -> dict[str | None, tuple[Any, int]]:
        """Return value and n by bucket."""
        rows = self.answer(indicator, grain=grain, **words).rows
        return {row.key: (row.value.value, row.value.n) for row in rows}

    @property
    def fact_store(self) -> FactStore:
        if self._fact_store is None:
            self._fact_store = FactStore(self.store, facts=self.facts)
        return self._fact_store

    @contextmanager
    def alone(self) -> Any:
        """Let go of the facts while another process works on them."""
        if self._fact_store:
            self._fact_store.close()
            self._fact_store = None
        yield self


def _write(path: Path, rows: list[dict[str, Any]], kind: FileKind) -> None:
    known = [column.name for column in FILES[kind]]
    names = [name for name in known if any(name in row for row in rows)]
    names += [name for name in dict.fromkeys(itertools.chain.from_iterable(rows)) if name not in known]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value
