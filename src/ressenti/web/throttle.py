"""How often may somebody try? A while without tries lets anybody try again: nobody is locked out for good."""

import threading
from collections import deque

MOST_KEPT = 50_000
"""Of how many names tries are counted; past that those are forgotten that tried least, and none that has to wait."""


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
            if len(self._tries) > MOST_KEPT:
                self._forget_one(now)
            return 0

    def _forget_one(self, now: int) -> None:
        """Forget a name: one whose tries are over, else the one that tried least, never one that has to wait."""
        over = (name for name, tries in self._tries.items() if not tries or tries[-1] <= now - self.window_us)
        waiting_for_nothing = ((len(tries), name) for name, tries in self._tries.items() if len(tries) < self.most)
        name = next(over, None) or min(waiting_for_nothing, default=(0, None))[1]
        if name is not None:
            del self._tries[name]

    def give_back(self, name: str) -> None:
        """Forget the last try of that name: it succeeded."""
        with self._lock:
            if tries := self._tries.get(name):
                tries.pop()

    def forget(self, name: str) -> None:
        """Forget every try of that name."""
        with self._lock:
            self._tries.pop(name, None)
