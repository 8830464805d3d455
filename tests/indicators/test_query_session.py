"""Questions asked together are asked once: of one page, and of pages as long as nothing changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from ressenti.facts.engines.duckdb.engine import DuckDBSnapshot
from ressenti.indicators.model import Anchor, Comparison, Filter, Question
from ressenti.indicators.periods import read_date
from ressenti.indicators.query_session import QuerySession
from ressenti.kit.single_flight import SingleFlight
from tests.support.scenario import World

APRIL, MAY, JUNE = (read_date(day, "UTC") for day in ("2024-04-01", "2024-05-01", "2024-06-01"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Tell of two conversations in April and three in May, in two channels."""
    made = World(tmp_path)
    for day, channel, csat in (
        ("2024-04-03", "Chat", 1),
        ("2024-04-04", "Mail", 5),
        ("2024-05-03", "Chat", 5),
        ("2024-05-04", "Chat", 5),
        ("2024-05-05", "Mail", 2),
    ):
        made.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel=channel, csat=csat)
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write down every statement that the facts are asked for figures."""
    return heard_of(monkeypatch, lambda sql: "scale_low" not in sql)


@pytest.fixture
def scales_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write down every statement that asks which ratings are on a scale that is not counted."""
    return heard_of(monkeypatch, lambda sql: "scale_low" in sql)


