"""The forms that narrow a page: one for each dimension, with its keys, and everything else that was chosen kept."""

from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest

from ressenti.indicators.dimensions import DIMENSIONS
from tests.support.markup import Node, assert_sound, read
from tests.support.scenario import World
from tests.support.site import HOSTILE, Site

MANY = 2_000
CHOSEN = "period=7d&indicator=nps&tab=agent&order=n&beside=ana&beside=bo&where=channel%3DChat&where=channel%3D&rows=all"


def form(site: Site, name: str, query: str = "") -> Node:
    response = site.get(f"/filter/{name}?{query}")
    assert response.status_code == 200, response.text
    found = read(response.text)
    assert_sound(found)
    return found.one("form", id="filter-form")


def keys(found: Node) -> dict[str, str]:
    """Return the values that may be ticked and what they are called."""
    return {label.one("input").attributes["value"]: label.one("bdi").text for label in found.all("label", "check")}


def kept(found: Node) -> list[tuple[str, str]]:
    return [(one.attributes["name"], one.attributes["value"]) for one in found.all("input", type="hidden")]


def sent(found: Node, *ticked: str) -> str:
    """Return the address that the form leads to with these values ticked and no others."""
    return found.attributes["action"] + "?" + urlencode([*kept(found), *(("where", value) for value in ticked)])


