"""Acceptance cases of changes, each under its id, as they are met on the page, in the API and on a terminal."""

from pathlib import Path
from typing import Any

import pytest

from ressenti.indicators.drivers.chain import explain
from ressenti.indicators.drivers.explained_change import DriverRow
from ressenti.indicators.drivers.row_means import LEAST_POINTS
from ressenti.indicators.model import Unit
from ressenti.reports.experience.drivers import state_words
from tests.support.driver_rows import look_at, shares
from tests.support.markup import Node, read
from tests.support.scenario import World
from tests.support.site import Site, plain
from tests.support.terminal import Terminal

BEFORE, NOW = "2024-05-14", "2024-05-21"
WEEK = "from=2024-05-21&to=2024-05-28"

THREE_CHANNELS = {
    "chat": ((600, 540), (500, 440)),
    "e-mail": ((300, 210), (400, 260)),
    "phone": ((100, 80), (100, 82)),
}
A_NEW_ONE = {"a": ((500, 450), (400, 360)), "b": ((500, 400), (400, 320))}
BOTH_BETTER = {"chat": ((800, 720), (500, 460)), "e-mail": ((200, 120), (500, 310))}
ALIKE = {"a": ((500, 450), (500, 425)), "b": ((300, 240), (300, 225)), "c": ((200, 140), (200, 130))}


