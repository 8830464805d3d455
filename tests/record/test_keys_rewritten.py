"""A record whose keys were written as they came gets them in one form, and two that are one are merged (D43)."""

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ressenti.record import migrations
from ressenti.record.stores.sqlite import Store

OLD = "cafe\u0301"
NEW = "caf\u00e9"
AGENTS = "INSERT INTO respondent (id, source_id, external_id, name, digest, import_id) VALUES "
TALKS = (
    "INSERT INTO conversation"
    " (id, project_id, source_id, external_id, opened_at, is_spam, channel_id, digest, import_id) VALUES "
)
SALES = (
    'INSERT INTO "transaction" (id, project_id, source_id, external_id, at, amount_millionths, currency, digest,'
    " import_id) VALUES "
)


def before(folder: Path, *statements: str) -> str:
    """Make a record as it was before keys had one form, holding this, and return its address."""
    url = f"sqlite:///{folder / 'record.db'}"
    store = Store(url, folder / "record.db")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(
            text(
                "INSERT INTO project"
                " (id, key, name, zone, currency, week_start, satisfied, sale_window_us, journal_seq)"
                " VALUES (1, 'shop', 'Shop', 'UTC', 'EUR', 0, '{}', 0, 0)"
            )
        )
        connection.execute(text("INSERT INTO source (id, project_id, name) VALUES (1, 1, 'desk')"))
        for statement in statements:
            connection.execute(text(statement))
    store.close()
    return url


def asked(url: str, sql: str) -> list[tuple[object, ...]]:
    store = Store.open(url)
    with store.read() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
    store.close()
    return found


def test_a_channel_in_two_unicode_forms_becomes_one_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = before(
        tmp_path,
        f"INSERT INTO label (id, project_id, kind, key) VALUES (1, 1, 'channel', '{OLD}'), (2, 1, 'channel', '{NEW}')",
        TALKS + "(1, 1, 1, 'a', 0, 0, 1, 1, 1), (2, 1, 1, 'b', 0, 0, 2, 1, 1)",
    )

    assert asked(url, "SELECT id, key FROM label") == [(2, NEW)]
    assert asked(url, "SELECT external_id, channel_id FROM conversation ORDER BY id") == [("a", 2), ("b", 2)]
    assert asked(url, "SELECT kind, subject_id FROM journal") == [("project.changed", 1)]
    told = capsys.readouterr()
    line = json.loads(told.err)
    assert (line["event"], line["merged"]) == ("keys_rewritten", {"label": 1})
    assert told.out == "", "which is for what a command prints, as JSON"


def test_of_two_agents_that_are_one_the_later_import_stays_and_has_the_work_of_both(tmp_path: Path) -> None:
    url = before(
        tmp_path,
        AGENTS + "(1, 1, '12.0', 'Ana old', 1, 1), (2, 1, '12', 'Ana', 1, 2)",
        TALKS + "(1, 1, 1, 'a', 0, 0, NULL, 1, 1), (2, 1, 1, 'b', 0, 0, NULL, 1, 1)",
        "INSERT INTO conversation_respondent VALUES (1, 1, 0), (2, 1, 0), (2, 2, 1)",
        "INSERT INTO agent_group (id, project_id, key) VALUES (1, 1, 'Sales')",
        "INSERT INTO membership (respondent_id, group_id) VALUES (1, 1), (2, 1)",
    )

    assert asked(url, "SELECT id, external_id, name FROM respondent") == [(2, "12", "Ana")]
    assert asked(url, "SELECT conversation_id, respondent_id FROM conversation_respondent") == [(1, 2), (2, 2)]
    assert asked(url, "SELECT respondent_id, group_id FROM membership") == [(2, 1)]


