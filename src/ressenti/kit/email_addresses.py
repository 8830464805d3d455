"""How an e-mail address is written, so that one person has one."""

import re

from ressenti.kit.characters import printable_excerpt
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal

LONGEST = 254
"""Characters an address may have on the wire (RFC 5321)."""
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_LONGEST_LOCAL = 64


class BadEmail(Refusal):
    """What was given is no e-mail address."""

    code = "bad_email"
    sentence = _("“{email}” is not an e-mail address that can be used here. Write it as name@company.example.")


def normalize_email(text: str) -> str:
    """Return an address in lower case, without spaces around it, its domain in ASCII; raises BadEmail.

    What controls a line, a second address or more than 254 characters make it none; and so does what begins an encoded
    word (RFC 2047), which mail programs decode wherever it stands.
    """
    local, _at, domain = text.strip(" ").lower().rpartition("@")
    try:
        written = domain.encode("idna").decode() if len(text) <= LONGEST else ""
    except UnicodeError:
        written = ""
    email = f"{local}@{written}"
    fits = len(email) <= LONGEST and len(local) <= _LONGEST_LOCAL and "=?" not in local
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(written)):
        raise BadEmail(email=printable_excerpt(text))
    return email
