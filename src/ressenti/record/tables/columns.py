"""What tables are made of: keys, references, moments, and what every row that was imported has."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def primary_key() -> Column[int]:
    """Return the key that the store gives a row."""
    return Column("id", Integer, primary_key=True)


def reference(name: str, target: str, *, optional: bool = False) -> Column[int]:
    """Return a column that names a row of another table."""
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=optional)


def provenance() -> tuple[Column[int], Column[int]]:
    """Return the fingerprint of a row as it arrived, and the import that brought it last."""
    return Column("digest", BigInteger, nullable=False), Column("import_id", Integer, nullable=False)


def arrival() -> Column[int]:
    """Return the place of a row in the order of arrival, where its key does not tell (D35)."""
    return Column("arrival", BigInteger)


def seal(table: str, *key: str) -> tuple[Column[int], Index]:
    """Return the checksum of a row, and what finds the rows that have none yet."""
    waiting = Index(f"ix_{table}_unsealed", *(key or ("id",)), sqlite_where=text("seal IS NULL"))
    return Column("seal", Integer), waiting


def moment(name: str, *, optional: bool = False) -> Column[int]:
    """Return a column of microseconds since 1970 in UTC."""
    return Column(name, BigInteger, nullable=optional)


def pair(name: str, left: str, right: str) -> Table:
    """Declare a many-to-many table, kept in the order it is read in."""
    return Table(
        name,
        metadata,
        Column(f"{left}_id", Integer, ForeignKey(f"{left}.id"), primary_key=True),
        Column(f"{right}_id", Integer, ForeignKey(f"{right}.id"), primary_key=True),
        Column("position", Integer, nullable=False),
        *seal(name, f"{left}_id", f"{right}_id"),
        sqlite_with_rowid=False,
    )


def table(name: str, *items: SchemaItem, **options: Any) -> Table:
    """Declare a table."""
    return Table(name, metadata, *items, **options)
