"""Who comes, when, for what and through which door; and who comes back for the same matter?"""

from collections import defaultdict
from dataclasses import dataclass, replace

from ressenti.demo.chance import Chance
from ressenti.demo.company import APP, CHAT, FLASH_SALE, ORDER, PAYMENT, PRESALE, VIDEO, Topic, rule
from ressenti.demo.paris import Paris
from ressenti.demo.products import Product
from ressenti.demo.season import SeasonDay
from ressenti.demo.words import FLASH, OUTAGE, WORDS, Matter, Vocabulary

_FRENCH_SHARE = 0.61
_ANONYMOUS_SHARE = 0.16
_KNOWN_AGAIN_SHARE = 0.15
_SPAM_SHARE = 0.004
_CASUAL_SHARE = 0.15
_FULL_CART_SHARE = 0.35
_SAME_CHANNEL_SHARE = 0.85
_FLASH_MATTER_SHARE = 0.6
_FLASH_TOPICS = (*PRESALE, PAYMENT, ORDER)
_RETURN_DAYS = (1, 1, 1, 2, 2, 3, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """What a visitor comes with: the moment (seconds), the matter, the door, and the words that stand for them.

    `slots` fill the sentences; `is_casual` is how the visitor types. Ids are empty where there is none.
    """

    conversation_id: str
    at: int
    topic: Topic
    matter: Matter
    language: str
    channel: str
    rule: str
    campaign: str | None
    visitor_id: str
    previous_id: str
    product: Product
    slots: dict[str, str]
    is_spam: bool
    is_casual: bool

    @property
    def words(self) -> Vocabulary:
        """The sentences of the visitor's language."""
        return WORDS[self.language]


class VisitPlanner:
    """The visits of the year, in order; visitors whose matter was not settled are scheduled to come back."""

    def __init__(self, chance: Chance, paris: Paris) -> None:
        self._chance = chance
        self._paris = paris
        self._returns: defaultdict[int, list[VisitPlan]] = defaultdict(list)
        self._known: dict[str, list[str]] = {"fr": [], "en": []}
        self._count = 0
        self._visitors = 10_000

    def of(self, day: SeasonDay, count: int) -> list[VisitPlan]:
        """Return the visits of a day, in order of their time; those who come back take places among them."""
        moments = sorted(self._paris.moment(day.ordinal, day.second(self._chance)) for _ in range(count))
        returns = self._returns.pop(day.ordinal, [])
        visits = []
        for place, moment in enumerate(moments):
            comes_back = self._chance.happens(len(returns) / (count - place))
            visits.append(self._again(moment, returns.pop(0)) if comes_back else self._new(day, moment))
        self._returns[day.ordinal + 1] += returns
        return visits

    def come_back(self, visit: VisitPlan, closed_at: int) -> None:
        """Note that this visitor comes back within the week."""
        self._returns[self._paris.day(closed_at) + self._chance.pick(_RETURN_DAYS)].append(visit)

    def _next_id(self) -> str:
        self._count += 1
        return f"C-{self._count:06}"

    def _again(self, moment: int, first: VisitPlan) -> VisitPlan:
        stays = first.channel != VIDEO and self._chance.happens(_SAME_CHANNEL_SHARE)
        channel = first.channel if stays else self._chance.pick((CHAT, APP))
        return replace(
            first,
            conversation_id=self._next_id(),
            at=moment,
            channel=channel,
            rule=rule(first.topic, channel, has_full_cart=False),
            campaign=None,
            previous_id=first.conversation_id,
            slots=first.slots.copy(),
        )

    def _new(self, day: SeasonDay, moment: int) -> VisitPlan:
        chance = self._chance
        topic = day.topic(chance)
        language = "fr" if chance.happens(_FRENCH_SHARE) else "en"
        channel = day.channel(chance, topic, self._paris.hour(moment))
        product = chance.pick(topic.products)
        is_spam = chance.happens(_SPAM_SHARE)
        campaign = None if is_spam else day.campaign(chance, topic, channel)
        visitor_id = "" if is_spam else self._visitor(language)
        return VisitPlan(
            conversation_id=self._next_id(),
            at=moment,
            topic=topic,
            matter=self._matter(day, topic, language, campaign),
            language=language,
            channel=channel,
            rule=rule(topic, channel, has_full_cart=chance.happens(_FULL_CART_SHARE)),
            campaign=campaign,
            visitor_id=visitor_id,
            previous_id="",
            product=product,
            slots=self._slots(product, language, visitor_id),
            is_spam=is_spam,
            is_casual=chance.happens(_CASUAL_SHARE),
        )

    def _matter(self, day: SeasonDay, topic: Topic, language: str, campaign: str | None) -> Matter:
        talk, section = WORDS[language].talk, topic.key
        if topic is PAYMENT and self._chance.happens(day.outage):
            section = OUTAGE
        elif campaign == FLASH_SALE and topic in _FLASH_TOPICS and self._chance.happens(_FLASH_MATTER_SHARE):
            section = FLASH
        return self._chance.pick(talk[section])

    def _visitor(self, language: str) -> str:
        known = self._known[language]
        if self._chance.happens(_ANONYMOUS_SHARE):
            return ""
        if known and self._chance.happens(_KNOWN_AGAIN_SHARE):
            return self._chance.pick(known)
        self._visitors += 1
        known.append(f"V-{self._visitors}")
        return known[-1]

    def _slots(self, product: Product, language: str, visitor_id: str) -> dict[str, str]:
        chance, manners = self._chance, WORDS[language].manners
        number = int(visitor_id[2:]) if visitor_id else chance.between(0, 9999)
        euros = f"{product.cents / 100:.2f}"
        return {
            **(product.french if language == "fr" else product.english),
            "order": f"MT-{chance.between(20_000, 89_999)}",
            "city": manners["cities"][number % len(manners["cities"])],
            "name": manners["names"][number % len(manners["names"])],
            "days": str(chance.between(2, 9)),
            "pieces": str(chance.between(6, 40)),
            "price": euros.replace(".", ",") if language == "fr" else f"€{euros}",
        }
