"""The checkout names no machine and no registry, and pins what it installs by hash."""

import json
import re
import tomllib

import pytest

from ressenti.record.migrations.upgrade import HEAD
from tests.house.tree import SOURCE, place, tracked
from tests.support.environment import ROOT

HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    ]
]
HOMES = re.compile(r"(?<![\w.])/(?:home|Users)/[a-z][\w-]*/|(?<![\w.])/ro[o]t/")
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)(?: ; .+)?((?: --hash=sha256:[0-9a-f]{64})+)$")
PINS = ["dev.txt", "runtime.txt", "build.txt"]


def texts() -> dict[str, str]:
    """Return every tracked file that is text, by its place."""
    return {place(path): path.read_text(encoding="utf-8", errors="ignore") for path in tracked()}


def pins(name: str) -> dict[str, str]:
    """Return the versions a requirements file pins; a line of any other form, and one without a hash, is an error."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n   ", "")
    lines = [re.sub(r" +", " ", line).strip() for line in text.splitlines()]
    matches = [PIN.match(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return {match[1]: match[2] for match in matches if match}


def names(requirements: list[object]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", text)[0].lower() for text in requirements if isinstance(text, str)}


def test_no_file_names_a_package_registry() -> None:
    assert [(file, host) for file, text in texts().items() for host in HOSTS if host in text] == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    here = f"{ROOT.parent}/"
    named = [file for file, text in texts().items() if HOMES.search(text) or (len(here) > 5 and here in text)]

    assert named == []


def test_the_lock_file_has_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = [package for name, package in packages.items() if name]

    assert fetched
    assert all("integrity" in package and "resolved" not in package for package in fetched)


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_a_version_and_a_hash(name: str) -> None:
    assert pins(name)


def test_what_runs_is_what_was_tested() -> None:
    assert pins("dev.txt").items() >= pins("runtime.txt").items() | pins("build.txt").items()


def test_every_package_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]

    assert names(project["project"]["dependencies"]) <= pins("runtime.txt").keys()
    assert names(groups["build"]) <= pins("build.txt").keys()
    assert names(groups["dev"]) <= pins("dev.txt").keys()


def test_the_steps_of_the_record_are_one_line_that_ends_at_its_head() -> None:
    """Two branches that both add a step with the next number would each be right alone."""
    steps = sorted((ROOT / "src/ressenti/record/migrations/versions").glob("v*.py"))
    said = [
        re.findall(r'^(?:down_)?revision = "?(\w+)"?$', step.read_text(encoding="utf-8"), re.MULTILINE)
        for step in steps
    ]
    numbers = [step.name[1:5] for step in steps]

    assert said == [[own, before] for own, before in zip(numbers, ["None", *numbers], strict=False)]
    assert numbers[-1] == HEAD


def test_no_other_room_writes_sql_on_the_tables_of_the_record() -> None:
    """A room asks by name. The recount reads for itself: it agrees with the record, not with what measuring read."""
    rooms = ("record", "accounts", "workspace", "jobs", "desk")
    imports = re.compile(r"^\s*from ressenti\.record(?:\.tables import | import .*\btables\b)", re.MULTILINE)
    sources = {path.relative_to(SOURCE): path for path in SOURCE.rglob("*.py")}
    readers = {
        path.as_posix()
        for path, source in sources.items()
        if path.parts[0] not in rooms and imports.search(source.read_text(encoding="utf-8"))
    }

    assert readers == {"facts/recount/record.py"}


def test_only_the_stores_of_the_record_know_sqlite_and_whoever_has_a_file_of_their_own() -> None:
    """What the record is kept in is to be another database one day. The words have a SQLite file of their own."""
    imports = re.compile(r"^\s*(?:import|from) (?:sqlite3|pysqlite3)\b", re.MULTILINE)
    sources = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    knowing = {path for path, source in sources.items() if imports.search(source)}

    assert {path for path in knowing if not path.startswith("record/stores/")} == {"search/file.py"}


def test_no_other_room_reads_an_attached_record_by_sql_of_its_own() -> None:
    reads = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) record\.\w", re.IGNORECASE)
    sources = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    readers = [path for path, source in sources.items() if reads.search(source)]

    assert readers == ["record/stores/attached_record.py"]
