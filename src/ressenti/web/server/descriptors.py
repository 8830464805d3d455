"""How many file descriptors are there to spare? Some are always kept for the work on whole requests."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

KEPT_DESCRIPTORS = 50
"""How many file descriptors no unfinished request takes: whole ones need them for connections, databases and files."""
COUNTED_AGAIN_S = 1.0


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


class Descriptors:
    """Those of this process; what connections do not take is counted anew at most once a second.

    `now` returns seconds of a monotonic clock; `limit` and `count` return how many there may be
    and how many there are.
    """

    def __init__(
        self,
        now: Callable[[], float],
        limit: Callable[[], int | None] = descriptor_limit,
        count: Callable[[], int] = open_descriptors,
    ) -> None:
        self._now, self._limit, self._count = now, limit, count
        self._elsewhere, self._counted_at = 0, float("-inf")

    def spare(self, connections: int) -> int:
        """Return how many more may be taken beside that many open connections; below 0, that many too many are."""
        limit = self._limit()
        if limit is None:
            return 1
        now = self._now()
        if now - self._counted_at >= COUNTED_AGAIN_S:
            self._elsewhere, self._counted_at = max(0, self._count() - connections), now
        return limit - KEPT_DESCRIPTORS - self._elsewhere - connections
