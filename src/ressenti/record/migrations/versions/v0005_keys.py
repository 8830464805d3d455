"""Ids, names and currencies that are there already get the one form that imports write (D43)."""

from collections import Counter
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from alembic import op

from ressenti.kit.keys import id_before_float, normalize_key
from ressenti.kit.logs import get_logger

revision = "0005"
down_revision = "0004"

log = get_logger()

_KEYS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("label", "key", ("project_id", "kind")),
    ("agent_group", "key", ("project_id",)),
    ("respondent", "external_id", ("source_id",)),
    ("visitor", "external_id", ("source_id",)),
    ("conversation", "external_id", ("source_id",)),
    ("message", "external_id", ("source_id",)),
    ("survey_offer", "external_id", ("source_id",)),
    ("transaction", "external_id", ("source_id",)),
)
"""Tables with keys, the column of the key, and what it is unique within; names before what refers to them."""

_IMPORTED = {"respondent", "conversation", "message", "survey_offer", "transaction"}
"""Tables whose rows say which import brought them last."""

_REPLACED = {
    "conversation": ("conversation_tag", "conversation_group", "conversation_respondent"),
    "survey_offer": ("survey_answer", "survey_answer_change"),
}
"""What an import replaces together with a row, so that it goes with the one that gives way."""

_SUSPECT = "({0} GLOB '*[^!-~]*' OR {0} GLOB '*.*' OR {0} GLOB '*+*')"
"""Keys that may have to be written otherwise: all others are whole as they stand."""


def upgrade() -> None:
    """Rewrite keys; of two that become one, the row of the later import stays, and all that hangs on either on it."""
    connection = op.get_bind()
    rewritten: Counter[str] = Counter()
    merged: Counter[str] = Counter()
    touched: set[int] = set()
    for table, column, scope in _KEYS:
        form = normalize_key if column == "key" else _id
        for own_id, key in list(_changed(connection, table, column, form)):
            touched |= _projects(connection, table, own_id)
            rewritten[table] += 1
            merged[table] += _rewrite(connection, table, column, scope, own_id, key)
    for own_id, key in list(_changed(connection, "conversation", "previous_external_id", _id)):
        _set(connection, "conversation", "previous_external_id", own_id, key)
    for own_id, code in list(_changed(connection, "transaction", "currency", _capitals, among="currency <> ''")):
        touched |= _projects(connection, "transaction", own_id)
        rewritten["currency"] += 1
        _set(connection, "transaction", "currency", own_id, code)
    for project in sorted(touched):
        _tell(connection, project, "project", project)
    if rewritten:
        log.warning("keys_rewritten", rewritten=dict(rewritten), merged=dict(+merged))


def _id(text: str) -> str:
    key = normalize_key(text)
    return id_before_float(key) or key  # one that lost its digits cannot be told anew


def _capitals(text: str) -> str:
    return normalize_key(text).upper()


def _changed(
    connection: sa.Connection, table: str, column: str, form: Callable[[str], str], among: str | None = None
) -> Iterator[tuple[int, str]]:
    where = among or _SUSPECT.format(f'"{column}"')
    for own_id, key in connection.exec_driver_sql(f'SELECT id, "{column}" FROM "{table}" WHERE {where} ORDER BY id'):
        if (wanted := form(key)) != key and wanted:
            yield own_id, wanted


def _rewrite(connection: sa.Connection, table: str, column: str, scope: tuple[str, ...], own_id: int, key: str) -> int:
    """Give a row its key, and return how many rows gave way for that: 1 where another had it already."""
    same = " AND ".join(f'other."{name}" = own."{name}"' for name in scope)
    query = (
        f'SELECT other.id FROM "{table}" own JOIN "{table}" other ON {same} WHERE own.id = ? AND other."{column}" = ?'
    )
    other = connection.exec_driver_sql(query, (own_id, key)).scalar()
    if other is None:
        _set(connection, table, column, own_id, key)
        return 0
    stays, goes = _later(connection, table, own_id, other)
    _merge(connection, table, goes=goes, stays=stays)
    _set(connection, table, column, stays, key)
    return 1


def _later(connection: sa.Connection, table: str, one: int, other: int) -> tuple[int, int]:
    if table not in _IMPORTED:
        return other, one
    query = f'SELECT id FROM "{table}" WHERE id IN (?, ?) ORDER BY import_id DESC, id DESC'
    stays, goes = connection.exec_driver_sql(query, (one, other)).scalars()
    return stays, goes


def _merge(connection: sa.Connection, table: str, *, goes: int, stays: int) -> None:
    """Let everything that refers to one row refer to the other; where both are referred to alike, once is enough."""
    if table == "respondent":  # times in a group that the other row tells as well
        both = "SELECT group_id FROM membership WHERE respondent_id = ?"
        connection.exec_driver_sql(
            f"DELETE FROM membership WHERE respondent_id = ? AND group_id IN ({both})", (goes, stays)
        )
    if table == "agent_group":
        both = "SELECT respondent_id FROM membership WHERE group_id = ?"
        connection.exec_driver_sql(
            f"DELETE FROM membership WHERE group_id = ? AND respondent_id IN ({both})", (goes, stays)
        )
    for inside in _REPLACED.get(table, ()):
        name = "offer_id" if table == "survey_offer" else f"{table}_id"
        connection.exec_driver_sql(f'DELETE FROM "{inside}" WHERE "{name}" = ?', (goes,))
    for referring, column in _references(connection, table):
        connection.exec_driver_sql(
            f'UPDATE OR IGNORE "{referring}" SET "{column}" = ? WHERE "{column}" = ?', (stays, goes)
        )
        connection.exec_driver_sql(f'DELETE FROM "{referring}" WHERE "{column}" = ?', (goes,))
    if table in {"conversation", "survey_offer"}:
        kind = "conversation" if table == "conversation" else "offer"
        (project,) = _projects(connection, table, goes)
        _tell(connection, project, kind, goes)
    connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE id = ?', (goes,))


def _references(connection: sa.Connection, target: str) -> list[tuple[str, str]]:
    look = sa.inspect(connection)
    return [
        (table, key["constrained_columns"][0])
        for table in look.get_table_names()
        for key in look.get_foreign_keys(table)
        if key["referred_table"] == target
    ]


def _projects(connection: sa.Connection, table: str, own_id: int) -> set[int]:
    """Return the project that a row belongs to."""
    columns = {column["name"] for column in sa.inspect(connection).get_columns(table)}
    if "project_id" in columns:
        query = f'SELECT project_id FROM "{table}" WHERE id = ?'
    else:
        query = f'SELECT s.project_id FROM "{table}" o JOIN source s ON s.id = o.source_id WHERE o.id = ?'
    return set(connection.exec_driver_sql(query, (own_id,)).scalars())


def _set(connection: sa.Connection, table: str, column: str, own_id: int, value: str) -> None:
    connection.exec_driver_sql(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', (value, own_id))


def _tell(connection: sa.Connection, project: int, kind: str, subject: int) -> None:
    """Write into the journal that something changed, so that it is measured again."""
    connection.exec_driver_sql("UPDATE project SET journal_seq = journal_seq + 1 WHERE id = ?", (project,))
    connection.exec_driver_sql(
        "INSERT INTO journal (project_id, seq, at, kind, subject_id)"
        " SELECT id, journal_seq, (SELECT coalesce(max(at), 0) FROM journal), ?, ? FROM project WHERE id = ?",
        (kind, subject, project),
    )
