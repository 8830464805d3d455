"""What may be kept as a name, or as words of one's own: one rule for views, mailings, projects, people…."""

from ressenti.kit.characters import control_characters, is_blank, printable_excerpt
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal

LONGEST_NAME = 80
LONGEST_KEY = 120
"""Characters of a project's key, a project's name and a source's."""


class NoName(Refusal):
    """Something is to be kept under no name."""

    code = "no_name"
    sentence = _("Give it a name, so that you find it again.")


class LongName(Refusal):
    """A name that does not fit."""

    code = "long_name"
    sentence = _("A name has room for {limit} characters; this one has {count}.")


class ControlCharacter(Refusal):
    """A name, or words, with a character that nobody sees and that acts on what stands around it."""

    code = "control_character"
    sentence = _("“{value}” holds a control character ({code_point}), which nobody sees. Type it again without it.")


def require_plain(text: str, *, but: str = "") -> str:
    """Return a text that holds no control character other than those of `but`; raises ControlCharacter."""
    if found := control_characters(text, but=but):
        raise ControlCharacter(value=printable_excerpt(text), code_point=f"U+{ord(found[0]):04X}")
    return text


def read_line(text: str) -> str:
    """Return a text on one line, without space around it, "" where there is none; raises ControlCharacter."""
    return require_plain(" ".join(text.split()))


def read_name(text: str, *, limit: int = LONGEST_NAME) -> str:
    """Return a name on one line, without space around it; raises NoName, LongName and ControlCharacter."""
    name = read_line(text)
    if is_blank(name):
        raise NoName
    if len(name) > limit:
        raise LongName(limit=limit, count=len(name))
    return name


def require_key(key: str) -> str:
    """Return a name that programs say, exactly as it came; raises NoName, LongName and ControlCharacter."""
    read_name(key, limit=LONGEST_KEY)
    return require_plain(key)
