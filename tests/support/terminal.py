"""The command line as a person or a script meets it: a process of its own, its output and its exit code."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.support.environment import ROOT

TOTALS = ("read", "imported", "updated", "duplicate", "rejected")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    exit_code: int
    output: str
    errors: str

    @property
    def totals(self) -> dict[str, int]:
        """Return what an import says became of its rows."""
        said = re.search(
            r"read (\d+) = imported (\d+) \+ updated (\d+) \+ duplicate (\d+) \+ rejected (\d+)", self.output
        )
        assert said is not None, self.output + self.errors
        return dict(zip(TOTALS, map(int, said.groups()), strict=True))


class Terminal:
    """Runs `ressenti` on one database."""

    def __init__(self, url: str, **environment: str) -> None:
        self.url = url
        self.environment = {**os.environ, "RESSENTI_DATABASE": url, "COLUMNS": "200", **environment}

    def start(self, *arguments: str, module: str = "ressenti.cli", reads: bool = False) -> "subprocess.Popen[str]":
        """Start a command without waiting for it; a control runs in a module of its own, which changes something.

        One that `reads` is given something on its standard input.
        """
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if reads else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.environment,
            cwd=ROOT,
        )

    def run(self, *arguments: str, timeout_s: float = 300, typed: str | None = None) -> Done:
        """Run a command to its end, with what is `typed` on its standard input."""
        process = self.start(*arguments, reads=typed is not None)
        output, errors = process.communicate(typed, timeout=timeout_s)
        return Done(process.returncode, output, errors)

    def json(self, *arguments: str) -> Any:
        """Run a command with `--format json` and return what it printed, alone on standard output."""
        done = self.run(*arguments, "--format", "json")
        assert done.exit_code == 0, done.errors
        return json.loads(done.output)
