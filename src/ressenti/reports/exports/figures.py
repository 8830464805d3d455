"""How figures leave as a file: the tiles, a breakdown, or everything that the report shows.

Every figure is a row of one long table: which indicator, of what, its value and base, and the period before. As a
spreadsheet the whole report is a sheet for each breakdown, with the indicators beside one another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from ressenti.indicators.catalogue import indicator, more_figures, spread_of, tiles
from ressenti.indicators.declaration import CreditedTo
from ressenti.indicators.dimensions import DIMENSIONS, RATING
from ressenti.indicators.measures import Mean, has_interval
from ressenti.indicators.model import Answer, Row, RowName, Value
from ressenti.kit.i18n import Sentence, _, translate
from ressenti.reports import comparison_wording, filter_wording, wording
from ressenti.reports.choice import EVOLUTION, OVERVIEW, RATINGS, TABS, ReportChoice, available
from ressenti.reports.comparison import Clarity, compare
from ressenti.reports.experience.report import BESIDE_MEDIAN, ReportReader, answer_over_time
from ressenti.reports.exports.formats import writing
from ressenti.reports.exports.model import (
    PLAIN,
    ColumnHeading,
    ColumnKind,
    CsvOptions,
    ExportFormat,
    ExportScope,
    Figures,
)

_H, _K = ColumnHeading, ColumnKind

_VALUE = _("in its unit: percent 0 to 100, points, seconds, or a count; empty where nobody was measured")
_VALUES = (
    _H("value", _K.NUMBER, _VALUE),
    _H("unit", _K.TEXT, _("what the value counts in")),
    _H("n", _K.WHOLE, _("how many rows the value rests on")),
    _H("low", _K.NUMBER, _("lower end of the 95 % interval, of shares and net scores")),
    _H("high", _K.NUMBER, _("its upper end")),
    _H("previous_value", _K.NUMBER, _("the same in the period it is compared with")),
    _H("previous_n", _K.WHOLE, _("how many rows that rests on")),
)

TILES = (
    _H("key", _K.TEXT, _("the indicator, as programs call it")),
    _H("name", _K.TEXT, _("its name")),
    _H("definition", _K.TEXT, _("what it measures")),
    *_VALUES,
    _H("change", _K.NUMBER, _("value minus previous value, in the unit")),
    _H("change_percent", _K.NUMBER, _("the same in % of the previous value, of delays and counts")),
    _H("change_clarity", _K.TEXT, _("clear, chance or few: could the change be chance? empty where not tested")),
)

FIGURES = (
    _H("indicator", _K.TEXT, _("the indicator, as programs call it")),
    _H("by", _K.TEXT, _("the dimension it is broken down by; empty for the whole, and over time")),
    _H("key", _K.TEXT, _("the row of the dimension, as its source calls it; empty: without a value in it")),
    _H("label", _K.TEXT, _("the name of the row")),
    _H("bucket", _K.TEXT, _("where the bucket of time begins, over time")),
    _H("note", _K.WHOLE, _("the rating, in a distribution of ratings")),
    *_VALUES,
)

_BREAKDOWNS = tuple(tab for tab in TABS if tab in DIMENSIONS)
_DISTRIBUTIONS = {
    one.key: spread.key
    for one in (*tiles(), *more_figures())
    if not isinstance(one.measure, Mean) and (spread := spread_of(one))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresReader:
    """Whose figures are written: what they chose, for which projects (by their keys), and in which language."""

    reading: ReportReader
    projects: tuple[str, ...]
    language: str = "en"


def export_figures(
    what: Figures, form: ExportFormat, asker: FiguresReader, out: BinaryIO, manner: CsvOptions = PLAIN
) -> int:
    """Write figures, and return how many rows they have; raises the refusals of questions before anything is written.

    The rows are those of the answers: every one, in full precision.
    """
    reading = asker.reading
    if what is Figures.TILES:
        answers = _tiles(reading)
        rows = [_tile(answer, asker.language) for answer in answers]
        return _write(form, _scope(what, asker, answers), TILES, rows, out, manner)
    if what is Figures.BREAKDOWN:
        answers = [_breakdown(reading)]
        rows = [row for answer in answers for row in _long(answer, asker.language)]
        return _write(form, _scope(what, asker, answers), FIGURES, rows, out, manner)
    found = _everything(reading)
    answers = [answer for sheet in found.values() for answer in sheet]
    scope = _scope(what, asker, answers)
    if form is ExportFormat.XLSX:
        return _write_sheets(scope, found, asker.language, out)
    rows = [row for answer in answers for row in _long(answer, asker.language)]
    return _write(form, scope, FIGURES, rows, out, manner)


def _tiles(reading: ReportReader) -> list[Answer]:
    """Ask for the tiles, and for what is shown beside a median."""
    keys = [one for key in available(reading.choice) for one in (key, *BESIDE_MEDIAN.get(key, ()))]
    return [reading.answer(key) for key in dict.fromkeys(keys)]


def _everything(reading: ReportReader) -> dict[str, list[Answer]]:
    """Ask for all that the report shows, sheet by sheet."""
    choice = reading.choice
    found = {"tiles": _tiles(reading)}
    found[EVOLUTION] = [answer_over_time(reading, key) for key in available(choice)]
    for tab in _BREAKDOWNS:
        found[tab] = [_by(reading, key, tab) for key in available(choice)]
    spreads = {key: _DISTRIBUTIONS[key] for key in available(choice) if key in _DISTRIBUTIONS}
    return found | {f"{key}_by_rating": [reading.answer(one)] for key, one in spreads.items()}


def _breakdown(reading: ReportReader) -> Answer:
    """Ask for what the chosen tab shows of the chosen indicator; on the overview that is its evolution."""
    choice, key = reading.choice, reading.choice.indicator
    if choice.tab in {OVERVIEW, EVOLUTION}:
        return answer_over_time(reading, key)
    if choice.tab == RATINGS:
        spread = spread_of(indicator(key))
        return reading.answer(spread.key) if spread else reading.answer(key, by=RATING.key)
    return _by(reading, key, choice.tab)


def _by(reading: ReportReader, key: str, by: str) -> Answer:
    """Ask for every row of a dimension, credited as chosen where that can be chosen."""
    is_own = indicator(key).credit is CreditedTo.OWN
    return reading.answer(key, by=by, attribution=None if is_own else reading.choice.attribution)


def _tile(answer: Answer, language: str) -> list[Any]:
    of = indicator(answer.indicator)
    change = compare(answer.total, answer.previous, unit=answer.unit, better=of.better, p=answer.p)
    tested = change is not None and change.clarity not in {Clarity.UNTESTED, Clarity.COUNTED}
    return [
        of.key,
        translate(of.name, language),
        translate(of.definition, language),
        *_values(answer.total, answer.previous, answer.unit.value),
        change.difference if change else None,
        change.relative if change else None,
        change.clarity.value if change and tested else None,
    ]


def _long(answer: Answer, language: str) -> Iterator[list[Any]]:
    """Give the rows of an answer, or its total where it has none, as rows of the long table."""
    unit = answer.unit.value
    is_distribution = answer.indicator in _DISTRIBUTIONS.values()
    if not answer.rows and answer.by is None and answer.grain is None:
        yield [answer.indicator, *[None] * 5, *_values(answer.total, answer.previous, unit)]
    for row in answer.rows:
        label = filter_wording.row_label(answer.by, row.key, row.label, language=language) if answer.by else None
        yield [
            answer.indicator,
            answer.by,
            row.key if answer.by else None,
            label,
            row.bucket or (row.key if answer.grain else None),
            int(row.rating or row.key or 0) if is_distribution else None,
            *_values(row.value, row.previous, unit),
        ]


def _values(value: Value, previous: Value | None, unit: str) -> list[Any]:
    before = [previous.value, previous.n] if previous else [None, None]
    return [value.value, unit, value.n, value.low, value.high, *before]


def _write(
    form: ExportFormat,
    scope: ExportScope,
    columns: Sequence[ColumnHeading],
    rows: Sequence[list[Any]],
    out: BinaryIO,
    manner: CsvOptions,
) -> int:
    with writing(form, scope, columns, out, manner) as write:
        if rows:
            write(list(zip(*rows, strict=True)))
    return len(rows)


def _write_sheets(scope: ExportScope, found: Mapping[str, Sequence[Answer]], language: str, out: BinaryIO) -> int:
    """Write a sheet for each breakdown: a row a key, and the indicators beside one another, each beside its n."""
    from ressenti.reports.exports.workbook import xlsx_sheets

    sheets: dict[str, tuple[Sequence[ColumnHeading], list[list[Any]]]] = {}
    for name, answers in found.items():
        if name == "tiles":
            sheets[name] = (TILES, [_tile(answer, language) for answer in answers])
        else:
            sheets[name] = _beside(answers, language)
    with xlsx_sheets(scope, {name: columns for name, (columns, _rows) in sheets.items()}, out) as writes:
        for write, (_columns, rows) in zip(writes, sheets.values(), strict=True):
            if rows:
                write(list(zip(*rows, strict=True)))
    return sum(len(rows) for _columns, rows in sheets.values())


def _beside(answers: Sequence[Answer], language: str) -> tuple[list[ColumnHeading], list[list[Any]]]:
    """Return the columns and the rows of answers to the same breakdown, put together by what tells them apart."""
    first = answers[0]
    columns = [_H("key", _K.TEXT, _("the row, as its source calls it, or where the bucket of time begins"))]
    columns += [_H("label", _K.TEXT, _("the name of the row"))] if first.by else []
    for answer in answers:
        columns += list(_columns(answer))
    rows: dict[RowName, Row] = {row.name: row for answer in answers for row in answer.rows}
    found = [{row.name: row for row in answer.rows} for answer in answers]
    made = []
    for name, row in rows.items():
        cells: list[Any] = [row.key]
        cells += [filter_wording.row_label(first.by, row.key, row.label, language=language)] if first.by else []
        for answer, own in zip(answers, found, strict=True):
            cells += _cells(answer, own.get(name))
        made.append(cells)
    return columns, made


def _columns(answer: Answer) -> Iterator[ColumnHeading]:
    name, key = indicator(answer.indicator).name, answer.indicator
    yield _H(key, _K.NUMBER, Sentence(_("{name}, {value}"), name=Sentence(name), value=Sentence(_VALUE)))
    yield _H(f"{key}_n", _K.WHOLE, _("how many rows it rests on"))
    if _has_interval(answer):
        yield _H(f"{key}_low", _K.NUMBER, _("lower end of its 95 % interval"))
        yield _H(f"{key}_high", _K.NUMBER, _("upper end of its 95 % interval"))
    yield _H(f"{key}_previous", _K.NUMBER, _("the same in the period it is compared with"))
    yield _H(f"{key}_previous_n", _K.WHOLE, _("how many rows that rests on"))


def _cells(answer: Answer, row: Row | None) -> list[Any]:
    if row is None:
        return [None] * (6 if _has_interval(answer) else 4)
    interval = [row.value.low, row.value.high] if _has_interval(answer) else []
    before = [row.previous.value, row.previous.n] if row.previous else [None, None]
    return [row.value.value, row.value.n, *interval, *before]


def _has_interval(answer: Answer) -> bool:
    return has_interval(indicator(answer.indicator).measure)


def _scope(what: Figures, asker: FiguresReader, answers: Sequence[Answer]) -> ExportScope:
    reading, choice = asker.reading, asker.reading.choice
    zone = choice.zone or reading.zone
    start, end = choice.period.moments(zone)
    return ExportScope(
        what=what,
        projects=asker.projects,
        zone=zone,
        anchor=choice.anchor,
        start=start,
        end=end,
        where=choice.where,
        as_of=max((answer.as_of for answer in answers), default=0),
        asked_at=reading.now,
        more=tuple(_more(what, choice, reading.currency, asker.language)),
        language=asker.language,
    )


def _more(what: Figures, choice: ReportChoice, currency: str, language: str) -> Iterator[tuple[str, str]]:
    before = comparison_wording.previous_name(choice, currency=currency, language=language)
    yield _("compared with"), before if choice.comparison else Sentence(_("no comparison"))
    if choice.attribution:
        yield _("credited to"), Sentence(wording.ATTRIBUTIONS[choice.attribution])
    if what is Figures.BREAKDOWN:
        yield _("figure"), Sentence(indicator(choice.indicator).name)
        yield _("broken down by"), Sentence(wording.TABS[EVOLUTION if choice.tab == OVERVIEW else choice.tab])
