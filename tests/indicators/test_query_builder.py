"""A question becomes a query: a value that is its own key, and that holds nothing which leaves the rows as they are."""

from dataclasses import replace

import pytest

from ressenti.facts.calendar import Grain
from ressenti.facts.engines.dialect import CLICKHOUSE, DUCKDB
from ressenti.facts.engines.sql import explain
from ressenti.facts.query import Query
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS, dimension
from ressenti.indicators.model import Anchor
from ressenti.indicators.query_builder import Slice, build_query

CUT = Slice(projects=(1,), anchor=Anchor.CLOSED, zone="Europe/Paris", week_start=0, extent=(0, 10), now=60_000_000)


def queries(key: str, cut: Slice = CUT) -> list[Query]:
    """Return an indicator's queries by nothing, by each dimension and by day."""
    one = INDICATORS[key]
    cut = replace(cut, anchor=next(anchor for anchor in Anchor if anchor in one.anchors))
    return [
        build_query(one, cut),
        *(build_query(one, cut, by=by) for by in DIMENSIONS.values()),
        build_query(one, cut, grain=Grain.DAY),
    ]


@pytest.mark.parametrize("key", list(INDICATORS))
def test_equal_queries_are_one_key_and_different_ones_are_not(key: str) -> None:
    assert len({*queries(key), *queries(key)}) == len(DIMENSIONS) + 2


@pytest.mark.parametrize(("key", "is_one"), [("csat", True), ("first_response_time", True), ("fcr", False)])
def test_the_time_of_asking_is_in_no_query_but_of_who_came_back(key: str, is_one: bool) -> None:
    later = replace(CUT, now=120_000_000)

    assert (queries(key) == queries(key, later)) is is_one


@pytest.mark.parametrize(("by", "is_one"), [(None, True), ("channel", True), ("agent", True), ("hour_of_day", False)])
def test_the_zone_is_in_a_query_only_where_a_clock_is_read(by: str | None, is_one: bool) -> None:
    csat, known = INDICATORS["csat"], dimension(by) if by else None
    paris, lima = (build_query(csat, replace(CUT, zone=zone), by=known) for zone in ("Europe/Paris", "America/Lima"))

    assert (paris == lima) is is_one


def test_one_query_is_explained_to_each_engine_in_its_own_words() -> None:
    query = build_query(INDICATORS["csat"], CUT)
    [ours], [theirs] = explain(query, DUCKDB), explain(query, CLICKHOUSE)

    assert ours.text.splitlines()[0] == "SELECT count(*), count(*) FILTER (WHERE is_satisfied)"
    assert theirs.text.splitlines()[0] == "SELECT count(*), countIf(ifNull(is_satisfied, 0))"
    assert ours.params == theirs.params == [1]


def test_who_came_back_is_laid_beside_the_facts_first() -> None:
    first, then = explain(build_query(INDICATORS["fcr"], CUT), DUCKDB)

    assert first.text.startswith("CREATE TEMP TABLE return AS")
    assert "SELECT later FROM return" in then.text
