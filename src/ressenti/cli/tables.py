"""How answers look on a terminal: tables a person likes to read, and CSV for a sheet."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ressenti.accounts.permissions import ROLE_NAMES
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Anchor, Grain, OnOtherScale, Unit
from ressenti.kit.clock import from_us
from ressenti.kit.formulas import escape_formula
from ressenti.kit.i18n import _, translate
from ressenti.reports.format import amount, number
from ressenti.reports.wording import on_other_scales, satisfied_command

if TYPE_CHECKING:
    from ressenti.accounts.grants import Grant
    from ressenti.accounts.tokens import ApiToken
    from ressenti.accounts.users import User
    from ressenti.cli.checks import Check
    from ressenti.intake.run.outcome import ImportOutcome
    from ressenti.record.projects import Project

MOST_DIFFERENCES = 20
FEW = 10
"""Below so many answers a share is not to be relied on (D24)."""

ANCHORS = {
    Anchor.CLOSED: _("by date: closed"),
    Anchor.OPENED: _("by date: opened"),
    Anchor.ANSWERED: _("by date: answered"),
}

UNITS = {
    Unit.PERCENT: _("percent"),
    Unit.POINTS: _("points"),
    Unit.SECONDS: _("seconds"),
    Unit.COUNT: _("count"),
    Unit.MONEY: _("money"),
    Unit.SCORE: _("score"),
    Unit.SCORE_OF_7: _("score"),
}


def new_table(*headers: str) -> Table:
    """Return an empty table with these heads."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for header in headers:
        table.add_column(header)
    return table


def answer_table(answer: dict[str, Any], language: str) -> None:
    """Print an answer: what was asked, its rows with n and interval, and the total."""
    console = Console()
    indicator, unit = INDICATORS[answer["indicator"]], Unit(answer["unit"])
    say = sayer(language)
    console.print(
        Text(say(indicator.name), style="bold"), Text(say(indicator.definition), style="dim"), sep="\n", highlight=False
    )
    console.print(Text(_context(answer, say), style="dim"), highlight=False)
    console.print()
    rows = answer["rows"]
    columns = _columns(answer, say, language)
    table = new_table(*(name for name, _cell in columns))
    for column in table.columns[_leading(answer) :]:
        column.justify = "right"
    for row in rows:
        table.add_row(*(Text(str(cell(row, unit, language))) for _name, cell in columns))
    total = answer["total"] | {"key": None, "label": say(_("all")), "bucket": "", "note": ""}
    if rows:
        table.add_section()
    if not (rows and unit is Unit.PERCENT and total["value"] is None and total["n"] == 0):
        table.add_row(*(Text(cell(total, unit, language), style="bold") for _name, cell in columns))
    console.print(table)
    if sum(row["n"] for row in rows) > total["n"]:
        note = _("A conversation may count in several rows, so they do not add up to the total.")
        console.print(Text(say(note), style="dim"), highlight=False)
    if answer.get("why"):
        console.print(Text(say(answer["why"])), highlight=False, soft_wrap=True)
    for line in _on_other_scales(answer, language):
        console.print(Text(line), highlight=False, soft_wrap=True)
    if any(_is_few(row, unit) for row in [answer["total"], *rows]):
        note = _("Where n is below 10, the value may well be chance.")
        console.print(Text(say(note), style="dim"), highlight=False)


OTHER_DATES = {
    Anchor.CLOSED: _("By the date they were closed there are {count}: add --anchor closed."),
    Anchor.OPENED: _("By the date they were opened there are {count}: add --anchor opened."),
    Anchor.ANSWERED: _("By the date of the answer there are {count}: add --anchor answered."),
}


def say_other_dates(found: Sequence[Sequence[Any]], language: str) -> None:
    """Say, where nobody was measured, by which other dates somebody was; on standard error."""
    if found:
        said = [translate(OTHER_DATES[Anchor(date)], language) for date, _count in found]
        counts = [number(count, language=language) for _date, count in found]
        nobody = translate(_("Nobody was measured by this date."), language)
        words = [one.format(count=count) for one, count in zip(said, counts, strict=True)]
        Console(stderr=True).print(Text(" ".join([nobody, *words])), highlight=False, soft_wrap=True)


