"""What does the handler of a page work with? The request, who asks, when, and the stores: one dependency for all."""

from dataclasses import dataclass

from litestar.di import NamedDependency

from ressenti.accounts.permissions import Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.visibility import visible_projects
from ressenti.record.projects import DEFAULT, common_zone
from ressenti.record.refusals import UnknownZone
from ressenti.record.stores.sqlite import Store
from ressenti.reports.choice import zone_named
from ressenti.reports.period import day_in
from ressenti.search.index import Index
from ressenti.web.auth.authenticator import Authenticator
from ressenti.web.auth.authorization import authenticator_of, give_viewer
from ressenti.web.pages import assets
from ressenti.web.pages.links import context_of
from ressenti.web.pages.page_context import PageContext
from ressenti.web.server.preferences import preferences
from ressenti.web.server.query import by_name, in_order
from ressenti.web.server.requests import AnyRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """A request to a page with what answers it; `now` is the moment it is answered for, in microseconds."""

    request: AnyRequest
    facts: FactStore
    index: Index
    now: int

    @property
    def record(self) -> Store:
        """Return what happened, to read and to write."""
        return self.facts.record

    @property
    def viewer(self) -> Viewer:
        """Return who asks; raises SignInNeeded for a stranger."""
        return give_viewer(self.request)

    @property
    def authenticator(self) -> Authenticator:
        """Return what signs people in and out."""
        return authenticator_of(self.request)

    @property
    def client_address(self) -> str:
        """Return the network address that the request came from, "" where none is known."""
        return self.request.client.host if self.request.client else ""

    def parameter(self, name: str) -> str:
        """Return a parameter of the address, "" where it is not there."""
        return self.request.query_params.get(name, "")

    def link(self, address: str) -> str:
        """Return an address of ours with what is looked at here."""
        return self.page().link(address)

    def page(self, place: str = "", *, home: str = "") -> PageContext:
        """Return what surrounds a page for the viewer: at which place of the navigation, "" for none of them."""
        return self._page(self.viewer, place, home)

    def page_before_sign_in(self) -> PageContext:
        """Return what surrounds a page that shows nothing of the record."""
        return self._page(None, "", "")

    def _page(self, viewer: Viewer | None, place: str, home: str) -> PageContext:
        chosen = preferences(self.request)
        with self.record.read() as record:
            projects = visible_projects(record, viewer.within) if viewer else ()
        zone, week_start = self._zone(common_zone(projects)), projects[0].week_start if projects else 0
        return PageContext(
            language=chosen.language,
            theme=chosen.theme,
            viewer=viewer,
            context=context_of(by_name(in_order(self.request)), today=day_in(zone, self.now), week_start=week_start),
            place=place,
            path=self.request.url.path,
            home=home,
            parameters=tuple(pair for pair in in_order(self.request) if pair[0] not in {"lang", "theme"}),
            static=assets.address(),
            project=" · ".join(project.name for project in projects[:3] if project.name != DEFAULT),
            zone=zone,
            week_start=week_start,
            now=self.now,
            cookies=chosen.cookies,
        )

    def _zone(self, usual: str) -> str:
        """Return the zone of a page; a name that is no zone's is refused by whatever reads the address."""
        try:
            return zone_named({"zone": self.request.query_params.getall("zone", [])}, usual=usual)
        except UnknownZone:
            return usual


Context = NamedDependency[RequestContext]
"""How a handler asks for it, as `context`."""


def give_context(
    request: AnyRequest, facts: NamedDependency[FactStore], index: NamedDependency[Index], now: NamedDependency[int]
) -> RequestContext:
    """Give a handler what it works with."""
    return RequestContext(request=request, facts=facts, index=index, now=now)
