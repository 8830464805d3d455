"""The page shows the figures that the command line prints."""

from typing import Any

from playwright.sync_api import Locator

from ressenti.indicators.model import Unit
from ressenti.indicators.names import key_beside
from ressenti.reports.format import amount
from tests.browser.conftest import Open, settle
from tests.support.serving import Served

THIRTY_DAYS = {"from_": "2026-10-23", "to": "2026-11-22"}
TILES = ("csat", "nps", "first_response_time", "resolution_time", "response_rate", "conversations")


def plain(text: str) -> str:
    """Return a text without its spaces, narrow or wide."""
    return "".join(text.split())


def said(value: Any, unit: str, language: str = "en") -> str:
    return plain(amount(value, Unit(unit), language=language))


def cells(rows: Locator) -> list[list[str]]:
    """Return the words of each row's cells, shown or not."""
    found: list[list[str]] = rows.evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"
    )
    return found


def test_the_six_tiles_are_what_the_command_line_reads(visit: Open, served: Served) -> None:
    page = visit("/")
    tiles = page.locator(".tile")
    assert tiles.count() == 6

    for place, indicator in enumerate(TILES):
        found = served.read(indicator, **THIRTY_DAYS)
        tile = tiles.nth(place)

        assert plain(tile.locator(".val").inner_text()) == said(found["total"]["value"], found["unit"])
        if indicator != "conversations":
            assert str(found["total"]["n"]) in tile.locator(".n").inner_text().replace(",", "").split()


def test_the_days_of_the_evolution_are_what_the_command_line_reads(visit: Open, served: Served) -> None:
    found = served.read("csat", **THIRTY_DAYS, grain="day")["rows"]
    page = visit("/?grain=day")
    page.locator("#evolution").get_by_text("Show as table").click()
    shown = cells(page.locator("#evolution table.days tbody tr"))

    assert len(shown) == 30
    assert [(plain(row[1]), row[2]) for row in shown] == [
        (said(row["value"], "percent"), str(row["n"])) for row in found
    ]
    assert page.locator("#evolution .column").first.is_visible()


def test_the_ranking_is_what_the_command_line_reads(visit: Open, served: Served) -> None:
    rows = [row for row in served.read("csat", **THIRTY_DAYS, by="agent")["rows"] if row["n"]]
    found = {row["label"] + key_beside("agent", row["key"], row["label"]): row for row in rows}
    shown = {row[0]: row for row in cells(visit("/").locator("#by-agent tbody tr")) if len(row) == 8}

    assert set(shown) == set(found)
    for label, row in found.items():
        few = row["n"] < 10
        good = round(row["value"] * row["n"] / 100)
        assert plain(shown[label][3]) == (f"{good}of{row['n']}" if few else said(row["value"], "percent"))


def test_french_says_the_same_figures_its_own_way(visit: Open, served: Served) -> None:
    found = served.read("csat", **THIRTY_DAYS)["total"]
    page = visit("/?lang=fr")

    assert plain(page.locator(".tile .val").first.inner_text()) == said(found["value"], "percent", "fr")
    assert "," in page.locator(".tile .val").first.inner_text()


def test_an_import_beside_the_server_is_on_the_next_page(visit: Open, served: Served, tmp_path: Any) -> None:
    """A day long before the demonstration's year, so that no other test meets it."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "conversations.csv").write_text(
        "conversation_id,opened_at,closed_at,agent_id\nold,2019-05-01T10:00Z,2019-05-01T10:10Z,Old Timer\n"
    )
    (folder / "surveys.csv").write_text("survey_id,conversation_id,rated_at,csat\nold,old,2019-05-01T11:00Z,5\n")
    page = visit("/?from=2019-05-01&to=2019-05-02")
    assert "Nobody was measured in this period" in page.inner_text("main")

    assert served.terminal.run("import", str(folder)).exit_code == 0
    settle(page).reload()
    settle(page)

    assert page.locator(".tile .val").first.inner_text() == "1 of 1"
    assert "1 of 1" in page.inner_text("#by-agent")
