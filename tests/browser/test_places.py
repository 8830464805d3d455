"""The page fits where it is opened: any width, without scripts, on paper, over a slow line, before the first import."""

import gzip

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LISTEN, Open, settle
from tests.support.environment import PATIENCE_S
from tests.support.serving import Served

WIDEST = """() => {
  const widest = [...document.querySelectorAll('body *')].filter((one) => {
    if (one.closest('.vh, [aria-hidden], .tabs, .wide') || !one.checkVisibility()) return false;
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1;
  });
  return widest.map((one) => `${one.tagName} ${one.className.baseVal ?? one.className}`).slice(0, 5);
}"""


@pytest.mark.parametrize(
    "address", ["/?lang=en", "/?lang=fr", "/?period=12m&grain=day&indicator=resolution_time", "/?from=x"]
)
def test_nothing_scrolls_sideways(visit: Open, address: str) -> None:
    page = visit(address)
    for width in (1440, 1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(WIDEST) == []


def test_what_opens_on_a_phone_stays_on_it(visit: Open) -> None:
    page = visit("/?lang=fr")
    openers = page.locator(".side-folded summary, main details.drop > summary").all()
    assert len(openers) >= 15
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for opener in openers:
            opener.click()
            box = page.locator("details.drop[open] > .menu").bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width, opener
            page.keyboard.press("Escape")


def test_it_works_without_scripts(visit: Open, served: Served) -> None:
    page = visit("/", java_script_enabled=False)
    with page.expect_navigation():
        page.locator(".tile-link").nth(3).click()
    assert page.locator("#evolution-title").inner_text() == "Resolution by week"

    page.locator(".when summary").first.click()
    page.get_by_label("First day", exact=True).fill("2026-10-01")
    page.get_by_label("Last day", exact=True).fill("2026-10-31")
    with page.expect_navigation():
        page.get_by_role("button", name="Show these days").click()
    found = served.read("csat", from_="2026-10-01", to="2026-11-01")["total"]
    assert page.locator(".tile .n").first.inner_text() == f"{found['n']} answers"

    page.locator("#evolution").get_by_text("Show as table").click()
    expect(page.locator("#evolution table.days")).to_be_visible()
    with page.expect_navigation():
        page.locator("#evolution table.days a").first.click()
    assert "from=2026-10-01&to=2026-10-05&indicator=resolution_time" in page.url
    with page.expect_navigation():
        page.get_by_role("link", name="Français").first.click()
    assert page.get_attribute("html", "lang") == "fr"


def test_without_scripts_a_point_says_what_it_holds(visit: Open) -> None:
    page = visit("/", java_script_enabled=False)

    assert "week of 16 Nov 2026: " in (page.locator("#evolution .column title").last.text_content() or "")


def test_all_a_page_needs_weighs_less_than_100_kilobytes(visit: Open, served: Served) -> None:
    """Counted by content, as it travels compressed; the largest page there is, and fonts are the system's own."""
    page = visit("about:blank")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    largest = f"{served.url}/?period=12m&grain=day&rows=all"
    settle(page).goto(largest)
    settle(page)
    icon = page.locator("link[rel=icon]").evaluate("link => link.href")
    assets = {icon, *(address for address in addresses if "/static/" in address)}
    bodies = [page.request.get(address).body() for address in (f"{largest}&whole=yes", *assets)]

    assert len(assets) > 4
    assert all(address.startswith(served.url) for address in addresses)
    assert sum(len(gzip.compress(body)) for body in bodies) < 100_000


def test_on_paper_the_figures_remain_and_what_is_clicked_goes(visit: Open) -> None:
    page = visit("/")
    page.emulate_media(media="print")

    expect(page.locator(".side").first).to_be_hidden()
    expect(page.locator(".periods")).to_be_hidden()
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".plot").first).to_be_visible()


def test_an_empty_installation_says_how_to_begin(browser: Browser, empty: Served) -> None:
    for width in (1440, 320):
        page: Page = browser.new_page(
            base_url=empty.url,
            extra_http_headers={"Authorization": empty.bearer},
            viewport={"width": width, "height": 800},
        )
        page.goto("/")
        text = page.inner_text("main")

        assert "Bring your conversations in" in text
        assert "ressenti import FOLDER" in text
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_a_page_that_broke_its_policy_would_be_noticed(browser: Browser, served: Served) -> None:
    """The tests of this folder fail on what the browser reports; here is that it does report."""
    context = browser.new_context(base_url=served.url, extra_http_headers={"Authorization": served.bearer})
    context.add_init_script(LISTEN)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/")
    with page.expect_console_message(lambda message: message.text.startswith("policy:"), timeout=PATIENCE_S * 1_000):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">a</p>')")
    context.close()

    assert "policy: style-src-attr" in said


class TestPhone:
    """What a tap leads to stands at the top of the window, below the bar that stays."""

    @pytest.mark.parametrize(
        ("tapped", "lands"), [(".tile-link >> nth=2", "evolution"), (".tabs a >> nth=3", "by-agent")]
    )
    def test_a_tap_lands_on_what_was_chosen(self, visit: Open, tapped: str, lands: str) -> None:
        page = visit("/", width=390, height=844, has_touch=True)
        with page.expect_navigation():
            page.locator(tapped).tap()
        settle(page)

        expect(page.locator(f"#{lands}")).to_be_focused()
        top = page.locator(f"#{lands}").bounding_box()
        bar = page.locator("header.side").bounding_box()
        assert top is not None
        assert bar is not None
        assert bar["y"] == 0
        assert bar["height"] <= top["y"] <= bar["height"] + 24

    def test_the_chosen_tab_is_whole_and_in_sight(self, visit: Open) -> None:
        page = visit("/?tab=group&lang=fr", width=390, height=844)
        tabs, chosen = (
            page.locator(".tab-row .tabs").bounding_box(),
            page.locator(".tab-row [aria-current]").bounding_box(),
        )
        assert tabs is not None
        assert chosen is not None
        assert tabs["x"] <= chosen["x"]
        assert chosen["x"] + chosen["width"] <= tabs["x"] + tabs["width"] - 24

    def test_on_a_wide_screen_nothing_moves(self, visit: Open) -> None:
        page = visit("/", width=1280)
        with page.expect_navigation():
            page.locator(".tile-link").nth(2).click()
        settle(page)

        assert page.evaluate("scrollY") == 0
