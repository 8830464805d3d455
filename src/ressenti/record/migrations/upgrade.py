"""Bring a record's tables up to date, quickly where they already are."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ressenti.record.refusals import NewerDatabase, UnknownDatabase

REVISIONS = tuple(sorted(step.name[1:5] for step in (Path(__file__).parent / "versions").glob("v*.py")))
"""Every revision there was, oldest first: the number in the name of its step."""
HEAD = REVISIONS[-1]


def upgrade(connection: Connection, url: str) -> bool:
    """Run the missing steps in the caller's transaction, and say whether there were any.

    Raises NewerDatabase for a revision this version does not know, and UnknownDatabase.
    """
    if is_current(connection, url):
        return False
    _run_alembic(connection)
    return True


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
