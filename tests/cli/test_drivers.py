"""`ressenti drivers` as people and programs meet it."""

import csv
import io

import pytest

from tests.support.scenario import World
from tests.support.terminal import Terminal

WEEK = ("--from", "2024-05-21", "--to", "2024-05-28")


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    world = World(tmp_path_factory.mktemp("drivers"))
    for channel, before, now in (("Chat", (90, 10), (90, 10)), ("=Mail", (90, 10), (30, 70)), ("Rare", (3, 0), (4, 0))):
        for day, notes in (("2024-05-14", before), ("2024-05-21", now)):
            given = dict(zip((5, 1), notes, strict=True))
            world.rate(given, opened=f"{day} 10:00", closed=f"{day} 10:30", channel=channel)
    world.read("csat")
    world.close()
    return Terminal(world.url)


def test_a_table_names_the_cause_and_what_is_left(terminal: Terminal) -> None:
    lines = terminal.run("drivers", "csat", *WEEK).output.replace("\N{NARROW NO-BREAK SPACE}", " ").splitlines()
    cause = next(line for line in lines if line.startswith("1. Channel"))

    assert [cell.strip() for cell in cause.split("  ") if cell.strip()] == [
        *("1. Channel", "=Mail", "100", "30.0 %", "90.4 %"),
        *("−29.46 ± 7.78", "−29.48", "+0.04", "clear"),
    ]
    assert any(line.startswith("Channel") and "small groups: 1" in line for line in lines)
    assert "90.1 % → 60.8 %: −29.36" in lines
    assert lines[-1] == "In this order: =Mail −29.46, unexplained +0.09."


def test_it_speaks_french(terminal: Terminal) -> None:
    french = Terminal(terminal.url, LC_ALL="fr_FR.UTF-8")
    said = french.run("drivers", "csat", *WEEK).output

    assert "petits groupes : 1" in said.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert "Dans cet ordre" in said


def test_json_has_every_group_and_adds_up(terminal: Terminal) -> None:
    found = terminal.json("drivers", "csat", *WEEK)
    steps = sum(row["step"] for row in found["rows"] if row["order"])

    assert list(found) == ["indicator", "unit", "total", "previous", "rows", "unexplained"]
    assert [(row["cause"], row["label"], row["status"], row["groups"]) for row in found["rows"]] == [
        ("channel", "=Mail", None, None),
        ("channel", "Chat", None, None),
        ("channel", "", "small", 1),
    ]
    assert steps + found["unexplained"] == pytest.approx(found["total"]["value"] - found["previous"]["value"])


def test_csv_has_a_line_for_each_and_no_formula(terminal: Terminal) -> None:
    printed = terminal.run("drivers", "csat", *WEEK, "--format", "csv").output
    rows = list(csv.DictReader(io.StringIO(printed)))

    assert [row["label"] for row in rows] == ["'=Mail", "Chat", "", "total", "previous", "unexplained"]
    assert [row["clear"] for row in rows[:3]] == ["true", "true", "false"]


def test_where_nothing_stands_out_it_says_so(terminal: Terminal) -> None:
    said = terminal.run("drivers", "csat", *WEEK, "--where", "channel=Chat").output

    assert said.splitlines()[-1] == "No group stands out: everywhere alike, or chance."


def test_where_a_period_is_empty_there_is_no_change_to_explain(terminal: Terminal) -> None:
    said = terminal.run("drivers", "csat", "--from", "2024-05-14", "--to", "2024-05-21").output

    assert said.splitlines()[-1] == (
        "In one of the two periods nothing was measured, so there is no change to explain."
    )


def test_what_has_no_parts_is_refused(terminal: Terminal) -> None:
    done = terminal.run("drivers", "revenue", *WEEK)

    assert done.exit_code == 2
    assert done.errors == (
        "ressenti: A change of “revenue” cannot be taken apart: it is no share, mean or count of single rows. "
        "Break it down instead, with “by”.\n"
    )
