"""How often may somebody try? A while without tries lets anybody try again: nobody is locked out for good."""

import threading
from collections import deque

MOST_KEPT = 50_000
"""Of how many names tries are counted; past that the longest known are forgotten."""


class Throttle:
    """Counts tries by a name in a window of time; what counts is that they fail, so a success takes its try back."""

    def __init__(self, most: int, window_us: int) -> None:
        self.most = most
        self.window_us = window_us
        self._tries: dict[str, deque[int]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, *, now: int) -> int:
        """Count a try and return 0, or return how many microseconds to wait before the next; that is not counted."""
        with self._lock:
            tries = self._tries.setdefault(name, deque())
            while tries and tries[0] <= now - self.window_us:
                tries.popleft()
            if len(tries) >= self.most:
                return tries[0] + self.window_us - now
            tries.append(now)
            while len(self._tries) > MOST_KEPT:
                del self._tries[next(iter(self._tries))]
            return 0

    def give_back(self, name: str) -> None:
        """Forget the last try of that name: it succeeded."""
        with self._lock:
            if tries := self._tries.get(name):
                tries.pop()

    def forget(self, name: str) -> None:
        """Forget every try of that name."""
        with self._lock:
            self._tries.pop(name, None)
