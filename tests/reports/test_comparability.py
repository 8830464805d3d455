"""What the report compares with is refused, for all its figures alike, where it rests on too little (D37)."""

from collections.abc import Callable
from datetime import date

import pytest

from ressenti.indicators.model import Answer, Comparison, Question, Row, Unit, UsualValue, Value
from ressenti.reports.choice import read_report_choice
from ressenti.reports.experience.comparability import settled
from ressenti.reports.experience.report import ReportReader
from tests.support.fakes import NOW, starts

TODAY = date(2026, 11, 21)


def reader(query: dict[str, str], many: Callable[[date], int], usual: UsualValue | None = None) -> ReportReader:
    """Return a reader of a record that holds so many conversations a day."""

    def ask(question: Question) -> Answer:
        days = starts(question) if question.grain else ()
        rows = tuple(Row(on.isoformat(), "", Value(many(on.date()), many(on.date()))) for on in days)
        n = sum(row.value.n for row in rows)
        return Answer(
            indicator=question.indicator,
            unit=Unit.COUNT,
            by=None,
            grain=question.grain,
            zone="Europe/Paris",
            start=None,
            end=None,
            anchor=question.anchor,
            as_of=1,
            total=Value(n, n),
            previous=usual,
            rows=rows,
        )

    choice = read_report_choice({name: [value] for name, value in query.items()}, today=TODAY)
    return ReportReader(choice=choice, ask=ask, zone="Europe/Paris", now=NOW, currency="EUR")


OTHER_BEGINS, OTHER_ENDS = date(2026, 9, 18), date(2026, 10, 18)
"""Five weeks before the thirty days up to today."""


@pytest.mark.parametrize(
    ("empty", "is_refused"),
    [(0, False), (5, False), (9, False), (10, True), (30, True)],
)
def test_it_is_refused_where_a_third_of_its_days_hold_nothing(empty: int, *, is_refused: bool) -> None:
    def many(on: date) -> int:
        return 0 if 0 <= (on - OTHER_BEGINS).days < empty else 20

    choice = settled(reader({}, many)).choice

    assert choice.is_refused is is_refused
    assert (choice.comparison is None) is is_refused
    assert choice.wanted_comparison is Comparison.WEEKDAYS


def test_days_on_which_nobody_works_do_not_count() -> None:
    choice = settled(reader({}, lambda on: 0 if on.weekday() > 3 else 20)).choice

    assert not choice.is_refused


def test_of_few_conversations_days_are_empty_at_any_time() -> None:
    choice = settled(reader({}, lambda on: on.toordinal() % 3 == 0)).choice

    assert not choice.is_refused


@pytest.mark.parametrize(("conversations", "is_refused"), [(4, True), (5, False)])
def test_it_is_refused_below_five_conversations(conversations: int, *, is_refused: bool) -> None:
    def many(on: date) -> int:
        return conversations if on == date(2026, 11, 14) else int(on > date(2026, 11, 15))

    days = {"from": "2026-11-16", "to": "2026-11-17", "compare": "2026-11-14..2026-11-15"}

    assert settled(reader(days, many)).choice.is_refused is is_refused


@pytest.mark.parametrize(
    ("usual", "is_refused"),
    [(UsualValue(20, 80, 18, 22, values=4), False), (UsualValue(None, 60, None, None, values=3), True)],
)
def test_the_usual_is_refused_where_too_few_periods_are_left(usual: UsualValue, *, is_refused: bool) -> None:
    assert settled(reader({"period": "yesterday"}, lambda _on: 20, usual)).choice.is_refused is is_refused


@pytest.mark.parametrize("compare", ["none", "85"])
def test_what_rests_on_nothing_else_is_not_refused(compare: str) -> None:
    assert not settled(reader({"compare": compare}, lambda _on: 0)).choice.is_refused


def test_where_nothing_is_measured_at_all_nothing_is_refused() -> None:
    assert not settled(reader({}, lambda _on: 0)).choice.is_refused
