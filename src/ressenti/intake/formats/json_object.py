"""What one line of JSON holds: a text for each of its keys, or why it is not taken."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from ressenti.intake.model import LISTS, CellType, FileKind
from ressenti.intake.values.columns import KNOWN
from ressenti.intake.values.numbers import JsonNumber
from ressenti.intake.values.row_errors import RowError, quoted
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.keys import id_before_float

DEEPEST = 32
"""How many objects and arrays may stand inside each other."""

_CONTAINERS = {dict, list}

JsonCells = dict[str, Any]
"""A text for each key; a list of texts where the column holds several names."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowError("duplicate_key", Sentence(_("the key {key} is there more than once"), key=quoted(twice)))
    return found


def _constant(name: str) -> NoReturn:
    raise RowError("number", Sentence(_("{value} is not a number"), value=name))


_decode: Callable[[str], Any] = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=JsonNumber, parse_float=JsonNumber, parse_constant=_constant
).decode


def read_object(line: str, kind: FileKind) -> JsonCells:
    """Return the cells of an object on one line; raises RowError where it is none, or holds what no cell can."""
    try:
        values = _decode(line)
    except json.JSONDecodeError as error:
        raise RowError(
            "malformed_json",
            Sentence(
                _("{fault} at character {place}: {line}"), fault=error.msg, place=error.pos + 1, line=quoted(line)
            ),
        ) from None
    except RecursionError:
        raise RowError(
            "too_deep", Sentence(_("more than {most} objects or arrays stand inside each other"), most=DEEPEST)
        ) from None
    if type(values) is not dict:
        raise RowError("malformed_json", Sentence(_("this is not an object: {line}"), line=quoted(line)))
    if not _CONTAINERS.isdisjoint(map(type, values.values())):
        _require_depth(values)
    if "\\u" in line:
        _require_characters(values)
    types = KNOWN[kind]
    return {
        name: value if type(value) is str else _cell(name, value, types.get(name)) for name, value in values.items()
    }


def as_cells(line: str, kind: FileKind) -> dict[str, str] | None:
    """Return the text a CSV file would have for each key of an object, whatever it holds; None where it has none."""
    try:
        values = _decode(line)
    except (json.JSONDecodeError, RecursionError, RowError):
        return None
    if type(values) is not dict:
        return None
    lists = {name for name, holds in KNOWN[kind].items() if holds in LISTS}
    cells = {name: _as_cell(value, is_list=name in lists) for name, value in values.items()}
    return {name: cell for name, cell in cells.items() if cell is not None} if None not in cells.values() else None


def _as_cell(value: object, *, is_list: bool) -> str | None:
    if value is None:
        return ""
    if is_list and isinstance(value, list):
        items = ["" if item is None else item if isinstance(item, str) else written(item) for item in value]
        return None if any(";" in item for item in items) else ";".join(items)
    return value if isinstance(value, str) else written(value)


def _cell(name: str, value: object, holds: CellType | None) -> str | list[str]:
    """Return a value as the text a cell would have; values of columns we do not know may be anything."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, JsonNumber):
        if holds is CellType.KEY:
            return id_before_float(value) or str(value)
        return str(value) if holds is None else value
    if holds is None:
        return written(value)
    if holds in LISTS and isinstance(value, list):
        return [_item(name, item) for item in value]
    raise RowError(
        "type", Sentence(_("{column}: {value} is not a single value"), column=name, value=quoted(written(value)))
    )


def _item(name: str, item: object) -> str:
    if isinstance(item, dict | list):
        raise RowError(
            "type", Sentence(_("{column}: {value} is not a single value"), column=name, value=quoted(written(item)))
        )
    return "" if item is None else written(item) if isinstance(item, bool) else str(item)


def written(value: object) -> str:
    """Return a value as JSON, its numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(name)}:{written(inside)}" for name, inside in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return str(value) if isinstance(value, JsonNumber) else json.dumps(value, ensure_ascii=False)


def _require_depth(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if _is_deep(value, DEEPEST - 1):
            raise RowError(
                "too_deep",
                Sentence(
                    _("{column}: more than {most} objects or arrays stand inside each other"),
                    column=quoted(name),
                    most=DEEPEST,
                ),
            )


def _is_deep(value: object, allowed: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return allowed < 1 or any(_is_deep(one, allowed - 1) for one in inside)


def _require_characters(value: object) -> None:
    """Refuse what escapes can write and no store can keep: NUL, and halves of a character."""
    for text in _texts(value):
        if "\0" in text:
            raise RowError("control_character", Sentence(_("{value} holds a NUL character"), value=quoted(text)))
        if not _is_whole(text):
            raise RowError("unicode", Sentence(_("{value} holds half of a character"), value=quoted(text)))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
