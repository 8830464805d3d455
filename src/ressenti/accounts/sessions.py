"""Who is signed in where: each browser holds a secret of its own, of which only the fingerprint is kept."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, not_, select, update

from ressenti.accounts.grants import USERS, read_within
from ressenti.accounts.permissions import Role, Viewer
from ressenti.kit.clock import DAY, HOUR, SECOND
from ressenti.record.tables import session, user

IDLE_US = 8 * HOUR
"""How long after it was last used a session ends."""
ABSOLUTE_US = 7 * DAY
"""How long after signing in a session ends, however much it is used."""
AHEAD_US = 60 * SECOND
"""How far ahead of the clock a session may have begun or been used: clocks are set right by seconds, not by more."""
TOUCH_US = 60 * SECOND
"""How exactly it is kept when a session was last used."""
_SECRET_BYTES, _LONGEST_SECRET, _LONGEST_AGENT = 32, 100, 200


@dataclass(frozen=True, slots=True)
class SignInSession:
    """Where somebody is signed in; moments in microseconds, `agent` as the browser describes itself."""

    id: int
    created_at: int
    seen_at: int
    agent: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who holds a session, and whether it is time to keep that it was used."""

    session_id: int
    viewer: Viewer
    is_to_touch: bool


def open_session(connection: Connection, user_id: int, *, now: int, agent: str = "", instead_of: str = "") -> str:
    """Begin a session and return its secret, which is known to nobody else from then on; ended ones are cleared.

    `instead_of` is the secret that the browser came with: it is ended, whichever user it belonged to.
    """
    connection.execute(delete(session).where(not_(_is_lasting(now))))
    end_own_session(connection, instead_of)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    described = "".join(one for one in agent if one.isprintable())[:_LONGEST_AGENT]
    values = {"user_id": user_id, "created_at": now, "seen_at": now, "agent": described}
    connection.execute(insert(session).values(digest=digest(secret), **values))
    return secret


def find_session(connection: Connection, secret: str, *, now: int) -> SignedIn | None:
    """Return who holds this secret; None where it is not known, ended, or its user was disabled."""
    if len(secret) > _LONGEST_SECRET:
        return None
    query = (
        select(
            session.c.id.label("session_id"),
            session.c.seen_at,
            user.c.id,
            user.c.name,
            user.c.email,
            user.c.role,
            user.c.reads_content,
        )
        .join(user, session.c.user_id == user.c.id)
        .where(
            session.c.digest == digest(secret),
            _is_lasting(now),
            user.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    viewer = Viewer(
        name=row.name,
        role=Role(row.role),
        user_id=row.id,
        email=row.email,
        reads_content=row.reads_content,
        within=read_within(connection, USERS, Role(row.role), row.id),
    )
    return SignedIn(row.session_id, viewer, row.seen_at <= now - TOUCH_US)


def touch_session(connection: Connection, session_id: int, *, now: int) -> None:
    """Keep that a session was used."""
    connection.execute(update(session).where(session.c.id == session_id, session.c.seen_at < now).values(seen_at=now))


def sessions_of(connection: Connection, user_id: int, *, now: int) -> list[SignInSession]:
    """Return where somebody is signed in, the last used first."""
    wanted = select(session.c.id, session.c.created_at, session.c.seen_at, session.c.agent).where(
        session.c.user_id == user_id, _is_lasting(now)
    )
    rows = connection.execute(wanted.order_by(session.c.seen_at.desc(), session.c.id.desc()))
    return [SignInSession(row.id, row.created_at, row.seen_at, row.agent) for row in rows]


def end_session(connection: Connection, user_id: int, session_id: int) -> None:
    """Sign somebody out in one place; a session of somebody else's is left alone."""
    connection.execute(delete(session).where(session.c.id == session_id, session.c.user_id == user_id))


def end_own_session(connection: Connection, secret: str) -> None:
    """End the session with this secret."""
    connection.execute(delete(session).where(session.c.digest == digest(secret)))


def _is_lasting(now: int) -> ColumnElement[bool]:
    """Return what is true of sessions that have not ended; one from the future has, as the clock was set back."""
    return and_(
        session.c.seen_at > now - IDLE_US,
        session.c.created_at > now - ABSOLUTE_US,
        session.c.seen_at <= now + AHEAD_US,
        session.c.created_at <= now + AHEAD_US,
    )


def digest(secret: str) -> str:
    """Return the fingerprint under which a secret is kept."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
