"""The report as HTML, over pretended answers: what it tells, where its links lead, and what it never carries."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl

import pytest
from litestar.response import Stream

from ressenti.accounts.permissions import Role, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.drivers.explained_change import ExplainedChange
from ressenti.indicators.model import Anchor, Answer, Question, Unit, Value
from ressenti.record.projects import Project
from ressenti.reports.choice import INDICATORS, MORE_TABS, TABS, read_report_choice
from ressenti.reports.experience.rankings import MOST_ROWS
from ressenti.reports.experience.report import AskQuestion, ReportReader
from ressenti.web.pages.customer_experience import routes as customer_experience
from ressenti.web.pages.customer_experience.report import CUSTOMER_EXPERIENCE
from ressenti.web.pages.customer_experience.view import show_report
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.report.parts import SHARED_PARTS, ReportPage, ReportPart
from ressenti.web.pages.report.progress import PartsInProgress
from ressenti.web.pages.report_context import ReportContext
from tests.support.fakes import NOW, TODAY, TOTALS, Pretend, Rows, nothing, nps, wilson
from tests.support.markup import Node, assert_sound, read
from tests.support.scenario import World
from tests.support.site import Site

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=y>"
LONG = "Anne-Charlotte de la Rochefoucauld-Montbel, retours internationaux, équipe Lyon 3e"
ARABIC = "ليلى حداد"
LIGHT_BYTES = 100_000
PROJECT = Project(id=1, key="tilleul", name="Maison Tilleul", zone="Europe/Paris")


class Named(dict[tuple[str, str], str]):
    """The names of keys that a choice speaks of: those given, else the keys themselves."""

    def __missing__(self, named: tuple[str, str]) -> str:
        return named[1]


@pytest.fixture(scope="module")
def fact_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactStore]:
    """Keep an installation in which whoever may be filtered by is known, long before anything that is pretended."""
    world = World(tmp_path_factory.mktemp("known")).settle(zone="Europe/Paris", name="Maison Tilleul")
    for key in ("ines", "tom", "x", "h", "l", "=<a&b>"):
        world.add("agents", agent_id=key, name=key)
    for channel in ("Chat", HOSTILE):
        world.conversation(channel=channel, messages=[("agent:ines", "10:05")])
    assert world.import_().total.rejected == 0
    yield world.fact_store
    world.close()


class Desk:
    """Opens reports over pretended answers."""

    def __init__(self, fact_store: FactStore) -> None:
        self.fact_store = fact_store

    def opened(
        self,
        query: str = "",
        ask: AskQuestion | None = None,
        *,
        language: str = "en",
        theme: str = "system",
        role: Role = Role.ADMINISTRATOR,
        projects: tuple[Project, ...] = (PROJECT,),
        labels: dict[tuple[str, str], str] | None = None,
    ) -> ReportContext:
        """Open the report at an address, for somebody of a role."""
        choice = read_report_choice(parse_qs(query, keep_blank_values=True), today=TODAY)
        page = PageContext(
            language=language,
            theme=theme,
            viewer=Viewer(name="Ana", role=role, user_id=1, email="ana@example.org"),
            place="report",
            parameters=tuple(parse_qsl(query, keep_blank_values=True)),
            project=" · ".join(one.name for one in projects),
            zone="Europe/Paris",
            now=NOW,
        )
        reading = ReportReader(
            choice=choice, ask=ask or Pretend(), zone=choice.zone or page.zone, now=NOW, currency="EUR"
        )
        return ReportContext(
            page=page, reading=reading, facts=self.fact_store, projects=projects, labels=Named(labels or {})
        )

    def part(self, name: str, query: str = "", ask: AskQuestion | None = None, **more: Any) -> Node:
        """Return one part of the report, by itself."""
        return read(str(CUSTOMER_EXPERIENCE.render(self.opened(query, ask, **more), name)))

    def written(
        self, query: str = "", ask: AskQuestion | None = None, *, patience_s: float | None = None, **more: Any
    ) -> str:
        """Return the whole page, with every part in its place."""
        return "".join(pieces(show_report(self.opened(query, ask, **more), patience_s)))

    def page(self, query: str = "", ask: AskQuestion | None = None, **more: Any) -> Node:
        """Return the whole page, read."""
        return read(self.written(query, ask, **more))


def pieces(response: Stream) -> Iterator[str]:
    """Walk the pieces that a page is sent in."""
    return iter(cast("Iterator[str]", response.iterator))


@pytest.fixture(scope="module")
def desk(fact_store: FactStore) -> Desk:
    return Desk(fact_store)


def many(count: int) -> Rows:
    return [(f"a{i}", f"Agent {i}", 50, 40, 80.0) for i in range(count)]


def table(section: Node) -> list[list[str]]:
    """Return the words of the cells of a section's table, below its head."""
    return [[cell.text for cell in row] for row in section.one("table").rows()[1:]]


