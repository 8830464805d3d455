"""A process with one more indicator and dimension than there are: it says as JSON what a company is shown of them.

Usage: python -m tests.support.child_declared shown|asked|held FOLDER [FACTS]
"""

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from tests.support.declared import PROMPT_RATE, declare

ASKED: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"by": ("closer",)},
    {"by": ("agent",), "where": ("closer=ana",)},
    {"by": ("closer",), "grain": ("week",)},
)
PAGES = {
    "report": "/?whole=yes",
    "tab": "/?whole=yes&indicator=prompt_rate&tab=closer",
    "tab of csat": "/?whole=yes&tab=closer",
    "definitions": "/definitions",
    "filter": "/filter/closer?page=/",
    "conversations": "/conversations?columns=id,closer&sort=closer",
    "behind": "/conversations?of=prompt_rate&by=closer&key=ana&columns=id",
    "conversation": "/conversations/1",
    "advice": "/advice",
    "comments": "/comments?with_comment=no&columns=closer&sort=closer",
    "tiles": "/take/tiles.csv",
    "breakdown": "/take/breakdown.csv?indicator=prompt_rate&tab=closer",
}
COMMANDS = {
    "read": "read prompt_rate --by closer --format csv",
    "sql": "read prompt_rate --by closer --sql",
    "conversations": "export conversations --format csv",
    "comments": "export comments --format csv",
    "indicators": "indicators --format json",
    "dimensions": "dimensions --format json",
}


def answered(folder: Path, facts: str | None, *, is_held: bool) -> list[dict[str, Any]]:
    """Return what an engine answers: that of the address, or the file beside the record, held in memory or not."""
    from ressenti.facts.engines.memory.engine import MemoryEngine
    from ressenti.facts.store import FactStore
    from ressenti.indicators.held_tables import HELD
    from ressenti.indicators.read import answer_words
    from ressenti.record.stores.sqlite import Store
    from tests.support.scenario import NOW

    store = Store.open(f"sqlite:///{folder / 'record.db'}")
    fact_store = FactStore(store, facts=facts, held=HELD if is_held else ())
    fact_store.using(lambda engine: engine.wait_for_tables() if isinstance(engine, MemoryEngine) else None)
    found = [answer_words(fact_store, PROMPT_RATE.key, words, now=NOW).as_json() for words in ASKED]
    fact_store.close()
    store.close()
    return found


def shown(folder: Path) -> dict[str, Any]:
    """Return what pages, programs and the terminal are shown."""
    from ressenti.cli.app import run
    from tests.support.scenario import World
    from tests.support.site import Site

    world = World(folder)
    with Site(world) as site:
        found: dict[str, Any] = {"page": {name: site.get(address).text for name, address in PAGES.items()}}
        api = {one: site.get(f"/api/v1/{one}").json() for one in ("indicators", "dimensions", "openapi.json")}
        api["read"] = site.get("/api/v1/indicators/prompt_rate?by=closer").json()
    world.close()
    return found | {"api": api, "command": {name: _printed(run, words.split()) for name, words in COMMANDS.items()}}


def _printed(run: Any, words: Sequence[str]) -> str:
    written = BytesIO()
    with redirect_stdout(TextIOWrapper(written, encoding="utf-8")) as out:
        run(list(words))
        out.flush()
        return written.getvalue().decode()


def main() -> None:
    """Declare, and say what is asked for."""
    what, folder, *facts = sys.argv[1:]
    declare()
    if what == "shown":
        print(json.dumps(shown(Path(folder))))
    elif what == "held":
        from ressenti.facts.engines.memory.schema import category_code
        from ressenti.indicators.held_tables import HELD, held_query
        from ressenti.indicators.model import Anchor

        code = category_code(held_query(PROMPT_RATE, Anchor.CLOSED))
        print(json.dumps([one.table for one in HELD if code in one.digits]))
    else:
        kinds = {"servers": (facts[0], False)} if facts else {"file": (None, False), "memory": (None, True)}
        print(json.dumps({kind: answered(Path(folder), at, is_held=held) for kind, (at, held) in kinds.items()}))


if __name__ == "__main__":
    main()
