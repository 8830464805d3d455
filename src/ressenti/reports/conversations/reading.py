"""Why is a conversation worth reading, and which others did the same visitor write about the same matter?"""

from dataclasses import dataclass

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.drilldown import seen
from ressenti.indicators.paging import rows_of
from ressenti.indicators.worth_reading import ReadingReasons, long_waits, reading_order
from ressenti.record.conversations import source_ids
from ressenti.reports.conversations.transcript import OtherConversation


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReading:
    """Why a conversation is worth reading. `chain` holds it among those of its visitor about the same matter.

    They are in the order they were begun, empty where it has no other; `hidden` are how many of them may not be seen.
    """

    reasons: ReadingReasons
    chain: tuple[OtherConversation, ...] = ()
    hidden: int = 0


def prepare_reading(
    conversation_id: int, facts: Engine, record: Connection, *, within: ScopeIds, now: int
) -> ConversationReading | None:
    """Return why a conversation is worth reading that the viewer may see, None where nothing was measured of it."""
    waits = long_waits(facts, record, within=within, now=now)
    with facts.snapshot() as view:
        reading = reading_order(waits, Statement("conversation_id = ?", [conversation_id]), view)
        reasons = reading.reasons([conversation_id]).get(conversation_id)
        if reasons is None:
            return None
        others = set(reading.chain(conversation_id))
        shown = sorted(seen([conversation_id, *others], within, view))
        rows = rows_of(view, ("opened_at", "rating", "nps_rating"), shown)
    called = source_ids(record, shown)
    chain = [
        OtherConversation(id=own_id, key=called[own_id].key, opened_at=opened_at, rating=rating, nps_rating=nps_rating)
        for own_id, (opened_at, rating, nps_rating) in zip(shown, rows, strict=True)
    ]
    return ConversationReading(
        reasons=reasons,
        chain=tuple(sorted(chain, key=lambda one: (one.opened_at, one.id))) if others else (),
        hidden=len(others) + 1 - len(shown),
    )