class TestPage:
    def test_it_opens_with_the_sentence_and_shows_six_tiles(self, desk: Desk) -> None:
        page = desk.page()

        assert "More visitors left satisfied: 84.6 % of those who answered, up 1.9 points." in page.text
        assert "Visitors waited 7 seconds less" in page.text
        assert [one.attributes["id"] for one in page.all("li", "tile")] == [f"tile-{key}" for key in INDICATORS]
        bases = [one.one("span", "n").text for one in page.all("li", "tile")]
        assert bases == [
            "3,742 answers",
            "2,611 answers",
            "11,306 conversations",
            "12,218 conversations",
            "of 12,150 offered",
            "conversations",
        ]
        assert [one.one("span", "val").text for one in page.all("li", "tile")] == [
            "84.6 %",
            "+41",
            "48 s",
            "11 min 20 s",
            "33.0 %",
            "12,430",
        ]

    def test_a_tile_leads_to_its_own_figures_and_explains_itself(self, desk: Desk) -> None:
        for key in INDICATORS:
            tile = desk.part(f"tile-{key}")
            link = tile.one("a", "tile-link")

            assert link.attributes["href"] == ("/" if key == "csat" else f"/?indicator={key}")
            assert ("aria-current" in link.attributes) == (key == "csat")
            assert tile.plain_links("/conversations") == [{"of": key}]
        assert "4 or 5 out of 5" in desk.part("tile-csat").text

    def test_every_tab_is_one_link_away_and_the_chosen_one_says_so(self, desk: Desk) -> None:
        for tab in TABS:
            page = desk.page(f"tab={tab}", projects=(PROJECT, PROJECT))
            current = [one for one in page.all("a", aria_current="page") if one.attributes["href"].startswith("/?tab=")]
            links = {link.get("tab") for link in page.plain_links() if link.keys() <= {"tab"}}

            assert links >= set(TABS) - {"overview"} | {None}
            assert {one.attributes["href"].partition("#")[0] for one in current} <= {f"/?tab={tab}"}

    def test_a_project_is_a_breakdown_only_where_there_are_several(self, desk: Desk) -> None:
        one, two = (desk.page(projects=(PROJECT,) * count) for count in (1, 2))

        assert {"tab": "project"} not in one.plain_links()
        assert {"tab": "project"} in two.plain_links()

    def test_what_has_no_ratings_has_no_tab_of_them(self, desk: Desk) -> None:
        page = desk.page("indicator=response_rate")

        assert "ratings" not in {link.get("tab") for link in page.plain_links()}
        assert page.all("section", id="ratings") == []

    def test_the_choices_are_links_that_keep_each_other(self, desk: Desk) -> None:
        links = desk.page("indicator=nps&period=90d&where=agent%3Dines").plain_links()
        kept = {"indicator": "nps", "period": "90d", "where": "agent=ines"}

        for changed in (
            {"period": "7d"},
            {"period": "last_month"},
            {"grain": "day"},
            {"anchor": "opened"},
            {"compare": "year"},
            {"tab": "channel"},
            {"order": "n"},
        ):
            assert kept | changed in links, changed
        assert {"indicator": "nps", "period": "90d"} in links

    def test_who_is_credited_can_be_chosen_where_rows_are_people(self, desk: Desk) -> None:
        assert {"tab": "agent", "attribution": "closer"} in desk.page("tab=agent").plain_links()
        assert not [link for link in desk.page("tab=channel").plain_links() if "attribution" in link]

    def test_a_form_of_days_keeps_all_that_was_chosen_beside_them(self, desk: Desk) -> None:
        query = "indicator=nps&tab=agent&order=n&where=channel%3DChat&where=channel%3D&beside=ines&beside=tom&rows=all"
        form = desk.page(query + "&period=7d&anchor=opened&compare=year").one("form", "dates")

        fields = form.fields()
        for pair in (*parse_qsl(query, keep_blank_values=True), ("anchor", "opened"), ("compare", "year")):
            assert pair in fields
        assert [pair for pair in fields if pair[0] in {"from", "last", "zone", "period"}] == [
            ("from", "2026-11-15"),
            ("last", "2026-11-21"),
            ("zone", "Europe/Paris"),
        ]

    def test_the_foot_tells_where_the_figures_come_from(self, desk: Desk) -> None:
        page = desk.page()

        assert "21 Nov 2026, 18:42" in page.text
        assert "Europe/Paris" in page.text
        assert "Conversations closed in the period" in page.text
        assert "Answers given in the period" in desk.page("anchor=answered").text
        assert "until 6 Dec 2026" in page.text
        assert "may still change" not in desk.page("from=2026-01-01&to=2026-02-01").text

    def test_it_names_what_it_is_compared_with(self, desk: Desk) -> None:
        assert "the same weekdays before: 18 Sep – 17 Oct 2026" in desk.page().text
        assert "a usual Saturday" in desk.page("period=today").text
        assert "the median of the eight before" in desk.page("period=today").text
        assert "the target of 85.0" in desk.page("compare=85").text
        assert "1 – 31 Oct 2026" in desk.page("period=month").text.replace("1 Oct – 31", "1 – 31")
        assert "23 Oct – 21 Nov 2025" in desk.page("compare=year").text
        assert desk.page("compare=none").all("p", "tilenote") == []

    @pytest.mark.parametrize(("theme", "data"), [("system", None), ("light", "light"), ("dark", "dark")])
    def test_the_theme_is_on_the_root(self, desk: Desk, theme: str, data: str | None) -> None:
        assert desk.page(theme=theme).one("html").attributes.get("data-theme") == data

    def test_a_filter_is_named_and_can_be_let_go(self, desk: Desk) -> None:
        query = "where=agent%3Dines&where=agent%3D&where=channel%3DChat&period=7d"
        page = desk.page(query, labels={("agent", "ines"): "Inès Benali", ("agent", ""): "none"})

        assert [one.text for one in page.all("span", "chip")] == ["Agent Inès Benali, no agent", "Channel Chat"]
        without = page.all("a", "x")[0].attributes
        assert without["href"] == "/?period=7d&where=channel%3DChat"
        assert without["aria-label"] == "Remove the filter Agent"

    def test_what_may_be_done_with_it_depends_on_who_looks(self, desk: Desk) -> None:
        everything, agent = desk.page(), desk.page(role=Role.AGENT)

        assert everything.links("/take/report.csv")
        assert everything.links("/mailings/new")
        assert not agent.links("/take/report.csv")
        assert not agent.links("/mailings/new")
        assert agent.links("/views/new")
        assert not desk.page(role=Role.ANALYST).links("/take/comments.csv")

    def test_it_can_be_taken_away_as_it_was_chosen(self, desk: Desk) -> None:
        query = "period=7d&indicator=nps&where=channel%3DChat"
        page = desk.page(query)

        for address in ("/take/report.csv", "/take/conversations.xlsx", "/views/new", "/mailings/new"):
            taken = [
                {name: value for name, value in link.items() if name != "bom"} for link in page.plain_links(address)
            ]
            assert taken, address
            assert all(link == dict(parse_qsl(query)) for link in taken), address


