"""What do the facts of many conversations look like? Made up by DuckDB itself, in the order in which they closed.

Everything is drawn by hashing a conversation's number with the name of what is drawn, so that the same size gives the
same rows whatever the threads. What is drawn is independent of the rest, but for what hangs together by its meaning:
groups belong to agents, durations to channels, and the rows of the other tables to their conversations.
"""

from collections.abc import Mapping, Sequence

from bench.facts import names
from bench.rows import DAYS, FIRST_DAY_S, SEED
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.duckdb.layout import insertion
from ressenti.facts.schema import TABLES
from ressenti.kit.clock import HOUR, SECOND

_FIRST = FIRST_DAY_S * SECOND

_DRAWS = """channel language has_topic topic has_campaign campaign nature people agent second third bot tags tag
other_tag third_tag rules rule other_rule desks desk other_desk survey csat nps visitor visitor_number first first_angle
later later_angle idle idle_angle answer answer_angle is_resolved is_counted sold refund amount amount_angle
comment""".split()
"""What is drawn for a conversation, each with a number of its own."""
_PLACE = "wait wait_angle replies closing closing_angle".split()
"""What is drawn for a handling."""

_WAITS = (60, 14_000, 600, 25, 900, 20_000)
_LATER = (500, 40_000, 5_000, 300, 6_000, 50_000)
"""The usual seconds up to the first answer, and from there to the resolution, by channel."""


def _u(name: str) -> str:
    """Return the SQL of a number from 0 up to 1, not quite."""
    return f"((hash(conversation_id::BIGINT * 64 + {SEED + _DRAWS.index(name)}) >> 11)::DOUBLE / {2**53})"


def _in_place(name: str) -> str:
    """Return the same for a handling."""
    number = f"(conversation_id::BIGINT * 8 + handling_id) * 8 + {SEED + _PLACE.index(name)}"
    return f"((hash(-({number})) >> 11)::DOUBLE / {2**53})"


def _zipf(name: str, count: int, flat: int) -> str:
    """Return the SQL of a place from 0 on: the first ones come most often, the less so the flatter."""
    return f"least(floor({flat} * pow({(count + flat) / flat}, {_u(name)}) - {flat}), {count - 1})::INTEGER"


def _lognormal(median: str, spread: float, distance: str, angle: str) -> str:
    """Return the SQL of a positive whole number that is spread around a median, of two draws."""
    normal = f"(sqrt(-2 * ln(1 - {distance})) * cos({2 * 3.141592653589793} * {angle}))"
    return f"(1 + floor({median} * exp({spread} * {normal})))::BIGINT"


def _spread(name: str, median: str, spread: float) -> str:
    return _lognormal(median, spread, _u(name), _u(f"{name}_angle"))


def _label(kind: str, place: str) -> str:
    return f"({names.first(kind)} + {place})::INTEGER"


_HOURS = f"""
CREATE TABLE moment AS
WITH weighed AS (
  SELECT hour,
    (1000000 * (exp(-pow((hour % 24 - 13.5) / 5, 2)) + 0.02) * (1 + 0.8 * hour / {24 * DAYS})
      * [1.25, 1.15, 1.05, 1.0, 1.05, 0.6, 0.4][1 + hour // 24 % 7])::BIGINT AS weight
  FROM range({24 * DAYS}) AS _(hour)
),
summed AS (SELECT hour, sum(weight) OVER (ORDER BY hour)::HUGEINT AS high, weight FROM weighed),
counted AS (
  SELECT hour, (? * (high - weight) // total)::BIGINT AS number, (? * high // total)::BIGINT AS next
  FROM summed, (SELECT sum(weight)::HUGEINT AS total FROM weighed) ORDER BY hour
),
placed AS (SELECT hour, number, next - number AS many, unnest(range(next - number)) AS place FROM counted)
SELECT (1 + number + place)::INTEGER AS conversation_id,
  {_FIRST} + hour * {HOUR} + (place * 3600 + (hash(number + place) % 3600)::BIGINT) // many * {SECOND} AS closed_at
FROM placed
"""
"""When each conversation closed: busier in the afternoon, at the beginning of the week and from year to year."""

