"""What `ressenti doctor` looks at."""

import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ressenti import __version__
from ressenti.cli.locale import language
from ressenti.cli.server_client import open_record, running_server
from ressenti.kit import settings
from ressenti.kit.i18n import _, in_language, translate
from ressenti.kit.paths import facts
from ressenti.kit.refusals import Refusal, nearest
from ressenti.reports.format import number

if TYPE_CHECKING:
    from ressenti.record.stores.sqlite import Store

ROOM_BYTES = 1 << 30
MOST_NAMED = 8
"""Files that are named in one line."""
_WAY_BACK = _(
    "put back a copy: ressenti restore PATH --replace; without one, import the files again into a new database"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: of what, whether it passed (None where it only informs), and what was found."""

    what: str
    is_well: bool | None
    found: str


def examine(url: str) -> list[Check]:
    """Look at everything; each trouble is a line, never the end of the examination."""
    return list(_examined(url))


def _examined(url: str) -> Iterator[Check]:
    from ressenti.facts.engines.duckdb.engine import ENGINE
    from ressenti.record.stores.sqlite import SAFE_SQLITE, SQLITE_VERSION, sqlite_path

    yield Check("ressenti", is_well=True, found=__version__)
    yield Check("SQLite", SQLITE_VERSION >= SAFE_SQLITE, ".".join(map(str, SQLITE_VERSION)))
    yield Check(_("Facts engine"), is_well=True, found=ENGINE)
    yield _settings()
    yield _mail()
    try:
        path = sqlite_path(url)
        store = open_record(url)
    except Refusal as refusal:
        yield Check(_("Database"), is_well=False, found=refusal.say(language()))
        return
    try:
        yield Check(_("Database"), is_well=True, found=str(path))
        yield from _files(path)
        soundness = list(_soundness(path))
        yield from soundness
        if any(check.is_well is False for check in soundness):  # what is read of it may be impossible
            yield Check(_("Facts"), is_well=None, found=_("not looked at before the database can be trusted again"))
            return
        yield from _failed_jobs(store)
        yield from _facts(store)
    finally:
        store.close()


def _settings() -> Check:
    """Look at the environment: a variable that was mistyped changes nothing, and nobody would notice."""
    if mistyped := settings.unknown(os.environ):
        known = [setting.variable for setting in settings.SETTINGS]
        told = translate(_("{name} is no setting. Did you mean: {known}?"), language())
        found = "; ".join(told.format(name=name, known=nearest(name, known)) for name in mistyped)
        return Check(_("Settings"), is_well=False, found=found)
    return Check(_("Settings"), is_well=True, found=", ".join(settings.in_use(os.environ)) or _("none is set"))


def _mail() -> Check:
    from ressenti.reports.email.smtp import read_smtp_server

    try:
        post = read_smtp_server()
    except Refusal as refusal:
        return Check(_("Mail server"), is_well=False, found=refusal.say(language()))
    return Check(_("Mail server"), is_well=True, found=f"{post.host}:{post.port}" if post else _("none is set up"))


def _files(path: Path) -> Iterator[Check]:
    yield _privacy(path)
    free = shutil.disk_usage(path.parent).free
    room = translate(_("{size} GiB"), language()).format(size=number(free / (1 << 30), 1, language=language()))
    yield Check(_("Room on the disk"), free > ROOM_BYTES, room)


def _privacy(path: Path) -> Check:
    """Check every file that is named after the record: the facts hold much of what it holds."""
    from ressenti.cli.record_files import files_of_record

    told, is_private = f"{_mode(path):04o}", True
    if found := [one for one in files_of_record(path) if _mode(one) & 0o077]:
        remedy = f"chmod go-rwx {shlex.join(map(str, found[:MOST_NAMED]))}"
        modes = ", ".join(sorted({f"{_mode(one):04o}" for one in found}))
        told, is_private = f"{modes}: {remedy}{' …' if len(found) > MOST_NAMED else ''}", False
    return Check(_("Readable by its owner only"), is_private, told)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _soundness(path: Path) -> Iterator[Check]:
    from ressenti.record.stores.integrity import damaged_pages, damaged_rows

    try:
        pages, rows = damaged_pages(path), damaged_rows(path)
    except Refusal as refusal:  # the disk is at fault
        yield Check(_("Pages and indexes"), is_well=False, found=refusal.say(language()))
        return
    for what, found in ((_("Pages and indexes"), pages), (_("Imported rows"), rows)):
        told = "; ".join(in_language(one, language()) for one in found)
        yield Check(what, is_well=not found, found=told or _("as they were written"))
    if pages or rows:
        yield Check(_("The way back"), is_well=None, found=_WAY_BACK)


def _failed_jobs(store: "Store") -> Iterator[Check]:
    """Name the jobs that nobody tries any more, where there are some."""
    from ressenti.jobs.queue import failed_jobs

    with store.read() as record:
        failed = failed_jobs(record)
    if failed:
        named = [f"{one.kind} {one.key or ''}".strip() + f": {one.failure}" for one in failed[:MOST_NAMED]]
        yield Check(_("Failed jobs"), is_well=False, found="; ".join([*named, "…"][: len(failed)]))


def _facts(store: "Store") -> Iterator[Check]:
    from ressenti.facts.projector import is_behind
    from ressenti.facts.store import FactStore

    server = running_server(store.path)
    yield Check(_("Server"), is_well=True, found=server.url if server else _("none is running"))
    if server is None:
        try:
            with closing(FactStore(store, facts=facts(None))) as fact_store:
                behind = fact_store.using(lambda found: is_behind(store, found))
                yield Check(_("Facts"), not behind, fact_store.place)
        except Refusal as refusal:
            yield Check(_("Facts"), is_well=False, found=refusal.say(language()))