class TestLinks:
    """Every link can be read again, and a mark leads to the conversations behind it."""

    @pytest.mark.parametrize(
        "query", ["", "indicator=nps&period=90d&where=agent%3D%3D%3Ca%26b%3E", "tab=agent&beside=ines"]
    )
    def test_every_link_leads_somewhere_that_can_be_read(self, desk: Desk, query: str) -> None:
        page = desk.page(query)

        for link in page.links():
            read_report_choice(link, today=TODAY)
        assert len(page.links()) > 50

    def test_a_link_to_conversations_keeps_the_days_and_filters(self, desk: Desk) -> None:
        page = desk.page("period=7d&where=agent%3Dines&anchor=opened&indicator=nps")

        links = [link for link in page.plain_links("/conversations") if link]
        assert len(links) > 50
        for link in links:
            assert (link["period"], link["where"], link["anchor"]) == ("7d", "agent=ines", "opened")
            assert link["of"] in {*INDICATORS, "nps_distribution"}

    def test_days_lead_to_themselves(self, desk: Desk) -> None:
        assert {"from": "2026-11-14", "to": "2026-11-15"} in desk.page().plain_links()
        assert {"from": "2026-11-14", "to": "2026-11-15", "indicator": "nps"} in desk.page(
            "indicator=nps"
        ).plain_links()

    def test_a_bucket_a_row_and_a_note_lead_to_their_conversations(self, desk: Desk) -> None:
        page = desk.page()
        links = page.plain_links("/conversations")

        assert {"of": "csat", "grain": "day", "bucket": "2026-11-14T00:00:00+01:00"} in links
        assert {"of": "csat", "by": "agent", "key": "ines"} in links
        assert {"of": "csat", "by": "agent", "key": ""} in links
        assert {"of": "csat_distribution", "note": "5"} in links

    def test_a_bucket_without_anybody_leads_nowhere(self, desk: Desk) -> None:
        buckets = {link.get("bucket") for link in desk.part("evolution").plain_links("/conversations")}

        assert "2026-11-10T00:00:00+01:00" in buckets
        assert "2026-11-11T00:00:00+01:00" not in buckets

    def test_a_class_of_the_nps_leads_to_its_notes(self, desk: Desk) -> None:
        links = desk.part("split", "indicator=nps").links("/conversations")

        assert {"of": ("nps_distribution",), "note": ("9", "10")} in [
            {name: tuple(values) for name, values in link.items()} for link in links
        ]

    def test_a_row_that_is_already_the_filter_does_not_lead_to_itself(self, desk: Desk) -> None:
        everywhere = desk.part("by-channel", "tab=channel").one("table").plain_links()
        filtered = desk.part("by-channel", "tab=channel&where=channel%3DChat").one("table").plain_links()

        assert {"tab": "channel", "where": "channel=Chat"} in everywhere
        assert {"tab": "channel", "where": "channel=Chat"} not in filtered

    def test_the_name_of_an_agent_leads_to_their_page_with_the_other_filters(self, desk: Desk) -> None:
        query = "tab=agent&where=channel%3DChat&period=7d&order=n"
        links = desk.part("by-agent", query).one("table").links("/agent")

        assert {"period": ["7d"], "where": ["channel=Chat", "agent=tom"]} in links


