"""Answers that come late, recorded as a server records them: how long until the figures hold them?

Facts that were made up have no record of their conversations, so those that will be answered late are recorded first,
as a source tells of them. Nobody was asked anything in them before: each answer is one more.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.facts import ours
from bench.facts.page import ALL, TOTALS, question
from bench.figures import share
from ressenti.facts.engines.engine import Engine
from ressenti.facts.store import FactStore
from ressenti.indicators.names import DEGREES
from ressenti.indicators.query_session import QuerySession
from ressenti.kit.clock import SECOND, now
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind, append
from ressenti.record.stores.sqlite import Store, insert

RUNS = 5
RATE, LASTING_S, TOGETHER = 200, 20, 10
"""How many answers a second, for how long, and how many of them are written in one transaction."""
PATIENCE_S = 60
_DEGREES = {degree: key for key, degree in DEGREES.items()}
_PAIRS = {
    t.conversation_tag: "tag_ids",
    t.conversation_group: "group_ids",
    t.conversation_respondent: "respondent_ids",
}
_SAME = "opened_at closed_at first_response_us resolution_us channel_id language_id topic_id campaign_id".split()


class _Written(NamedTuple):
    """That so many answers were written so far, the last of which began to be at a moment."""

    answers: int
    began: float


def after_one(*, folder: str) -> dict[str, Any]:
    """Ask the page, record an answer, and ask the page again, some times."""
    with ours.fact_store(Path(folder)) as opened:
        ids = iter(_recorded(opened, RUNS))
        ours.ask(opened, ALL)
        return {"ms": [_asked_after(opened, next(ids)) for _ in range(RUNS)]}


def under_way(*, folder: str) -> dict[str, Any]:
    """Record answers for a while and ask figures meanwhile; return each answer's time until a figure held it."""
    with ours.fact_store(Path(folder)) as opened:
        ids = _recorded(opened, RATE * LASTING_S)
        before = _answers(opened)
        written: list[_Written] = []
        thread = threading.Thread(target=_write_all, args=(opened.record, ids, written))
        thread.start()
        seen = list(_asked_until(opened, before + len(ids), thread))
        thread.join()
    waits = [1000 * wait for one in written for wait in [_wait(one, before, seen)] * TOGETHER]
    return {"p50": share(waits, 0.5), "p99": share(waits, 0.99), "answers": len(waits), "asked": len(seen)}


def _asked_after(opened: FactStore, conversation: int) -> float:
    _answer(opened.record, [conversation])
    return ours.ask(opened, ALL)[1].ms


def _write_all(record: Store, ids: Sequence[int], written: list[_Written]) -> None:
    start = time.perf_counter()
    for number, part in enumerate(batched(ids, TOGETHER)):
        time.sleep(max(start + number * TOGETHER / RATE - time.perf_counter(), 0))
        began = time.perf_counter()
        _answer(record, part)
        written.append(_Written((number + 1) * TOGETHER, began))


def _asked_until(opened: FactStore, answers: int, writing: threading.Thread) -> Iterator[tuple[int, float]]:
    """Ask the totals until a figure holds so many answers; yield how many each time, and when."""
    until = time.perf_counter() + LASTING_S + PATIENCE_S
    while True:
        found = _answers(opened)
        yield found, time.perf_counter()
        if found >= answers and not writing.is_alive():
            return
        if time.perf_counter() > until:
            raise TimeoutError(f"{found} of {answers} answers are in the figures")


def _answers(opened: FactStore) -> int:
    """Ask the totals of the page; return on how many answers CSAT rests."""
    sitting = QuerySession(opened)
    return [sitting(question(key, TOTALS, ALL)).total.n for key in TOTALS.indicators][TOTALS.indicators.index("csat")]


def _wait(one: _Written, before: int, seen: Sequence[tuple[int, float]]) -> float:
    return next(moment for answers, moment in seen if answers >= before + one.answers) - one.began


def _recorded(opened: FactStore, wanted: int) -> list[int]:
    """Record conversations that the facts know of and nobody was asked in, taken by chance; return their ids."""
    columns = ["conversation_id", "automation", *_SAME, *_PAIRS.values()]
    asked = f"SELECT {', '.join(columns)} FROM conversation WHERE is_counted AND len(survey_ids) = 0"
    by_chance = f"{asked} ORDER BY hash(conversation_id) LIMIT {wanted * 2}"

    def look(facts: Engine) -> list[dict[str, Any]]:
        return [dict(zip(columns, row, strict=True)) for row in facts.rows(by_chance)]

    with opened.record.read() as connection:
        known = set(connection.execute(t.conversation.select().with_only_columns(t.conversation.c.id)).scalars())
    found = [one for one in opened.using(look) if one["conversation_id"] not in known][:wanted]
    with opened.record.write() as connection:
        names = ("id", "project_id", "source_id", "external_id", "automation", "is_spam", "digest", "import_id", *_SAME)
        given = ([one[name] for name in _SAME] for one in found)
        rows = (
            (one["conversation_id"], 1, 1, str(one["conversation_id"]), _DEGREES.get(one["automation"]), 0, 0, 0, *same)
            for one, same in zip(found, given, strict=True)
        )
        insert(connection, t.conversation, names, rows)
        for table, column in _PAIRS.items():
            pairs = ((one["conversation_id"], i, place) for one in found for place, i in enumerate(one[column]))
            insert(connection, table, [each.name for each in table.c], pairs)
    return [one["conversation_id"] for one in found]


def _answer(record: Store, conversations: Sequence[int]) -> None:
    """Record that somebody was satisfied in each of these conversations, as one arrival."""
    moment = now()
    offers = ("id", "project_id", "source_id", "external_id", "conversation_id", "answered_at", "digest", "import_id")
    with record.write() as connection:
        rows = ((i, 1, 1, str(i), i, moment - SECOND, 0, 0) for i in conversations)
        insert(connection, t.survey_offer, offers, rows)
        given = ((i, "csat", 5, "5") for i in conversations)
        insert(connection, t.survey_answer, ("offer_id", "question", "value", "scale"), given)
        append(connection, 1, [(EventKind.CONVERSATION_CHANGED, i) for i in conversations], now=moment)
