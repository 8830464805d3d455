"""`ressenti import`: files in, with what became of every row."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_database, with_facts
from ressenti.kit import paths as places
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.kit.shell import command

if TYPE_CHECKING:
    from ressenti.intake.run.outcome import ImportOutcome
    from ressenti.record.stores.sqlite import Store


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
@click.option("--locale", metavar="L", help="How numbers are written: en, fr or de; else judged.")
@click.option("--csat-scale", metavar="N", help="The scale of csat where no column says it, as 10 or 0-100.")
@click.option("--dst", type=click.Choice(["reject", "first", "second", "shift"]), default="reject", show_default=True)
@click.option("--date-format", metavar="F", help="Of times not in ISO 8601: '%d/%m/%Y %H:%M', epoch-s, epoch-ms.")
@click.option("--rejects", type=click.Path(path_type=Path), metavar="PATH", help="Folder for rows not taken.")
@with_facts
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
    from ressenti.cli.server_client import open_record
    from ressenti.cli.tables import outcome_table
    from ressenti.facts.engines.clickhouse.servers import read_address
    from ressenti.intake.model import ImportOptions
    from ressenti.intake.run.run import run_import
    from ressenti.intake.sources.files.file_source import FileSource
    from ressenti.kit.clock import now

    facts = how.pop("facts")
    options = ImportOptions(format=how.pop("format_"), **how)
    if (servers := places.facts(facts)) is not None:
        read_address(servers)  # before anything is written
    store = open_record(database, create=True)
    try:
        with reading() as progress:
            outcome = run_import(
                store,
                FileSource(paths, options, name=source),
                project=project,
                on_error=on_error,
                unknown=unknown,
                rejects=rejects,
                now=now(),
                progress=progress,
                language=language(),
            )
        outcome_table(outcome, language())
        _say_what_to_do(outcome, ctx)
        click.echo(_equation(outcome))
        if outcome.rejected < outcome.read or not outcome.read:
            _measure(store, facts)
    finally:
        store.close()
    ctx.exit(outcome.exit_code)


AS_WRITTEN = ("paths", "format_", "encoding", "delimiter", "rejects", "on_error")
"""Options that say how the files were written or where things go: rejected rows are written anew."""


def _say_what_to_do(outcome: "ImportOutcome", ctx: click.Context) -> None:
    """Say how rejected rows come in after all, and where nothing did."""
    say = partial(translate, language=language())
    if outcome.read and outcome.rejected == outcome.read:
        click.echo(say(_("Nothing was imported: no row could be taken.")), err=True)
    if outcome.rejects_folder is not None and outcome.columnless < outcome.rejected:
        sentence = say(_("To import them after all, correct the CSV files beside it and give: {command}"))
        judged = [] if outcome.locale is None or ctx.params["locale"] else ["--locale", outcome.locale]
        again = command("import", str(outcome.rejects_folder), options=[*_given(ctx), *judged])
        click.echo(sentence.format(command=again), err=True)
    if outcome.columnless:
        sentence = translate_count(
            "{count} row cannot be put into columns: it is in rejects.jsonl alone.",
            "{count} rows cannot be put into columns: they are in rejects.jsonl alone.",
            outcome.columnless,
            language(),
        )
        click.echo(sentence.format(count=outcome.columnless), err=True)


def _given(ctx: click.Context) -> list[str]:
    """Return the options that the same rows need again, as they were typed; an address with a password is left out."""
    root = ctx.find_root().obj
    words = ["--database", str(root)] if root else []
    for option in ctx.command.params:
        name = option.name or ""
        is_typed = ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if is_typed and name not in AS_WRITTEN and not (name == "facts" and urlsplit(ctx.params[name]).password):
            words += [option.opts[0], str(ctx.params[name])]
    return words


def _equation(outcome: "ImportOutcome") -> str:
    """Return what became of the rows as one line for a script: it adds up, or making the outcome had failed."""
    return (
        f"read {outcome.read} = imported {outcome.imported} + updated {outcome.updated} "
        f"+ duplicate {outcome.duplicate} + rejected {outcome.rejected}"
    )


def _measure(store: "Store", facts: str | None) -> None:
    """Wait until the figures hold what was imported."""
    from ressenti.cli.server_client import on_server_or_here, post

    on_server_or_here(
        store,
        lambda server: post(server, "/local/catch-up", {}),
        lambda fact_store: fact_store.using(lambda _facts: None),
        facts,
    )
    click.echo(translate(_("The figures are up to date."), language()), err=True)
