"""From a list to a conversation and back, as a manager walks it: by mouse, by keyboard, on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.support.serving import Served
from tests.support.signed_in import somebody

LIST = "/conversations?period=12m"
AGENT = "/agent?period=12m&where=agent%3DTom+Aldridge"


def test_a_manager_walks_from_the_list_to_a_transcript_and_back(visit: Open) -> None:
    page = visit(LIST)
    rows = page.locator(".list tbody tr")
    assert rows.count() == 50

    page.get_by_role("link", name="Resolution").click()
    assert page.locator("th[aria-sort=descending]").inner_text() == "Resolution"
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("NPS").check()
    page.get_by_label("Topic").uncheck()
    page.get_by_role("button", name="Show these columns").click()
    headings = page.locator(".list thead th").all_inner_texts()
    assert "NPS" in headings
    assert "Topic" not in headings
    assert page.locator("th[aria-sort=descending]").inner_text() == "Resolution"

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("LAMPE")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=LAMPE**")
    listed = page.url
    assert page.locator("tr.snippet mark").first.inner_text().casefold() == "lampe"
    key = page.locator(".list .whole").first.inner_text()

    page.locator(".list tbody tr td").nth(2).click(force=True)  # all of a row leads there
    page.wait_for_url("**/conversations/*q=LAMPE*")
    assert page.locator("h1").inner_text() == key
    assert page.locator(".msg mark").first.inner_text().casefold() == "lampe"
    page.locator("details.how summary").first.click()
    page.locator("details.how a").first.click()
    assert page.url.rpartition("#")[2].startswith("m-")
    assert page.locator(".msg:target").is_visible()

    page.go_back()
    page.go_back()
    assert page.url == listed


def test_the_list_is_read_by_key_and_left_where_one_was(visit: Open) -> None:
    page = visit("/conversations?period=12m&of=csat")
    keys = page.locator(".list .whole").all_inner_texts()
    assert page.locator(".list .reason").first.is_visible()

    for key in "jjjk":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.innerText") == keys[1]
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/*of=csat*")
    expect(page.locator("h1")).to_have_text(keys[1])
    for key, place in (("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        expect(page.locator("h1")).to_have_text(keys[place])
    page.keyboard.press("u")

    page.wait_for_url("**/conversations?*#c-*")
    assert page.locator(".list .whole").all_inner_texts() == keys
    expect(page.locator(".list .whole").nth(2)).to_be_focused()
    expect(page.locator(".list .whole").nth(2)).to_be_in_viewport()


def test_whoever_opens_a_conversation_has_read_it_until_they_say_otherwise(browser: Browser, served: Served) -> None:
    context = browser.new_context(base_url=served.url)
    secret = somebody(served.world, email="reader@tilleul.example").cookies["ressenti"]
    context.add_cookies([{"name": "ressenti", "value": secret, "url": served.url}])
    page = context.new_page()
    page.goto("/conversations/1900?period=12m&sort=-closed")

    expect(page.locator(".marking").get_by_text("Read by you")).to_be_visible()
    page.get_by_role("button", name="Mark as unread").click()
    expect(page.locator(".marking").get_by_text("Not read yet")).to_be_visible()
    page.get_by_role("button", name="Come back to it").click()
    expect(page.get_by_role("button", name="Done with it")).to_be_visible()
    page.get_by_label("A note").fill("<b>Call back</b>")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_label("A note")).to_have_value("<b>Call back</b>")
    expect(page.locator(".marking").get_by_text("Read by you")).to_be_visible()
    page.goto("/conversations?period=12m&mark=again")
    assert page.locator(".list .whole").all_inner_texts() == ["C-001900"]
    assert page.locator(".list .own").count() == 3
    context.close()


def test_an_agents_name_leads_to_their_page_and_on_to_what_is_worth_reading(visit: Open) -> None:
    page = visit("/?period=12m&tab=agent")
    page.locator("#by-agent").get_by_role("link", name="Tom Aldridge", exact=True).first.click()
    page.wait_for_url("**/agent?*")
    expect(page.locator("h1")).to_have_text("Tom Aldridge")
    page.get_by_role("link", name="First response", exact=True).click()
    page.wait_for_url("**indicator=first_response_time**")
    expect(page.locator("#over-time h2")).to_contain_text("First response")
    first = page.locator(".to-read a").first
    key = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(key)
    expect(page.get_by_role("link", name="Next conversation")).to_be_visible()


def test_a_key_typed_into_the_search_is_a_letter(visit: Open) -> None:
    page = visit(LIST)
    page.locator("#q").focus()

    page.keyboard.type("jk")

    expect(page.locator("#q")).to_have_value("jk")


def test_a_page_of_the_list_leads_to_the_next_and_back(visit: Open) -> None:
    page = visit(LIST)
    first = page.locator(".list .whole").first.inner_text()

    page.get_by_role("link", name="Next page").click()
    assert page.locator(".list .whole").first.inner_text() != first
    page.get_by_role("link", name="Previous page").click()
    assert page.locator(".list .whole").first.inner_text() == first


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        LIST,
        f"{LIST}&q=lampe",
        f"{LIST}&of=csat",
        "/conversations/1900",
        "/conversations/1900?period=12m&sort=worth",
        AGENT,
        "/conversations?q=zzzzzz",
    ],
)
def test_axe_finds_nothing(visit: Open, address: str, theme: str) -> None:
    page = visit(f"{address}{'&' if '?' in address else '?'}theme={theme}")

    found = Axe().run(page)

    assert found.response["violations"] == []


@pytest.mark.parametrize(
    "address",
    [
        f"{LIST}&q=lampe",
        f"{LIST}&of=nps",
        "/conversations/1900",
        "/conversations/1900?period=12m&sort=worth&of=csat",
        AGENT,
        f"{LIST}&columns=agent,comment,rule",
    ],
)
def test_nothing_scrolls_sideways_on_the_narrowest_phone(visit: Open, address: str) -> None:
    page = visit(address, width=320, height=700)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = page.evaluate(
        """[...document.querySelectorAll('main a, main button, main summary, main input')]
        .filter((one) => one.checkVisibility() && one.type !== 'hidden')
        .map((one) => one.getBoundingClientRect()).filter((box) => box.height && box.height < 23.5).length"""
    )
    assert small == 0
