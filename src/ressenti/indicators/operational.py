"""The indicators of work, first contact resolution, automation and sales, declared once as those of the catalogue.

Definitions are those of the domain, sections 2.2, 2.5, 2.6 and 7.
"""

from ressenti.indicators.declaration import CountNoun, CreditedTo, Family, Indicator, OwnHits
from ressenti.indicators.measures import Count, Mean, PooledMean, Share, Total
from ressenti.indicators.model import Anchor, Better, Unit
from ressenti.kit.clock import SECOND
from ressenti.kit.currencies import MILLIONTHS
from ressenti.kit.i18n import _

_DATED = frozenset({Anchor.CLOSED, Anchor.OPENED})

HANDLINGS = Indicator(
    key="handlings",
    name=_("Handlings"),
    definition=_("Number of handlings, by people and bots: a conversation has one each time it is handed to someone."),
    family=Family.VOLUME,
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    base=_("handlings"),
    measure=Count(),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

HANDLING_TIME = Indicator(
    key="handling_time",
    name=_("Handling time (AHT)"),
    definition=_("Mean time a person handled a conversation, from being handed it to closing, transfer or pause."),
    family=Family.WORK,
    unit=Unit.SECONDS,
    better=Better.NEUTRAL,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    base=_("handlings by people"),
    population="is_human AND handling_us IS NOT NULL",
    left_out=_("Handlings by bots, and those that have not ended."),
    measure=Mean("handling_us", SECOND),
    measured=_("the times from being handed the conversation to closing, transfer or pause"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

RESPONSE_TIME = Indicator(
    key="response_time",
    name=_("Response time"),
    definition=_(
        "Mean wait before a person's reply, over all replies, from the visitor's earliest unanswered message."
    ),
    family=Family.WORK,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.REPLIES,
    base=_("replies by people"),
    population="is_human AND reply_count > 0",
    left_out=_("Messages that were never answered; bots and automatic messages."),
    measure=PooledMean("reply_wait_us", "reply_count", SECOND),
    measured=_("the waits before replies"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

FIRST_MESSAGE_RESPONSE_TIME = Indicator(
    key="first_message_response_time",
    name=_("Response time to first message"),
    definition=_("Mean wait before a person's first reply in a handling."),
    family=Family.WORK,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    base=_("handlings in which a person replied"),
    population="is_human AND first_message_response_us IS NOT NULL",
    left_out=_("Handlings without a reply, and handlings by bots."),
    measure=Mean("first_message_response_us", SECOND),
    measured=_("the waits before the first reply"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

CLOSING_DELAY = Indicator(
    key="closing_delay",
    name=_("Closing delay"),
    definition=_("Mean time between a visitor's last message and the closing, over handlings that ended by closing."),
    family=Family.WORK,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    base=_("handlings by people that ended by closing"),
    population="is_human AND closing_delay_us IS NOT NULL",
    left_out=_("Handlings that ended by a pause or a transfer, and those by bots."),
    measure=Mean("closing_delay_us", SECOND),
    measured=_("the times from the visitor's last message to closing"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

UNANSWERED_HANDLINGS = Indicator(
    key="unanswered_handlings",
    name=_("Unanswered handlings"),
    definition=_("Number of handlings by people in which the visitor had written and nobody answered."),
    family=Family.WORK,
    unit=Unit.COUNT,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    base=_("handlings by people in which the visitor had written"),
    population="is_human AND is_unanswered IS NOT NULL",
    left_out=_("Handlings by bots, and those whose messages are not known."),
    measure=Count("is_unanswered"),
    measured=_("handlings by people in which the visitor had written and nobody answered"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

FCR = Indicator(
    key="fcr",
    name=_("First contact resolution (FCR)"),
    definition=_(
        "Share of first contacts after which the visitor did not come back about the same matter within the window; "
        "conversations too recent to tell are left out."
    ),
    family=Family.WAITS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="contact",
    counts=CountNoun.CONTACTS,
    base=_("first contacts"),
    population="NOT is_repeat",
    left_out=_(
        "Visitors who are not known, conversations that no person answered, and those closed too recently to tell."
    ),
    measure=Share("NOT came_back"),
    measured=_("contacts after which the visitor did not come back"),
)

AUTOMATION_RATE = Indicator(
    key="automation_rate",
    name=_("Automation rate"),
    definition=_("Share of conversations in which only bots answered."),
    family=Family.AUTOMATION,
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations"),
    measure=Share("automation = 2"),
    measured=_("conversations in which only bots answered"),
)

REVENUE = Indicator(
    key="revenue",
    name=_("Revenue"),
    definition=_("Sum of the sales made during a conversation or up to 48 hours after it."),
    family=Family.SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES_AND_REFUNDS,
    base=_("sales and refunds"),
    measure=Total("amount_millionths", MILLIONTHS),
    measured=_("the amounts, with refunds taken off"),
    credit=CreditedTo.SELLER,
)

TRANSACTIONS = Indicator(
    key="transactions",
    name=_("Transactions"),
    definition=_("Number of sales made during a conversation or up to 48 hours after it; a refund is not a sale."),
    family=Family.SALES,
    unit=Unit.COUNT,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES,
    base=_("sales"),
    population="amount_millionths >= 0",
    left_out=_("Refunds."),
    measure=Count(),
    credit=CreditedTo.SELLER,
)

AVERAGE_BASKET = Indicator(
    key="average_basket",
    name=_("Average basket"),
    definition=_("Revenue, refunds taken off, divided by the number of transactions."),
    family=Family.SALES,
    unit=Unit.MONEY,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES,
    base=_("sales"),
    measure=PooledMean("amount_millionths", "(amount_millionths >= 0)::INTEGER", MILLIONTHS),
    measured=_("the amounts, with refunds taken off"),
    credit=CreditedTo.SELLER,
)

CONVERSION_RATE = Indicator(
    key="conversion_rate",
    name=_("Conversion rate"),
    definition=_("Share of conversations with at least one sale."),
    family=Family.SALES,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations"),
    measure=Share("sale_count > 0"),
    measured=_("conversations with at least one sale"),
    own_hits=OwnHits(
        "seller_ids", _("Everyone who wrote is in the base; a sale counts for the last person who wrote before it.")
    ),
)


OPERATIONAL = (
    HANDLINGS,
    HANDLING_TIME,
    RESPONSE_TIME,
    FIRST_MESSAGE_RESPONSE_TIME,
    CLOSING_DELAY,
    UNANSWERED_HANDLINGS,
    FCR,
    AUTOMATION_RATE,
    REVENUE,
    TRANSACTIONS,
    AVERAGE_BASKET,
    CONVERSION_RATE,
)
"""All of them, in the order of the catalogue."""
