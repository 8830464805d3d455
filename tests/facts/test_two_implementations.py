"""Two people wrote the definitions down separately: on any record, facts and recount are the same to the last value."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.facts.store import FactStore
from ressenti.facts.verify import Difference, verify
from ressenti.kit.clock import SECOND
from tests.support.environment import rounds
from tests.support.small_records import SmallRecord

RESPONDENTS, GROUPS, VISITORS, LABELS = 4, 3, 2, 3

moments = st.integers(0, 40) | st.integers(0, 3)
maybe = st.none() | moments
who = st.integers(1, RESPONDENTS)
group, label, visitor = st.integers(1, GROUPS), st.integers(1, LABELS), st.integers(1, VISITORS)
kinds = st.sampled_from([None, None, "human", "expert", "bot"])
marks = st.sampled_from(["", "", "", "auto", "note"])

messages = st.lists(
    st.tuples(st.just("visitor"), moments)
    | st.tuples(st.sampled_from(["agent", "agent", "bot", "system"]), moments, st.none() | who, marks),
    max_size=9,
)
handlings = st.lists(
    st.fixed_dictionaries(
        {
            "who": who,
            "start": moments,
            "end": maybe,
            "by": st.sampled_from([None, "closed", "closed", "transferred", "paused"]),
        },
        optional={"group_id": group, "rule_id": label, "distribution_group_id": label},
    ),
    max_size=3,
    unique_by=lambda one: (one["who"], one["start"]),
)
events = st.lists(
    st.tuples(
        st.sampled_from(["closed", "Closed", "RESOLVED", "solved", "open", "Fermé", "Pending"]),
        moments,
        st.none() | st.integers(0, 3),
    ),
    max_size=6,
)


def some(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Draw none, or up to two different ones."""
    return st.just([]) | st.lists(items, max_size=2, unique=True)


conversations = st.fixed_dictionaries(
    {"opened": st.integers(0, 15), "closed": maybe, "messages": st.just([]) | messages},
    optional={
        "handlings": handlings,
        "events": events,
        "tags": some(label),
        "groups": some(group),
        "listed": some(who),
        "resolved_at": maybe,
        "first_response_at": maybe,
        "first_response_us": maybe,
        "resolution_us": maybe,
        "automation": st.sampled_from([None, "full", "partial", "none"]),
        "is_spam": st.booleans(),
        "visitor_id": visitor,
        "channel_id": label,
        "language_id": label,
        "rule_id": label,
        "distribution_group_id": label,
    },
)
survey = {"conversation": st.none() | st.integers(0, 5)}
labelled = {
    "survey_id": st.none() | label,
    "language_id": label,
    "offered_at": st.none() | moments,
    "channel_id": label,
    "respondent_id": who,
    "group_id": group,
}
only_offered = st.fixed_dictionaries(survey, optional=labelled)
came_back = st.fixed_dictionaries(
    survey | {"answered": moments},
    optional=labelled
    | {
        "csat": st.integers(1, 5),
        "scale": st.sampled_from([None, "5", "10", "0-100"]),
        "nps": st.integers(0, 10),
        "ces": st.integers(1, 7),
        "resolved": st.integers(0, 1),
        "comment": st.sampled_from(["", " \n", "\u00a0", "Good"]),
    },
)
surveys = st.one_of(only_offered, came_back, came_back)
sales = st.fixed_dictionaries(
    {"at": st.integers(0, 60), "amount": st.integers(-5, 50), "currency": st.sampled_from([None, "EUR", "USD"])},
    optional={"conversation": st.integers(0, 5), "visitor": visitor},
)
altered = st.fixed_dictionaries(
    {}, optional={"visitor_id": st.none() | visitor, "closed_at": maybe, "language_id": label, "is_spam": st.booleans()}
)
members = st.tuples(who, group, maybe, maybe)
settled = st.fixed_dictionaries(
    {},
    optional={
        "satisfied": st.sampled_from(["{}", '{"10": [4, 5], "5": [1]}', '{"0-100": [3]}']),
        "sale_window_us": st.sampled_from([0, 5 * SECOND, 30 * SECOND]),
        "currency": st.sampled_from(["EUR", "USD"]),
    },
)
changes = st.one_of(
    st.tuples(st.just("conversation"), conversations),
    st.tuples(st.just("survey"), surveys),
    st.tuples(st.just("sale"), sales),
    st.tuples(st.just("member"), members),
    st.tuples(st.just("declare"), st.tuples(who, kinds)),
    st.tuples(st.just("setting"), settled),
    st.tuples(st.just("message"), st.tuples(st.integers(0, 5), messages)),
    st.tuples(st.just("merge"), st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5))),
    st.tuples(st.just("alter"), st.tuples(st.integers(0, 5), altered)),
)


