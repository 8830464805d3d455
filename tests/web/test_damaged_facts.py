"""While damaged facts are measured again, every page and every question is answered at once: 503, and how far it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ressenti.facts.refusals import Measuring
from ressenti.facts.store import FactStore
from tests.support.scenario import World
from tests.support.site import Site, company, problem


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = company(World(tmp_path_factory.mktemp("measuring")))
    assert world.import_().total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise Measuring(done=120, total=300)

    monkeypatch.setattr(FactStore, "using", refuse)


@pytest.mark.usefixtures("measuring")
class TestMeasuring:
    @pytest.mark.parametrize("path", ["/", "/?tab=agent&where=agent%3Dana", "/conversations", "/comments"])
    def test_a_page_says_how_far_it_is_and_asks_again_by_itself(self, site: Site, path: str) -> None:
        response = site.get(path)

        assert response.status_code == 503
        assert "being measured again: 120 of 300 conversations" in response.text
        assert response.headers["retry-after"] == "2"
        assert '<meta http-equiv="refresh" content="2">' in response.text

    def test_it_keeps_what_was_chosen(self, site: Site) -> None:
        assert 'value="agent=ana"' in site.get("/?tab=agent&where=agent%3Dana").text

    def test_a_program_is_told_too(self, site: Site) -> None:
        response = site.get("/api/v1/indicators/csat")

        problem(response, 503, "measuring")
        assert response.headers["retry-after"] == "2"

    def test_it_is_said_in_french(self, site: Site) -> None:
        assert "120 conversations sur 300" in site.get("/?lang=fr").text


def test_other_refusals_do_not_ask_again(site: Site) -> None:
    response = site.get("/?zone=Nowhere")

    assert response.status_code == 422
    assert "retry-after" not in response.headers
    assert "http-equiv" not in response.text


def test_the_folder_is_left_as_it_was(site: Site) -> None:
    assert list(Path(site.world.folder).glob("*.corrupt-*")) == []
