"""Acceptance cases from other products of this field, each under its id: their input, our figures.

Inputs are told to a real installation: imported, measured, read. Where the folder of cases is beside the checkout,
the numbers are checked against it, so that a case can neither be changed nor dropped unnoticed.
"""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ressenti.indicators.comparing import compared
from ressenti.indicators.model import Comparison, Grain
from ressenti.indicators.periods import buckets, read_date, say_date
from tests.support.environment import SHARED
from tests.support.scenario import World

CASES = SHARED / "cases" / "peer_cases.json"


@cache
def _cases() -> dict[str, dict[str, Any]]:
    return {case["id"]: case for case in json.loads(CASES.read_text())}


def expected(key: str, numbers: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of a case as this test knows them, held against the case itself where it is at hand."""
    if CASES.exists():
        assert _cases()[key]["expected"] == numbers
    return numbers


def opened_and_closed(world: World, spans: list[tuple[str, str | None]]) -> None:
    """Tell conversations in which the visitor writes at the start and a person answers, and closes, at the end."""
    for start, end in spans:
        talk = [("visitor", start)] + ([("agent:Ana", end)] if end else [])
        world.conversation(start, closed=end, messages=talk)


def test_every_case_that_is_due_has_its_test(shared: Path) -> None:
    assert (shared / "cases" / CASES.name).exists()
    due = {key for key, case in _cases().items() if case["due"] == "now"}
    here = {name.removeprefix("test_")[:5].upper().replace("_", "-") for name in globals() if name.startswith("test_")}

    assert due <= here


def test_cw_01_csat_is_the_share_of_4_and_5_of_50_ratings(world: World) -> None:
    want = expected(
        "CW-01",
        {
            "responses": 50,
            "distribution_percent": {"1": 20.0, "2": 40.0, "3": 30.0, "4": 6.0, "5": 4.0},
            "csat_percent": 10.0,
        },
    )
    world.rate({1: 10, 2: 20, 3: 15, 4: 3, 5: 2})

    spread = world.answer("csat_distribution")

    assert {row.key: row.value.value for row in spread.rows} == want["distribution_percent"]
    assert {row.key: row.value.n for row in spread.rows} == {"1": 10, "2": 20, "3": 15, "4": 3, "5": 2}
    assert spread.total.n == want["responses"]
    assert world.read("csat").value == want["csat_percent"]


def test_cw_02_half_of_54_ratings_are_4_or_5(world: World) -> None:
    want = expected("CW-02", {"responses": 54, "csat_percent": 50.0})
    world.rate({1: 9, 2: 9, 3: 9, 4: 12, 5: 15})

    found = world.read("csat")

    assert (found.n, found.value) == (want["responses"], want["csat_percent"])


def test_cw_04_without_answers_there_is_no_data_and_not_0_percent(world: World) -> None:
    expected("CW-04", {"responses": 0, "csat_percent": None, "response_rate_percent": None, "average": None})

    assert [world.read(key).value for key in ("csat", "response_rate", "csat_average")] == [None, None, None]
    assert [world.read(key).n for key in ("csat", "response_rate", "csat_average")] == [0, 0, 0]
    assert world.answer("csat_distribution").total.n == 0


def test_cw_05_the_response_rate_filters_what_was_sent_as_well(world: World) -> None:
    want = expected("CW-05", {"response_rate_percent": 25.0})
    for agent, sent, answered in (("A", 40, 10), ("B", 160, 10)):
        for number in range(sent):
            world.conversation(agent_id=agent, offered=True, csat=5 if number < answered else None)

    found = world.read("response_rate", where=("agent=A",))

    assert (found.value, found.n) == (want["response_rate_percent"], 40)


@pytest.mark.parametrize("start", ["sunday", "monday"])
def test_cw_07_a_week_begins_on_the_day_that_is_set(world: World, start: str) -> None:
    want = expected(
        "CW-07",
        {
            "week_start_sunday": {"2020-10-18": 93.0, "2020-10-25": 90.0},
            "week_start_monday": {"2020-10-19": 93.0, "2020-10-26": 90.0},
        },
    )
    world.settle(week_start=start)
    for at, wait in (("2020-10-26", 80), ("2020-10-26", 100), ("2020-10-19", 93)):
        world.conversation(f"{at}T00:00", closed=None, first_response_s=wait)

    found = world.over("first_response_time_mean", "week", anchor="opened")

    assert {key[:10]: value for key, (value, _n) in found.items() if key} == want[f"week_start_{start}"]


def test_cw_13_a_first_response_belongs_to_the_day_of_its_conversation(world: World) -> None:
    want = expected(
        "CW-13",
        {
            "buckets": {"D": {"mean": 7200.0, "median": 7200, "n": 10}, "D-2": {"mean": 0.0, "median": 0, "n": 5}},
            "period": {"mean": 4800.0, "median": 7200, "n": 15},
        },
    )
    for _ in range(10):
        opened_and_closed(world, [("2024-05-14T00:00", "2024-05-14T02:00")])
    for _ in range(5):
        opened_and_closed(world, [("2024-05-12T00:00", "2024-05-12T00:00")])

    means = world.over("first_response_time_mean", "day")
    medians = world.over("first_response_time", "day")

    days = {"D": "2024-05-14T00:00:00+00:00", "D-2": "2024-05-12T00:00:00+00:00"}
    for day, key in days.items():
        assert means[key] == (want["buckets"][day]["mean"], want["buckets"][day]["n"])
        assert medians[key] == (want["buckets"][day]["median"], want["buckets"][day]["n"])
    assert means["2024-05-13T00:00:00+00:00"] == (None, 0)
    assert world.read("first_response_time_mean").value == want["period"]["mean"]
    assert world.read("first_response_time").value == want["period"]["median"]


def test_cw_19_a_wait_ends_with_an_agents_reply(world: World) -> None:
    want = expected("CW-19", {"reply_seconds": 7200})
    world.conversation("8:00".zfill(5), closed=None, messages=[("visitor", "08:00"), ("agent:Ana", "10:00")])

    assert world.read("response_time", anchor="opened").value == want["reply_seconds"]


def test_cw_20_answers_are_kept_to_the_dates_asked_for(world: World) -> None:
    want = expected("CW-20", {"returned": 1})
    world.survey(None, "2024-05-04 12:00", csat=5)
    world.survey(None, "2024-05-11 12:00", csat=4)

    assert world.read("csat", anchor="answered", from_="2024-05-09").n == want["returned"]


def test_cw_22_answering_again_changes_the_same_answer(world: World) -> None:
    want = expected("CW-22", {"rows": 1, "rating": 5, "comment": "hello"})
    key = world.conversation()
    for rating, comment in ((1, ""), (5, "hello")):
        world.add(
            "surveys", survey_id="s", conversation_id=key, rated_at="2024-05-14T11:00Z", csat=rating, comment=comment
        )
        world.import_()

    found = world.answer("csat_distribution", anchor="answered")

    assert found.total.n == want["rows"]
    assert {row.key for row in found.rows if row.value.n} == {str(want["rating"])}


def test_fb_01_nps_of_four_answers(world: World) -> None:
    want = expected(
        "FB-01",
        {
            "n": 4,
            "promoters": 2,
            "passives": 1,
            "detractors": 1,
            "promoters_percent": 50.0,
            "passives_percent": 25.0,
            "detractors_percent": 25.0,
            "nps": 25.0,
        },
    )
    for rating in (10, 7, 3, 9):
        world.conversation(nps=rating)

    found = world.read("nps")
    spread = {int(row.key or -1): row.value for row in world.answer("nps_distribution").rows}

    assert (found.value, found.n) == (want["nps"], want["n"])
    assert sum(spread[rating].n for rating in (9, 10)) == want["promoters"]
    assert sum(spread[rating].value or 0 for rating in (9, 10)) == want["promoters_percent"]
    assert sum(spread[rating].value or 0 for rating in (7, 8)) == want["passives_percent"]
    assert sum(spread[rating].value or 0 for rating in range(7)) == want["detractors_percent"]


def test_fb_03_a_rating_that_is_none_is_not_counted(world: World) -> None:
    want = expected("FB-03", {"n": 1, "detractors": 1, "nps": -100.0})
    for rating in ("invalid", "", "5"):
        world.add("surveys", survey_id=f"s{rating}", rated_at="2024-05-14T11:00Z", nps=rating)
    outcome = world.import_()

    found = world.read("nps", anchor="answered")

    assert outcome.total.rejected == 1
    assert (found.n, found.value) == (want["n"], want["nps"])


def test_fb_04_nps_without_answers_is_no_data(world: World) -> None:
    want = expected("FB-04", {"n": 0, "nps": None})

    found = world.read("nps")

    assert (found.n, found.value) == (want["n"], want["nps"])


def test_fb_06_csat_and_its_average_of_four_ratings(world: World) -> None:
    want = expected("FB-06", {"n": 4, "average": 3.0, "csat_percent": 50.0})
    world.rate({5: 1, 4: 1, 2: 1, 1: 1})

    assert world.read("csat").n == want["n"]
    assert world.read("csat").value == want["csat_percent"]
    assert world.read("csat_average").value == want["average"]


def test_fb_07_a_3_is_not_satisfied(world: World) -> None:
    want = expected("FB-07", {"n": 5, "satisfied": 3, "csat_percent": 60.0})
    world.rate({5: 2, 4: 1, 3: 1, 1: 1})

    found = world.read("csat")

    assert (found.n, found.value) == (want["n"], want["csat_percent"])


@pytest.mark.parametrize(
    ("who", "rating", "count"), [("only_promoters", 9, 10), ("only_passives", 8, 8), ("only_detractors", 6, 14)]
)
def test_ph_02_nps_of_one_class_alone(world: World, who: str, rating: int, count: int) -> None:
    want = expected("PH-02", {"only_promoters": 100.0, "only_passives": 0.0, "only_detractors": -100.0})
    for _ in range(count):
        world.conversation(nps=rating)

    assert world.read("nps").value == want[who]


PC_01 = [
    ("2020-09-01T12:00:00", "2020-09-01T12:00:31"),
    ("2020-09-02T12:00:00", "2020-09-02T12:11:11"),
    ("2020-09-01T10:00:00", "2020-09-01T11:01:05"),
    ("2020-09-02T10:00:00", "2020-09-03T11:00:00"),
]


@pytest.mark.parametrize("figure", ["first_response_time", "resolution_time"])
def test_pc_01_mean_and_median_of_the_same_waits_differ(world: World, figure: str) -> None:
    want = expected("PC-01", {"n": 4, "mean_seconds": 23591.75, "median_seconds": 2168.0})
    opened_and_closed(world, list(PC_01))

    assert world.read(figure).n == want["n"]
    assert world.read(figure).value == want["median_seconds"]
    assert world.read(f"{figure}_mean").value == want["mean_seconds"]


def test_pc_03_without_a_reply_or_a_close_there_is_no_wait(world: World) -> None:
    want = expected("PC-03", {"n": 0, "mean_seconds": None, "median_seconds": None})
    opened_and_closed(world, [("2020-09-01T12:00:00", None)])

    for figure in ("first_response_time", "resolution_time"):
        assert world.read(figure).n == want["n"]
        assert world.read(figure).value is want["median_seconds"]
        assert world.read(f"{figure}_mean", anchor="opened").value is want["mean_seconds"]


def test_pc_04_mean_and_median_by_the_day_of_the_start(world: World) -> None:
    want = expected(
        "PC-04",
        {
            "2020-09-28": {"n": 1, "mean": 3723.0, "median": 3723},
            "2020-10-02": {"n": 3, "mean": 163.33333333333334, "median": 140},
            "2020-10-03": {"n": 2, "mean": 310.0, "median": 310.0},
        },
    )
    opened_and_closed(
        world,
        [
            ("2020-09-28T10:00:00", "2020-09-28T11:02:03"),
            ("2020-10-02T12:00:00", "2020-10-02T12:00:20"),
            ("2020-10-02T11:00:00", "2020-10-02T11:05:30"),
            ("2020-10-02T10:00:00", "2020-10-02T10:02:20"),
            ("2020-10-03T12:00:00", "2020-10-03T12:00:05"),
            ("2020-10-03T11:00:00", "2020-10-03T11:10:15"),
        ],
    )

    means = world.over("resolution_time_mean", "day", anchor="opened")
    medians = world.over("resolution_time", "day", anchor="opened")

    assert {day[:10]: found for day, found in means.items() if day and found[1]} == {
        day: (pytest.approx(one["mean"], abs=1e-9), one["n"]) for day, one in want.items()
    }
    assert {day[:10]: found for day, found in medians.items() if day and found[1]} == {
        day: (one["median"], one["n"]) for day, one in want.items()
    }


def test_pc_06_weeks_that_begin_on_a_sunday() -> None:
    want = expected(
        "PC-06",
        {"weeks": ["2020-09-27", "2020-10-04", "2020-10-11", "2020-10-18", "2020-10-25", "2020-11-01"]},
    )
    start, end = (read_date(text, "UTC") for text in ("2020-10-01T12:00:00", "2020-11-01T12:00:00"))

    assert [one.key[:10] for one in buckets(Grain.WEEK, start, end, "UTC", 6)] == want["weeks"]


@pytest.mark.parametrize("place", range(5))
def test_pc_07_means_and_medians_of_short_lists(world: World, place: int) -> None:
    """Waits stand for the numbers, all of them 3 longer, since a wait is never negative."""
    lists = [[1, 2, 3, 4], [1, 2, 3, 4, 5], [3, 1, 2, 5, 4], [5, 5, 5], [-1, 2, -3, 4]]
    want = expected("PC-07", {"means": [2.5, 3.0, 3.0, 5.0, 0.5], "medians": [2.5, 3, 3, 5, 0.5]})
    for number in lists[place]:
        world.conversation(first_response_s=number + 3)

    assert world.read("first_response_time_mean").value == want["means"][place] + 3
    assert world.read("first_response_time").value == want["medians"][place] + 3


def test_fr_10_the_previous_period_is_as_long_and_touches() -> None:
    want = expected("FR-10", {"current_days": 30, "previous": ["2024-01-31", "2024-02-29"], "previous_days": 30})
    start, end, now = (read_date(day, "UTC") for day in ("2024-03-01", "2024-03-31", "2025-01-01"))

    first, last = compared(Comparison.PREVIOUS, start, end, "UTC", now)

    assert [say_date(first, "UTC"), say_date(last - 1, "UTC")[:10]] == want["previous"]
    assert (end - start) / 86_400e6 == want["current_days"]
    assert (last - first) / 86_400e6 == want["previous_days"]


def test_fr_11_a_mean_of_days_is_not_rounded_before(world: World) -> None:
    want = expected("FR-11", {"mean_days": 0.361, "median_seconds": 3600})
    for wait in (1, 3600, 90_000):
        world.conversation(closed="2024-05-20 10:00", resolution_s=wait)

    mean = world.read("resolution_time_mean").value

    assert mean is not None
    assert round(mean / 86_400, 3) == want["mean_days"]
    assert world.read("resolution_time").value == want["median_seconds"]


ZM_CREATED = [
    "2019-03-15T12:00:00",
    "2019-03-15T14:00:00",
    "2019-03-15T14:00:00",
    "2019-03-15T22:00:00",
    "2019-03-15T23:00:00",
    "2019-03-15T01:00:00",
    "2019-02-28T23:30:00",
    "2019-03-01T00:30:00",
    "2019-03-31T23:30:00",
    "2019-04-01T00:30:00",
]
ZM_CLOSED = "2019-03-15T12:00:00"
ZONES = ("UTC", "Europe/Berlin", "America/Chicago", "Australia/Melbourne")


@pytest.fixture
def backlog(world: World) -> World:
    for place, opened in enumerate(ZM_CREATED):
        world.conversation(opened, closed=ZM_CLOSED if place == 0 else None)
    return world


def _counted(world: World, zone: str, month: str, anchor: str, grain: str, last: str) -> dict[str, int]:
    found = world.over("conversations", grain, zone=zone, anchor=anchor, from_=f"{month}-01", to=last)
    part = slice(8, 10) if grain == "day" else slice(5, 7)
    return {str(int(key[part])): n for key, (_value, n) in found.items() if key and n}


def test_zm_02_days_and_months_follow_the_clock_of_the_zone(backlog: World) -> None:
    want: dict[str, dict[str, dict[str, dict[str, int]]]] = {
        "2019-02": {
            "UTC": {"created": {"28": 1}, "closed": {}},
            "Europe/Berlin": {"created": {}, "closed": {}},
            "America/Chicago": {"created": {"28": 2}, "closed": {}},
            "Australia/Melbourne": {"created": {}, "closed": {}},
        },
        "2019-03": {
            "UTC": {"created": {"1": 1, "15": 6, "31": 1}, "closed": {"15": 1}},
            "Europe/Berlin": {"created": {"1": 2, "15": 5, "16": 1}, "closed": {"15": 1}},
            "America/Chicago": {"created": {"14": 1, "15": 5, "31": 2}, "closed": {"15": 1}},
            "Australia/Melbourne": {"created": {"1": 2, "15": 2, "16": 4}, "closed": {"15": 1}},
        },
        "2019-04": {
            "UTC": {"created": {"1": 1}, "closed": {}},
            "Europe/Berlin": {"created": {"1": 2}, "closed": {}},
            "America/Chicago": {"created": {}, "closed": {}},
            "Australia/Melbourne": {"created": {"1": 2}, "closed": {}},
        },
    }
    expected("ZM-02", want)
    ends = {"2019-02": "2019-03-01", "2019-03": "2019-04-01", "2019-04": "2019-05-01"}

    for month, zones in want.items():
        for zone, counts in zones.items():
            assert _counted(backlog, zone, month, "opened", "day", ends[month]) == counts["created"]
            assert _counted(backlog, zone, month, "closed", "day", ends[month]) == counts["closed"]


def test_zm_06_months_of_a_year_in_four_zones(backlog: World) -> None:
    want: dict[str, dict[str, dict[str, int]]] = {
        "UTC": {"created": {"2": 1, "3": 8, "4": 1}, "closed": {"3": 1}},
        "Europe/Berlin": {"created": {"3": 8, "4": 2}, "closed": {"3": 1}},
        "America/Chicago": {"created": {"2": 2, "3": 8}, "closed": {"3": 1}},
        "Australia/Melbourne": {"created": {"3": 8, "4": 2}, "closed": {"3": 1}},
    }
    expected("ZM-06", want)

    for zone, counts in want.items():
        assert _counted(backlog, zone, "2019-01", "opened", "month", "2020-01-01") == counts["created"]
        assert _counted(backlog, zone, "2019-01", "closed", "month", "2020-01-01") == counts["closed"]


def test_zm_04_an_internal_note_ends_no_wait(world: World) -> None:
    want = expected("ZM-04", {"wait_s": 120})
    talk = [("visitor", "10:01"), ("note:Ana", "10:02"), ("agent:Ana", "10:03")]
    world.conversation(messages=talk)

    assert world.read("first_response_time").value == want["wait_s"]
    assert world.read("response_time").value == want["wait_s"]


def test_zm_05_the_mean_of_60_and_120_minutes_is_90(world: World) -> None:
    want = expected("ZM-05", {"mean_min": 90})
    opened_and_closed(world, [("10:00", "11:00"), ("10:00", "12:00")])

    assert world.read("first_response_time_mean").value == want["mean_min"] * 60


def test_dz_05_handlings_without_a_reply_are_counted(world: World) -> None:
    want = expected("DZ-05", {"unreplied": 2})
    for replies in (0, 0, 3):
        talk = [("visitor", "10:00"), *(("agent:Ana", f"10:0{1 + reply}") for reply in range(replies))]
        key = world.conversation(messages=talk)
        span = {"started_at": "2024-05-14T10:00Z", "ended_at": "2024-05-14T10:30Z", "ended_by": "closed"}
        world.add("handlings", conversation_id=key, agent_id="Ana", **span)

    found = world.read("unanswered_handlings")

    assert (found.value, found.n) == (want["unreplied"], 3)


def test_ia_01_csat_its_average_and_nps_are_three_figures(world: World) -> None:
    want = expected("IA-01", {"csat_percent": 60.0, "csat_average": 3.6, "nps": 0.0})
    for csat, nps in zip((5, 5, 4, 3, 1), (10, 9, 8, 6, 2), strict=True):
        world.conversation(csat=csat, nps=nps)

    assert world.read("csat").value == want["csat_percent"]
    assert world.read("csat_average").value == want["csat_average"]
    assert world.read("nps").value == want["nps"]


def test_ia_02_a_rating_counts_for_each_respondent_and_once_in_total(world: World) -> None:
    want = expected(
        "IA-02",
        {
            "total": {"n": 3, "csat_percent": 66.67},
            "by_respondent": {
                "A": {"n": 2, "csat_percent": 100.0},
                "B": {"n": 2, "csat_percent": 50.0},
                "bot": {"n": 1, "csat_percent": 100.0},
            },
        },
    )
    for respondents, rating in ((("agent:A", "agent:B"), 5), (("agent:B",), 1), (("agent:A", "bot:bot"), 4)):
        world.conversation(messages=[("visitor", "10:00"), *((who, "10:05") for who in respondents)], csat=rating)

    total = world.read("csat")

    assert (total.n, round(total.value or 0, 2)) == (want["total"]["n"], want["total"]["csat_percent"])
    assert world.by("csat", "agent") == {
        key: (row["csat_percent"], row["n"]) for key, row in want["by_respondent"].items()
    }
    assert not world.answer("csat", by="agent").adds_up


def test_ia_03_bots_and_automatic_messages_are_no_first_response(world: World) -> None:
    want = expected("IA-03", {"first_response_seconds": 120})
    world.conversation(
        messages=[
            ("visitor", "10:00:00"),
            ("bot:bot", "10:00:01"),
            ("auto:Ana", "10:00:05"),
            ("visitor", "10:00:30"),
            ("agent:Ana", "10:02:00"),
        ],
    )

    assert world.read("first_response_time").value == want["first_response_seconds"]


def test_ia_04_a_resolution_belongs_to_the_period_of_the_close(world: World) -> None:
    want = expected("IA-04", {"n": 1, "resolution_seconds": 1800})
    world.conversation(
        "2024-01-31T23:50:00", closed="2024-02-01T00:20:00", messages=[("visitor", "2024-01-31T23:50:00")]
    )

    found = world.read("resolution_time", from_="2024-02-01", to="2024-03-01")

    assert (found.n, found.value) == (want["n"], want["resolution_seconds"])
    assert world.read("resolution_time", from_="2024-01-01", to="2024-02-01").n == 0


def test_ia_05_means_of_weeks_are_weighted_and_revenue_is_summed(world: World) -> None:
    want = expected("IA-05", {"conversations": 40, "aht": 450.0, "revenue": 150.5, "transactions": 3})
    monday = datetime.fromisoformat("2024-05-13T10:00:00+00:00")
    for day, count, length, sales in ((0, 10, 300, [100.0]), (1, 30, 500, [50.0, 0.5])):
        start = monday + timedelta(days=day)
        for number in range(count):
            end = start + timedelta(seconds=length)
            key = world.conversation(
                start.isoformat(),
                closed=end.isoformat(),
                sales=[(start.isoformat(), amount) for amount in sales] if number == 0 else [],
            )
            world.add(
                "handlings", conversation_id=key, agent_id="Ana", started_at=start, ended_at=end, ended_by="closed"
            )

    for weighting in ("own", "all"):
        assert world.over("handling_time", "week", weighting=weighting) == {
            "2024-05-13T00:00:00+00:00": (want["aht"], 40)
        }
    assert world.read("conversations").value == want["conversations"]
    assert world.read("revenue", weighting="all").value == want["revenue"]
    assert world.read("transactions", weighting="all").value == want["transactions"]


def test_ia_07_conversion_and_average_order_value(world: World) -> None:
    """Conversion counts distinct conversations (D19): the seven sales are told in seven of them."""
    want = expected("IA-07", {"conversion_percent": 3.5, "average_basket": 120.0})
    for number in range(200):
        world.conversation(sales=[("10:10", 120.0)] if number < 7 else [])

    assert world.read("conversion_rate").value == want["conversion_percent"]
    assert world.read("average_basket").value == want["average_basket"]
    assert world.read("revenue").value == 840


def test_lh_01_a_median_is_no_trimmed_mean(world: World) -> None:
    want = expected("LH-01", {"median": 5.5, "mean": 104.5})
    for wait in (1, 2, 3, 4, 5, 6, 7, 8, 9, 1000):
        world.conversation(first_response_s=wait)

    assert world.read("first_response_time").value == want["median"]
    assert world.read("first_response_time_mean").value == want["mean"]
