"""Is there an episode in what the report shows, and where does the indicator stand since (domain section 3.2)."""

from dataclasses import dataclass, replace
from datetime import datetime

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.model import Grain, Value
from ressenti.indicators.periods import first_of_day
from ressenti.reports.episodes import HISTORY, LONGEST, Episode, find_episode
from ressenti.reports.experience.report import ReportReader
from ressenti.reports.model import Evolution
from ressenti.reports.period import ReportPeriod, day_in


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEpisode:
    """An episode of an indicator, whether the period goes on today, and the value since it ended, if it has."""

    indicator: str
    episode: Episode
    period: ReportPeriod
    goes_on: bool
    since: Value | None


def with_episode(reading: ReportReader, evolution: Evolution) -> Evolution:
    """Return an evolution with the stretch that is unlike the usual, where its buckets are days or weeks."""
    if evolution.grain not in {Grain.DAY, Grain.WEEK}:
        return evolution
    told = prepare_episode(reading, evolution.indicator)
    return replace(evolution, episode=ReportPeriod(told.episode.start, told.episode.after)) if told else evolution


def prepare_episode(reading: ReportReader, key: str) -> ToldEpisode | None:
    """Return the episode of an indicator in the chosen period, None where there is none, or the period is too long."""
    period, zone = reading.choice.period, reading.zone
    if not 1 < period.days <= LONGEST:
        return None
    start, end = first_of_day(period.start - HISTORY, zone), first_of_day(period.end, zone)
    answer = reading.answer(key, grain=Grain.DAY, compare=None, start=start, end=end)
    days = {datetime.fromisoformat(row.key).date(): row.value for row in answer.rows if row.key}
    episode = find_episode(days, period.start, indicator(key).unit)
    if episode is None:
        return None
    since = None
    if episode.is_over:
        rest = ReportPeriod(episode.after, period.end).moments(zone)
        since = reading.answer(key, compare=None, start=rest[0], end=rest[1]).total
    goes_on = not episode.is_over and day_in(zone, reading.now) < period.end
    return ToldEpisode(indicator=key, episode=episode, period=period, goes_on=goes_on, since=since)
