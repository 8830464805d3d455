"""How the program writes its log: one JSON object a line on standard error, without the values of variables.

What people wrote, or searched for, is in no line: an exception is told by its place and its kind, not by its words,
which often repeat a value.
"""

import errno
import json
import logging
import os
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog


def get_logger() -> Any:
    """Return the log of a module: whatever runs, server or command, its lines go to standard error."""
    return structlog.get_logger()


def include_others() -> None:
    """Write what other packages and Python itself log in the same form; once, when a server starts."""
    others = logging.StreamHandler()
    others.setFormatter(_OfOthers())
    logging.basicConfig(level=logging.WARNING, handlers=[others])
    # Python tells of these on standard error by itself, with the words of the exception.
    threading.excepthook = lambda ended: _uncaught("thread_ended", ended.exc_value)
    sys.unraisablehook = lambda ended: _uncaught("exception_ignored", ended.exc_value)


def _uncaught(event: str, error: BaseException | None) -> None:
    if not isinstance(error, SystemExit):
        get_logger().error(event, exc_info=error)


class _OfOthers(logging.Formatter):
    """Writes what packages of other people log as one of our lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = {"event": _told(record), "level": record.levelname.lower(), "logger": record.name}
        given = record.exc_info[1] if record.exc_info else record.msg
        return json.dumps(line | ({"exception": trace(given)} if isinstance(given, BaseException) else {}))


def _told(record: logging.LogRecord) -> str:
    """Return what a package says, of an exception no more than that there was one.

    With an exception, what stands in brackets are the values that a call was given, and values that are filled in may
    be those of the exception; words that do not fit their values are told without them.
    """
    if isinstance(record.msg, BaseException):
        return "exception"
    if record.exc_info:
        return str(record.msg).partition("\n")[0].partition("(")[0].strip()
    try:
        return record.getMessage().partition("\n")[0]
    except (TypeError, ValueError, KeyError):
        return str(record.msg).partition("\n")[0]


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
    """Return the reason in the words of the system, which are the same whatever the values."""
    if isinstance(error, socket.gaierror):
        return error.strerror or ""
    if isinstance(error, OSError):
        is_known = error.errno in errno.errorcode and not isinstance(error, ssl.SSLError)  # TLS has numbers of its own
        return os.strerror(error.errno or 0) if is_known else ""
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
