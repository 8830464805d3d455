"""Whatever is shown, asked or written of an indicator or a dimension follows from its declaration alone."""

import csv
import json
import os
import subprocess
import sys
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.environment import ROOT
from tests.support.scenario import World
from tests.support.site import company

ANA, BO, ALL = (30.76923076923077, 26), (28.571428571428573, 14), (30.0, 40)
"""Who answered within three minutes, and how many they closed: 8 of 26, 4 of 14, 12 of 40."""


def said(what: str, folder: Path) -> Any:
    """Return what a process says in which one more indicator and dimension are declared."""
    environment = {**os.environ, "RESSENTI_DATABASE": f"sqlite:///{folder / 'record.db'}", "COLUMNS": "200"}
    command = [sys.executable, "-m", "tests.support.child_declared", what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = company(World(tmp_path_factory.mktemp("declared")))
    world.import_()
    world.close()
    return world.folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = said("shown", folder)
    return {**found, "page": {name: unescape(text) for name, text in found["page"].items()}}


def rows(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(written)))


def values(answer: dict[str, Any]) -> dict[str | None, tuple[float, int]]:
    return {one["key"]: (one["value"], one["n"]) for one in answer["rows"]}


def test_the_file_and_the_columns_in_memory_answer_alike(folder: Path) -> None:
    asked = said("asked", folder)

    assert asked["file"] == asked["memory"]
    whole, by_closer, of_ana, weekly = asked["file"]
    assert (whole["total"]["value"], whole["total"]["n"]) == ALL
    assert values(by_closer) == {"ana": ANA, "bo": BO}
    assert values(of_ana) == {"ana": ANA}
    assert sum(one["n"] for one in weekly["rows"]) == 40
    assert said("held", folder) == ["conversation"]


class TestPrograms:
    def test_the_api_answers_and_lists_both(self, shown: dict[str, Any]) -> None:
        listed = {kind: {one["key"]: one for one in shown["api"][kind]} for kind in ("indicators", "dimensions")}

        assert values(shown["api"]["read"]) == {"ana": ANA, "bo": BO}
        assert listed["indicators"]["prompt_rate"]["definition"].endswith("within three minutes.")
        assert listed["dimensions"]["closer"]["name"] == "Closed by whom"

    def test_the_openapi_document_admits_both(self, shown: dict[str, Any]) -> None:
        operation = shown["api"]["openapi.json"]["paths"]["/api/v1/indicators/{key}"]["get"]
        admitted = {one["name"]: one["schema"].get("enum", ()) for one in operation["parameters"]}

        assert "prompt_rate" in admitted["key"]
        assert "closer" in admitted["by"]


class TestCommands:
    def test_a_figure_is_read_and_explained_by_its_sql(self, shown: dict[str, Any]) -> None:
        found = {one["label"]: (float(one["value"]), int(one["n"])) for one in rows(shown["command"]["read"])}

        assert (found["Ana Souza"], found["total"]) == (ANA, ALL)
        assert "count(*) FILTER (WHERE first_response_us <= 180000000)" in shown["command"]["sql"]
        assert "closer_id AS key" in shown["command"]["sql"]

    @pytest.mark.parametrize(("kind", "key"), [("indicators", "prompt_rate"), ("dimensions", "closer")])
    def test_the_catalogue_lists_it_last(self, shown: dict[str, Any], kind: str, key: str) -> None:
        assert json.loads(shown["command"][kind])[-1]["key"] == key

    @pytest.mark.parametrize("what", ["conversations", "comments"])
    def test_an_export_has_a_column_of_the_dimension(self, shown: dict[str, Any], what: str) -> None:
        assert shown["command"][what].partition("\n")[0].strip().split(",")[-1] == "closed_by"

    def test_that_column_says_who_closed_each_conversation(self, shown: dict[str, Any]) -> None:
        closers = [one["closed_by"] for one in rows(shown["command"]["conversations"])]

        assert {who: closers.count(who) for who in closers} == {"ana": 26, "bo": 14}


class TestPages:
    def test_the_indicator_has_a_tile_under_its_short_name(self, shown: dict[str, Any]) -> None:
        assert 'id="tile-prompt_rate"' in shown["page"]["report"]
        assert ">Prompt<" in shown["page"]["report"]

    def test_the_dimension_has_a_tab_of_whoever_is_in_it(self, shown: dict[str, Any]) -> None:
        tab = shown["page"]["tab"]

        assert "Closers" in tab
        assert "30.8\u202f%" in tab
        assert "Ana Souza" in tab
        assert "/conversations?of=prompt_rate&by=closer&key=ana" in tab

    def test_behind_a_row_stand_the_conversations_that_it_counts(self, shown: dict[str, Any]) -> None:
        assert "26 conversations" in shown["page"]["behind"]

    def test_the_definitions_explain_both(self, shown: dict[str, Any]) -> None:
        page = shown["page"]["definitions"]

        assert 'id="prompt_rate"' in page
        assert "100 × conversations answered within three minutes ÷ conversations that somebody answered." in page
        assert "Conversations left without an answer." in page
        assert 'id="by-closer"' in page

    def test_one_may_filter_by_the_dimension(self, shown: dict[str, Any]) -> None:
        assert "/filter/closer?" in shown["page"]["report"]
        assert 'value="closer=ana"' in shown["page"]["filter"]

    @pytest.mark.parametrize("page", ["conversations", "comments"])
    def test_a_list_has_a_column_that_orders_it(self, shown: dict[str, Any], page: str) -> None:
        assert "Closing hand" in shown["page"][page]
        assert "sort=-closer" in shown["page"][page]

    def test_a_conversation_says_who_closed_it(self, shown: dict[str, Any]) -> None:
        assert "Closed by whom" in shown["page"]["conversation"]

    def test_what_is_advised_may_be_written_anew(self, shown: dict[str, Any]) -> None:
        assert "Answer sooner. A first word is enough." in shown["page"]["advice"]

    def test_files_of_figures_have_rows_of_both(self, shown: dict[str, Any]) -> None:
        tiles = {one["key"]: one["value"] for one in rows(shown["page"]["tiles"])}
        breakdown = {(one["indicator"], one["by"], one["key"]): one["n"] for one in rows(shown["page"]["breakdown"])}

        assert tiles["prompt_rate"] == "30.0"
        assert breakdown == {("prompt_rate", "closer", "ana"): "26", ("prompt_rate", "closer", "bo"): "14"}
