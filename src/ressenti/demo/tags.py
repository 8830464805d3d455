"""Which labels does a conversation carry when it is closed?"""

from ressenti.demo.chance import Chance
from ressenti.demo.company import DAMAGED, FLASH_SALE, INVOICE, LOST_PARCEL, ORDER, PAYMENT, RETURN, TRADE_QUOTE
from ressenti.demo.course import Course
from ressenti.kit.i18n import _

_OF_TOPIC = {
    RETURN: (_("refund"), _("exchange"), _("collection")),
    DAMAGED: (_("damaged"), _("goodwill"), _("spare part")),
    LOST_PARCEL: (_("courier"), _("claim")),
    INVOICE: (_("vat"), _("invoice copy")),
    ORDER: (_("address"), _("cancellation")),
    TRADE_QUOTE: (_("hotel"), _("architect")),
}


def tags(chance: Chance, course: Course, outage_strength: float) -> list[str]:
    """Draw the tags: the family of the product, what was done, and the incident or the sale it belongs to."""
    visit = course.visit
    found = [visit.product.family] if chance.happens(0.5) else []
    found += [chance.pick(_OF_TOPIC[visit.topic])] if visit.topic in _OF_TOPIC and chance.happens(0.55) else []
    found += [_("payment outage")] if outage_strength and visit.topic is PAYMENT and chance.happens(0.8) else []
    found += [_("voucher")] if visit.campaign == FLASH_SALE and chance.happens(0.3) else []
    return found
