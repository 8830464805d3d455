"""What is in this checkout? The rules of the house read it from here."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.environment import ROOT

SOURCE = ROOT / "src" / "ressenti"


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in sorted(set(listing.split("\0"))) if name and (path := ROOT / name).is_file())


def python(below: Path = ROOT) -> Iterator[Path]:
    """Return the Python files below a folder."""
    return (path for path in tracked() if path.suffix == ".py" and path.is_relative_to(below))


@cache
def syntax(path: Path) -> ast.Module:
    """Return a Python file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, line: int = 1) -> str:
    """Return where something stands, as editors understand it."""
    return f"{path.relative_to(ROOT)}:{line}"
