"""The markers on the axis of time: what was done or happened, and how the indicators stood before and after."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.permissions import Permission
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.annotations.form import require_own, take_change, take_marker, take_removal
from ressenti.web.pages.annotations.view import PLACE, show_marker, show_markers
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context

MARKS = needs(Permission.MARK)
SEES = needs(Permission.READ_FIGURES)

AnnotationId = Annotated[int, PathParameter(description="The marker.")]


@get(PLACE, opt=SEES, sync_to_thread=True, include_in_schema=False)
def markers_page(context: Context) -> Response[Any]:
    """List the markers, the latest first."""
    return show_markers(context)


@post(PLACE, opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def set_marker(context: Context, form: Form) -> Response[Any]:
    """Set a marker; what cannot be understood is said beside the form, which keeps what was typed."""
    try:
        marker_id = take_marker(context, form)
    except Refusal as refusal:
        return show_markers(context, refused=RefusedForm(refusal, form))
    return see_other(f"{PLACE}/{marker_id}")


@get(f"{PLACE}/{{marker_id:int}}", opt=SEES, sync_to_thread=True, include_in_schema=False)
def marker_page(marker_id: AnnotationId, context: Context) -> Response[Any]:
    """Show how the indicators stood before and after a marker."""
    return show_marker(context, marker_id)


@post(f"{PLACE}/{{marker_id:int}}", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def change_marker(marker_id: AnnotationId, context: Context, form: Form) -> Response[Any]:
    """Change a marker of one's own; administrators change any."""
    require_own(context, marker_id)
    try:
        take_change(context, marker_id, form)
    except Refusal as refusal:
        return show_marker(context, marker_id, refused=RefusedForm(refusal, form))
    return see_other(f"{PLACE}/{marker_id}")


@post(f"{PLACE}/{{marker_id:int}}/remove", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=200)
def remove(marker_id: AnnotationId, context: Context) -> Redirect:
    """Remove a marker of one's own; administrators remove any."""
    require_own(context, marker_id)
    take_removal(context, marker_id)
    return see_other(PLACE)


ROUTES = (markers_page, set_marker, marker_page, change_marker, remove)
