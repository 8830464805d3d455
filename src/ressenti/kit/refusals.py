"""What goes wrong on the outside: a code, a sentence a person can act on, a status and an exit code.

A `Refusal` is an answer, not a fault: it is shown and never logged as an error.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar

from ressenti.kit.i18n import Sentence, _, translate, translate_data


class Exit(IntEnum):
    """How a command ended, for the shell."""

    DONE = 0
    DIFFERENCES = 1
    WRONG_USE = 2
    REFUSED = 3
    UNAVAILABLE = 4
    FAULT = 5
    STORAGE_FULL = 6
    INTERRUPTED = 130


class Refusal(Exception):
    """Something asked for cannot be done as asked, and the sentence says what to do instead.

    Subclasses declare `code` (stable, for programs), `sentence` (for people, with `{names}` of the data),
    `status` (HTTP) and `exit_code` (command line); `again_s` where it is worth asking again by itself, in seconds.
    """

    code: ClassVar[str]
    sentence: ClassVar[str]
    status: ClassVar[int] = 422
    exit_code: ClassVar[Exit] = Exit.WRONG_USE
    again_s: ClassVar[int | None] = None

    def __init__(self, **data: object) -> None:
        super().__init__(self.code)
        self.data = data

    def say(self, language: str = "en") -> str:
        """Return the sentence with its data filled in."""
        return translate(self.sentence, language).format(**self.told(language))

    def told(self, language: str) -> dict[str, object]:
        """Return the data, with the words of ours among it in the language."""
        return translate_data(self.data, language)

    def __str__(self) -> str:
        return self.say()


def nearest(word: str, known: list[str], others: Sequence[str] = ()) -> str:
    """Return the known names closest to a mistyped one, in words, to end a sentence with.

    `others` may be given instead of them: they are offered where they are close.
    """
    return ", ".join(_closest(word, known, others))


def nearest_of(word: str, known: list[str]) -> str:
    """Return the known names closest to a mistyped one as `nearest` does, and say where there are others."""
    close = _closest(word, known)
    names = ", ".join(close)
    return names if len(close) == len(set(known)) else Sentence(_("{names}, among others"), names=names)


def _closest(word: str, known: list[str], others: Sequence[str] = ()) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, list(dict.fromkeys([*known, *others])), n=3, cutoff=0.5) or sorted(known)[:12]
