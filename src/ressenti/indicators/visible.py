"""What a viewer may know the names of: projects, and the keys of each dimension, of the conversations they may see.

What somebody is kept to keeps names too. Filters, suggestions, markers, saved views, mails and the API all look here,
so that a key that is not to be seen is one that does not exist.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ressenti.facts.engine import Engine, View
from ressenti.facts.keeper import Keeper
from ressenti.facts.schema import TABLES
from ressenti.facts.store import Statements
from ressenti.indicators.dimensions import AGENT, GROUP, Dimension, Naming, dimension
from ressenti.indicators.sql import within as kept_to
from ressenti.kit.once import Once
from ressenti.record import tables as t
from ressenti.record.projects import Project, all_projects, project_among
from ressenti.record.rights import Within

_NAMED_BY_THE_RECORD = frozenset({Naming.LABEL, Naming.RESPONDENT, Naming.GROUP})
_TABLES = ("conversation", "answer")
"""Whatever else is measured hangs on a conversation, and is asked by what that has."""


@dataclass(frozen=True)
class Visible:
    """What may be named to a viewer who is kept to `within`.

    `projects` are those they may see; `find` gives the ids of a dimension that occur in what they may see.
    """

    record: Connection
    within: Within
    projects: tuple[Project, ...]
    find: Callable[[Dimension], Collection[int]]

    def project(self, key: str) -> Project:
        """Return the project with that key; raises UnknownProject, also for one that they may not see."""
        return project_among(self.projects, key)

    def ids(self, one: Dimension) -> Collection[int] | None:
        """Return the ids of a dimension that may be named, None where all of the projects' may."""
        if not self.within or one.naming not in _NAMED_BY_THE_RECORD:
            return None
        return self.find(one)


def visible_projects(
    record: Connection, within: Within, everything: Sequence[Project] | None = None
) -> tuple[Project, ...]:
    """Return the projects of what somebody is kept to, all where they are kept to nothing; oldest first."""
    found = all_projects(record) if everything is None else everything
    if not within:
        return tuple(found)
    own: set[int] = set()
    for name, ids in within:
        if name == GROUP.key:
            query = select(t.agent_group.c.project_id).where(t.agent_group.c.id.in_(ids))
        elif name == AGENT.key:
            query = select(t.source.c.project_id).join(t.respondent).where(t.respondent.c.id.in_(ids))
        else:
            query = select(t.label.c.project_id).where(t.label.c.id.in_(ids))
        own |= set(record.execute(query).scalars())
    return tuple(project for project in found if project.id in own)


def visible_of(keeper: Keeper, record: Connection, within: Within) -> Visible:
    """Return what may be named to somebody, over facts that are up to date; they are asked only where they are needed.

    Raises, once asked, what `Keeper.using` raises.
    """

    def find(one: Dimension) -> Collection[int]:
        return keeper.using(lambda facts: visible_ids(one, within, facts, facts.memory(facts.watermarks())))

    return Visible(record, within, visible_projects(record, within), find)


def visible_in(
    facts: View,
    record: Connection,
    within: Within,
    *,
    everything: Sequence[Project] | None = None,
    remembered: Statements | None = None,
) -> Visible:
    """Return what may be named to somebody, in one view of the facts.

    `everything` are the projects there are, `remembered` the statements that were asked, where others did already.
    """
    asked: Statements = Once() if remembered is None else remembered
    projects = visible_projects(record, within, everything)
    return Visible(record, within, projects, lambda one: visible_ids(one, within, facts, asked))


def visible_ids(one: Dimension, within: Within, facts: View | Engine, asked: Statements) -> frozenset[int]:
    """Return the ids of a dimension that occur in the conversations and answers somebody is kept to.

    Of the dimension that they are kept by, their own only: others may have taken part beside them.
    """
    found: set[int] = set()
    for table in _TABLES:
        held = {column.name for column in TABLES[table]}
        for column in _columns(one):
            if column in held:
                found |= _occurring(table, column, one, within, facts, asked)
    own = dict(within).get(one.key)
    return frozenset(found if own is None else found & set(own))


def _columns(one: Dimension) -> Sequence[str]:
    return (one.column or "", "involved_ids") if one is AGENT else (one.column or "",)


def _occurring(
    table: str, column: str, one: Dimension, within: Within, facts: View | Engine, asked: Statements
) -> set[int]:
    kept = kept_to([(dimension(name), ids) for name, ids in within], facts.dialect)
    value = facts.dialect.each.format(column) if one.many else column
    sql = f"SELECT DISTINCT {value} AS id FROM {table} WHERE {kept.text}"
    rows = asked((sql, tuple(kept.params)), lambda: facts.rows(sql, kept.params))
    return {row[0] for row in rows if row[0] is not None}
