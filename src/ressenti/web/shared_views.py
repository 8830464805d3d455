"""The saved views that somebody may see: their own, and those of what others share that speak of what they may see."""

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs

from sqlalchemy import Connection

from ressenti.facts.keeper import Keeper
from ressenti.indicators.asking import read_filters
from ressenti.indicators.dimensions import DIMENSIONS, Dimension, dimension
from ressenti.indicators.names import WITHOUT, ids_of
from ressenti.indicators.visible import Visible, visible_of, visible_projects
from ressenti.kit.refusals import Refusal
from ressenti.record.rights import Viewer
from ressenti.record.views import NoSuchView, SavedView, find_view, list_views


def views_for(keeper: Keeper, record: Connection, viewer: Viewer) -> tuple[list[SavedView], list[SavedView]]:
    """Return someone's own views, and those of others that they may see, each by name."""
    own, others = list_views(record, viewer.user_id)
    visible = visible_of(keeper, record, viewer.within)
    return own, [one for one in others if _is_for(one, visible)]


def view_for(keeper: Keeper, record: Connection, view_id: int, viewer: Viewer) -> SavedView:
    """Return a view of one's own or one that is shared; raises NoSuchView, also for one that they may not see."""
    found = find_view(record, view_id, viewer.user_id)
    if found.user_id != viewer.user_id and not _is_for(found, visible_of(keeper, record, viewer.within)):
        raise NoSuchView
    return found


def _is_for(view: SavedView, visible: Visible) -> bool:
    """Say whether a shared view is for whoever looks: it names nothing that they may not see.

    Who is kept to something names what they see: their views are for people of the same projects.
    """
    if not visible.within:
        return True
    theirs = {one.id for one in visible_projects(visible.record, view.by_within)}
    if theirs.isdisjoint(one.id for one in visible.projects):
        return False
    try:
        for one, keys in _named(view.query):
            ids_of(visible, one, keys)
    except Refusal:
        return False
    return True


def _named(query: str) -> Iterator[tuple[Dimension, Sequence[str]]]:
    """Give each dimension of which a view names keys, with the keys."""
    words = parse_qs(query, keep_blank_values=True)
    for name, keys in read_filters(words.get("where", ())):
        yield dimension(name), keys
    if (tab := words.get("tab", [""])[-1]) in DIMENSIONS:
        yield dimension(tab), words.get("beside", ())
    if (by := words.get("by", [""])[-1]) in DIMENSIONS:
        yield dimension(by), words.get("key", [WITHOUT])
