"""How does a text become a header of a mail: as data, whatever it looks like, checked on the bytes that leave.

The mail library of Python parses what it is given: it decodes encoded words (RFC 2047) in texts and addresses, and
writes down what it decoded. So a text is written here, by `email.header`, which decodes nothing, and handed over whole.
"""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.charset import BASE64, Charset
from email.header import Header
from email.message import EmailMessage
from email.utils import quote
from typing import Any, Self

from ressenti.kit.characters import control_characters, printable_excerpt
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal

_LINE = 76
"""Bytes of a line of a header (RFC 2047)."""
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64
_END = "\r\n"


class BrokenHeader(Refusal):
    """A name or an address that would end its line, and begin one of its own."""

    code = "broken_header"
    sentence = _("“{value}” cannot stand in an e-mail: it holds a line break or another control character.")


class WrittenHeader(str):
    """A header's value as `email.policy` takes it over unread: it has a name, and folds itself (documented there)."""

    __slots__ = ("lines", "name")
    name: str
    lines: tuple[str, ...]

    def __new__(cls, name: str, text: str, lines: Sequence[str]) -> Self:
        """Return the header `name` that says `text`, written as these lines."""
        made = super().__new__(cls, text)
        made.name, made.lines = name, tuple(lines)
        return made

    def fold(self, *, policy: Any) -> str:
        """Return the header's lines, each with its end."""
        return f"{self.name}: {f'{policy.linesep} '.join(self.lines)}{policy.linesep}"


def text_header(name: str, text: str) -> WrittenHeader:
    """Return a header that says a text and nothing else; raises BrokenHeader."""
    return WrittenHeader(name, text, _words(require_line(text), len(name)))


def address_header(name: str, addresses: Sequence[tuple[str, str]]) -> WrittenHeader:
    """Return a header of addresses, each with the name beside it, "" for none; raises BrokenHeader."""
    lines, texts = [], []
    for i, (called, address) in enumerate(addresses):
        end = "," if i < len(addresses) - 1 else ""
        if not require_line(address).isascii() or "=?" in address or set(address) & set(' <>,;"()[]'):
            raise BrokenHeader(value=printable_excerpt(address))
        if called:
            lines += [*_phrase(require_line(called), len(name)), f"<{address}>{end}"]
        else:
            lines.append(f"{address}{end}")
        texts.append(f"{called} <{address}>" if called else address)
    return WrittenHeader(name, ", ".join(texts), lines)


def require_line(text: str) -> str:
    """Return what may stand in a header: one line, without anything that controls it; raises BrokenHeader."""
    if control_characters(text):
        raise BrokenHeader(value=printable_excerpt(text))
    return text


def wire(message: EmailMessage) -> bytes:
    """Return a mail as the bytes that leave; raises BrokenHeader where a header is more, or less, than was set.

    The bytes are read back without the library's policies: every part has the headers it was given, and every line of
    them is visible ASCII.
    """
    raw = message.as_bytes(policy=message.policy.clone(linesep=_END))
    found = message_from_bytes(raw, policy=policy.compat32)
    set_, read = (
        [(part.get_content_type(), [name.lower() for name in part]) for part in mail.walk()]
        for mail in (message, found)
    )
    values = [str(value).replace(f"{_END} ", "") for part in found.walk() for value in part.values()]
    if set_ != read or not all(one.isascii() and one.replace("\t", " ").isprintable() for one in values):
        raise BrokenHeader(value=printable_excerpt(str(message["Subject"])))
    return raw


def _words(text: str, used: int) -> list[str]:
    """Return a text as lines of a header: as it is where nobody could read anything else into it, or encoded."""
    is_plain = text.isascii() and "=?" not in text and used + 2 + len(text) <= _LINE and text == text.strip()
    return [text] if is_plain else _encoded(text, used)


def _phrase(text: str, used: int) -> list[str]:
    """Return what stands beside an address: quoted, or encoded."""
    is_plain = text.isascii() and "=?" not in text and used + 4 + len(text) <= _LINE
    return [f'"{quote(text)}"'] if is_plain else _encoded(text, used)


def _encoded(text: str, used: int) -> list[str]:
    """Return a text in encoded words: nothing of it is left that a reader of headers could take for its own."""
    header = Header(text, _UTF8, maxlinelen=_LINE, header_name="x" * used)
    return header.encode(splitchars="", linesep=_END).split(f"{_END} ")
