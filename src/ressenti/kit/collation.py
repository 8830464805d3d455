"""By which letters do names stand in order? As people look for them: whatever their case and accents."""

import unicodedata


def by_letters(name: str) -> str:
    """Return what names are put in order by: é stands with e, and capitals beside small letters."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
