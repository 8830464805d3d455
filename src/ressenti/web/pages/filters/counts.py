"""How many conversations of a page have each key that it may be filtered by?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.model import Anchor, Filter, Question
from ressenti.indicators.names import KeyName
from ressenti.indicators.query_session import QuerySession
from ressenti.kit.refusals import Refusal
from ressenti.reports.choice import read_report_choice
from ressenti.reports.conversations.query import read_conversation_query
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext

KeyCounts = Mapping[KeyName, int] | None
"""How many conversations have a key, by what it is and is called; None where that cannot be said now."""
CONVERSATIONS_PAGE = "/conversations"
_SERVER_ERROR = 500


def conversation_counts(
    context: RequestContext,
    page: PageContext,
    by: str,
    *,
    target: str,
    words: Mapping[str, Sequence[str]],
    where: Sequence[Filter],
) -> KeyCounts:
    """Count the conversations of the days and filters of a page by a dimension: one query, within what may be seen.

    `words` are those of the page's address, `where` its filters by keys but for the one that is chosen. Without facts
    at hand one can still choose.
    """
    question = _question(context, page, target, words)
    try:
        answer = QuerySession(context.facts, context.viewer.within)(replace(question, by=by, where=tuple(where)))
    except Refusal as refusal:
        if refusal.status < _SERVER_ERROR:
            raise
        return None
    counts: Counter[KeyName] = Counter()
    for row in answer.rows:  # two sources may call two alike; the menu has them once
        counts[KeyName(row.key, row.label)] += row.value.n
    return counts


def _question(context: RequestContext, page: PageContext, target: str, words: Mapping[str, Sequence[str]]) -> Question:
    is_everything = False
    if target == CONVERSATIONS_PAGE:
        query = read_conversation_query(words, today=page.today, week_start=page.week_start)
        choice, is_everything = query.choice, query.is_everything
    else:
        choice = read_report_choice(words, today=page.today, week_start=page.week_start)
    question = choice.question(CONVERSATIONS.key, zone=page.zone, now=context.now, compare=None)
    if is_everything:
        return replace(question, start=None, end=None, anchor=Anchor.OPENED)
    return question if question.anchor in CONVERSATIONS.anchors else replace(question, anchor=Anchor.CLOSED)
