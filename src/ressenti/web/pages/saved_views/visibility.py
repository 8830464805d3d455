"""The saved views that a viewer may see: their own, and shared ones that name nothing outside their scope."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from sqlalchemy import Connection

from ressenti.accounts.permissions import Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.names import ids_of
from ressenti.indicators.visibility import VisibleKeys, visible_of, visible_projects
from ressenti.kit.refusals import Refusal
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.saved_views.address import pairs_of, read_view
from ressenti.web.pages.saved_views.parameters import KnownParameters
from ressenti.workspace.saved_views import NoSuchView, SavedView, find_view, list_views


def views_for(
    facts: FactStore, record: Connection, viewer: Viewer, page_context: PageContext
) -> tuple[list[SavedView], list[SavedView]]:
    """Return someone's own views, and those of others that they may see, each by name."""
    own, others = list_views(record, viewer.user_id)
    visible = visible_of(facts, record, viewer.within)
    return own, list(_offered(others, visible, page_context))


def view_for(
    facts: FactStore, record: Connection, view_id: int, viewer: Viewer, page_context: PageContext
) -> SavedView:
    """Return a view of one's own or one that is shared; raises NoSuchView, also for one that they may not see."""
    found = find_view(record, view_id, viewer.user_id)
    if found.user_id == viewer.user_id:
        return found
    for one in _offered([found], visible_of(facts, record, viewer.within), page_context):
        return one
    raise NoSuchView


def _offered(views: Iterable[SavedView], visible: VisibleKeys, page_context: PageContext) -> Iterable[SavedView]:
    """Yield the shared views that the viewer may see, each with the parameters that its page knows."""
    for view in views:
        try:
            parameters = read_view(view.page, pairs_of(view.query), page_context)
            is_for = not visible.within or _is_within(view, parameters, visible)
        except Refusal:
            continue
        if is_for:
            yield replace(view, query=urlencode(parameters.parameters))


def _is_within(view: SavedView, parameters: KnownParameters, visible: VisibleKeys) -> bool:
    """Say whether a view names nothing outside the viewer's scope; raises UnknownKey where it does.

    The views of a viewer with a scope are for people of the same projects. Words that are
    searched for may be anything that their maker can read, a name too.
    """
    theirs = {one.id for one in visible_projects(visible.record, view.by_within)}
    if parameters.words or theirs.isdisjoint(one.id for one in visible.projects):
        return False
    for one in parameters.named:
        ids_of(visible, dimension(one.dimension), one.keys)
    return True
