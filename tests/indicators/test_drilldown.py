"""The conversations behind a row of an answer are exactly those whose rows it counts."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.drilldown import all_of, behind, everything, seen
from ressenti.indicators.measures import Count
from ressenti.indicators.model import Anchor, Attribution, Grain, Question, Row
from ressenti.indicators.refusals import NoRatings
from ressenti.kit.clock import HOUR, from_us
from tests.indicators.test_oracle import NOW, Bench, _company, _id
from tests.support import reference

ZONE = "Europe/Paris"
DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("behind"))
    made.fill(_company(), [])
    yield made
    made.close()


def counted(
    bench: Bench, indicator: str, by: str | None, grain: str | None, anchor: str
) -> dict[tuple[Any, ...], list[int]]:
    """Return the conversation of each row that counts, by key and bucket: plain Python, row by row."""
    table, speaks_of, _how, credit = reference.FIGURES[indicator]
    reference.mark_returns(bench.rows["conversation"], DAY_S * 1_000_000, NOW)
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in bench.rows[table]:
        at = row[reference.dated(table, anchor)]
        if (
            not row["is_counted"]
            or at is None
            or not speaks_of(row)
            or (indicator == "unanswered_handlings" and not row["is_unanswered"])
        ):
            continue
        clock = from_us(at).astimezone(ZoneInfo(ZONE))
        for key in reference.keys(row, by, clock, credit):
            rating = (row[reference.RATINGS[indicator][0]],) if indicator in reference.RATINGS else ()
            place = (*([key] if by else []), *([reference.bucket(clock, grain)] if grain else []), *rating)
            found[place].append(row["conversation_id"])
    return found


def listed(bench: Bench, record: Connection, question: Question, **row: Any) -> list[int]:
    """Return the conversations behind a row, in order."""
    with bench.facts.snapshot() as view:
        found = behind(question, view, record, **row).condition
        rows = view.rows(f"SELECT conversation_id FROM conversation WHERE {found.text} ORDER BY 1", found.params)
    return [one for (one,) in rows]


def place_of(row: Row, indicator: str, by: str | None, grain: str | None) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return how plain Python keys a row of an answer, and how one asks what is behind it."""
    bucket = (row.bucket if by else row.key) if grain else None
    rating = (row.rating if by or grain else row.key) if indicator in reference.RATINGS else None
    key: tuple[Any, ...] = (_id(by, row.key),) if by else ()
    key += (reference.bucket_of_key(bucket, grain),) if bucket and grain else ()
    key += (int(rating),) if rating is not None else ()
    ratings = (int(rating),) if rating is not None else ()
    return key, {"key": row.key if by else None, "bucket": bucket, "ratings": ratings}


