"""Where does a link lead that takes along what is looked at: period, comparison, zone and filters?"""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import parse_qsl, urlencode

from ressenti.kit.refusals import Refusal
from ressenti.reports.choice import read_context
from ressenti.reports.conversations.query import ALL

Pairs = Sequence[tuple[str, str]]


def context_of(words: Mapping[str, Sequence[str]], *, today: date, week_start: int) -> Pairs:
    """Return the parameters of an address that go along into every section; of one that is refused none do."""
    dated = {name: values for name, values in words.items() if (name, values[-1]) != ("period", ALL)}
    try:
        return tuple(read_context(dated, today=today, week_start=week_start).context())
    except Refusal:
        return ()


def with_context(address: str, context: Pairs) -> str:
    """Return an address with what goes along; what it says itself, be it of the same dimension, stays as it is."""
    place, sign, fragment = address.partition("#")
    path, _question_mark, query = place.partition("?")
    own = parse_qsl(query, keep_blank_values=True)
    said = {_subject(pair) for pair in own}
    pairs = [*own, *(pair for pair in context if _subject(pair) not in said)]
    return path + (f"?{urlencode(pairs)}" if pairs else "") + sign + fragment


def _subject(pair: tuple[str, str]) -> str:
    """Return what a parameter is about: a filter its dimension, days the period, anything else itself."""
    name, value = pair
    if name == "where":
        return f"where {value.partition('=')[0].rstrip('!')}"
    return "period" if name in {"from", "to", "last"} else name
