"""How are conversations shown: a page of the list, and each with its transcript?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import Permission
from ressenti.facts.engines.engine import Engine
from ressenti.indicators.dimensions import AGENT, dimension
from ressenti.indicators.names import choices
from ressenti.indicators.visibility import visible_of
from ressenti.kit.i18n import _, translate
from ressenti.record.projects import Project
from ressenti.reports import filter_wording, wording
from ressenti.reports.agent_page import agent_address
from ressenti.reports.choice import zone_named
from ressenti.reports.conversations import transcript_text
from ressenti.reports.conversations.columns import COLUMNS, ConversationColumn, ValueKind
from ressenti.reports.conversations.page import ConversationAccess, ConversationsPage, prepare_page
from ressenti.reports.conversations.query import ALL, WORTH, ConversationQuery
from ressenti.reports.conversations.reading import ConversationReading, prepare_reading
from ressenti.reports.conversations.reading_words import MARKED, WORTH_READING
from ressenti.reports.conversations.transcript import Transcript, prepare_transcript
from ressenti.reports.dates import span
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.reports.period import PRESETS
from ressenti.web.pages.conversations.marks import LARGEST, own_mark, own_words
from ressenti.web.pages.conversations.place import address_in_list, behind_words, find_place, row_name
from ressenti.web.pages.conversations.resolved_query import REPEATED, ResolvedQuery, access_of, resolve_query
from ressenti.web.pages.filters.view import chips_of, filters_of
from ressenti.web.pages.forms import RefusedForm, show_form
from ressenti.web.pages.page_context import PageContext, show
from ressenti.web.pages.report_context import is_one_agent
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.requests import once_each

_SHORT_PRESETS = ("7d", "30d", "90d", "12m")
_UPWARD = frozenset({ValueKind.NAME, ValueKind.NAMES})
"""Columns that are put in order from their beginning first; of others one looks for the largest."""


def show_conversations(context: RequestContext) -> Response[str]:
    """Show the conversations that the address asks for, a page of them."""
    page = context.page("conversations")
    resolved = resolve_query(context, page)
    query, access = resolved.query, access_of(context, page)

    def prepare(engine: Engine) -> ConversationsPage:
        with context.record.read() as record:
            return prepare_page(query, access, engine, record)

    listing = context.facts.using(prepare)
    parameters = query.but().parameters()
    return show(
        page,
        "conversations/conversations",
        query=query,
        window=" · ".join(window := _window(resolved, listing.zone, page.language)),
        said=[*window, _order_said(query, page.language)],
        listing=listing,
        behind=behind_words(resolved, listing.zone, page.language),
        without_figure=query.but(behind=None).address(),
        chips=chips_of(query.choice.where, resolved.labels, parameters, CONVERSATIONS, page.language),
        filters=filters_of(parameters, CONVERSATIONS, has_projects=len(resolved.projects) > 1),
        headings=[(column, _heading(column, query)) for column in listing.columns],
        choosable=_choosable(access, listing, resolved.projects),
        rows=[
            (row, address_in_list(row.id, query), transcript_text.language_tag(row.language), row_name(row.id))
            for row in listing.rows
        ],
        found=(listing.found, address_in_list(listing.found.id, query)) if listing.found else None,
        newer=None if listing.newer is None else query.but(before=listing.newer).address(),
        older=None if listing.older is None else query.but(after=listing.older).address(),
        can_search=access.may_read,
        marked=_marked(query) if context.viewer.user_id is not None else [],
        marked_as=MARKED[query.mark],
        orders=_orders(query),
        order=_order_shown(query),
        **_times(query, page),
    )


def _window(resolved: ResolvedQuery, zone: str, language: str) -> list[str]:
    """Say what the list shows, for the title of its window: the figure it is behind, filters, words and days."""
    query = resolved.query
    words = translate(_("with “%(words)s”"), language) % {"words": query.words} if query.words else ""
    mark = translate(MARKED[query.mark], language) if query.mark else ""
    period = query.choice.period
    days = "" if query.is_everything else span(period.start, period.last, language=language)
    filters = [filter_wording.filter_words(one, resolved.labels, language=language) for one in query.choice.where]
    page = translate(_("Conversations"), language)
    return [one for one in (behind_words(resolved, zone, language), *filters, words, mark, days, page) if one]


def show_conversation(context: RequestContext, number: int, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show one conversation, of a merged one what it became (D34); raises NotFoundException."""
    page = context.page("conversations")
    parameters = once_each(context.request, but=REPEATED)
    zone = zone_named(parameters, usual=page.zone)
    words = parameters.get("q", [""])[-1].strip()
    transcript = _transcript(context, number, zone=zone, words=words) if number < LARGEST else None
    if transcript is None:
        raise NotFoundException
    if transcript.id != number:
        return _lead_on(context, transcript.id)
    place = find_place(context, page, number)
    if place is None and context.parameter("sort"):
        page = replace(page, context=())  # a list that cannot be made any more is nowhere to go on to
    return show_form(
        page,
        "conversations/conversation",
        refused,
        transcript=transcript,
        own=(own := own_mark(context, number, zone, refused)),
        said=[transcript.key, *(own_words(own.mark, page.language) if own else ())],
        reading=_reading(context, number),
        words=words,
        place=place,
        tag=transcript_text.language_tag(transcript.language),
        agents={key: page.link(address) for key, address in _agents_with_page(context, transcript).items()},
        dimensions=[(dimension(name), label) for name, label in transcript.labels.items()],
    )


