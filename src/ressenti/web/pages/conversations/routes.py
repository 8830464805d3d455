"""The Conversations report and each conversation, as pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.engines.engine import Engine
from ressenti.facts.store import FactStore
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.names import WITHOUT, by_keys, keys_of, labels
from ressenti.indicators.visibility import visible_of
from ressenti.record.projects import Project
from ressenti.reports import wording
from ressenti.reports.choice import zone_named
from ressenti.reports.conversations import transcript_text
from ressenti.reports.conversations.columns import COLUMNS, ConversationColumn, ValueKind
from ressenti.reports.conversations.page import ConversationAccess, ConversationsPage, ListedConversation, prepare_page
from ressenti.reports.conversations.query import ALL, ConversationQuery, read_conversation_query
from ressenti.reports.conversations.transcript import Transcript, prepare_transcript
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.reports.period import PRESETS
from ressenti.search.index import Index
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.filters import chips_of, filters_of
from ressenti.web.pages.page_context import PageContext, open_frame, show
from ressenti.web.server.requests import AnyRequest, once_each

REPEATED = frozenset({"where", "note", "columns"})
"""Parameters that may be there several times."""

_SHORT_PRESETS = ("7d", "30d", "90d", "12m")
_UPWARD = frozenset({ValueKind.NAME, ValueKind.NAMES})
"""Columns that are put in order from their beginning first; of others one looks for the largest."""

ConversationNumber = Annotated[int, PathParameter(description="The conversation's number, as its address has it.")]


@get(CONVERSATIONS, opt=needs(Permission.READ_CONVERSATIONS), sync_to_thread=True, include_in_schema=False)
def conversations(
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
    index: NamedDependency[Index],
) -> Response[str]:
    """Show the conversations the address asks for, a page of them."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="conversations")
    asked = read_conversation_query(once_each(request, but=REPEATED), today=frame.today, week_start=frame.week_start)
    wanted, named, projects = _named(asked, keeper, viewer)
    looking = ConversationAccess(
        zone=frame.zone,
        now=now,
        within=viewer.within,
        may_read=viewer.may(Permission.READ_CONTENT),
        find=index.find,
    )

    def ask(facts: Engine) -> ConversationsPage:
        with keeper.record.read() as record:
            return prepare_page(wanted, looking, facts, record)

    page = keeper.using(ask)
    return show(
        frame,
        "conversations/conversations",
        wanted=wanted,
        page=page,
        behind=_behind(wanted, page, named, frame),
        chips=chips_of(wanted.choice.where, named, wanted.but().parameters(), CONVERSATIONS, frame.language),
        filters=filters_of(wanted.but().parameters(), CONVERSATIONS, has_projects=len(projects) > 1),
        headings=[(one, _heading(one, wanted)) for one in page.columns],
        choosable=_choosable(looking, page, projects),
        rows=[(one, _address_of(one, wanted), transcript_text.language_tag(one.language)) for one in page.rows],
        found=(page.found, _address_of(page.found, wanted)) if page.found else None,
        newer=None if page.newer is None else wanted.but(before=page.newer).address(),
        older=None if page.older is None else wanted.but(after=page.older).address(),
        can_search=looking.may_read,
        **_times(wanted, frame),
    )


