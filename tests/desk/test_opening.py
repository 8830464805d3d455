"""When a rule is open: hours on the wall of a zone, past midnight, and on days that are closed."""

from datetime import datetime
from pathlib import Path

import pytest

from ressenti.desk import opening, setup
from ressenti.desk.opening import read_hours
from ressenti.desk.refusals import BadClosedDay, BadHours, NotOffered
from ressenti.kit.clock import from_us, to_us
from ressenti.record.refusals import UnknownZone
from tests.support.live_shop import LiveShop

NIGHT = read_hours("mon-sun 21:00-02:00", "Europe/Paris", ["2026-12-25"])


def at(moment: str) -> int:
    return to_us(datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-03T20:59+01:00", False),
        ("2026-11-03T21:00+01:00", True),
        ("2026-11-04T01:59+01:00", True),
        ("2026-11-04T02:01+01:00", False),
        ("2026-10-25T01:59+02:00", True),
        ("2026-10-25T02:30+02:00", False),  # 02:30 comes twice in that night
        ("2026-10-25T02:30+01:00", False),
        ("2026-12-25T01:00+01:00", True),  # the night that began on the 24th
        ("2026-12-25T21:30+01:00", False),
        ("2026-12-26T01:00+01:00", False),  # belongs to the 25th, which is closed
        ("2026-12-26T21:00+01:00", True),
    ],
)
def test_lv_48_past_midnight_belongs_to_the_day_it_began(moment: str, is_open: bool) -> None:
    assert NIGHT.is_open(at(moment)) is is_open


def test_it_says_when_it_opens_next() -> None:
    office = read_hours("mon-fri 09:00-18:00, sat 10:00-12:30", "Europe/Paris", ["2026-11-11"])

    def after(moment: str) -> str | None:
        found = office.next_opening(at(moment))
        return None if found is None else from_us(found).astimezone(office.zone).strftime("%a %d %H:%M")

    assert after("2026-11-06T18:00+01:00") == "Sat 07 10:00"
    assert after("2026-11-07T12:30+01:00") == "Mon 09 09:00"
    assert after("2026-11-10T19:00+01:00") == "Thu 12 09:00"
    assert read_hours("", "UTC", []).next_opening(at("2026-11-10T19:00+01:00")) is None


@pytest.mark.parametrize("words", ["monday 9-17", "mon 09:00-25:00", "mon", "mon 09:00-18:00; tue", "lun 9:00-18:00"])
def test_what_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(BadHours, match="mon-fri 09:00-18:00"):
        read_hours(words, "UTC", [])


def test_a_zone_or_a_day_that_is_none_is_said_to_be_none() -> None:
    with pytest.raises(UnknownZone):
        read_hours("mon 09:00-18:00", "Europe/Pariss", [])
    with pytest.raises(BadClosedDay, match="2026-13-01"):
        read_hours("mon 09:00-18:00", "UTC", ["2026-13-01"])


def test_nothing_is_offered_outside_the_hours_of_a_rule(tmp_path: Path) -> None:
    shop = LiveShop(tmp_path)
    shop.now = at("2026-11-04T10:00+01:00")  # a Wednesday
    with shop.writing() as tx:
        opening.set_hours(
            tx.connection, shop.project, "office", zone="Europe/Paris", words="wed 09:00-18:00", closed=()
        )
        setup.set_rule(tx, "shop", ("sales",), hours="office")
    shop.available("ana")
    shop.says("v1")
    assert shop.owner("v1") == "ana"

    shop.now = at("2026-11-04T18:00+01:00")
    shop.available("ana")
    with pytest.raises(NotOffered):
        shop.says("v2")
    assert shop.says("v1", "Still there?").conversation_id == shop.of("v1").conversation_id