class TestForm:
    @pytest.mark.parametrize("name", DIMENSIONS)
    def test_every_dimension_has_one(self, site: Site, name: str) -> None:
        found = form(site, name)

        assert found.attributes["action"] == "/"
        assert found.attributes["method"] == "get"
        assert all(value.startswith(f"{name}=") for value in keys(found))

    def test_it_names_every_key_in_order(self, site: Site) -> None:
        assert keys(form(site, "agent")) == {
            "agent=bo": HOSTILE,
            "agent=ana": "Ana Souza",
            "agent=robo": "Robo",
            "agent=": "no agent",
        }
        assert list(keys(form(site, "weekday")).values())[:2] == ["Monday", "Tuesday"]
        assert list(keys(form(site, "nps_rating"))) == [f"nps_rating={note}" for note in range(11)]
        assert len(keys(form(site, "hour_of_day"))) == 24

    def test_beside_each_key_stands_how_many_conversations_it_has(self, site: Site, world: World) -> None:
        def counts(query: str) -> dict[str, str]:
            rows = form(site, "channel", query).one("ul", "key-list").all("li")
            return {one.one("input").attributes["value"]: one.one("span", "n").text for one in rows}

        whole = counts("from=2026-10-01&to=2026-11-21")
        asked = {"from": "2026-10-01", "to": "2026-11-21"}
        wanted = {f"channel={key or ''}": n for key, (_v, n) in world.by("conversations", "channel", **asked).items()}

        assert {key: int(words.split()[0]) for key, words in whole.items() if words[0] != "0"} == wanted
        assert counts("from=2026-10-01&to=2026-11-21&where=channel%3DChat") == whole
        assert counts("from=2010-01-01&to=2010-01-02") == dict.fromkeys(whole, "0 conversations")

    def test_the_key_of_what_has_no_value_says_why(self, site: Site) -> None:
        assert "Nobody put a tag on these conversations." in form(site, "tag", "period=12m").text

    def test_it_keeps_all_that_was_chosen_but_its_own_keys(self, site: Site) -> None:
        assert kept(form(site, "agent", CHOSEN)) == parse_qsl(CHOSEN, keep_blank_values=True)
        assert kept(form(site, "channel", CHOSEN)) == [
            pair for pair in parse_qsl(CHOSEN, keep_blank_values=True) if pair[0] != "where"
        ]

    def test_the_keys_at_work_are_ticked(self, site: Site) -> None:
        found = form(site, "channel", CHOSEN)
        ticked = {one.attributes["value"] for one in found.all("input", name="where") if "checked" in one.attributes}

        assert ticked == {"channel=Chat", "channel="}

    def test_sending_it_narrows_the_page_and_cancelling_changes_nothing(self, site: Site) -> None:
        found = form(site, "agent", "period=12m&where=channel%3DChat")
        narrowed = read(site.get(sent(found, "agent=ana", "agent=")).text)

        assert [one.text for one in narrowed.all("span", "chip")] == ["Channel Chat", "Agent Ana Souza, no agent"]
        assert found.one("a", "ghost").attributes["href"] == "/?period=12m&where=channel%3DChat"

    def test_the_keys_may_be_those_that_are_not_meant(self, site: Site) -> None:
        found = form(site, "agent", "period=12m&where=channel%3DChat")
        [is_, is_not] = found.all("input", name="except")
        narrowed = read(site.get(sent(found, "agent=ana", "agent=") + f"&except={is_not.attributes['value']}").text)
        chips = narrowed.all("span", "chip")

        assert "checked" in is_.attributes
        assert [one.text for one in chips] == ["Channel Chat", "Agent is not Ana Souza, no agent"]
        assert [one.all("a")[1].attributes["href"] for one in chips] == [
            "/?period=12m&where=agent%21%3Dana&where=agent%21%3D",
            "/?period=12m&where=channel%3DChat",
        ]

    def test_what_is_set_aside_stays_so_when_it_is_chosen_anew(self, site: Site) -> None:
        found = form(site, "agent", "where=agent!%3Dana&where=channel!%3DChat")
        ticked = [one.attributes["value"] for one in found.all("input", name="where") if "checked" in one.attributes]

        assert "checked" in found.all("input", name="except")[1].attributes
        assert ticked == ["agent=ana"]
        assert kept(found) == [("where", "channel!=Chat")]

    def test_what_is_set_aside_beside_what_is_kept_is_left_as_it_is(self, site: Site) -> None:
        found = form(site, "agent", "where=agent!%3Dana&where=agent%3Dbo")

        assert "checked" in found.all("input", name="except")[0].attributes
        assert kept(found) == [("where", "agent!=ana")]

    def test_ticking_nothing_lets_go_of_the_filter(self, site: Site) -> None:
        widened = read(site.get(sent(form(site, "channel", "period=12m&where=channel%3DChat"))).text)

        assert widened.all("span", "chip") == []

    def test_it_leads_back_to_the_page_it_was_opened_on(self, site: Site) -> None:
        found = form(site, "agent", "page=%2Fcomments&period=7d&after=abc&before=def")

        assert found.attributes["action"] == "/comments"
        assert kept(found) == [("period", "7d")]
        assert found.one("a", "ghost").attributes["href"].startswith("/comments?period=7d")

    def test_the_filter_menu_of_the_page_leads_to_it(self, site: Site) -> None:
        menu = read(site.get(f"/?{CHOSEN}").text).one("div", id="filter-menu")
        said = {link.attributes["href"].partition("?")[0]: link.attributes["href"] for link in menu.all("a")}

        assert said.keys() == {f"/filter/{name}" for name in DIMENSIONS if name != "project"}
        for address in said.values():
            query = parse_qs(address.partition("?")[2], keep_blank_values=True)
            assert query.pop("page") == ["/"]
            assert query == parse_qs(CHOSEN, keep_blank_values=True)

    def test_the_language_and_the_theme_are_kept_by_their_cookies_not_by_the_form(self, site: Site) -> None:
        found = form(site, "channel", "lang=fr&theme=dark&period=7d")

        assert kept(found) == [("period", "7d")]


class TestRefusals:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/filter/mood", {404, 422}),
            ("/filter/", {404}),
            ("/filter/agent/ana", {404}),
            (f"/filter/{'x' * 3000}", {404, 422}),
            ("/filter/%3Cscript%3Ealert(1)%3C%2Fscript%3E", {404, 422}),
            ("/filter/agent?page=https%3A%2F%2Fevil.example", {422}),
            ("/filter/agent?page=%2F%2Fevil.example", {422}),
            ("/filter/agent?page=javascript%3Aalert(1)", {422}),
            ("/filter/agent?where=mood%3Dgood", {404, 422}),
            ("/filter/agent?where=agent%3Dnobody", {422}),
            ("/filter/agent?where=agent", {422}),
        ],
    )
    def test_what_cannot_be_filtered_by_is_said_on_a_page(self, site: Site, address: str, status: set[int]) -> None:
        response = site.get(address)

        assert response.status_code in status
        found = read(response.text)
        assert_sound(found)
        assert "This could not be shown." in found.text
        assert "x" * 201 not in response.text
        for link in found.all("a"):
            assert "evil.example" not in link.attributes["href"].partition("?")[0]

    def test_a_hostile_value_is_words_in_every_field(self, site: Site) -> None:
        found = form(site, "channel", urlencode({"x": HOSTILE, HOSTILE: "1"}))

        assert (("x", HOSTILE)) in kept(found)
        assert found.all("img") == []

    def test_a_stranger_is_led_to_sign_in(self, world: World) -> None:
        with Site(world, None) as stranger:
            response = stranger.get("/filter/agent?period=7d", follow_redirects=False)

        assert response.status_code == 303
        assert response.headers["location"].startswith("/sign-in")
        assert "Ana" not in response.text


