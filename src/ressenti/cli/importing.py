"""`ressenti import`: files in, with what became of every row."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ressenti.cli.options import with_database
from ressenti.cli.speech import language
from ressenti.kit.i18n import _, translate

if TYPE_CHECKING:
    from ressenti.intake.outcome import Outcome
    from ressenti.record.store import Store


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--project", default="default", show_default=True, metavar="KEY", help="Made if there is none.")
@click.option("--source", default="import", show_default=True, metavar="NAME", help="Whose ids these are.")
@click.option("--format", "format_", metavar="csv|jsonl|parquet", help="What a file is, where its name does not tell.")
@click.option("--timezone", metavar="ZONE", help="For times without an offset, as Europe/Paris.")
@click.option("--on-error", type=click.Choice(["reject", "abort"]), default="reject", show_default=True)
@click.option("--unknown", type=click.Choice(["create", "reject"]), default="create", show_default=True)
@click.option("--encoding", metavar="E", help="Of text files that are not UTF-8, as cp1252.")
@click.option("--delimiter", metavar="C", help="Of CSV files; read from the header unless given.")
@click.option("--locale", metavar="L", help="How numbers are written: fr for a decimal comma.")
@click.option("--csat-scale", metavar="N", help="The scale of csat where no column says it, as 10 or 0-100.")
@click.option("--dst", type=click.Choice(["reject", "first", "second", "shift"]), default="reject", show_default=True)
@click.option("--date-format", metavar="F", help="Of times that are not ISO 8601, as '%d/%m/%Y %H:%M'.")
@click.option("--rejects", type=click.Path(path_type=Path), metavar="PATH", help="Folder for rows not taken.")
@with_database
@click.pass_context
def import_files(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    project: str,
    source: str,
    on_error: str,
    unknown: str,
    rejects: Path | None,
    database: str,
    **how: Any,
) -> None:
    """Import conversations, messages, surveys and more from PATH (a folder, a .zip, or single files).

    Importing the same files again changes nothing. An import that was interrupted goes on when given again.
    """
    from ressenti.cli.progress import reading
    from ressenti.cli.tables import outcome_table
    from ressenti.intake.model import Options
    from ressenti.intake.run import run_import
    from ressenti.kit.clock import now
    from ressenti.record.store import Store

    options = Options(format=how.pop("format_"), **how)
    store = Store.open(database, create=True)
    try:
        with reading() as progress:
            outcome = run_import(
                store,
                paths,
                options,
                project=project,
                source=source,
                on_error=on_error,
                unknown=unknown,
                rejects=rejects,
                now=now(),
                progress=progress,
            )
        outcome_table(outcome, language())
        click.echo(_equation(outcome))
        _measure(store)
    finally:
        store.close()
    ctx.exit(outcome.exit_code)


def _equation(outcome: "Outcome") -> str:
    """Return what became of the rows as one line for a script: it adds up, or making the outcome had failed."""
    return (
        f"read {outcome.read} = imported {outcome.imported} + updated {outcome.updated} "
        f"+ duplicate {outcome.duplicate} + rejected {outcome.rejected}"
    )


def _measure(store: "Store") -> None:
    """Wait until the figures hold what was imported."""
    from ressenti.cli.beside import either, post

    either(store, lambda server: post(server, "/local/catch-up", {}), lambda keeper: keeper.using(lambda _facts: None))
    click.echo(translate(_("The figures are up to date."), language()), err=True)
