"""`ressenti serve` with faults at every place from which an exception reaches the log, each with words in all of it.

What is asked of `/fault/NAME` fails as the function of that name does. With `RESSENTI_TOLD_WHOLE` it logs as Python and
the packages do by themselves: the control.
"""

import asyncio
import logging
import os
import threading
import traceback
from typing import Any

from ressenti.cli import main
from ressenti.kit import logs
from ressenti.search.index import Index
from ressenti.web.pages.report.progress import PartsInProgress
from ressenti.web.server import http_protocol
from ressenti.web.server.security import SecurityMiddleware

SAID = "my card is 4970 1000"
TOLD_WHOLE = "RESSENTI_TOLD_WHOLE"


class Worded(Exception):
    """A fault that repeats what people wrote."""


def fail(*_given: Any, said: str = SAID, **_more: Any) -> Any:
    try:
        raise KeyError(said)
    except KeyError as error:
        told = Worded(f"near “{said}”", {"said": said})
        told.add_note(said)
        raise told from error


def failing(_said: str) -> None:
    fail()


async def of_a_task() -> None:
    fail()


class Dying:
    def __del__(self) -> None:
        fail()


async def application() -> None:
    fail()


async def callback() -> None:
    asyncio.get_running_loop().call_soon(failing, SAID)


async def task() -> None:
    lost = asyncio.ensure_future(of_a_task())
    await asyncio.wait([lost])
    del lost


async def thread() -> None:
    ended = threading.Thread(target=failing, args=(SAID,))
    ended.start()
    ended.join()


async def dying() -> None:
    Dying()


async def package() -> None:
    try:
        fail()
    except Worded as error:
        logging.getLogger("somebody").exception("no answer to %s", SAID)
        logging.getLogger("somebody").error(error)  # noqa: TRY400 - as uvicorn tells of a port that is taken


FAULTS = {one.__name__: one for one in (application, callback, task, thread, dying, package)}


def with_faults() -> None:
    """Have the server fail where it is asked to."""
    answer: Any = SecurityMiddleware.__call__

    async def answer_or_fail(middleware: SecurityMiddleware, scope: Any, receive: Any, send: Any) -> None:
        name = scope.get("path", "").removeprefix("/fault/")
        if name in FAULTS:
            await FAULTS[name]()
        await answer(middleware, scope, receive, send)

    received: Any = http_protocol.LimitedHttpProtocol.data_received

    def receive_or_fail(receiver: Any, data: bytes) -> None:
        if b"/fault/receiving" in data:
            fail(data)
        received(receiver, data)

    changed: Any = (SecurityMiddleware, http_protocol.LimitedHttpProtocol, Index, PartsInProgress)
    changed[0].__call__, changed[1].data_received = answer_or_fail, receive_or_fail
    changed[2].find, changed[3].ready = fail, fail


def told_whole() -> None:
    """Log as others do, with the words of exceptions."""
    whole: Any = logs
    whole.trace = lambda error: "".join(traceback.format_exception(error))
    whole.include_others = lambda: logging.basicConfig(level=logging.WARNING)


if __name__ == "__main__":
    with_faults()
    if os.environ.get(TOLD_WHOLE):
        told_whole()
    main()
