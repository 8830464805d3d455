"""Every engine counts the same rows for where a change comes from, and sets exactly a group's own rows aside."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from functools import cache

import pytest
from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.drivers.chain import DriverGroup, Observed
from ressenti.indicators.drivers.counting import DriverCounts, PeriodRows
from ressenti.indicators.drivers.decomposition import NO_ROWS
from ressenti.indicators.drivers.explained_change import mean_of_rows
from ressenti.indicators.drivers.row_means import require_parts
from ressenti.indicators.model import Attribution, Comparison, Filter, Question
from ressenti.indicators.refusals import NoParts
from ressenti.indicators.resolve import resolve
from tests.support.engines.company import NOW, at

START, END = at("2025-01-01T00:00"), at("2026-01-01T00:00")


Counted = tuple[Observed, dict[DriverGroup, Observed]]


def has_parts(indicator: str) -> bool:
    try:
        require_parts(INDICATORS[indicator])
    except NoParts:
        return False
    return True


def questions() -> Iterator[Question]:
    for key in filter(has_parts, INDICATORS):
        yield Question(indicator=key, now=NOW, start=START, end=END, compare=Comparison.PREVIOUS, zone="Europe/Paris")
    yield Question(
        indicator="csat",
        now=NOW,
        start=START,
        end=END,
        compare=Comparison.YEAR,
        attribution=Attribution.CLOSER,
        where=(Filter("channel", ("channel 1", "")),),
    )


QUESTIONS = pytest.mark.parametrize("question", list(questions()), ids=lambda one: f"{one.indicator} {one.compare}")


def counted(question: Question, facts: Engine, record: Connection) -> Counted:
    """Return the rows of a question, and those left without the largest group of each dimension and those of none."""
    with facts.snapshot(INDICATORS[question.indicator].facts) as view:
        resolved = resolve(question, view, record, reads_clock=True)
        periods = PeriodRows.of(resolved)
        counts = DriverCounts(periods, mean_of_rows(resolved.indicator, periods))
        whole = counts.look(())
        largest: dict[str, DriverGroup] = {}
        for group, rows in whole.groups.items():
            other = largest.get(group.dimension)
            if other is None or rows.now.n > whole.groups[other].now.n:
                largest[group.dimension] = group
        nobody = [group for group in whole.groups if group.key is None]
        return whole, {group: counts.look((group,)) for group in {*largest.values(), *nobody}}


@pytest.fixture(scope="module")
def expected_rows(reference: Engine, record: Connection) -> Callable[[Question], Counted]:
    """Return what the reference counts; each question is asked of it once."""
    return cache(lambda question: counted(question, reference, record))


@QUESTIONS
def test_what_is_set_aside_is_exactly_the_rows_of_the_group(
    expected_rows: Callable[[Question], Counted], question: Question
) -> None:
    whole, left = expected_rows(question)
    groups = [group for group in left if whole.groups[group].now.n]

    for group in groups:
        rest = whole.whole.without(whole.groups[group])
        assert astuple(left[group].whole.before) == pytest.approx(astuple(rest.before))
        assert astuple(left[group].whole.now) == pytest.approx(astuple(rest.now))
    assert all(not left[group].groups.get(group, NO_ROWS).now.n for group in groups)
    assert {group.key is None for group in groups} == {False, True}


@QUESTIONS
def test_every_engine_counts_as_the_reference_does(
    engine: Engine, record: Connection, expected_rows: Callable[[Question], Counted], question: Question
) -> None:
    assert counted(question, engine, record) == expected_rows(question)
