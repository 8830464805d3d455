"""What does each page of which views are kept understand of an address? Only that is kept, and passed on to others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ressenti.indicators.dimensions import SURVEY
from ressenti.indicators.model import Filter
from ressenti.indicators.names import WITHOUT
from ressenti.reports import wording
from ressenti.reports.choice import OVERVIEW, ReportChoice, read_report_choice
from ressenti.reports.comments.choice import read_comments
from ressenti.reports.conversations.query import read_conversation_query
from ressenti.reports.period import DEFAULT_PRESET
from ressenti.workspace.saved_views import PAGES, UnknownPage

ParameterWords = Mapping[str, Sequence[str]]
SURVEYS = SURVEY.key
"""The tab of the report that is a place of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParameters:
    """What a page understands of an address.

    `parameters` say it in the page's own words, whatever else stood there left out: declared words, dates, zones, and
    but for these only the keys of `named`, and the `words` that are searched for. `shows` is what of them it shows: the
    name of the indicator and of the breakdown.
    """

    choice: ReportChoice
    parameters: tuple[tuple[str, str], ...]
    named: tuple[Filter, ...]
    shows: tuple[str, ...] = ()
    words: str = ""
    is_everything: bool = False


def understand(page: str, words: ParameterWords, *, today: date, week_start: int) -> KnownParameters:
    """Return what a page understands of the parameters of an address.

    Raises UnknownPage, and whatever the page would refuse of them.
    """
    if page not in PAGES:
        raise UnknownPage(value=page, known=", ".join(PAGES))
    return _READERS[page](words, today, week_start)


def _report(words: ParameterWords, today: date, week_start: int) -> KnownParameters:
    return _of_report(read_report_choice(words, today=today, week_start=week_start), words)


def _surveys(words: ParameterWords, today: date, week_start: int) -> KnownParameters:
    return _of_report(read_report_choice({**words, "tab": [SURVEYS]}, today=today, week_start=week_start), words)


def _of_report(choice: ReportChoice, words: ParameterWords) -> KnownParameters:
    beside = (Filter(choice.tab, choice.beside),) if choice.beside else ()
    return KnownParameters(
        choice=choice,
        parameters=_with_period(choice.parameters(), choice, words),
        named=(*choice.where, *beside),
        shows=shown_by(choice),
    )


def shown_by(choice: ReportChoice) -> tuple[str, ...]:
    """Return what a report shows, not yet in the reader's language: its indicator and, where it has one, its tab."""
    tab = () if choice.tab == OVERVIEW else (wording.TABS[choice.tab],)
    return (wording.name_by_date(choice.indicator, choice.anchor), *tab)


def _conversations(words: ParameterWords, today: date, week_start: int) -> KnownParameters:
    query = read_conversation_query(words, today=today, week_start=week_start).but()
    row = query.behind
    counted = (Filter(row.by, (row.key or WITHOUT,)),) if row and row.by else ()
    parameters = query.parameters()
    return KnownParameters(
        choice=query.choice,
        parameters=tuple(parameters) if query.is_everything else _with_period(parameters, query.choice, words),
        named=(*query.choice.where, *counted),
        shows=(wording.name_by_date(row.of, query.choice.anchor),) if row else (),
        words=query.words,
        is_everything=query.is_everything,
    )


def _comments(words: ParameterWords, today: date, week_start: int) -> KnownParameters:
    shown = read_comments(words, read_report_choice(words, today=today, week_start=week_start)).but()
    return KnownParameters(
        choice=shown.choice,
        parameters=_with_period(shown.parameters(), shown.choice, words),
        named=shown.choice.where,
        words=shown.typed,
    )


def _with_period(
    parameters: Sequence[tuple[str, str]], choice: ReportChoice, words: ParameterWords
) -> tuple[tuple[str, str], ...]:
    """Keep the usual days where they were chosen by name: a mailed report has those, not the ones that suit it."""
    is_chosen = choice.preset == DEFAULT_PRESET and any(words.get("period", ()))
    return (("period", DEFAULT_PRESET), *parameters) if is_chosen else tuple(parameters)


_READERS: Mapping[str, Callable[[ParameterWords, date, int], KnownParameters]] = {
    "report": _report,
    "conversations": _conversations,
    "satisfaction": _surveys,
    "comments": _comments,
}

assert _READERS.keys() == PAGES.keys()  # noqa: S101 - a page of which views are kept says what it understands
