"""What can be refused, in which words, and with which codes? Writes docs/refusals.md from the code."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import ressenti
from ressenti.kit.refusals import Refusal

PAGE = Path(__file__).resolve().parent.parent / "docs" / "refusals.md"
HEAD = """# Refusals

Everything that Ressenti refuses to do, and the sentence it says: on the command line with the exit code, over HTTP with
the status, as `application/problem+json` with the code. Names in braces are filled in. `make docs` writes this page.

| code | exit | HTTP | sentence |
| --- | --- | --- | --- |
"""


def known() -> list[type[Refusal]]:
    """Return every refusal of the package, sorted by code."""
    for module in pkgutil.walk_packages(ressenti.__path__, "ressenti."):
        if not _runs_when_imported(module.name):
            importlib.import_module(module.name)
    return sorted(set(_below(Refusal)), key=lambda refusal: (refusal.code, refusal.status))


def _runs_when_imported(name: str) -> bool:
    return name.endswith("__main__") or ".migrations." in name


def _below(parent: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in parent.__subclasses__():
        if hasattr(child, "code") and child.__module__.startswith("ressenti."):
            yield child
        yield from _below(child)


def page() -> str:
    """Return the page as it should be."""
    return HEAD + "".join(_line(refusal) for refusal in known())


def _line(refusal: type[Refusal]) -> str:
    sentence = refusal.sentence.replace("|", "\\|").replace("\n", " ")
    return f"| `{refusal.code}` | {int(refusal.exit_code)} | {refusal.status} | {sentence} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
