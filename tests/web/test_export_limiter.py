"""Few exports are made at a time, in the order in which they were asked for, and none for who has left."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ressenti.web.server.export_limiter import ExportLimiter, TooManyExports
from ressenti.web.server.security import ClientDisconnected
from tests.support.environment import PATIENCE_S


class Asker:
    """Somebody who asks, and may leave."""

    def __init__(self) -> None:
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._left.set()

    async def receive(self) -> Any:
        await self._left.wait()
        return {"type": "http.disconnect"}


class Lost(Exception):
    """What goes wrong."""


class Work:
    """What goes on until it may end, or is not wanted any more."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.may_end = threading.Event()

    def make(self, number: int) -> Callable[[Callable[[], None]], int]:
        def made(going_on: Callable[[], None]) -> int:
            self.begun.append(number)
            while not self.may_end.wait(0.01):
                going_on()
            return number

        return made


async def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < ends
        await asyncio.sleep(0.01)


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


def test_two_are_made_at_a_time_three_wait_in_order_and_the_sixth_is_told_to_ask_again() -> None:
    async def asked() -> None:
        limiter, work = ExportLimiter(at_once=2, longest_queue=3), Work()
        making = [asyncio.create_task(limiter.make(Asker().receive, work.make(i))) for i in range(5)]
        await until(lambda: len(work.begun) == 2)

        with pytest.raises(TooManyExports):
            await limiter.make(Asker().receive, work.make(5))
        assert work.begun == [0, 1]
        work.may_end.set()
        assert await asyncio.gather(*making) == [0, 1, 2, 3, 4]
        assert work.begun == [0, 1, 2, 3, 4]

    _run(asked())


def test_who_leaves_is_not_worked_for_any_more_and_their_turn_is_the_next_ones() -> None:
    async def asked() -> None:
        limiter, work = ExportLimiter(at_once=1, longest_queue=2), Work()
        askers = [Asker() for _ in range(3)]
        first, second, third = (
            asyncio.create_task(limiter.make(one.receive, work.make(i))) for i, one in enumerate(askers)
        )
        await until(lambda: work.begun == [0])

        askers[1].leave()  # while waiting
        with pytest.raises(ClientDisconnected):
            await second
        askers[0].leave()  # while it is made
        with pytest.raises(ClientDisconnected):
            await first
        await until(lambda: work.begun == [0, 2])
        work.may_end.set()
        assert await third == 2

    _run(asked())


def test_what_fails_gives_its_turn_back() -> None:
    def fail(_going_on: Callable[[], None]) -> None:
        raise Lost

    async def asked() -> None:
        limiter = ExportLimiter(at_once=1)
        for _ in range(3):
            with pytest.raises(Lost):
                await limiter.make(Asker().receive, fail)
        assert await limiter.make(Asker().receive, lambda _going_on: 7) == 7

    _run(asked())
