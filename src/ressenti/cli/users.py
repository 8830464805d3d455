"""`ressenti user` and `ressenti token`: accounts and API tokens, from the terminal of the machine."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ressenti.cli.locale import language
from ressenti.cli.options import with_database
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal

if TYPE_CHECKING:
    from ressenti.accounts.grants import Grant
    from ressenti.accounts.tokens import ApiToken
    from ressenti.accounts.users import User
    from ressenti.record.stores.sqlite import Store

ROLES = ("administrator", "analyst", "supervisor", "agent")
UserCommand = TypeVar("UserCommand", bound=Callable[..., Any])


class BadLife(Refusal):
    """A token that would live for no time anybody knows."""

    code = "bad_life"
    sentence = _("A token expires after 1 to 3650 days, or never: --expires 90, --expires never. Not “{life}”.")


def with_grant(*, is_new: bool) -> Callable[[UserCommand], UserCommand]:
    """Give the options that say what somebody may do; for somebody new, a role is needed."""

    def give(command: UserCommand) -> UserCommand:
        reads = "--reads-content" if is_new else "--reads-content/--no-reads-content"
        default = {} if is_new else {"default": None}
        for option in (
            click.option(reads, is_flag=True, help="An analyst may also read what people wrote.", **default),
            click.option("--agent", "agents", multiple=True, metavar="ID", help="Who an agent is; may be repeated."),
            click.option("--group", "groups", multiple=True, metavar="KEY", help="A supervisor's; may be repeated."),
            click.option("--role", type=click.Choice(ROLES), required=is_new, help="What they are here for."),
        ):
            command = option(command)
        return command

    return give


@click.group()
def user() -> None:
    """Say who may sign in, and what they may see."""


@user.command("add")
@click.argument("email")
@with_grant(is_new=True)
@click.option("--name", default="", help="What they are called. Default: as the address begins.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input: no link is made.")
@with_database
def add_user(email: str, name: str, password_stdin: bool, database: str, **given: Any) -> None:  # noqa: FBT001 - click's way
    """Add EMAIL, and print a link with which they choose a password. It works once, for a day.

    Example: ressenti user add zoe@company.example --role supervisor --group Lyon
    """
    from ressenti.accounts.invitations import invite
    from ressenti.accounts.users import create_user, set_password
    from ressenti.kit.clock import now

    kept = _read_password(email, name) if password_stdin else None
    with _opened(database, create=True) as store, store.write() as connection:
        person = create_user(connection, email=email, name=name, grant=_grant(given), now=now())
        if kept is not None:
            set_password(connection, person.id, kept)
            click.echo(_said(_("{email} can sign in.")).format(email=person.email), err=True)
        else:
            _print_link(store, person, invite(connection, person, now=now()))


@user.command("link")
@click.argument("email")
@with_database
def renew_link(email: str, database: str) -> None:
    """Print a new link for EMAIL to choose a password: for 30 minutes, or a day where they never had one."""
    from ressenti.accounts.invitations import invite
    from ressenti.accounts.users import UnknownUser, find_user
    from ressenti.kit.clock import now

    with _opened(database) as store, store.write() as connection:
        person = find_user(connection, email)
        if person.disabled_at is not None:
            raise UnknownUser(email=person.email, known="—")
        _print_link(store, person, invite(connection, person, now=now()))


@user.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@with_database
def list_users(form: str, database: str) -> None:
    """Show who may sign in."""
    from ressenti.accounts.users import all_users

    with _opened(database) as store, store.read() as connection:
        people = all_users(connection)
    if form == "json":
        click.echo(json.dumps([_person_object(one) for one in people], ensure_ascii=False))
    else:
        from ressenti.cli.tables import people_table

        people_table(people, language())


@user.command("change")
@click.argument("email")
@with_grant(is_new=False)
@click.option("--name", help="What they are called.")
@with_database
def change_user(email: str, name: str | None, database: str, **given: Any) -> None:
    """Change what EMAIL may do; what is not given stays, and another role begins anew."""
    from ressenti.accounts.users import find_user, update_user

    with _opened(database) as store, store.write() as connection:
        person = find_user(connection, email)
        update_user(connection, person, grant=_changed(person.grant, given), name=name)
    click.echo(_said(_("{email} was changed.")).format(email=person.email), err=True)


@user.command("remove")
@click.argument("email")
@with_database
def remove_user(email: str, database: str) -> None:
    """Part with EMAIL: they are signed out at once and cannot sign in. What they made stays."""
    from ressenti.accounts.users import disable_user, find_user
    from ressenti.kit.clock import now

    with _opened(database) as store, store.write() as connection:
        person = find_user(connection, email)
        disable_user(connection, person, now=now())
    click.echo(_said(_("{email} can no longer sign in.")).format(email=person.email), err=True)


@click.group()
def token() -> None:
    """Make tokens, with which programs ask the API."""


@token.command("add")
@click.argument("name")
@with_grant(is_new=True)
@click.option("--expires", "life", default="90", show_default=True, metavar="DAYS|never", help="When it ends.")
@with_database
def make_token(name: str, life: str, database: str, **given: Any) -> None:
    """Make a token called NAME and print it, this once.

    Example: ressenti token add warehouse --role analyst --expires 365
    """
    from ressenti.accounts.tokens import add_token
    from ressenti.kit.clock import now

    days = _days(life)
    with _opened(database, create=True) as store, store.write() as connection:
        _made, text = add_token(connection, name=name, grant=_grant(given), now=now(), days=days)
    click.echo(text)
    click.echo(_said(_("Keep it now: it is not shown again.")), err=True)


@token.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@with_database
def list_tokens(form: str, database: str) -> None:
    """Show the tokens there are and were."""
    from ressenti.accounts.tokens import all_tokens
    from ressenti.kit.clock import now

    with _opened(database) as store, store.read() as connection:
        tokens = all_tokens(connection)
    if form == "json":
        click.echo(json.dumps([_token_object(one, now()) for one in tokens], ensure_ascii=False))
    else:
        from ressenti.cli.tables import token_table

        token_table(tokens, now(), language())


@token.command("revoke")
@click.argument("name")
@with_database
def end_token(name: str, database: str) -> None:
    """End the token called NAME."""
    from ressenti.accounts.tokens import revoke_token
    from ressenti.kit.clock import now

    with _opened(database) as store, store.write() as connection:
        revoke_token(connection, name, now=now())
    click.echo(_said(_("The token {name} opens nothing any more.")).format(name=name), err=True)


def _opened(url: str, *, create: bool = False) -> Any:
    from contextlib import closing

    from ressenti.cli.server_client import open_record

    return closing(open_record(url, create=create))


def _said(sentence: str) -> str:
    return translate(sentence, language())


def _grant(given: dict[str, Any]) -> "Grant":
    from ressenti.accounts.grants import Grant, require_complete_grant
    from ressenti.accounts.permissions import Role

    return require_complete_grant(
        Grant(
            role=Role(given["role"]),
            groups=given["groups"],
            agents=given["agents"],
            reads_content=bool(given["reads_content"]),
        )
    )


def _changed(grant: "Grant", given: dict[str, Any]) -> "Grant":
    if given["role"] and given["role"] != grant.role.value:
        return _grant(given)
    reads = grant.reads_content if given["reads_content"] is None else given["reads_content"]
    return replace(
        grant, groups=given["groups"] or grant.groups, agents=given["agents"] or grant.agents, reads_content=reads
    )


def _read_password(email: str, name: str) -> str:
    from ressenti.accounts.passwords import hash_password, require_strong_password
    from ressenti.kit.email_addresses import normalize_email

    given = sys.stdin.readline().rstrip("\r\n")
    return hash_password(require_strong_password(given, (normalize_email(email), name)))


def _days(life: str) -> int | None:
    if life == "never":
        return None
    if not (life.isascii() and life.isdigit() and 1 <= int(life[:6]) <= 3650):
        raise BadLife(life=life)
    return int(life)


def _print_link(store: "Store", person: "User", secret: str) -> None:
    """Print a link under the address people open: the configured one, else where a server runs beside the record.

    What it is for goes to standard error, so that a program reads the link alone.
    """
    from ressenti.cli.server_client import running_server
    from ressenti.kit.urls import configured_url, public_url

    server = running_server(store.path)
    address = configured_url() or public_url(server.url if server else None)
    lasts = _("within half an hour") if person.has_password else _("within a day")
    words = _said(_("Send this link to {email} yourself. With it they choose a password, once, {lasts}."))
    click.echo(words.format(email=person.email, lasts=_said(lasts)), err=True)
    click.echo(f"{address}/welcome/{secret}")


def _grant_object(grant: "Grant") -> dict[str, Any]:
    return {
        "role": grant.role.value,
        "groups": list(grant.groups),
        "agents": list(grant.agents),
        "reads_content": grant.reads_content,
    }


def _person_object(person: "User") -> dict[str, Any]:
    whether = {"has_password": person.has_password, "is_disabled": person.disabled_at is not None}
    return {"email": person.email, "name": person.name, **_grant_object(person.grant), **whether}


def _token_object(one: "ApiToken", now: int) -> dict[str, Any]:
    moments = {"expires_at": one.expires_at, "revoked_at": one.revoked_at, "is_valid": one.is_valid(now)}
    return {"name": one.name, "id": one.public_id, **_grant_object(one.grant), **moments}
