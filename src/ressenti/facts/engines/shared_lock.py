"""How many threads may ask while one may not be disturbed: a file is swapped only when nobody reads it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ressenti.facts.refusals import FactsClosing


class SharedLock:
    """A readers-writer lock: many may be `inside` together; who is `alone` waits for them, and others wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_closed = self._is_shut = False

    def shut(self) -> None:
        """Close the lock: whoever asks for it, or waits for it, gets an exception."""
        self._is_shut = True

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be one of many; raises FactsClosing once it was shut."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            if self._is_shut:
                raise FactsClosing
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one. Not to be asked for from inside."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._is_closed = True
            self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()
