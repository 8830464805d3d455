"""What someone keeps for themselves: whose it is, and the view of a page as the parameters of its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ressenti.accounts.permissions import Viewer
from ressenti.indicators.model import Filter
from ressenti.indicators.names import by_keys, labels
from ressenti.indicators.parse_question import read_filters
from ressenti.indicators.refusals import BadDate
from ressenti.indicators.visibility import VisibleKeys
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal
from ressenti.reports import filter_wording, wording
from ressenti.reports.choice import read_report_choice, zone_named
from ressenti.reports.dates import span
from ressenti.reports.period import day_in
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.saved_views.parameters import KnownParameters, understand
from ressenti.workspace.saved_views import LONGEST_QUERY, LongView

OF_PASSING = frozenset({"lang", "theme", "view", "whole", "after", "before", "kept"})
"""Parameters that say how or where in a page one is, not what it shows."""
LARGEST_ID = 2**62

AddressPairs = Sequence[tuple[str, str]]


class PeopleOnly(Refusal):
    """A program has nothing of its own."""

    status, code = 403, "people_only"
    sentence = _("This is kept for people: sign in as one. A token has nothing of its own.")


@dataclass(frozen=True, slots=True)
class ViewSummary:
    """A view in words: what it shows, of which days, what it is narrowed to, and the words that it searches for."""

    shows: tuple[str, ...] = ()
    days: str = ""
    filters: tuple[str, ...] = ()
    words: str = ""

    @property
    def pieces(self) -> tuple[str, ...]:
        """Return what it says, piece by piece, but for the words."""
        return (*self.shows, *self.filters, *((self.days,) if self.days else ()))


def own_id(viewer: Viewer) -> int:
    """Return whose things these are; raises PeopleOnly for a program."""
    if viewer.user_id is None:
        raise PeopleOnly
    return viewer.user_id


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return the parameters in an address that say what a page shows; raises LongView.

    An empty `key` means: without a value in its dimension. Whatever else is empty says nothing.
    """
    if len(query) > 2 * LONGEST_QUERY:
        raise LongView
    try:
        found = parse_qsl(query, keep_blank_values=True, max_num_fields=LONGEST_QUERY)
    except ValueError:
        raise LongView from None
    return [(name, value) for name, value in found if name not in OF_PASSING and (value or name == "key")]


def read_view(page: str, pairs: AddressPairs, page_context: PageContext) -> KnownParameters:
    """Return what a page understands of these parameters; raises UnknownPage, and whatever the page would refuse."""
    words: dict[str, list[str]] = {}
    for name, value in pairs:
        words.setdefault(name, []).append(value)
    today = day_in(zone_named(words, usual=page_context.zone), page_context.now)
    return understand(page, words, today=today, week_start=page_context.week_start)


def keyed_pairs(visible: VisibleKeys, pairs: AddressPairs) -> list[tuple[str, str]]:
    """Return parameters with keys where their filters give labels, which another may have tomorrow.

    What means no key, or not one alone, stays as it is: the page refuses it.
    """
    return [(name, _with_key(visible, value) if name == "where" else value) for name, value in pairs]


def _with_key(visible: VisibleKeys, filter_: str) -> str:
    try:
        [(text,)] = [one.texts for one in by_keys(visible, read_filters([filter_]))]
    except Refusal:
        return filter_
    return text


def query_of(page: str, pairs: AddressPairs, page_context: PageContext) -> str:
    """Return these parameters to be kept, without those that the page does not know; raises as `read_view` does."""
    return urlencode(read_view(page, pairs, page_context).parameters)


def summarise_view(page: str, query: str, page_context: PageContext, visible: VisibleKeys) -> ViewSummary:
    """Say what a view shows; one that is no longer understood says nothing of itself."""
    language = page_context.language
    try:
        view = read_view(page, pairs_of(query), page_context)
    except Refusal:
        return ViewSummary()
    return ViewSummary(
        shows=tuple(translate(one, language) for one in view.shows),
        days=days_words(view, language),
        filters=tuple(_filter_words(one, visible, language) for one in view.choice.where),
        words=view.words,
    )


def _filter_words(filter_: Filter, visible: VisibleKeys, language: str) -> str:
    """Say a filter by what its keys are called; those that are gone, as they stand in the address."""
    try:
        [found] = by_keys(visible, [filter_])
        return filter_wording.filter_words(found, labels(visible, [found]), language=language)
    except Refusal:
        return filter_wording.filter_words(filter_, {}, language=language)


def days_words(said: KnownParameters, language: str) -> str:
    """Return which days are shown: a preset, which moves on, or dates, which stay."""
    choice = said.choice
    if said.is_everything:
        return translate(_ANY_DATE, language)
    if choice.preset:
        return translate(wording.PRESETS[choice.preset], language)
    return span(choice.period.start, choice.period.last, language=language)


_ANY_DATE = _("Any date")


def read_day(text: str) -> date:
    """Return a day that a form names; raises BadDate."""
    if not text.strip():
        raise BadDate(value=text)
    return read_report_choice({"from": [text], "last": [text]}, today=date(2000, 1, 1)).period.start
