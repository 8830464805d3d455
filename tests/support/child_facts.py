"""A process of its own that asks the facts of a record, or follows its journal: what a fault ends is not the tests.

Usage: python -m tests.support.child_facts figures|follow|rebuild URL [FACTS]
"""

import json
import sys

from ressenti.facts.store import FactStore
from ressenti.facts.verify import verify
from ressenti.indicators.read import answer_words
from ressenti.record.stores.sqlite import Store
from tests.support.scenario import NOW

ASKED = (("csat", "channel"), ("first_response_time", "agent"), ("handling_time", "agent"), ("revenue", "channel"))


def main() -> None:
    """Say the figures and the differences that verify finds; or that one begins, and follow the journal, or rebuild."""
    what, url, *facts = sys.argv[1:]
    store = Store.open(url)
    if what != "figures":
        print("begun", flush=True)
    fact_store = FactStore(store, facts=facts[0] if facts else None)
    if what == "figures":
        figures = [answer_words(fact_store, key, {"by": (by,)}, now=NOW).as_json() for key, by in ASKED]
        differences = fact_store.using(lambda facts: verify(store, facts)).as_json()
        print(json.dumps({"figures": figures, "verified": differences}))
    elif what == "rebuild":
        fact_store.rebuild()
    else:
        fact_store.using(lambda _facts: None)
    fact_store.close()
    store.close()


if __name__ == "__main__":
    main()
