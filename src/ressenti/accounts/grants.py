"""What a person or a token may do, and the conversations they are kept to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Row, Table, delete, select
from sqlalchemy import insert as insert_into

from ressenti.accounts.permissions import Role, ScopeIds
from ressenti.kit.i18n import _
from ressenti.kit.keys import normalize_key
from ressenti.kit.refusals import Refusal, nearest_of
from ressenti.record.tables import (
    agent_group,
    respondent,
    token_group,
    token_respondent,
    user_group,
    user_respondent,
)


class UnknownGroup(Refusal):
    """No group has that key."""

    code = "unknown_group"
    sentence = _("There is no group called “{key}”. Known: {known}.")


class UnknownAgent(Refusal):
    """No respondent has that identifier."""

    code = "unknown_agent"
    sentence = _("There is no agent with the identifier “{key}”. Known: {known}.")


class GroupsMissing(Refusal):
    """A supervisor of nothing."""

    code = "groups_missing"
    sentence = _("A supervisor sees the conversations of their groups: name one at least.")


class AgentMissing(Refusal):
    """An agent whom no conversation knows."""

    code = "agent_missing"
    sentence = _("An agent sees their own conversations: say which agent they are in the conversations.")


class WholeView(Refusal):
    """Groups or agents for a role that is not kept to any: the caller expected something else."""

    code = "whole_view"
    sentence = _("Only a supervisor is kept to groups, and only an agent to their own conversations: {role} is not.")


class WrongContent(Refusal):
    """Reading content granted to a role that already decides it."""

    code = "wrong_content"
    sentence = _("Whether someone reads what people wrote is said of an analyst only, not of: {role}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role with what belongs to it: a supervisor's groups by key, an agent's identifiers, an analyst's reading."""

    role: Role
    groups: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    reads_content: bool = False


@dataclass(frozen=True, slots=True)
class ScopeTables:
    """The tables that say to which groups and respondents somebody is kept."""

    groups: Table
    respondents: Table
    owner: str

    @property
    def of_groups(self) -> Column[int]:
        """Return the column that says whose the groups are."""
        return self.groups.c[self.owner]

    @property
    def of_respondents(self) -> Column[int]:
        """Return the column that says whose the respondents are."""
        return self.respondents.c[self.owner]


USERS = ScopeTables(user_group, user_respondent, "user_id")
TOKENS = ScopeTables(token_group, token_respondent, "token_id")


def require_complete_grant(grant: Grant) -> Grant:
    """Return a grant that fits together; raises GroupsMissing, AgentMissing, WholeView and WrongContent."""
    if grant.role is Role.SUPERVISOR and not grant.groups:
        raise GroupsMissing
    if grant.role is Role.AGENT and not grant.agents:
        raise AgentMissing
    if (grant.groups and grant.role is not Role.SUPERVISOR) or (grant.agents and grant.role is not Role.AGENT):
        raise WholeView(role=grant.role.value)
    if grant.reads_content and grant.role is not Role.ANALYST:
        raise WrongContent(role=grant.role.value)
    return grant


def write_grant(connection: Connection, kept: ScopeTables, owner_id: int, grant: Grant) -> None:
    """Replace the groups and agents of a user or token; raises also UnknownGroup and UnknownAgent."""
    require_complete_grant(grant)
    groups = [one for key in grant.groups for one in _group_ids(connection, key)]
    agents = [one for key in grant.agents for one in _agent_ids(connection, key)]
    for table, name, ids in ((kept.groups, "group_id", groups), (kept.respondents, "respondent_id", agents)):
        connection.execute(delete(table).where(table.c[kept.owner] == owner_id))
        if ids:
            rows = [{kept.owner: owner_id, name: one} for one in dict.fromkeys(ids)]
            connection.execute(insert_into(table), rows)


def read_grant(connection: Connection, kept: ScopeTables, row: Row[tuple[object, ...]]) -> Grant:
    """Return the grant of a row of `user` or `token`."""
    groups = select(agent_group.c.key).join(kept.groups).where(kept.of_groups == row.id).order_by(agent_group.c.key)
    agents = select(respondent.c.external_id).join(kept.respondents).where(kept.of_respondents == row.id)
    return Grant(
        role=Role(row.role),
        groups=tuple(dict.fromkeys(connection.execute(groups).scalars())),
        agents=tuple(dict.fromkeys(connection.execute(agents).scalars())),
        reads_content=row.reads_content,
    )


def read_within(connection: Connection, kept: ScopeTables, role: Role, owner_id: int) -> ScopeIds:
    """Return the conversations somebody is kept to; without a group or an agent that is none, and never all."""
    if role is Role.SUPERVISOR:
        groups = select(kept.groups.c.group_id).where(kept.of_groups == owner_id)
        return (("group", tuple(connection.execute(groups).scalars())),)
    if role is Role.AGENT:
        agents = select(kept.respondents.c.respondent_id).where(kept.of_respondents == owner_id)
        return (("agent", tuple(connection.execute(agents).scalars())),)
    return ()


def known_groups(connection: Connection) -> list[str]:
    """Return the keys of the groups there are, in order."""
    return list(connection.execute(select(agent_group.c.key).distinct().order_by(agent_group.c.key)).scalars())


def _group_ids(connection: Connection, key: str) -> Sequence[int]:
    ids = connection.execute(select(agent_group.c.id).where(agent_group.c.key == normalize_key(key))).scalars().all()
    if not ids:
        raise UnknownGroup(key=key, known=nearest_of(key, known_groups(connection)) or "—")
    return ids


def _agent_ids(connection: Connection, key: str) -> Sequence[int]:
    ids = (
        connection.execute(select(respondent.c.id).where(respondent.c.external_id == normalize_key(key)))
        .scalars()
        .all()
    )
    if not ids:
        known = connection.execute(select(respondent.c.external_id).distinct()).scalars().all()
        raise UnknownAgent(key=key, known=nearest_of(key, list(known)) or "—")
    return ids
