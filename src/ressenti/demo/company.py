"""How is Maison Tilleul organised: topics, groups, channels, rules, distribution groups and campaigns?

Names are English here, and translated where they are written down (`files.py`).
"""

from dataclasses import dataclass
from datetime import date

from ressenti.demo.products import FURNITURE, LIGHTS, PRODUCTS, Product
from ressenti.kit.i18n import _

ORDERS, DELIVERIES, RETURNS = _("Orders"), _("Delivery"), _("Returns")
ADVICE, TRADE = _("Product advice"), _("Trade accounts")
GROUPS = (ORDERS, DELIVERIES, RETURNS, ADVICE, TRADE)

CHAT, APP, VIDEO = _("Chat"), _("Mobile app"), _("Video")
WHATSAPP, MESSENGER, INSTAGRAM = "WhatsApp", "Messenger", "Instagram"
CHANNELS = (CHAT, APP, VIDEO, WHATSAPP, MESSENGER, INSTAGRAM)
ON_SITE = (CHAT, APP, VIDEO)
MESSAGING = (WHATSAPP, MESSENGER, INSTAGRAM)

ROBOT_FIRST, EXPERTS_EVENING = _("Bot first"), _("Experts, evening")
FLASH_SALE = _("Flash sale")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topic:
    """What a visitor comes for, and how such conversations go.

    `weight` is its part of an ordinary day; `robot` how often a good bot settles it; `sells`, `pauses`, `transfers`
    and `repeats` are probabilities; `liking` is what it adds to the probability that the visitor leaves satisfied;
    `page` is where on the site such visitors are, in French and in English.
    """

    key: str
    group: str
    weight: float
    robot: float
    sells: float = 0.015
    pauses: float = 0.03
    transfers: float = 0.06
    repeats: float = 0.05
    liking: float = 0.0
    products: tuple[Product, ...] = PRODUCTS
    rule: str = _("Help centre")
    page: str = "aide help"


DELIVERY_DATE = Topic(
    key=_("Delivery date"),
    group=DELIVERIES,
    weight=17,
    robot=0.66,
    repeats=0.13,
    liking=-0.01,
    rule=_("Order tracking page"),
    page="suivi tracking",
)
LOST_PARCEL = Topic(
    key=_("Lost parcel"),
    group=DELIVERIES,
    weight=6,
    robot=0.22,
    pauses=0.22,
    repeats=0.19,
    liking=-0.09,
    rule=_("Order tracking page"),
    page="suivi tracking",
)
RETURN = Topic(
    key=_("Return or refund"),
    group=RETURNS,
    weight=14,
    robot=0.5,
    pauses=0.05,
    repeats=0.1,
    liking=-0.04,
    rule=_("Returns page"),
    page="retours returns",
)
DAMAGED = Topic(
    key=_("Damaged item"),
    group=RETURNS,
    weight=7,
    robot=0.15,
    pauses=0.16,
    transfers=0.1,
    repeats=0.1,
    liking=-0.04,
    products=LIGHTS + FURNITURE,
    rule=_("Returns page"),
    page="retours returns",
)
ORDER = Topic(key=_("Order change"), group=ORDERS, weight=9, robot=0.4)
INVOICE = Topic(key=_("Invoice"), group=ORDERS, weight=5, robot=0.74, repeats=0.03, liking=0.02)
PAYMENT = Topic(
    key=_("Payment"),
    group=ORDERS,
    weight=5,
    robot=0.25,
    sells=0.09,
    pauses=0.06,
    repeats=0.08,
    liking=-0.06,
    rule=_("Checkout"),
    page="paiement checkout",
)
CHOOSING_FURNITURE = Topic(
    key=_("Choosing furniture"),
    group=ADVICE,
    weight=10,
    robot=0.2,
    sells=0.16,
    repeats=0.04,
    liking=0.05,
    products=FURNITURE,
    rule=_("Product page, 40 s"),
    page="meubles furniture",
)
CHOOSING_LIGHT = Topic(
    key=_("Choosing a light"),
    group=ADVICE,
    weight=10,
    robot=0.24,
    sells=0.21,
    repeats=0.04,
    liking=0.06,
    products=LIGHTS,
    rule=_("Product page, 40 s"),
    page="luminaires lighting",
)
STOCK = Topic(
    key=_("Stock"),
    group=ADVICE,
    weight=8,
    robot=0.56,
    sells=0.14,
    liking=0.01,
    rule=_("Product page, 40 s"),
    page="meubles furniture",
)
ASSEMBLY = Topic(
    key=_("Assembly"), group=ADVICE, weight=5, robot=0.32, transfers=0.1, products=FURNITURE, page="montage assembly"
)
TRADE_QUOTE = Topic(
    key=_("Trade quote"),
    group=TRADE,
    weight=4,
    robot=0.06,
    sells=0.17,
    pauses=0.2,
    liking=0.03,
    rule=_("Trade corner"),
    page="pro trade",
)

