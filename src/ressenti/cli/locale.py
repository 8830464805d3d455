"""Which language the terminal speaks: French where the environment says so, else English."""

import os

from ressenti.kit.i18n import LOCALE


def language() -> str:
    """Return `fr` or `en`, by LC_ALL, LC_MESSAGES or LANG."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    known = wanted[:2] == "fr" and (LOCALE / "fr" / "LC_MESSAGES" / "ressenti.mo").exists()
    return "fr" if known else "en"
