"""How is Maison Tilleul organised: topics, groups, channels, rules, distribution groups and campaigns?"""

from dataclasses import dataclass
from datetime import date

from ressenti.demo.products import FURNITURE, LIGHTS, PRODUCTS, Product

ORDERS, DELIVERIES, RETURNS = "Orders", "Delivery", "Returns"
ADVICE, TRADE = "Product advice", "Trade accounts"
GROUPS = (ORDERS, DELIVERIES, RETURNS, ADVICE, TRADE)

CHAT, APP, VIDEO = "Chat", "Mobile app", "Video"
WHATSAPP, MESSENGER, INSTAGRAM = "WhatsApp", "Messenger", "Instagram"
CHANNELS = (CHAT, APP, VIDEO, WHATSAPP, MESSENGER, INSTAGRAM)
ON_SITE = (CHAT, APP, VIDEO)
MESSAGING = (WHATSAPP, MESSENGER, INSTAGRAM)

ROBOT_FIRST, EXPERTS_EVENING = "Robot first", "Experts, evening"
FLASH_SALE = "Flash sale"


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
    rule: str = "Help centre"
    page: str = "aide help"


DELIVERY_DATE = Topic(
    key="Delivery date",
    group=DELIVERIES,
    weight=17,
    robot=0.66,
    repeats=0.13,
    liking=-0.01,
    rule="Order tracking page",
    page="suivi tracking",
)
LOST_PARCEL = Topic(
    key="Lost parcel",
    group=DELIVERIES,
    weight=6,
    robot=0.22,
    pauses=0.22,
    repeats=0.19,
    liking=-0.09,
    rule="Order tracking page",
    page="suivi tracking",
)
RETURN = Topic(
    key="Return or refund",
    group=RETURNS,
    weight=14,
    robot=0.5,
    pauses=0.05,
    repeats=0.1,
    liking=-0.04,
    rule="Returns page",
    page="retours returns",
)
DAMAGED = Topic(
    key="Damaged item",
    group=RETURNS,
    weight=7,
    robot=0.15,
    pauses=0.16,
    transfers=0.1,
    repeats=0.1,
    liking=-0.04,
    products=LIGHTS + FURNITURE,
    rule="Returns page",
    page="retours returns",
)
ORDER = Topic(key="Order change", group=ORDERS, weight=9, robot=0.4)
INVOICE = Topic(key="Invoice", group=ORDERS, weight=5, robot=0.74, repeats=0.03, liking=0.02)
PAYMENT = Topic(
    key="Payment",
    group=ORDERS,
    weight=5,
    robot=0.25,
    sells=0.09,
    pauses=0.06,
    repeats=0.08,
    liking=-0.06,
    rule="Checkout",
    page="paiement checkout",
)
CHOOSING_FURNITURE = Topic(
    key="Choosing furniture",
    group=ADVICE,
    weight=10,
    robot=0.2,
    sells=0.16,
    repeats=0.04,
    liking=0.05,
    products=FURNITURE,
    rule="Product page, 40 s",
    page="meubles furniture",
)
CHOOSING_LIGHT = Topic(
    key="Choosing a light",
    group=ADVICE,
    weight=10,
    robot=0.24,
    sells=0.21,
    repeats=0.04,
    liking=0.06,
    products=LIGHTS,
    rule="Product page, 40 s",
    page="luminaires lighting",
)
STOCK = Topic(
    key="Stock",
    group=ADVICE,
    weight=8,
    robot=0.56,
    sells=0.14,
    liking=0.01,
    rule="Product page, 40 s",
    page="meubles furniture",
)
ASSEMBLY = Topic(
    key="Assembly", group=ADVICE, weight=5, robot=0.32, transfers=0.1, products=FURNITURE, page="montage assembly"
)
TRADE_QUOTE = Topic(
    key="Trade quote",
    group=TRADE,
    weight=4,
    robot=0.06,
    sells=0.17,
    pauses=0.2,
    liking=0.03,
    rule="Trade corner",
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
    APP: "App help",
    VIDEO: "Video appointment",
    WHATSAPP: "WhatsApp button",
    MESSENGER: "Social inbox",
    INSTAGRAM: "Social inbox",
}
CART_RULE = "Cart above 150 €"


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
        return "Trade desk"
    if group == DELIVERIES:
        return "Carriers and parcels"
    return "Front line, FR" if language == "fr" else "Front line, EN"


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
    Campaign("January sales", (1, 7), (2, 3), 0.24),
    Campaign("Spring balcony", (4, 1), (5, 20), 0.18),
    Campaign("New home, new term", (8, 24), (9, 26), 0.2),
    Campaign("Autumn lighting", (10, 1), (11, 19), 0.2),
    Campaign("Black Friday week", (11, 20), (12, 1), 0.3),
    Campaign("Christmas table", (12, 2), (12, 23), 0.2),
)
FLASH_DAYS = range(1, 6)
"""The flash sale is the seventh campaign, on the first five days of every month."""
