"""How ids and names are normalized, so that two spellings of one are the same key (D43)."""

import re
import unicodedata

LARGEST_EXACT = 2**53
"""Above it a float no longer tells neighbouring whole numbers apart."""

_FLOAT = re.compile(r"(-?)0*(\d+)(?:\.(\d+))?(?:[eE]\+(\d{1,3}))?", re.ASCII)


def normalize_key(text: str) -> str:
    """Return a key in the one form it is kept and looked for in: NFC, without spaces at its ends."""
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text).strip()


def id_before_float(text: str) -> str | None:
    """Return an id as it was before it went through a float: `1001.0` and `1.001E+3` are 1001.

    None where the float can no longer tell which id it was: above 2^53, or where an exponent hides its last digits, as
    in a spreadsheet's `1.23457E+11`. Any other text is returned as it is, plain digits of any length included.
    """
    if not (found := _FLOAT.fullmatch(text)) or not (found[3] or found[4]):
        return text
    sign, digits, decimals, exponent = found[1], found[2], (found[3] or ""), int(found[4] or 0)
    if decimals[exponent:].strip("0"):
        return text  # not a whole number: a version, a section
    if len(decimals) < exponent and digits.strip("0") + decimals.strip("0"):
        return None
    whole = int(digits + decimals[:exponent])
    return f"{sign if whole else ''}{whole}" if whole <= LARGEST_EXACT else None
