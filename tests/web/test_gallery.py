"""The gallery has no record and is no part of an installation; it computes what it says of the colours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gallery.app import create_gallery
from gallery.routes import SHEET, colours, contrast, pairs, sizes
from ressenti.web.server.content_security_policy import POLICY
from tests.support.site import ADDRESS, Site


@pytest.fixture(scope="module")
def gallery() -> Iterator[TestClient[Any]]:
    with TestClient(create_gallery(), base_url=ADDRESS) as opened:
        yield opened


@pytest.mark.parametrize("address", ["/", "/gallery", "/gallery/figures"])
def test_it_needs_no_record_and_keeps_the_policy_of_the_pages(gallery: TestClient[Any], address: str) -> None:
    answer = gallery.get(address)

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text):
        assert gallery.get(sheet).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("address", ["/gallery", "/gallery/figures"])
def test_no_installation_serves_it(site: Site, address: str) -> None:
    assert site.get(address).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_figures_write_numbers_as_the_language_does(gallery: TestClient[Any], language: str) -> None:
    page = gallery.get(f"/gallery/figures?lang={language}").text

    assert f'lang="{language}"' in page
    assert {"en": "59.2\u202f%", "fr": "59,2\u202f%"}[language] in page


def test_every_mark_of_a_figure_leads_to_a_place_on_the_page(gallery: TestClient[Any]) -> None:
    page = gallery.get("/gallery/figures").text
    led_to = set(re.findall(r'href="#([\w-]+)"', page)) - {"content"}

    assert led_to
    assert led_to <= set(re.findall(r'id="([\w-]+)"', page))


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#8a2a5f", "#8a2a5f") == pytest.approx(1)


def test_every_pair_of_colours_has_the_contrast_it_needs() -> None:
    assert len(pairs()) > 25
    assert [(pair.front, pair.back) for pair in pairs() if not pair.is_enough] == []


def test_every_colour_has_its_swatch() -> None:
    sheet = SHEET.read_text(encoding="utf-8")

    assert len(colours()) == 23
    assert [
        colour.name for colour in colours() if f".k-{colour.name} {{ fill: var(--{colour.name}); }}" not in sheet
    ] == []


def test_every_size_is_shown() -> None:
    assert [px for _name, px in sizes("s")] == [4, 8, 12, 16, 24, 32, 48, 64]
    assert [name for name, _px in sizes("t")] == ["t11", "t12", "t13", "t14", "t16", "t18", "t28", "t30", "t36"]
