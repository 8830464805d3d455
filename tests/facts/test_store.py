"""The facts are a cache that comes back by itself: missing, cut, flipped, foreign or behind."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.engine import DamagedFacts, Engine
from ressenti.facts.process_lock import Lock
from ressenti.facts.projector import BuildProgress, build
from ressenti.facts.refusals import FactsClosing, FactsLocked, Measuring
from ressenti.facts.store import FactStore, facts_path
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    for number in range(300):
        made.conversation(
            messages=[("visitor", "10:00"), ("agent:Ana", f"10:{1 + number % 50:02}")],
            csat=1 + number % 5,
            channel=f"Channel {number % 3}",
        )
    made.survey(None, "12:00", nps=9)
    yield made
    made.close()


def figures(world: World) -> list[object]:
    asked = [
        ("csat", {"by": "channel"}),
        ("first_response_time", {"by": "agent"}),
        ("response_rate", {}),
        ("nps", {"anchor": "answered"}),
    ]
    return [world.answer(indicator, **words).as_json() for indicator, words in asked]


def remove(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwrite(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(12_288, len(content), 40_000):
        content[place : place + 64] = bytes(64 * [255])
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("damage", [remove, cut, empty, overwrite, flip])
def test_damaged_facts_come_back_with_the_same_figures(world: World, damage: Callable[[Path], None]) -> None:
    before = figures(world)

    with world.alone():
        damage(facts_path(world.store.path))

    assert figures(world) == before


def test_what_was_damaged_is_set_aside_not_thrown_away(world: World) -> None:
    figures(world)
    with world.alone():
        overwrite(facts_path(world.store.path))
    figures(world)

    aside = list(world.folder.glob("*.corrupt-*"))

    assert any(path.read_bytes().startswith(b"not a database") for path in aside)


def test_facts_of_another_record_are_rebuilt(world: World, tmp_path: Path) -> None:
    figures(world)
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    for _ in range(3):
        other.conversation(csat=5)
    small = other.answer("csat").as_json()
    with other.alone(), world.alone():
        facts_path(other.store.path).write_bytes(facts_path(world.store.path).read_bytes())

    assert other.answer("csat").as_json() == small
    other.close()


def test_a_second_holder_is_told_who_holds_them(world: World) -> None:
    figures(world)

    with pytest.raises(FactsLocked, match=r"pid \d+"):
        FactStore(world.store, patience_s=0.2)


def test_the_lock_is_free_again_when_its_holder_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    Lock(path).release()

    Lock(path, patience_s=0).release()


def test_a_late_answer_changes_the_figures_of_the_day_it_belongs_to(world: World) -> None:
    before = world.read("csat").n
    key = world.conversation()
    world.import_()
    assert world.read("csat").n == before

    world.survey(key, "2024-05-20 09:00", csat=5)

    assert world.read("csat").n == before + 1
    assert world.read("csat", from_="2024-05-14", to="2024-05-15").n == before + 1


def test_a_respondent_declared_a_bot_later_changes_what_they_answered(world: World) -> None:
    assert world.read("first_response_time").n == 300

    world.add("agents", agent_id="Ana", kind="bot")

    assert world.read("first_response_time").n == 0
    assert world.read("automation_rate").value == 100


def test_a_setting_of_the_project_is_applied_to_what_was_measured_before(world: World) -> None:
    for rating in (8, 9, 10):
        world.survey(None, "12:00", csat=rating, csat_scale=10)
    assert world.read("csat", anchor="answered").n == 300

    world.settle(satisfied={"10": (9, 10)})

    found = world.read("csat", anchor="answered")
    assert found.n == 303
    assert found.value == pytest.approx(100 * 122 / 303)
    assert world.read("csat_average", anchor="answered").n == 300


def test_a_sale_of_the_visitor_moves_to_a_later_conversation_that_arrives_later(world: World) -> None:
    world.conversation("10:00", closed="10:30", visitor_id="v", channel="Early")
    world.add("transactions", transaction_id="order", at="2024-05-14T12:00Z", amount="19.90", visitor_id="v")
    assert world.by("revenue", "channel") == {"Early": (19.9, 1)}

    world.conversation("11:00", closed="11:30", visitor_id="v", channel="Late")

    assert world.by("revenue", "channel") == {"Late": (19.9, 1)}


def test_questions_asked_while_the_facts_are_rebuilt_and_changed_get_right_answers(world: World) -> None:
    world.read("csat")
    fact_store = world.fact_store
    found: list[int] = []
    ending = threading.Event()

    def ask() -> None:
        while not ending.is_set():
            found.append(fact_store.using(lambda facts: facts.rows("SELECT count(*) FROM conversation")[0][0]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        fact_store.rebuild()
    ending.set()
    for thread in threads:
        thread.join()

    assert set(found) == {300}
    assert len(found) > 10


def test_where_the_facts_stand_is_told_though_they_prove_damaged_under_the_question(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures(world)
    before, whole = world.fact_store.watermarks(), DuckDBEngine.watermarks

    def fail_once(_facts: DuckDBEngine) -> dict[int, int]:
        monkeypatch.setattr(DuckDBEngine, "watermarks", whole)
        raise DamagedFacts("a page of it is gone")

    monkeypatch.setattr(DuckDBEngine, "watermarks", fail_once)

    assert world.fact_store.watermarks() == before == {1: max(before.values())}


class TestMeanwhile:
    """A server that meets damaged facts answers at once how far it is, and as before when they are measured."""

    @pytest.fixture
    def server(self, world: World) -> Iterator[FactStore]:
        figures(world)
        with world.alone():
            fact_store = FactStore(world.store, answers_meanwhile=True)
            yield fact_store
            fact_store.close()

    def damaged(self, fact_store: FactStore) -> None:
        def fail(_facts: Engine) -> None:
            raise DamagedFacts("a page of it is gone")

        with pytest.raises(Measuring):
            fact_store.using(fail)

    def count(self, fact_store: FactStore) -> int:
        return int(fact_store.using(lambda facts: facts.rows("SELECT count(*) FROM conversation"))[0][0])

    def test_it_is_measured_again_and_set_aside(self, world: World, server: FactStore) -> None:
        self.damaged(server)

        assert eventually(lambda: self.count(server)) == 300
        assert len(list(world.folder.glob("record.facts.duckdb.corrupt-*"))) == 1

    def test_whoever_asks_meanwhile_is_told_how_far_it_is(
        self, server: FactStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def slowly(*given: Any, progress: BuildProgress) -> Engine:
            progress(120, 300)
            begun.set()
            assert go_on.wait(10)
            facts: Engine = build(*given, progress=progress)
            return facts

        monkeypatch.setattr("ressenti.facts.store.build", slowly)
        self.damaged(server)
        assert begun.wait(10)
        for ask in (self.count, FactStore.watermarks):
            with pytest.raises(Measuring, match="120 of 300 conversations"):
                ask(server)
        go_on.set()

        assert eventually(lambda: self.count(server)) == 300

    def test_a_repair_that_fails_is_begun_again(self, server: FactStore, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_given: Any, **_more: Any) -> Path:
            raise OSError("no room")

        with monkeypatch.context() as broken:
            broken.setattr("ressenti.facts.store.build", fail)
            self.damaged(server)
            for _ in range(3):
                with pytest.raises(Measuring):
                    self.count(server)

        assert eventually(lambda: self.count(server)) == 300

    def test_one_that_ends_before_leaves_the_repair_to_the_next(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        figures(world)
        with world.alone():
            fact_store = FactStore(world.store, answers_meanwhile=True)
            begun = threading.Event()

            def endlessly(*_given: Any, progress: BuildProgress) -> Path:
                while True:
                    begun.set()
                    progress(1, 300)

            with monkeypatch.context() as slow:
                slow.setattr("ressenti.facts.store.build", endlessly)
                self.damaged(fact_store)
                assert begun.wait(10)
                fact_store.close()

        assert figures(world) == figures(world)
        assert world.read("csat").n == 300


def eventually(ask: Callable[[], int]) -> int:
    """Ask until the answer is there, as a page does that asks again by itself."""
    until = time.monotonic() + 20
    while True:
        try:
            return ask()
        except Measuring:
            assert time.monotonic() < until
            time.sleep(0.02)


def test_what_a_rebuild_that_was_ended_leaves_is_removed_by_the_next_start(world: World) -> None:
    before = figures(world)
    new = facts_path(world.store.path).with_name("record.facts.duckdb.new")
    leavings = [new, new.with_name(new.name + ".wal"), new.with_name(new.name + ".closed")]
    spilled = new.with_name(new.name + ".tmp")
    with world.alone():
        for path in leavings:
            path.write_bytes(b"half")
        spilled.mkdir()
        (spilled / "part").write_bytes(b"half")

    assert figures(world) == before
    assert not [path for path in (*leavings, spilled) if path.exists()]


def test_while_everything_is_rebuilt_an_import_is_measured_and_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.read("csat")
    is_building, may_end = threading.Event(), threading.Event()

    def slowly(*given: Any, **named: Any) -> Any:
        is_building.set()
        assert may_end.wait(PATIENCE_S)
        return build(*given, **named)

    monkeypatch.setattr("ressenti.facts.store.build", slowly)
    rebuilding = threading.Thread(target=world.fact_store.rebuild)
    rebuilding.start()
    assert is_building.wait(PATIENCE_S)
    before = world.read("conversations").n
    world.conversation()

    assert world.read("conversations").n == before + 1
    assert rebuilding.is_alive()
    may_end.set()
    rebuilding.join()
    assert world.read("conversations").n == before + 1


def test_a_rebuild_that_fails_leaves_nothing_and_the_facts_as_they_were(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(world)

    def fail(_record: object, _facts: object, **_how: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ressenti.facts.store.build", fail)
    with pytest.raises(ZeroDivisionError):
        world.fact_store.rebuild()

    assert figures(world) == before
    assert not list(world.store.path.parent.glob("*.new*"))


def test_who_asks_when_it_closes_is_answered_and_who_comes_later_is_told_that_it_ended(world: World) -> None:
    is_asking, may_answer = threading.Event(), threading.Event()
    answers: list[int] = []

    def ask(facts: Engine) -> int:
        is_asking.set()
        assert may_answer.wait(60)
        return int(facts.rows("SELECT count(*) FROM conversation")[0][0])

    world.answer("csat")
    with world.alone():
        fact_store = FactStore(world.store)
        asking = threading.Thread(target=lambda: answers.append(fact_store.using(ask)))
        asking.start()
        assert is_asking.wait(60)
        closing = threading.Thread(target=fact_store.close)
        closing.start()
        may_answer.set()
        asking.join()
        closing.join()

        assert len(answers) == 1
        with pytest.raises(FactsClosing):
            fact_store.using(lambda facts: facts.rows("SELECT 1"))
        with pytest.raises(FactsClosing):
            fact_store.watermarks()
