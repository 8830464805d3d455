"""What is a record's own: the files that stand beside it under names made of its name."""

import re
from collections.abc import Iterator
from pathlib import Path

from ressenti.facts.store import facts_path
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.output_files import BadOutput
from ressenti.search.file import search_path

_BESIDE = re.compile(
    r"(-rejects|(\.(lock|server|day|password|before(-\d+)?))?(\.([0-9a-f]{8}\.)?part)?(-wal|-shm|-journal)?)"
)
"""How the names of what stands beside a record go on behind its own; `record.db.bak` is anybody's."""


def files_of_record(record: Path) -> Iterator[Path]:
    """Return the files of a record, and the folders that are its alone."""
    heads = (record.name, *_heads(record))
    for one in sorted(record.parent.iterdir()):
        if one.name.startswith(heads) and not one.is_symlink():
            yield one
            yield from (inside for inside in sorted(one.rglob("*")) if not inside.is_symlink())


def require_apart(path: Path, record: Path) -> None:
    """Refuse an output path at which the record keeps a file of its own, now or later; raises BadOutput."""
    place = path.parent.resolve() / path.name
    for own in {record.parent.resolve() / record.name, record.resolve()}:  # also where a link leads to it
        for one in (place, *place.parents):
            if one.parent == own.parent and _is_own(one.name, own):
                raise BadOutput(path=path, reason=Sentence(_("it is the place of a file of the record itself")))


def _is_own(name: str, record: Path) -> bool:
    is_beside = name.startswith(record.name) and _BESIDE.fullmatch(name, len(record.name)) is not None
    return is_beside or name.startswith(_heads(record))


def _heads(record: Path) -> tuple[str, ...]:
    return facts_path(record).name, search_path(record).name
