"""Does a page show what a person really sees? Runs the examples of docs/commands.md, and writes what they print."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "commands.md"
BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
DIFFERS = "…"
"""Stands on the page for what differs from machine to machine: a folder, a moment, a version."""
_SHELL = "echo $?"


@dataclass(frozen=True, slots=True)
class Example:
    """One command of a page, what the page says it prints, and what it prints."""

    command: str
    told: str
    found: str

    @property
    def is_so(self) -> bool:
        """Whether it prints what the page says; "…" on the page is anything on that line."""
        pattern = re.escape(self.told).replace(re.escape(DIFFERS), "[^\n]*")
        return re.fullmatch(pattern, self.found) is not None


def examples(page: str) -> Iterator[Example]:
    """Run the examples of a page in their order, each once, in a folder with the example files and a fresh database."""
    with tempfile.TemporaryDirectory(prefix="ressenti-examples-") as name:
        folder = Path(name)
        shutil.copytree(DOCS / "example", folder / "example")
        code = 0
        for command, told in _commands(page):
            if command == _SHELL:
                yield Example(command, told, str(code))
            else:
                code, printed = _run(command, folder)
                yield Example(command, told, _hidden(printed, folder))


def written(page: str) -> str:
    """Return the page with what its examples print now."""
    found = iter([one.found for one in examples(page)])

    def fill(block: re.Match[str]) -> str:
        pairs = ((command, next(found)) for command, _told in _commands(f"```console\n{block[0]}```"))
        return "".join(f"$ {command}\n{printed}\n" if printed else f"$ {command}\n" for command, printed in pairs)

    return BLOCK.sub(fill, page)


def _commands(page: str) -> Iterator[tuple[str, str]]:
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _newline, told = part.partition("\n")
            yield command, _plain(told)


def _run(command: str, folder: Path) -> tuple[int, str]:
    """Run a command as a person does, with both outputs on one screen."""
    environment = os.environ | {
        "RESSENTI_DATABASE": f"sqlite:///{folder / 'record.db'}",
        "COLUMNS": "110",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ressenti.cli", *shlex.split(command)[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        check=False,
    )
    return done.returncode, _plain(done.stdout)


def _hidden(printed: str, folder: Path) -> str:
    """Return an output without what is of this machine and this moment."""
    for pattern in (re.escape(str(folder)), r"\d{8}T\d{6}Z", r"\d+\.\d+\.\d+", r"\d+\.\d(?= GiB)"):
        printed = re.sub(pattern, DIFFERS, printed)
    return printed


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
