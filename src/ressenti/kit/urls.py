"""Under which address people open an installation: it is configured, and never taken from what a request says."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.kit.settings import ADDRESS

USUAL = "http://127.0.0.1:8610"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadPublicURL(Refusal):
    """Something that cannot be opened, or that anybody on the way could read."""

    code = "bad_address"
    sentence = _("“{address}” is not an address to serve people under. Write it as https://ressenti.company.example.")


@dataclass(frozen=True, slots=True)
class PublicURL:
    """Where people open the pages: how, under which name, and at which port where it is not the usual one."""

    scheme: str
    host: str
    port: int | None = None

    @property
    def is_secure(self) -> bool:
        """Say whether nobody on the way can read along."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Return the name and the port, as a `Host` header has them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port is None else f"{name}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def read_public_url(text: str) -> PublicURL:
    """Return an address that was configured: https, or this machine's own; raises BadPublicURL."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise BadPublicURL(address=text) from None
    host = parts.hostname or ""
    is_named = re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", host) is not None
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not (is_named and is_plain and is_safe):
        raise BadPublicURL(address=text)
    usual = {"https": 443, "http": 80}[parts.scheme]
    return PublicURL(parts.scheme, host, None if port == usual else port)


def configured_url(given: str | None = None) -> PublicURL | None:
    """Return the address that was given, else the environment's, else None; raises BadPublicURL."""
    text = ADDRESS.read(given)
    return read_public_url(text) if text else None


def public_url(given: str | None = None) -> PublicURL:
    """Return the address to put into links; raises BadPublicURL."""
    return configured_url(given) or read_public_url(USUAL)