def say_answers_alone(count: int, language: str) -> None:
    """Say that there is no conversation to measure, only so many answers without one; on standard error."""
    if count:
        words = _(
            "There is no conversation to measure, only answers without one: {count}. "
            "Satisfaction and NPS tell of them: add --anchor answered."
        )
        said = translate(words, language).format(count=number(count, language=language))
        Console(stderr=True).print(Text(said), highlight=False, soft_wrap=True)


def _on_other_scales(answer: dict[str, Any], language: str) -> Iterator[str]:
    """Yield what is not counted for the scale it was given on, and how to say which ratings are good (D42)."""
    for one in answer.get("other_scales", ()):
        other = OnOtherScale(**one)
        said = on_other_scales(answer["indicator"], [other], language=language)
        if not INDICATORS[answer["indicator"]].is_judged:
            yield f"{said[0].upper()}{said[1:]}."
            continue
        words = translate(_("{said}, for example with: {command}"), language)
        yield words.format(said=said, command=satisfied_command(other))


def _is_few(row: dict[str, Any], unit: Unit) -> bool:
    """Say whether a value rests on too few answers to be compared (D24)."""
    return unit in {Unit.PERCENT, Unit.POINTS, Unit.SCORE, Unit.SCORE_OF_7} and 0 < row["n"] < FEW


def sayer(language: str) -> Callable[[str], str]:
    """Return what translates sentences of ours."""
    return lambda sentence: translate(sentence, language)


def _context(answer: dict[str, Any], say: Any) -> str:
    start, end = answer["from"] or "…", answer["to"] or "…"
    period = (
        say(_("{start} up to, not including, {end}")).format(start=start, end=end) if answer["to"] else f"{start} → …"
    )
    as_of = say(_("as of {number}")).format(number=answer["as_of"])
    return f"{period}   {say(ANCHORS[Anchor(answer['anchor'])])}   {answer['zone']}   {as_of}"


def _leading(answer: dict[str, Any]) -> int:
    return len(_places(answer, str))


def _places(answer: dict[str, Any], say: Any, language: str = "en") -> list[tuple[str, Any]]:
    """Return the columns that say what a row is of."""
    places: list[tuple[str, Any]] = []
    is_distribution = "note" in (answer["rows"] or [{}])[0]
    if answer["by"]:
        places.append((say(DIMENSIONS[answer["by"]].name), own_words(answer["by"], language)))
        if any(map(_key_beside(answer["by"]), answer["rows"])):
            places.append((say(_("Key")), lambda row, *_rest: _key_beside(answer["by"])(row)))
    if answer["grain"]:
        moment = _hour if Grain(answer["grain"]) in {Grain.HOUR, Grain.THREE_HOURS} else _day
        places.append((say(_("From")), lambda row, *_rest: moment(row["bucket"] if answer["by"] else row["label"])))
    if is_distribution or (not answer["by"] and not answer["grain"] and answer["rows"]):
        places.append((say(_("Rating")), lambda row, *_rest: row["note"] if is_distribution else row["label"]))
    return places


def own_words(by: str, language: str) -> Any:
    """Return what says how a row of a dimension is called in a language; what stands over all rows keeps its words."""
    from ressenti.indicators.names import NONE, said

    def called(row: dict[str, Any], *_rest: Any) -> str:
        is_row = row["key"] is not None or row["label"] == NONE
        return said(DIMENSIONS[by], row["key"], row["label"], language=language) if is_row else row["label"]

    return called


def _key_beside(by: str) -> Callable[[dict[str, Any]], str]:
    """Return which key stands beside the label of a row, where they differ."""
    from ressenti.indicators.names import key_beside

    return lambda row: key_beside(by, row["key"], row["label"])


def _hour(key: str) -> str:
    """Say when a bucket begins; with the offset, since an hour may come twice in a night."""
    return f"{key[:10]} {key[11:16]} {key[19:]}" if key[10:11] == "T" else key


def _day(key: str) -> str:
    return key.replace("T", " ")[:16]