class TestEvolution:
    def test_the_table_holds_every_day_with_its_n_and_interval(self, desk: Desk) -> None:
        rows = table(desk.part("evolution"))

        assert len(rows) == 30
        assert rows[22] == ["Sat 14 Nov", "72.6 %", "117", "63.9 – 79.9", "85.3 %"]
        assert rows[19] == ["Wed 11 Nov", "–", "0", "–", "84.1 %"]
        assert rows[29][0] == "Sat 21 Nov, so far"

    def test_without_a_comparison_there_is_no_column_of_it(self, desk: Desk) -> None:
        assert table(desk.part("evolution", "compare=none"))[22] == ["Sat 14 Nov", "72.6 %", "117", "63.9 – 79.9"]

    def test_the_table_is_open_in_its_own_tab(self, desk: Desk) -> None:
        assert "open" in desk.part("evolution", "tab=evolution").one("details", "tbl").attributes
        assert "open" not in desk.part("evolution").one("details", "tbl").attributes


class TestRanking:
    def test_it_tells_n_interval_and_change_and_sets_few_answers_apart(self, desk: Desk) -> None:
        section = desk.part("by-agent", "tab=agent")
        rows = {row[0].one("bdi").text: row for row in section.one("table").rows()[1:] if len(row) > 1}
        ines, elodie = rows["Inès Benali"], rows["Élodie Vasseur"]

        assert ines[1].one("span", "when-wide").text == "428"
        assert [cell.text for cell in ines[3:5]] == ["90.9 %", "87.8 – 93.3"]
        assert ines[5].text == "2.3 pts, could be chance"
        assert [cell.text for cell in elodie[3:6]] == ["6 of 7", "48.7 – 97.4", "–"]
        assert "Fewer than 10 answers: not ranked" in section.text
        assert "so rows do not add up" in section.text
        assert "Removed user" in section.text

    def test_csat_by_agent_has_a_second_figure_of_the_average(self, desk: Desk) -> None:
        section = desk.part("by-agent", "tab=agent")
        ines = next(row for row in section.one("table").rows() if row[0].text.endswith("Inès Benaliines"))

        assert ines[-1].text == "4.64 / 5"
        assert section.all("td", "second")
        assert not desk.part("by-agent", "tab=agent&indicator=nps").all("td", "second")
        assert not desk.part("by-channel", "tab=channel").all("td", "second")

    def test_the_same_key_in_two_projects_keeps_its_own_average(self, desk: Desk) -> None:
        ask = Pretend(agents=[("ana", "Ana (A)", 50, 50, 80.0), ("ana", "Ana (B)", 50, 25, 70.0)])
        rows = desk.part("by-agent", "tab=agent", ask).one("table").rows()[1:]

        assert [(row[0].one("bdi").text, row[-1].text) for row in rows] == [
            ("Ana (A)", "5.00 / 5"),
            ("Ana (B)", "3.00 / 5"),
        ]

    def test_a_change_against_few_answers_is_not_shown_as_one(self, desk: Desk) -> None:
        ask = Pretend(agents=[("a", "Ana", 20, 20, 100.0)], earlier=3)

        row = desk.part("by-agent", "tab=agent", ask).one("table").rows()[1]
        assert [cell.text for cell in row[3:6]] == ["100.0 %", "83.9 – 100.0", "few answers"]

    def test_more_rows_are_one_link_away(self, desk: Desk) -> None:
        section = desk.part("by-agent", "tab=agent", Pretend(agents=many(500)))
        whole = desk.part("by-agent", "tab=agent&rows=all", Pretend(agents=many(500)))

        assert "Show the 440 other rows" in section.text
        assert {"tab": "agent", "rows": "all"} in section.plain_links()
        assert len(table(section)) == MOST_ROWS
        assert len(table(whole)) == 500

    def test_rows_are_chosen_to_stand_side_by_side_and_all_else_is_kept(self, desk: Desk) -> None:
        query = "tab=agent&indicator=nps&period=7d&where=channel%3DChat&beside=ines&beside=tom"
        section = desk.part("by-agent", query)
        form = section.one("form", "comparing")
        ticked = [one for one in section.all("input", type="checkbox") if "checked" in one.attributes]

        assert sorted(form.fields()) == sorted(pair for pair in parse_qsl(query) if pair[0] != "beside")
        assert {one.attributes["form"] for one in section.all("input", type="checkbox")} == {form.attributes["id"]}
        assert {one.attributes["value"] for one in ticked} == {"ines", "tom"}

    def test_a_card_shows_the_best_and_the_worst_rows_and_leads_to_all(self, desk: Desk) -> None:
        card = desk.part("by-group", "", Pretend(rows={"group": many(40)}))

        whole = desk.part("by-group", "tab=group", Pretend(rows={"group": many(40)}))
        names = [one.one("bdi").text for one in whole.one("table").all("th", "who-row")]
        assert [one.one("bdi").text for one in card.all("p", "who-row")] == [*names[:3], *names[-3:]]
        assert "34 more rows" in card.text
        assert {"tab": "group"} in card.plain_links()

    def test_a_response_rate_rests_on_what_was_offered(self, desk: Desk) -> None:
        card = desk.part("by-channel", "indicator=response_rate")

        assert "of 2,400 offered" in card.text
        assert "2,400 answers" not in card.text


