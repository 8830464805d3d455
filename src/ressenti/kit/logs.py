"""How the program writes its log: one JSON object a line on standard error, without the values of variables.

What people wrote, or searched for, is in no line: an exception is told by its place and its kind, not by its words,
which often repeat a value.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog


def get_logger() -> Any:
    """Return the log of a module: whatever runs, server or command, its lines go to standard error."""
    return structlog.get_logger()


def include_others() -> None:
    """Write what other packages log in the same form; once, when a server starts."""
    others = logging.StreamHandler()
    others.setFormatter(_OfOthers())
    logging.basicConfig(level=logging.WARNING, handlers=[others])


class _OfOthers(logging.Formatter):
    """Writes what packages of other people log as one of our lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = {
            "event": record.getMessage().partition("\n")[0],
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        error = record.exc_info[1] if record.exc_info else None
        return json.dumps(line | ({"exception": trace(error)} if error else {}))


def trace(error: BaseException) -> str:
    """Return where an exception was raised, innermost last, and of which kind it is, with those that led to it.

    Of an error of the system or of SQLite there is its reason, which names no value.
    """
    return "\n".join(_traces(error, set()))


def _traces(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traces(before, seen)
        yield ""
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield ": ".join(filter(None, [f"{type(error).__module__}.{type(error).__qualname__}", _reason(error)]))
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(one) not in seen:
            yield from _traces(one, seen)


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(getattr(error, "sqlite_errorname", ""))


def _traced(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = trace(error)
    return event


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traced,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
)
