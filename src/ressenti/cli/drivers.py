"""`ressenti drivers`: where a change comes from, on the terminal or for a program."""

import json
import sys
from typing import Any

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_comparison, with_database, with_facts, with_filters, words


@click.command()
@click.argument("indicator")
@with_comparison
@click.option("--attribution", metavar="all|closer|last|first", help="Which respondents are credited (D4).")
@click.option("--window", metavar="24h|72h|7d", help="How soon a return counts as a repeat (fcr). Default: 7d.")
@with_filters
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@with_facts
@with_database
def drivers(indicator: str, form: str, database: str, facts: str | None, **given: Any) -> None:
    """Say which groups a change of INDICATOR comes from.

    Example: ressenti drivers csat --from 2026-11-02 --to 2026-11-09
    """
    from ressenti.cli.driver_tables import drivers_csv, drivers_table
    from ressenti.cli.server_client import on_server_or_here, opened_record, post

    asked = words(**given)
    with opened_record(database) as store:
        change: dict[str, Any] = on_server_or_here(
            store,
            lambda server: post(server, "/local/drivers", {"indicator": indicator, "words": asked}),
            lambda fact_store: _here(fact_store, indicator, asked),
            facts,
        )
    if form == "json":
        click.echo(json.dumps(change, ensure_ascii=False))
    elif form == "csv":
        drivers_csv(change, sys.stdout)
    else:
        drivers_table(change, language())


def _here(fact_store: Any, indicator: str, asked: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    from ressenti.indicators.read import explain_words
    from ressenti.kit.clock import now

    return explain_words(fact_store, indicator, asked, now=now()).as_json()
