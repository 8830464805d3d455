"""An exception in the log is told by its place and its kind; its words, which repeat values, are left out."""

import errno
import json
import logging
import socket
import ssl
from typing import Any

import pytest

from ressenti.kit import logs

WROTE = "my card is 4970 1000"


def raised(work: Any) -> BaseException:
    with pytest.raises(BaseException) as found:  # noqa: PT011 - any, by its kind below
        work()
    return found.value


def convert() -> None:
    try:
        int(WROTE)
    except ValueError as error:
        raise KeyError(WROTE) from error


def test_the_words_of_an_exception_and_of_what_led_to_it_are_left_out() -> None:
    told = logs.trace(raised(convert)).splitlines()

    assert WROTE not in "\n".join(told)
    assert [one for one in told if one.startswith("builtins.")] == ["builtins.ValueError", "builtins.KeyError"]
    assert [one.rpartition("in ")[2] for one in told if "test_logs" in one] == ["convert", "raised", "convert"]


def test_the_reason_of_the_system_stays_without_the_name_of_a_file() -> None:
    told = logs.trace(OSError(errno.ENOSPC, "No space left on device", f"/srv/{WROTE}"))

    assert told == "builtins.OSError: No space left on device"


def test_a_reason_that_others_word_is_told_in_the_words_of_the_system() -> None:
    assert logs.trace(OSError(errno.EADDRINUSE, f"no {WROTE}")) == "builtins.OSError: Address already in use"
    assert logs.trace(ssl.SSLError(1, WROTE)) == "ssl.SSLError"
    assert logs.trace(socket.gaierror(socket.EAI_NONAME, "Name or service not known")).endswith("not known")
    assert logs.trace(OSError(WROTE)) == "builtins.OSError"


@pytest.mark.parametrize(
    ("told", "values", "event"),
    [
        ("%d of %s", ("many", "few"), "%d of %s"),
        (f"Exception in callback put('{WROTE}')\nhandle: <Handle>", (), "Exception in callback put"),
        (ValueError(WROTE), (), "exception"),
    ],
)
def test_what_other_packages_say_of_an_exception_ends_before_its_values(
    told: object, values: tuple[object, ...], event: str
) -> None:
    error = None if values else raised(convert)
    given = (type(error), error, None) if error else None
    line = json.loads(logs._OfOthers().format(logging.LogRecord("asyncio", 40, "", 1, told, values, given)))

    assert line["event"] == event
    assert WROTE not in json.dumps(line)


def test_a_group_of_exceptions_tells_each() -> None:
    told = logs.trace(ExceptionGroup(WROTE, [ValueError(WROTE), OSError(errno.EIO, "Input/output error")]))

    assert told.splitlines() == [
        "builtins.ExceptionGroup",
        "builtins.ValueError",
        "builtins.OSError: Input/output error",
    ]


@pytest.mark.parametrize("how", ["exception", "error"])
def test_a_line_is_one_json_object_on_standard_error(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        convert()
    except KeyError as error:
        given: dict[str, Any] = {} if how == "exception" else {"exc_info": error}
        getattr(logs.get_logger(), how)("fault", path="/", **given)
    told = capsys.readouterr()
    [line] = told.err.splitlines()

    assert told.out == ""
    assert json.loads(line)["exception"].endswith("builtins.KeyError")
    assert WROTE not in line


def test_what_other_packages_log_is_told_alike() -> None:
    error = raised(convert)
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "", 1, "Exception in %s", (WROTE,), (KeyError, error, None)
    )
    line = json.loads(logs._OfOthers().format(record))

    assert (line["event"], line["level"], line["logger"]) == ("Exception in %s", "error", "uvicorn.error")
    assert line["exception"].endswith("builtins.KeyError")
    assert WROTE not in json.dumps(line)
