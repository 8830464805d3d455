"""What a person chooses on the page is in its address, stays chosen, and can be taken back."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle
from tests.support.serving import Served


def query(page: Page) -> dict[str, str]:
    found = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return {name: " ".join(values) for name, values in found.items()}


def follow(page: Page, name: str, within: str = "body") -> None:
    """Follow the link of that name to the page behind it."""
    with page.expect_navigation():
        page.locator(within).get_by_role("link", name=name, exact=True).first.click()
    settle(page)


def title(page: Page) -> str:
    return page.locator("#evolution-title").inner_text()


class TestTiles:
    def test_a_chosen_tile_is_shown_over_time(self, visit: Open) -> None:
        page = visit("/")
        with page.expect_navigation():
            page.locator(".tile-link").nth(1).click()
        settle(page)

        assert query(page) == {"indicator": "nps"}
        assert title(page) == "NPS by week"
        expect(page.locator(".tile-link[aria-current]")).to_contain_text("NPS")

    def test_its_definition_opens_beside_it(self, visit: Open) -> None:
        page = visit("/")
        page.locator(".definition summary").first.click()

        expect(
            page.get_by_text(
                "Share of satisfaction ratings that are 4 or 5 out of 5, or good on another scale as the project says."
            )
        ).to_be_visible()
        page.keyboard.press("Escape")
        expect(
            page.get_by_text(
                "Share of satisfaction ratings that are 4 or 5 out of 5, or good on another scale as the project says."
            )
        ).to_be_hidden()


class TestAddresses:
    def test_what_was_not_chosen_is_not_in_the_address(self, visit: Open) -> None:
        page = visit("/")
        page.locator(".filters > summary").click()
        page.locator("#filter-menu").get_by_role("link", name="Channel").click()
        page.locator("#filter-form").get_by_label("Chat", exact=True).check()
        with page.expect_navigation():
            page.get_by_role("button", name="Show these").click()

        assert query(page) == {"where": "channel=Chat"}


class TestPeriods:
    def test_a_preset_moves_every_figure_and_keeps_the_tile(self, visit: Open, served: Served) -> None:
        page = visit("/?indicator=nps")
        follow(page, "90 days")
        found = served.read("csat", from_="2026-08-24", to="2026-11-22")["total"]

        assert query(page) == {"indicator": "nps", "period": "90d"}
        assert title(page) == "NPS by month"
        assert page.locator(".periods [aria-current]").inner_text() == "90 days"
        assert page.locator(".tile .n").first.inner_text() == f"{found['n']} answers"

    def test_own_dates_are_included_on_both_sides(self, visit: Open, served: Served) -> None:
        page = visit("/?indicator=nps")
        page.locator(".when summary").first.click()
        page.get_by_label("First day", exact=True).fill("2026-10-01")
        page.get_by_label("Last day", exact=True).fill("2026-10-31")
        with page.expect_navigation():
            page.get_by_role("button", name="Show these days").click()
        settle(page)
        found = served.read("csat", from_="2026-10-01", to="2026-11-01")["total"]

        said = {"indicator": "nps", "from": "2026-10-01", "last": "2026-10-31", "zone": "Europe/Paris"}
        assert query(page) == said
        assert "1 – 31 Oct 2026" in page.locator(".when summary").first.inner_text().replace("1 Oct –", "1 –")
        assert page.locator(".tile .n").first.inner_text() == f"{found['n']} answers"
        assert page.locator(".periods [aria-current]").count() == 0

    def test_a_row_of_the_table_leads_to_its_day_and_the_day_to_its_hours(self, visit: Open) -> None:
        page = visit("/?tab=evolution&grain=day")
        follow(page, "Wed 28 Oct", "table.days")

        assert query(page) == {"from": "2026-10-28", "to": "2026-10-29", "tab": "evolution"}
        assert title(page) == "CSAT by three hours"

    def test_another_grain_cuts_the_same_days(self, visit: Open) -> None:
        page = visit("/?period=90d")
        page.get_by_text("Grain: week").click()
        follow(page, "Day", "#evolution")

        assert query(page) == {"period": "90d", "grain": "day"}
        assert page.locator("#evolution table.days tbody tr").count() == 90

    def test_another_date_may_count(self, visit: Open) -> None:
        page = visit("/")
        page.get_by_text("Dated by closing").first.click()
        follow(page, "Dated by answer", "#content > .chips")

        assert query(page) == {"anchor": "answered"}
        assert "Answers given in the period" in page.inner_text("footer.asof")

    @pytest.mark.parametrize("typed", ["31/12/2025", "2026-02-30", "yesterday"])
    def test_a_wrong_date_stays_in_its_field_until_it_is_right(self, visit: Open, typed: str) -> None:
        page = visit(f"/?indicator=nps&from={typed}&last=2026-11-10")
        assert typed in page.get_by_role("alert").inner_text()
        assert page.get_by_label("from").input_value() == typed
        assert page.get_by_label("last").input_value() == "2026-11-10"

        page.get_by_label("from").fill("2026-11-01")
        with page.expect_navigation():
            page.get_by_role("button", name="Try again").click()
        settle(page)

        assert query(page) == {"indicator": "nps", "from": "2026-11-01", "last": "2026-11-10"}
        assert title(page) == "NPS by week"

    def test_a_period_without_anything_leads_to_one_that_has(self, visit: Open) -> None:
        page = visit("/?from=2020-01-01&last=2020-01-31")
        expect(page.get_by_role("heading", name="Nobody was measured in this period")).to_be_visible()
        with page.expect_navigation():
            page.locator(".choices a").first.click()
        settle(page)

        assert query(page) == {"from": "2026-11-01", "to": "2026-12-01"}
        assert page.locator("#evolution").count() == 1


class TestRows:
    def test_a_row_narrows_the_page_and_the_chip_widens_it_again(self, visit: Open, served: Served) -> None:
        page = visit("/?period=90d")
        name = page.locator("#by-group .who-row a").first.inner_text()
        follow(page, name, "#by-group")
        found = served.read("csat", from_="2026-08-24", to="2026-11-22", where=query(page)["where"])["total"]

        assert name in page.locator("#content > .chips").inner_text()
        assert page.locator(".tile .n").first.inner_text() == f"{found['n']} answers"

        follow(page, "Remove the filter Group")
        assert query(page) == {"period": "90d"}


class TestMenu:
    def test_what_a_channel_is_not_is_chosen_by_key_with_its_conversations_in_sight(
        self, visit: Open, served: Served
    ) -> None:
        page = visit("/?period=90d")
        page.locator(".filters summary").focus()
        page.keyboard.press("Enter")
        page.locator("#filter-menu").get_by_role("link", name="Channel").press("Enter")
        expect(page.locator("#filter-form input[name=except]").first).to_be_focused()
        shown = page.locator("#filter-form li", has_text="Chat").locator(".n").inner_text()
        page.keyboard.press("ArrowRight")
        page.locator("#filter-form").get_by_label("Chat", exact=True).press("Space")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        settle(page)

        expect(page.locator(".chip").first).to_contain_text("Channel is not Chat")
        rows = served.read("conversations", by="channel", from_="2026-08-24", to="2026-11-22")["rows"]
        assert shown.split()[0] == str(next(row["n"] for row in rows if row["key"] == "Chat"))
        page.get_by_role("link", name="Remove the filter Channel is not").click()
        expect(page.locator(".chip .x")).to_have_count(0)

    def test_a_menu_stays_within_a_phone(self, visit: Open) -> None:
        page = visit("/?period=90d&where=channel!=Chat&where=agent=A-27", width=390)
        page.locator(".filters summary").click()
        page.locator("#filter-menu").get_by_role("link", name="Agent").click()
        box = page.locator("#filter-form").bounding_box()

        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


class TestLanguage:
    def test_it_keeps_the_view_and_is_remembered(self, visit: Open) -> None:
        page = visit("/?indicator=nps&period=90d")
        follow(page, "Français")

        assert query(page) == {"indicator": "nps", "period": "90d", "lang": "fr"}
        assert page.get_attribute("html", "lang") == "fr"
        assert title(page) == "NPS par mois"

        page.goto("/?period=90d")
        assert page.get_attribute("html", "lang") == "fr"
        page.goto("/?from=hier")
        assert "hier" in page.get_by_role("alert").inner_text()

        follow(page, "English")
        page.goto("/")
        assert page.get_attribute("html", "lang") == "en"

    def test_the_browsers_own_is_spoken_at_first(self, visit: Open) -> None:
        assert visit("/", locale="fr-BE").get_attribute("html", "lang") == "fr"
        assert visit("/", locale="de-DE").get_attribute("html", "lang") == "en"


class TestTheme:
    def test_it_follows_the_system_until_one_is_chosen(self, visit: Open) -> None:
        dark, light = visit("/", color_scheme="dark"), visit("/", color_scheme="light")
        assert brightness(dark) < 60
        assert brightness(light) > 200

        follow(dark, "Light")
        assert brightness(dark) > 200
        dark.goto("/?indicator=nps")
        assert brightness(dark) > 200
        follow(dark, "Auto")
        assert brightness(dark) < 60
        assert query(dark) == {"indicator": "nps", "theme": "system"}

        follow(light, "Dark")
        assert brightness(light) < 60


def test_the_way_back_leads_through_every_choice(visit: Open) -> None:
    page = visit("/")
    with page.expect_navigation():
        page.locator(".tile-link").nth(1).click()
    follow(page, "7 days")
    follow(page, "90 days")

    seen = []
    for _ in range(3):
        page.go_back()
        settle(page)
        seen.append((query(page), title(page)))

    assert seen == [
        ({"indicator": "nps", "period": "7d"}, "NPS by day"),
        ({"indicator": "nps"}, "NPS by week"),
        ({}, "CSAT by week"),
    ]


def test_an_open_menu_closes_when_something_else_is_touched(visit: Open) -> None:
    page = visit("/")
    for summary in (page.locator(".when summary").first, page.locator(".chips summary").first):
        summary.click()
        assert page.locator("details.drop[open]").count() == 1
    page.locator("h1").click()

    assert page.locator("details.drop[open]").count() == 0


def brightness(page: Page) -> float:
    """Return how bright the page's ground is, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return (red + green + blue) / 3
