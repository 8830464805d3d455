"""`ressenti read`: one figure, by anything, on the terminal or for a program."""

import json
import sys
from typing import Any

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_comparison, with_database, with_facts, with_filters, words


@click.command()
@click.argument("indicator")
@click.option("--by", metavar="DIMENSION", help="Break it down; see: ressenti dimensions.")
@click.option("--grain", metavar="hour|3h|day|week|month", help="One row a bucket of local time.")
@with_comparison
@click.option("--attribution", metavar="all|closer|last|first", help="Which respondents are credited (D4).")
@click.option("--window", metavar="24h|72h|7d", help="How soon a return counts as a repeat (fcr). Default: 7d.")
@click.option("--weighting", metavar="own|all", help="How days weigh: by their own rows, or by all conversations (D5).")
@with_filters
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--sql", is_flag=True, help="Print the SQL that answers, too.")
@with_facts
@with_database
def read(indicator: str, form: str, sql: bool, database: str, facts: str | None, **given: Any) -> None:  # noqa: FBT001 - click's way
    """Read INDICATOR; the names are listed by: ressenti indicators.

    Example: ressenti read csat --by agent --from 2026-10-01 --to 2026-11-01
    """
    from ressenti.cli.server_client import on_server_or_here, opened_record, post
    from ressenti.cli.tables import say_answers_alone, say_other_dates

    asked = words(**given)
    with opened_record(database) as store:
        answer: dict[str, Any] = on_server_or_here(
            store,
            lambda server: post(server, "/local/read", {"indicator": indicator, "words": asked, "sql": sql}),
            lambda fact_store: _here(fact_store, indicator, asked, sql=sql),
            facts,
        )
        statements, other_dates = answer.pop("sql", ()), answer.pop("other_dates")
        alone = answer.pop("answers_alone", 0)
        if form == "json":
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            _print(answer, form)
        say_other_dates(other_dates, language())
        say_answers_alone(alone, language())
    for statement in statements:
        click.echo(f"{statement};\n", err=form != "table")


def _here(fact_store: Any, indicator: str, asked: dict[str, tuple[str, ...]], *, sql: bool) -> dict[str, Any]:
    from ressenti.indicators.read import answer_here
    from ressenti.kit.clock import now

    return answer_here(fact_store, indicator, asked, now=now(), sql=sql)


def _print(answer: dict[str, Any], form: str) -> None:
    from ressenti.cli.tables import answer_csv, answer_table

    if form == "csv":
        answer_csv(answer, sys.stdout)
    else:
        answer_table(answer, language())