TOPICS = (
    DELIVERY_DATE,
    LOST_PARCEL,
    RETURN,
    DAMAGED,
    ORDER,
    INVOICE,
    PAYMENT,
    CHOOSING_FURNITURE,
    CHOOSING_LIGHT,
    STOCK,
    ASSEMBLY,
    TRADE_QUOTE,
)
NEIGHBOURS = {
    ORDERS: (DELIVERIES, TRADE),
    DELIVERIES: (ORDERS, RETURNS),
    RETURNS: (DELIVERIES, ORDERS),
    ADVICE: (ORDERS, DELIVERIES, TRADE),
    TRADE: (ADVICE, ORDERS),
}
"""To which groups a matter of each group may be passed on."""

PRESALE = (CHOOSING_FURNITURE, CHOOSING_LIGHT, STOCK, ASSEMBLY)

_RULE_OF_CHANNEL = {
    APP: _("App help"),
    VIDEO: _("Video appointment"),
    WHATSAPP: _("WhatsApp button"),
    MESSENGER: _("Social inbox"),
    INSTAGRAM: _("Social inbox"),
}
CART_RULE = _("Cart above 150 €")


def rule(topic: Topic, channel: str, *, has_full_cart: bool) -> str:
    """Return the rule that showed the visitor the way in."""
    if channel == CHAT and has_full_cart and topic in PRESALE:
        return CART_RULE
    return _RULE_OF_CHANNEL.get(channel, topic.rule)


def page(topic: Topic, language: str) -> str:
    """Return the address of the page the visitor was on."""
    french, english = topic.page.split()
    return f"https://maison-tilleul.example/{language}/{french if language == 'fr' else english}"


def distribution_group(group: str, language: str) -> str:
    """Return among whom a conversation for this group is assigned."""
    if group == TRADE:
        return _("Trade desk")
    if group == DELIVERIES:
        return _("Carriers and parcels")
    return _("Front line, FR") if language == "fr" else _("Front line, EN")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A folder of rules that runs every year from one day to another, both included, as (month, day)."""

    key: str
    first: tuple[int, int]
    last: tuple[int, int]
    reach: float

    def runs(self, day: date) -> bool:
        """Return whether the campaign is on that day."""
        return self.first <= (day.month, day.day) <= self.last


CAMPAIGNS = (
    Campaign(_("January sales"), (1, 7), (2, 3), 0.24),
    Campaign(_("Spring balcony"), (4, 1), (5, 20), 0.18),
    Campaign(_("New home, new term"), (8, 24), (9, 26), 0.2),
    Campaign(_("Autumn lighting"), (10, 1), (11, 19), 0.2),
    Campaign(_("Black Friday week"), (11, 20), (12, 1), 0.3),
    Campaign(_("Christmas table"), (12, 2), (12, 23), 0.2),
)
FLASH_DAYS = range(1, 6)
"""The flash sale is the seventh campaign, on the first five days of every month."""
