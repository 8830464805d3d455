"""The page of an agent: who may see it, what is on it, and that nobody sees a ranking of one."""

import json
from collections.abc import Iterator
from html import unescape

import pytest

from ressenti.accounts.permissions import RIGHTS, Permission, Role
from tests.support.markup import read
from tests.support.scenario import World
from tests.support.site import Site, Words, company

PERIOD = "from=2026-10-15&to=2026-11-01"
ANA = f"/agent?{PERIOD}&where=agent%3Dana"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a company of which Ana Souza is in Lyon; she and a colleague share a conversation that went badly."""
    made = company(World(tmp_path_factory.mktemp("agents")))
    made.add("agents", agent_id="cy", name="Cy Marchand", group="Lyon")
    made.add("agents", agent_id="di", name="Di Ferrand", group="Lyon;Lille")
    for number in range(12):
        talk = [("visitor", f"2026-10-2{number % 5} 10:00"), ("agent:di", f"2026-10-2{number % 5} 10:05")]
        made.conversation(talk[0][1], closed=f"2026-10-2{number % 5} 10:40", messages=talk, csat=4)
    messages = [("visitor", "2026-10-20 09:00"), ("agent:ana", "2026-10-20 09:05"), ("agent:cy", "2026-10-20 09:06")]
    made.conversation("2026-10-20 09:00", closed="2026-10-20 09:40", messages=messages, conversation_id="bad")
    made.survey("bad", "2026-10-20 10:00", csat=1, comment="Two people, no answer.")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def opened(world: World) -> Iterator[dict[str, Site]]:
    """Give a client for each role: a supervisor of Lyon, and Ana herself."""
    with (
        Site(world) as administrator,
        Site(world, "analyst") as analyst,
        Site(world, "supervisor") as supervisor,
        Site(world, "agent") as agent,
    ):
        yield {"administrator": administrator, "analyst": analyst, "supervisor": supervisor, "agent": agent}


def rows(site: Site, address: str) -> list[list[str]]:
    """Return the rows of the table of figures."""
    return Words(site.get(address).text).tables["t sides"]


def test_the_page_names_the_agent_and_has_figures_evolution_and_conversations(opened: dict[str, Site]) -> None:
    html = opened["supervisor"].get(ANA).text
    words = Words(html)

    title = html.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith("Ana Souza · ")
    assert "<h1><bdi>Ana Souza</bdi></h1>" in html
    for title in ("Figures", "CSAT over time", "Conversations worth reading"):
        assert title in words.text or title.split()[0] in words.text
    assert "Rated 1 of 5".lower() in words.text.lower()
    assert "Two people, no answer." in words.text


def test_figures_stand_beside_those_of_everyone_the_viewer_sees(opened: dict[str, Site], world: World) -> None:
    head, csat, *_others = rows(opened["administrator"], ANA)
    days = {"from_": "2026-10-15", "to": "2026-11-01"}
    own, everyone = world.read("csat", where="agent=ana", **days), world.read("csat", **days)

    assert head[:4] == ["Indicator", "Ana Souza", "Everyone", "Difference"]
    assert csat[0] == "CSAT"
    assert csat[1].startswith(f"{own.value:.1f} %")
    assert csat[1].endswith(f"n {own.n}")
    assert csat[2] == f"{everyone.value:.1f} %n {everyone.n}"
    assert f"n {everyone.n}" not in rows(opened["supervisor"], ANA)[1][2]


def test_names_in_rankings_and_conversations_lead_to_the_page(opened: dict[str, Site], world: World) -> None:
    with world.store.read() as record:
        bad = record.exec_driver_sql("SELECT id FROM conversation WHERE external_id = 'bad'").scalar_one()
    supervisor = opened["supervisor"]
    ranking = unescape(supervisor.get(f"/report/by-agent?{PERIOD}&tab=agent&indicator=first_response_time").text)

    assert f'href="/agent?{PERIOD}&indicator=first_response_time&where=agent%3Dana"' in ranking
    assert 'href="/agent?where=agent%3Dana"' in supervisor.get(f"/conversations/{bad}").text
    assert 'href="/agent' not in opened["agent"].get(f"/conversations/{bad}").text


def test_only_who_may_see_an_agents_figures_sees_the_page(opened: dict[str, Site]) -> None:
    for role, status in (("administrator", 200), ("analyst", 200), ("supervisor", 422), ("agent", 422)):
        assert opened[role].get(f"/agent?{PERIOD}&where=agent%3Dbo").status_code == status
    assert opened["supervisor"].get(f"/agent?{PERIOD}&where=agent%3Dcy").status_code == 200
    assert opened["agent"].get(f"/agent?{PERIOD}&where=agent%3Dcy").status_code == 422


@pytest.mark.parametrize("query", ["", "where=channel%3DChat", "where=agent%3D", "where=agent%3Dana&where=agent%3Dbo"])
def test_an_address_that_names_no_single_agent_is_none(opened: dict[str, Site], query: str) -> None:
    assert opened["administrator"].get(f"/agent?{query}").status_code == 404


def test_whoever_sees_only_themselves_is_shown_no_ranking_of_agents(opened: dict[str, Site]) -> None:
    agent, supervisor = opened["agent"], opened["supervisor"]
    html, other = agent.get(f"/?{PERIOD}&whole=yes").text, supervisor.get(f"/?{PERIOD}&whole=yes").text

    assert 'id="by-agent"' in other
    assert 'id="by-agent"' not in html
    assert "tab=agent" not in html
    assert 'id="by-channel"' in html
    assert agent.get(f"/report/by-agent?{PERIOD}").status_code == 404
    asked = agent.get(f"/?{PERIOD}&tab=agent&whole=yes").text
    assert ('id="evolution"' in asked, 'id="by-agent"' in asked) == (True, False)
    assert 'id="by-agent"' not in agent.get(f"/?{PERIOD}&tab=survey&whole=yes").text


def test_an_agent_of_one_group_is_shown_no_ranking_of_it_and_one_of_two_groups_is(
    opened: dict[str, Site], world: World
) -> None:
    html = opened["agent"].get(f"/?{PERIOD}&whole=yes").text
    with Site(world, "agent", agents=("di",)) as of_two:
        other = of_two.get(f"/?{PERIOD}&whole=yes").text

    assert ('id="by-group"' in html, "tab=group" in html) == (False, False)
    assert opened["agent"].get(f"/report/by-group?{PERIOD}").status_code == 404
    assert ('id="by-group"' in other, "tab=group" in other) == (True, True)


def test_an_agents_own_page_has_nobody_beside(opened: dict[str, Site]) -> None:
    head = rows(opened["agent"], ANA)[0]

    assert head[:2] == ["Indicator", "Ana Souza"]
    assert "Everyone" not in head


def test_the_page_speaks_french(opened: dict[str, Site]) -> None:
    text = Words(opened["supervisor"].get(f"{ANA}&lang=fr").text).text
    opened["supervisor"].cookies.clear()

    assert "Conversations à lire en premier" in text


def test_conversations_are_on_the_page_of_those_only_who_may_read_conversations(
    opened: dict[str, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Conversations worth reading" in opened["analyst"].get(ANA).text
    assert "Two people, no answer." not in opened["analyst"].get(ANA).text  # an analyst reads no content

    monkeypatch.setitem(RIGHTS, Role.ANALYST, frozenset({Permission.READ_FIGURES}))
    shown = opened["analyst"].get(ANA)

    assert shown.status_code == 200
    assert "<h1><bdi>Ana Souza</bdi></h1>" in shown.text
    assert "Conversations worth reading" not in shown.text
    assert "/conversations/" not in shown.text


def test_what_a_page_says_of_itself_is_a_list_whatever_its_names_hold(opened: dict[str, Site]) -> None:
    page = read(opened["supervisor"].get(ANA).text)
    [region] = [one for one in page.all("p") if one.attributes.get("id") == "said"]

    assert json.loads(region.attributes["data-pieces"] or "")[:2] == ["Ana Souza", "CSAT"]
