"""How are saved views shown: the list of them, and the form of a new one?"""

from typing import Any

from litestar import Response

from ressenti.indicators.visibility import visible_of
from ressenti.kit.i18n import _
from ressenti.kit.names import LONGEST_NAME
from ressenti.web.pages.forms import FormFields, RefusedForm, show_form
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import summarise_view
from ressenti.web.pages.saved_views.visibility import views_for
from ressenti.workspace.saved_views import PAGES

PLACE = "/views"
PAGE_NAMES = {
    "report": _("Customer experience"),
    "conversations": _("Conversations"),
    "satisfaction": _("Surveys"),
    "comments": _("Comments"),
}


def show_views(context: RequestContext, *, refused: RefusedForm | None = None, renamed: int = 0) -> Response[Any]:
    """List one's own views and those that others share; `renamed` is the one whose new name was refused."""
    page = context.page("views")
    with context.record.read() as record:
        visible = visible_of(context.facts, record, context.viewer.within)
        own, others = (
            [(view, summarise_view(view.page, view.query, page, visible)) for view in views]
            for views in views_for(context.facts, record, context.viewer, page)
        )
    return show_form(
        page,
        "saved_views/views",
        refused,
        own=own,
        others=others,
        kept=next((view for view, _summary in own if str(view.id) == context.parameter("kept")), None),
        page_names=PAGE_NAMES,
        longest=LONGEST_NAME,
        renamed=renamed,
        typed=refused.typed if refused else None,
    )


def show_new_view(context: RequestContext, typed: FormFields, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Ask under which name a view is to be kept."""
    page, name, query = context.page("views"), typed.text("page"), typed.text("query")
    with context.record.read() as record:
        summary = summarise_view(name, query, page, visible_of(context.facts, record, context.viewer.within))
    return show_form(
        page,
        "saved_views/new_view",
        refused,
        typed=typed,
        summary=summary,
        back=f"{PAGES.get(name, '/')}?{query}",
        page_names=PAGE_NAMES,
        longest=LONGEST_NAME,
    )
