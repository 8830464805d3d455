"""Which settings, tables and columns are there? Writes docs/settings.md and docs/data-model.md from the code."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Column, Table

from ressenti.facts.schema import TABLES
from ressenti.kit.settings import SETTINGS, Setting
from ressenti.record.tables import metadata

DOCS = Path(__file__).resolve().parent.parent / "docs"

SETTINGS_HEAD = """# Settings

Everything an installation can be told. An option of the command line wins over the environment; `ressenti doctor` names
the variables that are set, and those that look like one of these and are none. What a project decides for its figures
(zone, currency, week, scales) is no setting of the installation: `ressenti project`. `make docs` writes this page.

| variable | option | value | meaning |
| --- | --- | --- | --- |
"""

MODEL_HEAD = """# Data model

Which tables there are, made from the code by `make docs`. What the columns of the record mean, and why, stands beside
each of them in `record/tables`; how the two hang together is [the road of a conversation](architecture.md).

Moments are integers, microseconds since 1970 in UTC; amounts are millionths of the currency.

## The facts: what was measured

Numbers and surrogate ids only, on DuckDB, on ClickHouse and in memory. They can be thrown away: `ressenti rebuild`.
"""

RECORD_HEAD = """
## The record: what happened

"?" marks columns that may be empty; "→" the table whose row is meant.
"""


def settings_page() -> str:
    """Return the page of settings as it should be."""
    return SETTINGS_HEAD + "".join(map(_setting, SETTINGS))


def _setting(setting: Setting) -> str:
    option = f"`{setting.option}`" if setting.option else ""
    said = " ".join(filter(None, (f"{setting.meaning}.", _otherwise(setting), setting.note)))
    return f"| `{setting.variable}` | {option} | {setting.metavar} | {said} |\n"


def _otherwise(setting: Setting) -> str:
    return f"Default: {setting.default}." if setting.default else ""


def model_page() -> str:
    """Return the page of the data model as it should be."""
    return MODEL_HEAD + "".join(_facts()) + RECORD_HEAD + "".join(map(_record_table, metadata.sorted_tables))


def _facts() -> Iterator[str]:
    for name, columns in TABLES.items():
        yield f"\n### `{name}`\n\n| column | type | meaning |\n| --- | --- | --- |\n"
        for column in columns:
            yield f"| `{column.name}` | {column.type} | {column.meaning} |\n"


def _record_table(table: Table) -> str:
    columns = ", ".join(_record_column(column) for column in table.columns)
    return f"\n### `{table.name}`\n\n{columns}\n"


def _record_column(column: Column[object]) -> str:
    target = next((f" → `{key.column.table.name}`" for key in column.foreign_keys), "")
    return f"`{column.name}`{'?' if column.nullable else ''}{target or f' {column.type}'.lower()}"


PAGES: dict[Path, Callable[[], str]] = {DOCS / "settings.md": settings_page, DOCS / "data-model.md": model_page}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
