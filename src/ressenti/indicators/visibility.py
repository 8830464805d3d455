"""What a viewer may know the names of: projects, and the keys of each dimension, of the conversations they may see.

What somebody is kept to keeps names too. Filters, suggestions, markers, saved views, mails and the API all look here,
so that a key that is not to be seen is one that does not exist. A conversation that may be seen is read in full, with
everybody who took part in it; figures of others are not: of agents and groups, only their own have rows and filters.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.engines.sql import Statement
from ressenti.facts.schema import TABLES
from ressenti.facts.store import FactStore
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.dimensions import AGENT, GROUP, dimension
from ressenti.indicators.sql import within as kept_to
from ressenti.kit.single_flight import SingleFlight
from ressenti.record.names import projects_of_groups, projects_of_labels, projects_of_respondents
from ressenti.record.projects import Project, all_projects, project_among
from ressenti.record.respondents import groups_ever_of, members_ever_of

_TABLES = ("conversation", "answer")
"""Whatever else is measured hangs on a conversation, and is asked by what that has."""


@dataclass(frozen=True)
class VisibleKeys:
    """What may be named to a viewer who is kept to `within`.

    `projects` are those they may see; `find` gives the ids of a dimension that occur in what they may see.
    """

    record: Connection
    within: ScopeIds
    projects: tuple[Project, ...]
    find: Callable[[Dimension], Collection[int]]

    def project(self, key: str) -> Project:
        """Return the project with that key; raises UnknownProject, also for one that they may not see."""
        return project_among(self.projects, key)

    def ids(self, one: Dimension) -> Collection[int] | None:
        """Return the ids of a dimension that may be named, None where all of the projects' may."""
        if not self.within or not one.is_named_by_the_record:
            return None
        return self.find(one)

    def rows(self, by: Dimension) -> Collection[int | None] | None:
        """Return the ids of a dimension that a breakdown has rows of, None where of all that it finds.

        Who is kept to agents sees of groups their own and what has none, and the other way round.
        """
        own = dict(self.within).get(by.key)
        if own is not None or by not in (AGENT, GROUP):
            return own
        found = self.ids(by)
        return None if found is None else {None, *found}


def visible_projects(
    record: Connection, within: ScopeIds, everything: Sequence[Project] | None = None
) -> tuple[Project, ...]:
    """Return the projects of what somebody is kept to, all where they are kept to nothing; oldest first."""
    projects = all_projects(record) if everything is None else everything
    if not within:
        return tuple(projects)
    own: set[int] = set()
    for name, ids in within:
        if name == GROUP.key:
            own |= projects_of_groups(record, ids)
        elif name == AGENT.key:
            own |= projects_of_respondents(record, ids)
        else:
            own |= projects_of_labels(record, ids)
    return tuple(project for project in projects if project.id in own)


def visible_of(fact_store: FactStore, record: Connection, within: ScopeIds) -> VisibleKeys:
    """Return what may be named to somebody, over facts that are up to date; they are asked only where they are needed.

    Raises, once asked, what `Keeper.using` raises.
    """

    def find(one: Dimension) -> Collection[int]:
        return fact_store.using(lambda facts: visible_ids(one, within, facts, record, facts.memory(facts.watermarks())))

    return VisibleKeys(record, within, visible_projects(record, within), find)


def visible_in(
    facts: Snapshot,
    record: Connection,
    within: ScopeIds,
    *,
    everything: Sequence[Project] | None = None,
    remembered: RowCache | None = None,
) -> VisibleKeys:
    """Return what may be named to somebody, in one view of the facts.

    `everything` are the projects there are, `remembered` the statements that were asked, where others did already.
    """
    asked: RowCache = SingleFlight() if remembered is None else remembered
    projects = visible_projects(record, within, everything)
    return VisibleKeys(record, within, projects, lambda one: visible_ids(one, within, facts, record, asked))


def visible_ids(
    by: Dimension, within: ScopeIds, facts: Snapshot | Engine, record: Connection, asked: RowCache
) -> frozenset[int]:
    """Return the ids of a dimension that occur in the conversations and answers somebody is kept to.

    Of the dimension that they are kept by, their own only, and of agents and groups those that belong to these: others
    may have taken part beside them.
    """
    kept = kept_to([(dimension(name), ids) for name, ids in within], facts.dialect)
    visible: set[int] = set()
    for table in _TABLES:
        held = {column.name for column in TABLES[table]}
        for column in _columns(by):
            if column in held:
                visible |= _ids(_each(column, by.many, facts), table, kept, facts, asked)
    own = dict(within)
    if by.key in own:
        visible &= set(own[by.key])
    elif by is GROUP and AGENT.key in own:
        visible &= _groups_of(own[AGENT.key], kept, facts, record, asked)
    elif by is AGENT and GROUP.key in own:
        visible &= _agents_of(own[GROUP.key], kept, facts, record, asked)
    return frozenset(visible)


def _groups_of(
    agents: Sequence[int], kept: Statement, facts: Snapshot | Engine, record: Connection, asked: RowCache
) -> set[int]:
    """Return the groups that agents were ever in, or took part for: alone, or in a handling of one group."""
    group_ids = groups_ever_of(record, agents)
    groups = _each(GROUP.column or "", GROUP.many, facts)
    theirs = Statement(f"respondent_id IN ({', '.join('?' * len(agents)) or 'NULL'})", list(agents))
    for table, where in (
        ("conversation", _with(kept, _single("involved_ids", facts))),
        ("answer", _with(kept, "conversation_id IS NULL")),
        ("handling", _with(theirs, _single("group_ids", facts))),
    ):
        group_ids |= _ids(groups, table, where, facts, asked)
    return group_ids


def _agents_of(
    groups: Sequence[int], kept: Statement, facts: Snapshot | Engine, record: Connection, asked: RowCache
) -> set[int]:
    """Return the agents who were ever in groups, or took part for these and no other: bots and experts too."""
    agent_ids = members_ever_of(record, groups)
    no_other = _with(kept, _single("group_ids", facts))
    for table, who, many in (
        ("conversation", "involved_ids", True),
        ("answer", "respondent_ids", True),
        ("handling", "respondent_id", False),
    ):
        agent_ids |= _ids(_each(who, many, facts), table, no_other, facts, asked)
    return agent_ids


def _columns(one: Dimension) -> Sequence[str]:
    return tuple(dict.fromkeys((one.column or "", one.involved or one.column or "")))


def _each(column: str, many: bool, facts: Snapshot | Engine) -> str:  # noqa: FBT001 - as a dimension declares it
    return facts.dialect.each.format(column) if many else column


def _single(column: str, facts: Snapshot | Engine) -> str:
    return f"{facts.dialect.length.format(column)} = 1"


def _with(where: Statement, more: str) -> Statement:
    return Statement(f"{more} AND {where.text}", where.params)


def _ids(value: str, table: str, where: Statement, facts: Snapshot | Engine, asked: RowCache) -> set[int]:
    """Return the ids that occur in rows of the facts."""
    sql = f"SELECT DISTINCT {value} AS id FROM {table} WHERE {where.text}"
    rows = asked((sql, tuple(where.params)), lambda: facts.rows(sql, where.params))
    return {row[0] for row in rows if row[0] is not None}
