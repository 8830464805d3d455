"""The options that several commands share, declared once."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ressenti.kit.settings import FACTS, Setting

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])


def option_of(setting: Setting, **more: Any) -> Callable[[AnyCommand], AnyCommand]:
    """Give the option of a setting."""
    return click.option(str(setting.option), metavar=setting.metavar, help=setting.help, **more)


def with_database(command: AnyCommand) -> AnyCommand:
    """Let the database be named after the subcommand too; the function gets `database`."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str:
        from ressenti.kit.paths import database

        return database(value or ctx.find_root().obj)

    option = click.option(
        "--database", metavar="URL", callback=remember, help="The database, as sqlite:///path/record.db."
    )
    return option(command)


def with_facts(command: AnyCommand) -> AnyCommand:
    """Let the servers be named that keep the facts; the function gets `facts`."""
    return option_of(FACTS)(command)


def with_filters(command: AnyCommand) -> AnyCommand:
    """Give the options that select conversations."""
    for option in (
        click.option("--zone", metavar="ZONE", help="Time zone, as Europe/Paris. Default: the project's."),
        click.option(
            "--where",
            multiple=True,
            metavar="DIMENSION=KEY",
            help="Only these, by key or label; DIMENSION!=KEY: all but these.",
        ),
        click.option("--anchor", metavar="closed|opened|answered", help="Which date counts. Default: closed."),
        click.option("--to", metavar="DATE", help="Up to this day, not including it."),
        click.option("--from", "from_", metavar="DATE", help="First day."),
        click.option("--project", metavar="KEY", help="One project. Default: all there are."),
    ):
        command = option(command)
    return command


def with_comparison(command: AnyCommand) -> AnyCommand:
    """Give the option that says what to compare with."""
    option = click.option(
        "--compare",
        metavar="WITH",
        help="With: previous (as many days before), weekdays (the same ones before), unit (the calendar unit before), "
        "year, month, FROM..TO (days of your own, the second not included), usual, everyone, or a number as a target.",
    )
    return option(command)


def words(**given: Any) -> dict[str, tuple[str, ...]]:
    """Return the options that were given, as the words of a question; an empty one is given too, and refused there."""
    named = {"from" if name == "from_" else name: value for name, value in given.items()}
    there = {name: value for name, value in named.items() if value is not None and value != ()}
    return {name: value if isinstance(value, tuple) else (value,) for name, value in there.items()}