def _columns(answer: dict[str, Any], say: Any, language: str) -> list[tuple[str, Any]]:
    indicator = INDICATORS[answer["indicator"]]
    columns = _places(answer, say, language) or [("", lambda row, *_rest: row["label"])]
    columns.append(
        (say(indicator.name), lambda row, unit, language: amount(row["value"], unit, language=language, fine=True))
    )
    columns.append(("n", lambda row, _unit, language: amount(row["n"], Unit.COUNT, language=language, fine=True)))
    rows = [answer["total"], *answer["rows"]]
    if any(row["low"] is not None for row in rows):
        columns.append((say(_("95 % interval")), _interval))
    if answer["total"]["previous"] is not None:
        columns.append((say(_("Before")), _before))
    return columns


def _interval(row: dict[str, Any], unit: Unit, language: str) -> str:
    if row["low"] is None:
        return ""
    low, high = (amount(row[end], unit, language=language, fine=True) for end in ("low", "high"))
    return f"{low} – {high}"


def _before(row: dict[str, Any], unit: Unit, language: str) -> str:
    previous = row.get("previous")
    return amount(previous["value"], unit, language=language, fine=True) if previous else ""


def answer_csv(answer: dict[str, Any], out: IO[str]) -> None:
    """Write an answer as CSV, in full precision; the last line is the total."""
    rows = [*answer["rows"], {"key": "", "label": "total"} | answer["total"]]
    head = [name for name in ("key", "bucket", "note", "label") if any(name in row for row in rows)]
    names = [*head, "value", "n", "low", "high"]
    names += ["previous", "previous_n"] if answer["total"]["previous"] else []
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        previous = row.get("previous") or {}
        flat = row | {"previous": previous.get("value"), "previous_n": previous.get("n")}
        cells = (flat.get(name) for name in names)
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in cells])


def catalogue_table(rows: Sequence[dict[str, Any]], columns: Sequence[str], language: str) -> None:
    """Print what can be asked."""
    heads = {
        "key": _("Key"),
        "name": _("Name"),
        "unit": _("Unit"),
        "adds_up": _("Rows add up"),
        "definition": _("Definition"),
    }
    table = new_table(*(translate(heads[column], language) for column in columns))
    table.columns[0].no_wrap = True
    for row in rows:
        said = row | row["translations"].get(language, {})
        if "unit" in columns:
            unit = UNITS[said["unit"]]
            said["unit"] = translate(unit, language)
        table.add_row(*(_plain(said[column], language) for column in columns))
    Console().print(table)


def _plain(value: Any, language: str) -> Text:
    if isinstance(value, bool):
        return Text(translate(_("yes") if value else _("no"), language))
    return Text(str(value))


_BESIDE_A_NAME = 80
"""What the counts beside the name of a file take at most: where a screen has less, names are still not broken."""


def outcome_table(outcome: "ImportOutcome", language: str) -> None:
    """Print what became of every row of an import."""
    say = sayer(language)
    console = Console(stderr=True)
    heads = (_("File"), _("Read"), _("Imported"), _("Updated"), _("Duplicate"), _("Rejected"))
    table = new_table(*map(say, heads))
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
        column.no_wrap = True
    for counts in outcome.files:
        table.add_row(Text(counts.name), *_counted(counts, language))
    table.add_section()
    table.add_row(say(_("all")), *_counted(outcome.total, language), style="bold")
    longest = max((cell_len(counts.name) for counts in outcome.files), default=0)
    Console(stderr=True, width=max(console.width, longest + _BESIDE_A_NAME)).print(table)
    for note in outcome.notes:
        console.print(Text(f"· {note.say(language)}"), highlight=False, soft_wrap=True)
    if outcome.resumed:
        console.print(Text(say(_("This import picked up where it was interrupted."))), highlight=False)
    if outcome.rejects_path is not None:
        told = say(_("Rows not taken, with the reason and their content: {path}")).format(path=outcome.rejects_path)
        console.print(Text(told, style="bold"), highlight=False, soft_wrap=True)
        console.print(_reasons(outcome, language))


SHOWN_REASONS = 20
"""How many reasons an import prints; the file of rejects has all."""