class TestRatings:
    def test_every_note_has_its_share_its_answers_and_the_share_before(self, desk: Desk) -> None:
        section = desk.part("ratings")

        assert table(section)[4] == ["5 Very satisfied", "47.2 %", "1,766", "44.1 %"]
        assert [row[2] for row in table(section)] == ["200", "150", "226", "1,400", "1,766"]
        assert "average 4.20 / 5" in section.one("header").text.replace("/ ", "/ ")

    def test_nps_has_eleven_notes_and_no_average(self, desk: Desk) -> None:
        section = desk.part("ratings", "indicator=nps")

        assert [row[0] for row in table(section)] == [str(note) for note in range(11)]
        assert "average" not in section.text

    def test_a_delay_is_cut_by_the_satisfaction_of_its_conversations(self, desk: Desk) -> None:
        section = desk.part("ratings", "indicator=first_response_time&tab=ratings")

        assert [row[0] for row in table(section)] == ["1", "2", "3", "4", "5"]

    def test_nobody_answered_is_said(self, desk: Desk) -> None:
        assert "No answers in this period." in desk.part("ratings", "", nothing()).text

    def test_the_split_counts_each_class(self, desk: Desk) -> None:
        rows = table(desk.part("split", "indicator=nps"))

        assert [row[:3] for row in rows] == [
            ["detractors", "470", "18.0 %"],
            ["passives", "601", "23.0 %"],
            ["promoters", "1,540", "59.0 %"],
        ]

    def test_answers_of_a_class_are_shown_to_whoever_may_read_them(self, desk: Desk) -> None:
        assert {"indicator": "nps", "nps": "promoter"} in desk.part("split", "indicator=nps").plain_links("/comments")
        assert desk.part("split", "indicator=nps", role=Role.ANALYST).links("/comments") == []


class TestSideBySide:
    def test_every_indicator_of_each_stands_in_one_table(self, desk: Desk) -> None:
        section = desk.part("beside", "tab=agent&beside=ines&beside=tom", labels={("agent", "ines"): "Inès Benali"})
        rows = table(section)

        assert [row[0] for row in rows] == ["Inès Benali ines", "Tom Whitfield tom"]
        assert rows[0][1] == "90.9 %n 428, 87.8 – 93.3"
        assert {len(row) for row in rows} == {7}

    def test_each_cell_leads_to_its_conversations(self, desk: Desk) -> None:
        links = desk.part("beside", "tab=agent&beside=ines").plain_links("/conversations")

        for key in INDICATORS:
            assert {"of": key, "by": "agent", "key": "ines"} in links

    def test_the_same_key_in_two_projects_is_two_rows(self, desk: Desk) -> None:
        ask = Pretend(rows={"channel": [("Chat", "Chat (A)", 50, 40, 80.0), ("Chat", "Chat (B)", 40, 30, 70.0)]})
        rows = table(desk.part("beside", "tab=channel&beside=Chat", ask))

        assert [(row[0], row[1].split(",")[0]) for row in rows] == [
            ("Chat (A)", "80.0 %n 50"),
            ("Chat (B)", "75.0 %n 40"),
        ]

    def test_whoever_was_not_measured_has_empty_cells(self, desk: Desk) -> None:
        rows = table(desk.part("beside", "tab=agent&beside=ines&beside=nobody"))

        assert rows[1] == ["nobody"] + ["–"] * 6

    def test_it_can_be_ended(self, desk: Desk) -> None:
        assert {"tab": "agent"} in desk.part("beside", "tab=agent&beside=ines").plain_links()


