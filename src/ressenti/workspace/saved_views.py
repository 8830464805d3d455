"""The views people keep: a page and the parameters of its address, under a name, for oneself or for everybody."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from ressenti.accounts.grants import USERS, read_within
from ressenti.accounts.permissions import Role, ScopeIds
from ressenti.kit.i18n import _
from ressenti.kit.names import read_name
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import saved_view, user

PAGES = {"report": "/", "conversations": "/conversations", "satisfaction": "/", "comments": "/comments"}
"""The pages of which a view can be kept, and where each is; that of surveys is a tab of the report."""
LONGEST_QUERY = 4000
"""Characters of a view's parameters: some two hundred filters."""


class NoSuchView(Refusal):
    """There is no view of that number, or it is somebody else's own."""

    status, code = 404, "no_such_view"
    sentence = _("There is no such view. It may have been forgotten, or is not shared with you.")


class NameTaken(Refusal):
    """The same person already has one of that name."""

    status, code = 409, "name_taken"
    sentence = _("You already have “{name}”. Choose another name, or forget the old one first.")


class LongView(Refusal):
    """More filters than can be kept."""

    code = "long_view"
    sentence = _("This view has more filters than can be kept. Let go of some, and save it again.")


class UnknownPage(Refusal):
    """A page of which no view can be kept."""

    code = "unknown_page"
    sentence = _("No view can be kept of “{value}”. Choose one of: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view that someone keeps. `query` are the parameters of the page's address.

    `by` is who keeps it, `by_within` what they are kept to.
    """

    id: int
    user_id: int
    by: str
    by_within: ScopeIds
    name: str
    page: str
    query: str
    is_shared: bool

    @property
    def address(self) -> str:
        """Return where it leads."""
        return f"{PAGES[self.page]}?{self.query}" if self.query else PAGES[self.page]


def list_views(connection: Connection, user_id: int | None) -> tuple[list[SavedView], list[SavedView]]:
    """Return someone's own views, and those that others share, each by name."""
    query = _views().where(or_(saved_view.c.user_id == user_id, saved_view.c.is_shared))
    views = (_view(connection, row) for row in connection.execute(query).all())
    found = sorted(views, key=lambda one: (one.name.casefold(), one.id))
    return [one for one in found if one.user_id == user_id], [one for one in found if one.user_id != user_id]


def find_view(connection: Connection, view_id: int, user_id: int | None) -> SavedView:
    """Return a view of one's own or one that is shared; raises NoSuchView."""
    query = _views().where(saved_view.c.id == view_id, or_(saved_view.c.user_id == user_id, saved_view.c.is_shared))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchView
    return _view(connection, row)


def save_view(
    connection: Connection, *, user_id: int, name: str, page: str, query: str, is_shared: bool, now: int
) -> SavedView:
    """Keep a view; raises UnknownPage, LongView, NameTaken and what `read_name` raises."""
    if page not in PAGES:
        raise UnknownPage(value=page, known=", ".join(PAGES))
    if len(query) > LONGEST_QUERY:
        raise LongView
    free = _free_name(connection, user_id, name)
    values = {"user_id": user_id, "name": free, "page": page, "query": query, "is_shared": is_shared}
    made = insert(saved_view).values(**values, created_at=now).returning(saved_view.c.id)
    return find_view(connection, connection.execute(made).scalar_one(), user_id)


def rename_view(connection: Connection, view_id: int, user_id: int, name: str) -> None:
    """Call one's own view something else; raises NoSuchView, NameTaken and what `read_name` raises."""
    _require_own(connection, view_id, user_id)
    free = _free_name(connection, user_id, name, but=view_id)
    connection.execute(update(saved_view).where(saved_view.c.id == view_id).values(name=free))


def share_view(connection: Connection, view_id: int, user_id: int, *, is_shared: bool) -> None:
    """Share one's own view with everybody, or keep it to oneself again; raises NoSuchView."""
    _require_own(connection, view_id, user_id)
    connection.execute(update(saved_view).where(saved_view.c.id == view_id).values(is_shared=is_shared))


def forget_view(connection: Connection, view_id: int, user_id: int) -> None:
    """Forget one's own view; raises NoSuchView."""
    _require_own(connection, view_id, user_id)
    connection.execute(delete(saved_view).where(saved_view.c.id == view_id))


def _require_own(connection: Connection, view_id: int, user_id: int) -> None:
    if find_view(connection, view_id, user_id).user_id != user_id:
        raise NoSuchView


def _free_name(connection: Connection, user_id: int, text: str, *, but: int | None = None) -> str:
    name = read_name(text)
    own = select(saved_view.c.id, saved_view.c.name).where(saved_view.c.user_id == user_id)
    if any(row.name.casefold() == name.casefold() and row.id != but for row in connection.execute(own)):
        raise NameTaken(name=name)
    return name


def _views() -> Select[Any]:
    return select(saved_view, user.c.name.label("by"), user.c.role).join(user, user.c.id == saved_view.c.user_id)


def _view(connection: Connection, row: Row[Any]) -> SavedView:
    return SavedView(
        id=row.id,
        user_id=row.user_id,
        by=row.by,
        by_within=read_within(connection, USERS, Role(row.role), row.user_id),
        name=row.name,
        page=row.page,
        query=row.query,
        is_shared=row.is_shared,
    )
