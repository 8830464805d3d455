"""What does a mailed report hold: the same figures as the page, read once with its owner's rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ressenti.indicators.catalogue import CSAT, FIRST_RESPONSE_TIME
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.jobs.recurrence import Recurrence
from ressenti.reports import comparison_wording, filter_wording
from ressenti.reports.choice import INDICATORS, ReportChoice
from ressenti.reports.experience.episode import prepare_episode
from ressenti.reports.experience.headline import Headline, headline
from ressenti.reports.experience.rankings import ALL_ROWS, ends_of, prepare_ranking
from ressenti.reports.experience.report import ReportReader, prepare_evolution, prepare_tile
from ressenti.reports.experience.standing import prepare_standing
from ressenti.reports.figures.pictures import NoFont, evolution_png, ranking_png
from ressenti.reports.model import Evolution, Ranking, Standing, Tile

RANKED_BY = tuple(key for key, one in DIMENSIONS.items() if one.mailed)
TOP_ROWS = 6
"""Rows of a ranking in a mail; the page has the others."""
MOST_COMMENTS = 5
DAYS_OF = {Recurrence.DAILY: "yesterday", Recurrence.WEEKLY: "last_week", Recurrence.MONTHLY: "last_month"}
"""The days that a mailed report is about, where its view names none."""
PERIOD_WORDS = frozenset({"period", "from", "to", "last"})
"""Parameters by which a view names days of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailComment:
    """What a visitor wrote, on which day, their rating on its scale ("5" is 1 to 5), and who talked to them."""

    words: str
    on: date | None = None
    rating: int | None = None
    scale: str = "5"
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSummary:
    """Everything a mailed report says, in one language and one time zone.

    `compared` names what it is compared with, "" if nothing.
    """

    language: str
    zone: str
    choice: ReportChoice
    compared: str
    filters: tuple[str, ...]
    headline: Headline
    tiles: tuple[Tile, ...]
    evolution: Evolution | None
    rankings: tuple[Ranking, ...]
    comments: tuple[EmailComment, ...]
    may_change_until: date | None


def prepare_summary(
    reading: ReportReader,
    *,
    language: str,
    labels: Mapping[tuple[str, str], str],
    comments: Sequence[EmailComment] = (),
) -> EmailSummary:
    """Ask for everything a mailed report says; `labels` names each key that the choice narrows a dimension to."""
    reading = replace(reading, choice=reading.choice.but(indicator=CSAT.key))
    tiles = tuple(prepare_tile(reading, key) for key in INDICATORS)
    standing, _elsewhere = prepare_standing(reading, tiles)
    by_key = {tile.indicator: tile for tile in tiles}
    is_rated = by_key[CSAT.key].value.n > 0
    rankings = [_top(prepare_ranking(reading, by, most=ALL_ROWS)) for by in RANKED_BY] if is_rated else []
    choice = reading.choice
    compared = comparison_wording.previous_name(choice, currency=reading.currency, language=language)
    return EmailSummary(
        language=language,
        zone=reading.zone,
        choice=choice,
        compared=compared if choice.comparison else "",
        filters=_filters(choice, labels, language),
        headline=headline(
            standing,
            by_key[CSAT.key],
            by_key[FIRST_RESPONSE_TIME.key],
            episode=prepare_episode(reading, CSAT.key) if is_rated else None,
            beside=comparison_wording.beside_name(choice, currency=reading.currency, language=language),
            language=language,
        ),
        tiles=tiles,
        evolution=prepare_evolution(reading) if is_rated else None,
        rankings=tuple(one for one in rankings if any(row.key is not None for row in (*one.ranked, *one.few))),
        comments=tuple(comments[:MOST_COMMENTS]) if standing is Standing.MEASURED else (),
        may_change_until=reading.may_change_until,
    )


def draw_pictures(summary: EmailSummary) -> dict[str, bytes]:
    """Return the figures of a summary as PNG by their names; none on a machine without a font."""
    language = summary.language
    try:
        found = {one.by: ranking_png(one, language=language) for one in summary.rankings}
        if summary.evolution:
            found["evolution"] = evolution_png(summary.evolution, language=language, before=summary.compared)
    except NoFont:
        return {}
    return found


def _top(ranking: Ranking) -> Ranking:
    """Return the best and the worst rows of a ranking; those on few answers only where there is room left."""
    ends = ends_of(ranking, TOP_ROWS)
    few = ends.few[: TOP_ROWS - len(ends.ranked)]
    return replace(ends, few=few, hidden_count=ends.hidden_count + len(ends.few) - len(few))


def _filters(choice: ReportChoice, labels: Mapping[tuple[str, str], str], language: str) -> tuple[str, ...]:
    return tuple(filter_wording.filter_words(one, labels, language=language) for one in choice.where)
