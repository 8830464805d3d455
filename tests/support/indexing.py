"""An index of words with a worker of its own, where there is no server."""

from ressenti.jobs.background import BackgroundWorker
from ressenti.record.stores.sqlite import Store
from ressenti.search.index import Index


class LoneIndex(Index):
    """An index that is closed together with the worker that reads the record for it."""

    def __init__(self, record: Store) -> None:
        self._own = BackgroundWorker(record)
        super().__init__(record, self._own)

    def close(self) -> None:
        super().close()
        self._own.close()
