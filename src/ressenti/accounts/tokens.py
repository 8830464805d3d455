"""Tokens, with which programs ask the API: shown once, kept as a fingerprint, and ended by a date or by hand."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from ressenti.accounts.grants import TOKENS, Grant, read_grant, read_within, write_grant
from ressenti.accounts.permissions import Role, Viewer
from ressenti.accounts.sessions import digest
from ressenti.accounts.users import require_name
from ressenti.kit.clock import DAY
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal, nearest_of
from ressenti.record.tables import token

USUAL_DAYS = 90
"""How long a token lives by default."""
_SHAPE = re.compile(r"rsp_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


class TokenExists(Refusal):
    """Two tokens of one name."""

    status, exit_code, code = 409, Exit.REFUSED, "token_exists"
    sentence = _("There is or was a token called “{name}”. Take another name.")


class UnknownToken(Refusal):
    """No token of that name."""

    status, code = 404, "unknown_token"
    sentence = _("There is no token called “{name}”. Known: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as it is listed; `public_id` is the part of it that may be known."""

    id: int
    name: str
    public_id: str
    grant: Grant
    created_at: int
    expires_at: int | None
    revoked_at: int | None

    def is_valid(self, now: int) -> bool:
        """Say whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def add_token(
    connection: Connection, *, name: str, grant: Grant, now: int, days: int | None = USUAL_DAYS
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which is kept nowhere; `days` None lets it live until it is revoked.

    Raises TokenExists and what `read_name` and `write_grant` raise.
    """
    called = require_name(name)
    if connection.execute(select(token.c.id).where(token.c.name == called)).scalar() is not None:
        raise TokenExists(name=called)
    public_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    made = insert(token).values(
        name=called,
        public_id=public_id,
        digest=digest(secret),
        role=grant.role.value,
        reads_content=grant.reads_content,
        created_at=now,
        expires_at=None if days is None else now + days * DAY,
    )
    write_grant(connection, TOKENS, connection.execute(made.returning(token.c.id)).scalar_one(), grant)
    return find_token(connection, called), f"rsp_{public_id}_{secret}"


def all_tokens(connection: Connection) -> list[ApiToken]:
    """Return every token there was, by name."""
    rows = connection.execute(select(token).order_by(token.c.name)).all()
    return [
        ApiToken(
            id=row.id,
            name=row.name,
            public_id=row.public_id,
            grant=read_grant(connection, TOKENS, row),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def find_token(connection: Connection, name: str) -> ApiToken:
    """Return the token of that name; raises UnknownToken."""
    known = {one.name: one for one in all_tokens(connection)}
    if name not in known:
        raise UnknownToken(name=name, known=nearest_of(name, list(known)) or "—")
    return known[name]


def revoke_token(connection: Connection, name: str, *, now: int) -> None:
    """End a token; raises UnknownToken."""
    found = find_token(connection, name)
    connection.execute(update(token).where(token.c.id == found.id, token.c.revoked_at.is_(None)).values(revoked_at=now))


def find_bearer(connection: Connection, text: str, *, now: int) -> Viewer | None:
    """Return for whom a token speaks; None where it is no token, not known, expired or revoked."""
    parts = _SHAPE.fullmatch(text)
    if parts is None:
        return None
    row = connection.execute(select(token).where(token.c.public_id == parts[1])).one_or_none()
    if row is None or not secrets.compare_digest(row.digest, digest(parts[2])):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    role = Role(row.role)
    within = read_within(connection, TOKENS, role, row.id)
    return Viewer(name=row.name, role=role, reads_content=row.reads_content, within=within)
