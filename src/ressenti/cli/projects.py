"""`ressenti project`: what a project decides for its figures."""

import re

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_database
from ressenti.kit.i18n import Sentence, _


@click.command()
@click.argument("key", required=False)
@click.option("--name", help="What people call it.")
@click.option("--zone", metavar="ZONE", help="Its time zone, as Europe/Paris.")
@click.option("--currency", metavar="CODE", help="Its currency, as EUR.")
@click.option("--week-start", metavar="DAY", help="The day its weeks begin: monday, sunday…")
@click.option("--satisfied", multiple=True, metavar="SCALE=NOTES", help="Satisfied notes of a scale, as 10=9,10.")
@with_database
def project(
    key: str | None,
    name: str | None,
    zone: str | None,
    currency: str | None,
    week_start: str | None,
    satisfied: tuple[str, ...],
    database: str,
) -> None:
    """Show the projects, or make or change the one called KEY.

    A new project counts in UTC, in EUR, with weeks from Monday.
    """
    from ressenti.cli.server_client import open_record
    from ressenti.kit.clock import now
    from ressenti.record.projects import all_projects, ensure_project, settle

    store = open_record(database, create=key is not None)
    try:
        if key is not None:
            with store.write() as connection:
                found = ensure_project(connection, key)
                ratings = dict(_ratings(text) for text in satisfied) or None
                settle(
                    connection,
                    found,
                    now=now(),
                    name=name,
                    zone=zone,
                    currency=currency,
                    week_start=week_start,
                    satisfied=ratings,
                )
        with store.read() as connection:
            projects = [one for one in all_projects(connection) if key in {None, one.key}]
    finally:
        store.close()
    from ressenti.cli.tables import project_table

    project_table(projects, language())


def _ratings(text: str) -> tuple[str, tuple[int, ...]]:
    from ressenti.record.refusals import BadSetting

    if not re.fullmatch(r"-?\d+(--?\d+)?=-?\d+(,-?\d+)*", text):
        raise BadSetting(name=Sentence(_("satisfied")), value=text, reason=Sentence(_("write it as 10=9,10")))
    scale, _equals, ratings = text.partition("=")
    return scale, tuple(map(int, ratings.split(",")))
