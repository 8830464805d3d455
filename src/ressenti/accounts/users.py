"""Who can sign in: adding people, changing what they may do, and disabling them."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ressenti.accounts.grants import USERS, Grant, read_grant, write_grant
from ressenti.accounts.permissions import Role
from ressenti.kit.email_addresses import normalize_email
from ressenti.kit.i18n import _
from ressenti.kit.names import read_name
from ressenti.kit.refusals import Exit, Refusal, nearest_of
from ressenti.record.tables import invitation, session, user

LONGEST_NAME = 120


class UnknownUser(Refusal):
    """Nobody has that e-mail address."""

    status, code = 404, "unknown_person"
    sentence = _("Nobody signs in as “{email}”. Known: {known}.")


class UserExists(Refusal):
    """Two people with one e-mail address."""

    status, exit_code, code = 409, Exit.REFUSED, "person_exists"
    sentence = _("Somebody signs in as {email} already. Change what they may do, or take another address.")


class LastAdministrator(Refusal):
    """Nobody would be left to add people."""

    status, exit_code, code = 409, Exit.REFUSED, "last_administrator"
    sentence = _("{email} is the last administrator. Make somebody else one first.")


class OwnRole(Refusal):
    """Somebody is about to shut themselves out."""

    status, exit_code, code = 409, Exit.REFUSED, "own_role"
    sentence = _("You cannot change or end your own access. Ask another administrator.")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can sign in, once they chose a password (`has_password`) and unless that was ended."""

    id: int
    email: str
    name: str
    grant: Grant
    has_password: bool
    created_at: int
    disabled_at: int | None


def all_users(connection: Connection) -> list[User]:
    """Return everybody, by e-mail address."""
    return [_person(connection, row) for row in connection.execute(select(user).order_by(user.c.email))]


def find_user(connection: Connection, email: str) -> User:
    """Return who has that address, however it is written; raises UnknownUser and BadEmail."""
    address = normalize_email(email)
    row = connection.execute(select(user).where(user.c.email == address)).one_or_none()
    if row is None:
        known = list(connection.execute(select(user.c.email)).scalars())
        raise UnknownUser(email=address, known=nearest_of(address, known) or "—")
    return _person(connection, row)


def user_of(connection: Connection, user_id: int) -> User:
    """Return a person who is there; raises UnknownUser."""
    row = connection.execute(select(user).where(user.c.id == user_id)).one_or_none()
    if row is None:
        raise UnknownUser(email=str(user_id), known="—")
    return _person(connection, row)


def has_administrator(connection: Connection) -> bool:
    """Say whether anybody can add people."""
    found = select(user.c.id).where(user.c.role == Role.ADMINISTRATOR.value, user.c.disabled_at.is_(None))
    return connection.execute(found.limit(1)).scalar() is not None


def create_user(connection: Connection, *, email: str, name: str = "", grant: Grant, now: int) -> User:
    """Add somebody, who has no password yet; a disabled user comes back under the same address.

    Without a name they are called as their address begins. Raises BadEmail, UserExists and what
    `read_name` and `write_grant` raise.
    """
    address = normalize_email(email)
    former = connection.execute(select(user).where(user.c.email == address)).one_or_none()
    if former is not None and former.disabled_at is None:
        raise UserExists(email=address)
    values = {
        "name": require_name(name or address.partition("@")[0]),
        "role": grant.role.value,
        "reads_content": grant.reads_content,
        "password": None,
        "disabled_at": None,
    }
    if former is None:
        made = insert(user).values(email=address, created_at=now, **values).returning(user.c.id)
        user_id = connection.execute(made).scalar_one()
    else:
        user_id = former.id
        connection.execute(update(user).where(user.c.id == user_id).values(**values))
    write_grant(connection, USERS, user_id, grant)
    return user_of(connection, user_id)


def update_user(
    connection: Connection, person: User, *, grant: Grant, name: str | None = None, by: int | None = None
) -> User:
    """Change what somebody may do; with another role they sign in anew. `by` is who does it, where they signed in.

    Raises OwnRole, LastAdministrator and what `read_name` and `write_grant` raise.
    """
    if grant != person.grant:
        _require_other(person, by)
    if grant.role is not Role.ADMINISTRATOR:
        _require_another_administrator(connection, person)
    values: dict[str, object] = {"role": grant.role.value, "reads_content": grant.reads_content}
    if name is not None:
        values["name"] = require_name(name)
    connection.execute(update(user).where(user.c.id == person.id).values(**values))
    write_grant(connection, USERS, person.id, grant)
    if grant.role is not person.grant.role:
        connection.execute(delete(session).where(session.c.user_id == person.id))
    return user_of(connection, person.id)


def rename_user(connection: Connection, user_id: int, name: str) -> None:
    """Call somebody otherwise; raises what `read_name` raises."""
    connection.execute(update(user).where(user.c.id == user_id).values(name=require_name(name)))


def disable_user(connection: Connection, person: User, *, now: int, by: int | None = None) -> None:
    """Disable a user: they are signed out everywhere and cannot sign in; what they made stays.

    Raises OwnRole and LastAdministrator.
    """
    _require_other(person, by)
    _require_another_administrator(connection, person)
    connection.execute(update(user).where(user.c.id == person.id).values(disabled_at=now, password=None))
    connection.execute(delete(session).where(session.c.user_id == person.id))
    connection.execute(delete(invitation).where(invitation.c.user_id == person.id))


def set_password(connection: Connection, user_id: int, kept: str) -> None:
    """Give somebody another password, as it is kept: they are signed out everywhere, and links to choose one end."""
    connection.execute(update(user).where(user.c.id == user_id).values(password=kept))
    connection.execute(delete(session).where(session.c.user_id == user_id))
    connection.execute(delete(invitation).where(invitation.c.user_id == user_id, invitation.c.used_at.is_(None)))


def require_name(name: str) -> str:
    """Return a user's name as it is stored; raises what `read_name` raises."""
    return read_name(name, limit=LONGEST_NAME)


def _require_other(person: User, by: int | None) -> None:
    if by == person.id:
        raise OwnRole


def _require_another_administrator(connection: Connection, person: User) -> None:
    """Refuse to lose the last administrator; one who never chose a password is no replacement for one who did."""
    if person.grant.role is not Role.ADMINISTRATOR or person.disabled_at is not None:
        return
    others = select(func.count()).where(
        user.c.role == Role.ADMINISTRATOR.value, user.c.disabled_at.is_(None), user.c.id != person.id
    )
    if person.has_password:
        others = others.where(user.c.password.is_not(None))
    if not connection.execute(others).scalar():
        raise LastAdministrator(email=person.email)


def _person(connection: Connection, row: Row[tuple[object, ...]]) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        grant=read_grant(connection, USERS, row),
        has_password=row.password is not None,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