def check(bench: Bench, record: Connection, indicator: str, by: str | None, grain: Grain | None) -> int:
    anchor = Anchor.OPENED if Anchor.OPENED in INDICATORS[indicator].anchors else Anchor.CLOSED
    asked: dict[str, Any] = {"by": by, "grain": grain, "anchor": anchor, "zone": ZONE, "window_s": DAY_S}
    question = Question(indicator=indicator, now=NOW, **asked)
    want = counted(bench, indicator, by, grain, anchor)
    rows = [row for row in bench.ask(record, indicator, **asked).rows if row.value.n]
    for row in rows[:: 1 + len(rows) // 6]:
        key, named = place_of(row, indicator, by, grain)
        ids = listed(bench, record, question, **named)
        assert ids == sorted(set(want[key])), (indicator, by, grain, key)
        measure = INDICATORS[indicator].measure
        is_row_by_row = indicator not in {"response_time", "average_basket"}
        if is_row_by_row and len(want[key]) == len(ids) and not (isinstance(measure, Count) and measure.hit):
            assert row.value.n == len(ids)
    return len(rows)


@pytest.mark.parametrize("indicator", list(INDICATORS))
def test_every_row_of_every_breakdown_leads_to_the_conversations_it_counts(bench: Bench, indicator: str) -> None:
    with bench.store.read() as record:
        assert sum(check(bench, record, indicator, by, None) for by in DIMENSIONS) > 30


@pytest.mark.parametrize("indicator", ["csat", "nps_distribution", "handlings", "revenue", "resolution_time"])
@pytest.mark.parametrize(
    ("by", "grain"),
    [(None, Grain.DAY), (None, Grain.HOUR), ("agent", Grain.THREE_HOURS), ("tag", Grain.WEEK), ("channel", "month")],
)
def test_every_bucket_of_time_leads_to_the_conversations_it_counts(
    bench: Bench, indicator: str, by: str | None, grain: str
) -> None:
    if grain is Grain.HOUR:
        start = from_us(min(row["opened_at"] for row in bench.rows["conversation"]))
        assert start < datetime.fromisoformat("2025-03-30T01:00:00+00:00")  # the night the clocks change is in it
    with bench.store.read() as record:
        if grain is Grain.HOUR:
            with_period(bench, record, indicator)
        else:
            assert check(bench, record, indicator, by, Grain(grain)) > 0


def with_period(bench: Bench, record: Connection, indicator: str) -> None:
    """Check the hours of the night in which the clocks change; a year of hours is more than an answer has."""
    start = min(row["opened_at"] for row in bench.rows["conversation"])
    period = {"start": start, "end": start + 40 * HOUR}
    asked: dict[str, Any] = {"grain": Grain.HOUR, "anchor": Anchor.OPENED, "zone": ZONE}
    question = Question(indicator=indicator, now=NOW, **asked, **period)
    want = counted(bench, indicator, None, Grain.HOUR, Anchor.OPENED)
    rows = [row for row in bench.ask(record, indicator, **asked, **period).rows if row.value.n]
    assert len(rows) > 3
    for row in rows:
        key, named = place_of(row, indicator, None, Grain.HOUR)
        assert listed(bench, record, question, **named) == sorted(set(want[key]))


def test_notes_leave_of_an_indicator_only_theirs(bench: Bench) -> None:
    question = Question(indicator="nps", now=NOW, anchor=Anchor.OPENED, zone=ZONE)
    with bench.store.read() as record:
        promoters = listed(bench, record, question, ratings=(9, 10))
        everyone = listed(bench, record, question)

    rated = {row["conversation_id"]: row["nps"] for row in bench.rows["answer"]}
    assert promoters == sorted(one for one, rating in rated.items() if rating >= 9)
    assert 0 < len(promoters) < len(everyone) == 40


def test_an_indicator_without_notes_refuses_them(bench: Bench) -> None:
    question = Question(indicator="resolution_time", now=NOW, zone=ZONE)
    with bench.store.read() as record, pytest.raises(NoRatings):
        listed(bench, record, question, ratings=(1,))


@pytest.mark.parametrize(
    ("attribution", "column"),
    [
        (Attribution.CLOSER, "closer_id"),
        (Attribution.LAST, "last_respondent_id"),
        (Attribution.FIRST, "first_respondent_id"),
    ],
)
def test_who_is_credited_decides_whose_row_a_conversation_is_behind(
    bench: Bench, attribution: Attribution, column: str
) -> None:
    question = Question(indicator="csat", now=NOW, by="agent", anchor=Anchor.OPENED, zone=ZONE, attribution=attribution)
    with bench.store.read() as record:
        ids = listed(bench, record, question, key="agent 2")

    assert ids == sorted(row["conversation_id"] for row in bench.rows["answer"] if row[column] == 2)
    assert ids


def test_who_is_kept_to_some_conversations_finds_no_other_behind_a_figure(bench: Bench) -> None:
    question = Question(indicator="csat", now=NOW, anchor=Anchor.OPENED, zone=ZONE, within=(("agent", (3,)),))
    with bench.store.read() as record, bench.facts.snapshot() as view:
        ids = listed(bench, record, question)
        allowed = seen(range(1, 41), (("agent", (3,)),), view)

    own = {row["conversation_id"] for row in bench.rows["conversation"] if 3 in row["respondent_ids"]}
    assert set(ids) == own == allowed
    assert 0 < len(own) < 40


def test_without_a_period_open_conversations_are_there_too(bench: Bench) -> None:
    question = Question(indicator="conversations", now=NOW, zone=ZONE)
    with bench.store.read() as record, bench.facts.snapshot() as view:
        found = {}
        for choose in (all_of, everything):
            condition = choose(question, view, record).condition
            text = f"SELECT count(*) FROM conversation WHERE {condition.text}"
            found[choose.__name__] = view.rows(text, condition.params)[0][0]

    assert found == {"all_of": 35, "everything": 40}  # five are open
