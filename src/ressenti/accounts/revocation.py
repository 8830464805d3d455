"""Nobody stays signed in: what came from another time opens nothing any more."""

from sqlalchemy import Connection, delete, update

from ressenti.record.tables import invitation, session, user


def revoke_all_sessions(connection: Connection, *, now: int) -> None:
    """End every session and every link that was not used, and know no browser of before any more."""
    connection.execute(delete(session))
    connection.execute(delete(invitation).where(invitation.c.used_at.is_(None)))
    connection.execute(update(user).values(known_from=now))
