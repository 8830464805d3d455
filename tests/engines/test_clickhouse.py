"""Facts on a cluster are kept as those in a file are: followed, verified, rebuilt; without a shard they are refused."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ressenti.facts.engines.clickhouse.servers import NativeSession
from ressenti.facts.refusals import BadFactsAddress, FactsAway, FactsDenied, FactsTaken
from ressenti.facts.store import FactStore
from ressenti.facts.verify import Verification, verify
from ressenti.record.stores.backup import copy_to
from tests.facts.test_store import figures
from tests.support.engines.cluster import HOST, PASSWORD, USER, Cluster
from tests.support.scenario import World
from tests.support.terminal import Terminal

pytestmark = pytest.mark.cluster

COUNT = "SELECT count(*) FROM conversation"


def told(world: World) -> World:
    for number in range(60):
        world.conversation(
            messages=[("visitor", "10:00"), ("agent:Ana", f"10:{1 + number % 50:02}")],
            csat=1 + number % 5,
            channel=f"Channel {number % 3}",
        )
    return world.survey(None, "12:00", nps=9)


@pytest.fixture
def world(tmp_path: Path, servers: Cluster) -> Iterator[World]:
    made = World(tmp_path, facts=servers.address(f"t{abs(hash(tmp_path))}"))
    yield told(made)
    with made.alone():
        opened = FactStore(made.store, facts=made.facts)
        opened._storage.discard()
        opened.close()
    made.close()


def verdict(world: World) -> Verification:
    return world.fact_store.using(lambda facts: verify(world.store, facts))


def rows_on(servers: Cluster, world: World) -> list[object]:
    """Return how many conversations each shard has, in the generation that answers."""
    database = world.fact_store._facts.database  # type: ignore[attr-defined]
    return [servers.ask(shard, f"SELECT count() FROM {database}.conversation_now")[0][0] for shard in range(2)]


def forget(world: World) -> None:
    """Have every statement asked anew."""
    world.fact_store.forget()


class TestKeeping:
    def test_the_figures_are_those_of_a_file(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "beside").mkdir()
        beside = told(World(tmp_path / "beside"))

        assert figures(world) == figures(beside)
        beside.close()

    def test_every_shard_has_a_part_of_the_conversations(self, world: World, servers: Cluster) -> None:
        figures(world)

        assert rows_on(servers, world) == [30, 30]

    def test_a_late_answer_is_in_the_next_figure_and_in_no_figure_twice(self, world: World) -> None:
        assert world.read("csat").n == 60
        world.survey("c1", "15:00", csat=5)

        assert world.read("csat").n == 61
        assert world.fact_store.using(lambda facts: facts.rows(COUNT)) == [(60,)]
        assert verdict(world).is_right

    def test_a_change_is_found_and_a_rebuild_mends_it(self, world: World) -> None:
        figures(world)
        facts = world.fact_store._facts
        facts.replace((), conversations=[2], offers=(), marks={})
        assert {one.conversation_id for one in verdict(world).differences} == {2}

        world.fact_store.rebuild()

        assert verdict(world).is_right

    def test_old_facts_answer_until_new_ones_are_whole_and_are_gone_then(self, world: World, servers: Cluster) -> None:
        before = figures(world)
        old = world.fact_store._storage.begin()
        old.close()
        assert figures(world) == before

        world.fact_store.rebuild()

        assert figures(world) == before
        databases = {row[0] for row in servers.ask(1, "SELECT name FROM system.databases")}
        own = world.fact_store._facts.database  # type: ignore[attr-defined]
        assert {name for name in databases if str(name).startswith(own.rpartition("_")[0] + "_")} == {own}

    def test_facts_that_lost_a_table_come_back(self, world: World, servers: Cluster) -> None:
        before = figures(world)
        database = world.fact_store._facts.database  # type: ignore[attr-defined]
        servers.ask(1, f"DROP TABLE {database}.answer_now")
        forget(world)

        assert figures(world) == before
        assert verdict(world).is_right

    def test_the_commands_take_the_address_from_where_they_are_told(self, world: World) -> None:
        figures(world)
        with world.alone():
            terminal = Terminal(world.url, RESSENTI_FACTS=world.facts or "")
            assert json.loads(terminal.run("read", "csat", "--format", "json").output)["total"]["n"] == 60
            assert terminal.run("rebuild").exit_code == 0
            assert terminal.run("verify", "--facts", world.facts or "").exit_code == 0
        assert not list(world.folder.glob("*.duckdb"))

    def test_an_import_measures_and_an_export_reads_where_the_option_says(self, world: World, tmp_path: Path) -> None:
        figures(world)
        file = tmp_path / "surveys.csv"
        file.write_text("survey_id,conversation_id,rated_at,csat,comment\nlate,c1,2024-05-14T15:00:00Z,5,Well done\n")
        with world.alone():
            terminal = Terminal(world.url)
            assert terminal.run("import", str(file), "--facts", world.facts or "").exit_code == 0
            exported = terminal.run("export", "comments", "--format", "jsonl", "--facts", world.facts or "")
            told = terminal.run("read", "csat", "--format", "json", "--facts", world.facts or "")
        assert json.loads(told.output)["total"]["n"] == 61
        assert "Well done" in exported.output
        assert not list(world.folder.glob("*.duckdb"))

    def test_facts_made_from_a_copy_are_taken_up_where_they_stand(self, world: World, tmp_path: Path) -> None:
        figures(world)
        (tmp_path / "beside").mkdir()
        copy_to(world.store, tmp_path / "beside" / "record.db")
        world.survey("c1", "15:00", csat=5)
        with world.alone():
            servers, world.facts = world.facts, None
            assert world.read("csat").n == 61
            copied = World(tmp_path / "beside", facts=servers)
            copied.fact_store.rebuild()
            assert copied.read("csat").n == 60
            copied.close()
        with world.alone():
            world.facts = servers
            opened = world.fact_store._facts.watermarks()

        assert world.read("csat").n == 61
        assert world.fact_store.watermarks() != opened
        assert verdict(world).is_right


class TestRefusing:
    def test_a_shard_that_is_away_is_named_and_is_back_by_itself(self, world: World, servers: Cluster) -> None:
        before = figures(world)
        with servers.without(1):
            forget(world)
            with pytest.raises(FactsAway, match=servers.named(1)) as away:
                figures(world)
            world.survey("c1", "15:00", csat=5)
            with pytest.raises(FactsAway, match=servers.named(1)):
                figures(world)
            assert (away.value.status, away.value.again_s) == (503, 5)

        assert figures(world) != before
        assert verdict(world).is_right

    def test_a_replace_that_broke_off_is_in_no_figure_until_it_is_through(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = world.read("csat")
        world.survey("c1", "15:00", csat=5)
        facts = world.fact_store._facts
        sent: list[str] = []

        def broken(one: NativeSession, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
            sent.append(table)
            if table == "conversation_in":
                raise FactsAway(server="one shard")
            insert(one, table, names, rows)

        insert = NativeSession.insert
        with monkeypatch.context() as broken_off:
            broken_off.setattr(NativeSession, "insert", broken)
            with pytest.raises(FactsAway):
                world.read("csat")
        assert sent == ["answer_in", "handling_in", "conversation_in"]
        with pytest.raises(FactsAway), facts.snapshot():
            pass

        assert world.read("csat").n == before.n + 1
        assert verdict(world).is_right

    def test_the_server_that_is_asked_may_be_away_as_well(self, world: World, servers: Cluster) -> None:
        figures(world)
        with servers.without(0), pytest.raises(FactsAway, match=servers.named(0)):
            world.fact_store.using(lambda facts: facts.rows(COUNT))

        assert world.fact_store.using(lambda facts: facts.rows(COUNT)) == [(60,)]

    def test_whoever_is_not_let_in_is_told_so_without_the_password(self, world: World, servers: Cluster) -> None:
        wrong = (world.facts or "").replace(quote(PASSWORD, safe=""), "guessed")
        with pytest.raises(FactsDenied, match=f"does not let {USER} in") as denied:
            FactStore(world.store, facts=wrong)

        assert "guessed" not in str(denied.value)

    def test_a_cluster_that_nobody_knows_is_no_address(self, world: World) -> None:
        with pytest.raises(BadFactsAddress):
            FactStore(world.store, facts=(world.facts or "").replace("cluster=pair", "cluster=other"))

    def test_facts_of_another_record_are_left_alone(self, world: World, tmp_path: Path) -> None:
        figures(world)
        (tmp_path / "beside").mkdir()
        beside = World(tmp_path / "beside", facts=world.facts)
        beside.now += 1
        beside.conversation(messages=[("visitor", "10:00")])
        with pytest.raises(FactsTaken, match="facts of another record"):
            beside.read("csat")
        beside.close()

        assert world.read("csat").n == 60

    def test_a_server_that_is_nowhere_is_refused_at_once(self, world: World) -> None:
        with pytest.raises(FactsAway, match=f"{HOST}:1 "):
            FactStore(world.store, facts=f"clickhouse://{HOST}:1/nowhere")
