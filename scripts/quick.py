"""Which tests does a change touch? Runs those that import what changed, in a few minutes; `make test` runs all.

What changed is told by git: since this branch left main, or in the last commit on main itself, with whatever is not
committed. A test is touched if it changed, or if it imports a changed module, by itself or through `tests/support`. The
suites that start browsers and clusters are run where one of their own files changed. The house's own tests always run.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLOW = ("tests/browser/", "tests/engines/", "tests/demo/")
ALWAYS = "tests/house"


def changed() -> set[str]:
    """Return the files that changed, as paths below the checkout."""
    base = next(filter(None, (_base(branch) for branch in ("main", "origin/main"))), "")
    since = base if base and base != _git("rev-parse", "HEAD").strip() else "HEAD~1"
    names = _git("diff", "--name-only", since) + _git("ls-files", "--others", "--exclude-standard")
    return set(names.split())


def _base(branch: str) -> str:
    """Return where this branch left another one, or nothing where there is none of that name."""
    found = subprocess.run(["git", "merge-base", "HEAD", branch], cwd=ROOT, check=False, capture_output=True, text=True)
    return found.stdout.strip()


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def module_of(path: str) -> str:
    """Return how a file is imported: `src/ressenti/kit/clock.py` as `ressenti.kit.clock`."""
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(path: Path) -> frozenset[str]:
    """Return every module that a file may import, names that turn out to be none included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def touched(changes: Iterable[str], imports: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the tests that a change touches, sorted. `imports` says what each file below `tests` imports."""
    changes = set(changes)
    modules = {module_of(path) for path in changes if path.endswith(".py")}
    support = {path for path in imports if path.startswith("tests/support/") or path.endswith("conftest.py")}
    while more := {path for path in support if module_of(path) not in modules and imports[path] & modules}:
        modules |= {module_of(path) for path in more}
    tests = {path for path in imports if Path(path).name.startswith("test_")}
    return sorted(path for path in tests if path in changes or _reaches(path, imports[path], modules))


def _reaches(path: str, imports: frozenset[str], modules: set[str]) -> bool:
    return bool(imports & modules) and not path.startswith(SLOW)


def main() -> int:
    """Run the tests that the present change touches; return pytest's exit code."""
    files = [path for path in (ROOT / "tests").rglob("*.py") if not path.is_relative_to(ROOT / ALWAYS)]
    imports = {path.relative_to(ROOT).as_posix(): imports_of(path) for path in files}
    chosen = [*touched(changed(), imports), ALWAYS]
    sys.stdout.write(
        f"ressenti: {len(chosen) - 1} of {len(imports)} files of tests are touched, and the house's own.\n"
    )
    sys.stdout.flush()
    words = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", *chosen]
    return subprocess.run(words, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
