"""What somebody may see, and with which browser they came, in words."""

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.kit.i18n import _, translate

_ACCESS = {
    Role.ADMINISTRATOR: _("Sees everything, and decides who else does."),
    Role.ANALYST: _("Sees every figure and every conversation, but not what people wrote."),
    Role.SUPERVISOR: _("Sees the conversations of {names}, with what people wrote."),
    Role.AGENT: _("Sees the conversations that {names} took part in, with what people wrote."),
}
_READING = _("Sees every figure and every conversation, with what people wrote.")
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def access_words(grant: Grant, language: str) -> str:
    """Return what a role lets somebody see, as a sentence without its subject."""
    sentence = _READING if grant.reads_content else _ACCESS[grant.role]
    return translate(sentence, language).format(names=", ".join(grant.groups or grant.agents))


def browser_words(agent: str) -> str:
    """Return what a browser calls itself, as people call it: `Firefox · Linux`; a dash where it says nothing known."""
    named = [next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, named)) or "–"
