"""Who keeps the server waiting: connections whose request is not whole, counted by network address and by descriptors.

Whoever sends whole requests is never kept out by those who send halves: where there are too many, the oldest half of
the address that has most of them is turned away, and some descriptors are always left for the work on whole ones. So
is, of an address to which more answers are being given than it may send halves, the one that is given for longest.
"""

from functools import partial
from typing import Protocol

from ressenti.web.server.descriptors import Descriptors
from ressenti.web.server.ended_requests import Later, RejectionReason

MOST_UNFINISHED = 64
"""How many requests of one network address may be unfinished; `--unfinished` or RESSENTI_UNFINISHED says otherwise."""
MOMENT_S = 0.1


class Connection(Protocol):
    """A connection as the limiter of all of them sees it."""

    def turn_away(self, why: RejectionReason) -> None:
        """End it now; of one whose request is not whole, say why."""


class ConnectionLimiter:
    """Every open connection: those whose request is not whole, those that rest between requests, and all others."""

    def __init__(self, most: int, later: Later, descriptors: Descriptors) -> None:
        self.most = most
        self._later = later
        self._descriptors = descriptors
        self._crowded: set[str] = set()
        self._open: set[Connection] = set()
        self._ending: set[Connection] = set()
        self._resting: dict[Connection, None] = {}
        self._waiting: dict[str, dict[Connection, None]] = {}
        self._answered: dict[str, dict[Connection, None]] = {}
        self._places: dict[Connection, str] = {}
        self._uncounted: set[Connection] = set()

    def open(self, guest: Connection) -> None:
        """Take a new connection in."""
        self._open.add(guest)

    def make_room(self) -> None:
        """Turn away as many as hold the descriptors that are kept for whole requests."""
        for _ in range(max(0, -self._spare())):
            if not self._turn_one_away():
                return

    def close(self, guest: Connection) -> None:
        """Forget a connection that is closed."""
        self._go(guest)
        self._open.discard(guest)
        self._ending.discard(guest)

    def wait(self, guest: Connection, place: str, *, counts: bool = True) -> None:
        """Note that a request is on its way, from an address of the network, and that it is not whole yet.

        Past the most of one address its oldest are turned away, a moment later: of many that come at once a whole one
        may not have been read yet. `counts` is false for a proxy that many come through.
        """
        self._go(guest)
        others = self._waiting.setdefault(place, {})
        others[guest] = None
        self._places[guest] = place
        if not counts:
            self._uncounted.add(guest)
        if counts and len(others) > self.most and place not in self._crowded:
            self._crowded.add(place)
            self._later(MOMENT_S, partial(self._thin_out, place))

    def leave(self, guest: Connection) -> None:
        """Note that a request is whole, and being answered."""
        is_counted = guest not in self._uncounted
        place = self._go(guest)
        if place is not None and is_counted and guest in self._open:  # a request may end after its connection
            self._answered.setdefault(place, {})[guest] = None
            self._places[guest] = place

    def rest(self, guest: Connection) -> None:
        """Note that nothing is asked at the moment: idle connections are closed first where there is no room."""
        self._go(guest)
        self._resting[guest] = None

    def _go(self, guest: Connection) -> str | None:
        """Take a connection out of where it is; return the address for which it was noted."""
        self._resting.pop(guest, None)
        self._uncounted.discard(guest)
        place = self._places.pop(guest, None)
        if place is None:
            return None
        for crowds in (self._waiting, self._answered):
            if guest in (crowd := crowds.get(place, {})):
                del crowd[guest]
                if not crowd:
                    del crowds[place]
        return place

    def _thin_out(self, place: str) -> None:
        self._crowded.discard(place)
        while len(others := self._waiting.get(place, {})) > self.most:
            self._end(next(iter(others)), RejectionReason.MANY_OF_ONE)

    def _turn_one_away(self) -> bool:
        if self._resting:
            oldest = next(iter(self._resting))
        else:
            waiting, answered = (
                max(crowds.values(), key=len, default={}) for crowds in (self._waiting, self._answered)
            )
            crowd = answered if len(answered) > max(self.most, len(waiting)) else waiting
            if not crowd:
                return False
            oldest = next(iter(crowd))
        self._end(oldest, RejectionReason.DESCRIPTORS)
        return True

    def _end(self, guest: Connection, why: RejectionReason) -> None:
        self._go(guest)
        self._ending.add(guest)
        guest.turn_away(why)

    def _spare(self) -> int:
        """Return how many more may come; below 0, that many too many are there. Who is being ended counts no more."""
        return self._descriptors.spare(len(self._open)) + len(self._ending)