def _transcript(context: RequestContext, number: int, *, zone: str, words: str) -> Transcript | None:
    def prepare(engine: Engine) -> Transcript | None:
        with context.record.read() as record:
            return prepare_transcript(
                number,
                zone=zone,
                facts=engine,
                record=record,
                within=context.viewer.within,
                may_read=context.viewer.may(Permission.READ_CONTENT),
                words=words,
            )

    return context.facts.using(prepare)


def _agents_with_page(context: RequestContext, transcript: Transcript) -> dict[str, str]:
    """Return the pages of those who took part, by key: of whom the viewer sees figures, beside others."""
    if is_one_agent(context.viewer):
        return {}
    keys = {one.key for one in transcript.people.values() if one.key}
    with context.record.read() as record:
        seen = {one.key for one in choices(visible_of(context.facts, record, context.viewer.within), AGENT)}
    return {key: agent_address(key) for key in sorted(keys & seen)}


def _reading(context: RequestContext, number: int) -> ConversationReading | None:
    def prepare(engine: Engine) -> ConversationReading | None:
        with context.record.read() as record:
            return prepare_reading(number, engine, record, within=context.viewer.within, now=context.now)

    return context.facts.using(prepare)


def _lead_on(context: RequestContext, number: int) -> Redirect:
    """Lead from a merged conversation to what it became, with the parameters of the address."""
    query = urlencode(list(context.request.query_params.items()))
    return Redirect(f"{CONVERSATIONS}/{number}" + (f"?{query}" if query else ""), status_code=HTTP_303_SEE_OTHER)


def _heading(column: ConversationColumn, query: ConversationQuery) -> tuple[str | None, str | None]:
    """Return how the rows are ordered by a column, as a table says it, and the address that orders them by it."""
    if column.sort is None:
        return None, None
    order = query.order
    if order.removeprefix("-") == column.sort:
        other = column.sort if order.startswith("-") else f"-{column.sort}"
        return ("descending" if order.startswith("-") else "ascending"), query.but(sort=other).address()
    first = column.sort if column.kind in _UPWARD else f"-{column.sort}"
    return None, query.but(sort=first).address()


def _marked(query: ConversationQuery) -> list[tuple[str, bool, str]]:
    """Return by which of one's own marks there is to choose, each with whether it is chosen and its address."""
    return [(words, mark is query.mark, query.but(mark=mark).address()) for mark, words in MARKED.items()]


def _orders(query: ConversationQuery) -> list[tuple[str, bool, str]]:
    """Return the orders that no column has, each with whether it is the one shown and its address."""
    usual = query.but(sort=None).order
    return [
        (words, query.order == order, query.but(sort=None if order == usual else order).address())
        for order, words in _offered_orders(query).items()
    ]


def _order_shown(query: ConversationQuery) -> str:
    """Return what the order is called that the list is in: its own name, or that of its column."""
    if words := _offered_orders(query).get(query.order):
        return words
    return next(one.name for one in COLUMNS.values() if one.sort == query.order.removeprefix("-"))


def _order_said(query: ConversationQuery, language: str) -> str:
    """Say which order the list is in, and which way a column's."""
    if query.order in _offered_orders(query):
        return translate(_order_shown(query), language)
    return wording.order_words(_order_shown(query), is_falling=query.order.startswith("-"), language=language)


def _offered_orders(query: ConversationQuery) -> dict[str, str]:
    return {WORTH: WORTH_READING, query.newest_first: _("newest first")}


def _choosable(
    access: ConversationAccess, listing: ConversationsPage, projects: Sequence[Project]
) -> list[tuple[ConversationColumn, bool]]:
    """Return the columns one can choose, with whether each is shown; the id always is."""
    shown = {column.key for column in listing.columns}
    return [
        (column, key in shown)
        for key, column in COLUMNS.items()
        if key != "id"
        and (access.may_read or not column.is_content)
        and (len(projects) > 1 or not (column.dimension and column.dimension.is_for_several_projects))
    ]


def _times(query: ConversationQuery, page: PageContext) -> dict[str, Any]:
    """Prepare which days there are to choose from, and what dates a conversation."""
    choice = query.choice

    def preset(key: str) -> tuple[str, bool, str]:
        there = query.but(choice=choice.but(preset=key), is_everything=False)
        return wording.PRESETS[key], key == choice.preset and not query.is_everything, there.address()

    days = {"period", "from", "to", "last"}
    parameters = query.but().parameters()
    return {
        "presets": [preset(key) for key in _SHORT_PRESETS],
        "everything": query.but(is_everything=True).address(),
        "more_presets": [preset(key) for key in PRESETS if key not in _SHORT_PRESETS],
        "kept_beside_days": [pair for pair in parameters if pair[0] not in days],
        "kept_beside_words": [pair for pair in parameters if pair[0] != "q"],
        "kept_beside_columns": [pair for pair in parameters if pair[0] != "columns"],
        "anchors": [
            (words, anchor is choice.anchor, query.but(choice=choice.but(anchor=anchor)).address())
            for anchor, words in wording.ANCHORS.items()
        ],
        "anchor": wording.ANCHORS[choice.anchor],
        "plain": f"{CONVERSATIONS}?period={ALL}",
        "is_narrowed": bool(choice.where or query.words or query.behind or query.mark),
        "zone_shown": choice.zone or page.zone,
    }