def _reasons(outcome: "ImportOutcome", language: str) -> Table:
    """Return why rows were not taken: how often, where the first one stands, and what is wrong with it."""
    say = sayer(language)
    table = new_table(say(_("Rows")), say(_("Reason")), say(_("For example")))
    table.columns[0].justify = "right"
    for column in table.columns[1:]:
        column.overflow = "fold"
    for reason in outcome.reasons[:SHOWN_REASONS]:
        where = say(_("{file}, line {line}")).format(file=reason.file, line=reason.line)
        table.add_row(number(reason.count, language=language), reason.code, Text(f"{where}\n{reason.detail}"))
    if more := outcome.reasons[SHOWN_REASONS:]:
        count = sum(reason.count for reason in more)
        table.add_row(number(count, language=language), "…", say(_("for other reasons: see the file")))
    return table


def _counted(counts: Any, language: str) -> Iterable[str]:
    each = (counts.read, counts.imported, counts.updated, counts.duplicate, counts.rejected)
    return (number(one, language=language) for one in each)


def project_table(projects: Sequence["Project"], language: str) -> None:
    """Print projects and their settings."""
    from ressenti.record.projects import WEEK_DAYS

    heads = (_("key"), _("name"), _("zone"), _("currency"), _("week start"), _("satisfied"))
    table = new_table(*map(sayer(language), heads))
    for one in projects:
        ratings = "; ".join(f"{scale}={','.join(map(str, ratings))}" for scale, ratings in one.satisfied.items())
        table.add_row(*map(Text, (one.key, one.name, one.zone, one.currency, WEEK_DAYS[one.week_start], ratings)))
    Console().print(table)


def people_table(people: Sequence["User"], language: str) -> None:
    """Print who may sign in."""
    say = sayer(language)
    table = new_table(*map(say, (_("e-mail"), _("name"), _("role"), _("sees"), _("state"))))
    for one in people:
        state = _("ended") if one.disabled_at is not None else _("signs in") if one.has_password else _("invited")
        table.add_row(*map(Text, (one.email, one.name, say(ROLE_NAMES[one.grant.role]), _seen(one.grant), say(state))))
    Console().print(table)


def token_table(tokens: Sequence["ApiToken"], now: int, language: str) -> None:
    """Print the tokens there are and were; days are those of UTC."""
    say = sayer(language)
    table = new_table(*map(say, (_("name"), _("begins with"), _("role"), _("sees"), _("until"))))
    for one in tokens:
        ends = from_us(one.expires_at).date().isoformat() if one.expires_at else say(_("revoked by hand"))
        until = say(_("revoked")) if one.revoked_at else ends if one.is_valid(now) else say(_("expired"))
        begins = f"rsp_{one.public_id}"
        table.add_row(*map(Text, (one.name, begins, say(ROLE_NAMES[one.grant.role]), _seen(one.grant), until)))
    Console().print(table)


def _seen(grant: "Grant") -> str:
    return ", ".join(grant.groups or grant.agents)


def verdict_table(verdict: dict[str, Any], language: str) -> None:
    """Print what a verification found."""
    say, console = sayer(language), Console()
    checked = say(_("Checked {conversations} conversations and {answers} surveys, as of {as_of}."))
    console.print(Text(checked.format(**verdict)), highlight=False)
    for problem in verdict["problems"]:
        console.print(Text(f"· {problem}"), highlight=False)
    if not verdict["difference_count"]:
        console.print(Text(say(_("Every fact equals its recomputation.")), style="bold"), highlight=False)
        return
    differing = say(_("{difference_count} facts differ from the record:")).format(**verdict)
    console.print(Text(differing, style="bold"), highlight=False)
    names = list(verdict["differences"][0])
    table = new_table(*names)
    for one in verdict["differences"][:MOST_DIFFERENCES]:
        table.add_row(*(Text(str(one[name])) for name in names))
    console.print(table)
    console.print(Text(say(_("To compute them again, run: ressenti rebuild"))), highlight=False)


def checks_table(checks: Sequence["Check"], language: str) -> None:
    """Print what the doctor found."""
    table = new_table("", "", "")
    table.show_header = False
    for one in checks:
        marks = {True: Text("✓", style="green"), False: Text("✗", style="red bold"), None: Text("→")}
        table.add_row(marks[one.is_well], Text(translate(one.what, language)), Text(translate(one.found, language)))
    Console().print(table)
