"""The same arguments give the same bytes, whatever the day and however few the conversations."""

import csv
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ressenti.demo import generate
from ressenti.demo.paris import Paris
from ressenti.demo.stories import Stories
from tests.support.generated_files import TODAY, GeneratedFiles

ASK = """
import datetime, pathlib, sys
from ressenti.demo import generate
generate(pathlib.Path(sys.argv[1]), today=datetime.date(2026, 11, 22), conversations=300)
"""


def digest(folder: Path) -> str:
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.csv")))).hexdigest()


def told(folder: Path, *, today: date = TODAY, seed: int = 2011, conversations: int = 2_000) -> str:
    generate(folder, today=today, seed=seed, conversations=conversations)
    return digest(folder)


def test_the_same_seed_tells_the_same_year(tmp_path: Path) -> None:
    assert told(tmp_path / "once") == told(tmp_path / "twice")


def test_another_seed_or_another_day_tells_another(tmp_path: Path) -> None:
    digests = {
        told(tmp_path / "one", conversations=100),
        told(tmp_path / "two", conversations=100, seed=2012),
        told(tmp_path / "three", conversations=100, today=TODAY + timedelta(days=1)),
    }

    assert len(digests) == 3


def test_in_french_the_same_happens_under_french_names(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        generate(tmp_path / language, today=TODAY, conversations=500, language=language)
    english, french = (
        list(csv.DictReader((tmp_path / language / "conversations.csv").read_text(encoding="utf-8").splitlines()))
        for language in ("en", "fr")
    )
    named = {"topic", "tags", "rule", "distribution_group", "campaign", "channel"}
    own = {"WhatsApp", "Messenger", "Instagram", "Chat", "table", ""}  # called alike in both

    assert [one.keys() - named for one in english] == [one.keys() - named for one in french]
    assert all(one[key] == other[key] for one, other in zip(english, french, strict=True) for key in one.keys() - named)
    for column in named:
        pairs = {
            pair
            for one, other in zip(english, french, strict=True)
            for pair in zip(one[column].split(";"), other[column].split(";"), strict=True)
        }
        assert len({one for one, _other in pairs}) == len({other for _one, other in pairs}) == len(pairs)
        assert {one for one, other in pairs if one == other} <= own
    assert (tmp_path / "en" / "messages.csv").read_bytes() == (tmp_path / "fr" / "messages.csv").read_bytes()


def test_the_order_of_sets_has_no_part_in_it(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", ASK, tmp_path / seed], check=True, env=environment)

    assert digest(tmp_path / "1") == digest(tmp_path / "2")


def test_six_files_are_written_and_a_second_time_replaces_them(tmp_path: Path) -> None:
    told(tmp_path, conversations=50)
    told(tmp_path, conversations=20)

    names = ["agents", "conversations", "handlings", "messages", "surveys", "transactions"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.csv" for name in names]
    assert len(GeneratedFiles(tmp_path).conversations) == 20


@pytest.mark.parametrize("count", [0, 1, 7, 2_000])
def test_there_are_as_many_conversations_as_asked_for(tmp_path: Path, count: int) -> None:
    told(tmp_path, conversations=count)

    assert len(GeneratedFiles(tmp_path).conversations) == count


@pytest.mark.parametrize(
    "today", [date(2024, 2, 29), date(2025, 12, 25), date(2026, 1, 1), date(2026, 3, 29), date(2026, 5, 3)]
)
def test_any_day_may_be_today(tmp_path: Path, today: date) -> None:
    told(tmp_path, today=today, conversations=500)

    conversations = GeneratedFiles(tmp_path).conversations.values()
    assert len(conversations) == 500
    assert max(row["opened_at"] for row in conversations)[:10] <= today.isoformat()


def test_the_stories_lie_within_the_year_whatever_the_day() -> None:
    for ahead in range(1_500):
        today = TODAY + timedelta(days=ahead)
        stories = Stories.of(today)
        bot_day = date.fromordinal(stories.bot)

        assert 14 < stories.today - stories.outage - 6 < 22
        assert stories.first + 40 <= stories.bot <= stories.today - 40
        assert (3, 20) <= (bot_day.month, bot_day.day) <= (6, 20)
        assert stories.first + 90 < stories.returns < stories.training + 30 < stories.today


def test_the_clock_of_the_shop_is_that_of_paris() -> None:
    paris, zone = Paris(date(2025, 11, 22), date(2027, 11, 22)), ZoneInfo("Europe/Paris")
    start = int(datetime(2025, 11, 22, tzinfo=zone).timestamp())
    for moment in range(start, start + 729 * 86_400, 1_800):
        there = datetime.fromtimestamp(moment, zone)
        assert (paris.day(moment), paris.hour(moment)) == (there.toordinal(), there.hour)


def test_a_time_on_the_wall_is_a_moment_and_back() -> None:
    paris = Paris(date(2025, 11, 22), date(2026, 11, 22))
    for month, day, hour in [(12, 1, 9), (3, 29, 1), (3, 29, 4), (7, 14, 23), (10, 25, 1), (10, 25, 4)]:
        ordinal = date(2026 if month < 11 else 2025, month, day).toordinal()
        moment = paris.moment(ordinal, hour * 3600)
        assert (paris.day(moment), paris.hour(moment)) == (ordinal, hour)
