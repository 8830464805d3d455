"""The four people of the demonstration, one of each role, with a password that is this database's own."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from ressenti.cli.demo_workspace import furnish
from ressenti.cli.locale import language
from ressenti.kit.durable import naming
from ressenti.kit.i18n import _, translate

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ressenti.accounts.grants import Grant
    from ressenti.record.stores.sqlite import Store

DOMAIN = "maisontilleul.example"
WORDS = (
    "amber anchor apple arrow autumn basket beacon birch blossom bridge button candle canvas carbon cedar cherry "
    "circle clover copper coral cotton cricket crystal curtain desert ember fabric feather fern field forest garden "
    "ginger granite harbour hazel heron island ivory jasmine kettle ladder lantern lemon linden marble meadow mirror "
    "needle oak olive orchard otter paper pebble pepper pine plum quartz quilt rabbit river saddle saffron silver "
    "spruce stone sparrow thimble timber tulip valley velvet walnut willow window wool"
).split()
"""What a password is drawn from: words that are easily read out and typed."""
_HOW_MANY = 4


def sign_ins(store: "Store", *, now: int, tongue: str) -> list[str]:
    """Make sure that the four can sign in to a demonstration in this language, and return the lines that say how."""
    from ressenti.accounts.passwords import hash_password
    from ressenti.accounts.permissions import ROLE_NAMES, Role
    from ressenti.accounts.users import all_users, create_user, set_password

    password = _password(store.path)
    with store.read() as connection:
        known = {person.email for person in all_users(connection)}
        people = [one for one in _people(connection) if one[0] not in known]
    kept = hash_password(password) if people else ""
    with store.write() as connection:
        for email, name, grant in people:
            made = create_user(connection, email=email, name=name, grant=grant, now=now)
            set_password(connection, made.id, kept)
            if grant.role is Role.ADMINISTRATOR:
                furnish(connection, user_id=made.id, now=now, tongue=tongue)
    with store.read() as connection:
        found = [person for person in all_users(connection) if person.email.endswith(f"@{DOMAIN}")]
    said = translate(_("Sign in with the password {password} as one of these:"), language())
    rows = [(one.email, translate(ROLE_NAMES[one.grant.role], language()), one.grant) for one in found]
    return [
        said.format(password=password),
        *(f"  {email:<38} {role} {', '.join(grant.groups)}".rstrip() for email, role, grant in rows),
    ]


def _people(connection: "Connection") -> "list[tuple[str, str, Grant]]":
    from ressenti.accounts.grants import Grant, known_groups
    from ressenti.accounts.permissions import Role
    from ressenti.record.respondents import busiest_person

    people = [
        ("administrator", "Camille Aubry", Grant(role=Role.ADMINISTRATOR)),
        ("analyst", "Noa Lindqvist", Grant(role=Role.ANALYST, reads_content=True)),
    ]
    if groups := known_groups(connection):
        people.append(("supervisor", "Imane Berthier", Grant(role=Role.SUPERVISOR, groups=(groups[0],))))
    if agent := busiest_person(connection):
        people.append(("agent", agent.name or agent.external_id, Grant(role=Role.AGENT, agents=(agent.external_id,))))
    return [(f"{local}@{DOMAIN}", name, grant) for local, name, grant in people]


def _password(record: Path) -> str:
    """Return the password kept beside the record, which its owner alone can read; a new one the first time."""
    path = record.with_name(record.name + ".password")
    if path.exists():
        return path.read_text().strip()
    password = "-".join(secrets.choice(WORDS) for _word in range(_HOW_MANY))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with naming(path), os.fdopen(file, "w") as note:
        note.write(password)
    return password