def test_a_conversation_given_under_two_forms_of_its_id_counts_once(tmp_path: Path) -> None:
    url = before(
        tmp_path,
        TALKS + "(1, 1, 1, '1001.0', 5, 0, NULL, 1, 3), (2, 1, 1, '1001', 0, 0, NULL, 1, 1)",
        "INSERT INTO survey_offer (id, project_id, source_id, external_id, conversation_id, digest, import_id)"
        " VALUES (1, 1, 1, 's', 2, 1, 1)",
    )

    assert asked(url, "SELECT id, external_id, opened_at FROM conversation") == [(1, "1001", 5)]
    assert asked(url, "SELECT conversation_id FROM survey_offer") == [(1,)]
    assert asked(url, "SELECT kind, subject_id FROM journal ORDER BY seq") == [
        ("conversation.changed", 2),
        ("project.changed", 1),
    ]


def test_currencies_get_capitals_and_names_keep_theirs(tmp_path: Path) -> None:
    url = before(
        tmp_path,
        SALES
        + "(1, 1, 1, 'x', 0, 1, 'eur', 1, 1), (2, 1, 1, 'y', 0, 1, 'EUR', 1, 1), (3, 1, 1, 'z', 0, 1, NULL, 1, 1)",
        "INSERT INTO label (id, project_id, kind, key) VALUES (1, 1, 'topic', 'eur'), (2, 1, 'topic', '2.0')",
    )

    assert asked(url, 'SELECT currency FROM "transaction" ORDER BY id') == [("EUR",), ("EUR",), (None,)]
    assert asked(url, "SELECT key FROM label ORDER BY id") == [("eur",), ("2.0",)]


def test_projects_and_sources_are_found_by_the_one_form_of_their_names(tmp_path: Path) -> None:
    url = before(
        tmp_path,
        "INSERT INTO project (id, key, name, zone, currency, week_start, satisfied, sale_window_us, journal_seq)"
        f" VALUES (2, '{OLD}', 'Cafe', 'UTC', 'EUR', 0, '{{}}', 0, 0)",
        f"INSERT INTO source (id, project_id, name) VALUES (2, 2, '{OLD}')",
    )

    assert asked(url, "SELECT id, key FROM project ORDER BY id") == [(1, "shop"), (2, NEW)]
    assert asked(url, "SELECT id, name FROM source ORDER BY id") == [(1, "desk"), (2, NEW)]


def test_two_projects_that_would_share_a_name_stay_two_and_both_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = "(id, key, name, zone, currency, week_start, satisfied, sale_window_us, journal_seq)"
    settings = "'Cafe', 'UTC', 'EUR', 0, '{}', 0, 0"
    url = before(
        tmp_path,
        f"INSERT INTO project {columns} VALUES (2, '{OLD}', {settings}), (3, '{NEW}', {settings})",
        f"INSERT INTO source (id, project_id, name) VALUES (2, 2, 'mail'), (3, 3, '{OLD}'), (4, 3, '{NEW}')",
    )

    assert asked(url, "SELECT id, key FROM project ORDER BY id") == [(1, "shop"), (2, f"{NEW}-2"), (3, NEW)]
    assert asked(url, "SELECT id, name FROM source ORDER BY id") == [
        (1, "desk"),
        (2, "mail"),
        (3, f"{NEW}-2"),
        (4, NEW),
    ]
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["event"], one["table"], one["now"]) for one in told] == [
        ("name_taken", "project", f"{NEW}-2"),
        ("name_taken", "source", f"{NEW}-2"),
    ]


def test_sales_in_euros_by_sign_or_word_get_their_code_and_are_measured_again(tmp_path: Path) -> None:
    url = before(
        tmp_path,
        SALES + "(1, 1, 1, 'x', 0, 1, '€', 1, 1), (2, 1, 1, 'y', 0, 1, 'Euro', 1, 1), (3, 1, 1, 'z', 0, 1, '$', 1, 1)",
    )

    assert asked(url, 'SELECT external_id, currency FROM "transaction" ORDER BY id') == [
        ("x", "EUR"),
        ("y", "EUR"),
        ("z", "$"),
    ]
    assert ("project.changed", 1) in asked(url, "SELECT kind, subject_id FROM journal")
