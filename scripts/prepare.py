"""What does this checkout still need before it can run, and how does it get there? (`make setup`)

Runs with the machine's own Python, needs nothing but the standard library, and is silent when nothing changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
OLDEST = (3, 11)
LOCALE = ROOT / "src" / "ressenti" / "locale"


class Unprepared(Exception):
    """A step cannot be taken here; the sentence says what to do."""


class Step(NamedTuple):
    """One thing to have: it is made again when one of its inputs changed or its output is gone."""

    name: str
    inputs: Sequence[Path]
    output: Path
    make: Callable[[], None]
    saying: str


def steps(purpose: str) -> list[Step]:
    """Return the steps, in order, for `use` (run it) or `work` (run it and everything that checks it)."""
    pins = [ROOT / "requirements" / name for name in PINS[purpose]]
    return [
        Step("venv", [], PYTHON, make_venv, "making .venv"),
        Step(
            "packages-" + purpose,
            pins,
            PYTHON,
            lambda: install_packages(pins),
            "installing pinned packages (a few minutes the first time)",
        ),
        Step(
            "project",
            [ROOT / "pyproject.toml", ROOT / "hatch_build.py"],
            VENV / "bin" / "ressenti",
            install_project,
            "installing ressenti itself, as a link to this checkout",
        ),
        Step(
            "assets",
            [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "scripts" / "assets.py"],
            ROOT / "src" / "ressenti" / "web" / "static" / "vendor" / "htmx.min.js",
            bring_assets,
            "bringing the scripts of the pages",
        ),
        Step(
            "translations",
            [*sorted(LOCALE.glob("*/LC_MESSAGES/*.po")), ROOT / "scripts" / "messages.py"],
            LOCALE / "fr" / "LC_MESSAGES" / "ressenti.mo",
            lambda: run(str(PYTHON), "scripts/messages.py", "compile"),
            "compiling the translations",
        ),
    ]


PINS = {"use": ["runtime.txt", "build.txt"], "work": ["dev.txt"]}


def prepare(purpose: str) -> None:
    """Take every step whose result is missing or out of date; `work` stands for `use` as well."""
    for step in steps(purpose):
        if is_current(step) or (step.name == "packages-use" and is_current(steps("work")[1])):
            continue
        print(f"ressenti: {step.saying} …", flush=True)
        began = time.monotonic()
        step.make()
        STAMPS.mkdir(exist_ok=True)
        (STAMPS / step.name).write_text(state(step))
        print(f"ressenti: done in {time.monotonic() - began:.0f} s", flush=True)


def is_current(step: Step) -> bool:
    """Say whether the step was taken from exactly these inputs, in this folder, with this Python."""
    stamp = STAMPS / step.name
    return step.output.exists() and stamp.exists() and stamp.read_text() == state(step)


def state(step: Step) -> str:
    """Return what the step depends on as one line; the folder is part of it, since a .venv cannot be moved."""
    digest = hashlib.sha256(os.fsencode(str(ROOT)) + sys.version.encode())
    for path in step.inputs:
        if not path.exists():
            raise Unprepared(f"{path.relative_to(ROOT)} is missing: this checkout is not whole.")
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def make_venv() -> None:
    """Make .venv, or keep the one that is there if it works here."""
    if is_working_venv():
        return
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        raise Unprepared(
            "This Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"
        )


def is_working_venv() -> bool:
    """Say whether .venv runs, is this folder's own, is recent enough and has pip."""
    question = f"import sys, pip; print(sys.prefix); sys.exit(sys.version_info < {OLDEST})"
    if not PYTHON.exists():
        return False
    answer = subprocess.run(
        [str(PYTHON), "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return answer.returncode == 0 and os.fsdecode(answer.stdout).strip() == str(VENV)


def install_packages(pins: Sequence[Path]) -> None:
    """Install exactly the pinned files: each one's hash is checked, and nothing else is looked for."""
    named = [part for path in pins for part in ("-r", str(path))]
    pip("install", "--require-hashes", "--no-deps", *named)


def install_project() -> None:
    """Link the checkout into .venv, with the pinned build tools and no network."""
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))


def bring_assets() -> None:
    """Let npm fetch what package-lock.json pins, by its hash, and copy what the pages load into the package."""
    if not shutil.which("npm"):
        raise Unprepared(
            "Node (20 or newer, with npm) is missing: the pages' scripts come through it. "
            "On Debian or Ubuntu: apt-get install nodejs npm"
        )
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    run(str(PYTHON), "scripts/assets.py")


def pip(*words: str) -> None:
    """Run pip without its warnings, which speak of this machine's settings; it still says what went wrong."""
    run(str(PYTHON), "-m", "pip", "-qq", "--no-input", "--disable-pip-version-check", *words)


def run(*words: str) -> None:
    """Run a command in the root of the checkout, and stop with its name if it fails."""
    if subprocess.run(words, cwd=str(ROOT), stdin=subprocess.DEVNULL, check=False).returncode:
        raise Unprepared("This failed, and says why above: " + " ".join(words))


if __name__ == "__main__":
    try:
        prepare(sys.argv[1] if len(sys.argv) > 1 else "work")
    except Unprepared as sentence:
        sys.exit(f"ressenti: {sentence}")
