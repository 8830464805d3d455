"""How often may somebody try? A while without tries lets anybody try again: nobody is locked out for good."""

import threading
from collections import deque

MOST_KEPT = 50_000
"""Of how many names tries are counted; past that those that tried least are forgotten, none that has to wait."""


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
                self._forget_one(name, now)
            return 0

    def _forget_one(self, but: str, now: int) -> None:
        """Forget a name: one whose tries are over, else the one that tried least and longest ago.

        Never one that has to wait, nor the one that tries now: else many new names would keep all of them uncounted.
        """
        others = [(name, tries) for name, tries in self._tries.items() if name != but]
        over = next((name for name, tries in others if not tries or tries[-1] <= now - self.window_us), None)
        free = ((len(tries), tries[-1], name) for name, tries in others if tries and len(tries) < self.most)
        forgotten = over or min(free, default=(0, 0, None))[-1]
        if forgotten is not None:
            del self._tries[forgotten]

    def give_back(self, name: str) -> None:
        """Forget the last try of that name: it succeeded."""
        with self._lock:
            if tries := self._tries.get(name):
                tries.pop()

    def forget(self, name: str) -> None:
        """Forget every try of that name."""
        with self._lock:
            self._tries.pop(name, None)
