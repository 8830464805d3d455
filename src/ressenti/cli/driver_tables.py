"""How it looks on a terminal, and in a sheet, where a change comes from."""

import csv
from collections.abc import Callable
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from ressenti.cli.tables import new_table, own_words, sayer
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.drivers.explained_change import DriverRow, GroupStatus
from ressenti.indicators.model import Unit
from ressenti.kit.formulas import escape_formula
from ressenti.kit.i18n import _
from ressenti.reports.format import amount, number, points

MOST_ROWS = 20
"""How many groups are printed for people, the causes first; a program gets all."""

STATUSES = {
    GroupStatus.NEW: _("new"),
    GroupStatus.GONE: _("gone"),
    GroupStatus.NEWLY_MEASURED: _("newly measured"),
    GroupStatus.SMALL: "",
}


def drivers_table(change: dict[str, Any], language: str) -> None:
    """Print the two values, the causes in order, the other groups by what they add, and what is left."""
    console, say = Console(), sayer(language)
    indicator, unit = INDICATORS[change["indicator"]], Unit(change["unit"])
    console.print(Text(say(indicator.name), style="bold"), highlight=False)
    if unit is not indicator.unit:
        console.print(Text(say(_("Share of rows above the value before")), style="dim"), highlight=False)
    console.print()
    _print_rows(console, change, unit, language)
    for line in _summary(change, unit, language):
        console.print(Text(line), highlight=False, soft_wrap=True)


def drivers_csv(change: dict[str, Any], out: IO[str]) -> None:
    """Write the groups as CSV, in full precision; the last lines are the total, the one before, and what is left."""
    writer = csv.DictWriter(out, DriverRow._fields, lineterminator="\n")
    writer.writeheader()
    for row in change["rows"]:
        writer.writerow({name: _cell(cell) for name, cell in row.items()})
    for label in ("total", "previous"):
        writer.writerow({"label": label} | {name: change[label][name] for name in ("n", "value", "low", "high")})
    writer.writerow({"label": "unexplained", "change": change["unexplained"]})


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return escape_formula(value) if isinstance(value, str) else value


def _print_rows(console: Console, change: dict[str, Any], unit: Unit, language: str) -> None:
    say = sayer(language)
    heads = (_("Cause"), _("Group"), "n", _("Value"), _("Others"), _("Change"), _("Own value"), _("Size"))
    table = new_table(*map(say, heads), "")
    for column in table.columns[2:-1]:
        column.justify = "right"
    for row in change["rows"][:MOST_ROWS]:
        place, name = f"{row['order']}. " if row["order"] else "", say(DIMENSIONS[row["cause"]].name)
        margin = number((row["high"] - row["low"]) / 2, _digits(unit), language=language)
        cells = (
            f"{place}{name}",
            _group(row, say, language),
            number(row["n"], language=language),
            amount(row["value"], unit, language=language, fine=True),
            amount(row["others"], unit, language=language, fine=True),
            f"{_moved(row['change'], unit, language)} ± {margin}",
            _moved(row["rate"], unit, language),
            _moved(row["mix"], unit, language),
            ", ".join(_remarks(row, say)),
        )
        table.add_row(*map(Text, cells))
    if change["rows"]:
        console.print(table)


def _group(row: dict[str, Any], say: Callable[[str], str], language: str) -> str:
    if row["groups"] is not None:
        return say(_("small groups: {count}")).format(count=number(row["groups"], language=language))
    return str(own_words(row["cause"], language)(row))


def _remarks(row: dict[str, Any], say: Callable[[str], str]) -> list[str]:
    words = [STATUSES[GroupStatus(row["status"])]] if row["status"] else []
    words += [_("clear")] if row["clear"] else []
    return [say(word) for word in words if word]


def _summary(change: dict[str, Any], unit: Unit, language: str) -> list[str]:
    """Return what there was before and is now, the chain as a sum, and what is not shown."""
    say = sayer(language)
    before, now = (amount(change[name]["value"], unit, language=language, fine=True) for name in ("previous", "total"))
    if change["unexplained"] is None:
        return [say(_("In one of the two periods nothing was measured, so there is no change to explain."))]
    moved = _moved(change["total"]["value"] - change["previous"]["value"], unit, language)
    lines = [say(_("{before} → {now}: {change}")).format(before=before, now=now, change=moved)]
    chain = [row for row in change["rows"] if row["order"]]
    if chain:
        steps = [f"{own_words(row['cause'], language)(row)} {_moved(row['step'], unit, language)}" for row in chain]
        left = say(_("unexplained {change}")).format(change=_moved(change["unexplained"], unit, language))
        lines.append(say(_("In this order: {steps}.")).format(steps=", ".join([*steps, left])))
    else:
        lines.append(say(_("No group stands out: everywhere alike, or chance.")))
    if (more := len(change["rows"]) - MOST_ROWS) > 0:
        lines.append(say(_("Rows that are not shown: {count}. --format json has all.")).format(count=more))
    return lines


def _moved(value: float, unit: Unit, language: str) -> str:
    """Return a difference with its sign, in the unit of the value: points of a share, seconds, notes."""
    return points(value, _digits(unit), language=language)


def _digits(unit: Unit) -> int:
    return 0 if unit is Unit.SECONDS else 2
