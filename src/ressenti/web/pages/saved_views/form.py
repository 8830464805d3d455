"""What does the form of a saved view say, and what do people do with the views they keep?"""

from ressenti.accounts.permissions import Permission
from ressenti.indicators.visibility import visible_of
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import AddressPairs, keyed_pairs, own_id, pairs_of, query_of
from ressenti.workspace.saved_views import forget_view, rename_view, save_view, share_view


def fresh_fields(context: RequestContext) -> FormFields:
    """Return the form for keeping the view of the address; raises UnknownPage, and what that page would refuse."""
    name = context.parameter("view") or "report"
    return FormFields.of(
        page=name, query=query_of(name, lasting_pairs(context, context.request.url.query), context.page("views"))
    )


def with_known_query(context: RequestContext, form: FormFields) -> FormFields:
    """Return a form that was sent with what its page understands of the query; raises as `fresh_fields` does."""
    name = form.text("page") or "report"
    query = query_of(name, lasting_pairs(context, form.text("query")), context.page("views"))
    return FormFields.of(page=name, query=query, name=form.text("name"), share=form.text("share"))


def lasting_pairs(context: RequestContext, query: str) -> AddressPairs:
    """Return the parameters of an address as they can be kept: filters by keys, whatever these are called one day."""
    with context.record.read() as record:
        return keyed_pairs(visible_of(context.facts, record, context.viewer.within), pairs_of(query))


def take_view(context: RequestContext, form: FormFields) -> int:
    """Keep a view and return its number."""
    viewer = context.viewer
    with context.record.write() as record:
        return save_view(
            record,
            user_id=own_id(viewer),
            name=form.text("name"),
            page=form.text("page"),
            query=form.text("query"),
            is_shared=form.text("share") == "yes" and viewer.may(Permission.SHARE_VIEWS),
            now=context.now,
        ).id


def take_name(context: RequestContext, view_id: int, form: FormFields) -> None:
    """Call one's own view something else."""
    with context.record.write() as record:
        rename_view(record, view_id, own_id(context.viewer), form.text("name"))


def take_share(context: RequestContext, view_id: int, form: FormFields) -> None:
    """Share one's own view with everybody here, or keep it to oneself again."""
    with context.record.write() as record:
        share_view(record, view_id, own_id(context.viewer), is_shared=form.text("share") == "yes")


def take_removal(context: RequestContext, view_id: int) -> None:
    """Forget one's own view."""
    with context.record.write() as record:
        forget_view(record, view_id, own_id(context.viewer))
