"""What surrounds every page: who looks at it, in which language and theme, for which project, and where one can go.

A page is made of a `PageContext`, a template that extends `layout.html.j2`, and values; `show` brings them together.
"""

from collections.abc import Iterator, Sequence
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
from ressenti.facts.store import FactStore
from ressenti.indicators.visibility import visible_projects
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _
from ressenti.kit.logs import get_logger
from ressenti.record.projects import DEFAULT, common_zone
from ressenti.record.refusals import STORAGE_AGAIN_S, UnknownZone
from ressenti.reports.choice import zone_named
from ressenti.reports.period import day_in
from ressenti.web.pages import assets
from ressenti.web.pages.templating import PAUSE, environment
from ressenti.web.server.preferences import preferences
from ressenti.web.server.query import in_order
from ressenti.web.server.requests import AnyRequest

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
            key="satisfaction", address="/?tab=survey", name=_("Surveys"), icon="survey", right=Permission.READ_FIGURES
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
        NavigationPlace(key="definitions", address="/definitions", name=_("Definitions"), icon="question"),
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
    """What surrounds a page. `here` are the parameters of its address without language and theme, in order.

    `viewer` is None before sign-in, when nothing is told of the projects; later they are those the viewer may see.
    `page` is the key of the place it is, "" where it is none of the navigation's; `path` is its address without
    parameters; `home` is that of the page to read, where this one answers a form that was sent elsewhere; `static` is
    where style sheets and scripts are, without a slash at its end; `zone` is the one the address names, else the
    projects', where they agree (D41); `week_start` is the projects'; `today` is the day in the zone, `now` the moment
    in microseconds.
    """

    language: str = "en"
    theme: str = "system"
    viewer: Viewer | None = None
    page: str = ""
    path: str = "/"
    home: str = ""
    here: Sequence[tuple[str, str]] = ()
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
        """Say whether who looks may do this; `right` as `Permission` writes it."""
        return self.viewer is not None and self.viewer.may(Permission(right))

    def other(self, **changes: str) -> str:
        """Return the address of this same page in another language or theme."""
        return f"{self.home}?{urlencode([*self.here, *changes.items()])}"

    @property
    def navigation(self) -> list[tuple[str, list[NavigationPlace]]]:
        """Return the places this person may go to, by heading."""
        found = (
            (heading, [one for one in places if one.right is None or self.may(one.right)])
            for heading, places in PLACES.items()
        )
        return [(heading, places) for heading, places in found if places and self.viewer is not None]


def open_frame(
    request: AnyRequest, *, keeper: FactStore, now: int, viewer: Viewer | None, page: str = ""
) -> PageContext:
    """Return what surrounds a page for this request."""
    chosen = preferences(request)
    with keeper.record.read() as record:
        projects = visible_projects(record, viewer.within) if viewer else ()
    here = [(name, value) for name, value in in_order(request) if name not in {"lang", "theme"}]
    return PageContext(
        language=chosen.language,
        theme=chosen.theme,
        viewer=viewer,
        page=page,
        path=request.url.path,
        here=tuple(here),
        static=assets.address(),
        project=" · ".join(project.name for project in projects[:3] if project.name != DEFAULT),
        zone=_zone(request, common_zone(projects)),
        week_start=projects[0].week_start if projects else 0,
        now=now,
        cookies=chosen.cookies,
    )


def _zone(request: AnyRequest, usual: str) -> str:
    """Return the zone of a page; a name that is no zone's is refused by whatever reads the address."""
    try:
        return zone_named({"zone": request.query_params.getall("zone", [])}, usual=usual)
    except UnknownZone:
        return usual


def show(frame: PageContext, template: str, *, status: int = 200, **content: Any) -> Response[str]:
    """Answer with a page: a template, by its name without ending, that finds `frame` and these values."""
    html = environment(frame.language).get_template(f"{template}.html.j2").render(frame=frame, **content)
    again = {"retry-after": str(STORAGE_AGAIN_S)} if status == HTTP_503_SERVICE_UNAVAILABLE else {}
    return Response(html, status_code=status, media_type=MediaType.HTML, cookies=list(frame.cookies), headers=again)


def show_in_pieces(frame: PageContext, template: str, **content: Any) -> Stream:
    """Answer with a page as `show` does, sent piece by piece: it is cut where its template says `pause`.

    What is slow stands behind a pause, so that a browser can dress and show what is in front of it meanwhile. What
    fails after the first piece is logged, and said where the page ends.
    """
    made = environment(frame.language).get_template(f"{template}.html.j2")
    pieces = _pieces(made.generate(frame=frame, **content), frame)
    first = next(pieces)
    return Stream(chain((first,), pieces), media_type=MediaType.HTML, cookies=list(frame.cookies))


def _pieces(chunks: Iterator[str], frame: PageContext) -> Iterator[str]:
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
        log.exception("fault", path=frame.path)
        held.append(environment(frame.language).get_template("cut_short.html.j2").render(frame=frame))
    yield "".join(held)
