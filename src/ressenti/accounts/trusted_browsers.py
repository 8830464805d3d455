"""The browsers that a user signed in with before: each keeps a cookie that only the password of then makes valid.

The mark is sealed with what is kept of the password, so that another password makes it worthless, as does the moment
from which browsers are known. It grants nothing: a browser that shows it is only not throttled for what others tried
elsewhere.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from ressenti.kit.clock import DAY, SECOND
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import user

LASTING_US = 365 * DAY
"""How long after a sign-in a browser is still known."""
_LONGEST_MARK = 100


@dataclass(frozen=True, slots=True)
class SignInAccount:
    """Somebody who may sign in, and what is kept of their password."""

    user_id: int
    _kept: str
    _known_from: int

    def mark(self, *, now: int) -> str:
        """Return what a browser in which they signed in now is given."""
        at = str(now // SECOND)
        return f"{at}.{self._seal(at)}"

    def is_known(self, mark: str, *, now: int) -> bool:
        """Say whether they signed in with the browser that shows a mark."""
        at, _dot, seal = mark.partition(".")
        if len(mark) > _LONGEST_MARK or not (at.isascii() and at.isdigit()):
            return False
        if not hmac.compare_digest(seal.encode(), self._seal(at).encode()):
            return False
        return int(at) > self._known_from // SECOND and now - int(at) * SECOND < LASTING_US

    def _seal(self, at: str) -> str:
        return hmac.new(self._kept.encode(), f"known browser {self.user_id} {at}".encode(), sha256).hexdigest()


def find_account(store: Store, email: str) -> SignInAccount | None:
    """Return who signs in under an address; None where nobody does."""
    try:
        address = normalize_email(email)
    except BadEmail:
        return None
    wanted = select(user.c.id, user.c.password, user.c.known_from)
    wanted = wanted.where(user.c.email == address, user.c.disabled_at.is_(None))
    with store.read() as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None or not row.password:
        return None
    return SignInAccount(row.id, row.password, row.known_from or 0)
