"""`ressenti indicators` and `ressenti dimensions`: what can be asked, with definitions."""

import json

import click

from ressenti.cli.locale import language


def _print(rows: list[dict[str, object]], form: str, columns: tuple[str, ...]) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from ressenti.cli.tables import catalogue_table

    catalogue_table(rows, columns, language())


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def indicators(form: str) -> None:
    """List the indicators with their definitions."""
    from ressenti.indicators.catalogue_listing import indicator_list

    _print(indicator_list(), form, ("key", "name", "unit", "definition"))


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def dimensions(form: str) -> None:
    """List the dimensions a figure can be broken down and filtered by."""
    from ressenti.indicators.catalogue_listing import dimension_list

    _print(dimension_list(), form, ("key", "name", "adds_up", "definition"))
