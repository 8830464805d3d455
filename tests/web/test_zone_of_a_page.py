"""A person's page has one zone (D41): which days it speaks of, its lists, its files and its clock all follow it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ressenti.kit.clock import to_us
from tests.support.scenario import World
from tests.support.site import Site, person

NOW = to_us(datetime(2026, 11, 29, 1, 21, tzinfo=UTC))  # Sunday; in New York still Saturday 28 November, 20:21
NEW_YORK, AUCKLAND = "America/New_York", "Pacific/Auckland"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Fill a world in UTC: one conversation each noon from 1 October to 28 November, and one at 00:30 on the 29th."""
    made = World(tmp_path_factory.mktemp("zones")).settle(zone="UTC")
    made.now = NOW
    for day in range(date(2026, 10, 1).toordinal(), date(2026, 11, 29).toordinal()):
        on = date.fromordinal(day).isoformat()
        key = made.conversation(f"{on} 11:30", closed=f"{on} 12:00", conversation_id=f"noon-{on}")
        made.survey(key, f"{on} 12:10", csat=5, comment=f"At noon of {on}")
    made.conversation("2026-11-29 00:10", closed="2026-11-29 00:30", conversation_id="night")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[Site]:
    with Site(world) as opened:
        yield opened


PRESETS = [
    ("today", "2026-11-29", "2026-11-28", "2026-11-29"),
    ("yesterday", "2026-11-28", "2026-11-27", "2026-11-28"),
    ("week", "2026-11-23--2026-11-29", "2026-11-23--2026-11-29", "2026-11-23--2026-11-29"),
    ("7d", "2026-11-23--2026-11-29", "2026-11-22--2026-11-28", "2026-11-23--2026-11-29"),
    ("30d", "2026-10-31--2026-11-29", "2026-10-30--2026-11-28", "2026-10-31--2026-11-29"),
    ("12m", "2025-11-30--2026-11-29", "2025-11-29--2026-11-28", "2025-11-30--2026-11-29"),
]


def days_in(answer: object) -> str:
    found = re.search(r"(\d{4}-\d\d-\d\d)--(\d{4}-\d\d-\d\d)", str(answer))
    assert found
    return found[0]


@pytest.mark.parametrize("what", ["report.csv", "tiles.xlsx", "breakdown.csv", "conversations.csv", "comments.jsonl"])
@pytest.mark.parametrize(("key", "utc", "new_york", "auckland"), PRESETS)
def test_every_file_of_a_preset_speaks_of_the_days_of_its_zone(
    site: Site, what: str, key: str, utc: str, new_york: str, auckland: str
) -> None:
    for zone, days in ((None, utc), (NEW_YORK, new_york), (AUCKLAND, auckland)):
        answer = site.get(f"/take/{what}", params={"period": key} | ({"zone": zone} if zone else {}))
        said = days if "--" in days else f"{days}--{days}"

        assert answer.status_code == 200, answer.text
        assert days_in(answer.headers["content-disposition"]) == said


def test_today_in_new_york_is_the_28th_until_midnight_there(site: Site) -> None:
    def counted(**words: str) -> list[str]:
        answer = site.get("/take/conversations.csv", params={"period": "today", **words})
        return [row["conversation_id"] for row in csv.DictReader(io.StringIO(answer.text))]

    assert counted() == ["night"]
    assert sorted(counted(zone=NEW_YORK)) == ["night", "noon-2026-11-28"]
    assert counted(zone="Asia/Tokyo") == ["night"]


@pytest.mark.parametrize(
    ("page", "there", "not_there"),
    [
        ("/", "28 Nov 2026", "29 Nov 2026"),
        ("/conversations", "28 Nov", "29 Nov"),
        ("/comments", "28 Nov", "29 Nov"),
    ],
)
def test_no_page_of_today_in_new_york_speaks_of_the_29th(site: Site, page: str, there: str, not_there: str) -> None:
    html = site.get(page, params={"period": "today", "zone": NEW_YORK, "whole": "yes"}).text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\u202f", " ").replace("\u00a0", " ")

    assert there in words
    assert not_there not in words
    assert "2026-11-28" in html
    assert 'value="2026-11-29"' not in html


def test_the_list_and_the_comments_of_today_are_those_of_the_zone(site: Site) -> None:
    asked = {"period": "today", "zone": NEW_YORK}

    assert "noon-2026-11-28" in site.get("/conversations", params=asked).text
    assert "At noon of 2026-11-28" in site.get("/comments", params=asked).text
    assert "noon-2026-11-28" not in site.get("/conversations", params={"period": "today"}).text
    assert "At noon of 2026-11-28" not in site.get("/comments", params={"period": "today"}).text


def test_the_clock_at_the_foot_of_a_page_is_that_of_its_zone(site: Site) -> None:
    foot = site.get("/", params={"zone": NEW_YORK, "whole": "yes"}).text
    said = re.search(r"Page made on ([^<]*)<", foot)

    assert said
    assert re.sub(r"\s", " ", said[1]) == "28 Nov 2026, 20:21, America/New_York"


def test_a_saved_view_opens_on_the_days_of_its_zone(world: World) -> None:
    with Site(world, None) as opened:
        opened.enter(person(world))
        kept = opened.post(
            "/views",
            data={"name": "Today there", "page": "report", "query": f"period=today&zone={NEW_YORK}"},
            follow_redirects=False,
        )
        number = kept.headers["location"].rpartition("=")[2]
        address = opened.get(f"/views/{number}", follow_redirects=False).headers["location"]
        html = opened.get(f"{address}&whole=yes").text

        assert 'value="2026-11-28"' in html


def test_days_without_an_offset_in_a_link_are_those_of_its_zone(site: Site) -> None:
    def found(**words: str) -> int:
        link = {"of": "conversations", "since": "2026-11-28", "until": "2026-11-29", "period": "all", **words}
        return len(set(re.findall(r"noon-[\d-]+|>night<", site.get("/conversations", params=link).text)))

    assert found() == 1
    assert found(zone=NEW_YORK) == 2


def test_a_zone_that_is_none_is_refused_with_what_was_typed_kept(site: Site) -> None:
    answer = site.get("/", params={"zone": "Mars/Base"})

    assert answer.status_code == 422
    assert "no time zone called" in answer.text


def test_a_marker_is_set_on_the_clock_of_its_project(world: World) -> None:
    with Site(world, None) as opened:
        opened.enter(person(world, email="mia@tilleul.example"))
        html = opened.get("/markers", params={"zone": NEW_YORK}).text

        assert 'value="2026-11-29"' in html
        assert 'value="01:21"' in html