def answers(world: World, channels: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Tell ratings by channel, as (all, satisfied) before and now."""
    for channel, periods in channels.items():
        for day, (n, satisfied) in zip((BEFORE, NOW), periods, strict=True):
            for note, count in ((5, satisfied), (1, n - satisfied)):
                world.rate({note: count}, opened=f"{day} 10:00", closed=f"{day} 10:30", channel=channel)


def unasked(world: World, day: str, count: int, **columns: Any) -> None:
    for _conversation in range(count):
        world.conversation(f"{day} 10:00", closed=f"{day} 10:30", **columns)


def panel(site: Site, query: str = "") -> Node:
    return read(site.get(f"/report/drivers?{WEEK}{query}").text)


def drivers(site: Site, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = site.get(f"/api/v1/indicators/csat/drivers?{WEEK}{query}").json()
    return found


def by_key(found: dict[str, Any]) -> dict[str | None, dict[str, Any]]:
    return {row["key"]: row for row in found["rows"]}


def opened(world: World) -> Site:
    assert world.import_().total.rejected == 0
    return Site(world)


def test_UN_04_nothing_stays_nothing_and_from_zero_there_is_no_percentage(world: World) -> None:  # noqa: N802 - the case's name
    unasked(world, NOW, 50)
    with opened(world) as site:
        counts = site.get(f"/api/v1/indicators/conversations?{WEEK}&compare=previous").json()
        tile = read(site.get(f"/report/tile/conversations?{WEEK}&compare=previous").text)
    assert (counts["total"]["value"], counts["total"]["previous"]["value"]) == (50, 0)
    assert "∞" not in tile.text
    assert "%" not in tile.text


def test_UN_04_where_nothing_was_measured_before_nothing_is_compared(world: World) -> None:  # noqa: N802 - the case's name
    for _conversation in range(12):
        said = [("visitor", f"{NOW} 10:00:00"), ("agent:Ana", f"{NOW} 10:00:40")]
        world.conversation(f"{NOW} 10:00", closed=f"{NOW} 10:30", messages=said)
    with opened(world) as site:
        asked = f"{WEEK}&compare=usual"
        total = site.get(f"/api/v1/indicators/first_response_time?{asked}").json()["total"]
        page = site.get(f"/?{asked}&indicator=first_response_time&whole=yes").text
    assert (total["value"], total["previous"]["value"]) == (40, None)
    assert "Nothing is compared: too few of the eight earlier ones hold conversations" in plain(read(page).text)


def test_UN_13_the_page_the_api_and_the_terminal_take_a_change_apart_alike(world: World) -> None:  # noqa: N802 - the case's name
    answers(world, THREE_CHANNELS)
    with opened(world) as site:
        told, table = drivers(site), panel(site).one("table").one("tbody").all("tr")
        with world.alone():
            week = ("--from", "2024-05-21", "--to", "2024-05-28", "--compare", "2024-05-14..2024-05-21")
            printed = Terminal(world.url).json("drivers", "csat", *week)
    rows = by_key(told)
    parts = [rows[key]["part"] for key in ("chat", "e-mail", "phone")]

    assert [round(part, 2) for part in parts] == [-1.94, -3.06, 0.2]
    assert sum(parts) == pytest.approx(-4.8, abs=1e-9)
    assert {row.one("th").text.strip(): [row.all("td")[i].text for i in (5, 6, 7)] for row in table} == {
        "Channel e-mail": ["−1.8 pts", "−1.3 pts", "could be chance"],
        "Channel chat": ["−1.1 pts", "−0.8 pts", "could be chance"],
        "Channel phone": ["+0.2 pts", "0.0 pts", "could be chance"],
    }
    assert printed == told


def test_UN_14_the_page_says_what_is_new_and_what_is_only_asked_now(  # noqa: N802 - the case's name
    tmp_path: Path,
) -> None:
    said, parts = [], []
    for name, was_there in (("new", 0), ("asked", 400)):
        world = World(tmp_path / name)
        answers(world, A_NEW_ONE | {"e-mail": ((0, 0), (200, 120))})
        unasked(world, BEFORE, was_there, channel="e-mail")
        unasked(world, NOW, was_there // 2, channel="e-mail")
        with opened(world) as site:
            [cause] = panel(site).one("ol").all("li")
            said.append(plain(cause.text))
            parts.append(by_key(drivers(site))["e-mail"]["part"])
        world.close()

    assert "Channel e-mail" in said[0]
    assert "New: there was none before." in said[0]
    assert "Newly measured: asked since 21 May 2024; the conversations were there before." in said[1]
    assert all("−5.0 pts" in one and "eaker" not in one for one in said)
    assert parts == pytest.approx([-4.5, -4.5])


def test_UN_16_more_of_what_is_weak_is_told_and_no_channel_is_called_weaker(world: World) -> None:  # noqa: N802 - the case's name
    answers(world, BOTH_BETTER)
    with opened(world) as site:
        shown, kept = plain(panel(site).text), drivers(site, "&where=channel%3Dchat")
        [cause] = panel(site).one("ol").all("li")

    assert "CSAT: 84.0 % before, 77.0 % now. The change comes from:" in shown
    assert plain(cause.text).startswith("Channel e-mail −9.0 pts")
    assert "More of them, 50 % of all, 20 % before (−9.0 pts)." in plain(cause.text)
    assert "eaker" not in cause.text
    assert kept["total"]["value"] - kept["previous"]["value"] == pytest.approx(2)


def test_UN_17_what_happened_everywhere_alike_is_told_so_and_named_nowhere(world: World) -> None:  # noqa: N802 - the case's name
    answers(world, ALIKE)
    with opened(world) as site:
        shown, told = panel(site), drivers(site)
        with world.alone():
            printed = Terminal(world.url).run("drivers", "csat", "--from", "2024-05-21", "--to", "2024-05-28").output

    assert "CSAT: 83.0 % before, 78.0 % now. Everywhere alike, as far as 1,000 answers tell" in plain(shown.text)
    assert shown.all("ol") == []
    assert {row["order"] for row in told["rows"]} == {None}
    assert printed.splitlines()[-1] == "No group stands out: everywhere alike, or chance."


@pytest.mark.parametrize("indicator", ["csat", "csat_average", "nps", "ces", "ces_average"])
def test_UN_18_no_rating_class_or_survey_is_a_cause(world: World, indicator: str) -> None:  # noqa: N802 - the case's name
    for day, notes in ((BEFORE, (5, 10, 7)), (NOW, (1, 2, 2))):
        for i in range(40):
            csat, nps, ces = notes if i % 2 else (5, 9, 6)
            channel = ("chat", "e-mail")[i % 2]
            key = world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel=channel)
            world.survey(key, f"{day} 10:31", csat=csat, nps=nps, ces=ces, comment="Too long." if i % 4 else None)
    with opened(world) as site:
        found = site.get(f"/api/v1/indicators/{indicator}/drivers?{WEEK}").json()

    assert found["total"]["n"] == 40
    assert {row["cause"] for row in found["rows"]} == {"channel"}


def test_UN_19_what_is_clear_and_small_is_in_the_table_and_not_in_the_sentence() -> None:  # noqa: N802 - the case's name
    rows = [
        *shares({"channel": [1]}, (200_000, 170_000), (200_000, 169_200)),
        *shares({"channel": [2]}, (300_000, 255_000), (300_000, 255_000)),
    ]
    found = explain(look_at(rows), least_part=LEAST_POINTS)
    fallen = next(one for one in found.drivers if one.group.key == 1)
    assert fallen.split is not None
    row = DriverRow(
        cause="channel",
        key="chat",
        label="chat",
        n=200_000,
        value=84.6,
        others=85.0,
        difference=-0.4,
        change=fallen.effect.change,
        low=fallen.effect.low,
        high=fallen.effect.high,
        part=fallen.part,
        mix=fallen.split.mix,
        rate=fallen.split.rate,
        others_moved=None,
        q=fallen.q,
        clear=fallen.is_clear,
    )

    assert (fallen.is_clear, round(fallen.part, 2)) == (True, -0.16)
    assert state_words(row, Unit.PERCENT) == "clear, small"
    assert found.chain == ()