_CONVERSATION: tuple[dict[str, str], ...] = (
    {
        "channel": _zipf("channel", 6, 1),
        "nature": _u("nature"),
        "people": f"(1 + ({_u('people')} >= 0.62)::INTEGER + ({_u('people')} >= 0.89)::INTEGER)",
        "a": _zipf("agent", names.AGENTS, 4),
        "b": _zipf("second", names.AGENTS - 1, 4),
        "c": _zipf("third", names.AGENTS - 2, 4),
        "r": _zipf("rule", 30, 4),
        "s": _zipf("other_rule", 29, 4),
        "d": _zipf("desk", 20, 4),
        "e": _zipf("other_desk", 19, 4),
        "x": _zipf("tag", 40, 8),
        "y": _zipf("other_tag", 39, 8),
        "z": _zipf("third_tag", 38, 8),
        "survey": _u("survey"),
    },
    {  # the second is not the first, and the third is neither
        "b": "b + (b >= a)::INTEGER",
        "s": "s + (s >= r)::INTEGER",
        "e": "e + (e >= d)::INTEGER",
        "y": "y + (y >= x)::INTEGER",
        "wait_s": _spread("first", f"{list(_WAITS)}[channel + 1]", 1.0),
        "later_s": _spread("later", f"{list(_LATER)}[channel + 1]", 1.2),
        "idle_s": _spread("idle", "240", 1.0),
    },
    {
        "c": "c + (c >= least(a, b))::INTEGER",
        "z": "z + (z >= least(x, y))::INTEGER",
    },
    {
        "c": "c + (c >= greatest(a, b))::INTEGER",
        "z": "z + (z >= greatest(x, y))::INTEGER",
    },
    {
        "persons": "[1 + a, 1 + b, 1 + c][:people]",
        "bots": f"[{names.AGENTS + 1} + floor({names.BOTS} * {_u('bot')})::INTEGER]",
        "teams": f"list_sort(list_distinct([a % {names.GROUPS} + 1, b % {names.GROUPS} + 1, "
        f"c % {names.GROUPS} + 1][:people]))",
    },
    {
        "project_id": "1",
        "is_counted": f"{_u('is_counted')} < 0.99",
        "channel_id": _label("channel", "channel"),
        "language_id": _label("language", _zipf("language", 3, 1)),
        "topic_id": f"CASE WHEN {_u('has_topic')} < 0.9 THEN {_label('topic', _zipf('topic', 24, 4))} END",
        "campaign_id": f"CASE WHEN {_u('has_campaign')} < 0.7 THEN {_label('campaign', _zipf('campaign', 50, 4))} END",
        "automation": "CASE WHEN nature < 0.03 THEN NULL WHEN nature < 0.08 THEN 2 WHEN nature < 0.2 THEN 1 ELSE 0 END",
        "tag_ids": f"[{_label('tag', 'x')}, {_label('tag', 'y')}, {_label('tag', 'z')}]"
        f"[:floor(4 * pow({_u('tags')}, 1.6))::INTEGER]",
        "rule_ids": f"[{_label('rule', 'r')}, {_label('rule', 's')}][:floor(0.95 + {_u('rules')} * 1.1)::INTEGER]",
        "distribution_group_ids": f"[{_label('distribution_group', 'd')}, {_label('distribution_group', 'e')}]"
        f"[:floor(0.95 + {_u('desks')} * 1.1)::INTEGER]",
        "group_ids": "CASE WHEN nature < 0.08 THEN [] ELSE teams END",
        "respondent_ids": "CASE WHEN nature < 0.03 THEN [] WHEN nature < 0.08 THEN bots "
        "WHEN nature < 0.2 THEN bots || persons ELSE persons END",
        "survey_ids": f"CASE WHEN survey < 0.4 THEN [{names.first('survey')}] ELSE [] END",
        "rating": f"CASE WHEN survey < 0.15 THEN 5 - floor(5 * pow({_u('csat')}, 4)) END",
        "nps_rating": "CASE WHEN survey < 0.08 OR survey BETWEEN 0.15 AND 0.17 "
        f"THEN 10 - floor(11 * pow({_u('nps')}, 1.8)) END",
        "opened_at": f"closed_at - (wait_s + later_s + idle_s) * {SECOND}",
        "answered_at": f"CASE WHEN survey <= 0.17 THEN closed_at + {_spread('answer', '300', 1.5)} * {SECOND} END",
        "first_response_us": f"CASE WHEN nature >= 0.08 THEN wait_s * {SECOND} END",
        "resolution_us": f"CASE WHEN {_u('is_resolved')} < 0.97 THEN (wait_s + later_s) * {SECOND} END",
        "is_answered": "nature >= 0.08",
        "is_offered": "survey < 0.4",
        "first_responder_id": "CASE WHEN nature >= 0.08 THEN 1 + a END",
        "sale_count": f"({_u('sold')} < 0.03 AND {_u('refund')} >= 0.05)::INTEGER",
    },
    {
        "involved_ids": "CASE WHEN nature < 0.03 THEN [1 + a] ELSE respondent_ids END",
        "first_respondent_id": "respondent_ids[1]",
        "last_respondent_id": "respondent_ids[-1]",
        "seller_ids": "CASE WHEN sale_count > 0 AND nature >= 0.08 THEN [persons[people]] ELSE [] END",
    },
    {"closer_id": "involved_ids[-1]"},
)
"""What is made of the number and the closing of a conversation, each layer of those before."""