class TestFrench:
    """The same page in the other language. What stays English in it has no translation yet."""

    def test_the_same_page_in_french(self, desk: Desk) -> None:
        page = desk.page(language="fr")

        assert page.one("html").attributes["lang"] == "fr"
        assert "satisfaits : 84,6 % de ceux qui ont répondu, en hausse de 1,9 point." in page.text
        assert "CSAT par jour" in page.text
        assert "ensemble 84,6" in page.lines

    @pytest.mark.parametrize("query", [f"tab={tab}" for tab in TABS] + [f"indicator={key}" for key in INDICATORS[1:]])
    def test_no_english_is_left_in_french(self, desk: Desk, query: str) -> None:
        page = desk.page(query + "&where=agent%3Dines&compare=year", language="fr", projects=(PROJECT, PROJECT))
        said = [page.lines, *(value for one in page.walk() for name, value in one.attributes.items() if name in SPOKEN)]
        words = {word.strip(".,:;?!()“”").lower() for text in said for word in text.split()}

        assert not words & ENGLISH

    def test_side_by_side_and_an_empty_period_are_french_too(self, desk: Desk) -> None:
        for page in (desk.page("tab=agent&beside=ines", language="fr"), desk.page("", nothing(), language="fr")):
            assert not set(page.lines.lower().split()) & ENGLISH


SPOKEN = {"aria-label", "title", "placeholder"}
ENGLISH = {
    *("the", "and", "answers", "of", "days", "show", "before", "this", "interval", "better", "worse", "by", "with"),
    *("for", "open", "every", "nobody", "period", "filter", "filters", "value", "when", "rating", "ratings", "average"),
    *(
        "groups",
        "channels",
        "order",
        "none",
        "more",
        "rows",
        "share",
        "week",
        "month",
        "from",
        "to",
        "very",
        "is",
        "are",
    ),
    *("satisfied", "dissatisfied", "promoters", "detractors", "below", "above", "which", "conversation’s", "not"),
}
"""Words that are English and not French."""


class TestNames:
    """Names are words and never markup, wherever they stand."""

    @pytest.mark.parametrize("query", ["", "tab=agent", "tab=agent&indicator=nps", "tab=agent&beside=h&beside=l"])
    def test_a_hostile_name_is_words(self, desk: Desk, query: str) -> None:
        ask = Pretend(
            agents=[("h", HOSTILE, 50, 40, 80.0), ("l", LONG, 50, 40, 80.0), ("r", ARABIC, 50, 40, 80.0)],
            rows={"channel": [(HOSTILE, HOSTILE, 50, 40, 80.0)], "group": [("", ARABIC, 5, 4, 80.0)]},
        )
        hostile = Project(id=1, key="x", name=HOSTILE, zone="Europe/Paris")
        labels = {("agent", "h"): HOSTILE, ("agent", "l"): LONG, ("channel", HOSTILE): HOSTILE}
        where = "where=channel%3D%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E%22%3E%3Cimg+src%3Dx+onerror%3Dy%3E"

        page = desk.page(f"{query}&{where}", ask, projects=(hostile,), labels=labels)

        assert_sound(page)
        assert page.all("img") == []
        assert HOSTILE in page.text
        assert LONG in page.text
        names = [one.text for one in page.all("bdi")]
        assert {HOSTILE, LONG, ARABIC} <= set(names)

    def test_keys_survive_the_way_into_a_link_and_back(self, desk: Desk) -> None:
        key = "=SUM(1)&x=é %3D#\"'"
        ask = Pretend(rows={"campaign": [(key, key, 50, 40, 80.0), ("b", "B", 20, 10, 50.0)]})

        section = desk.part("by-campaign", "tab=campaign", ask)

        assert {"tab": "campaign", "where": f"campaign={key}"} in section.plain_links()
        assert {"of": "csat", "by": "campaign", "key": key} in section.plain_links("/conversations")
        assert key in {one.attributes["value"] for one in section.all("input", name="beside")}


