"""Every indicator by every dimension, asked of the file or counted in memory, equals plain Python."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from ressenti.facts.derive import Facts, derive, derive_offer
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.memory import binned_durations, quantiles
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.schema import MEASURED_LABELS, TABLES
from ressenti.indicators.answer import answer
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import Indicator
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.held_tables import HELD
from ressenti.indicators.measures import Count, Distribution, Median, Percentile, Total
from ressenti.indicators.model import Anchor, Answer, Filter, Grain, Question, Weighting
from ressenti.kit.clock import DAY, HOUR, SECOND, to_us
from ressenti.record import tables as t
from ressenti.record.handlings import Handling
from ressenti.record.messages import Message
from ressenti.record.projects import ensure_project
from ressenti.record.stores.sqlite import Store
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.survey_offers import Offering
from ressenti.record.transactions import Transaction
from tests.support import reference

ZONES = ("UTC", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu")
KINDS = ("channel", "language", "topic", "tag", "rule", "distribution_group", "campaign", "survey")
IDS = {kind: range(1 + 3 * place, 4 + 3 * place) for place, kind in enumerate(KINDS)}
"""Three labels of each kind, numbered through."""
PEOPLE, BOT = range(1, 5), 4
NOW = to_us(datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
STARTS = [
    to_us(datetime.fromisoformat(day))
    for day in (
        "2025-03-29T22:00:00+00:00",
        "2025-10-25T21:00:00+00:00",
        "2025-04-05T13:00:00+00:00",
        "2025-10-04T13:00:00+00:00",
        "2025-12-31T20:00:00+00:00",
    )
]
"""The evenings before clocks change in Paris and on Lord Howe, and before the year does."""

moments = st.builds(lambda start, minutes: start + minutes * 60 * SECOND, st.sampled_from(STARTS), st.integers(0, 1500))
short = st.integers(1, 7200).map(lambda seconds: seconds * SECOND)


def _one_of(kind: str) -> st.SearchStrategy[int | None]:
    return st.none() | st.sampled_from(IDS[kind])


@st.composite
def conversations(draw: st.DrawFn, number: int) -> Conversation:
    opened = draw(moments)
    end = opened + draw(short) * 4
    talk, handed = [], []
    at = opened
    for who in draw(st.lists(st.sampled_from([0, 0, *PEOPLE]), max_size=6)):
        at += draw(short) // 4
        talk.append(Message(at, "visitor" if who == 0 else "bot" if who == BOT else "agent", who or None))
    if draw(st.booleans()):
        handed = [Handling(draw(st.sampled_from(PEOPLE)), opened, end, "closed", draw(st.none() | st.integers(1, 3)))]
    offers = [
        SurveyOffer(
            number * 10 + i,
            draw(st.sampled_from([end, end, None])),
            draw(st.none() | short.map(lambda later: end + later)),
            draw(_one_of("survey")),
            draw(_one_of("language")),
            draw(st.none() | st.integers(1, 5)),
            draw(st.sampled_from(["5", "5", "10"])),
            draw(st.none() | st.integers(0, 10)),
            draw(st.none() | st.integers(1, 7)),
            draw(st.none() | st.booleans()),
            source_id=draw(st.integers(1, 2)),
        )
        for i in range(draw(st.integers(0, 2)))
    ]
    sales = [
        Transaction(number * 10 + i, opened + draw(short), draw(st.integers(-5, 500)) * 250_000)
        for i in range(draw(st.integers(0, 2)))
    ]
    return Conversation(
        id=number,
        opened_at=opened,
        source_id=draw(st.integers(1, 2)),
        closed_at=draw(st.sampled_from([end, end, None])),
        labels=tuple(draw(_one_of(kind)) for kind in MEASURED_LABELS),
        rule_id=draw(_one_of("rule")),
        distribution_group_id=draw(_one_of("distribution_group")),
        visitor_id=draw(st.none() | st.integers(1, 3)),
        is_spam=draw(st.integers(0, 9)) == 0,
        groups=tuple(draw(st.lists(st.integers(1, 3), max_size=2, unique=True))),
        tags=tuple(draw(st.lists(st.sampled_from(IDS["tag"]), max_size=2, unique=True))),
        messages=tuple(talk),
        handlings=tuple(handed),
        offers=tuple(offers),
        transactions=tuple(sales),
    )


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[Conversation], list[SurveyOffer]]:
    talks = [draw(conversations(number)) for number in range(1, draw(st.integers(1, 12)))]
    lone = [
        SurveyOffer(900 + i, None, draw(moments), draw(_one_of("survey")), draw(_one_of("language")), csat, "5", nps)
        for i, (csat, nps) in enumerate(
            draw(st.lists(st.tuples(st.none() | st.integers(1, 5), st.none() | st.integers(0, 10)), max_size=4))
        )
    ]
    return talks, lone


class Bench:
    """A record with names for the ids, and a facts file that is filled again and again."""

    def __init__(self, folder: Path, mode: str = "in the file") -> None:
        self.mode = mode
        self.store = Store.open(f"sqlite:///{folder / 'record.db'}", create=True)
        self.file = DuckDBEngine(folder / "facts.duckdb")
        self.facts: DuckDBEngine | MemoryEngine = self.file
        self.rows: reference.Facts = {}
        with self.store.write() as connection:
            project = ensure_project(connection, "default")
            connection.execute(insert(t.source).values(id=1, project_id=project.id, name="import"))
            for kind, ids in IDS.items():
                rows = [{"id": i, "project_id": project.id, "kind": kind, "key": f"{kind} {i}"} for i in ids]
                connection.execute(insert(t.label), rows)
            groups = [{"id": i, "project_id": project.id, "key": f"group {i}"} for i in range(1, 4)]
            connection.execute(insert(t.agent_group), groups)
            people = [
                {"id": i, "source_id": 1, "external_id": f"agent {i}", "digest": 0, "import_id": 0} for i in PEOPLE
            ]
            connection.execute(insert(t.respondent), people)

    def fill(self, talks: list[Conversation], lone: list[SurveyOffer]) -> None:
        untold = frozenset((2, survey) for survey in (None, *IDS["survey"][:2]))
        offering = Offering(untold=untold, untold_sources=frozenset({2}))
        setting = MeasurementSettings(project_id=1, kinds={BOT: "bot"}, offering=offering)
        facts = [*(derive(one, setting) for one in talks), *(derive_offer(one, setting) for one in lone)]
        self.put(facts[::2] if self.mode == "changed since" else facts)
        if self.mode != "in the file":
            self.let_go()
            self.facts = MemoryEngine(self.file, HELD)
            self.facts.wait_for_tables()
        if self.mode == "changed since":
            self.put(facts)
        names = {table: [column.name for column in columns] for table, columns in TABLES.items()}
        self.rows = {
            table: [dict(zip(names[table], row, strict=True)) for one in facts for row in getattr(one, table)]
            for table in TABLES
        }
        whole = {row["conversation_id"]: row for row in self.rows["conversation"]}
        self.rows["handling"] = [whole[row["conversation_id"]] | row for row in self.rows["handling"]]

    def put(self, facts: list[Facts]) -> None:
        self.facts.replace(facts, conversations=range(1, 300), offers=range(900, 950), marks={1: 1})

    def ask(self, connection: Connection, indicator: str, **words: Any) -> Answer:
        return answer(Question(**{"indicator": indicator, "now": NOW, **words}), self.facts, connection)

    def let_go(self) -> None:
        if isinstance(self.facts, MemoryEngine):
            self.facts._tables.close()

    def close(self) -> None:
        self.facts.close()
        self.store.close()


@pytest.fixture(scope="module", params=["in the file", "in order", "changed since"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binned_durations, "BINS", 3)  # of few rows, several share a bin
        patch.setattr(quantiles, "BINS", 3)  # and are sooner looked for among those chosen than among those of a bin
        made = Bench(tmp_path_factory.mktemp("oracle"), request.param)
        yield made
        made.close()


def _id(dimension: str, key: str | None) -> Any:
    if key is None:
        return None
    if dimension == "automation":
        return {"full": 2, "partial": 1, "none": 0}[key]
    return 1 if dimension == "project" else int(key.rpartition(" ")[2])


def found(one: Answer, grain: str | None) -> dict[tuple[Any, ...], tuple[Any, int]]:
    """Return the rows of an answer that rest on anything, keyed as plain Python keys them."""
    by = one.by
    rows = {}
    for row in one.rows:
        if row.value.n == 0:
            continue
        moment = (row.bucket if by else row.key) if grain else None
        rating = row.rating if by or grain else row.key
        key = [_id(by, row.key)] if by else []
        key += [reference.bucket_of_key(moment, grain)] if moment and grain else []
        key += [int(rating)] if rating is not None and one.indicator in reference.RATINGS else []
        rows[tuple(key)] = (row.value.value, row.value.n)
    return rows


def check(bench: Bench, connection: Connection, indicator: str, asked: dict[str, Any]) -> None:
    grain, by, zone, where = asked["grain"], asked["by"], asked["zone"], asked["where"]
    period, anchor = asked["period"], asked["anchor"]
    if anchor not in INDICATORS[indicator].anchors:
        anchor = Anchor.CLOSED
    start, end = period or (None, None)
    filters = tuple(
        Filter(name, tuple(_key(name, one) for one in ids), is_excluded) for name, ids, is_excluded in where
    )
    one = bench.ask(
        connection,
        indicator,
        by=by,
        grain=grain,
        anchor=anchor,
        zone=zone,
        start=start,
        end=end,
        where=filters,
        window_s=24 * 3600,
    )
    rules = {"anchor": anchor, "zone": zone, "period": period, "where": where, "window_us": 24 * HOUR, "now": NOW}
    want = reference.expected(bench.rows, indicator, by=by, grain=grain, **rules)
    total = reference.expected(bench.rows, indicator, by=None, grain=None, **rules)
    if by or grain or isinstance(INDICATORS[indicator].measure, Distribution):
        assert found(one, grain) == {key: (pytest.approx(value, abs=1e-9), n) for key, (value, n) in want.items()}
    if isinstance(INDICATORS[indicator].measure, Distribution):
        assert one.total.n == sum(n for _value, n in total.values())
    elif total:
        assert one.total.value == pytest.approx(total[()][0], abs=1e-9)
        assert one.total.n == total[()][1]
    else:
        assert one.total.n == 0
        assert one.total.value in {None, 0}


def _is_weighed(one: Indicator) -> bool:
    return not isinstance(one.measure, Median | Percentile | Distribution | Count | Total)


MANY = 15
"""Rows with something in them, below which a comparison would say little."""


def _key(dimension: str, one: Any) -> str:
    if one is None:
        return ""
    if dimension in {"rating", "nps_rating", "hour_of_day", "weekday"}:
        return str(one)
    if dimension == "automation":
        return ("none", "partial", "full")[one]
    return f"{dimension} {one}"


filters = st.fixed_dictionaries(
    {},
    optional={
        "agent": st.sets(st.sampled_from([None, *PEOPLE]), min_size=1, max_size=2),
        "group": st.sets(st.sampled_from([None, 1, 2, 3]), min_size=1, max_size=2),
        "channel": st.sets(st.sampled_from([None, *IDS["channel"]]), min_size=1, max_size=2),
        "tag": st.sets(st.sampled_from([None, *IDS["tag"]]), min_size=1, max_size=2),
        "rating": st.sets(st.sampled_from([None, 1, 5]), min_size=1, max_size=2),
        "automation": st.sets(st.sampled_from([None, 0, 1, 2]), min_size=1, max_size=2),
        "hour_of_day": st.sets(st.sampled_from(range(24)), min_size=6, max_size=12),
        "weekday": st.sets(st.sampled_from(range(1, 8)), min_size=2, max_size=4),
    },
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    grain, place = draw(st.none() | st.sampled_from(Grain)), draw(st.sampled_from(STARTS))
    length = draw(st.none() | st.integers(1, 20))
    period = None if length is None else (place - DAY // 3, place - DAY // 3 + length * DAY // 4)
    if grain in {Grain.HOUR, Grain.THREE_HOURS}:  # over the whole year these are more buckets than anyone can read
        period = period or (place - DAY, place + 2 * DAY)
    return {
        "by": draw(st.none() | st.sampled_from(list(DIMENSIONS))),
        "grain": grain,
        "anchor": draw(st.sampled_from(Anchor)),
        "zone": draw(st.sampled_from(ZONES)),
        "period": period,
        "where": [(name, ids, draw(st.booleans())) for name, ids in draw(filters).items()],
    }


@given(company=companies(), asked=questions())
def test_every_indicator_equals_plain_python(
    bench: Bench, company: tuple[list[Conversation], list[SurveyOffer]], asked: dict[str, Any]
) -> None:
    bench.fill(*company)
    with bench.store.read() as connection:
        for indicator in INDICATORS:
            check(bench, connection, indicator, asked)


@pytest.mark.parametrize("indicator", list(INDICATORS))
def test_every_dimension_of_every_indicator_equals_plain_python(bench: Bench, indicator: str) -> None:
    bench.fill(_company(), [])
    with bench.store.read() as connection:
        for by in DIMENSIONS:
            for grain in (None, Grain.DAY):
                asked = {"by": by, "grain": grain, "anchor": Anchor.OPENED, "zone": "Europe/Paris"}
                check(bench, connection, indicator, asked | {"period": None, "where": []})


@pytest.mark.parametrize("indicator", [key for key, one in INDICATORS.items() if _is_weighed(one)])
def test_days_weighed_by_their_conversations_equal_plain_python(bench: Bench, indicator: str) -> None:
    bench.fill(_company(), [])
    one = INDICATORS[indicator]
    anchor = Anchor.OPENED if Anchor.OPENED in one.anchors else Anchor.CLOSED
    rules: dict[str, Any] = {"anchor": anchor, "zone": "Europe/Paris", "window_us": 24 * HOUR, "now": NOW}
    seen = 0
    with bench.store.read() as connection:
        for by in (None, "agent", "group", "channel", "tag"):
            for grain in (None, Grain.WEEK):
                asked = {"by": by, "grain": grain, "anchor": anchor, "zone": "Europe/Paris", "window_s": 24 * 3600}
                got = bench.ask(connection, indicator, weighting=Weighting.ALL, **asked)
                want = reference.weighted(bench.rows, indicator, by=by, grain=grain, **rules)
                total = reference.weighted(bench.rows, indicator, by=None, grain=None, **rules)[()]
                assert got.total.value == pytest.approx(total[0], abs=1e-9)
                if by or grain:
                    rows = {key: (pytest.approx(value, abs=1e-9), n) for key, (value, n) in want.items()}
                    assert found(got, grain) == rows
                    seen += len(rows)
    assert seen >= MANY


def _rated(i: int, opened: int) -> SurveyOffer:
    return SurveyOffer(i, opened, opened + i * 99 * SECOND, IDS["survey"][i % 3], None, 1 + i % 5, "5", i % 11)


def _company() -> list[Conversation]:
    """Make forty conversations that hold something in every dimension."""
    talks = []
    for i in range(1, 41):
        opened = STARTS[i % 2] + i * 37 * 60 * SECOND
        who = PEOPLE[i % 4]
        talks.append(
            Conversation(
                id=i,
                opened_at=opened,
                closed_at=opened + i * 90 * SECOND if i % 7 else None,
                labels=tuple(
                    IDS[kind][i % 3] if i % (place + 2) or kind == "language" else None
                    for place, kind in enumerate(MEASURED_LABELS)
                ),
                rule_id=IDS["rule"][i % 3],
                distribution_group_id=IDS["distribution_group"][i % 3] if i % 6 else None,
                visitor_id=i % 6 or None,
                groups=(1 + i % 3,) if i % 5 else (),
                tags=tuple(IDS["tag"][: i % 3]),
                messages=(
                    Message(opened, "visitor", None),
                    Message(opened + i * 11 * SECOND, "bot" if who == BOT else "agent", who),
                    Message(opened + i * 20 * SECOND, "agent", PEOPLE[i % 3]),
                ),
                offers=(
                    SurveyOffer(
                        i,
                        opened,
                        opened + i * 99 * SECOND,
                        IDS["survey"][i % 3],
                        None,
                        1 + i % 5,
                        "5",
                        i % 11,
                        1 + i % 7,
                    ),
                ),
                transactions=(Transaction(i, opened + i * 50 * SECOND, i * 1_250_000),) if i % 3 == 0 else (),
            )
        )
    return talks


def test_an_answer_is_of_one_moment_though_the_facts_change_while_it_is_made(bench: Bench) -> None:
    bench.fill(_company(), [])
    with bench.facts.snapshot() as view:
        before = view.rows("SELECT count(*) FROM conversation")
        bench.facts.replace([], conversations=range(1, 300), offers=(), marks={1: 2})

        assert view.rows("SELECT count(*) FROM conversation") == before == [(40,)]
        assert view.watermarks() == {1: 1}
    assert bench.facts.rows("SELECT count(*) FROM conversation") == [(0,)]
