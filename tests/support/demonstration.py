"""A small year of the demonstration's retailer, up to a morning that does not move."""

from datetime import date, datetime
from pathlib import Path

from ressenti.demo import ZONE, generate
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.clock import to_us
from tests.support.scenario import World

TODAY = date(2026, 11, 21)
NOW = to_us(datetime.fromisoformat("2026-11-21T09:00+01:00"))
CONVERSATIONS = 2_000


def demonstration(folder: Path, conversations: int = CONVERSATIONS, *, language: str = "en") -> World:
    """Make a year of the demonstration's retailer, a small one, and import it."""
    files = folder / "files"
    files.mkdir()
    generate(files, today=TODAY, conversations=conversations, language=language)
    world = World(folder)
    world.now = NOW
    world.settle(zone=ZONE, name="Maison Tilleul")
    outcome = run_import(world.store, FileSource([files], name="demo"), now=NOW)
    assert outcome.total.rejected == 0
    return world
