"""The page over HTTP: the API's figures, in the language and theme a person chose, and in trouble a page as well."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import Connection

from ressenti.indicators.model import Unit
from ressenti.reports.choice import INDICATORS
from ressenti.reports.format import amount
from tests.support.markup import Node, assert_sound, read
from tests.support.scenario import World
from tests.support.site import HOSTILE, Site, Words, company, plain

OCTOBER = {"from": "2026-10-01", "to": "2026-11-01"}
WHOLE = {"whole": "yes"}
"""Every part in its place, however long it takes."""


def page(site: Site, query: dict[str, str] | None = None, *, status: int = 200) -> Words:
    return Words(shown(site, query, status=status))


def tree(site: Site, query: dict[str, str] | None = None, *, status: int = 200) -> Node:
    return read(shown(site, query, status=status))


def shown(site: Site, query: dict[str, str] | None, *, status: int) -> str:
    response = site.get("/", params=WHOLE | (query or {}))
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


class TestFigures:
    @pytest.mark.parametrize("indicator", INDICATORS)
    def test_a_tile_shows_what_the_api_answers(self, site: Site, indicator: str) -> None:
        found = site.get(f"/api/v1/indicators/{indicator}", params=OCTOBER).json()
        tile = tree(site, OCTOBER).one("li", id=f"tile-{indicator}")

        assert tile.one("span", "val").text == plain(amount(found["total"]["value"], Unit(found["unit"])))

    def test_the_rows_of_the_ranking_are_the_apis(self, site: Site) -> None:
        found = site.get("/api/v1/indicators/csat", params=OCTOBER | {"by": "agent"}).json()["rows"]
        table = tree(site, OCTOBER | {"tab": "agent"}).one("section", id="by-agent").one("table")
        written = {row[0].one("bdi").text: row[3].text for row in table.rows()[1:] if len(row) > 1}

        assert written == {row["label"]: plain(amount(row["value"], Unit.PERCENT)) for row in found if row["n"]}

    def test_the_evolution_as_a_table_is_the_apis(self, site: Site) -> None:
        words = OCTOBER | {"grain": "week"}
        found = site.get("/api/v1/indicators/nps", params=words).json()["rows"]
        rows = tree(site, words | {"indicator": "nps"}).one("section", id="evolution").one("table").rows()[1:]

        assert [(row[1].text, row[2].text) for row in rows] == [
            (plain(amount(row["value"], Unit.POINTS)), str(row["n"])) for row in found
        ]

    def test_today_is_the_applications(self, site: Site) -> None:
        assert "3 Oct – 1 Nov 2026" in page(site).text

    def test_the_project_and_its_zone_are_named(self, site: Site) -> None:
        text = page(site).text

        assert "Tilleul & fils" in text
        assert "1 Nov 2026, 13:00, Europe/Paris" in text.replace(" , ", ", ")

    def test_a_filter_narrows_it(self, site: Site) -> None:
        found = site.get("/api/v1/indicators/csat", params=OCTOBER | {"where": "agent=ana"}).json()["total"]
        narrowed = tree(site, OCTOBER | {"where": "agent=ana"})

        assert narrowed.one("li", id="tile-csat").one("span", "n").text == f"{found['n']} answers"
        assert [one.text for one in narrowed.all("span", "chip")] == ["Agent Ana Souza"]

    def test_without_waiting_every_part_arrives_by_itself_and_is_the_same(self, site: Site) -> None:
        whole = tree(site, OCTOBER)

        for name, tag in (
            ("tile-nps", "li"),
            ("evolution", "section"),
            ("by-agent", "section"),
            ("by-channel", "section"),
        ):
            response = site.get(f"/report/{name}", params=OCTOBER)

            assert response.status_code == 200
            assert read(response.text).one(tag, id=name) == whole.one(tag, id=name)

    @pytest.mark.parametrize("name", ["beside", "split", "tile-joy", "by-mood", "by-weekday", "customer", "%2e%2e"])
    def test_a_part_that_the_choice_does_not_show_is_not_there(self, site: Site, name: str) -> None:
        assert site.get(f"/report/{name}", params=OCTOBER).status_code == 404

    def test_whoever_may_not_read_content_has_no_comments(self, world: World) -> None:
        with Site(world, "analyst") as analyst:
            assert analyst.get("/report/comments").status_code == 404
            assert tree(analyst, OCTOBER).all("section", id="comments") == []

    def test_a_supervisor_sees_their_own_groups_alone(self, world: World, site: Site) -> None:
        found = site.get("/api/v1/indicators/conversations", params=OCTOBER | {"where": "group=Lyon"}).json()["total"]
        with Site(world, "supervisor") as supervisor:
            told = tree(supervisor, OCTOBER)

        assert told.one("li", id="tile-conversations").one("span", "val").text == str(found["value"])
        assert found["value"] < tree_value(tree(site, OCTOBER))


def tree_value(found: Node) -> int:
    return int(found.one("li", id="tile-conversations").one("span", "val").text)


class TestLinks:
    @pytest.mark.parametrize("key", INDICATORS)
    def test_every_choice_offered_can_be_shown(self, site: Site, key: str) -> None:
        """Periods, dates, comparisons, orders and grains are links: none of them leads to a refusal."""
        found = tree(site, OCTOBER | {"indicator": key})
        offered = {
            link.attributes["href"].partition("#")[0]
            for menu in (*found.all("div", "menu"), *found.all("nav"))
            for link in menu.all("a")
            if link.attributes["href"].startswith("/?")
        }

        assert len(offered) > 25
        for address in sorted(offered):
            assert site.get(address).status_code == 200, address

    def test_a_link_of_a_chip_and_of_a_row_narrows_and_widens(self, site: Site) -> None:
        for address in ("/?where=agent%3Dana&where=channel%3D", "/?tab=agent&where=group%3DLyon&order=n"):
            found = read(site.get(address + "&whole=yes").text)

            for link in (*found.all("a", "x"), *found.all("table")[-1].all("a")):
                if link.attributes["href"].startswith("/?"):
                    assert site.get(link.attributes["href"]).status_code == 200


class TestHostile:
    """A name, a key and an address are words: nothing in them becomes markup."""

    def test_a_name_from_the_data(self, site: Site) -> None:
        found = tree(site, OCTOBER | {"where": "agent=bo", "tab": "agent"})

        assert_sound(found)
        assert found.all("img") == []
        assert HOSTILE in [one.text for one in found.all("bdi")]

    @pytest.mark.parametrize(
        "name",
        ["from", "to", "last", "period", "indicator", "grain", "anchor", "where", "tab", "order", "compare", "zone"],
    )
    def test_a_value_of_the_address(self, site: Site, name: str) -> None:
        found = tree(site, {name: HOSTILE}, status=422)

        assert_sound(found)
        assert found.all("img") == []
        assert "This could not be shown." in found.text

    @pytest.mark.parametrize("where", [f"agent={HOSTILE}!", f"{HOSTILE}=ana"])  # an agent is called HOSTILE
    def test_a_filter_of_the_address(self, site: Site, where: str) -> None:
        response = site.get("/", params={"where": where})

        assert response.status_code in {404, 422}
        assert_sound(read(response.text))
        assert (("where", where)) in read(response.text).one("form", "kept").fields()

    @pytest.mark.parametrize("name", ["lang", "theme", "rows", "colour", HOSTILE])
    def test_a_value_that_says_nothing_is_left_alone(self, site: Site, name: str) -> None:
        found = tree(site, {name: HOSTILE})

        assert_sound(found)
        assert found.all("img") == []

    def test_the_address_of_a_page_that_is_not_there(self, site: Site) -> None:
        response = site.get("/<script>alert(1)</script>")

        assert response.status_code == 404
        assert "<script>alert" not in response.text

    @pytest.mark.parametrize("name", ["from", "indicator", "where", "zone"])
    def test_a_long_value_is_cut_wherever_it_is_said_back(self, site: Site, name: str) -> None:
        response = site.get("/", params={name: "x" * 5000})

        assert response.status_code in {404, 422}
        assert "x" * 150 in response.text
        assert "x" * 201 not in response.text

    @pytest.mark.parametrize("query", ["x" * 5000, "indicator=joy&" + "y" * 5000 + "=1"])
    def test_a_long_name_is_not_said_back_either(self, site: Site, query: str) -> None:
        response = site.get(f"/?{query}&from=never")

        assert response.status_code == 422
        assert "x" * 201 not in response.text
        assert "y" * 201 not in response.text


class TestProblems:
    @pytest.mark.parametrize(
        ("query", "status", "said"),
        [
            ("from=31/12/2025", 422, "is not a date"),
            ("from=0001-01-01", 422, "is not a date"),
            ("to=9999-12-31", 422, "is not a date"),
            ("from=2026-11-20&last=2026-11-01", 422, "ends before it begins"),
            ("from=1975-01-01&to=2025-01-01", 422, "50 years"),
            ("period=2w", 422, "7d, 30d, 90d, 12m"),
            ("indicator=cast", 422, "csat, nps"),
            ("tab=mood", 422, "overview, evolution, ratings, agent"),
            ("order=luck", 422, "value, lowest, highest, change, n, name, lower"),
            ("compare=never", 422, "previous, weekdays, unit, year, month"),
            ("grain=minute", 422, "hour, 3h, day, week, month"),
            ("zone=Mars/Base", 422, "Mars/Base"),
            ("grain=hour&period=12m", 200, ""),
            ("where=agent%3Dnobody", 422, "called “nobody”"),
            ("where=agent", 422, "agent"),
            ("where=mood%3Dgood", 422, "mood"),
            ("where=", 200, ""),
            ("tab=agent&beside=nobody", 422, "called “nobody”"),
            ("tab=agent&" + "&".join(f"beside=a{i}" for i in range(7)), 422, "Up to 6"),
            ("from=2026-01-01&from=2026-02-01", 400, "more than once"),
            ("indicator=nps&indicator=csat", 400, "more than once"),
        ],
    )
    def test_what_cannot_be_shown_says_why(self, site: Site, query: str, status: int, said: str) -> None:
        response = site.get(f"/?{query}")

        assert response.status_code == status
        assert said in Words(response.text).text

    def test_what_was_typed_stays_in_the_fields(self, site: Site) -> None:
        query = "from=31/12/2025&last=2026-01-31&indicator=nps&where=agent%3Dana&where=channel%3D&x=%3Cb%3E"
        form = read(site.get(f"/?{query}").text).one("form", "kept")

        assert form.fields() == parse_qsl(query, keep_blank_values=True)
        assert form.attributes["action"] == "/"

    def test_what_was_typed_stays_in_another_language_and_theme(self, site: Site) -> None:
        query = "from=31%2F12%2F2025&where=agent%3Dana&where=channel%3D"
        found = read(site.get(f"/?{query}&lang=fr").text)

        kept = [link.attributes["href"] for link in found.all("a") if "lang=" in link.attributes["href"]]
        for address in kept:
            said = parse_qsl(address.partition("?")[2], keep_blank_values=True)
            assert [pair for pair in said if pair[0] != "lang"] == parse_qsl(query, keep_blank_values=True)

    def test_a_refused_part_is_refused_as_the_page_is(self, site: Site) -> None:
        response = site.get("/report/evolution?from=31/12/2025")

        assert response.status_code == 422
        assert "is not a date" in read(response.text).one("main").text

    def test_a_part_that_a_page_fetches_is_refused_in_its_place(self, site: Site) -> None:
        response = site.get("/report/evolution?from=31/12/2025", headers={"hx-request": "true"})
        found = read(response.text)

        assert response.status_code == 422
        assert "is not a date" in found.text
        assert not {one.tag for one in found.walk()} & {"html", "main", "form", "script"}

    def test_mending_what_was_typed_leads_to_the_page_it_was_typed_on(self, site: Site) -> None:
        form = read(site.get("/?from=31/12/2025&to=2026-11-01&indicator=nps").text).one("form", "kept")
        mended = dict(form.fields()) | {"from": "2026-10-01"}

        assert tree(site, mended).one("li", id="tile-nps").one("a", "tile-link").attributes["aria-current"] == "true"

    def test_a_page_that_is_not_there_leads_back(self, site: Site) -> None:
        response = site.get("/reports")

        assert response.status_code == 404
        assert "There is no such page." in Words(response.text).text
        assert read(response.text).one("main").one("a", "link").attributes["href"] == "/"

    def test_they_are_in_the_language_chosen(self, site: Site) -> None:
        french = page(site, {"from": "hier", "lang": "fr"}, status=422)

        assert dict(french.tags)["html"]["lang"] == "fr"
        assert "n’est pas une date" in french.text


class TestPreferences:
    @pytest.mark.parametrize(
        ("accept", "language"),
        [
            ("fr-CA,fr;q=0.9", "fr"),
            ("en-GB", "en"),
            ("de, fr;q=0.5", "fr"),
            ("de", "en"),
            ("", "en"),
            (";;,,q=9", "en"),
            ("en;q=0.1, fr;q=0.9", "fr"),
            ("fr;q=0.1,en", "en"),
            ("fr;q=0, en;q=0.2", "en"),
            ("fr,en", "fr"),
            ("en, fr", "en"),
            ("de, *;q=0.5", "en"),
            ("en;q=0, *;q=0.5", "fr"),
            ("*, en;q=0.5", "fr"),
            ("FR-ch; q=0.8", "fr"),
            ("fro, frr", "en"),
            ("fr;q=2, en;q=0.1", "en"),
        ],
    )
    def test_a_browsers_language_is_answered(self, site: Site, accept: str, language: str) -> None:
        found = Words(site.get("/", headers={"accept-language": accept}).text)

        assert dict(found.tags)["html"]["lang"] == language

    def test_a_choice_outweighs_the_browser_and_is_remembered(self, world: World) -> None:
        with Site(world) as visit:
            french = {"accept-language": "fr"}
            visit.get("/?lang=en&theme=dark", headers=french)
            tags = dict(Words(visit.get("/", headers=french).text).tags)

        assert (tags["html"]["lang"], tags["html"]["data-theme"]) == ("en", "dark")

    def test_a_choice_on_a_page_of_trouble_is_remembered_too(self, world: World) -> None:
        with Site(world) as visit:
            assert visit.get("/?from=never&lang=fr").status_code == 422
            tags = dict(Words(visit.get("/").text).tags)

        assert tags["html"]["lang"] == "fr"

    def test_the_cookie_is_for_this_server_only_and_out_of_a_scripts_reach(self, site: Site) -> None:
        cookies = site.get("/?lang=fr&theme=system").headers.get_list("set-cookie")

        assert [cookie.split("=")[0] for cookie in cookies] == ["lang", "theme"]
        for cookie in cookies:
            assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=31536000"} <= set(cookie.split("; "))
            assert "Domain" not in cookie

    @pytest.mark.parametrize(("name", "value"), [("lang", "tlh"), ("theme", "pink"), ("lang", "fr\r\nx: y")])
    def test_what_is_no_choice_is_not_remembered(self, site: Site, name: str, value: str) -> None:
        response = site.get("/", params={name: value})

        assert "set-cookie" not in response.headers
        assert dict(Words(response.text).tags)["html"] == {"lang": "en"}

    def test_a_cookie_somebody_made_up_does_nothing(self, site: Site) -> None:
        response = site.get("/", headers={"cookie": 'lang="><script>; theme=pink'})

        assert dict(Words(response.text).tags)["html"] == {"lang": "en"}


def of_no_table(record: Connection) -> list[int]:
    return [own_id for (own_id,) in record.exec_driver_sql("SELECT id FROM projects")]


class TestInstallations:
    def test_an_empty_one_says_how_to_begin(self, tmp_path: Path) -> None:
        world = World(tmp_path).settle()
        with Site(world) as empty:
            text = page(empty).text
        world.close()

        assert "Bring your conversations in" in text
        assert "ressenti import FOLDER" in text

    def test_one_without_a_project_says_so_too(self, tmp_path: Path) -> None:
        world = World(tmp_path)
        with Site(world) as empty:
            text = page(empty).text
        world.close()

        assert "Bring your conversations in" in text

    def test_projects_in_different_zones_are_shown_in_utc(self, tmp_path: Path) -> None:
        world = company(World(tmp_path))
        world.settle(project="sydney", zone="Australia/Sydney", name="Sydney")
        world.import_()
        with Site(world) as two:
            text = page(two).text
        world.close()

        assert "UTC" in text
        assert "Tilleul & fils · Sydney" in text

    def test_a_fault_of_ours_is_a_sentence_and_a_line_in_the_log(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Asking a sound record for a table that it never had is our fault, whatever SQLite says."""
        world = World(tmp_path).settle()
        with Site(world) as site:
            monkeypatch.setattr("ressenti.indicators.resolve.all_projects", of_no_table)
            shown, told = site.get("/"), site.get("/api/v1/indicators/csat")
        world.close()

        assert (shown.status_code, told.status_code) == (500, 500)
        assert "Something went wrong on our side" in Words(shown.text).text
        assert told.json()["code"] == "fault"
        assert told.json()["exit_code"] == 5
        assert str(tmp_path) not in shown.text + told.text
        assert "sqlalchemy.exc.OperationalError" in capsys.readouterr().err

    def test_a_record_that_lost_a_table_is_a_sentence_and_no_fault_of_ours(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        world = World(tmp_path).settle()
        with Site(world) as site:
            with world.store.write() as record:
                record.exec_driver_sql("ALTER TABLE project RENAME TO lost")
            shown, told = site.get("/"), site.get("/api/v1/indicators/csat")
        world.close()

        assert (shown.status_code, told.status_code, told.json()["code"]) == (503, 503, "damaged_database")
        assert "ressenti restore" in Words(shown.text).text
        assert '"fault"' not in capsys.readouterr().err
