"""Whatever is killed, a shard or who writes to it: no figure is shown that is not whole, and all become right."""

import random
import signal
import time
from collections.abc import Iterator

import pytest

from tests.facts.test_faults import add, child, company, told
from tests.support.engines.cluster import Cluster
from tests.support.environment import rounds
from tests.support.scenario import World
from tests.support.site import Site, Words, problem
from tests.support.site import company as tilleul

pytestmark = pytest.mark.cluster

SERIES = range(rounds(1, nightly=10))
KILLED = 2
TRIED = 5 * KILLED
"""How many times something has to be killed midway in a series, and how often that is tried: it may be over before."""
MORE = 400
"""How many conversations are recorded before each time something is killed."""


@pytest.fixture(scope="module")
def site(servers: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = tilleul(World(tmp_path_factory.mktemp("pages"), facts=servers.address("pages")))
    assert world.import_().total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


@pytest.fixture(scope="module")
def world(servers: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(tmp_path_factory.mktemp("killed"), MORE)
    made.facts = servers.address("killed")
    yield made
    made.close()


@pytest.fixture(scope="module")
def usual_s(world: World) -> dict[str, float]:
    """Return how long it takes to follow and to rebuild where nobody is killed."""
    address = world.facts or ""
    told(world.url, address)
    add(world, MORE)
    return {what: timed(what, world.url, address) for what in ("follow", "rebuild")}


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/conversations", "/comments", "/?tab=agent&where=agent%3Dana"])
    @pytest.mark.parametrize("shard", [0, 1])
    def test_without_a_shard_a_page_names_it_and_shows_no_figure(
        self, site: Site, servers: Cluster, path: str, shard: int
    ) -> None:
        before = site.get(path)
        with servers.without(shard):
            forget(site.world)
            response = site.get(path)
        forget(site.world)
        after = site.get(path)

        assert response.status_code == 503
        assert servers.named(shard) in response.text
        assert response.headers["retry-after"] == "5"
        assert Words(response.text).tables == {}
        assert "<figure" not in response.text
        assert (before.status_code, after.status_code) == (200, 200)
        again, once = Words(after.text).tables, Words(before.text).tables  # a figure that takes long comes on its own
        for name in again.keys() & once:
            shorter, longer = sorted((again[name], once[name]), key=len)
            assert [row for row in shorter if row not in longer] == []

    def test_without_a_shard_a_program_is_told_so_and_gets_no_file(self, site: Site, servers: Cluster) -> None:
        asked = ("/api/v1/indicators/csat?by=agent", "/api/v1/indicators/conversations?grain=day")
        before = [site.get(path).json() for path in asked]
        with servers.without(1):
            forget(site.world)
            said = [problem(site.get(path), 503, "facts_away") for path in asked]
        after = [site.get(path).json() for path in asked]

        assert all(servers.named(1) in sentence for sentence in said)
        assert after == before


class TestKilled:
    @pytest.mark.parametrize("series", SERIES)
    @pytest.mark.parametrize("what", ["follow", "rebuild"])
    def test_our_process_ended_with_kill_9_leaves_figures_that_become_right(
        self, world: World, usual_s: dict[str, float], what: str, series: int
    ) -> None:
        address, midway = world.facts or "", 0
        for turn in range(TRIED):
            if midway == KILLED:
                break
            add(world, MORE)
            with child(what, world.url, address) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(random.Random(f"{series} {turn}").uniform(0.1, 0.7) * usual_s[what])
                process.send_signal(signal.SIGKILL)
                midway += process.wait() == -signal.SIGKILL

            assert told(world.url, address) == right(world), f"round {turn}"

        assert midway == KILLED

    @pytest.mark.parametrize("series", SERIES)
    def test_a_shard_that_dies_while_it_is_written_to_has_what_it_missed_as_soon_as_it_is_back(
        self, world: World, usual_s: dict[str, float], servers: Cluster, series: int
    ) -> None:
        address, refused = world.facts or "", 0
        for turn in range(TRIED):
            if refused == KILLED:
                break
            add(world, MORE)
            with child("follow", world.url, address) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(random.Random(f"{series} {turn}").uniform(0.1, 0.7) * usual_s["follow"])
                with servers.without(1):
                    _said, errors = process.communicate(timeout=60)
                refused += "FactsAway" in errors
                assert process.returncode == 0 or servers.named(1) in errors, errors

            assert told(world.url, address) == right(world), f"round {turn}"

        assert refused == KILLED


def right(world: World) -> dict[str, object]:
    """Return what facts in a file say of the same record, measured anew."""
    for path in world.folder.glob("*.duckdb*"):
        path.unlink()
    found = told(world.url)
    assert found["verified"]["differences"] == []
    return found


def timed(what: str, url: str, address: str) -> float:
    with child(what, url, address) as process:
        assert process.stdout is not None
        process.stdout.readline()
        start = time.monotonic()
        assert process.wait(60) == 0
        return time.monotonic() - start


def forget(world: World) -> None:
    """Have every statement asked anew."""
    world.fact_store.forget()
