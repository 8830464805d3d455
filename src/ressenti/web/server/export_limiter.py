"""How what takes long is made: few at a time, so that everything else is answered meanwhile, and only for who waits.

All requests share a handful of threads and one interpreter: as many exports as there are threads, and the smallest page
waits until one of them is made.
"""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

from litestar.concurrency import sync_to_thread
from litestar.types import Receive

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal
from ressenti.web.server.security import ClientDisconnected

AT_ONCE = 2
"""How many exports are made at a time: with more of them, each is ready later and every page is slower."""
LONGEST_QUEUE = 8
"""The longest queue; requests beyond it are refused."""

LimitedResult = TypeVar("LimitedResult")


class TooManyExports(Refusal):
    """More exports are asked for than can be made soon."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "too_many_exports"
    sentence = _("Many exports are being made at the moment, and others wait already. Try again in a moment.")
    again_s = 10


class ExportLimiter:
    """Limits how many exports are made at once; others wait in the order of their requests."""

    def __init__(self, at_once: int = AT_ONCE, longest_queue: int = LONGEST_QUEUE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._longest_queue = longest_queue
        self._waiting = 0

    async def make(self, receive: Receive, work: Callable[[Callable[[], None]], LimitedResult]) -> LimitedResult:
        """Return what work makes, in a thread, once it is its turn; as it goes on, work calls what it is given.

        Raises TooManyExports; and ClientDisconnected, in work as well, where `receive` reports that the client is gone.
        """
        gone = Event()

        def going_on() -> None:
            if gone.is_set():
                raise ClientDisconnected

        leaving = asyncio.ensure_future(_note_leaving(receive, gone))
        try:
            await self._wait(leaving)
            try:
                going_on()
                return await sync_to_thread(work, going_on)
            finally:
                self._free.release()
        finally:
            leaving.cancel()

    async def _wait(self, leaving: asyncio.Future[None]) -> None:
        if self._free.locked() and self._waiting >= self._longest_queue:
            raise TooManyExports
        turn = asyncio.ensure_future(self._free.acquire())
        self._waiting += 1
        try:
            await asyncio.wait((turn, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting -= 1
            is_mine = turn.done()
            turn.cancel()
        if not is_mine:
            raise ClientDisconnected


async def _note_leaving(receive: Receive, gone: Event) -> None:
    """Wait until the client disconnects, and note it. The rest of its request is ignored."""
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    except ClientDisconnected:
        pass
    gone.set()
