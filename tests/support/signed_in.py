"""A person who signed in, as the browser they use: it holds their session and says that forms are sent from here."""

from typing import Any

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.sessions import open_session
from ressenti.accounts.users import create_user
from tests.support.scenario import World
from tests.support.site import Site

KEPT: dict[Role, dict[str, Any]] = {Role.SUPERVISOR: {"groups": ("Lyon",)}, Role.AGENT: {"agents": ("ana",)}}


def somebody(world: World, role: str = "administrator", email: str = "", **options: Any) -> Site:
    """Add a person of a role to a world and return their browser."""
    grant = Grant(**({"role": Role(role)} | KEPT.get(Role(role), {})))
    with world.store.write() as record:
        person = create_user(
            record, email=email or f"{role}@company.example", name=role.title(), grant=grant, now=world.now
        )
        secret = open_session(record, person.id, now=world.now)
    site = Site(world, as_=None, **options)
    site.cookies.set("ressenti", secret)
    site.headers["sec-fetch-site"] = "same-origin"
    site.follow_redirects = False
    return site
