"""The days on which clocks change have the same buckets in every output: API, JSON, CSV, table and page."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ressenti.cli.app import run
from tests.support.scenario import World
from tests.support.site import Site, Words

HALF_HOUR_S = 1800
Capture = pytest.CaptureFixture[str]


@dataclass(frozen=True, slots=True)
class Day:
    """A local day, cut by a grain: where each bucket begins, and how many conversations were rated in it."""

    zone: str
    on: str
    grain: str
    begins: tuple[str, ...]
    counts: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.zone} {self.on} by {self.grain}"

    @property
    def keys(self) -> list[str]:
        return [f"{self.on}T{begin}" for begin in self.begins]

    @property
    def words(self) -> dict[str, str]:
        following = date.fromisoformat(self.on) + timedelta(days=1)
        return {"from": self.on, "to": following.isoformat(), "grain": self.grain, "zone": self.zone}


def every(hours: int, offset: str, start: int = 0) -> tuple[str, ...]:
    return tuple(f"{hour:02}:00:00{offset}" for hour in range(start, 24, hours))


PARIS, HOWE, NEPAL = "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu"
DAYS = [
    # 3:00 becomes 2:00: the night's first three hours last four, and two o'clock strikes twice
    Day(PARIS, "2025-10-26", "3h", ("00:00:00+02:00", *every(3, "+01:00", 3)), (8, 6, 6, 6, 6, 6, 6, 6)),
    Day(PARIS, "2025-10-26", "hour", (*every(1, "+02:00")[:3], *every(1, "+01:00", 2)), (2,) * 25),
    # 2:00 becomes 1:30: half an hour is lived twice, and has a bucket of its own
    Day(HOWE, "2025-04-06", "3h", ("00:00:00+11:00", *every(3, "+10:30", 3)), (7, 6, 6, 6, 6, 6, 6, 6)),
    Day(
        HOWE,
        "2025-04-06",
        "hour",
        ("00:00:00+11:00", "01:00:00+11:00", "01:30:00+10:30", *every(1, "+10:30", 2)),
        (2, 2, 1, *(2,) * 22),
    ),
    # 2:00 becomes 2:30: the hour of two is half as long
    Day(HOWE, "2025-10-05", "3h", ("00:00:00+10:30", *every(3, "+11:00", 3)), (5, 6, 6, 6, 6, 6, 6, 6)),
    Day(
        HOWE,
        "2025-10-05",
        "hour",
        ("00:00:00+10:30", "01:00:00+10:30", "02:30:00+11:00", *every(1, "+11:00", 3)),
        (2, 2, 1, *(2,) * 21),
    ),
    # no change of clocks, and a quarter of an hour off everybody else's
    Day(NEPAL, "2025-10-26", "3h", every(3, "+05:45"), (6,) * 8),
    Day(NEPAL, "2025-04-06", "hour", every(1, "+05:45"), (2,) * 24),
]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tell of a rating at every half hour of these days and of the hours around them; every third is satisfied."""
    world = World(tmp_path_factory.mktemp("clocks")).settle()
    starts = {datetime.fromisoformat(day.on).replace(tzinfo=ZoneInfo(day.zone)).timestamp() for day in DAYS}
    moments = {start // HALF_HOUR_S * HALF_HOUR_S + i * HALF_HOUR_S for start in starts for i in range(-6, 56)}
    for i, moment in enumerate(sorted(moments)):
        when = datetime.fromtimestamp(moment, tz=UTC).isoformat()
        world.conversation(when, closed=when, csat=(5, 2, 1)[i % 3])
    world.answer("csat")
    yield world
    world.close()


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> Day:
    found: Day = request.param
    return found


def rows(world: World, day: Day) -> list[tuple[str, float, int]]:
    """Return bucket, value and base of the day as the question is answered without any output."""
    asked = {name: (value,) for name, value in day.words.items()}
    answer = world.answer("csat", **{("from_" if name == "from" else name): value for name, value in asked.items()})
    return [(row.key or "", row.value.value or 0.0, row.value.n) for row in answer.rows]


def printed(world: World, day: Day, form: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what `ressenti read` prints of the day."""
    monkeypatch.setenv("COLUMNS", "200")
    options = [part for name, value in day.words.items() for part in (f"--{name}", value)]
    with world.alone():
        code = run(["read", "csat", *options, "--format", form, "--database", world.url])
    assert code == 0
    return capsys.readouterr().out


def test_the_day_has_its_hours_and_no_other(year: World, day: Day) -> None:
    found = rows(year, day)

    assert [key for key, _value, _n in found] == day.keys
    assert tuple(n for _key, _value, n in found) == day.counts


def test_the_api_says_the_same(year: World, day: Day) -> None:
    expected = rows(year, day)
    with Site(year) as site:
        found = site.get("/api/v1/indicators/csat", params=day.words).json()

    assert [(row["key"], row["value"], row["n"]) for row in found["rows"]] == expected
    assert (found["from"], found["to"]) == (day.words["from"], day.words["to"])
    assert found["total"]["n"] == sum(day.counts)


def test_the_terminals_json_says_the_same(
    year: World, day: Day, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(printed(year, day, "json", capsys, monkeypatch))

    assert [(row["key"], row["value"], row["n"]) for row in found["rows"]] == rows(year, day)


def test_csv_says_the_same(year: World, day: Day, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(year, day, "csv", capsys, monkeypatch)
    *found, total = csv.DictReader(io.StringIO(text))

    assert [(row["key"], float(row["value"]), int(row["n"])) for row in found] == rows(year, day)
    assert (total["label"], int(total["n"])) == ("total", sum(day.counts))


def test_the_table_says_the_same(year: World, day: Day, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(year, day, "table", capsys, monkeypatch)
    found = re.findall(r"^\s*(\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d).*?\s([\d.]+)\s%\s+(\d+)\s", text, re.MULTILINE)

    assert [(begin, value, int(n)) for begin, value, n in found] == [
        (f"{key[:10]} {key[11:16]} {key[19:]}", f"{value:.1f}", n) for key, value, n in rows(year, day)
    ]


def test_the_page_says_the_same(year: World, day: Day) -> None:
    """On the page it is the project's zone that counts."""
    expected = rows(year, day)
    year.settle(zone=day.zone)
    with Site(year) as site:
        query = {name: value for name, value in day.words.items() if name != "zone"}
        shown = Words(site.get("/report/evolution", params=query).text).tables["t days"][1:]

    assert [(row[0][:5], row[1], int(row[2])) for row in shown] == [
        (key[11:16], f"{value:.1f} %", n) for key, value, n in expected
    ]


def test_the_page_tells_the_two_same_hours_apart(year: World) -> None:
    year.settle(zone=PARIS)
    with Site(year) as site:
        shown = Words(site.get("/report/evolution?from=2025-10-26&to=2025-10-27&grain=hour").text).tables["t days"][1:]

    assert [row[0] for row in shown][1:5] == ["01:00", "02:00 UTC+02:00", "02:00 UTC+01:00", "03:00"]


def test_a_day_that_is_shorter_or_longer_is_one_day(year: World) -> None:
    with Site(year) as site:
        for day in DAYS[::2]:
            found = site.get("/api/v1/indicators/csat", params=day.words | {"grain": "day"}).json()["rows"]

            assert [(row["key"], row["n"]) for row in found] == [(day.keys[0], sum(day.counts))]


def test_the_day_of_a_folder_is_not_where_this_test_runs(tmp_path: Path) -> None:
    """The suite runs in Chatham, a quarter of an hour off as well: nothing of it may show."""
    world = World(tmp_path).settle(zone="UTC")
    world.conversation("2025-10-26T23:50Z", closed="2025-10-26T23:59Z", csat=5)
    assert world.over("csat", "day") == {"2025-10-26T00:00:00+00:00": (100, 1)}
    world.close()
