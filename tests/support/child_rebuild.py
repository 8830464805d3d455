"""A server's process that is asked to rebuild its facts, and waits in the midst of it.

Usage: python -m tests.support.child_rebuild URL [unkept]

It tells `rebuilding` once the rebuild has begun, and waits for its end. Unkept, it rebuilds without a job.
"""

import sys
import threading

from ressenti.facts.rebuild_requests import RebuildRequests
from ressenti.facts.store import FactStore
from ressenti.jobs.background import BackgroundWorker
from ressenti.record.stores.sqlite import Store


class StuckFactStore(FactStore):
    """Facts whose rebuild never ends."""

    def rebuild(self, **_how: object) -> None:
        print("rebuilding", flush=True)
        threading.Event().wait()


def main() -> None:
    """Ask for a rebuild, until it is ended."""
    url, *how = sys.argv[1:]
    store = Store.open(url)
    facts = StuckFactStore(store, answers_meanwhile=True)
    requests = RebuildRequests(facts, BackgroundWorker(store))
    if "unkept" in how:
        facts.rebuild()
    requests.ask().result()


if __name__ == "__main__":
    main()
