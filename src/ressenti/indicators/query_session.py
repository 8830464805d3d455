"""Questions that one page asks together, from several threads: caught up once, and nothing asked twice."""

from dataclasses import replace

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.engine import Engine
from ressenti.facts.store import FactStore
from ressenti.indicators.answer import answer
from ressenti.indicators.drivers.explained_change import ExplainedChange, explain_change
from ressenti.indicators.model import Answer, Question
from ressenti.indicators.resolve import QueryContext, build_context
from ressenti.kit.clock import MINUTE
from ressenti.kit.single_flight import SingleFlight


class QuerySession:
    """Questions of one viewer, within what they may see, over facts that were up to date when the first was asked.

    Equal questions are answered once, and equal statements of different ones: every breakdown of an indicator shares
    its total. While nothing is written into the record, what was answered stands for later sessions too; moments are
    read in whole minutes for that.
    """

    def __init__(self, fact_store: FactStore, within: ScopeIds = ()) -> None:
        self._fact_store = fact_store
        self._within = within
        self._context: SingleFlight[str, QueryContext] = SingleFlight()

    def __call__(self, question: Question) -> Answer:
        """Answer a question; raises what cannot be asked."""
        own = self._own(question)
        context = self._context("context", self._find_context)
        return context.answers(own, lambda: self._answer(own, context))

    def explain(self, question: Question) -> ExplainedChange:
        """Say where a change comes from; raises what cannot be asked."""
        own, context = self._own(question), self._context("context", self._find_context)

        def ask(facts: Engine) -> ExplainedChange:
            with self._fact_store.record.read() as record:
                return explain_change(own, facts, record, context)

        found: ExplainedChange = context.explained(own, lambda: self._fact_store.using(ask, is_caught_up=True))
        return found

    def _own(self, question: Question) -> Question:
        return replace(question, within=self._within, now=question.now - question.now % MINUTE)

    def _answer(self, question: Question, context: QueryContext) -> Answer:
        def ask(facts: Engine) -> Answer:
            with self._fact_store.record.read() as record:
                return answer(question, facts, record, context)

        return self._fact_store.using(ask, is_caught_up=True)

    def _find_context(self) -> QueryContext:
        version = self._fact_store.record.version()  # read first: what is looked up then is of this version or newer
        return self._fact_store.remembered(version, self._build_context)

    def _build_context(self) -> QueryContext:
        def build(facts: Engine) -> QueryContext:
            with self._fact_store.record.read() as record:
                return build_context(facts, record)

        return self._fact_store.using(build)
