"""The annotations on the axis of time: what was done or happened, and how the indicators stood before and after."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.permissions import Permission
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.annotations.form import require_own, take_annotation, take_change, take_removal
from ressenti.web.pages.annotations.view import PLACE, show_annotation, show_annotations
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context

MARKS = needs(Permission.MARK)
SEES = needs(Permission.READ_FIGURES)

AnnotationId = Annotated[int, PathParameter(description="The marker.")]


@get(PLACE, opt=SEES, sync_to_thread=True, include_in_schema=False)
def annotations_page(context: Context) -> Response[Any]:
    """List the annotations, the latest first."""
    return show_annotations(context)


@post(PLACE, opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def create_annotation(context: Context, form: Form) -> Response[Any]:
    """Set an annotation; a refusal is shown beside the form, which keeps what was typed."""
    try:
        marker_id = take_annotation(context, form)
    except Refusal as refusal:
        return show_annotations(context, refused=RefusedForm(refusal, form))
    return see_other(context.link(f"{PLACE}/{marker_id}"))


@get(f"{PLACE}/{{marker_id:int}}", opt=SEES, sync_to_thread=True, include_in_schema=False)
def annotation_page(marker_id: AnnotationId, context: Context) -> Response[Any]:
    """Show how the indicators stood before and after an annotation."""
    return show_annotation(context, marker_id)


@post(f"{PLACE}/{{marker_id:int}}", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def update_annotation(marker_id: AnnotationId, context: Context, form: Form) -> Response[Any]:
    """Change an annotation of one's own; administrators change any."""
    require_own(context, marker_id)
    try:
        take_change(context, marker_id, form)
    except Refusal as refusal:
        return show_annotation(context, marker_id, refused=RefusedForm(refusal, form))
    return see_other(context.link(f"{PLACE}/{marker_id}"))


@post(f"{PLACE}/{{marker_id:int}}/remove", opt=MARKS, sync_to_thread=True, include_in_schema=False, status_code=200)
def delete_annotation(marker_id: AnnotationId, context: Context) -> Response[Any]:
    """Remove an annotation of one's own, and offer to put it back; administrators remove any."""
    require_own(context, marker_id)
    return show_annotations(context, removed=take_removal(context, marker_id))


ROUTES = (annotations_page, create_annotation, annotation_page, update_annotation, delete_annotation)
