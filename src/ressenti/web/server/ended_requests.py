"""What was ended, and why, as the log says it: by reason and address, without anything that was sent."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from ressenti.kit.logs import get_logger

TOLD_AGAIN_S = 1.0
MOST_LINES = 20
"""How many addresses are named at once in the log; what is beyond is counted together."""

log = get_logger()

Later = Callable[[float, Callable[[], None]], object]
"""Calls something after so many seconds."""


class RejectionReason(StrEnum):
    """Why a connection was ended before its request was whole, or before its answer was taken."""

    LATE = "not whole in time"
    LARGE = "too large"
    MANY_OF_ONE = "too many of this address"
    DESCRIPTORS = "descriptors are kept for whole requests"
    UNREAD = "nothing of the answer was taken in time"
    ENDING = "the server ended first"


class RejectionLog:
    """Counts what was ended, and says it in the log: at most once a second, by reason and address, without contents."""

    def __init__(self, event: str, later: Later) -> None:
        self._event, self._later = event, later
        self._counts: Counter[tuple[RejectionReason, str]] = Counter()

    def note(self, why: RejectionReason, place: str) -> None:
        """Count one."""
        if not self._counts:
            self._later(TOLD_AGAIN_S, self.say)
        self._counts[why, place] += 1

    def say(self) -> None:
        """Write what was counted."""
        said = self._counts.most_common(MOST_LINES)
        for (why, place), count in said:
            log.warning(self._event, why=why.value, address=place, count=count)
        others = self._counts.total() - sum(count for _one, count in said)
        if others:
            log.warning(self._event, why="other addresses", count=others)
        self._counts.clear()
