"""Which rows are an indicator's facts, where they are more than a table: who came back, or began."""

from typing import NamedTuple

from ressenti.facts.engines.dialect import CLICKHOUSE, DUCKDB, Dialect


class DerivedTable(NamedTuple):
    """Where rows come from: a table, the names that are given to expressions over it, and what a row has to meet."""

    table: str
    named: str = ""
    condition: str = ""


CONTACT = """(
  SELECT *, conversation_id IN (SELECT later FROM return) AS is_repeat,
    conversation_id IN (SELECT earlier FROM return) AS came_back
  FROM conversation
  WHERE visitor_id IS NOT NULL AND is_answered AND closed_at + {window} <= {now}
)"""
"""The conversations that FCR by repeat contact counts (domain section 7): identified visitor, answered by a person,
closed long enough ago to be judged."""

RATINGS = ("is_rated", "nps IS NOT NULL", "ces IS NOT NULL", "has_outcome")
"""The questions of a survey that a complete answer has an answer to: satisfaction, NPS, effort, yes or no (E1).

A comment is an invitation, no question. What nobody ever answered in a survey it did not ask.
"""

BEGUN = """(
  SELECT *, {complete} AS is_complete FROM answer WINDOW survey AS (PARTITION BY project_id, survey_ids)
)"""
"""The surveys, and whether each rating that anybody was ever asked for in the same survey was given (D21, E1)."""

_RETURN = """CREATE TEMP TABLE {name} AS
WITH visit AS (
  SELECT conversation_id, project_id, visitor_id, topic_id, opened_at, closed_at FROM conversation
  WHERE is_counted AND visitor_id IS NOT NULL{only}
)
SELECT before.conversation_id AS earlier, after.conversation_id AS later
FROM visit AS before JOIN visit AS after ON before.visitor_id = after.visitor_id
WHERE before.project_id = after.project_id AND before.conversation_id <> after.conversation_id
  AND after.opened_at >= before.closed_at AND after.opened_at <= before.closed_at + {window}
  AND (before.topic_id = after.topic_id OR before.topic_id IS NULL OR after.topic_id IS NULL)"""
"""Who came back: the same visitor about the same topic, within the window after a closing."""

_RETURN_TO_SHARDS = """CREATE TEMPORARY TABLE {name} AS
SELECT earlier, later
FROM (
  SELECT conversation_id AS earlier, project_id, assumeNotNull(visitor_id) AS visitor, topic_id AS topic, closed_at
  FROM conversation WHERE is_counted AND visitor_id IS NOT NULL{only}
) AS before ALL INNER JOIN (
  SELECT conversation_id AS later, project_id, assumeNotNull(visitor_id) AS visitor, topic_id AS other, opened_at
  FROM conversation WHERE is_counted AND visitor_id IS NOT NULL{only}
) AS after USING (project_id, visitor)
WHERE earlier <> later AND opened_at >= closed_at AND opened_at <= closed_at + {window}
  AND (topic = other OR topic IS NULL OR other IS NULL)"""
"""The same where visits of one visitor stand on several shards: they meet on the server that is asked."""

_ASKED = """(project_id, survey_ids[1]) GLOBAL IN (
  SELECT DISTINCT project_id, survey_ids[1] FROM answer WHERE {0}
)"""
"""Whether anybody gave a rating in the same survey, of which an answer has one at most; without one it reads 0."""


def _complete(asked: str) -> str:
    """Return the condition that every rating was given that was asked for, as this says of a rating."""
    return "\n    AND ".join(f"(NOT {asked.format(rating)} OR {rating})" for rating in RATINGS)


_TABLES = {
    DUCKDB: {
        "contact": DerivedTable(CONTACT),
        "begun": DerivedTable(BEGUN.format(complete=_complete("bool_or({0}) OVER survey"))),
    },
    CLICKHOUSE: {
        "contact": DerivedTable(
            "conversation",
            "WITH conversation_id GLOBAL IN (SELECT later FROM return) AS is_repeat,\n"
            "  conversation_id GLOBAL IN (SELECT earlier FROM return) AS came_back\n",
            "visitor_id IS NOT NULL AND is_answered AND closed_at + {window} <= {now}",
        ),
        "begun": DerivedTable(
            "answer",
            f"WITH {_complete(_ASKED)} AS is_complete\n",
        ),
    },
}


def source(facts: str, dialect: Dialect, *, window_us: int, now: int) -> DerivedTable:
    """Return where the rows of an indicator's facts come from."""
    found = _TABLES[dialect].get(facts, DerivedTable(facts))
    return DerivedTable(*(text.format(window=window_us, now=now) for text in found))


def returns(dialect: Dialect, *, window_us: int, name: str = "return", only: str = "") -> str:
    """Return the SQL that lays beside the facts who came back, which the facts `contact` need.

    `only` is a further condition on the conversations that are looked at, which may stand in it several times.
    """
    return (_RETURN_TO_SHARDS if dialect.is_flat else _RETURN).format(window=window_us, name=name, only=only)
