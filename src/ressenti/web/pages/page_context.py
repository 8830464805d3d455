"""The context of every page: its viewer, language and theme, the projects they may see, and the navigation.

A page is made of a `PageContext`, a template that extends `layout.html.j2`, and values; `show` brings them together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.response import Stream
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.indicators.dimensions import SURVEY
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _
from ressenti.kit.logs import get_logger
from ressenti.record.refusals import STORAGE_AGAIN_S
from ressenti.reports.period import day_in
from ressenti.web.pages.links import Pairs, with_context
from ressenti.web.pages.templating import PAUSE, environment

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationPlace:
    """A page one can go to from every other: its key, where it is, what it is called, its icon, and who may."""

    key: str
    address: str
    name: str
    icon: str
    right: Permission | None = None


PLACES: dict[str, tuple[NavigationPlace, ...]] = {
    _("Reports"): (
        NavigationPlace(
            key="report", address="/", name=_("Customer experience"), icon="report", right=Permission.READ_FIGURES
        ),
        NavigationPlace(
            key="satisfaction",
            address=f"/?tab={SURVEY.key}",
            name=_("Surveys"),
            icon="survey",
            right=Permission.READ_FIGURES,
        ),
        NavigationPlace(
            key="conversations",
            address="/conversations",
            name=_("Conversations"),
            icon="chat",
            right=Permission.READ_CONVERSATIONS,
        ),
        NavigationPlace(
            key="comments", address="/comments", name=_("Comments"), icon="quote", right=Permission.READ_CONTENT
        ),
    ),
    _("Understanding"): (
        NavigationPlace(key="guide", address="/guide", name=_("How to read the report"), icon="book"),
        NavigationPlace(key="definitions", address="/definitions", name=_("Definitions"), icon="question"),
        NavigationPlace(key="practices", address="/practices", name=_("Good practice"), icon="check"),
        NavigationPlace(
            key="markers", address="/markers", name=_("Markers"), icon="flag", right=Permission.READ_FIGURES
        ),
    ),
    _("Yours"): (
        NavigationPlace(
            key="views", address="/views", name=_("Saved views"), icon="bookmark", right=Permission.KEEP_VIEWS
        ),
        NavigationPlace(
            key="mailings", address="/mailings", name=_("Reports by e-mail"), icon="mail", right=Permission.MAIL
        ),
    ),
    _("Administration"): (
        NavigationPlace(key="users", address="/users", name=_("People"), icon="people", right=Permission.ADMINISTER),
    ),
}
"""The navigation, in order, by its headings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What surrounds a page. `parameters` are those of its address without language and theme, in order.

    `viewer` is None before sign-in, when no project is shown; later they are those the viewer may see.
    `context` are the parameters that go along into every section.
    `place` is the key of the place it is, "" where it is none of the navigation's; `path` is its address without
    parameters; `home` is that of the page to read, where this one answers a form that was sent elsewhere; `static` is
    where style sheets and scripts are, without a slash at its end; `zone` is the one the address names, else the
    projects', where they agree (D41); `week_start` is the projects'; `today` is the day in the zone, `now` the moment
    in microseconds.
    """

    language: str = "en"
    theme: str = "system"
    viewer: Viewer | None = None
    place: str = ""
    path: str = "/"
    home: str = ""
    parameters: Pairs = ()
    context: Pairs = ()
    static: str = "/static"
    project: str = ""
    zone: str = "UTC"
    week_start: int = 0
    now: int = 0
    cookies: tuple[Cookie, ...] = ()

    @property
    def today(self) -> date:
        """Return the day it is in the zone."""
        return day_in(self.zone, self.now)

    @property
    def now_there(self) -> datetime:
        """Return the moment on the clock of the zone."""
        return from_us(self.now).astimezone(ZoneInfo(self.zone))

    def may(self, right: str) -> bool:
        """Say whether the viewer may do this; `right` as `Permission` writes it."""
        return self.viewer is not None and self.viewer.may(Permission(right))

    def other(self, **changes: str) -> str:
        """Return the address of this same page in another language or theme."""
        return f"{self.home}?{urlencode([*self.parameters, *changes.items()])}"

    def link(self, address: str) -> str:
        """Return an address of ours with what is looked at here."""
        return with_context(address, self.context)

    @property
    def navigation(self) -> list[tuple[str, list[NavigationPlace]]]:
        """Return the places this person may go to, by heading."""
        allowed = (
            (heading, [place for place in places if place.right is None or self.may(place.right)])
            for heading, places in PLACES.items()
        )
        return [(heading, places) for heading, places in allowed if places and self.viewer is not None]


def show(page: PageContext, template: str, *, status: int = 200, **content: Any) -> Response[str]:
    """Answer with a page: a template, by its name without ending, that finds `page` and these values."""
    html = environment(page.language).get_template(f"{template}.html.j2").render(page=page, **content)
    again = {"retry-after": str(STORAGE_AGAIN_S)} if status == HTTP_503_SERVICE_UNAVAILABLE else {}
    return Response(html, status_code=status, media_type=MediaType.HTML, cookies=list(page.cookies), headers=again)


def show_in_pieces(page: PageContext, template: str, **content: Any) -> Stream:
    """Answer with a page as `show` does, sent piece by piece: it is cut where its template says `pause`.

    What is slow stands behind a pause, so that a browser can dress and show what is in front of it meanwhile. What
    fails after the first piece is logged, and shown where the page ends.
    """
    compiled = environment(page.language).get_template(f"{template}.html.j2")
    pieces = _pieces(compiled.generate(page=page, **content), page)
    first = next(pieces)
    return Stream(chain((first,), pieces), media_type=MediaType.HTML, cookies=list(page.cookies))


def _pieces(chunks: Iterator[str], page: PageContext) -> Iterator[str]:
    """Gather what a template writes into the pieces between its pauses."""
    held: list[str] = []
    is_sent = False
    try:
        for chunk in chunks:
            if chunk == PAUSE:
                yield "".join(held)
                held.clear()
                is_sent = True
            else:
                held.append(chunk)
    except Exception:
        if not is_sent:
            raise
        log.exception("fault", path=page.path)
        held.append(environment(page.language).get_template("cut_short.html.j2").render(page=page))
    yield "".join(held)
