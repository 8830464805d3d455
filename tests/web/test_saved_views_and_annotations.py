"""What people keep: views and markers, each their own, with words for whatever cannot be kept."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.markup import read
from tests.support.scenario import World
from tests.support.signed_in import somebody
from tests.support.site import HOSTILE, Site, Words, company, plain


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Fill a world of its own: these tests write into it."""
    made = company(World(tmp_path_factory.mktemp("keeping")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(world: World) -> dict[str, Site]:
    """Return the browsers of two analysts, an agent and an administrator."""
    roles = {"ana": "analyst", "ben": "analyst", "cleo": "agent", "dora": "administrator"}
    return {name: somebody(world, role, f"{name}@company.example") for name, role in roles.items()}


def words(html: str) -> str:
    return Words(html).text


def saved(site: Site, name: str, query: str = "", **more: Any) -> int:
    """Keep a view and return its number."""
    answer = site.post("/views", data={"name": name, "page": "report", "query": query, **more})
    assert answer.status_code == 303, plain(answer.text)
    return int(answer.headers["location"].rpartition("=")[2])


class TestViews:
    def test_a_view_opens_the_page_as_it_was(self, people: dict[str, Site]) -> None:
        query = "from=2026-10-15&to=2026-10-29&indicator=nps&where=channel%3DChat"
        number = saved(people["ana"], "NPS of the chat", query)

        opened = people["ana"].get(f"/views/{number}")

        assert (opened.status_code, opened.headers["location"]) == (303, f"/?{query}")

    def test_a_preset_stays_a_preset_and_moves_on(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Last week", "period=last_week")

        assert people["ana"].get(f"/views/{number}").headers["location"] == "/?period=last_week"
        assert "Last week" in words(people["ana"].get("/views").text)

    def test_a_filter_by_a_label_is_kept_by_its_key(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Ana's", "where=agent%3DAna+Souza&where=channel%3DNowhere")
        opened = people["ana"].get(f"/views/{number}")
        form = people["ana"].get("/mailings/new?where=agent%3DAna+Souza")

        assert opened.headers["location"] == "/?where=agent%3Dana&where=channel%3DNowhere"
        assert 'name="query" value="where=agent%3Dana"' in form.text

    def test_language_and_theme_are_not_part_of_a_view(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Plain", "lang=fr&theme=dark&indicator=nps")

        assert people["ana"].get(f"/views/{number}").headers["location"] == "/?indicator=nps"

    @pytest.mark.parametrize(
        ("page", "query", "kept"),
        [
            ("report", "indicator=nps&agent=ana&q=ana&key=ana&surname=Diop&beside=ana", "/?indicator=nps"),
            ("report", "period=30d&tab=agent&beside=ana", "/?period=30d&tab=agent&beside=ana"),
            ("satisfaction", "period=7d&note=4", "/?period=7d&tab=survey"),
            ("conversations", "period=all&q=refund&tab=agent&beside=ana&nps=5", "/conversations?period=all&q=refund"),
            ("conversations", "of=csat&by=agent&key=&surname=Diop", "/conversations?of=csat&by=agent&key="),
            ("comments", "note=4&nps=promoter&q=thanks&of=csat&key=ana", "/comments?note=4&nps=promoter&q=thanks"),
        ],
    )
    def test_a_view_is_kept_with_the_parameters_that_its_page_knows(
        self, people: dict[str, Site], page: str, query: str, kept: str
    ) -> None:
        number = saved(people["dora"], f"{page} {query}", query, page=page)

        assert people["dora"].get(f"/views/{number}").headers["location"] == kept
        assert people["dora"].get(kept).status_code == 200

    def test_a_view_that_searches_says_for_what_and_whom_it_is_offered_to(self, people: dict[str, Site]) -> None:
        form = words(people["ana"].get("/views/new?view=conversations&period=all&q=refund").text)
        saved(people["ana"], "Refunds", "period=all&q=refund", page="conversations", share="yes")

        assert "Any date · with “refund”" in form
        assert "it is offered to those only who see everything" in form
        assert "Refunds" in words(people["ben"].get("/views").text)
        assert "Refunds" not in words(people["cleo"].get("/views").text)

    def test_another_persons_own_view_is_not_there(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Private")

        assert people["ben"].get(f"/views/{number}").status_code == 404
        assert people["dora"].get(f"/views/{number}").status_code == 404
        for what in ("rename", "share", "forget"):
            answer = people["ben"].post(f"/views/{number}/{what}", data={"name": "Mine", "share": "yes"})
            assert answer.status_code == 404
        assert people["ana"].get(f"/views/{number}").status_code == 303

    def test_a_shared_view_opens_for_others_who_cannot_change_it(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "For all", share="yes")

        assert people["cleo"].get(f"/views/{number}").status_code == 303
        assert "For all" in words(people["ben"].get("/views").text)
        assert people["ben"].post(f"/views/{number}/forget").status_code == 404
        assert people["ana"].post(f"/views/{number}/share", data={"share": ""}).status_code == 303
        assert people["ben"].get(f"/views/{number}").status_code == 404

    def test_an_agent_keeps_views_and_shares_none(self, people: dict[str, Site]) -> None:
        number = saved(people["cleo"], "My chats", share="yes")

        assert people["ben"].get(f"/views/{number}").status_code == 404
        assert people["cleo"].post(f"/views/{number}/share", data={"share": "yes"}).status_code == 403

    def test_a_view_is_called_otherwise_and_forgotten(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Old name")

        assert people["ana"].post(f"/views/{number}/rename", data={"name": "  New\n name "}).status_code == 303
        assert "New name" in words(people["ana"].get("/views").text)
        assert people["ana"].post(f"/views/{number}/forget").status_code == 303
        assert people["ana"].get(f"/views/{number}").status_code == 404

    @pytest.mark.parametrize(
        ("name", "status", "said"),
        [
            ("", 422, "Give it a name"),
            (" \n\t ", 422, "Give it a name"),
            ("Nights\0", 422, "holds a control character (U+0000)"),
            ("é" * 81, 422, "room for 80 characters; this one has 81"),
            ("Taken", 409, "already have “Taken”"),
            ("tAKEN", 409, "already have “tAKEN”"),
        ],
    )
    def test_a_name_that_cannot_be_is_said_and_stays_in_its_field(
        self, people: dict[str, Site], name: str, status: int, said: str
    ) -> None:
        if not (people["ben"].get("/views").text.count(">Taken<")):
            saved(people["ben"], "Taken")
        answer = people["ben"].post("/views", data={"name": name, "page": "report", "query": "indicator=nps"})

        assert answer.status_code == status
        assert said in words(answer.text)
        assert 'name="query" value="indicator=nps"' in answer.text

    @pytest.mark.parametrize("query", ["where=chanel=Chat", "from=yesterday", "indicator=happiness", "zone=Mars/Base"])
    def test_what_a_page_would_refuse_is_not_kept(self, people: dict[str, Site], query: str) -> None:
        answer = people["ana"].post("/views", data={"name": "Broken", "page": "report", "query": query})

        assert answer.status_code == 422
        assert "Broken" not in words(people["ana"].get("/views").text)

    @pytest.mark.parametrize("query", ["columns=surname", "of=csat&grain=day&bucket=Mrs+Diop", "q=x&sort=agent%20Diop"])
    def test_words_that_the_list_of_conversations_would_refuse_are_not_kept(
        self, people: dict[str, Site], query: str
    ) -> None:
        answer = people["ana"].post("/views", data={"name": "Broken", "page": "conversations", "query": query})

        assert answer.status_code == 422

    def test_a_page_of_which_no_view_is_kept_is_refused(self, people: dict[str, Site]) -> None:
        answer = people["ana"].post("/views", data={"name": "Elsewhere", "page": "https://evil.example", "query": ""})

        assert answer.status_code == 422
        assert "evil.example" in words(answer.text)

    def test_a_name_that_attacks_is_text(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], HOSTILE)
        page = people["ana"].get("/views").text

        assert "<script>alert" not in page
        assert plain(HOSTILE) in words(page)
        people["ana"].post(f"/views/{number}/forget")

    def test_the_menu_of_the_report_leads_to_a_form_that_knows_the_view(self, people: dict[str, Site]) -> None:
        page = people["ana"].get("/views/new?period=last_month&where=channel%3DChat")

        assert page.status_code == 200
        assert "CSAT · Channel: Chat · Last month" in words(page.text)

    def test_a_view_is_listed_by_its_indicator_the_names_of_its_values_and_its_days(
        self, people: dict[str, Site]
    ) -> None:
        number = saved(people["ana"], "Ana", "indicator=nps&tab=channel&where=agent%3Dana&where=language!%3Dfr")
        listed = words(people["ana"].get("/views").text)
        in_french = words(people["ana"].get("/views?lang=fr").text)
        people["ana"].get("/views?lang=en")
        people["ana"].post(f"/views/{number}/forget")

        assert "NPS · Channels · Agent: Ana Souza · Language is not French · 30 days" in listed
        assert "NPS · Canaux · Agent : Ana Souza" in in_french

    def test_saved_views_open_from_a_menu_of_the_report(self, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "NPS again", "indicator=nps&where=channel%3DChat")
        page = read(people["ana"].get("/?indicator=nps&where=channel%3DChat").text)
        people["ana"].post(f"/views/{number}/forget")

        [menu] = [one for one in page.all("details") if "views" in one.kinds]
        assert menu.all("summary")[0].text == "NPS again"
        assert [one.attributes["href"] for one in menu.all("a") if "aria-current" in one.attributes] == [
            f"/views/{number}"
        ]
        assert "/views/new?indicator=nps&where=channel%3DChat" in [one.attributes["href"] for one in menu.all("a")]

    def test_a_token_keeps_nothing_and_reads_what_is_shared(self, world: World, people: dict[str, Site]) -> None:
        number = saved(people["ana"], "Seen by programs", share="yes")
        with Site(world, as_="analyst") as program:
            program.follow_redirects = False
            assert program.post("/views", data={"name": "X", "page": "report", "query": ""}).status_code == 403
            assert program.get(f"/views/{number}").status_code == 303


def marked(site: Site, words: str = "New templates", **more: str) -> int:
    """Set a marker and return its number."""
    typed = {"words": words, "kind": "action", "day": "2026-10-21", "time": "14:30", **more}
    answer = site.post("/markers", data=typed)
    assert answer.status_code == 303, plain(answer.text)
    return int(answer.headers["location"].rpartition("/")[2])


class TestMarkers:
    def test_a_marker_stands_at_its_moment_on_the_clock_of_the_zone(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"])
        page = people["ben"].get(f"/markers/{number}").text

        assert 'datetime="2026-10-21T14:30:00+02:00"' in page
        assert "21 Oct 2026, 14:30" in words(page)

    def test_before_and_after_are_the_figures_that_the_command_line_reads(
        self, world: World, people: dict[str, Site]
    ) -> None:
        number = marked(people["ana"], day="2026-10-22", time="00:00")
        table = Words(people["ana"].get(f"/markers/{number}?window=7").text).tables["t sides"]
        rows = {row[0]: row for row in table[1:]}

        before = world.read("csat", from_="2026-10-15", to="2026-10-22")
        after = world.read("csat", from_="2026-10-22", to="2026-10-29")
        assert rows["CSAT"][1].startswith(f"{before.value:.1f} %")
        assert rows["CSAT"][1].endswith(f"n {before.n}")
        assert rows["CSAT"][2].startswith(f"{after.value:.1f} %")
        assert rows["CSAT"][2].endswith(f"n {after.n}")
        assert len(rows) == 6

    @pytest.mark.parametrize("time", ["00:00", "14:30"])
    def test_each_side_leads_to_the_conversations_it_counts(self, people: dict[str, Site], time: str) -> None:
        number = marked(people["ana"], day="2026-10-22", time=time)
        page = read(people["ana"].get(f"/markers/{number}?window=7").text)
        closed = next(row for row in page.one("table", "sides").rows() if row[0].text == "Closed")

        for cell in closed[1:3]:
            listed = people["ana"].get(cell.one("a").attributes["href"])
            assert listed.status_code == 200
            assert re.search(rf"\b{cell.text} conversations", words(listed.text)), cell.text
        assert f"22 Oct 2026, {time} –" in words(listed.text)

    @pytest.mark.parametrize("span", ["since=yesterday&until=today", "since=2026-10-22&until=2026-10-15"])
    def test_a_span_that_cannot_be_is_refused(self, people: dict[str, Site], span: str) -> None:
        assert people["ana"].get(f"/conversations?of=csat&{span}").status_code == 422

    def test_the_filters_of_the_report_are_carried(self, world: World, people: dict[str, Site]) -> None:
        number = marked(people["ana"], day="2026-10-22", time="00:00")
        page = people["ana"].get(f"/markers/{number}?window=7&where=channel%3DChat").text
        row = next(row for row in Words(page).tables["t sides"] if row[0] == "Closed")

        assert row[1] == str(
            world.read("conversations", from_="2026-10-15", to="2026-10-22", where=("channel=Chat",)).n
        )
        assert "Only conversations with: Chat ." in words(page)

    def test_what_has_not_passed_yet_is_cut_on_both_sides(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], day="2026-10-28", time="12:00")

        assert "Less than 28 days have passed" in words(people["ana"].get(f"/markers/{number}?window=28").text)

    def test_what_is_still_to_come_is_compared_with_nothing(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], day="2026-12-24", time="18:00")
        page = people["ana"].get(f"/markers/{number}").text

        assert "still to come" in words(page)
        assert "t sides" not in Words(page).tables

    def test_the_evolution_of_the_report_leads_to_the_marker(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], "Answer templates")
        part = people["ana"].get("/report/evolution?from=2026-10-15&to=2026-10-29").text

        assert f"/markers/{number}" in part
        assert "Answer templates" in words(part)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"words": " "}, "Say in a few words"),
            ({"words": "x" * 201}, "room for 200 characters"),
            ({"kind": "party"}, "not a kind of marker"),
            ({"day": ""}, "not a date"),
            ({"day": "31/12/2026"}, "not a date"),
            ({"time": "25:00"}, "not a time of day"),
            ({"project": "elsewhere"}, "no project called"),
        ],
    )
    def test_what_cannot_be_marked_is_said_and_stays_in_the_form(
        self, people: dict[str, Site], typed: dict[str, str], said: str
    ) -> None:
        full = {"words": "Kept words", "kind": "action", "day": "2026-10-21", "time": "14:30"} | typed
        answer = people["ana"].post("/markers", data=full)

        assert answer.status_code == 422
        assert said in words(answer.text)
        assert f'value="{full["time"]}"' in answer.text

    def test_an_unknown_window_is_refused(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"])

        assert people["ana"].get(f"/markers/{number}?window=1000000").status_code == 422

    def test_only_who_set_it_and_administrators_change_a_marker(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], "Mine")
        typed = {"words": "Theirs", "kind": "incident", "day": "2026-10-22", "time": "09:00"}

        assert people["ben"].post(f"/markers/{number}", data=typed).status_code == 403
        assert people["ben"].post(f"/markers/{number}/remove").status_code == 403
        assert people["cleo"].post(f"/markers/{number}/remove").status_code == 403
        assert people["ana"].post(f"/markers/{number}", data=typed).status_code == 303
        assert "Theirs" in words(people["cleo"].get("/markers").text)
        assert people["dora"].post(f"/markers/{number}/remove").status_code == 200
        assert people["ana"].get(f"/markers/{number}").status_code == 404

    def test_what_was_removed_can_be_put_back_as_it_was(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], "Removed by mistake")
        before = read(people["ana"].get(f"/markers/{number}").text)
        page = read(people["ana"].post(f"/markers/{number}/remove").text)
        form = page.one("form", "done")
        fields = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}

        assert "“Removed by mistake” was removed." in page.text
        assert "Removed by mistake" not in words(people["ana"].get("/markers").text)
        answer = people["ana"].post(form.attributes["action"], data=fields)
        after = read(people["ana"].get(answer.headers["location"]).text)
        assert (after.one("p", "marker-about").text, after.one("h1").text) == (
            before.one("p", "marker-about").text,
            before.one("h1").text,
        )
        people["ana"].post(f"{answer.headers['location']}/remove")

    def test_an_agent_sees_markers_and_sets_none(self, people: dict[str, Site]) -> None:
        assert people["cleo"].get("/markers").status_code == 200
        assert people["cleo"].post("/markers", data={"words": "x"}).status_code == 403

    def test_words_that_attack_are_text(self, people: dict[str, Site]) -> None:
        number = marked(people["ana"], HOSTILE)
        for page in (people["ana"].get("/markers").text, people["ana"].get(f"/markers/{number}").text):
            assert "<script>alert" not in page
            assert "<img src=x" not in page
        people["ana"].post(f"/markers/{number}/remove")
