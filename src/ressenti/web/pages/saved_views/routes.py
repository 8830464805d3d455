"""The views people keep: a page as they like to see it, under a name, to open again or to share."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.permissions import Permission
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context
from ressenti.web.pages.saved_views.form import (
    fresh_fields,
    take_name,
    take_removal,
    take_share,
    take_view,
    with_known_query,
)
from ressenti.web.pages.saved_views.view import PLACE, show_new_view, show_views
from ressenti.web.pages.saved_views.visibility import view_for
from ressenti.workspace.saved_views import NoSuchView

KEEPS = needs(Permission.KEEP_VIEWS)
SHARES = needs(Permission.SHARE_VIEWS)

ViewId = Annotated[int, PathParameter(description="The view.")]


@get(PLACE, opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def views_page(context: Context) -> Response[Any]:
    """List one's own views and those that others share."""
    return show_views(context)


@get(f"{PLACE}/new", opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def new_view(context: Context) -> Response[Any]:
    """Ask under which name the view of the address is to be kept; `view` names the page, the report if it does not."""
    return show_new_view(context, fresh_fields(context))


@post(PLACE, opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def keep_view(context: Context, form: Form) -> Response[Any]:
    """Keep a view; a refusal is shown beside the form, which keeps what was typed."""
    typed = with_known_query(context, form)
    try:
        view_id = take_view(context, typed)
    except Refusal as refusal:
        return show_new_view(context, typed, refused=RefusedForm(refusal, typed))
    return see_other(context.link(f"{PLACE}?kept={view_id}"))


@get(f"{PLACE}/{{view_id:int}}", opt=KEEPS, sync_to_thread=True, include_in_schema=False)
def open_view(view_id: ViewId, context: Context) -> Redirect:
    """Open a view of one's own, or one that is shared."""
    page = context.page("views")
    with context.record.read() as record:
        view = view_for(context.facts, record, view_id, context.viewer, page)
    return see_other(view.address)


@post(f"{PLACE}/{{view_id:int}}/rename", opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=200)
def rename(view_id: ViewId, context: Context, form: Form) -> Response[Any]:
    """Call one's own view something else."""
    try:
        take_name(context, view_id, form)
    except NoSuchView:
        raise
    except Refusal as refusal:
        return show_views(context, refused=RefusedForm(refusal, form), renamed=view_id)
    return see_other(context.link(PLACE))


@post(f"{PLACE}/{{view_id:int}}/share", opt=SHARES, sync_to_thread=True, include_in_schema=False, status_code=200)
def share(view_id: ViewId, context: Context, form: Form) -> Redirect:
    """Share one's own view with everybody here, or keep it to oneself again."""
    take_share(context, view_id, form)
    return see_other(context.link(PLACE))


@post(f"{PLACE}/{{view_id:int}}/forget", opt=KEEPS, sync_to_thread=True, include_in_schema=False, status_code=200)
def forget(view_id: ViewId, context: Context) -> Redirect:
    """Forget one's own view."""
    take_removal(context, view_id)
    return see_other(context.link(PLACE))


ROUTES = (views_page, new_view, keep_view, open_view, rename, share, forget)
