"""How a channel reaches who wrote there: in the widget, by email, by text message or by a link."""

from enum import StrEnum

from sqlalchemy import Connection, select

from ressenti.record import tables as t

_EMAIL_NAMES = frozenset({"email", "e-mail", "mail"})


class Delivery(StrEnum):
    """How what we write reaches a visitor."""

    WIDGET = "widget"
    EMAIL = "email"
    TEXT = "text"
    LINK = "link"


def delivery_of(connection: Connection, channel: int) -> Delivery:
    """Return how a channel reaches its visitors: as was set, else by its name."""
    of, label = t.channel_setting.c, t.label.c
    query = select(of.delivery, label.key).select_from(t.label)
    query = query.outerjoin(t.channel_setting, of.channel_id == label.id).where(label.id == channel)
    row = connection.execute(query).one()
    if row.delivery is not None:
        return Delivery(row.delivery)
    return Delivery.EMAIL if row.key.casefold() in _EMAIL_NAMES else Delivery.WIDGET
