"""How many visitors come on a day, at which hour, for what, and through which door?"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ressenti.demo.chance import Chance, cumulative
from ressenti.demo.company import (
    APP,
    CAMPAIGNS,
    CHANNELS,
    CHAT,
    DELIVERY_DATE,
    FLASH_SALE,
    INSTAGRAM,
    LOST_PARCEL,
    MESSENGER,
    PRESALE,
    RETURN,
    STOCK,
    TOPICS,
    TRADE_QUOTE,
    VIDEO,
    WHATSAPP,
    Topic,
)
from ressenti.demo.stories import Stories, campaign_chance, flash_reach, is_flash_day

MORNING_HOUR = 9
"""The data ends today at nine, Paris time."""

CLOSED_DAYS = ((1, 1), (5, 1), (12, 25))

_MONTHS = (1.22, 0.94, 0.95, 0.98, 0.97, 0.93, 0.84, 0.7, 1.02, 1.05, 1.18, 1.48)
_WEEKDAYS = (1.32, 1.12, 1.06, 1.04, 1.03, 0.86, 0.57)
_HOURS = (0.5, 0.3, 0.1, 0.1, 0.1, 0.2, 0.6, 1.8, 5.5, 8.6, 10.2, 9.8, 6.6, 5.8, 8.6, 9.0, 8.6, 8.4, 7.4, 6.2, 4.2, 3.1)
_WEEK_HOURS = (*_HOURS, 1.9, 1.0)
_SUNDAY_HOURS = (*(0.6, 0.3, 0.1, 0.1, 0.1, 0.1, 0.3, 0.8, 2, 4.5, 8, 8.5, 6.5, 5, 8, 9, 9.5, 9, 7, 5.5, 5, 4), 2, 1)
_VIDEO_HOURS = range(10, 18)
_SEASON_OF_TOPIC: dict[tuple[int, Topic], float] = {
    (12, DELIVERY_DATE): 1.4,
    (12, LOST_PARCEL): 1.5,
    (12, STOCK): 1.3,
    (1, RETURN): 1.6,
    (11, STOCK): 1.25,
}
_CHANNEL_WEIGHTS = {CHAT: 54.0, APP: 11.0, MESSENGER: 9.0, INSTAGRAM: 5.0}


@dataclass(frozen=True, slots=True)
class SeasonDay:
    """A day's own odds: its weight among the days, how badly payments fail (0 to 1), running sums for the rest."""

    ordinal: int
    calendar: date
    weight: float
    outage: float
    hours: tuple[float, ...]
    topics: tuple[float, ...]
    channels: tuple[float, ...]
    advice_channels: tuple[float, ...]
    campaigns: tuple[tuple[str, float], ...]

    def second(self, chance: Chance) -> int:
        """Draw when a visitor comes, in seconds of the wall clock."""
        return chance.weighted(range(24), self.hours) * 3600 + int(chance.draw() * 3600)

    def topic(self, chance: Chance) -> Topic:
        """Draw what a visitor comes for."""
        return chance.weighted(TOPICS, self.topics)

    def channel(self, chance: Chance, topic: Topic, hour: int) -> str:
        """Draw through which channel a visitor comes; video is for advice and trade, in the hours of the shop."""
        has_video = (topic in PRESALE or topic is TRADE_QUOTE) and hour in _VIDEO_HOURS
        return chance.weighted(CHANNELS, self.advice_channels if has_video else self.channels)

    def campaign(self, chance: Chance, topic: Topic, channel: str) -> str | None:
        """Draw which campaign brought the visitor, mostly none."""
        is_presale = topic in PRESALE
        likelier = campaign_chance(topic, channel, is_presale=is_presale)
        if likelier and is_flash_day(self.calendar) and chance.happens(flash_reach(topic, is_presale=is_presale)):
            return FLASH_SALE
        for key, reach in self.campaigns:
            if chance.happens(reach * likelier):
                return key
        return None


def year(stories: Stories) -> list[SeasonDay]:
    """Return the days of the demonstration, the last one ending in the morning."""
    return [_day(stories, ordinal) for ordinal in range(stories.first, stories.today + 1)]


def _day(stories: Stories, ordinal: int) -> SeasonDay:
    calendar = date.fromordinal(ordinal)
    topics = [_topic_weight(stories, calendar, topic) for topic in TOPICS]
    hours = _hours(calendar, is_today=ordinal == stories.today)
    whatsapp = stories.whatsapp_weight(ordinal)
    return SeasonDay(
        ordinal=ordinal,
        calendar=calendar,
        weight=_base(stories, calendar) * sum(topics) * sum(hours),
        outage=stories.outage_strength(ordinal),
        hours=cumulative(hours),
        topics=cumulative(topics),
        channels=_channels(whatsapp, video=0.0),
        advice_channels=_channels(whatsapp, video=11.0),
        campaigns=tuple((campaign.key, campaign.reach) for campaign in CAMPAIGNS if campaign.runs(calendar)),
    )


def _base(stories: Stories, day: date) -> float:
    if is_closed(day):
        return 0.0
    growth = 1.0 + 0.3 * (day.toordinal() - stories.first) / 365
    return growth * _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()]


def is_closed(day: date) -> bool:
    """Return whether the chat is switched off that day."""
    return (day.month, day.day) in CLOSED_DAYS


def _topic_weight(stories: Stories, day: date, topic: Topic) -> float:
    return topic.weight * stories.rush(day.toordinal(), topic) * _SEASON_OF_TOPIC.get((day.month, topic), 1.0)


def _hours(day: date, *, is_today: bool) -> tuple[float, ...]:
    hours = _SUNDAY_HOURS if day.weekday() == 6 else _WEEK_HOURS
    whole = sum(hours)
    return tuple(0.0 if is_today and hour >= MORNING_HOUR else part / whole for hour, part in enumerate(hours))


def _channels(whatsapp: float, *, video: float) -> tuple[float, ...]:
    weights = _CHANNEL_WEIGHTS | {WHATSAPP: whatsapp, VIDEO: video}
    return cumulative([weights[channel] for channel in CHANNELS])


def share_out(days: list[SeasonDay], count: int) -> list[int]:
    """Return how many of `count` conversations open on each day; they add up to `count`."""
    sums = cumulative([day.weight for day in days])
    marks = [0, *(int(count * part / sums[-1] + 0.5) for part in sums)]
    return [after - before for before, after in pairwise(marks)]
