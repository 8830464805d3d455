"""What someone keeps for themselves: whose it is, and the view of a page as the parameters of its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ressenti.indicators.dimensions import dimension
from ressenti.indicators.refusals import BadDate
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal
from ressenti.record.rights import Viewer
from ressenti.record.views import LONGEST_QUERY, LongView
from ressenti.reports import wording
from ressenti.reports.choice import Choice, read_choice, zone_named
from ressenti.reports.dates import span
from ressenti.reports.period import day_in
from ressenti.web.frame import Frame

OF_PASSING = frozenset({"lang", "theme", "view", "whole", "after", "before", "kept"})
"""Parameters that say how or where in a page one is, not what it shows."""
LARGEST_ID = 2**62

Pairs = Sequence[tuple[str, str]]


class PeopleOnly(Refusal):
    """A program has nothing of its own."""

    status, code = 403, "people_only"
    sentence = _("This is kept for people: sign in as one. A token has nothing of its own.")


@dataclass(frozen=True, slots=True)
class Told:
    """A view in words: which days, and the dimensions it is narrowed by."""

    days: str
    filters: tuple[str, ...]


def own_id(viewer: Viewer) -> int:
    """Return whose things these are; raises PeopleOnly for a program."""
    if viewer.user_id is None:
        raise PeopleOnly
    return viewer.user_id


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return the parameters in an address that say what a page shows; raises LongView."""
    if len(query) > 2 * LONGEST_QUERY:
        raise LongView
    try:
        found = parse_qsl(query, max_num_fields=LONGEST_QUERY)
    except ValueError:
        raise LongView from None
    return [(name, value) for name, value in found if name not in OF_PASSING]


def read_view(pairs: Pairs, frame: Frame) -> Choice:
    """Return what a page would show for these parameters; raises whatever it could not understand of them."""
    words: dict[str, list[str]] = {}
    for name, value in pairs:
        words.setdefault(name, []).append(value)
    today = day_in(zone_named(words, usual=frame.zone), frame.now)
    return read_choice(words, today=today, week_start=frame.week_start)


def query_of(pairs: Pairs, frame: Frame) -> str:
    """Return these parameters to be kept, once they are understood; raises whatever could not be."""
    read_view(pairs, frame)
    return urlencode(list(pairs))


def tell_view(query: str, frame: Frame) -> Told:
    """Say what a view shows; one that is no longer understood says nothing of itself."""
    try:
        choice = read_view(pairs_of(query), frame)
    except Refusal:
        return Told("", ())
    names = tuple(translate(dimension(name).name, frame.language) for name, _keys in choice.where)
    return Told(days_words(choice, frame.language), names)


def days_words(choice: Choice, language: str) -> str:
    """Return which days a choice shows: a preset, which moves on, or dates, which stay."""
    if choice.preset:
        return translate(wording.PRESETS[choice.preset], language)
    return span(choice.period.start, choice.period.last, language=language)


def read_day(text: str) -> date:
    """Return a day that a form names; raises BadDate."""
    if not text.strip():
        raise BadDate(value=text)
    return read_choice({"from": [text], "last": [text]}, today=date(2000, 1, 1)).period.start
