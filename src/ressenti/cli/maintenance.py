"""`ressenti verify | rebuild | backup | restore | doctor`: that what is kept is whole and right."""

import json
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_database, with_facts
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit

if TYPE_CHECKING:
    from ressenti.facts.store import FactStore
    from ressenti.record.stores.sqlite import Store

_SIGNED_OUT = _(
    "Everybody is signed out, and open links have ended. People and tokens are those of the copy: end again what you "
    "ended since."
)
_COME_IN = _("People who may sign in: {people} (ressenti user list). Valid tokens: {tokens} (ressenti token list).")


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@with_facts
@with_database
@click.pass_context
def verify(ctx: click.Context, form: str, database: str, facts: str | None) -> None:
    """Compute every fact again from the record, in another way, and compare.

    Ends with 0 where all are equal, with 1 and the differing rows where they are not.
    """
    from ressenti.cli.server_client import on_server_or_here, opened_record, post
    from ressenti.cli.tables import verdict_table

    with opened_record(database) as store:
        verdict: dict[str, Any] = on_server_or_here(
            store, lambda server: post(server, "/local/verify", {}), _verified, facts
        )
    if form == "json":
        click.echo(json.dumps(verdict, ensure_ascii=False, indent=2))
    else:
        verdict_table(verdict, language())
    ctx.exit(Exit.DIFFERENCES if verdict["difference_count"] or verdict["problems"] else Exit.DONE)


def _verified(fact_store: "FactStore") -> dict[str, Any]:
    from ressenti.cli.progress import measuring
    from ressenti.facts.verify import verify as compare

    with measuring() as progress:
        return fact_store.using(lambda facts: compare(fact_store.record, facts, progress=progress)).as_json()


@click.command()
@with_facts
@with_database
def rebuild(database: str, facts: str | None) -> None:
    """Measure everything anew from the record. The figures do not change; only where they are written does."""
    from ressenti.cli.server_client import on_server_or_here, opened_record, post

    def here(fact_store: "FactStore") -> None:
        fact_store.rebuild()

    with opened_record(database) as store:
        on_server_or_here(store, lambda server: post(server, "/local/rebuild", {}), here, facts)
    click.echo(translate(_("The facts were rebuilt from the record."), language()), err=True)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of the file that is there.")
@with_database
def backup(path: Path, database: str, *, replace: bool) -> None:
    """Copy the record to PATH as it stands, also while it is in use. The facts need no copy: they are rebuilt."""
    from ressenti.cli.record_files import require_apart
    from ressenti.cli.server_client import opened_record
    from ressenti.record.stores.backup import copy_to

    with opened_record(database) as store:
        require_apart(path, store.path)
        copy_to(store, path, replace=replace)
    click.echo(translate(_("The record was copied to {path}, and the copy was checked."), language()).format(path=path))


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put it in the place of the record that is there.")
@with_database
def restore(path: Path, replace: bool, database: str) -> None:  # noqa: FBT001 - click's way
    """Make the copy at PATH the record. The facts are then rebuilt from it, and everybody signs in anew."""
    from ressenti.accounts.revocation import revoke_all_sessions
    from ressenti.cli.server_client import open_facts, opened_record, require_no_server
    from ressenti.facts.process_lock import Lock, lock_path
    from ressenti.facts.storage import storage_of
    from ressenti.facts.store import facts_path
    from ressenti.kit import paths
    from ressenti.kit.clock import now
    from ressenti.kit.durable import make_folder
    from ressenti.record.stores.backup import put_back, require_record
    from ressenti.record.stores.sqlite import sqlite_path

    target = sqlite_path(database)
    require_record(path)
    require_no_server(target)
    make_folder(target.parent)
    lock = Lock(lock_path(target), patience_s=1.0)
    as_left = lock.was_left
    revoke = partial(revoke_all_sessions, now=now())
    try:
        with (
            put_back(path, target, replace=replace, revoke=revoke, forget=lambda: _forget(target)),
            opened_record(database) as store,
            closing(storage_of(facts_path(target), paths.facts(None), store)) as home,
        ):
            home.discard()
        as_left = False  # the record that may have been harmed is another one now
    finally:
        lock.release(as_left=as_left)
    with opened_record(database) as store, open_facts(store):
        people, tokens = _who_comes_in(store, now=now())
    click.echo(translate(_("The record was restored from {path}."), language()).format(path=path))
    click.echo(translate(_SIGNED_OUT, language()))
    click.echo(translate(_COME_IN, language()).format(people=people, tokens=tokens))


def _who_comes_in(store: "Store", *, now: int) -> tuple[int, int]:
    """Return how many people may sign in, and how many tokens open something."""
    from ressenti.accounts.tokens import all_tokens
    from ressenti.accounts.users import all_users

    with store.read() as connection:
        people = [one for one in all_users(connection) if one.disabled_at is None]
        return len(people), sum(one.is_valid(now) for one in all_tokens(connection))


def _forget(target: Path) -> None:
    """Remove what was made from a record, which is another one from now on."""
    from ressenti.facts.engines.duckdb.engine import discard
    from ressenti.facts.store import facts_path
    from ressenti.search import file

    discard(facts_path(target))
    file.discard(file.search_path(target))


@click.command()
@with_database
@click.pass_context
def doctor(ctx: click.Context, database: str) -> None:
    """Check this installation: versions, files, who may read them, and whether the figures are up to date."""
    from ressenti.cli.checks import examine
    from ressenti.cli.tables import checks_table

    checks = examine(database)
    checks_table(checks, language())
    ctx.exit(Exit.DONE if all(check.is_well is not False for check in checks) else Exit.DIFFERENCES)
