"""What an older record had planned to mail is mailed by this version: tried when it would have been, as often."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from ressenti.kit.clock import DAY, HOUR
from ressenti.record.migrations import upgrade
from ressenti.record.stores.sqlite import Store
from ressenti.workspace.subscriptions import list_subscriptions
from tests.support.scenario import NOW

PLANNED = [  # is_on, due_at, try_at, attempts: waiting, tried twice in vain, paused
    (True, NOW + DAY, NOW + DAY, 0),
    (True, NOW, NOW + HOUR, 2),
    (False, NOW, NOW, 0),
]
INSERT_USER = """
INSERT INTO user (id, email, name, role, reads_content, created_at) VALUES (1, 'a@b.example', 'Ana', 'analyst', 1, 0)
"""
INSERT = """
INSERT INTO mailing (user_id, name, query, language, recipients, rhythm, minute, zone, is_on, due_at, try_at, attempts,
                     created_at)
VALUES (1, 'Report', '', 'en', '["a@b.example"]', 'daily', 420, 'UTC', :is_on, :due_at, :try_at, :attempts, 0)
"""


def of_an_older_version(path: Path) -> None:
    """Make a record as version 0012 left it."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(upgrade.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
        connection.execute(text(INSERT_USER))
        for row in PLANNED:
            connection.execute(text(INSERT), dict(zip(("is_on", "due_at", "try_at", "attempts"), row, strict=True)))
    engine.dispose()


def test_what_was_planned_is_tried_when_it_would_have_been_and_as_often(tmp_path: Path) -> None:
    of_an_older_version(tmp_path / "record.db")
    store = Store.open(f"sqlite:///{tmp_path / 'record.db'}")
    with store.read() as record:
        found = list_subscriptions(record)
        jobs = record.execute(text("SELECT count(*) FROM job")).scalar_one()
    store.close()

    assert [(one.is_on, one.due_at, one.try_at, one.attempts) for one in found] == PLANNED
    assert jobs == 2
