"""Every figure once more, over the same facts, in plain Python: slow, short, and without any SQL."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.facts.schema import MEASURED_LABELS
from ressenti.kit.clock import SECOND, from_us

Fact = dict[str, Any]
Facts = dict[str, list[Fact]]

RATINGS = {
    "csat_distribution": ("csat", range(1, 6)),
    "nps_distribution": ("nps", range(11)),
    "ces_distribution": ("ces", range(1, 8)),
}


def share(hit: Callable[[Fact], Any]) -> Callable[[list[Fact]], float]:
    return lambda rows: 100 * sum(bool(hit(row)) for row in rows) / len(rows)


def mean(name: str, per: int = 1) -> Callable[[list[Fact]], float]:
    return lambda rows: sum(row[name] for row in rows) / (len(rows) * per)


def middle(name: str) -> Callable[[list[Fact]], float]:
    return lambda rows: median(row[name] for row in rows) / SECOND


def ninetieth(name: str) -> Callable[[list[Fact]], float]:
    def least(waits: list[int]) -> float:
        return min(one for one in waits if 10 * sum(other > one for other in waits) <= len(waits)) / SECOND

    return lambda rows: least([row[name] for row in rows])


def has(name: str) -> Callable[[Fact], bool]:
    return lambda row: row[name] is not None


def person(name: str) -> Callable[[Fact], bool]:
    return lambda row: row["is_human"] and row[name] is not None


def everyone(_row: Fact) -> bool:
    return True


def net(rows: list[Fact]) -> float:
    promoters, detractors = sum(row["nps"] > 8 for row in rows), sum(row["nps"] < 7 for row in rows)
    return float(100 * (promoters - detractors) / len(rows))


def complete(row: Fact) -> bool:
    return bool(row["is_complete"])


def sold(row: Fact) -> bool:
    return bool(row["amount_millionths"] >= 0)


def sales(rows: list[Fact]) -> int:
    return sum(map(sold, rows))


def basket(rows: list[Fact]) -> float:
    return sum(row["amount_millionths"] for row in rows) / sales(rows) / 1_000_000 if sales(rows) else float("nan")


def replies(rows: list[Fact]) -> int:
    return sum(int(row["reply_count"]) for row in rows)


def waits(rows: list[Fact]) -> float:
    return float(sum(row["reply_wait_us"] for row in rows) / (sum(row["reply_count"] for row in rows) * SECOND))


Figure = tuple[str, Callable[[Fact], Any], Callable[[list[Fact]], float], str]
"""The table, whom it speaks of, how, and who is credited."""
FIGURES: dict[str, Figure] = {
    "csat": ("answer", has("is_satisfied"), share(lambda row: row["is_satisfied"]), "respondent_ids"),
    "csat_average": ("answer", has("csat"), mean("csat"), "respondent_ids"),
    "csat_distribution": ("answer", has("csat"), len, "respondent_ids"),
    "nps": ("answer", has("nps"), net, "respondent_ids"),
    "nps_distribution": ("answer", has("nps"), len, "respondent_ids"),
    "ces": ("answer", has("ces"), share(lambda row: row["ces"] > 4), "respondent_ids"),
    "ces_average": ("answer", has("ces"), mean("ces"), "respondent_ids"),
    "ces_distribution": ("answer", has("ces"), len, "respondent_ids"),
    "first_response_time": (
        "conversation",
        has("first_response_us"),
        middle("first_response_us"),
        "first_responder_id",
    ),
    "first_response_time_p90": (
        "conversation",
        has("first_response_us"),
        ninetieth("first_response_us"),
        "first_responder_id",
    ),
    "first_response_time_mean": (
        "conversation",
        has("first_response_us"),
        mean("first_response_us", SECOND),
        "first_responder_id",
    ),
    "resolution_time": ("conversation", has("resolution_us"), middle("resolution_us"), "respondent_ids"),
    "resolution_time_p90": ("conversation", has("resolution_us"), ninetieth("resolution_us"), "respondent_ids"),
    "resolution_time_mean": ("conversation", has("resolution_us"), mean("resolution_us", SECOND), "respondent_ids"),
    "response_rate": ("answer", lambda row: row["is_known"], share(lambda row: row["is_answered"]), "respondent_ids"),
    "conversations": ("conversation", everyone, len, "respondent_ids"),
    "handlings": ("handling", everyone, len, "respondent_id"),
    "handling_time": ("handling", person("handling_us"), mean("handling_us", SECOND), "respondent_id"),
    "response_time": ("handling", lambda row: row["is_human"] and row["reply_count"], waits, "respondent_id"),
    "first_message_response_time": (
        "handling",
        person("first_message_response_us"),
        mean("first_message_response_us", SECOND),
        "respondent_id",
    ),
    "closing_delay": ("handling", person("closing_delay_us"), mean("closing_delay_us", SECOND), "respondent_id"),
    "unanswered_handlings": (
        "handling",
        person("is_unanswered"),
        lambda rows: sum(row["is_unanswered"] for row in rows),
        "respondent_id",
    ),
    "survey_coverage": ("conversation", has("is_offered"), share(lambda row: row["is_offered"]), "respondent_ids"),
    "survey_completion": ("answer", lambda row: row["is_answered"], share(complete), "respondent_ids"),
    "fcr": ("conversation", lambda row: row["is_first"], share(lambda row: not row["came_back"]), "respondent_ids"),
    "automation_rate": ("conversation", everyone, share(lambda row: row["automation"] == 2), "respondent_ids"),
    "revenue": ("sale", everyone, lambda rows: sum(row["amount_millionths"] for row in rows) / 1_000_000, "seller_id"),
    "transactions": ("sale", sold, len, "seller_id"),
    "average_basket": ("sale", everyone, basket, "seller_id"),
    "conversion_rate": ("conversation", everyone, share(lambda row: row["sale_count"]), "respondent_ids"),
}
COLUMNS = {
    "group": "group_ids",
    "rule": "rule_ids",
    "distribution_group": "distribution_group_ids",
    "automation": "automation",
    "tag": "tag_ids",
    "rating": "rating",
    "nps_rating": "nps_rating",
    "project": "project_id",
    "survey": "survey_ids",
    **{label: f"{label}_id" for label in MEASURED_LABELS},
}


def expected(
    facts: Facts,
    indicator: str,
    *,
    by: str | None,
    grain: str | None,
    anchor: str,
    zone: str,
    period: tuple[int, int] | None = None,
    where: Sequence[tuple[str, set[Any], bool]] = (),
    window_us: int = 0,
    now: int = 0,
    only: Callable[[int], bool] = lambda _at: True,
    figure: Figure | None = None,
) -> dict[tuple[Any, ...], tuple[float, int]]:
    """Return value and n by (key, bucket, note), of those asked for, of rows whose date is among the `only` ones."""
    table, speaks_of, how, credit = figure or FIGURES[indicator]
    mark_surveys(facts)
    if indicator == "fcr":
        mark_returns(facts["conversation"], window_us, now)
    found: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for row in facts[table]:
        at = row[dated(table, anchor)]
        if not row["is_counted"] or at is None or not speaks_of(row) or not _within(at, period) or not only(at):
            continue
        clock = from_us(at).astimezone(ZoneInfo(zone))
        if all(_admits(facts, table, row, clock, name, ids) != is_excluded for name, ids, is_excluded in where):
            for key in keys(row, by, clock, credit):
                found[(*([key] if by else []), *([bucket(clock, grain)] if grain else []))].append(row)
    if indicator in RATINGS:
        return _spread(found, RATINGS[indicator][0])
    n = {"response_time": replies, "average_basket": sales}.get(indicator, len)
    if indicator == "conversion_rate" and by == "agent":
        return {key: (_sold(rows, key[0]), n(rows)) for key, rows in found.items()}
    return {key: (how(rows), n(rows)) for key, rows in found.items() if n(rows)}


def weighted(
    facts: Facts, indicator: str, *, zone: str, **rules: Any
) -> dict[tuple[Any, ...], tuple[float | None, int]]:
    """Return what `expected` does with every day weighed by its conversations, those of whoever a row is credited to.

    Of handlings they are the conversations that were handled that day. A day without a value is left out (D5, E41).
    """
    table, _speaks_of, _how, credit = FIGURES[indicator]
    on = "handling" if table == "handling" else "conversation"
    credit = {"seller_id": "seller_ids"}.get(credit, credit)
    load: Figure = (on, everyone, lambda rows: len({row["conversation_id"] for row in rows}), credit)

    def day_of(at: int) -> date:
        return from_us(at).astimezone(ZoneInfo(zone)).date()

    column = dated(table, rules["anchor"])
    sums: dict[tuple[Any, ...], tuple[float, float, int]] = {}
    for day in sorted({day_of(row[column]) for row in facts[table] if row[column] is not None}):

        def only(at: int, day: date = day) -> bool:
            return day_of(at) == day

        loads = expected(facts, "conversations", zone=zone, only=only, figure=load, **rules)
        for key, (value, n) in expected(facts, indicator, zone=zone, only=only, **rules).items():
            weight = loads[key][0] if key in loads else 0
            total, weights, count = sums.get(key, (0.0, 0.0, 0))
            sums[key] = total + value * weight, weights + weight, count + n
    return {key: (total / weights if weights else None, n) for key, (total, weights, n) in sums.items()}


def _sold(rows: list[Fact], who: Any) -> float:
    return 100 * sum(who in row["seller_ids"] for row in rows) / len(rows)


def _spread(found: dict[tuple[Any, ...], list[Fact]], rating: str) -> dict[tuple[Any, ...], tuple[float, int]]:
    spread = {}
    for key, rows in found.items():
        for one in {row[rating] for row in rows}:
            count = sum(row[rating] == one for row in rows)
            spread[(*key, one)] = (100 * count / len(rows), count)
    return spread


def dated(table: str, anchor: str) -> str:
    if table == "handling":
        return {"closed": "ended_at", "opened": "started_at"}[anchor]
    return f"{anchor}_at"


def _within(at: int, period: tuple[int, int] | None) -> bool:
    return period is None or period[0] <= at < period[1]


def _admits(facts: Facts, table: str, row: Fact, clock: datetime, name: str, ids: set[Any]) -> bool:
    if table == "handling" and name in {"agent", "group"}:
        own = next(one for one in facts["conversation"] if one["conversation_id"] == row["conversation_id"])
        return bool(ids & (set(own["involved_ids" if name == "agent" else "group_ids"]) or {None}))
    return bool(ids & set(keys(row, name, clock, "respondent_ids")))


def keys(row: Fact, by: str | None, clock: datetime, credit: str) -> Iterable[Any]:
    if by is None:
        return [None]
    if by == "hour_of_day":
        return [clock.hour]
    if by == "weekday":
        return [clock.isoweekday()]
    value = row[credit if by == "agent" else COLUMNS[by]]
    return (value or [None]) if isinstance(value, list | tuple) else [value]


def bucket(clock: datetime, grain: str) -> str:
    """Return the start of the clock's bucket as a wall clock shows it, the twice-told hour with its offset."""
    day = clock.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    match grain:
        case "hour":
            return f"{clock:%Y-%m-%dT%H}{clock:%z}"
        case "3h":
            return f"{clock:%Y-%m-%dT}{clock.hour // 3 * 3:02}"
        case "day":
            return f"{day:%Y-%m-%d}"
        case "week":
            return f"{day - timedelta(days=day.weekday()):%Y-%m-%d}"
        case _:
            return f"{day:%Y-%m}"


