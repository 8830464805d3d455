"""Links with which somebody chooses a password once: the first administrator, who is invited, who forgot theirs."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from ressenti.accounts.sessions import digest
from ressenti.accounts.users import User, has_administrator, user_of
from ressenti.kit.clock import HOUR, SECOND
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import invitation

WELCOME_US = 24 * HOUR
"""How long a link lasts for somebody new."""
RESET_US = 30 * 60 * SECOND
"""How long a link lasts for somebody who had a password."""
_SECRET_BYTES, _LONGEST_SECRET = 24, 100


class LinkEnded(Refusal):
    """A link that was used, replaced, is too old, or never was."""

    status, code = 404, "link_ended"
    sentence = _("This link was used already or has ended. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that still works; opening one that belongs to no user creates the first administrator."""

    id: int
    person: User | None


def invite(connection: Connection, person: User | None, *, now: int) -> str:
    """Make a link for somebody and return its secret; the one they had before ends."""
    user_id = None if person is None else person.id
    mine = invitation.c.user_id.is_(None) if person is None else invitation.c.user_id == person.id
    connection.execute(delete(invitation).where(mine, invitation.c.used_at.is_(None)))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    ends = now + (RESET_US if person and person.has_password else WELCOME_US)
    connection.execute(
        insert(invitation).values(digest=digest(secret), user_id=user_id, created_at=now, expires_at=ends)
    )
    return secret


def find_invitation(connection: Connection, secret: str, *, now: int) -> Invitation:
    """Return what a link is for; raises LinkEnded."""
    wanted = select(invitation).where(
        invitation.c.digest == digest(secret), invitation.c.used_at.is_(None), invitation.c.expires_at > now
    )
    row = connection.execute(wanted).one_or_none() if len(secret) <= _LONGEST_SECRET else None
    if row is None:
        raise LinkEnded
    if row.user_id is None:
        if has_administrator(connection):
            raise LinkEnded
        return Invitation(row.id, None)
    person = user_of(connection, row.user_id)
    if person.disabled_at is not None:
        raise LinkEnded
    return Invitation(row.id, person)


def use_invitation(connection: Connection, secret: str, *, now: int) -> Invitation:
    """Take a link in the transaction in which the password is set; raises LinkEnded the second time."""
    found = find_invitation(connection, secret, now=now)
    connection.execute(update(invitation).where(invitation.c.id == found.id).values(used_at=now))
    return found
