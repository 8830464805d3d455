"""What people install is whole: a wheel brings the translations, the pages and their scripts."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.assets import ASSETS
from tests.house.tree import SOURCE, tracked
from tests.support.environment import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def test_a_wheel_holds_everything_the_program_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    committed = {f"ressenti/{path.relative_to(SOURCE).as_posix()}" for path in tracked() if path.is_relative_to(SOURCE)}
    made = {f"ressenti/web/static/vendor/{name}" for name in ASSETS} | {"ressenti/locale/fr/LC_MESSAGES/ressenti.mo"}

    assert (committed | made) - held == set()


def test_a_wheel_holds_nothing_else(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {folder.partition("-")[0] for folder in folders} == {"ressenti"}
    assert not any("__pycache__" in name or "gallery" in name for name in zipfile.ZipFile(wheel).namelist())
