"""Where an installation keeps its things, and how a command finds the server that runs beside it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from ressenti.kit import settings

SECRET = "X-Ressenti-Secret"  # noqa: S105 - a header's name
"""The header in which a command shows the secret that a server left beside the record."""


def default_database(name: str = "record") -> str:
    """Return the address of a database in the platform's data folder."""
    from platformdirs import user_data_path

    return database_url(user_data_path("ressenti") / f"{name}.db")


def database_url(path: Path) -> str:
    """Return the address of a database that is a file, whatever its folders are called: “%” and “?” mean something."""
    return f"sqlite:///{path}".replace("%", "%25").replace("?", "%3F")


def database(given: str | None) -> str:
    """Return the database asked for: the option, else the environment, else the default."""
    return settings.DATABASE.read(given) or default_database()


def facts(given: str | None) -> str | None:
    """Return the address of the servers that keep the facts: the option, else the environment, else none."""
    return settings.FACTS.read(given)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that holds a record's facts: where it answers, and the secret that shows one may read its files."""

    url: str
    secret: str
    pid: int

    def announce(self, record: Path) -> None:
        """Leave word beside the record, readable by its owner only."""
        path = _note(record)
        path.unlink(missing_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as note:
            json.dump(asdict(self), note)

    def leave(self, record: Path) -> None:
        """Take the word back, unless another server has left its own."""
        if running_server_of(record) == self:
            _note(record).unlink(missing_ok=True)


def running_server_of(record: Path) -> RunningServer | None:
    """Return the server that left word beside a record, which may be gone by now."""
    try:
        return RunningServer(**json.loads(_note(record).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _note(record: Path) -> Path:
    return record.with_name(record.name + ".server")
