"""How fresh is what is shown, and where is something to see when there is nothing here?"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ressenti.indicators.catalogue import CONVERSATIONS, tiles
from ressenti.indicators.model import Anchor, Grain, Question
from ressenti.reports.experience.report import ReportReader
from ressenti.reports.model import Elsewhere, Standing, Tile
from ressenti.reports.period import MOST_DAYS, ReportPeriod

_WHERE_DATA_MAY_BE = (
    (Anchor.CLOSED, CONVERSATIONS.key),
    (Anchor.OPENED, CONVERSATIONS.key),
    *((Anchor.ANSWERED, one.key) for one in tiles() if one.ratings),
)


def prepare_standing(reading: ReportReader, tiles: Iterable[Tile]) -> tuple[Standing, Elsewhere | None]:
    """Return whether there is anything to report on, and if not, where there is."""
    if any(tile.value.n or tile.other_scales for tile in tiles):
        return Standing.MEASURED, None
    elsewhere = _elsewhere(reading)
    is_narrowed = bool(reading.choice.where)
    return (Standing.NOTHING_HERE if elsewhere or is_narrowed else Standing.NOTHING_AT_ALL), elsewhere


def _elsewhere(reading: ReportReader) -> Elsewhere | None:
    """Look where there is something to show, first under the chosen date, then under the others."""
    choice = reading.choice
    candidates = sorted(_WHERE_DATA_MAY_BE, key=lambda candidate: candidate[0] is not choice.anchor)
    for anchor, key in candidates:
        months = Question(
            indicator=key,
            now=reading.now,
            anchor=anchor,
            grain=Grain.MONTH,
            zone=reading.zone,
            where=choice.where,
        )
        starts = [datetime.fromisoformat(row.key).date() for row in reading.ask(months).rows if row.key and row.value.n]
        if starts:
            return _spread(anchor, starts)
    return None


def _spread(anchor: Anchor, starts: list[date]) -> Elsewhere:
    """Return the last of these months, and all of them as far as one page can show."""
    end = _next_month(starts[-1])
    earliest = max(starts[0], end - timedelta(days=MOST_DAYS))
    return Elsewhere(anchor=anchor, latest=ReportPeriod(starts[-1], end), everything=ReportPeriod(earliest, end))


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
