"""Bring a record's tables up to date, quickly where they already are."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ressenti.record.refusals import NewerDatabase, UnknownDatabase
from ressenti.record.row_checksums import declare

HEAD = "0013"
REVISIONS = tuple(f"{number:04}" for number in range(1, int(HEAD) + 1))
"""Every revision there was, oldest first."""


def upgrade(engine: Engine, url: str) -> None:
    """Run the missing steps in one transaction; raises NewerDatabase for a revision this version does not know.

    Rows without a seal get theirs afterwards (`record.seals`): all of a large record would be one long transaction.
    """
    with engine.begin() as connection:
        if not is_current(connection, url):
            _run_alembic(connection)
            declare(connection)


def is_current(connection: Connection, url: str) -> bool:
    """Say whether the tables are those of this version; raises NewerDatabase and UnknownDatabase."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return False
    if "alembic_version" not in tables:
        raise UnknownDatabase(url=url, revision="–")
    return require_known(list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()), url)


def require_known(versions: Sequence[str], url: str) -> bool:
    """Say whether a record of these revisions is of this version; raises NewerDatabase and UnknownDatabase."""
    revision = ", ".join(map(str, versions)) or "–"
    if revision in REVISIONS:
        return revision == HEAD
    if len(versions) == 1 and revision.isascii() and revision.isdigit() and revision > HEAD:
        raise NewerDatabase(url=url, revision=revision)
    raise UnknownDatabase(url=url, revision=revision)


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
