"""How long does it take to say where a change comes from, over all dimensions and with the chain of its causes?"""

from pathlib import Path
from typing import Any

from bench.facts import ours
from bench.facts.laps import Clock
from bench.facts.names import ZONE
from bench.facts.page import END
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.store import FactStore, facts_path
from ressenti.indicators.drivers.explained_change import ExplainedChange
from ressenti.indicators.model import Question
from ressenti.indicators.periods import read_date
from ressenti.indicators.query_session import QuerySession

RUNS = 5
START = read_date("2024-10-01", ZONE)
PLANTED = {"csat": ("topic", "tag"), "first_response_time": ("channel", "campaign")}
"""The dimensions of the causes that are planted into the last quarter, by the indicator that they move."""

_ROWS = f"closed_at >= {START}"
_COMMONEST = "(SELECT mode({}) FROM conversation)"
_TOPIC, _TAG, _CHANNEL, _CAMPAIGN = map(_COMMONEST.format, ("topic_id", "tag_ids[1]", "channel_id", "campaign_id"))
_RATED_LOW = (
    f"UPDATE answer SET csat = 1, is_satisfied = false WHERE {_ROWS} AND csat IS NOT NULL "
    f"AND (topic_id = {_TOPIC} OR list_contains(tag_ids, {_TAG}))"
)
_ANSWERED_LATE = (
    f"UPDATE conversation SET first_response_s = 4 * first_response_s WHERE {_ROWS} "
    f"AND (channel_id = {_CHANNEL} OR campaign_id = {_CAMPAIGN})"
)


def explain(*, folder: str) -> dict[str, Any]:
    """Plant causes into the facts of a folder, then ask for those of each indicator while nothing is remembered."""
    path = Path(folder)
    facts = DuckDBEngine(facts_path(path / "record.db"))
    for statement in (_RATED_LOW, _ANSWERED_LATE):
        facts.rows(statement)
    facts.close()
    with ours.fact_store(path) as opened:
        return {key: _asked_anew(opened, key) for key in PLANTED}


def _asked_anew(opened: FactStore, key: str) -> dict[str, Any]:
    question, taken = Question(indicator=key, now=END, start=START, end=END), []
    for _run in range(RUNS + 1):
        ours.forget(opened)
        clock = Clock()
        found = QuerySession(opened).explain(question)
        clock.lap(key)
        taken.append(clock.ms)
    _require_planted(found)
    return {"first": taken[0], "ms": taken[1:], "rows": len(found.rows), "causes": len(found.causes)}


def _require_planted(found: ExplainedChange) -> None:
    causes = {one.row.cause for one in found.causes}
    if not causes.issuperset(PLANTED[found.indicator]):
        raise AssertionError(f"{found.indicator}: the chain names {causes}, planted are {PLANTED[found.indicator]}")
