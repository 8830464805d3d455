"""The page over HTTP: the API's figures, in the language and theme a person chose, and in trouble a page as well."""

import json
from pathlib import Path

import pytest

from ressenti.indicators.model import Unit
from ressenti.reports.format import amount
from tests.web.site import HOSTILE, Site, Words, company, plain
from tests.world import World

OCTOBER = {"from": "2026-10-01", "to": "2026-11-01"}


def page(site: Site, query: dict[str, str] | None = None, *, status: int = 200) -> Words:
    response = site.get("/", params=query)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Words(response.text)


class TestFigures:
    @pytest.mark.parametrize("indicator", ["csat", "nps", "first_response_time", "resolution_time"])
    def test_a_tile_shows_what_the_api_answers(self, site: Site, indicator: str) -> None:
        found = site.get(f"/api/v1/indicators/{indicator}", params=OCTOBER).json()
        shown = plain(amount(found["total"]["value"], Unit(found["unit"])))

        assert shown.replace(" ", "") in page(site, OCTOBER).text.replace(" ", "")

    def test_the_rows_of_the_ranking_are_the_apis(self, site: Site) -> None:
        found = site.get("/api/v1/indicators/csat", params=OCTOBER | {"by": "agent"}).json()["rows"]
        rows = [row for row in page(site, OCTOBER).tables["t rank"] if len(row) == 6][1:]
        shown = {row[0]: row[3] for row in rows}

        assert shown == {row["label"]: plain(amount(row["value"], Unit.PERCENT)) for row in found if row["n"]}

    def test_the_evolution_as_a_table_is_the_apis(self, site: Site) -> None:
        words = OCTOBER | {"grain": "week"}
        found = site.get("/api/v1/indicators/nps", params=words).json()["rows"]
        rows = page(site, words | {"indicator": "nps"}).tables["t days"][1:]

        assert [(row[1], row[2]) for row in rows] == [
            (plain(amount(row["value"], Unit.POINTS)), str(row["n"])) for row in found
        ]

    def test_today_is_the_applications(self, site: Site) -> None:
        assert "3 Oct – 1 Nov 2026" in page(site).text

    def test_the_project_and_its_zone_are_named(self, site: Site) -> None:
        text = page(site).text

        assert "Tilleul & fils" in text
        assert "1 Nov 2026, 13:00 Europe/Paris" in text.replace(" , ", ", ").replace("13:00,", "13:00")

    def test_a_respondent_narrows_it(self, site: Site) -> None:
        found = site.get("/api/v1/indicators/csat", params=OCTOBER | {"where": "agent=ana"}).json()["total"]

        assert f"{found['n']} answers" in page(site, OCTOBER | {"agent": "ana"}).text


class TestHostile:
    """A name, a key and an address are words: nothing in them becomes markup."""

    def test_a_name_from_the_data(self, site: Site) -> None:
        found = page(site, OCTOBER | {"agent": "bo"})

        assert HOSTILE in found.text.replace("Agent ", "")
        assert_harmless(found)

    @pytest.mark.parametrize("name", ["from", "to", "last", "period", "indicator", "grain", "anchor", "agent"])
    def test_a_value_of_the_address(self, site: Site, name: str) -> None:
        found = page(site, {name: HOSTILE}, status=422)

        assert_harmless(found)
        assert "This could not be shown." in found.text

    @pytest.mark.parametrize("name", ["lang", "theme", "rows", "colour", HOSTILE])
    def test_a_value_that_says_nothing_is_left_alone(self, site: Site, name: str) -> None:
        found = page(site, {name: HOSTILE})

        assert_harmless(found)
        assert HOSTILE not in json.dumps([attributes for _tag, attributes in found.tags])

    def test_the_address_of_a_page_that_is_not_there(self, site: Site) -> None:
        response = site.get("/<script>alert(1)</script>")

        assert response.status_code == 404
        assert "<script>alert" not in response.text

    @pytest.mark.parametrize("name", ["from", "indicator", "agent"])
    def test_a_long_value_is_cut(self, site: Site, name: str) -> None:
        response = site.get("/", params={name: "x" * 5000})

        assert response.status_code == 422
        assert "x" * 150 in response.text
        assert "x" * 201 not in response.text


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
            ("grain=minute", 422, "hour, 3h, day, week, month"),
            ("grain=hour&period=12m", 200, ""),
            ("agent=nobody", 422, "called “nobody”"),
            ("from=2026-01-01&from=2026-02-01", 400, "more than once"),
        ],
    )
    def test_what_cannot_be_shown_says_why(self, site: Site, query: str, status: int, said: str) -> None:
        response = site.get(f"/?{query}")

        assert response.status_code == status
        assert said in Words(response.text).text

    def test_what_was_typed_stays_in_the_fields(self, site: Site) -> None:
        found = page(site, {"from": "31/12/2025", "last": "2026-01-31", "indicator": "nps"}, status=422)
        fields = {attributes["name"]: attributes["value"] for tag, attributes in found.tags if tag == "input"}

        assert fields == {"from": "31/12/2025", "last": "2026-01-31", "indicator": "nps"}

    def test_a_page_that_is_not_there_leads_back(self, site: Site) -> None:
        response = site.get("/reports")

        assert response.status_code == 404
        assert "There is no such page." in Words(response.text).text

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
        self, served: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        world = World(tmp_path).settle()
        with Site(world) as site:
            with world.store.write() as record:
                record.exec_driver_sql("ALTER TABLE project RENAME TO lost")
            shown, told = site.get("/"), site.get("/api/v1/indicators/csat")
        world.close()

        assert (shown.status_code, told.status_code) == (500, 500)
        assert "Something went wrong on our side" in Words(shown.text).text
        assert told.json()["code"] == "fault"
        assert told.json()["exit_code"] == 5
        assert str(tmp_path) not in shown.text + told.text
        assert "no such table" in capsys.readouterr().out


def assert_harmless(found: Words) -> None:
    """Require that nothing of the page runs: no script but our own file, no handler, no address of a script."""
    scripts = [attributes for tag, attributes in found.tags if tag == "script"]
    assert len(scripts) == 1
    assert scripts[0]["src"]
    for _tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not [value for value in attributes.values() if value and value.lower().startswith("javascript:")]
    assert "img" not in {tag for tag, _attributes in found.tags}
