"""Something asked by several threads is made once: who asks while it is being made waits for it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

FlightKey = TypeVar("FlightKey", bound=Hashable)
FlightResult = TypeVar("FlightResult")


class SingleFlight(Generic[FlightKey, FlightResult]):
    """What was made, by what was asked for. A failure is raised to all who wait, and not kept.

    With `most`, only as many are kept, the latest asked for; with `is_kept`, only those of which it says so.
    """

    def __init__(
        self, most: int | None = None, *, is_kept: Callable[[FlightResult], bool] = lambda _made: True
    ) -> None:
        self._made: OrderedDict[FlightKey, Future[FlightResult]] = OrderedDict()
        self._most = most
        self._is_kept = is_kept
        self._turn = Lock()

    def __call__(self, key: FlightKey, make: Callable[[], FlightResult]) -> FlightResult:
        """Return what was made for this, or make it."""
        with self._turn:
            pending = self._made.get(key)
            if pending is None:
                self._made[key] = future = Future[FlightResult]()
                if self._most is not None and len(self._made) > self._most:
                    self._made.popitem(last=False)
            else:
                self._made.move_to_end(key)
        if pending is not None:
            return pending.result()
        try:
            made = make()
        except BaseException as error:
            self._forget(key)
            future.set_exception(error)
            raise
        if not self._is_kept(made):
            self._forget(key)
        future.set_result(made)
        return made

    def made(self) -> list[FlightResult]:
        """Return what was made and is kept, what was asked for longest ago first."""
        with self._turn:
            return [one.result() for one in self._made.values() if one.done() and not one.exception()]

    def _forget(self, key: FlightKey) -> None:
        with self._turn:
            self._made.pop(key, None)