@get(
    "/conversations/{number:int}",
    opt=needs(Permission.READ_CONVERSATIONS),
    sync_to_thread=True,
    include_in_schema=False,
)
def conversation(
    number: ConversationNumber,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Show one conversation, of a merged one what it became (D34); one that may not be seen is not found."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="conversations")
    said = once_each(request)
    zone = zone_named(said, usual=frame.zone)
    words = said.get("q", [""])[-1].strip()

    def ask(facts: Engine) -> Transcript | None:
        with keeper.record.read() as record:
            return prepare_transcript(
                number,
                zone=zone,
                facts=facts,
                record=record,
                within=viewer.within,
                may_read=viewer.may(Permission.READ_CONTENT),
                words=words,
            )

    found = keeper.using(ask) if number < _LARGEST else None
    if found is None:
        raise NotFoundException
    if found.id != number:
        query = urlencode(list(request.query_params.multi_items()))
        return Redirect(f"{CONVERSATIONS}/{found.id}" + (f"?{query}" if query else ""), status_code=HTTP_303_SEE_OTHER)
    kept = f"?{urlencode({'zone': zone})}" if said.get("zone", [""])[-1] else ""
    return show(
        frame,
        "conversations/conversation",
        transcript=found,
        words=words,
        kept=kept,
        tag=transcript_text.language_tag(found.language),
        dimensions=[(dimension(name), called) for name, called in found.labels.items()],
    )


_LARGEST = 2**31
"""Numbers from here on are no conversation's."""


def _named(
    wanted: ConversationQuery, keeper: FactStore, viewer: Viewer
) -> tuple[ConversationQuery, dict[tuple[str, str], str], Sequence[Project]]:
    """Return what is wanted by its keys, what they are called, and the projects there are for whoever looks."""
    with keeper.record.read() as record:
        visible = visible_of(keeper, record, viewer.within)
        wanted = replace(wanted, choice=wanted.choice.but(where=by_keys(visible, wanted.choice.where)))
        asked = [(dimension(name), keys) for name, keys in wanted.choice.where]
        if wanted.behind and wanted.behind.by and wanted.behind.key is not None:
            of = dimension(wanted.behind.by)
            [key] = keys_of(visible, of, [wanted.behind.key])
            wanted = replace(wanted, behind=replace(wanted.behind, key=key or None))
            asked.append((of, (key,)))
        return wanted, labels(visible, asked), visible.projects


def _behind(
    wanted: ConversationQuery, page: ConversationsPage, named: dict[tuple[str, str], str], frame: PageContext
) -> tuple[str, str] | None:
    """Return which figure the conversations stand behind, in words, and the address of the list without it."""
    if wanted.behind is None:
        return None
    label = named.get((wanted.behind.by or "", wanted.behind.key or WITHOUT), "")
    words = transcript_text.behind_words(wanted.behind, label, page.zone, language=frame.language)
    return words, wanted.but(behind=None).address()


def _heading(column: ConversationColumn, wanted: ConversationQuery) -> tuple[str | None, str | None]:
    """Return how the rows are ordered by a column, as a table says it, and the address that orders them by it."""
    if column.sort is None:
        return None, None
    now = wanted.order
    is_now = now.removeprefix("-") == column.sort
    if is_now:
        other = column.sort if now.startswith("-") else f"-{column.sort}"
        return ("descending" if now.startswith("-") else "ascending"), wanted.but(sort=other).address()
    first = column.sort if column.kind in _UPWARD else f"-{column.sort}"
    return None, wanted.but(sort=first).address()


def _choosable(
    looking: ConversationAccess, page: ConversationsPage, projects: Sequence[Project]
) -> list[tuple[ConversationColumn, bool]]:
    """Return the columns one can choose, with whether each is shown; the id always is."""
    shown = {one.key for one in page.columns}
    return [
        (one, key in shown)
        for key, one in COLUMNS.items()
        if key != "id"
        and (looking.may_read or not one.is_content)
        and (len(projects) > 1 or not (one.dimension and one.dimension.is_for_several_projects))
    ]


def _address_of(row: ListedConversation, wanted: ConversationQuery) -> str:
    said = {"q": wanted.words, "zone": wanted.choice.zone}
    kept = urlencode({name: value for name, value in said.items() if value})
    return f"{CONVERSATIONS}/{row.id}" + (f"?{kept}" if kept else "")


def _times(wanted: ConversationQuery, frame: PageContext) -> dict[str, Any]:
    """Prepare which days there are to choose from, and what dates a conversation."""
    choice = wanted.choice

    def preset(key: str) -> tuple[str, bool, str]:
        there = wanted.but(choice=choice.but(preset=key), is_everything=False)
        return wording.PRESETS[key], key == choice.preset and not wanted.is_everything, there.address()

    days = {"period", "from", "to", "last"}
    here = wanted.but().parameters()
    return {
        "presets": [preset(key) for key in _SHORT_PRESETS],
        "everything": wanted.but(is_everything=True).address(),
        "more_presets": [preset(key) for key in PRESETS if key not in _SHORT_PRESETS],
        "kept_beside_days": [pair for pair in here if pair[0] not in days],
        "kept_beside_words": [pair for pair in here if pair[0] != "q"],
        "kept_beside_columns": [pair for pair in here if pair[0] != "columns"],
        "anchors": [
            (words, anchor is choice.anchor, wanted.but(choice=choice.but(anchor=anchor)).address())
            for anchor, words in wording.ANCHORS.items()
        ],
        "anchor": wording.ANCHORS[choice.anchor],
        "plain": f"{CONVERSATIONS}?period={ALL}",
        "is_narrowed": bool(choice.where or wanted.words or wanted.behind),
        "zone_shown": choice.zone or frame.zone,
    }


ROUTES = (conversations, conversation)
