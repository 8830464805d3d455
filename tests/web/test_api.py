"""The API gives the answers of the command line: the same object, the same refusals."""

import json
from typing import Any

import pytest

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.catalogue_listing import dimension_list, indicator_list
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.read import answer_words
from ressenti.kit.refusals import Refusal
from tests.support.scenario import World
from tests.support.site import Site, problem

OCTOBER = {"from": ["2026-10-01"], "to": ["2026-11-01"]}
QUESTIONS: list[dict[str, list[str]]] = [
    {},
    OCTOBER,
    OCTOBER | {"by": ["agent"], "compare": ["previous"]},
    OCTOBER | {"grain": ["day"], "zone": ["Asia/Kathmandu"]},
    OCTOBER | {"by": ["channel"], "grain": ["week"], "anchor": ["opened"]},
    OCTOBER | {"by": ["tag"], "where": ["channel=Chat", "channel=E-mail", "language=fr"]},
    {"anchor": ["answered"], "by": ["hour_of_day"], "zone": ["America/New_York"]},
    {"where": ["channel="], "by": ["rating"], "project": ["default"]},
    {"by": ["agent"], "attribution": ["closer"]},
    OCTOBER | {"grain": ["week"], "weighting": ["all"]},
    OCTOBER | {"window": ["24h"], "compare": ["year"]},
]


def here(world: World, indicator: str, words: dict[str, list[str]]) -> tuple[int, Any]:
    """Answer without HTTP: status and object, or status and code."""
    try:
        return 200, answer_words(world.fact_store, indicator, words, now=world.now).as_json()
    except Refusal as refusal:
        return refusal.status, (refusal.code, refusal.say())


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_question_is_answered_as_it_is_without_http(site: Site, world: World, indicator: str) -> None:
    for words in QUESTIONS:
        answered = site.get(f"/api/v1/indicators/{indicator}", params=words)
        status, expected = here(world, indicator, words)

        assert answered.status_code == status, words
        if status == 200:
            assert answered.json() == expected, words
        else:
            assert problem(answered, status, expected[0]) == expected[1]


def test_the_object_is_that_of_the_documentation_in_its_order(site: Site) -> None:
    text = site.get("/api/v1/indicators/csat", params=OCTOBER | {"by": "agent", "grain": "week"}).text
    found = json.loads(text)

    assert text.startswith('{"indicator":"csat","unit":"percent","by":"agent","grain":"week","zone":"Europe/Paris"')
    assert list(found)[5:] == ["from", "to", "anchor", "as_of", "total", "rows"]
    assert list(found["total"]) == ["value", "n", "low", "high", "previous"]
    assert list(found["rows"][0]) == ["key", "bucket", "label", "value", "n", "low", "high", "previous"]


def test_visible_figures(site: Site) -> None:
    total = site.get("/api/v1/indicators/conversations", params=OCTOBER).json()["total"]
    csat = site.get("/api/v1/indicators/csat").json()

    assert total == {"value": 40, "n": 40, "low": None, "high": None, "previous": None}
    assert csat["total"]["n"] == 30
    assert csat["total"]["value"] == pytest.approx(40.0)
    assert csat["as_of"] > 0


def test_the_moment_of_asking_is_the_applications(site: Site) -> None:
    """It is noon of the last day: the conversations of the afternoon 13 days earlier are not compared."""
    words = {"from": "2026-10-20", "to": "2026-11-02", "compare": "previous"}

    running = site.get("/api/v1/indicators/conversations", params=words).json()["total"]
    over = site.get("/api/v1/indicators/conversations", params=words | {"to": "2026-11-01"}).json()["total"]

    assert (running["value"], running["previous"]["value"]) == (25, 12)
    assert (over["value"], over["previous"]["value"]) == (25, 15)


def test_sql_is_added_where_it_is_asked_for(site: Site) -> None:
    plain = site.get("/api/v1/indicators/csat").json()
    shown = site.get("/api/v1/indicators/csat?sql=1").json()

    assert "sql" not in plain
    assert "FROM answer" in shown["sql"][0]
    assert {name: value for name, value in shown.items() if name != "sql"} == plain


def test_what_is_imported_is_in_the_next_answer(tmp_path: Any) -> None:
    world = World(tmp_path)
    world.conversation(csat=5)
    world.import_()
    with Site(world) as site:
        before = site.get("/api/v1/indicators/csat").json()
        world.conversation(csat=1)
        world.import_()
        after = site.get("/api/v1/indicators/csat").json()
    world.close()

    assert (before["total"]["value"], after["total"]["value"]) == (100, 50)
    assert after["as_of"] > before["as_of"]


class TestLists:
    def test_indicators_are_listed_with_their_definitions(self, site: Site) -> None:
        found = site.get("/api/v1/indicators").json()

        assert found == indicator_list()
        assert [one["key"] for one in found] == list(INDICATORS)
        assert found[0]["translations"]["fr"]["definition"]

    def test_dimensions_are_listed_with_whether_they_add_up(self, site: Site) -> None:
        found = site.get("/api/v1/dimensions").json()

        assert found == dimension_list()
        assert [one["key"] for one in found] == list(DIMENSIONS)
        assert {one["key"]: one["adds_up"] for one in found}["agent"] is False


def test_nobody_measured_is_null_and_never_zero(tmp_path: Any) -> None:
    world = World(tmp_path).settle()
    with Site(world) as site:
        csat = site.get("/api/v1/indicators/csat").json()
        count = site.get("/api/v1/indicators/conversations").json()
    world.close()

    assert csat["total"] == {"value": None, "n": 0, "low": None, "high": None, "previous": None}
    assert (csat["rows"], count["total"]["value"]) == ([], 0)
