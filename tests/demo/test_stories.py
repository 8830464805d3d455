"""Each story of docs/demo.md is in the rows, found by plain counting."""

import pytest

from ressenti.demo.people import AGENTS, STAR, TRAINED
from ressenti.demo.stories import Stories
from tests.support.generated_files import TODAY, GeneratedFiles, Row, day, local_hour

STORIES = Stories.of(TODAY)


@pytest.fixture(scope="module")
def outage(year: GeneratedFiles) -> list[Row]:
    return year.those(lambda row: 0 <= day(row) - STORIES.outage < 7)


@pytest.fixture(scope="module")
def ordinary(year: GeneratedFiles) -> list[Row]:
    return year.those(lambda row: not 0 <= day(row) - STORIES.outage < 7)


class TestOutage:
    def test_waits_were_three_times_as_long(self, year: GeneratedFiles, outage: list[Row], ordinary: list[Row]) -> None:
        assert year.wait_s(outage) > 3 * year.wait_s(ordinary)

    def test_satisfaction_fell_by_fifteen_points(
        self, year: GeneratedFiles, outage: list[Row], ordinary: list[Row]
    ) -> None:
        assert year.csat(outage) < year.csat(ordinary) - 15

    def test_payment_was_the_first_topic(self, outage: list[Row]) -> None:
        topics = [row["topic"] for row in outage]

        assert max(set(topics), key=topics.count) == "Payment"

    def test_more_visitors_left_unanswered(self, year: GeneratedFiles, outage: list[Row], ordinary: list[Row]) -> None:
        def unanswered(rows: list[Row]) -> float:
            return sum(not year.authors(row) for row in rows) / len(rows)

        assert unanswered(outage) > unanswered(ordinary)


def test_the_flash_sale_sells_and_disappoints(year: GeneratedFiles) -> None:
    flash = year.those(lambda row: row["campaign"] == "Flash sale")
    others = year.those(lambda row: row["campaign"] not in ("", "Flash sale"))

    assert year.conversion(flash) > 2.5 * year.conversion(others)
    assert year.csat(flash) < year.csat(others) - 15


@pytest.fixture(scope="module")
def met_before_spring(year: GeneratedFiles) -> list[Row]:
    return [row for row in year.written_by("B-assistant") if day(row) < STORIES.bot]


@pytest.fixture(scope="module")
def met_since_spring(year: GeneratedFiles) -> list[Row]:
    return [row for row in year.written_by("B-assistant") if day(row) >= STORIES.bot]


class TestAssistant:
    def test_visitors_it_answers_alone_are_happier_since_spring(
        self, year: GeneratedFiles, met_before_spring: list[Row], met_since_spring: list[Row]
    ) -> None:
        before = [row for row in met_before_spring if row["automation"] == "full"]
        after = [row for row in met_since_spring if row["automation"] == "full"]

        assert year.csat(after) > year.csat(before) + 15

    def test_it_passes_fewer_on(self, met_before_spring: list[Row], met_since_spring: list[Row]) -> None:
        def passed_on(rows: list[Row]) -> float:
            return sum(row["automation"] == "partial" for row in rows) / len(rows)

        assert passed_on(met_since_spring) < passed_on(met_before_spring) - 0.1


def test_returns_is_slow_in_the_evening(year: GeneratedFiles) -> None:
    returns = year.those(lambda row: row["topic"] in ("Return or refund", "Damaged item") and row["automation"] != "")
    evening = [row for row in returns if local_hour(row) in (17, 18)]
    morning = [row for row in returns if local_hour(row) in (9, 10, 11)]

    assert year.wait_s(evening) > 2 * year.wait_s(morning)


def test_the_new_returns_page_spares_returns_a_third_of_its_visitors(year: GeneratedFiles) -> None:
    def share(first: int, last: int) -> float:
        rows = year.those(lambda row: first <= day(row) < last)
        return sum(row["topic"] == "Return or refund" for row in rows) / len(rows)

    assert share(STORIES.returns, STORIES.returns + 90) < 0.7 * share(STORIES.returns - 90, STORIES.returns)


def test_newcomers_learn_in_ten_weeks(year: GeneratedFiles) -> None:
    hired = {agent.key: STORIES.today - agent.hired for agent in AGENTS if agent.hired is not None}
    early, late = [], []
    for key, first in hired.items():
        rows = year.written_by(key)
        early += [row for row in rows if day(row) - first < 28]
        late += [row for row in rows if day(row) - first >= 63]

    assert year.csat(late) > year.csat(early) + 10


def test_hugo_was_helped_by_a_training(year: GeneratedFiles) -> None:
    his = year.written_by(TRAINED)
    before = [row for row in his if day(row) < STORIES.training]
    after = [row for row in his if day(row) >= STORIES.training + 21]

    assert year.csat(after) > year.csat(before) + 15


def test_camille_is_well_above_her_group_and_faster(year: GeneratedFiles) -> None:
    hers = year.written_by(STAR)
    peers = year.written_by(*(agent.key for agent in AGENTS if agent.group == "Returns" and agent.key != STAR))

    assert year.csat(hers) > year.csat(peers) + 3
    assert year.wait_s(hers) < year.wait_s(peers)


def test_whatsapp_doubles_within_the_year(year: GeneratedFiles) -> None:
    def share(first: int, last: int) -> float:
        rows = year.those(lambda row: first <= day(row) - STORIES.first < last)
        return sum(row["channel"] == "WhatsApp" for row in rows) / len(rows)

    assert share(275, 365) > 1.6 * share(0, 90)


def test_lost_parcels_bring_visitors_back(year: GeneratedFiles) -> None:
    returned = {row["previous_conversation_id"] for row in year.conversations.values()}

    def share(topic: str) -> float:
        rows = year.those(lambda row: row["topic"] == topic and bool(row["visitor_id"]))
        return sum(row["conversation_id"] in returned for row in rows) / len(rows)

    assert share("Lost parcel") > 2 * share("Choosing a light")


def test_advice_sells(year: GeneratedFiles) -> None:
    advice = year.those(lambda row: row["topic"] in ("Choosing furniture", "Choosing a light"))
    parcels = year.those(lambda row: row["topic"] in ("Delivery date", "Lost parcel"))

    assert year.conversion(advice) > 8 * year.conversion(parcels)
