"""The tables of facts on a cluster: made of the same declarations as those of a file, for servers old and new.

Each table stands several times. `conversation_rows` is on every shard and keeps versions: a row that is written again
takes the place of the one with its key when parts are merged, which may be much later. `conversation_now` is a view of
it that never shows two versions of a row or one that was erased; it says FINAL, so that no question has to.
`conversation` is what is asked: the views of all shards in one. `conversation_in` takes rows in, each to its shard.

FINAL, and not argMax: one word does it for every column and every question, versions up to 26 read only what overlaps
again, and 18.16 knows it, though there it reads with one thread.
"""

from collections.abc import Iterator

from ressenti.facts.schema import TABLES, FactColumn

KEYS = {
    "conversation": ("conversation_id",),
    "handling": ("conversation_id", "handling_id"),
    "answer": ("offer_id",),
    "sale": ("conversation_id", "transaction_id"),
}
"""The columns that identify a row of a table; they are never missing."""
EXTRA = ("version", "is_erased")
"""What a row has on a shard beside its own columns: the write that made it, and whether it took the row away."""

_ORDERS = {"answer": "ifNull(conversation_id, 0), offer_id"}
_SHARDS = {"answer": "ifNull(conversation_id, offer_id)"}
"""Where rows go: to their conversation's shard, since questions about both are asked there; alone, by their own id."""

_TYPES = {
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "TINYINT": "Int8",
    "BOOLEAN": "UInt8",
    "INTEGER[]": "Array(Int32)",
}


def on_shards(database: str) -> Iterator[str]:
    """Return the statements that make what every server has."""
    yield f"CREATE DATABASE {database}"
    for table, columns in TABLES.items():
        made = ", ".join(f"{one.name} {_type(table, one)}" for one in columns)
        order = _ORDERS.get(table, ", ".join(KEYS[table]))
        yield (
            f"CREATE TABLE {database}.{table}_rows ({made}, version UInt64, is_erased UInt8)"
            f" ENGINE = ReplacingMergeTree(version) ORDER BY ({order})"
        )
        names = ", ".join(one.name for one in columns)
        yield (
            f"CREATE VIEW {database}.{table}_now AS"
            f" SELECT {names} FROM {database}.{table}_rows FINAL WHERE is_erased = 0"
        )


def on_top(database: str, cluster: str | None) -> Iterator[str]:
    """Return the statements that make what only the server has that is asked."""
    yield (
        f"CREATE TABLE {database}.watermark (project_id Int32, seq Int64, version UInt64)"
        " ENGINE = ReplacingMergeTree(version) ORDER BY project_id"
    )
    for table in TABLES:
        rows, now = f"{database}.{table}_rows", f"{database}.{table}_now"
        if cluster is None:
            yield f"CREATE VIEW {database}.{table} AS SELECT * FROM {now}"
            continue
        of, shard = f"Distributed({cluster}, {database}", _SHARDS.get(table, "conversation_id")
        yield f"CREATE TABLE {database}.{table}_in AS {rows} ENGINE = {of}, {table}_rows, {shard})"
        yield f"CREATE TABLE {database}.{table} AS {now} ENGINE = {of}, {table}_now)"


def takes_in(table: str, cluster: str | None) -> str:
    """Return the name of the table that takes rows in."""
    return f"{table}_rows" if cluster is None else f"{table}_in"


def _type(table: str, column: FactColumn) -> str:
    plain = _TYPES[column.type]
    return plain if plain.startswith("Array") or column.name in KEYS[table] else f"Nullable({plain})"
