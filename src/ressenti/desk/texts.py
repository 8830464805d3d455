"""What may be written in a message: some text that can be seen, of at most 8 KiB."""

import unicodedata

from ressenti.desk.refusals import EmptyText, TextTooLong

MOST_BYTES = 8 * 1024


def readable(text: str) -> str:
    """Return the text as it was written; raises EmptyText, and TextTooLong."""
    if not any(_is_seen(character) for character in text):
        raise EmptyText
    size = len(text.encode())
    if size > MOST_BYTES:
        raise TextTooLong(bytes=size, most=MOST_BYTES)
    return text


def _is_seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc"}