def bucket_of_key(key: str, grain: str) -> str:
    """Return the same name for a bucket as an answer keys it."""
    return bucket(datetime.fromisoformat(key), grain)


def mark_surveys(facts: Facts) -> None:
    """Mark which surveys were answered as far as anybody ever answered the same."""
    if all("is_complete" in row for row in facts["answer"]):
        return
    for row in facts["answer"]:
        same = [one for one in facts["answer"] if survey(one) == survey(row)]
        row["is_complete"] = all(given(one) <= given(row) for one in same)


def survey(row: Fact) -> tuple[Any, ...]:
    return row["project_id"], tuple(row["survey_ids"])


def given(row: Fact) -> set[str]:
    """Return the ratings of a survey that were given: all of its questions but the comment."""
    ratings = {one for one in ("is_rated", "has_outcome") if row[one]}
    return ratings | {one for one in ("nps", "ces") if row[one] is not None}


def mark_returns(conversations: list[Fact], window_us: int, now: int) -> None:
    """Mark who is a first contact and who came back, pair by pair."""
    counted = [one for one in conversations if one["is_counted"] and one["visitor_id"] is not None]

    def returned(a: Fact, b: Fact) -> bool:
        topics = {a["topic_id"], b["topic_id"]} - {None}
        return (
            a is not b
            and a["visitor_id"] == b["visitor_id"]
            and a["closed_at"] is not None
            and a["closed_at"] <= b["opened_at"] <= a["closed_at"] + window_us
            and len(topics) < 2
        )

    for row in conversations:
        told = row in counted and row["is_answered"] and row["closed_at"] is not None
        told = told and row["closed_at"] + window_us <= now
        row["is_first"] = told and not any(returned(other, row) for other in counted)
        row["came_back"] = any(returned(row, other) for other in counted)
