"""Authentication: the user of a session's cookie or of a token, read from the record for each request."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from litestar.datastructures import Cookie

from ressenti.accounts.permissions import Viewer
from ressenti.accounts.sessions import ABSOLUTE_US, find_session, touch_session
from ressenti.accounts.tokens import find_bearer
from ressenti.accounts.trusted_browsers import LASTING_US, SignInAccount, find_account
from ressenti.kit.clock import SECOND
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal
from ressenti.kit.urls import PublicURL
from ressenti.record.stores.sqlite import Store
from ressenti.web.auth.throttle import Throttle
from ressenti.web.server.network import network

BEARER = "bearer "
MINUTE_US = 60 * SECOND
OF_ONE_PAIR, OF_ONE_PLACE = (10, 15 * MINUTE_US), (30, 5 * MINUTE_US)
"""How many sign-ins may fail, and in what time: under one e-mail address from one place, and from one place at all."""
OF_ONE_ACCOUNT = 100, 60 * MINUTE_US
"""How many may fail under one e-mail address from everywhere until only browsers that signed in before are let try."""


class TooManyTries(Refusal):
    """Somebody, or something, is trying passwords."""

    status, exit_code, code = 429, Exit.UNAVAILABLE, "too_many_tries"
    sentence = _("Too many tries. Wait {minutes} minutes, then try again.")

    def __init__(self, *, wait_us: int) -> None:
        super().__init__(minutes=-(-wait_us // MINUTE_US))
        self.wait_s = -(-wait_us // SECOND)


class Authenticator:
    """Knows who comes, under which address they come, and how often they tried."""

    def __init__(self, record: Store, address: PublicURL) -> None:
        self.record = record
        self.address = address
        self._by_pair, self._by_place = Throttle(*OF_ONE_PAIR), Throttle(*OF_ONE_PLACE)
        self._by_account = Throttle(*OF_ONE_ACCOUNT)
        self._keeping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sessions")

    @property
    def cookie_name(self) -> str:
        """Return the name of the cookie; with the prefix, a browser takes it from this very host over https only."""
        return "__Host-ressenti" if self.address.is_secure else "ressenti"

    def cookie(self, secret: str) -> Cookie:
        """Return the cookie that holds a session; an empty secret takes it away."""
        return Cookie(
            key=self.cookie_name,
            value=secret,
            path="/",
            max_age=ABSOLUTE_US // SECOND if secret else 0,
            httponly=True,
            secure=self.address.is_secure,
            samesite="lax",
        )

    def find(self, authorization: str, cookie: str, *, now: int) -> Viewer | None:
        """Return who comes with a header and a cookie: a token speaks alone, and None is a stranger."""
        if authorization.lower().startswith(BEARER):
            with self.record.read() as connection:
                return find_bearer(connection, authorization[len(BEARER) :].strip(), now=now)
        if not cookie:
            return None
        with self.record.read() as connection:
            found = find_session(connection, cookie, now=now)
        if found is None:
            return None
        if found.is_to_touch:
            self._keeping.submit(self._touch, found.session_id, now)
        return found.viewer

    def session_id(self, cookie: str, *, now: int) -> int | None:
        """Return which session a cookie holds, None where none."""
        with self.record.read() as connection:
            found = find_session(connection, cookie, now=now)
        return None if found is None else found.session_id

    def is_known(self, cookies: Mapping[str, str], email: str, *, now: int) -> bool:
        """Say whether somebody signed in under an address with the browser that has these cookies."""
        account = find_account(self.record, email)
        return account is not None and account.is_known(cookies.get(self._name_of(account), ""), now=now)

    def remember(self, email: str, *, now: int) -> list[Cookie]:
        """Return the cookie by which a browser is known to whom it was that signed in under an address."""
        account = find_account(self.record, email)
        if account is None:
            return []
        lasting, is_safe = LASTING_US // SECOND, self.address.is_secure
        name, mark = self._name_of(account), account.mark(now=now)
        return [Cookie(key=name, value=mark, path="/", max_age=lasting, httponly=True, secure=is_safe, samesite="lax")]

    def let_try(self, email: str, place: str, *, now: int, is_known: bool = False) -> None:
        """Count a sign-in that has not succeeded yet; raises TooManyTries, whoever the address belongs to.

        Who tries elsewhere keeps nobody waiting here, until they tried so often that only known browsers are let try.
        """
        counted: list[tuple[Throttle, str]] = []
        for throttle, name in self._counts(email, place, is_known=is_known):
            if wait_us := throttle.take(name, now=now):
                for other, own in counted:
                    other.give_back(own)
                raise TooManyTries(wait_us=wait_us)
            counted.append((throttle, name))

    def let_in(self, email: str, place: str, *, is_known: bool = False) -> None:
        """Take back what was counted: the sign-in succeeded."""
        pair, *others = self._counts(email, place, is_known=is_known)
        pair[0].forget(pair[1])
        for throttle, name in others:
            throttle.give_back(name)

    def _counts(self, email: str, place: str, *, is_known: bool) -> list[tuple[Throttle, str]]:
        person, at = _one_way(email), network(place)
        counts = [(self._by_pair, f"{person} {at}"), (self._by_place, at)]
        return counts if is_known else [*counts, (self._by_account, person)]

    def _name_of(self, account: SignInAccount) -> str:
        return f"{self.cookie_name}-known-{account.user_id}"

    def close(self) -> None:
        """End keeping when sessions were used."""
        self._keeping.shutdown()

    def _touch(self, session_id: int, now: int) -> None:
        with suppress(Refusal), self.record.write() as connection:  # another program writes: it can wait a minute
            touch_session(connection, session_id, now=now)


def _one_way(email: str) -> str:
    """Return an address as the record knows it: written in many ways, it is still tried as one."""
    try:
        return normalize_email(email)
    except BadEmail:
        return ""
