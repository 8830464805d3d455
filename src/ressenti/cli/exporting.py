"""`ressenti export`: the rows behind the figures, as a file to take away."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_database, with_facts, with_filters, words
from ressenti.kit.i18n import _, translate
from ressenti.kit.output_files import BadOutput, new_file
from ressenti.kit.refusals import Refusal

if TYPE_CHECKING:
    from ressenti.record.stores.sqlite import Store


@click.command()
@click.argument("what", type=click.Choice(["conversations", "comments", "handlings"]))
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "parquet", "jsonl"]), default="csv")
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", help="Default: the screen.")
@click.option("--replace", is_flag=True, help="Put it in the place of the file that is there.")
@with_filters
@with_facts
@with_database
def export(
    what: str, form: str, output: Path | None, database: str, facts: str | None, *, replace: bool, **given: Any
) -> None:
    """Write the rows behind the figures: conversations, comments or handlings."""
    from ressenti.cli.record_files import require_apart
    from ressenti.cli.server_client import opened_record

    if output is None and form in {"xlsx", "parquet"} and sys.stdout.isatty():
        sentence = _("{form} is not for the screen: give --output PATH, or send it to a file.")
        raise click.UsageError(translate(sentence, language()).format(form=form))
    with opened_record(database) as store:
        if output is None:
            _write(store, what, form, words(**given), sys.stdout.buffer, facts)
            return
        require_apart(output, store.path)
        try:
            with new_file(output, replace=replace) as out:
                _write(store, what, form, words(**given), out, facts)
        except OSError as error:
            raise _refusal(error, output) from error


def _refusal(error: OSError, path: Path) -> Refusal:
    """Return what to say where a disk does not take the file."""
    from ressenti.record.stores.storage_errors import storage_refusal

    return storage_refusal(error, path) or BadOutput(path=path, reason=error.strerror or str(error))


def _write(
    store: "Store", what: str, form: str, asked: dict[str, tuple[str, ...]], out: BinaryIO, facts: str | None
) -> None:
    from ressenti.cli.server_client import on_server_or_here, post
    from ressenti.reports.exports import export_words
    from ressenti.reports.exports.model import ExportOptions

    body = {"what": what, "format": form, "words": asked, "language": language()}
    on_server_or_here(
        store,
        lambda server: post(server, "/local/export", body, out),
        lambda fact_store: export_words(fact_store, what, form, asked, out, options=ExportOptions(language=language())),
        facts,
    )
