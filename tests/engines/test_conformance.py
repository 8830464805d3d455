"""Every engine gives the same answer to every question: counts and medians to the last digit, refusals to the word."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.engines.sql_snapshot import SqlSnapshot
from ressenti.facts.query import Query, QueryRows
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Answer, Question
from ressenti.kit.single_flight import SingleFlight
from tests.support.engines.agreement import Expected, GeneratedFiles, differences, told
from tests.support.engines.questions import asked, refused
from tests.support.engines.second_opinion import SecondOpinion

INDICATOR_KEYS = pytest.mark.parametrize("indicator", list(INDICATORS))


class TestReference:
    @INDICATOR_KEYS
    def test_it_answers_as_plain_python_does(
        self, reference: Engine, record: Connection, second_opinion: SecondOpinion, indicator: str
    ) -> None:
        known = [second_opinion.known(one) for one in asked()[indicator][::2]]
        answers = {one: told(one, reference, record) for one in known}
        found = {one: second_opinion.differences(one, answer) for one, answer in answers.items()}

        assert {one: differing for one, differing in found.items() if differing} == {}

    def test_every_question_has_an_answer_and_many_find_something(self, expected: Expected) -> None:
        every = [expected(one) for own in asked().values() for one in own]
        answers = [one for one in every if isinstance(one, Answer)]

        assert answers == every
        assert sum(one.total.n > 0 for one in answers) > len(every) / 3

    def test_every_indicator_is_asked_by_every_dimension(self) -> None:
        pairs = {(key, one.by) for key, own in asked().items() for one in own}

        assert pairs == {(key, by) for key in INDICATORS for by in (None, *DIMENSIONS)}

    def test_what_cannot_be_asked_is_refused(self, expected: Expected) -> None:
        kinds = {type(expected(one)).__name__ for one in refused()}

        assert kinds >= {"NoSuchDate", "NotWeighted", "NoCredit", "TooManyBuckets", "NothingToCompare", "EmptyPeriod"}
        assert kinds >= {"UnknownIndicator", "UnknownDimension", "UnknownKey", "UnknownZone", "UnknownProject"}


class TestEngine:
    @INDICATOR_KEYS
    def test_it_answers_as_the_reference_does(
        self, engine: Engine, record: Connection, expected: Expected, indicator: str
    ) -> None:
        assert wrong(asked()[indicator], engine, record, expected) == {}

    def test_it_refuses_as_the_reference_does(self, engine: Engine, record: Connection, expected: Expected) -> None:
        assert wrong(list(refused()), engine, record, expected) == {}


class Miscounting:
    """The reference, but for a few letters of its SQL: the control, which has to be found out."""

    def __init__(self, right: Engine, said: str, instead: str) -> None:
        self._right, self._said, self._instead = right, said, instead
        self._memory: RowCache = SingleFlight()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._right, name)

    def memory(self, _watermarks: object) -> RowCache:
        return self._memory

    @contextmanager
    def snapshot(self, table: str | None = None) -> Iterator["_Miscounted"]:
        with self._right.snapshot(table) as view:
            yield _Miscounted(view, self._said, self._instead)


class _Miscounted:
    def __init__(self, view: Snapshot, said: str, instead: str) -> None:
        self._view, self._said, self._instead = view, said, instead

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def aggregate(self, query: Query) -> QueryRows:
        return SqlSnapshot.aggregate(cast("SqlSnapshot", self), query)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._view.rows(sql.replace(self._said, self._instead), params)


class TestControl:
    @pytest.mark.parametrize(
        ("indicator", "said", "instead"),
        [
            ("conversations", "count(*)", "count(*) + 1"),
            ("csat", "count(*),", "count(*) + 1,"),
            ("nps_distribution", "count(*)", "count(*) + 1"),
            ("first_response_time", "quantile_cont(first_response_us, 0.5)", "median(first_response_us) + 1"),
            ("resolution_time", "quantile_cont(", "quantile_disc("),
            ("first_response_time_p90", "quantile_disc(", "quantile_cont("),
            ("resolution_time_p90", ", 0.9)", ", 0.8)"),
            ("revenue", "sum(amount_millionths)", "sum(amount_millionths) * 1.00000001"),
        ],
    )
    def test_an_engine_that_is_a_little_wrong_is_found_out(
        self, reference: Engine, record: Connection, expected: Expected, indicator: str, said: str, instead: str
    ) -> None:
        control = cast("Engine", Miscounting(reference, said, instead))
        questions = [one for one in asked()[indicator] if _rests_on_something(expected(one))]

        assert len(wrong(questions, control, record, expected)) >= len(questions) / 4
        assert wrong(questions, reference, record, expected) == {}


def wrong(
    questions: Sequence[Question], engine: Engine, record: Connection, expected: Expected
) -> dict[Question, list[str]]:
    """Return the questions that an engine tells anything else to, and what."""
    found = {one: differences(told(one, engine, record), expected(one)) for one in questions}
    return {one: differing for one, differing in found.items() if differing}


def _rests_on_something(answer: GeneratedFiles) -> bool:
    return isinstance(answer, Answer) and answer.total.n > 0
