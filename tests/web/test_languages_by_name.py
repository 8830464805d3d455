"""Languages stand in the order of their names in the reader's language, not of their codes."""

from collections.abc import Iterator

import pytest

from tests.support.markup import read
from tests.support.scenario import World
from tests.support.site import Site

PERIOD = "from=2026-10-01&to=2026-11-01"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a company that speaks five languages, twelve conversations in each."""
    made = World(tmp_path_factory.mktemp("languages")).settle()
    for code in ("de", "en", "es", "fr", "sv"):
        for number in range(12):
            opened = f"2026-10-{number + 1:02} 09:00"
            made.conversation(opened, closed=f"{opened[:-2]}30", language=code, csat=4)
    assert made.import_().total.rejected == 0
    with Site(made) as opened_site:
        yield opened_site
    made.close()


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("en", ["English", "French", "German", "Spanish", "Swedish"]),
        ("fr", ["Allemand", "Anglais", "Espagnol", "Français", "Suédois"]),
    ],
)
def test_a_ranking_and_a_filter_have_them_by_name(site: Site, language: str, named: list[str]) -> None:
    address = f"/report/by-language?{PERIOD}&tab=language&order=name&lang={language}"
    ranking = read(site.get(address).text)
    filter_ = read(site.get(f"/filter/language?{PERIOD}&page=/&lang={language}").text)
    ranked = [one.one("bdi").text for one in ranking.all("th", "who-row")]
    offered = [one.one("bdi").text for one in filter_.all("label", "check")]

    assert [one.capitalize() for one in ranked] == named
    assert [one.capitalize() for one in offered if "language" not in one and "langue" not in one] == named
