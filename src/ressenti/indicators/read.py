"""Words in, answer out, over facts that are up to date: what the terminal, the API and the pages all call."""

from collections.abc import Mapping, Sequence
from typing import Any

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.store import FactStore
from ressenti.indicators.drivers.explained_change import ExplainedChange
from ressenti.indicators.model import Answer, Question
from ressenti.indicators.other_dates import answers_alone, other_dates
from ressenti.indicators.parse_question import read_question
from ressenti.indicators.query_session import QuerySession


def answer_words(
    fact_store: FactStore, indicator: str, words: Mapping[str, Sequence[str]], *, now: int, within: ScopeIds = ()
) -> Answer:
    """Answer a question given as words, within what whoever asks may see; raises what cannot be asked."""
    with fact_store.record.read() as record:
        question = read_question(indicator, words, record, now=now, within=within)
    return answer_question(fact_store, question)


def explain_words(
    fact_store: FactStore, indicator: str, words: Mapping[str, Sequence[str]], *, now: int, within: ScopeIds = ()
) -> ExplainedChange:
    """Say where a change comes from, asked as words, within what whoever asks may see; raises what cannot be asked."""
    with fact_store.record.read() as record:
        question = read_question(indicator, words, record, now=now, within=within)
    return QuerySession(fact_store, question.within).explain(question)


def answer_here(
    fact_store: FactStore, indicator: str, words: Mapping[str, Sequence[str]], *, now: int, sql: bool
) -> dict[str, Any]:
    """Answer a question for a command on the same machine: the public object and, beside it, what a table adds.

    `sql` is the SQL that answered, where it is wanted; `other_dates` are pairs of a date and how many count by it,
    where nothing counts by the one that was asked for; `answers_alone` is how many surveys came back without any
    conversation, where there is none.
    """
    with fact_store.record.read() as record:
        question = read_question(indicator, words, record, now=now)
    ask = QuerySession(fact_store, question.within)
    found = ask(question)
    beside: dict[str, Any] = {"other_dates": [[one.anchor.value, one.n] for one in other_dates(question, found, ask)]}
    if not beside["other_dates"] and (alone := answers_alone(question, found, ask)):
        beside["answers_alone"] = alone
    return found.as_json() | beside | ({"sql": list(found.sql)} if sql else {})


def answer_question(fact_store: FactStore, question: Question) -> Answer:
    """Answer a question after catching up with the journal."""
    return QuerySession(fact_store, question.within)(question)
