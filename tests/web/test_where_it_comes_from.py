"""The panel that says where a change comes from: its words, its links, and what it does not name."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.markup import Node, assert_sound, read
from tests.support.scenario import World
from tests.support.site import Site

BEFORE, NOW = "2024-05-14", "2024-05-21"
WEEK = "from=2024-05-21&to=2024-05-28"


def answers(world: World, before: tuple[int, int], now: tuple[int, int], **columns: str) -> None:
    for day, (n, satisfied) in ((BEFORE, before), (NOW, now)):
        for note, count in ((5, satisfied), (1, n - satisfied)):
            world.rate({note: count}, opened=f"{day} 10:00", closed=f"{day} 10:30", **columns)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a week in which payments went wrong, in channel b six times as many wrote, and a new campaign began."""
    world = World(tmp_path_factory.mktemp("payments"))
    answers(world, (80, 64), (160, 80), tags="payment", language="en")
    answers(world, (100, 80), (90, 70), tags="delivery", language="en")
    answers(world, (20, 12), (50, 20), tags="payment;delivery", language="en")
    answers(world, (800, 704), (700, 616), language="en")
    answers(world, (100, 90), (100, 85), language="fr")
    assert world.import_().total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


def panel(site: Site, query: str = "") -> Node:
    return read(site.get(f"/report/drivers?{WEEK}&where=language%3Den{query}").text)


def test_UN_15_the_cause_is_named_with_its_part_and_what_it_is_made_of(told: Site) -> None:  # noqa: N802 - the case's name
    shown = panel(told)
    [cause] = shown.one("ol").all("li")

    assert "CSAT: 86.0 % before, 78.6 % now. The change comes from:" in shown.text
    assert "Tag payment" in cause.text
    assert "−7.1 pts" in cause.text
    assert "Weaker than before (−4.4 pts), more of them, 21 % of all, 10 % before (−2.8 pts)." in cause.text
    assert "47.6 % now, 76.0 % before; the others 86.8 %." in cause.text
    assert "Unexplained, among all the rest: −0.3 pts." in shown.text
    assert_sound(shown)


def test_a_cause_leads_to_its_report_and_to_its_conversations(told: Site) -> None:
    [cause] = panel(told).one("ol").all("li")
    [narrowed, behind] = [one.attributes["href"] for one in cause.all("a")]

    assert "where=tag%3Dpayment" in narrowed
    assert behind.startswith("/conversations?")
    assert "210" in read(told.get(behind).text).text


def test_everything_looked_at_is_in_the_table_without_a_total(told: Site) -> None:
    rows = panel(told).one("table").one("tbody").all("tr")
    states = {row.one("th").text.strip(): row.all("td")[-1].text for row in rows}

    assert states["Tag payment"] == "clear"
    assert states["Tag delivery"] == "could be chance"
    assert "tfoot" not in told.get(f"/report/drivers?{WEEK}").text


def test_a_count_is_taken_apart_by_differences(told: Site) -> None:
    shown = panel(told, "&indicator=conversations")

    assert "1,000 before, 1,000 now. The change could be chance" in shown.text
    assert "Own move" not in shown.text


def test_what_cannot_be_told_from_chance_names_nothing(told: Site) -> None:
    shown = read(told.get(f"/report/drivers?{WEEK}&where=language%3Dfr").text)

    assert "The change could be chance, and nothing is named as its cause." in shown.text
    assert shown.all("ol") == []


def test_a_clear_cause_of_a_change_within_chance_is_named_and_the_chance_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    answers(world, (900, 720), (900, 720), channel="chat")
    answers(world, (0, 0), (60, 30), channel="e-mail")
    world.import_()
    with Site(world) as site:
        shown = read(site.get(f"/report/drivers?{WEEK}").text)
        [cause] = shown.one("ol").all("li")
    world.close()

    said = "CSAT: 80.0 % before, 78.1 % now. As a whole the change could be chance. What clearly moved it:"
    assert said in shown.text
    assert "Channel e-mail" in cause.text


def test_of_four_answers_nothing_is_said_to_have_happened_everywhere(tmp_path: Path) -> None:
    world = World(tmp_path)
    answers(world, (4, 4), (4, 0), channel="chat")
    for day in (BEFORE, NOW) * 50:
        world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel="chat")
    world.import_()
    with Site(world) as site:
        shown = read(site.get(f"/report/drivers?{WEEK}").text)
    world.close()

    assert "The change could be chance, and nothing is named as its cause." in shown.text
    assert "Everywhere alike" not in shown.text


def test_without_a_comparison_nothing_is_taken_apart(told: Site) -> None:
    assert told.get(f"/report/drivers?{WEEK}&compare=none").status_code == 404


def test_what_may_help_follows_from_the_cause_and_is_there_once(told: Site) -> None:
    page = told.get(f"/?{WEEK}&where=language%3Den&tab=tag&whole=yes").text

    assert page.count("What may help") == 1
    assert "Read what people wrote about Tag “payment”" in page
    assert "Look first at" not in page


def test_it_is_told_in_french(told: Site) -> None:
    shown = panel(told, "&lang=fr")

    assert "D’où cela vient" in shown.text
    assert "En recul (−4,4 pts), plus nombreux, 21 % du total contre 10 % avant (−2,8 pts)." in shown.text


def test_beside_the_usual_it_is_told_since_the_same_weekdays_before(tmp_path: Path) -> None:
    world = World(tmp_path)
    for week in range(9):
        day = date.fromisoformat("2024-03-26") + timedelta(weeks=week)
        good = 20 if week == 8 else 85
        for tag, satisfied in (("payment", good), ("delivery", 85)):
            world.rate({5: satisfied, 1: 100 - satisfied}, opened=f"{day} 10:00", closed=f"{day} 10:30", tags=tag)
    assert world.import_().total.rejected == 0
    with Site(world) as site:
        page = read(site.get("/?from=2024-05-21&to=2024-05-22&whole=yes").text)
    world.close()

    assert "vs a usual Tuesday" in page.text
    told = next(one for one in page.all("section") if one.attributes.get("id") == "drivers")
    assert told.text.startswith("Where it comes fromvs the same weekdays before")
    assert "CSAT: 85.0 % before, 52.5 % now. The change comes from: Tag payment −32.5 pts" in told.text


@pytest.mark.parametrize("compared", ["everyone", "80"])
def test_beside_everyone_or_a_target_nothing_is_taken_apart_and_nothing_is_refused(told: Site, compared: str) -> None:
    page = read(told.get(f"/?{WEEK}&where=language%3Den&compare={compared}&whole=yes").text)

    assert "could not be shown" not in page.text
    assert "Where it comes from" not in page.text
