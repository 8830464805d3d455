"""Signing in and choosing passwords: each hashes first, and then writes in one short transaction."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ressenti.accounts import passwords
from ressenti.accounts.grants import Grant
from ressenti.accounts.invitations import find_invitation, use_invitation
from ressenti.accounts.permissions import Role
from ressenti.accounts.sessions import open_session
from ressenti.accounts.users import User, create_user, rename_user, require_name, set_password, user_of
from ressenti.kit.email_addresses import BadEmail, normalize_email
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import all_projects
from ressenti.record.stores.sqlite import Store
from ressenti.record.tables import user


class NotSignedIn(Refusal):
    """The address and the password do not belong together; which of them is wrong is not disclosed."""

    code = "not_signed_in"
    sentence = _("That e-mail address and password do not go together.")


class WrongUserPassword(Refusal):
    """The password that was to be changed is another."""

    code = "wrong_password"
    sentence = _("That is not your present password.")


@dataclass(frozen=True, slots=True)
class Choosing:
    """What somebody who opened a link gives: the first administrator also their address."""

    name: str
    password: str
    email: str = ""


def sign_in(store: Store, email: str, password: str, *, now: int, agent: str = "", instead_of: str = "") -> str:
    """Begin a session, instead of the one the browser came with, and return its secret.

    Raises NotSignedIn, in the same time whatever is wrong.
    """
    with store.read() as connection:
        user_id, kept = _kept(connection, email)
    if not passwords.is_password(password, kept) or kept is None:
        raise NotSignedIn
    better = passwords.hash_password(password) if passwords.is_outdated(kept) else None
    with store.write() as connection:
        unchanged = (user.c.id == user_id, user.c.password == kept, user.c.disabled_at.is_(None))
        found = connection.execute(select(user.c.id).where(*unchanged)).scalar()
        if found is None:
            raise NotSignedIn
        if better is not None:
            connection.execute(update(user).where(user.c.id == found).values(password=better))
        return open_session(connection, found, now=now, agent=agent, instead_of=instead_of)


def accept_invitation(
    store: Store, secret: str, chosen: Choosing, *, now: int, agent: str = "", instead_of: str = ""
) -> str:
    """Choose a password with a link, which makes the first administrator where it is for nobody yet, and sign in.

    Returns the secret of the session; raises LinkEnded, BadEmail and what `read_name` and `require_good` raise.
    """
    with store.read() as connection:
        found = find_invitation(connection, secret, now=now)
        projects = _project_names(connection)
    email = found.person.email if found.person else normalize_email(chosen.email)
    require_name(chosen.name)
    kept = passwords.hash_password(passwords.require_strong_password(chosen.password, (email, chosen.name, *projects)))
    with store.write() as connection:
        person = use_invitation(connection, secret, now=now).person or _first(connection, email, chosen.name, now=now)
        rename_user(connection, person.id, chosen.name)
        set_password(connection, person.id, kept)
        return open_session(connection, person.id, now=now, agent=agent, instead_of=instead_of)


def change_password(store: Store, user_id: int, current: str, chosen: str, *, now: int, agent: str = "") -> str:
    """Change a password, which ends every session of theirs, and return the secret of a new one.

    Raises WrongUserPassword and what `read_name` and `require_good` raise.
    """
    with store.read() as connection:
        person = user_of(connection, user_id)
        kept = connection.execute(select(user.c.password).where(user.c.id == user_id)).scalar()
        projects = _project_names(connection)
    if not passwords.is_password(current, kept):
        raise WrongUserPassword
    better = passwords.hash_password(passwords.require_strong_password(chosen, (person.email, person.name, *projects)))
    with store.write() as connection:
        set_password(connection, user_id, better)
        return open_session(connection, user_id, now=now, agent=agent)


def _first(connection: Connection, email: str, name: str, *, now: int) -> User:
    return create_user(connection, email=email, name=name, grant=Grant(role=Role.ADMINISTRATOR), now=now)


def _project_names(connection: Connection) -> list[str]:
    return [one.name for one in all_projects(connection)]


def _kept(connection: Connection, email: str) -> tuple[int | None, str | None]:
    """Return who has an address and what is kept of their password; nothing for a disabled user."""
    try:
        address = normalize_email(email)
    except BadEmail:
        return None, None
    wanted = select(user.c.id, user.c.password).where(user.c.email == address, user.c.disabled_at.is_(None))
    row = connection.execute(wanted).one_or_none()
    return (None, None) if row is None else (row.id, row.password)
