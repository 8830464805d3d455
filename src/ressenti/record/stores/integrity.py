"""Is the file of the record still what was written? Its pages and indexes, the form of its tables, and its rows."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import dialect

from ressenti.kit.i18n import Sentence, _
from ressenti.record.refusals import DamagedDatabase
from ressenti.record.stores.row_checksums import are_declared, broken_rows
from ressenti.record.stores.storage_errors import code_of, storage_refusal
from ressenti.record.tables import metadata

SHOWN = 5
"""Places that are named; one is enough to know that a copy has to be put back."""

Damages = tuple[str, ...]
OnOpened = Callable[[Any], None]
"""Told the connection that looks, so that another thread can interrupt it."""


def damaged_pages(path: Path, opened: OnOpened = lambda _driver: None) -> Damages:
    """Return what is wrong with the pages, the indexes and the form of the tables, in words; nothing where all is well.

    It reads the whole file once. Raises StorageFull, StorageReadOnly and StorageFailing where the disk is at fault.
    """
    try:
        with closing(connect(path)) as driver:
            opened(driver)
            lines = [line for (line,) in driver.execute(f"PRAGMA integrity_check({SHOWN})") if line != "ok"]
            found = list(dict.fromkeys(map(in_words, lines)))
            return (*found, *islice(_misshapen(driver), SHOWN - len(found)))
    except sqlite.Error as error:
        return (_damage_in(error, path),)
    except UnicodeDecodeError:  # what SQLite says repeats a name
        return (Sentence(_("the name of a table is no text")),)


def damaged_rows(path: Path) -> Damages:
    """Return the imported rows that are not what was written, in words; raises as `damaged_pages` does."""
    damages: list[str] = []
    count = 0
    try:
        with closing(connect(path)) as driver:
            for row in broken_rows(driver):
                count += 1
                if count <= SHOWN:
                    damages.append(
                        Sentence(_("row {key} of {table} is not what was written"), key=row.key, table=row.table)
                    )
    except sqlite.Error as error:
        damages.append(_damage_in(error, path))
    except UnicodeDecodeError:
        damages.append(Sentence(_("the name of a table is no text")))
    if count > SHOWN:
        damages.append(Sentence(_("{count:,} rows in all"), count=count))
    return tuple(damages)


def damaged(url: str, found: Damages) -> DamagedDatabase:
    """Return the refusal that names what was found, and the way back."""
    return DamagedDatabase(url=url, found=listed(found))


def in_words(line: str) -> str:
    """Return what SQLite says of a damage in words: it speaks of its own trees, cells and error codes."""
    if found := re.search(r"row \d+ missing from index (\S+)|entries in index (\S+)|entry in index (\S+)", line):
        return Sentence(_("index {name} does not fit its table"), name=next(filter(None, found.groups())))
    if found := re.search(r"\bpage (\d+)", line, re.IGNORECASE):
        return Sentence(_("page {page} is damaged"), page=int(found[1]))
    return Sentence(_("a part of it is damaged and cannot be read"))


def is_misshapen(path: Path) -> bool:
    """Say whether the tables are not those that this version made."""
    try:
        with closing(connect(path)) as driver:
            return any(_misshapen(driver))
    except (sqlite.Error, UnicodeDecodeError):
        return True


def connect(path: Path) -> Any:
    """Open the file for reading, beside whoever has it open."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    driver = sqlite.connect(uri, uri=True, timeout=30.0, isolation_level=None, check_same_thread=False)
    driver.text_factory = lambda content: content.decode(errors="replace")
    return driver


def listed(found: Damages) -> str:
    """Return what was found as one reason, in words."""
    if len(found) == 1:
        return found[0]
    return Sentence("; ".join(f"{{found_{place}}}" for place in range(len(found))), **_numbered(found))


def _damage_in(error: sqlite.Error, path: Path) -> str:
    """Return in words what damage an error tells of; raises what tells of none."""
    if code_of(error) in {sqlite.SQLITE_INTERRUPT, sqlite.SQLITE_BUSY}:
        raise error
    if found := storage_refusal(error, path):
        raise found from error
    return in_words(str(error))


def _numbered(found: Damages) -> dict[str, object]:
    return {f"found_{place}": one for place, one in enumerate(found)}


def _misshapen(driver: Any) -> Iterator[str]:
    """Return the tables that are not as they are declared: the text that SQLite keeps of them is in no index."""
    for table in metadata.sorted_tables:
        if _columns(driver, table) != _wanted_columns(table):
            yield Sentence(_("table {table} has other columns"), table=table.name)
        elif not {one.name for one in table.indexes} <= _indexes(driver, table):
            yield Sentence(_("table {table} lacks an index"), table=table.name)
    if not are_declared(driver):
        yield Sentence(_("what keeps the checksums of rows up to date is not there"))


def _columns(driver: Any, table: Table) -> set[tuple[Any, ...]]:
    rows = driver.execute(f'PRAGMA table_info("{table.name}")')
    return {(name, kind, bool(is_required), bool(place)) for _number, name, kind, is_required, _usual, place in rows}


def _wanted_columns(table: Table) -> set[tuple[Any, ...]]:
    kinds = dialect().type_compiler_instance
    return {(one.name, kinds.process(one.type), not one.nullable, one.primary_key) for one in table.c}


def _indexes(driver: Any, table: Table) -> set[Any]:
    return {row[1] for row in driver.execute(f'PRAGMA index_list("{table.name}")')}
