"""How does a page wait for its parts? Each is made on its own, and none waits for another.

A page waits a moment for all of them at once. What is not ready by then arrives by a request of its own.
"""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic

from markupsafe import Markup

from ressenti.accounts.permissions import Viewer
from ressenti.web.pages.report.parts import OPEN, ReportPage
from ressenti.web.pages.report_context import ReportContext

PATIENCE_S = 0.3
"""How long the page waits for its parts before it shows what it has."""
OPEN_PATIENCE_S = 3.0
"""How long it waits for a part of which nobody knows how high it will be: what stands below it would move."""
WORKERS = 3

MOST_LATE = 64
"""Pages whose late parts are kept; of older ones each is made again when it is asked for."""

_LATE: OrderedDict[str, tuple[Viewer | None, dict[str, Future[Markup]]]] = OrderedDict()
_TURN = Lock()
_POOL = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="report")


class PartsInProgress:
    """Parts being made, all at once; each is told when the page comes to its place, if it is ready by then.

    A page waits `patience_s` in all, or for every part where that is None; `OPEN_PATIENCE_S` for those of `OPEN`. What
    it does not wait for is made all the same, for whoever calls for it by the word `late`, "" where there is nothing to
    call for. A part that fails says so in its place, and leaves the others alone.
    """

    def __init__(
        self, declared: ReportPage, report: ReportContext, names: Sequence[str], patience_s: float | None
    ) -> None:
        self.names = names
        self.late = ""
        self._declared = declared
        self._report = report
        self._patience_s = patience_s
        self._until: float | None = None
        self._running: dict[str, Future[Markup]] = {}

    def ready(self, name: str) -> Markup | None:
        """Return a part, or None where it is not ready in time; the first one asked for sets all of them going."""
        if not self._running:
            self._until = None if self._patience_s is None else monotonic() + self._patience_s
            self._running = {
                each: _POOL.submit(self._declared.render_or_explain, self._report, each) for each in self.names
            }
        future = self._running[name]
        more_s = OPEN_PATIENCE_S - PATIENCE_S if name in OPEN else 0.0
        patience_s = None if self._until is None else max(0.0, self._until + more_s - monotonic())
        if future in wait((future,), timeout=patience_s).done:
            return future.result()
        if self.late == "":
            self.late = secrets.token_urlsafe(16)
        _keep(self.late, self._report.page.viewer, name, future)
        return None

    def is_ready(self, name: str) -> bool:
        """Say whether a part of the page is there."""
        return name in self._running and self._running[name].done()


def called_for(word: str, viewer: Viewer, name: str) -> Markup | None:
    """Return a part that a page of this viewer did not wait for, once; None where no such part is being made."""
    with _TURN:
        whose, parts = _LATE.get(word, (None, {}))
        future = parts.pop(name, None) if whose == viewer else None
    return future.result() if future else None


def _keep(word: str, viewer: Viewer | None, name: str, future: Future[Markup]) -> None:
    with _TURN:
        _whose, parts = _LATE.setdefault(word, (viewer, {}))
        parts[name] = future
        while len(_LATE) > MOST_LATE:
            _LATE.popitem(last=False)
