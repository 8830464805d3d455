"""Repair of damaged facts: a server rebuilds them in the background and reports its progress to queries."""

import threading
from collections.abc import Callable

from ressenti.facts.engines.engine import Engine
from ressenti.facts.projector import BuildProgress
from ressenti.facts.refusals import Measuring
from ressenti.kit.logs import get_logger

ReplaceFacts = Callable[[Engine, BuildProgress], None]

log = get_logger()


class Repair:
    """The repair of one store of facts: not needed, or on its way. One that fails is begun again by who asks next."""

    def __init__(self, replace: ReplaceFacts) -> None:
        self._replace = replace
        self._turn = threading.Lock()
        self._damaged: Engine | None = None
        self._worker: threading.Thread | None = None
        self._progress = (0, 0)
        self._is_stopping = False

    def begin(self, damaged: Engine) -> None:
        """Have damaged facts measured again, unless they are already; raises Measuring."""
        with self._turn:
            self._damaged = self._damaged or damaged
        self.require_whole()

    def require_whole(self) -> None:
        """Let through who asks while nothing is damaged; raises Measuring."""
        with self._turn:
            if self._damaged is None:
                return
            if self._worker is None:
                self._worker = threading.Thread(target=self._run, args=(self._damaged,), name="repair", daemon=True)
                self._worker.start()
            done, total = self._progress
        raise Measuring(done=done, total=total)

    def stop(self) -> bool:
        """Forget a repair that is on its way; return whether nothing is damaged."""
        self._is_stopping = True
        with self._turn:
            worker = self._worker
        if worker:
            worker.join()
        return self._damaged is None

    def _run(self, damaged: Engine) -> None:
        log.error("facts_damaged", place=damaged.place)
        try:
            self._replace(damaged, self._tell)
        except _Stopped:
            log.info("repair_stopped", place=damaged.place)
        except Exception:
            log.exception("repair_failed", place=damaged.place)
        else:
            self._damaged = None
        finally:
            with self._turn:
                self._worker, self._progress = None, (0, 0)

    def _tell(self, done: int, total: int) -> None:
        if self._is_stopping:
            raise _Stopped
        self._progress = done, total


class _Stopped(Exception):
    """The server ends before the repair does; the next one begins it again."""
