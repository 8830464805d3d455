"""Every engine lists the same conversations: behind each row of an answer, and page by page in every order."""

from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.answer import answer
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.drilldown import all_of, behind, everything, seen
from ressenti.indicators.model import Question
from ressenti.indicators.paging import (
    SORTS,
    ConversationOrder,
    ConversationSort,
    among,
    apart_from,
    count,
    every_id,
    ids_named,
    page,
    rows_of,
)
from ressenti.indicators.worth_reading import ReadingReasons, long_waits, reading_order
from tests.support import reference as plain
from tests.support.engines.company import NOW, group, person
from tests.support.engines.questions import asked

PAGE = 70
WHOLE = Question(indicator="conversations", now=NOW)


def listed(question: Question, facts: Engine, record: Connection, **row: Any) -> list[int]:
    """Return the conversations behind a row of an answer, in the order of their ids."""
    with facts.snapshot() as view:
        return sorted(every_id(view, behind(question, view, record, **row).condition))


def rows(question: Question, facts: Engine, record: Connection) -> list[dict[str, Any]]:
    """Return how one asks what is behind the first and the last row of an answer that rest on something."""
    has_notes = question.indicator in plain.RATINGS
    found = []
    for row in answer(question, facts, record).rows:
        bucket = row.bucket if question.by else row.key
        rating = row.rating if question.by or question.grain else row.key
        ratings = (int(rating),) if rating is not None and has_notes else ()
        named = {"key": row.key if question.by else None, "bucket": bucket if question.grain else None}
        if row.value.n:
            found.append(named | {"ratings": ratings})
    return [*found[:1], *found[1:][-1:]]


class TestBehind:
    @pytest.mark.parametrize("indicator", list(INDICATORS))
    def test_the_same_conversations_are_behind_a_row(
        self, engine: Engine, reference: Engine, record: Connection, indicator: str
    ) -> None:
        for question in asked()[indicator][::5]:
            for row in rows(question, reference, record):
                mine, others = (listed(question, facts, record, **row) for facts in (engine, reference))
                assert mine == others, (question, row)

    def test_the_same_are_admitted_and_seen(self, engine: Engine, reference: Engine, record: Connection) -> None:
        kept = (("agent", (person(1, 2), person(2, 3))), ("group", (group(1, 1), group(2, 2))))
        for question in islice((one for own in asked().values() for one in own), 15):
            found = []
            for facts in (engine, reference):
                with facts.snapshot() as view:
                    admitted = [select(question, view, record).condition for select in (all_of, everything)]
                    ids = [sorted(every_id(view, one)) for one in admitted]
                    few = sorted(every_id(view, among(view, admitted[1], ids[1][::3])))
                    rest = sorted(every_id(view, apart_from(view, admitted[1], few)))
                    assert sorted([*few, *rest]) == ids[1]
                    found.append((ids, few, [count(view, one) for one in admitted], seen(ids[1], kept, view)))
            assert found[0] == found[1], question


class TestPages:
    @pytest.mark.parametrize("key", list(SORTS))
    @pytest.mark.parametrize("is_descending", [False, True])
    def test_the_same_pages_come_in_the_same_order_there_and_back(
        self, engine: Engine, reference: Engine, record: Connection, key: str, is_descending: bool
    ) -> None:
        mine, others = (walked(facts, record, SORTS[key], is_descending) for facts in (engine, reference))

        assert mine == others
        assert len(set(mine)) == len(mine) > 300

    def test_the_same_are_worth_reading_for_the_same_reasons(
        self, engine: Engine, reference: Engine, record: Connection
    ) -> None:
        mine, others = (worth_reading(facts, record) for facts in (engine, reference))

        assert mine == others
        reasons = mine[1].values()
        assert {True} == {any(getattr(one, name) for one in reasons) for name in ("wait_us", "earlier", "has_comment")}

    def test_the_same_columns_are_read(self, engine: Engine, reference: Engine) -> None:
        columns = (
            "conversation_id",
            "opened_at",
            "tag_ids",
            "is_answered",
            "rating",
            "first_response_us",
            "visitor_id",
        )
        ids = [2003, 1001, 1179, 2180]

        assert rows_of(engine, columns, ids) == rows_of(reference, columns, ids)


def worth_reading(facts: Engine, record: Connection) -> tuple[list[int], dict[int, ReadingReasons], list[int]]:
    """Return what is worth reading first, page by page, why, and a chain of one who came back."""
    waits = long_waits(facts, record, within=(), now=NOW)
    with facts.snapshot() as view:
        condition = everything(WHOLE, view, record).condition
        reading = reading_order(waits, condition, view)
        found: list[int] = []
        while part := page(view, condition, reading.order, size=PAGE, after=found[-1] if found else None):
            found += part
        reasons = reading.reasons(found)
        again = next(one for one in found if reasons[one].earlier)
        return found, reasons, sorted(reading.chain(again))


def walked(facts: Engine, record: Connection, sort: ConversationSort, is_descending: bool) -> list[int]:
    """Walk through all pages in an order, and back from the last; return what was met."""
    names = {}
    with facts.snapshot() as view:
        condition = everything(WHOLE, view, record).condition
        if sort.dimension:
            names = {i: f"Name {i % 5}" for i in ids_named(view, condition, sort)}  # several are called the same
        order = ConversationOrder(sort=sort, is_descending=is_descending, names=names)
        found: list[int] = []
        while part := page(view, condition, order, size=PAGE, after=found[-1] if found else None):
            found += part
        back = [found[-1]]
        while part := page(view, condition, order, size=PAGE, before=back[0]):
            back = part + back
    assert back == found
    return found
