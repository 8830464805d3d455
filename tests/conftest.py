"""What every test finds: a machine of its own, the long or short counts, real data and a browser if any."""

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ressenti.search import index
from scripts import browser
from tests.support.disks import Disk, NoDisk, small_disk
from tests.support.environment import IN_CI, NIGHTLY, NO_SHARED, PATIENCE_S, SHARED
from tests.support.scenario import World

NO_DISK = "NOT RUN: tests on a full and on a read-only disk (only root can mount one)"
NO_BROWSER = f"NOT RUN: browser tests ({browser.MISSING})"

settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,  # the same examples each time: what is red is red because of the change
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", settings.get_profile("ci"), max_examples=2_000, derandomize=False)
settings.load_profile("nightly" if NIGHTLY else "ci")


def pytest_configure(config: pytest.Config) -> None:
    """Take the tests away from this machine's own zone, language and data, so that none leans on them."""
    _give_children_their_own_signals()
    os.environ["TZ"] = "Pacific/Chatham"
    time.tzset()
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ.pop("RESSENTI_DATABASE", None)
    if not hasattr(config, "workerinput"):
        config.stash[HOME] = tempfile.TemporaryDirectory(prefix="ressenti-tests-")
        os.environ["XDG_DATA_HOME"] = config.stash[HOME].name


def _give_children_their_own_signals() -> None:
    """Ignore by a function what we were started to ignore, as scripts do: a child would inherit the other."""
    for one in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(one) == signal.SIG_IGN:
            signal.signal(one, lambda *_about: None)


HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if home := config.stash.get(HOME, None):
        home.cleanup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Set aside the tests that run at night only; pytest counts them as deselected."""
    if not NIGHTLY and (tonight := [item for item in items if item.get_closest_marker("nightly")]):
        config.hook.pytest_deselected(items=tonight)
        items[:] = [item for item in items if item not in tonight]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Say loudly, at the end, what could not be run here and why: a green run is not the whole suite then."""
    yield
    skipped = (report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", []))
    not_run = Counter(reason for reason in skipped if reason.startswith("NOT RUN:"))
    for reason, count in sorted(not_run.items()):
        terminalreporter.write_line(f"{reason} [tests: {count}]", yellow=True, bold=True)


@pytest.fixture(scope="session")
def nightly() -> bool:
    return NIGHTLY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with real data sets and acceptance cases."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def patient_search() -> None:
    """Have a search wait for an index that is being made for as long as that takes on a busy machine."""
    index.PATIENCE_S = PATIENCE_S


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an installation with nothing in it yet; folders that share a company have a `world` of their own."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Return a disk of 12 MiB that can be filled; only root can mount one."""
    try:
        with small_disk(tmp_path / "disk", mib=12) as made:
            yield made
    except NoDisk:
        pytest.skip(NO_DISK)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser; in CI it has to be there."""
    path = browser.find()
    if path is None and IN_CI:
        pytest.fail(browser.MISSING)
    return path or pytest.skip(NO_BROWSER)
