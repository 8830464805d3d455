"""Where a change comes from, as a program asks it."""

from tests.support.site import Site, problem

DRIVERS = "/api/v1/indicators/csat/drivers"
WEEK = "from=2026-10-20&to=2026-10-27"


def test_its_parts_add_up_to_the_totals_of_the_figure(site: Site) -> None:
    found = site.get(f"{DRIVERS}?{WEEK}").json()
    figure = site.get(f"/api/v1/indicators/csat?{WEEK}&compare=previous").json()
    total = figure["total"]

    assert found["previous"] == total.pop("previous")
    assert found["total"] == total
    assert found["rows"]


def test_parameters_that_are_not_of_this_question_are_refused(site: Site) -> None:
    for name in ("by=agent", "grain=day", "weighting=all", "sql=yes"):
        problem(site.get(f"{DRIVERS}?{WEEK}&{name}"), 422, "unknown_parameter")


def test_what_cannot_be_taken_apart_is_a_problem(site: Site) -> None:
    problem(site.get(f"/api/v1/indicators/revenue/drivers?{WEEK}"), 422, "no_parts")
    problem(site.get(f"/api/v1/indicators/nothing/drivers?{WEEK}"), 404, "unknown_indicator")
    problem(site.get(DRIVERS), 422, "nothing_to_compare")
