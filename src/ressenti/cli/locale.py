"""Which language the terminal speaks: the one that the environment names, else English."""

import os

from ressenti.kit.i18n import has_catalogue
from ressenti.kit.languages import LANGUAGES, SOURCE_LANGUAGE


def language() -> str:
    """Return the language that LC_ALL, LC_MESSAGES or LANG begins with, English where it is none of ours."""
    environment = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    key = environment[:2]
    return key if key in LANGUAGES and has_catalogue(key) else SOURCE_LANGUAGE
