"""Was the record harmed when the process that used it ended? Checked once after that, by the next process."""

import threading
from contextlib import suppress
from typing import Any

import pysqlite3.dbapi2 as sqlite

from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import DamagedDatabase
from ressenti.record.stores.integrity import damaged, damaged_pages
from ressenti.record.stores.sqlite import Store

LARGE_BYTES = 2 << 30
"""From this size on a server answers while the pages are looked at: that takes half a minute and more."""

log = get_logger()


class Inspection:
    """The looking at a record's pages that is due after a process was ended in the middle of its work."""

    def __init__(self, record: Store, *, is_due: bool) -> None:
        self._record = record
        self._is_due = is_due
        self._thread: threading.Thread | None = None
        self._driver: Any = None
        self._is_ending = False

    def begin(self, *, meanwhile: bool) -> None:
        """Look, if that is due; a large record in the background where others are answered `meanwhile`.

        Raises DamagedDatabase; what is found in the background, the record says to everybody from then on.
        """
        if not self._is_due:
            return
        if meanwhile and self._record.path.stat().st_size >= LARGE_BYTES:
            self._thread = threading.Thread(target=self._look_meanwhile, name="inspection", daemon=True)
            self._thread.start()
        else:
            self._look()

    def stop(self) -> bool:
        """End the looking, and say whether none is due any more: a damaged record is looked at by the next one too."""
        self._is_ending = True
        if self._thread is not None:
            while self._thread.is_alive():
                with suppress(sqlite.Error, AttributeError):  # not opened yet, or closed already
                    self._driver.interrupt()
                self._thread.join(0.05)
        return not self._is_due

    def _look(self) -> None:
        found = damaged_pages(self._record.path, self._opened)
        if found:
            raise damaged(self._record.url, found)
        self._is_due = False

    def _look_meanwhile(self) -> None:
        try:
            self._look()
        except DamagedDatabase as damage:
            log.error("record_damaged", found=str(damage))  # noqa: TRY400 - a sentence, and no fault of ours
            self._record.condemn(damage)
        except Refusal as refusal:  # the disk is at fault
            log.error("record_not_inspected", why=str(refusal))  # noqa: TRY400 - a sentence, and no fault of ours
        except sqlite.Error:
            if not self._is_ending:
                log.exception("record_not_inspected")

    def _opened(self, driver: Any) -> None:
        self._driver = driver