def heard_of(monkeypatch: pytest.MonkeyPatch, is_meant: Callable[[str], bool]) -> list[str]:
    found: list[str] = []
    rows = DuckDBSnapshot.rows

    def heard(self: DuckDBSnapshot, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        if is_meant(sql):
            found.append(sql)
        return rows(self, sql, params)

    monkeypatch.setattr(DuckDBSnapshot, "rows", heard)
    return found


def question(indicator: str = "csat", **more: Any) -> Question:
    asked: dict[str, Any] = {"indicator": indicator, "start": MAY, "end": JUNE, "zone": "UTC", "now": JUNE}
    return Question(**(asked | more))


class TestOnePage:
    def test_an_equal_question_is_not_asked_again(self, world: World, asked: list[str]) -> None:
        sitting = QuerySession(world.fact_store)

        assert sitting(question()) is sitting(question())
        assert len(asked) == 1

    def test_breakdowns_share_their_total(self, world: World, asked: list[str]) -> None:
        sitting = QuerySession(world.fact_store)
        for by in ("channel", "agent", "campaign"):
            sitting(question(by=by))

        assert len(asked) == 4

    def test_which_scales_are_not_counted_is_asked_once_where_there_are_none(
        self, world: World, scales_asked: list[str]
    ) -> None:
        sitting = QuerySession(world.fact_store)
        for by in ("channel", "agent", "campaign"):
            sitting(question(by=by, start=APRIL))
        sitting(question())

        assert len(scales_asked) == 1

    def test_a_period_and_the_one_before_are_asked_in_one_statement(self, world: World, asked: list[str]) -> None:
        found = QuerySession(world.fact_store)(question(by="channel", compare=Comparison.MONTH))

        assert len(asked) == 2
        assert found.total.value == pytest.approx(200 / 3)
        assert found.previous is not None
        assert (found.previous.value, found.previous.n) == (50, 2)
        assert {row.label: (row.value.value, row.previous.value if row.previous else None) for row in found.rows} == {
            "Chat": (100, 0),
            "Mail": (0, 100),
        }

    def test_periods_that_overlap_are_asked_one_by_one_and_both_count_what_they_share(
        self, world: World, asked: list[str]
    ) -> None:
        start = read_date("2023-05-15", "UTC")
        found = QuerySession(world.fact_store)(question(start=start, compare=Comparison.YEAR, anchor=Anchor.OPENED))

        assert len(asked) == 2
        assert found.total.n == 5
        assert found.previous is not None
        assert found.previous.n == 0  # from May 2022 to the end of May 2023

        end = read_date("2025-05-04", "UTC")
        wide = question(start=read_date("2022-01-01", "UTC"), end=end, now=end, compare=Comparison.YEAR)
        found = QuerySession(world.fact_store)(wide)
        assert found.previous is not None
        assert (found.total.n, found.previous.n) == (5, 3)  # before 4 May 2024: two of April, one of May

    def test_a_bucket_without_anybody_in_either_period_is_not_lost(self, world: World) -> None:
        found = QuerySession(world.fact_store)(
            question(where=(Filter("channel", ("Mail",)),), compare=Comparison.PREVIOUS)
        )

        assert (found.total.n, found.previous and found.previous.n) == (1, 1)

        nobody = QuerySession(world.fact_store)(question("nps", by="channel", compare=Comparison.PREVIOUS))
        assert (nobody.total.value, nobody.total.n, nobody.previous and nobody.previous.n) == (None, 0, 0)


class TestLater:
    def test_another_page_is_answered_from_memory(self, world: World, asked: list[str]) -> None:
        first = QuerySession(world.fact_store)(question(by="channel"))
        count = len(asked)
        second = QuerySession(world.fact_store)(question(by="channel"))

        assert second == first
        assert len(asked) == count

    def test_until_something_is_recorded(self, world: World) -> None:
        before = QuerySession(world.fact_store)(question()).total
        world.conversation("2024-05-06 10:00", closed="2024-05-06 10:30", channel="Chat", csat=1)
        assert world.import_().total.rejected == 0
        after = QuerySession(world.fact_store)(question()).total

        assert (before.n, after.n) == (3, 4)
        assert after.value == 50

    def test_until_everything_is_measured_anew(self, world: World) -> None:
        facts = world.fact_store
        facts.using(lambda engine: engine.rows("DELETE FROM answer"))
        lost = QuerySession(facts)(question()).total
        facts.rebuild()  # nothing is written into the record for that
        found = QuerySession(facts)(question()).total

        assert (lost.n, found.n) == (0, 3)

    def test_what_somebody_may_not_see_is_not_remembered_for_them(self, world: World) -> None:
        """The memory holds statements, and what one is kept to is in the statement."""
        assert QuerySession(world.fact_store)(question()).total.n == 3
        assert QuerySession(world.fact_store, (("channel", (-1,)),))(question()).total.n == 0
        assert QuerySession(world.fact_store)(question()).total.n == 3


class TestOnce:
    def test_who_asks_meanwhile_waits_for_what_is_being_made(self) -> None:
        once: SingleFlight[str, int] = SingleFlight()
        both, made, found = Barrier(2), [], []

        def make() -> int:
            both.wait(10)
            made.append(1)
            return 7

        threads = [Thread(target=lambda: found.append(once("a", make))) for _ in range(3)]
        for one in threads:
            one.start()
        both.wait(10)
        for one in threads:
            one.join(10)

        assert (found, made) == ([7, 7, 7], [1])

    def test_what_failed_is_made_again(self) -> None:
        once: SingleFlight[str, int] = SingleFlight()

        with pytest.raises(ZeroDivisionError):
            once("a", lambda: 1 // 0)
        assert once("a", lambda: 3) == 3

    def test_only_the_latest_asked_for_are_kept(self) -> None:
        once: SingleFlight[str, str] = SingleFlight(2)
        for key in ("a", "b", "a", "c"):
            once(key, lambda key=key: key)  # type: ignore[misc]

        assert [once(key, lambda: "new") for key in ("a", "c", "b")] == ["a", "c", "new"]

    def test_what_is_too_much_is_given_and_not_kept(self) -> None:
        once: SingleFlight[str, list[int]] = SingleFlight(is_kept=lambda made: len(made) < 3)

        assert once("a", lambda: [1, 2, 3]) == [1, 2, 3]
        assert once("a", lambda: [4]) == [4]
        assert once("a", lambda: [5]) == [4]
