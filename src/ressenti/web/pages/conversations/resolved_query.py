"""Which list of conversations does an address ask for, and what may whoever asks see of it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ressenti.accounts.permissions import Permission
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Filter
from ressenti.indicators.names import by_keys, keys_of, labels
from ressenti.indicators.visibility import visible_of
from ressenti.record.projects import Project
from ressenti.reports.conversations.page import ConversationAccess
from ressenti.reports.conversations.query import ConversationQuery, read_conversation_query
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.requests import once_each

REPEATED = frozenset({"where", "note", "columns"})
"""Parameters that may be there several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuery:
    """A query by the keys it names, what they are called, and the projects there are for the viewer."""

    query: ConversationQuery
    labels: Mapping[tuple[str, str], str]
    projects: Sequence[Project]


def access_of(context: RequestContext, page: PageContext) -> ConversationAccess:
    """Return what the viewer may see of a list."""
    return ConversationAccess(
        zone=page.zone,
        now=context.now,
        within=context.viewer.within,
        may_read=context.viewer.may(Permission.READ_CONTENT),
        user_id=context.viewer.user_id,
        find=context.index.find,
    )


def resolve_query(context: RequestContext, page: PageContext) -> ResolvedQuery:
    """Read the address, and the keys that it names by what they are called."""
    parameters = once_each(context.request, but=REPEATED)
    query = read_conversation_query(parameters, today=page.today, week_start=page.week_start)
    with context.record.read() as record:
        visible = visible_of(context.facts, record, context.viewer.within)
        query = replace(query, choice=query.choice.but(where=by_keys(visible, query.choice.where)))
        named = [*query.choice.where]
        if query.behind and query.behind.by and query.behind.key is not None:
            by = dimension(query.behind.by)
            [key] = keys_of(visible, by, [query.behind.key])
            query = replace(query, behind=replace(query.behind, key=key or None))
            named.append(Filter(by.key, (key,)))
        return ResolvedQuery(query=query, labels=labels(visible, named), projects=visible.projects)
