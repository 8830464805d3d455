"""What somebody is kept to holds whatever they ask: over the API, on pages, in exports and under any address."""

from collections.abc import Iterator
from typing import Any

import pytest

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from tests.support.scenario import World
from tests.support.site import Site, Words, company

CSAT = "/api/v1/indicators/csat"


@pytest.fixture(scope="module")
def everyone(world: World) -> Site:
    return Site(world)


@pytest.fixture(scope="module")
def supervisor(world: World) -> Site:
    """Return who is kept to the group Lyon."""
    return Site(world, "supervisor")


@pytest.fixture(scope="module")
def agent(world: World) -> Site:
    """Return who is kept to what ana took part in."""
    return Site(world, "agent")


def read(site: Site, path: str) -> Any:
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def figures(answer: Any) -> Any:
    return {name: answer[name] for name in ("total", "rows", "as_of")}


@pytest.mark.parametrize("key", list(INDICATORS))
@pytest.mark.parametrize(
    "asked", ["", "grain=week", "by=channel", "by=language", "compare=previous&from=2026-10-20&to=2026-10-27"]
)
def test_a_supervisor_reads_what_everyone_reads_of_their_group(
    everyone: Site, supervisor: Site, key: str, asked: str
) -> None:
    path = f"/api/v1/indicators/{key}?{asked}"

    assert figures(read(supervisor, path)) == figures(read(everyone, f"{path}&where=group=Lyon"))


@pytest.mark.parametrize("asked", ["", "by=channel", "grain=day"])
def test_an_agent_reads_what_everyone_reads_of_them(everyone: Site, agent: Site, asked: str) -> None:
    assert figures(read(agent, f"{CSAT}?{asked}")) == figures(read(everyone, f"{CSAT}?{asked}&where=agent=ana"))


@pytest.mark.parametrize("key", ["csat", "nps", "first_response_time", "handling_time"])
def test_a_change_comes_from_what_each_may_see(everyone: Site, supervisor: Site, key: str) -> None:
    path = f"/api/v1/indicators/{key}/drivers?from=2026-10-20&to=2026-10-27"
    own, same = read(supervisor, path), read(everyone, f"{path}&where=group=Lyon")

    assert {name: own[name] for name in ("total", "previous")} == {name: same[name] for name in ("total", "previous")}
    assert "Lille" not in {row["key"] for row in own["rows"]}


def test_each_sees_their_own_row_only(everyone: Site, supervisor: Site, agent: Site) -> None:
    def keys(site: Site, by: str) -> list[str]:
        return [row["key"] for row in read(site, f"{CSAT}?by={by}")["rows"]]

    assert sorted(keys(everyone, "group")) == ["Lille", "Lyon"]
    assert sorted(keys(everyone, "agent")) == ["ana", "bo"]
    assert keys(supervisor, "group") == ["Lyon"]
    assert keys(agent, "agent") == ["ana"]


@pytest.mark.parametrize(
    "wider",
    ["where=group=Lille", "where=group=Lille&where=group=Lyon", "where=agent=bo", "where=group=", "within=", "sql=1"],
)
def test_no_filter_widens_it(supervisor: Site, agent: Site, wider: str) -> None:
    for site in (supervisor, agent):
        answer = site.get(f"{CSAT}?{wider}")
        own = read(site, CSAT)["total"]["n"]

        assert answer.status_code in {200, 422}
        if answer.status_code == 200:
            assert answer.json()["total"]["n"] <= own


@pytest.mark.parametrize("by", list(DIMENSIONS))
def test_no_breakdown_adds_up_to_more(supervisor: Site, agent: Site, by: str) -> None:
    for site in (supervisor, agent):
        answer = site.get(f"{CSAT}?by={by}")
        if answer.status_code == 200:
            assert all(row["n"] <= read(site, CSAT)["total"]["n"] for row in answer.json()["rows"])


def test_a_supervisor_of_two_groups_reads_both(world: World, everyone: Site) -> None:
    both = Site(world, "supervisor", groups=("Lille", "Lyon"))

    assert read(both, CSAT)["total"] == read(everyone, f"{CSAT}?where=group=Lille&where=group=Lyon")["total"]


def test_pages_tell_what_the_api_tells(everyone: Site, supervisor: Site) -> None:
    """A page loads its slower parts later; `whole` waits for them."""
    own = Words(supervisor.get("/?period=12m&whole=yes").text).tables
    told = Words(everyone.get("/?period=12m&whole=yes&where=group=Lyon").text).tables

    assert own
    assert own == told
    assert "Lille" not in str(own)


def test_conversations_of_others_are_not_listed_and_not_there(everyone: Site, supervisor: Site, world: World) -> None:
    def numbers(site: Site) -> set[str]:
        found: set[str] = set()
        for page in range(1, 4):
            words = Words(site.get(f"/conversations?period=12m&page={page}").text)
            links = (attributes.get("href") or "" for tag, attributes in words.tags if tag == "a")
            found |= {link.partition("?")[0] for link in links if link.startswith("/conversations/")}
        return found

    others = numbers(everyone) - numbers(supervisor)
    unknown = supervisor.get("/conversations/999999")

    assert others
    for path in others:
        answer = supervisor.get(path)
        assert answer.status_code == unknown.status_code == 404
        assert answer.text.replace(path, "") == unknown.text.replace("/conversations/999999", "")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("alone")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


def test_who_is_kept_to_nothing_reads_nothing(alone: World) -> None:
    """A group that is taken away leaves nothing to see, and never everything."""
    site = Site(alone, "supervisor")
    with alone.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM token_group")

    assert read(site, CSAT)["total"]["n"] == 0
    assert read(site, f"{CSAT}?by=group")["rows"] == []
