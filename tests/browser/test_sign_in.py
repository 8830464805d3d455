"""Somebody comes in through the form, as a person does: by keyboard, on a phone, with axe watching."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ressenti.accounts.invitations import invite
from tests.browser.test_access import objections
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.serving import Served, serve
from tests.support.site import PASSWORD, person


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("door")).settle(name="Tilleul")
    made.conversation(messages=[("visitor", "10:00"), ("agent:ana", "10:05")], csat=5)
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def door(world: World) -> Iterator[Served]:
    running = serve(world)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, door: Served) -> Iterator[Page]:
    """Open a browser in which nobody signed in."""
    context = browser.new_context(base_url=door.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_S * 1_000)
    yield context.new_page()
    context.close()


def test_the_first_administrator_comes_in_invites_somebody_and_leaves(world: World, page: Page) -> None:
    with world.store.write() as connection:
        secret = invite(connection, None, now=world.now)
    page.goto(f"/welcome/{secret}")
    assert page.evaluate("document.activeElement.id") == "name"
    assert objections(page) == []
    page.get_by_label("Name").focus()
    page.keyboard.type("Zoé Martin")
    page.keyboard.press("Tab")
    page.keyboard.type("zoe@tilleul.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Zoé Martin").wait_for()

    page.goto("/users")
    page.get_by_text("Add somebody").click()
    page.get_by_label("E-mail").fill("noa@tilleul.example")
    assert not page.get_by_label("An analyst who may also read what people wrote").first.is_visible()
    page.get_by_label("Analyst", exact=True).first.check()
    page.get_by_label("An analyst who may also read what people wrote").first.check()
    assert objections(page) == []
    page.get_by_role("button", name="Add and show the link").click()
    link = page.locator(".shown code").inner_text()
    assert objections(page) == []

    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_text("You are signed out.").wait_for()
    assert "/welcome/" in link


def test_who_comes_from_a_page_goes_back_to_it(world: World, page: Page) -> None:
    person(world, "analyst", email="imane@tilleul.example")
    page.goto("/?period=12m")
    assert page.url.endswith("/sign-in?next=%2F%3Fperiod%3D12m")
    page.get_by_label("E-mail").fill("Imane@Tilleul.example")
    page.get_by_label("Password").fill("not hers")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert objections(page) == []
    assert page.evaluate("document.activeElement.id") == "password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?period=12m")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_door_fits_a_phone_and_pleases_axe(page: Page, language: str, theme: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        page.goto(f"/sign-in?lang={language}&theme={theme}")
        assert objections(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("address", ["/me", "/users", "/users/1"])
def test_the_pages_of_people_fit_a_phone_and_please_axe(browser: Browser, door: Served, address: str) -> None:
    shown = {"Authorization": door.bearer}
    context = browser.new_context(base_url=door.url, extra_http_headers=shown, viewport={"width": 320, "height": 640})
    page = context.new_page()
    for theme in ("light", "dark"):
        page.goto(f"{address}?theme={theme}")
        for summary in page.locator(".adding > summary").all():
            summary.click()
        page.evaluate("scrollTo(0, 0)")  # what the bar of a phone lies over just now is no target
        assert objections(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    context.close()
