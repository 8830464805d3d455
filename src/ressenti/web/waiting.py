"""Who keeps the server waiting: connections whose request is not whole, counted by network address and by descriptors.

Whoever sends whole requests is never kept out by those who send halves: where there are too many, the oldest half of
the address that has most of them is turned away, and some descriptors are always left for the work on whole ones.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from ressenti.kit.logs import get_logger

MOST_UNFINISHED = 64
"""How many requests of one network address may be unfinished; `--unfinished` or RESSENTI_UNFINISHED says otherwise."""
KEPT_DESCRIPTORS = 50
"""How many file descriptors no unfinished request takes: whole ones need them for connections, databases and files."""
COUNTED_AGAIN_S, TOLD_AGAIN_S, MOMENT_S = 1.0, 1.0, 0.1
MOST_LINES = 20
"""How many addresses are named at once in the log; what is beyond is counted together."""

log = get_logger()


Later = Callable[[float, Callable[[], None]], object]
"""Calls something after so many seconds."""


class Why(StrEnum):
    """Why a request was ended before it was whole."""

    LATE = "not whole in time"
    LARGE = "too large"
    MANY_OF_ONE = "too many of this address"
    DESCRIPTORS = "descriptors are kept for whole requests"


class Guest(Protocol):
    """A connection as whoever looks after all of them sees it."""

    def turn_away(self, why: Why) -> None:
        """End it now; of one whose request is not whole, say why."""


class WaitingRoom:
    """Every open connection: those whose request is not whole, those that rest between requests, and all others."""

    def __init__(self, most: int, later: Later, limit: Callable[[], int | None] | None = None) -> None:
        self.most = most
        self._later = later
        self._limit = limit or descriptor_limit
        self._crowded: set[str] = set()
        self._open: set[Guest] = set()
        self._ending: set[Guest] = set()
        self._resting: dict[Guest, None] = {}
        self._waiting: dict[str, dict[Guest, None]] = {}
        self._places: dict[Guest, str] = {}
        self._elsewhere, self._counted_at = 0, float("-inf")

    def open(self, guest: Guest) -> None:
        """Take a new connection in."""
        self._open.add(guest)

    def make_room(self) -> None:
        """Turn away as many as hold the descriptors that are kept for whole requests."""
        for _ in range(max(0, -self._spare())):
            if not self._turn_one_away():
                return

    def close(self, guest: Guest) -> None:
        """Forget a connection that is closed."""
        self._go(guest)
        self._open.discard(guest)
        self._ending.discard(guest)

    def wait(self, guest: Guest, place: str, *, counts: bool = True) -> None:
        """Note that a request is on its way, from an address of the network, and that it is not whole yet.

        Past the most of one address its oldest are turned away, a moment later: of many that come at once a whole one
        may not have been read yet. `counts` is false for a proxy that many come through.
        """
        self._go(guest)
        others = self._waiting.setdefault(place, {})
        others[guest] = None
        self._places[guest] = place
        if counts and len(others) > self.most and place not in self._crowded:
            self._crowded.add(place)
            self._later(MOMENT_S, partial(self._thin_out, place))

    def leave(self, guest: Guest) -> None:
        """Note that a request is whole."""
        self._go(guest)

    def rest(self, guest: Guest) -> None:
        """Note that nothing is asked at the moment: whoever rests is the first to go where there is no room."""
        self._go(guest)
        self._resting[guest] = None

    def _go(self, guest: Guest) -> None:
        self._resting.pop(guest, None)
        place = self._places.pop(guest, None)
        if place is not None:
            self._waiting[place].pop(guest)
            if not self._waiting[place]:
                del self._waiting[place]

    def _thin_out(self, place: str) -> None:
        self._crowded.discard(place)
        while len(others := self._waiting.get(place, {})) > self.most:
            self._end(next(iter(others)), Why.MANY_OF_ONE)

    def _turn_one_away(self) -> bool:
        if self._resting:
            oldest = next(iter(self._resting))
        elif self._waiting:
            crowd = max(self._waiting.values(), key=len)
            oldest = next(iter(crowd))
        else:
            return False
        self._end(oldest, Why.DESCRIPTORS)
        return True

    def _end(self, guest: Guest, why: Why) -> None:
        self._go(guest)
        self._ending.add(guest)
        guest.turn_away(why)

    def _spare(self) -> int:
        """Return how many descriptors may still be taken; below 0, that many too many are."""
        limit = self._limit()
        if limit is None:
            return 1
        now = time.monotonic()
        if now - self._counted_at >= COUNTED_AGAIN_S:
            self._elsewhere, self._counted_at = max(0, open_descriptors() - len(self._open)), now
        return limit - KEPT_DESCRIPTORS - self._elsewhere - len(self._open) + len(self._ending)


class Told:
    """Counts what was ended, and says it in the log: at most once a second, by reason and address, without contents."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._counts: Counter[tuple[Why, str]] = Counter()

    def note(self, why: Why, place: str) -> None:
        """Count one."""
        if not self._counts:
            self._later(TOLD_AGAIN_S, self.say)
        self._counts[why, place] += 1

    def say(self) -> None:
        """Write what was counted."""
        said = self._counts.most_common(MOST_LINES)
        for (why, place), count in said:
            log.warning("unfinished_requests_ended", why=why.value, address=place, count=count)
        others = self._counts.total() - sum(count for _one, count in said)
        if others:
            log.warning("unfinished_requests_ended", why="other addresses", count=others)
        self._counts.clear()


def descriptor_limit() -> int | None:
    """Return how many descriptors this process may have, None where nothing says."""
    with suppress(ImportError):
        import resource

        soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        return None if soft == resource.RLIM_INFINITY else soft
    return None


def open_descriptors() -> int:
    """Return how many descriptors this process has, 0 where nothing says."""
    with suppress(OSError):
        return sum(1 for _one in Path("/dev/fd").iterdir())
    return 0
