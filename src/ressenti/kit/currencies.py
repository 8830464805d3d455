"""Which currency a text names, so that sales in one currency are never in two (D43).

Inside, an amount is an integer: millionths of its currency.
"""

from functools import cache

MILLIONTHS = 1_000_000
"""How many make one unit of a currency."""

_WORDS = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR"}
"""What else names one currency and no other: $ and £ name several."""


_NO_MONEY = {"XXX", "XTS", "CNH"}
"""Codes for no currency and for tests, and one that no standard has."""


def currency_code(text: str) -> str | None:
    """Return the ISO 4217 code that a text is, in capitals; also for what names one currency only, as € does."""
    upper = text.upper()
    return upper if upper in _codes() else _WORDS.get(upper)


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies()) - _NO_MONEY
