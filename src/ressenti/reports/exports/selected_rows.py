"""Which rows does a page list: an export of the list holds exactly those, and says how they were chosen."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.model import Question
from ressenti.indicators.names import WITHOUT
from ressenti.kit.i18n import Sentence, _
from ressenti.reports import wording
from ressenti.reports.comments.choice import CommentsChoice
from ressenti.reports.comments.order import chosen_ids as offer_ids
from ressenti.reports.comments.order import select_answers
from ressenti.reports.conversations.page import ConversationAccess
from ressenti.reports.conversations.page import chosen_ids as conversation_ids
from ressenti.reports.conversations.query import ConversationQuery
from ressenti.reports.conversations.reading_words import MARKED
from ressenti.reports.exports.model import OnlyRows, any_of, say_filter


def only_conversations(
    query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection
) -> OnlyRows | None:
    """Return the rows that the list of conversations shows, None where period and filters determine them.

    Raises what cannot be asked or looked for.
    """
    if not (query.behind or query.words or query.is_everything or query.mark):
        return None
    return OnlyRows(conversation_ids(query, access, facts, record), tuple(_about_conversations(query)))


def only_comments(
    choice: CommentsChoice,
    question: Question,
    find: Callable[[str], Sequence[int]],
    facts: Engine,
    record: Connection,
) -> OnlyRows | None:
    """Return the rows that the table of comments shows, None where period and filters determine them.

    `question` has the table's period, filters and the viewer's scope. Raises what the search refuses.
    """
    if choice.has_comment and not (choice.ratings or choice.classes or choice.typed):
        return None
    offers = find(choice.typed) if choice.typed else None
    with facts.snapshot() as view:
        ids = offer_ids(select_answers(question, view, record, offers=offers), choice)
    return OnlyRows(ids, tuple(_about_comments(choice)))


def _about_conversations(query: ConversationQuery) -> Iterator[tuple[str, str]]:
    behind = query.behind
    if behind:
        yield _("behind"), Sentence(indicator(behind.of).name)
        if behind.by is not None:
            yield _("row"), say_filter(behind.by, "=", [WITHOUT if behind.key is None else behind.key])
        if behind.bucket is not None:
            yield _("bucket"), f"{behind.bucket} ({behind.grain})"
        if behind.ratings:
            yield _("ratings"), any_of([str(one) for one in behind.ratings])
    if query.mark:
        yield _("marked"), Sentence(MARKED[query.mark])
    if query.words:
        yield _("looked for"), query.words


def _about_comments(choice: CommentsChoice) -> Iterator[tuple[str, str]]:
    yield _("answers"), Sentence(_("with a comment") if choice.has_comment else _("with or without a comment"))
    if choice.ratings:
        yield _("ratings"), any_of([str(one) for one in choice.ratings])
    if choice.classes:
        yield _("NPS"), any_of([Sentence(wording.CLASSES[one]) for one in choice.classes])
    if choice.typed:
        yield _("looked for"), choice.typed
