"""Why a row is not taken, raised where it is noticed."""

from ressenti.kit.i18n import Sentence, _

SHOWN = 200
"""How much of a value a detail repeats, in characters."""


class RowError(Exception):
    """A row that is set aside: a stable code, and a sentence with the column and the value."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def printable(text: str) -> str:
    """Return a name from a file as it may be printed: cut to 200 characters, what cannot be printed escaped."""
    escaped = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:SHOWN])
    return escaped if len(text) <= SHOWN else f"{escaped}…"


def quoted(value: object) -> Sentence:
    """Return a value in quotes as it may be printed: cut to 200 characters, and nothing in it acts on a terminal."""
    text = str(value)
    return Sentence(_("'{value}'{more}"), value=repr(text[:SHOWN])[1:-1], more="…" if len(text) > SHOWN else "")
