"""Which languages pages, mails and commands speak: each declared once, and found everywhere.

What CLDR says of a language, such as its own name, is read there; a field here is what CLDR does not say as we want it.
"""

from dataclasses import dataclass
from functools import lru_cache

_NARROW = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of ours. `key` is its ISO 639-1 code: that of its data in CLDR, and of its folder of translations.

    `clock` is how a time of day is written, and `first_of_month` how the first day is; both are patterns of Unicode.
    """

    key: str
    clock: str = "HH:mm"
    first_of_month: str = "d"

    @property
    def name(self) -> str:
        """Return what it is called by those who speak it: `Français`."""
        from babel import Locale

        return (Locale(self.key).get_language_name() or self.key).capitalize()


LANGUAGES = {
    one.key: one
    for one in (
        Language(key="en"),
        Language(key="fr", clock=f"H'{_NARROW}h{_NARROW}'mm", first_of_month="d'er'"),
    )
}
SOURCE_LANGUAGE = "en"
"""The language of the sentences in the code, which needs no translations; spoken where no other is asked for."""


@lru_cache(1_000)
def language_name(code: str, *, language: str) -> str:
    """Return what the language of a code is called by those who read another: `French`, `Français`; "" of no code."""
    from babel import Locale, UnknownLocaleError

    parts = code.strip().replace("-", "_")
    called = Locale(language).languages.get(parts.lower())
    if called is None:
        try:
            called = Locale.parse(parts).get_display_name(language)
        except (UnknownLocaleError, ValueError):
            return ""
    return f"{called[:1].upper()}{called[1:]}" if called else ""


def translated_languages() -> tuple[str, ...]:
    """Return the keys of the languages that sentences are translated to."""
    return tuple(key for key in LANGUAGES if key != SOURCE_LANGUAGE)
