"""How a sentence written in English in the code reaches a person in their language."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Self

from ressenti.kit.languages import SOURCE_LANGUAGE

LOCALE = Path(__file__).parent.parent / "locale"


def _(sentence: str) -> str:
    """Mark a sentence for translation and leave it as it is: it is translated where it is shown."""
    return sentence


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the compiled translations of a language; the sentences as they are in the code where it has none."""
    if not has_catalogue(language):
        return NullTranslations()
    with _compiled(language).open("rb") as file:
        return GNUTranslations(file)


def has_catalogue(language: str) -> bool:
    """Say whether a language was translated to and compiled (`make setup` compiles it)."""
    return language != SOURCE_LANGUAGE and _compiled(language).exists()


def _compiled(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "ressenti.mo"


def translate(sentence: str, language: str) -> str:
    """Return the sentence in the language, or as it stands where no translation is known."""
    return catalogue(language).gettext(sentence)


class Sentence(str):
    """A sentence of ours with its data, to stand inside another: English wherever a text is wanted, else as `say` does.

    What comes from outside stays plain text, so that no file's word is ever taken for one of ours.
    """

    __slots__ = ("data", "sentence")

    def __new__(cls, sentence: str, **data: object) -> Self:
        """Make it of a sentence marked for translation, with `{names}` of its data."""
        made = super().__new__(cls, sentence.format(**data))
        made.sentence, made.data = sentence, data
        return made

    sentence: str
    data: dict[str, object]

    def say(self, language: str) -> str:
        """Return the sentence in the language, with its data filled in."""
        return translate(self.sentence, language).format(**translate_data(self.data, language))


def in_language(text: str, language: str) -> str:
    """Return words of ours in the language, and any other text as it is."""
    return text.say(language) if isinstance(text, Sentence) else text


def translate_data(data: Mapping[str, object], language: str) -> dict[str, object]:
    """Return the data of a sentence with the words of ours among it in the language."""
    return {name: in_language(one, language) if isinstance(one, str) else one for name, one in data.items()}


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """Return the form of a counted sentence that the language uses for this count."""
    return catalogue(language).ngettext(one, many, count)