class TestMany:
    @pytest.fixture(scope="class")
    @classmethod
    def crowd(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
        world = World(tmp_path_factory.mktemp("crowd")).settle()
        for i in range(MANY):
            world.add("agents", agent_id=f"a{i}", name=f"Agent {i:04}")
        world.conversation("2026-10-20 10:00", closed="2026-10-20 10:30", messages=[("agent:a7", "2026-10-20 10:05")])
        world.import_()
        yield world
        world.close()

    def test_two_thousand_agents_are_one_form_that_can_be_searched(self, crowd: World) -> None:
        with Site(crowd) as site:
            response = site.get("/filter/agent?where=agent%3Da7", headers={"accept-encoding": "gzip"})
            found = read(response.text).one("form", id="filter-form")

        assert len(keys(found)) == MANY + 1
        assert len(found.all("rs-narrow")) == 1
        assert [one.attributes["value"] for one in found.all("input", name="where") if "checked" in one.attributes] == [
            "agent=a7"
        ]
        assert int(response.headers["content-length"]) < 100_000

    def test_a_short_list_is_not_searched(self, site: Site) -> None:
        assert form(site, "channel").all("rs-narrow") == []

    def test_two_thousand_ticked_lead_to_a_page_or_to_a_clear_refusal(self, crowd: World) -> None:
        with Site(crowd) as site:
            found = form(site, "agent")
            response = site.get(sent(found, *keys(found)))

        assert response.status_code in {200, 414, 422, 431}
        assert_sound(read(response.text))


def test_whoever_is_kept_to_some_agents_is_shown_those_alone(world: World) -> None:
    with Site(world, "agent") as agent:
        assert [key for key in keys(form(agent, "agent")) if key != "agent="] == ["agent=ana"]


class TestLabels:
    @pytest.mark.parametrize("page", ["/", "/conversations", "/comments"])
    def test_a_page_takes_a_label_and_goes_on_with_its_key(self, site: Site, page: str) -> None:
        found = read(site.get(f"{page}?period=12m&where=agent=Ana+Souza").text)

        [chip] = found.all("span", "chip")
        assert chip.text == "Agent Ana Souza"
        assert any("where=agent%3Dana" in one.attributes.get("href", "") for one in chip.all("a"))

    def test_the_form_ticks_the_key_of_a_label(self, site: Site) -> None:
        found = form(site, "agent", "where=agent=Ana+Souza")

        ticked = [one.attributes["value"] for one in found.all("input", name="where") if "checked" in one.attributes]
        assert ticked == ["agent=ana"]

    def test_rows_side_by_side_may_be_named_by_their_labels(self, site: Site) -> None:
        found = read(site.get("/report/beside?period=12m&tab=agent&beside=Ana+Souza&beside=robo").text)

        assert "–" not in found.one("table", "sides").all("tr")[1].text.split()[:4]
        assert found.text == read(site.get("/report/beside?period=12m&tab=agent&beside=ana&beside=robo").text).text

    def test_a_conversation_list_behind_a_row_takes_its_label(self, site: Site) -> None:
        named, keyed = (
            site.get(f"/conversations?period=12m&of=csat&by=agent&key={key}").text for key in ("Ana+Souza", "ana")
        )

        assert read(named).one("table").text == read(keyed).one("table").text
        assert "key=ana" in named

    def test_tables_show_the_key_beside_a_label_that_differs(self, site: Site) -> None:
        told = read(site.get("/report/by-agent?period=12m&tab=agent").text)
        offered = form(site, "agent")

        for found in (told, offered):
            assert {one.text for one in found.all("span", "row-key")} >= {"ana", "bo"}
        assert not form(site, "channel").all("span", "row-key")