_ANSWER = {
    "offer_id": "conversation_id",
    "is_known": "true",
    "is_answered": "answered_at IS NOT NULL",
    "csat": "rating",
    "is_satisfied": "rating >= 4",
    "nps": "nps_rating",
    "is_rated": "rating IS NOT NULL",
    "scale_low": "CASE WHEN rating IS NOT NULL THEN 1 END",
    "scale_high": "CASE WHEN rating IS NOT NULL THEN 5 END",
    "ces": "NULL",
    "has_outcome": "false",
    "has_comment": f"answered_at IS NOT NULL AND {_u('comment')} < 0.3",
}
"""What an answer has of its own; the rest is its conversation's."""

_SALE = {
    "transaction_id": "conversation_id",
    "amount_millionths": f"10000 * {_spread('amount', '5500', 0.7)} * (CASE WHEN sale_count > 0 THEN 1 ELSE -1 END)",
    "seller_id": f"CASE WHEN last_respondent_id <= {names.AGENTS} THEN last_respondent_id END",
}

_HANDLING: tuple[dict[str, str], ...] = (
    {
        "handling_id": "unnest(range(len(involved_ids)))::INTEGER",
        "respondent_id": "unnest(involved_ids)",
        "seconds": f"(closed_at - opened_at) // {SECOND}",
        "many": "len(involved_ids)",
    },
    {
        "is_human": f"respondent_id <= {names.AGENTS}",
        "has_written": "len(respondent_ids) > 0",
        "started_at": f"opened_at + seconds * handling_id // many * {SECOND}",
        "ended_at": f"opened_at + seconds * (handling_id + 1) // many * {SECOND}",
    },
    {"handling_us": "ended_at - started_at"},
    {
        "first_message_response_us": "CASE WHEN has_written THEN least(handling_us, "
        f"{_lognormal('90', 1.2, _in_place('wait'), _in_place('wait_angle'))} * {SECOND}) END",
        "reply_count": f"CASE WHEN has_written THEN 1 + floor(4 * pow({_in_place('replies')}, 2)) ELSE 0 END::INTEGER",
        "closing_delay_us": "CASE WHEN handling_id = many - 1 THEN least(handling_us, "
        f"{_lognormal('120', 1.0, _in_place('closing'), _in_place('closing_angle'))} * {SECOND}) END",
        "is_unanswered": "NOT has_written",
    },
    {"reply_wait_us": "least(handling_us, reply_count * coalesce(first_message_response_us, 0))"},
)


def fill(facts: DuckDBEngine, count: int) -> None:
    """Put the facts of that many conversations into an empty file."""
    facts.rows(_HOURS, [count, count])
    visitor = f"1 + floor({_u('visitor_number')} * {max(count * 7 // 10, 1)})"
    who = {"visitor_id": f"CASE WHEN {_u('visitor')} >= 0.15 THEN ({visitor})::INTEGER END"}
    _insert(facts, "conversation", _layered("moment", (*_CONVERSATION, who)))
    facts.rows("DROP TABLE moment")
    _insert(facts, "handling", _layered("conversation", _HANDLING))
    _insert(facts, "answer", "conversation WHERE len(survey_ids) > 0", _ANSWER)
    _insert(facts, "sale", f"conversation WHERE {_u('sold')} < 0.03", _SALE)


def _insert(facts: DuckDBEngine, table: str, source: str, own: Mapping[str, str] | None = None) -> None:
    """Fill a table with what its columns are called in a source, or with what they are of their own."""
    columns = ", ".join(f"{(own or {}).get(column.name, column.name)} AS {column.name}" for column in TABLES[table])
    facts.rows(insertion(table, f"(SELECT {columns} FROM {source})"))


def _layered(source: str, layers: Sequence[Mapping[str, str]]) -> str:
    """Return a source with columns added layer by layer; one of the same name takes the place of the one before."""
    seen: set[str] = set()
    for layer in layers:
        again = [f"{sql} AS {name}" for name, sql in layer.items() if name in seen]
        fresh = [f"{sql} AS {name}" for name, sql in layer.items() if name not in seen]
        every = f"* REPLACE ({', '.join(again)})" if again else "*"
        source = f"(SELECT {', '.join((every, *fresh))} FROM {source})"
        seen |= layer.keys()
    return source
