"""The views people keep: a page as they like to see it, under a name, to open again or to share."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.kit.i18n import _
from ressenti.kit.names import LONGEST_NAME
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.forms import FormFields, read_form
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.pages.saved_views.address import own_id, pairs_of, query_of, tell_view
from ressenti.web.pages.saved_views.visibility import view_for, views_for
from ressenti.web.server.requests import AnyRequest
from ressenti.workspace.saved_views import PAGES, NoSuchView, forget_view, rename_view, save_view, share_view

PLACE = "/views"
KEEPS = needs(Permission.KEEP_VIEWS)
PAGE_NAMES = {
    "report": _("Customer experience"),
    "conversations": _("Conversations"),
    "satisfaction": _("Surveys"),
    "comments": _("Comments"),
}

ViewId = Annotated[int, PathParameter(description="The view.")]


@get(PLACE, opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def views_page(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """List one's own views and those that others share."""
    return _list(request, keeper, viewer, now)


@get(f"{PLACE}/new", opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def new_view(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """Ask under which name the view of the address is to be kept; `view` names the page, the report if it does not."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="views")
    page = request.query_params.get("view") or "report"
    query = query_of(page, pairs_of(request.url.query), frame)
    return _form(request, keeper, viewer, now, page=page, query=query)


@post(PLACE, opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def keep_view(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Keep a view; what cannot be kept is said beside the form, which keeps what was typed."""
    form = read_form(request, body)
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="views")
    page, name = form.one("page") or "report", form.one("name")
    query = query_of(page, pairs_of(form.one("query")), frame)
    try:
        with keeper.record.write() as record:
            is_shared = _is_shared(form, viewer)
            kept = save_view(
                record, user_id=own_id(viewer), name=name, page=page, query=query, is_shared=is_shared, now=now
            )
    except Refusal as refusal:
        return _form(request, keeper, viewer, now, page=page, query=query, name=name, refusal=refusal)
    return Redirect(f"{PLACE}?kept={kept.id}", status_code=HTTP_303_SEE_OTHER)


@get(f"{PLACE}/{{view_id:int}}", opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def open_view(
    view_id: ViewId,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Redirect:
    """Open a view of one's own, or one that is shared."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="views")
    with keeper.record.read() as record:
        found = view_for(keeper, record, view_id, viewer, frame)
    return Redirect(found.address, status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{view_id:int}}/rename", opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=200)
def call_otherwise(
    view_id: ViewId,
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Call one's own view something else."""
    name = read_form(request, body).one("name")
    try:
        with keeper.record.write() as record:
            rename_view(record, view_id, own_id(viewer), name)
    except NoSuchView:
        raise
    except Refusal as refusal:
        return _list(request, keeper, viewer, now, refusal=refusal, renamed=(view_id, name))
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(
    f"{PLACE}/{{view_id:int}}/share",
    opt=needs(Permission.SHARE_VIEWS),
    sync_to_thread=True,
    include_in_schema=False,
    status_code=200,
)
def share(
    view_id: ViewId,
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
) -> Redirect:
    """Share one's own view with everybody here, or keep it to oneself again."""
    is_shared = read_form(request, body).one("share") == "yes"
    with keeper.record.write() as record:
        share_view(record, view_id, own_id(viewer), is_shared=is_shared)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{view_id:int}}/forget", opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=200)
def forget(view_id: ViewId, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer]) -> Redirect:
    """Forget one's own view."""
    with keeper.record.write() as record:
        forget_view(record, view_id, own_id(viewer))
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


ROUTES = (views_page, new_view, keep_view, open_view, call_otherwise, share, forget)


def _is_shared(form: FormFields, viewer: Viewer) -> bool:
    return form.one("share") == "yes" and viewer.may(Permission.SHARE_VIEWS)


def _list(
    request: AnyRequest,
    keeper: FactStore,
    viewer: Viewer,
    now: int,
    *,
    refusal: Refusal | None = None,
    renamed: tuple[int, str] = (0, ""),
) -> Response[str]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="views")
    with keeper.record.read() as record:
        own, others = views_for(keeper, record, viewer, frame)
    kept = request.query_params.get("kept")
    return show(
        frame,
        "saved_views/views",
        status=refusal.status if refusal else HTTP_200_OK,
        own=[(one, tell_view(one.page, one.query, frame)) for one in own],
        others=[(one, tell_view(one.page, one.query, frame)) for one in others],
        kept=next((one for one in own if str(one.id) == kept), None),
        page_names=PAGE_NAMES,
        longest=LONGEST_NAME,
        wrong=refusal.say(frame.language) if refusal else "",
        renamed=renamed,
    )


def _form(
    request: AnyRequest,
    keeper: FactStore,
    viewer: Viewer,
    now: int,
    *,
    page: str,
    query: str,
    name: str = "",
    refusal: Refusal | None = None,
) -> Response[str]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="views")
    return show(
        frame,
        "saved_views/new_view",
        status=refusal.status if refusal else HTTP_200_OK,
        view_page=page,
        query=query,
        name=name,
        told=tell_view(page, query, frame),
        back=f"{PAGES.get(page, '/')}?{query}",
        page_names=PAGE_NAMES,
        longest=LONGEST_NAME,
        wrong=refusal.say(frame.language) if refusal else "",
    )