class ChangeWriter:
    """Writes what was drawn into a record; a place beyond the conversations there are means the last one."""

    def __init__(self, record: SmallRecord) -> None:
        self.record = record
        self.written: list[int] = []
        for number in range(LABELS):
            record.label("survey", str(number))  # of which surveys ask; elsewhere any label will do
        for number in range(GROUPS):
            record.group(str(number))
        for number in range(VISITORS):
            record.visitor(str(number))

    def conversation(self, drawn: dict[str, Any]) -> None:
        self.written.append(self.record.conversation(**_in_us(drawn)))

    def survey(self, drawn: dict[str, Any]) -> None:
        self.record.survey(**drawn | {"conversation": self._conversation(drawn["conversation"])})

    def sale(self, drawn: dict[str, Any]) -> None:
        self.record.sale(**drawn | {"conversation": self._conversation(drawn.get("conversation"))})

    def message(self, drawn: tuple[int, list[Any]]) -> None:
        place, said = drawn
        conversation = self._conversation(place)
        if conversation:
            self.record.say(conversation, said)

    def alter(self, drawn: tuple[int, dict[str, Any]]) -> None:
        place, columns = drawn
        conversation = self._conversation(place)
        if conversation and columns:
            self.record.alter(conversation, **_in_us(columns))

    def merge(self, drawn: tuple[int, int | None]) -> None:
        place, into = drawn
        conversation = self._conversation(place)
        if conversation:
            self.record.merge(conversation, self._conversation(into))

    def member(self, drawn: tuple[Any, ...]) -> None:
        self.record.member(*drawn)

    def declare(self, drawn: tuple[int, str | None]) -> None:
        self.record.declare(*drawn)

    def setting(self, drawn: dict[str, Any]) -> None:
        if drawn:
            self.record.setting(**drawn)

    def write(self, change: tuple[str, Any]) -> None:
        name, drawn = change
        write: Callable[[Any], None] = getattr(self, name)
        write(drawn)

    def _conversation(self, place: int | None) -> int | None:
        return None if place is None or not self.written else self.written[min(place, len(self.written) - 1)]


def _in_us(drawn: dict[str, Any]) -> dict[str, Any]:
    """Write the seconds of the columns that hold moments as microseconds."""
    return {name: value * SECOND if name.endswith("_at") and value else value for name, value in drawn.items()}


@contextmanager
def empty_record() -> Iterator[SmallRecord]:
    with tempfile.TemporaryDirectory() as folder:
        record = SmallRecord(Path(folder))
        try:
            yield record
        finally:
            record.store.close()


def differences(record: SmallRecord, fact_store: FactStore) -> tuple[Difference, ...]:
    return fact_store.using(lambda facts: verify(record.store, facts)).differences


def written(record: SmallRecord, declared: list[str | None], drawn: list[tuple[str, Any]]) -> ChangeWriter:
    writer = ChangeWriter(record)
    for number, kind in enumerate(declared):
        record.respondent(str(number), kind)
    for change in drawn:
        writer.write(change)
    return writer


declarations = st.lists(kinds, min_size=RESPONDENTS, max_size=RESPONDENTS)


@settings(max_examples=rounds(40, 1_000))
@given(declared=declarations, drawn=st.lists(changes, min_size=12, max_size=24))
def test_facts_built_at_once_are_what_is_recounted(declared: list[str | None], drawn: list[tuple[str, Any]]) -> None:
    with empty_record() as record:
        written(record, declared, drawn)
        with closing(FactStore(record.store)) as fact_store:
            assert differences(record, fact_store) == ()


@settings(max_examples=rounds(30, 1_000))
@given(
    declared=declarations,
    before=st.lists(changes, min_size=1, max_size=8),
    after=st.lists(changes, min_size=1, max_size=6),
)
def test_facts_that_followed_each_change_are_what_is_recounted(
    declared: list[str | None], before: list[tuple[str, Any]], after: list[tuple[str, Any]]
) -> None:
    with empty_record() as record:
        writer = written(record, declared, before)
        with closing(FactStore(record.store)) as fact_store:
            for change in [None, *after]:
                if change:
                    writer.write(change)
                assert differences(record, fact_store) == ()


@pytest.fixture
def record() -> Iterator[SmallRecord]:
    with empty_record() as record:
        yield record


def test_they_agree_on_who_writes_as_a_bot_and_as_a_person(record: SmallRecord) -> None:
    both = record.respondent("Both")
    record.conversation(0, 50, messages=[("visitor", 1), ("agent", 2, both), ("bot", 3, both)])

    with closing(FactStore(record.store)) as fact_store:
        assert differences(record, fact_store) == ()


def test_they_agree_after_somebody_who_only_wrote_automatic_messages_proves_a_bot(record: SmallRecord) -> None:
    some = record.respondent("Some")
    record.conversation(0, 50, messages=[("visitor", 1), ("agent", 2, some, "auto")])

    with closing(FactStore(record.store)) as fact_store:
        assert differences(record, fact_store) == ()
        record.declare(some, "bot")
        assert differences(record, fact_store) == ()


def test_they_agree_after_a_sale_falls_back_to_the_visitors_earlier_conversation(record: SmallRecord) -> None:
    eve, other = record.visitor("Eve"), record.visitor("Other")
    record.conversation(0, 5, visitor_id=eve)
    mistaken = record.conversation(3, 6, visitor_id=eve)
    record.sale(7, visitor=eve)

    with closing(FactStore(record.store)) as fact_store:
        assert differences(record, fact_store) == ()
        record.alter(mistaken, visitor_id=other)
        assert differences(record, fact_store) == ()


def test_they_agree_on_two_handlings_that_start_at_one_moment(record: SmallRecord) -> None:
    ana, bo = record.respondent("Ana"), record.respondent("Bo")
    record.conversation(handlings=[{"who": bo, "start": 3}, {"who": ana, "start": 3, "end": 50, "by": "closed"}])

    with closing(FactStore(record.store)) as fact_store:
        assert differences(record, fact_store) == ()
