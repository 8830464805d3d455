"""A process that speaks one more language than there are: it says as JSON what people are shown of it.

Usage: python -m tests.support.child_language FOLDER
"""

import json
import os
import sys
from contextlib import redirect_stdout
from datetime import date, time
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from ressenti.kit import i18n
from ressenti.kit.languages import LANGUAGES, Language

ESPERANTO = Language(key="eo", clock="'h.' H:mm", first_of_month="d'-a'")
SENTENCES = {"Sign in": "Ensaluti", "Response rate": "Respondofteco"}
BEFORE_SIGNING_IN = {"chosen": "/sign-in?lang=eo", "remembered": "/sign-in"}
PAGES = {"mailing": "/mailings/new?from=2026-10-01&to=2026-11-01", "advice": "/advice"}


def declare(folder: Path) -> None:
    """Declare the language, and translate a little, in a process in which nothing of pages was imported yet."""
    LANGUAGES[ESPERANTO.key] = ESPERANTO
    i18n.LOCALE = folder
    translated = Catalog(locale=ESPERANTO.key)
    for sentence, words in SENTENCES.items():
        translated.add(sentence, words)
    place = folder / ESPERANTO.key / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "ressenti.mo").open("wb") as file:
        write_mo(file, translated)


def shown(folder: Path) -> dict[str, Any]:
    """Return what pages, programs and the terminal are shown."""
    from ressenti.reports import dates
    from ressenti.reports.format import number
    from tests.support.scenario import World
    from tests.support.site import Site, person

    world = World(folder)
    world.conversation(csat=5)
    world.import_()
    with Site(world, as_=None) as site:
        pages = {name: site.get(address).text for name, address in BEFORE_SIGNING_IN.items()}
        site.enter(person(world))
        pages |= {name: site.get(address).text for name, address in PAGES.items()}
        listed = site.get("/api/v1/indicators").json()
    world.close()
    return {
        "page": pages,
        "api": {one["key"]: one["translations"] for one in listed},
        "command": _printed("indicators"),
        "clock": dates.clock(time(18, 42), language=ESPERANTO.key),
        "number": number(12_430.5, 1, language=ESPERANTO.key),
        "day": dates.day(date(2026, 11, 1), language=ESPERANTO.key),
    }


def _printed(command: str) -> str:
    from ressenti.cli.app import run

    os.environ |= {"LC_ALL": "eo.UTF-8", "COLUMNS": "200"}
    written = BytesIO()
    with redirect_stdout(TextIOWrapper(written, encoding="utf-8")) as out:
        run([command])
        out.flush()
        return written.getvalue().decode()


if __name__ == "__main__":
    declare(Path(sys.argv[1]) / "locale")
    print(json.dumps(shown(Path(sys.argv[1]))))
