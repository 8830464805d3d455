"""Which addresses are our own: the one a form was sent from, and the one somebody is sent to after signing in."""

import re
from urllib.parse import urlsplit

from ressenti.kit.urls import LOOPBACK, PublicURL

OWN_NAME = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(?::([0-9]{1,5}))?", re.IGNORECASE)
"""The names under which this machine reaches itself."""
LAST_PORT = 65_535
_LONGEST_PATH = 2_000


def is_own_name(host: str, address: PublicURL) -> bool:
    """Say whether a `Host` header names this machine, by any port, or the address people open."""
    named = host.lower() in {address.authority, address.host} and address.host not in LOOPBACK
    return named or _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    found = OWN_NAME.fullmatch(host)
    return found is not None and (found[2] is None or 1 <= int(found[2]) <= LAST_PORT)


def is_from_here(address: PublicURL, *, host: str, origin: str | None, site: str | None) -> bool:
    """Say whether a form comes from a page of ours: the browser says so, in one of two headers (`site` is stronger).

    `host` is the name we were called by, which the security middleware has found to be ours. Silence is not a yes, and
    where people come over https nothing that came over http is ours, but from this machine itself.
    """
    if site is not None:
        return site in {"same-origin", "none"}
    return origin == str(address) or (_is_this_machine(host) and origin == f"http://{host}")


def own_path(text: str) -> str:
    """Return a path of ours to go on to, with its parameters; “/” for whatever a browser might take for elsewhere."""
    is_path = text.startswith("/") and not text.startswith("//")
    is_plain = text.isascii() and text.isprintable() and "\\" not in text and " " not in text
    return text if is_path and is_plain and len(text) <= _LONGEST_PATH else "/"


def path_of(url: str) -> str:
    """Return the path and the parameters of an address, “/” where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
