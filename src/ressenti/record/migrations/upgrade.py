"""Bring a record's tables up to date, quickly where they already are."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ressenti.record.refusals import NewerDatabase

HEAD = "0006"


def upgrade(engine: Engine, url: str) -> None:
    """Run the missing steps in one transaction; raises NewerDatabase for a revision this version does not know."""
    with engine.begin() as connection:
        if not is_current(connection, url):
            _run_alembic(connection)


def is_current(connection: Connection, url: str) -> bool:
    """Say whether the tables are those of this version; raises NewerDatabase."""
    found = _revision(connection)
    if found is not None and found > HEAD:
        raise NewerDatabase(url=url, revision=found)
    return found == HEAD


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