MILLION = TOTALS | {
    "csat": (wilson(846_000, 1_000_000), None),
    "conversations": (Value(12_430_000, 12_430_000), Value(1, 1)),
    "first_response_time": (Value(86_400.0 * 400, 1_000_000), Value(0.0, 3)),
}
EVERY: dict[str, tuple[str, Pretend]] = {
    "month": ("", Pretend()),
    "nps": ("indicator=nps&period=7d", Pretend()),
    "wait": ("indicator=first_response_time&period=90d", Pretend()),
    "rate": ("indicator=response_rate&compare=none", Pretend()),
    "how many": ("indicator=conversations&anchor=opened&compare=year", Pretend()),
    "given": ("anchor=answered&indicator=nps", Pretend()),
    "year of days": ("period=12m&grain=day", Pretend()),
    "autumn night": ("from=2026-10-25&to=2026-10-26&grain=hour", Pretend()),
    "spring night": ("from=2026-03-29&to=2026-03-30&grain=hour&indicator=conversations", Pretend()),
    "forty years": ("from=1986-12-01&to=2026-11-01", Pretend()),
    "still to come": ("from=2027-01-01&to=2027-02-01", Pretend()),
    "nothing at all": ("", nothing()),
    "nothing here": ("where=agent%3Dx", nothing()),
    "many agents": ("", Pretend(agents=many(500))),
    "many agents in their tab": ("tab=agent", Pretend(agents=many(500))),
    "one agent": ("tab=agent", Pretend(agents=many(1))),
    "nobody in the tab": ("tab=agent", Pretend(agents=())),
    "side by side": ("tab=agent&beside=ines&beside=tom&beside=nobody", Pretend()),
    "six side by side": (
        "tab=channel&period=12m&" + "&".join(f"beside=a{i}" for i in range(6)),
        Pretend(rows={"channel": many(9)}),
    ),
    "negative": ("indicator=nps", Pretend(totals=TOTALS | {"nps": (nps(0, 0, 40), nps(40, 0, 0))})),
    "a million": ("", Pretend(totals=MILLION)),
    "a million conversations": ("indicator=conversations", Pretend(totals=MILLION)),
    "all the same": ("", Pretend(stories=dict.fromkeys(Pretend().stories, lambda _i: wilson(50, 50)))),
    "silent": ("", Pretend(silent=frozenset(range(30)))),
    **{f"tab {tab}": (f"tab={tab}", Pretend()) for tab in TABS},
    **{f"wait, tab {tab}": (f"tab={tab}&indicator=resolution_time", Pretend()) for tab in ("ratings", *MORE_TABS)},
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", EVERY)
def test_every_page_is_well_formed_light_and_free_of_inline_code(desk: Desk, name: str, language: str) -> None:
    query, ask = EVERY[name]
    written = desk.written(query, ask, language=language)
    page = read(written)

    assert_sound(page)
    assert len(gzip.compress(written.encode())) < LIGHT_BYTES
    assert len(page.all("h1")) == 1
    assert "None" not in page.lines.split()
    assert "nan" not in written


@pytest.mark.parametrize("name", EVERY)
def test_every_part_stands_for_itself(desk: Desk, name: str) -> None:
    opened = desk.opened(*EVERY[name])

    for part in CUSTOMER_EXPERIENCE.names(opened):
        found = read(str(CUSTOMER_EXPERIENCE.render(opened, part)))

        assert_part_sound(found)
        outermost = [one for one in found.inside if isinstance(one, Node)]
        assert len(outermost) == 1, part


def assert_part_sound(part: Node) -> None:
    """Require the same of a part that takes its place in a page later."""
    assert_sound(part)
    for one in part.walk():
        assert one.tag not in {"html", "body", "main", "h1"}


def test_another_report_shows_the_same_parts_and_one_of_its_own(desk: Desk) -> None:
    own = ReportPart(
        template=lambda _report, _key: "problem_part", prepare=lambda _report, key: {"sentence": f"Own {key}"}
    )
    other = ReportPage(parts={**SHARED_PARTS, "own": own}, names=lambda _report: ("tile-csat", "by-agent", "own-words"))
    opened = desk.opened("tab=agent")
    making = PartsInProgress(other, opened, other.names(opened), None)

    assert making.ready("tile-csat") == CUSTOMER_EXPERIENCE.render(opened, "tile-csat")
    assert making.ready("by-agent") == CUSTOMER_EXPERIENCE.render(opened, "by-agent")
    assert "Own words" in str(making.ready("own-words"))


def told(report: ReportContext) -> ReportContext:
    """Return a report that says where changes come from: of two periods without a difference."""

    def explain(question: Question) -> ExplainedChange:
        same = wilson(80, 100)
        return ExplainedChange(
            indicator=question.indicator, unit=Unit.PERCENT, total=same, previous=same, unexplained=0.0
        )

    return replace(report, reading=replace(report.reading, explain=explain))


def test_every_shared_part_is_shown_by_some_choice(desk: Desk) -> None:
    opened = [told(desk.opened(*how)) for how in EVERY.values()]
    shown = {name.partition("-")[0] for report in opened for name in CUSTOMER_EXPERIENCE.names(report)}

    assert shown == SHARED_PARTS.keys()


def test_what_is_not_ready_loads_on_its_own_from_an_address_that_says_the_same(desk: Desk) -> None:
    query = "period=7d&indicator=nps&where=channel%3DChat&beside=x&tab=group"
    opened = desk.opened(query)
    released = Event()

    def slowly(question: Question) -> Answer:
        assert question.indicator == "conversations" or released.wait(10)
        return Pretend()(question)

    page = desk.page(query, slowly, patience_s=0)
    released.set()
    slots = [one for one in page.walk() if "hx-get" in one.attributes and "hx-trigger" in one.attributes]
    waiting = {one.attributes["hx-get"] for one in slots}

    shown = {f"/report/{name}" for name in CUSTOMER_EXPERIENCE.names(opened)}
    assert {address.partition("?")[0] for address in waiting} <= shown
    assert waiting, "something was ready at once"
    for address in waiting:
        assert read_report_choice(parse_qs(address.partition("?")[2]), today=TODAY) == opened.choice
    assert "0; url=/?" in page.one("noscript").one("meta").attributes["content"]
    assert_sound(page)


def test_the_head_is_sent_before_anything_is_measured(desk: Desk) -> None:
    released = Event()

    def slowly(question: Question) -> Answer:
        assert question.indicator == "conversations" or released.wait(10)
        return Pretend()(question)

    sent = pieces(show_report(desk.opened("", slowly), None))
    head = next(sent)
    released.set()
    rest = "".join(sent)

    assert "<h1>Customer experience</h1>" in head
    assert 'id="tile-csat"' not in head
    assert 'id="tile-csat"' in rest
    assert_sound(read(head + rest))


class TestFault:
    @staticmethod
    def broken(question: Question) -> Answer:
        if question.indicator == "resolution_time" or question.by == "channel":
            raise ZeroDivisionError
        return Pretend()(question)

    def test_a_part_that_fails_says_so_in_its_place_and_the_others_are_there(self, desk: Desk) -> None:
        page = desk.page("", self.broken)

        assert page.text.count("Something went wrong on our side. It was written to the log.") == 2
        assert len(page.all("li", "tile")) == 5
        assert len(page.all("section", id="by-agent")) == 1
        assert page.all("section", id="by-channel") == []
        assert_sound(page)

    def test_a_page_that_fails_half_way_says_that_it_is_not_whole(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_making: PartsInProgress, _name: str) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(PartsInProgress, "ready", fail)
        written = desk.written()

        assert "<h1>Customer experience</h1>" in written
        assert "This page is not whole." in written
        assert "ZeroDivisionError" not in written


def test_the_first_page_tells_how_to_begin(desk: Desk) -> None:
    page = desk.page("", nothing())

    assert "ressenti import FOLDER" in page.text
    assert page.all("li", "tile") == []


def test_an_empty_period_leads_to_where_something_is(desk: Desk) -> None:
    ask = nothing()
    ask.months = ["2019-01-01T00:00:00+01:00", "2019-03-01T00:00:00+01:00"]

    links = desk.page("", ask).plain_links()

    assert {"from": "2019-03-01", "to": "2019-04-01"} in links
    assert {"from": "2019-01-01", "to": "2019-04-01"} in links


def test_a_tile_without_a_value_says_what_counts_by_another_date(desk: Desk) -> None:
    by_closing, by_answer = Pretend(), Pretend()
    by_closing.totals["nps"] = (Value(None, 0), Value(None, 0))
    by_answer.totals["nps"] = (nps(2, 1, 1), None)

    def ask(question: Question) -> Answer:
        return (by_answer if question.anchor is Anchor.ANSWERED else by_closing)(question)

    tile = desk.page("", ask).one("li", id="tile-nps")

    assert tile.one("span", "trend").text == "4 dated by answer"
    assert {"anchor": "answered"} in tile.plain_links()
    assert "dated by answer" not in desk.page("").text


def test_a_tile_of_conversations_says_where_there_are_only_answers(desk: Desk) -> None:
    some = Pretend()
    some.totals["conversations"] = (Value(0, 0), None)
    some.totals["survey_completion"] = (Value(100.0, 3), None)
    some.totals["first_response_time"] = (Value(None, 0), None)

    tile = desk.page("", some).one("li", id="tile-first_response_time")

    assert tile.one("span", "trend").text == "no conversation, only answers: 3"
    assert "only answers" not in desk.page("").text


def test_a_filter_that_holds_nothing_can_be_let_go(desk: Desk) -> None:
    page = desk.page("where=agent%3Dx&period=7d", nothing())

    assert "Nothing was measured in this period." in page.text
    assert {"period": "7d"} in page.plain_links()


def test_a_part_that_the_page_did_not_wait_for_is_called_for_by_who_opened_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_experience, "PATIENCE_S", 0)
    with Site(world) as site, Site(world, "supervisor") as other:
        word = re.search(r"late=([\w-]+)", site.get("/?period=90d").text)
        assert word is not None
        address = "/report/by-group?period=90d"
        answers = [one.get(f"{address}&late={word.group(1)}").text for one in (other, site, site)]

        assert answers[1] == answers[2] == site.get(address).text
        assert answers[0] == other.get(address).text != answers[1]
