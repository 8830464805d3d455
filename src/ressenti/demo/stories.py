"""What happened during the year that a report must be able to find, when, and how strongly? (docs/demo.md tells it.)"""

from dataclasses import dataclass
from datetime import date, timedelta

from ressenti.demo.company import (
    APP,
    CHAT,
    DELIVERY_DATE,
    FLASH_DAYS,
    FLASH_SALE,
    ORDER,
    PAYMENT,
    RETURN,
    RETURNS,
    STOCK,
    TRADE_QUOTE,
    Topic,
)
from ressenti.demo.people import ASSISTANT, TRAINED, Respondent

_OUTAGE_STRENGTH = (0.6, 1.0, 1.0, 0.9, 0.7, 0.5, 0.4)
_OUTAGE_RUSH = {PAYMENT: 6.0, ORDER: 0.9, DELIVERY_DATE: 0.2}
_SPRING = ((4, 15), (3, 20), (6, 20))
_EVENING_HOUR = 17
_LEARNING_DAYS = 70


@dataclass(frozen=True, slots=True)
class Stories:
    """The dates of the stories, as ordinals of local days, and what they change.

    The year goes from `first` to `today`; `outage` is the Monday of the week in which payments failed; `bot` the day
    the Assistant learnt to answer, `returns` that of the new returns page, `training` that of Hugo's training.
    """

    first: int
    today: int
    outage: int
    bot: int
    returns: int
    training: int

    @classmethod
    def of(cls, today: date) -> "Stories":
        """Return the stories of the year that ends today."""
        monday = today - timedelta(days=today.weekday())
        return cls(
            first=today.toordinal() - 365,
            today=today.toordinal(),
            outage=monday.toordinal() - 21,
            bot=_spring_day(today).toordinal(),
            returns=monday.toordinal() - 119,
            training=today.toordinal() - 100,
        )

    def outage_strength(self, day: int) -> float:
        """Return how badly payments failed that day, from 0 (not at all) to 1."""
        return _OUTAGE_STRENGTH[day - self.outage] if 0 <= day - self.outage < 7 else 0.0

    def rush(self, day: int, topic: Topic) -> float:
        """Return how many times the ordinary number of visitors come for this topic that day."""
        calls = 1.0 + _OUTAGE_RUSH.get(topic, 0.0) * self.outage_strength(day)
        return calls * 0.55 if topic is RETURN and day >= self.returns else calls

    def bot_talent(self, bot: Respondent, day: int) -> float:
        """Return which part of what a good bot settles this one settles that day."""
        if bot is not ASSISTANT:
            return 0.85
        return 1.05 if day >= self.bot else 0.62

    def skill(self, respondent: Respondent, day: int) -> float:
        """Return what the respondent adds that day to the probability that a visitor leaves satisfied."""
        return respondent.skill + self._still_to_learn(respondent, day)

    def _still_to_learn(self, respondent: Respondent, day: int) -> float:
        if respondent is ASSISTANT:
            return -0.2 if day < self.bot else 0.06
        if respondent.key == TRAINED:
            return -0.27 * max(0.0, min(1.0, 1 - (day - self.training) / 21))
        if respondent.hired is None:
            return 0.0
        return -0.26 * max(0.0, 1 - (day - self.today + respondent.hired) / _LEARNING_DAYS)

    def slowness(self, group: str, day: int, hour: int) -> float:
        """Return how many times the ordinary wait a visitor of this group's waits at that hour."""
        lunch = 1.5 if hour in (12, 13) else 1.0
        evening = 9.0 if group == RETURNS and hour >= _EVENING_HOUR else 1.0
        return lunch * max(evening, 1.0 + 14.0 * self.outage_strength(day))

    def whatsapp_weight(self, day: int) -> float:
        """Return the weight of WhatsApp among the channels: it doubles over the year."""
        return 11.0 + 15.0 * (day - self.first) / 365


def _spring_day(today: date) -> date:
    """Return a spring day of the year gone by that has at least forty days of it on each side."""
    days = (date(year, month, day) for month, day in _SPRING for year in (today.year, today.year - 1))
    return next(day for day in days if 40 <= (today - day).days <= 325)


def campaign_chance(topic: Topic, channel: str, *, is_presale: bool) -> float:
    """Return by how much this visitor is likelier than others to have come through a campaign; 0 off the site."""
    if channel not in (CHAT, APP) or topic is TRADE_QUOTE:
        return 0.0
    return 1.5 if is_presale else 0.7


def is_flash_day(day: date) -> bool:
    """Return whether the flash sale is on."""
    return day.day in FLASH_DAYS


def flash_reach(topic: Topic, *, is_presale: bool) -> float:
    """Return which part of the visitors for this topic come through the flash sale while it is on."""
    return 0.42 if is_presale else 0.3 if topic in (PAYMENT, ORDER, STOCK) else 0.06


def disappointment(campaign: str | None) -> float:
    """Return what a campaign's promise takes from the probability that a visitor leaves satisfied."""
    return {FLASH_SALE: 0.24, "Autumn lighting": -0.02, "Black Friday week": 0.03}.get(campaign or "", 0.0)


def appetite(campaign: str | None) -> float:
    """Return how many times likelier a visitor of this campaign is to buy."""
    return {None: 1.0, FLASH_SALE: 3.2}.get(campaign, 1.25)
