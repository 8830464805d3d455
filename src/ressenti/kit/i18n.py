"""How a sentence written in English in the code reaches a person in their language."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LANGUAGES = ("en", "fr")
LOCALE = Path(__file__).parent.parent / "locale"


def _(sentence: str) -> str:
    """Mark a sentence for translation and leave it as it is: it is translated where it is shown."""
    return sentence


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the compiled translations of a language; English is the language of the code.

    It also stands in where a catalogue was not compiled (`make setup` compiles it).
    """
    path = LOCALE / language / "LC_MESSAGES" / "ressenti.mo"
    if language == "en" or not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)


def translate(sentence: str, language: str) -> str:
    """Return the sentence in the language, or as it stands where no translation is known."""
    return catalogue(language).gettext(sentence)


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """Return the form of a counted sentence that the language uses for this count."""
    return catalogue(language).ngettext(one, many, count)
