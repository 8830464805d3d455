"""A mailed report as a mail program shows it: in a box of its own, light and dark, on a wide screen and on a phone."""

from base64 import b64encode
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Route

from tests.reports.test_mailed_reports import body, pictures, sent, summary


def shown(mail: EmailMessage) -> str:
    """Return the page of a mail, its pictures put into it as a mail program does."""
    part = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert isinstance(part, EmailMessage)
    page = body(part, "html")
    for name, png in pictures(part).items():
        page = page.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(png).decode()}")
    return page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("width", "scheme"), [(800, "light"), (390, "dark"), (320, "light")])
def test_a_mail_is_shown_whole_and_asks_for_nothing(browser: Browser, language: str, width: int, scheme: str) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.route(lambda url: not url.startswith("data:"), refuse)
    page = context.new_page()
    page.set_content(shown(sent(summary(language))))
    sizes = page.evaluate("[...document.images].map((one) => [one.complete, one.naturalWidth, one.clientWidth])")

    assert asked == []
    assert [(complete, natural) for complete, natural, _drawn in sizes] == [(True, 1120)] * 3
    assert all(200 < drawn <= 560 for _complete, _natural, drawn in sizes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("table table").first.bounding_box()
    assert box is not None
    assert box["width"] <= 600
    assert page.locator("h1").inner_text()
    assert len(page.screenshot(full_page=True)) > 20_000
    context.close()


def test_a_mail_follows_the_dark_theme(browser: Browser) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        page.set_content(shown(sent(summary())))
        colours[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        context.close()

    assert colours == {"light": "rgb(250, 248, 245)", "dark": "rgb(23, 20, 18)"}
