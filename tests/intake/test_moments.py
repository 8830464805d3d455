"""Moments in files: offsets, zones, the days on which clocks change, and dates in other forms."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.values.timestamps import EARLIEST, LATEST, TimestampForm, parse_iso, writing
from ressenti.kit.clock import from_us, to_us
from ressenti.kit.refusals import Exit
from tests.support.reading import CONVERSATIONS, at, codes, looked_at, refused, row, taken, write


def opened(tmp_path: Path, value: str, **options: Any) -> InputRecord:
    """Return the record of a conversation opened then."""
    quoted = '"' + value.replace('"', '""') + '"'
    return taken(write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,{quoted}\n"), **options)[0]


def opened_at(tmp_path: Path, value: str, **options: Any) -> object:
    return row(FileKind.CONVERSATIONS, opened(tmp_path, value, **options))["opened_at"]


class TestOffsets:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-01T10:00:00Z",
            "2026-03-01T11:00:00+01:00",
            "2026-03-01T11:00:00+0100",
            "2026-03-01 11:00:00+01",
            "2026-03-01t10:00:00z",
            "2026-03-01 10:00Z",
            "2026-03-01 10:00:00 +0000",
            "2026-03-01 10:00:00 UTC",
            "  2026-03-01T10:00:00.000Z ",
            "20260301T100000Z",
            "2026-03-01T04:30:00-05:30",
        ],
    )
    def test_iso_8601_with_an_offset_is_read(self, tmp_path: Path, text: str) -> None:
        assert opened_at(tmp_path, text) == at("2026-03-01T10:00:00+00:00")

    @pytest.mark.parametrize(
        ("fraction", "microseconds"),
        [(".5", 500_000), (".000001", 1), (",25", 250_000), (".123456", 123_456), (".123456789", 123_456)],
    )
    def test_fractions_are_kept_to_the_microsecond(self, tmp_path: Path, fraction: str, microseconds: int) -> None:
        found = opened_at(tmp_path, f"2026-03-01T10:00:00{fraction}Z")

        assert found == at("2026-03-01T10:00:00+00:00") + microseconds

    @pytest.mark.parametrize(
        "text",
        [
            "yesterday",
            "2026-13-01T10:00:00Z",
            "177235920",
            "17723592000000000",
            "12345",
            "2026-03-01_10:00:00Z",
            "2026-03-01T10:00:00 Europe/Paris",
            "1.2.3",
            "10.0.0.1",
            "1-Aud-23",
        ],
    )
    def test_what_is_no_time_rejects_its_row(self, tmp_path: Path, text: str) -> None:
        record = opened(tmp_path, text)

        assert codes([record]) == ["time"]
        assert record.reject is not None
        assert record.reject.detail == (
            f"opened_at: {text!r} is not a time we can read; write it in ISO 8601, for example 2026-03-01T10:30:00Z"
        )

    @given(st.integers(EARLIEST, at("2026-11-22T11:00:00+00:00")), st.integers(-1439, 1439))
    def test_every_moment_of_every_offset_is_read_exactly(self, moment: int, minutes: int) -> None:
        sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
        local = from_us(moment + minutes * 60_000_000).replace(tzinfo=None)
        read = parse_iso(f"{local.isoformat()}{sign}{hours:02}:{rest:02}")

        assert read is not None
        assert to_us(read) == moment

    @given(st.text() | st.from_regex(r"[0-9TZ:+\-./ ]{4,30}", fullmatch=True))
    def test_no_text_breaks_the_reading(self, text: str) -> None:
        assert (parse_iso(text) is None) == (writing(text) not in {TimestampForm.ZONED, TimestampForm.LOCAL})


class TestZones:
    def test_a_time_without_a_zone_refuses_the_import(self, tmp_path: Path) -> None:
        """Row 106."""
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,2026-03-01T10:00:00Z\nc2,2026-03-01 10:00:00\n")

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "timezone_missing"
        assert refusal.say() == (
            "conversations.csv, line 3: opened_at is “2026-03-01 10:00:00”, a time without a zone. "
            "Say where its clock stood, for example --timezone Europe/Paris."
        )

    def test_one_file_without_a_zone_refuses_them_all(self, tmp_path: Path) -> None:
        """Row 106."""
        write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,2026-03-01T10:00:00Z\n")
        write(tmp_path, "events.jsonl", '{"conversation_id":"c1","at":"2026-03-01","state":"Closed"}\n')

        assert "events.jsonl, line 1: at is “2026-03-01”" in refused(lambda: looked_at(tmp_path)).say()

    @pytest.mark.parametrize(
        ("text", "zone", "meant"),
        [
            ("2026-03-01 10:00:00", "Europe/Paris", "2026-03-01T09:00:00+00:00"),
            ("2026-07-01T10:00", "Europe/Paris", "2026-07-01T08:00:00+00:00"),
            ("2026-07-01T10:00:00.5", "Asia/Kathmandu", "2026-07-01T04:15:00.5+00:00"),
            ("2026-07-01", "Europe/Paris", "2026-06-30T22:00:00+00:00"),
            ("2026-07-01T10:00:00Z", "Europe/Paris", "2026-07-01T10:00:00+00:00"),
            ("2026-07-01T10:00:00-04:00", "Europe/Paris", "2026-07-01T14:00:00+00:00"),
        ],
    )
    def test_a_named_zone_is_that_of_times_without_one(self, tmp_path: Path, text: str, zone: str, meant: str) -> None:
        """Row 106."""
        assert opened_at(tmp_path, text, timezone=zone) == at(meant)

    @pytest.mark.parametrize("zone", ["Europe/Pari", "europe/paris", "+01:00", "../Paris", "Europe", "Mars"])
    def test_an_unknown_zone_is_wrong_use_and_the_nearest_are_named(self, tmp_path: Path, zone: str) -> None:
        path = write(tmp_path, "conversations.csv", CONVERSATIONS)

        refusal = refused(lambda: looked_at(path, timezone=zone), Exit.WRONG_USE)

        assert refusal.code == "unknown_zone"
        assert "Paris" not in zone or "Europe/Paris" in refusal.say()


class TestClockChanges:
    PARIS = "Europe/Paris"

    def test_a_time_that_never_was_is_rejected(self, tmp_path: Path) -> None:
        """Row 107."""
        for dst in ("reject", "first", "second"):
            record = opened(tmp_path, "2026-03-29 02:30", timezone=self.PARIS, dst=dst)
            assert codes([record]) == ["nonexistent_time"]
            assert record.reject is not None
            assert "--dst shift" in record.reject.detail

    def test_a_time_that_never_was_moves_forward_by_the_gap_if_asked(self, tmp_path: Path) -> None:
        """Row 107: 02:30 becomes 03:30 summer time."""
        found = opened_at(tmp_path, "2026-03-29 02:30", timezone=self.PARIS, dst="shift")

        assert found == at("2026-03-29T03:30:00+02:00")

    def test_half_an_hour_is_a_gap_too(self, tmp_path: Path) -> None:
        """Row 107, on Lord Howe Island."""
        found = opened_at(tmp_path, "2026-10-04 02:10", timezone="Australia/Lord_Howe", dst="shift")

        assert found == at("2026-10-04T02:40:00+11:00")

    def test_a_time_that_was_twice_is_rejected(self, tmp_path: Path) -> None:
        """Row 108."""
        for dst in ("reject", "shift"):
            record = opened(tmp_path, "2026-10-25 02:30", timezone=self.PARIS, dst=dst)
            assert codes([record]) == ["ambiguous_time"]
            assert record.reject is not None
            assert "--dst first or second" in record.reject.detail

    @pytest.mark.parametrize(("dst", "meant"), [("first", "00:30"), ("second", "01:30")])
    def test_a_time_that_was_twice_is_the_one_asked_for(self, tmp_path: Path, dst: str, meant: str) -> None:
        """Row 108."""
        found = opened_at(tmp_path, "2026-10-25 02:30", timezone=self.PARIS, dst=dst)

        assert found == at(f"2026-10-25T{meant}:00+00:00")

    def test_an_unknown_way_with_clock_changes_is_wrong_use(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", CONVERSATIONS)

        assert "reject, first, second, shift" in refused(lambda: looked_at(path, dst="skip"), Exit.WRONG_USE).say()


class TestRange:
    @pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1989-12-31T23:59:59Z"])
    def test_years_before_1990_are_rejected(self, tmp_path: Path, text: str) -> None:
        """Row 105."""
        assert codes([opened(tmp_path, text), opened(tmp_path, text[:-1], timezone="UTC")]) == ["year", "year"]

    @pytest.mark.parametrize("text", ["2101-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"])
    def test_years_after_2100_are_rejected(self, tmp_path: Path, text: str) -> None:
        """Row 105."""
        assert codes([opened(tmp_path, text)]) == ["year"]
        assert codes([opened(tmp_path, "9999-12-31 23:59", timezone="Pacific/Kiritimati")]) == ["year"]

    def test_1990_is_the_first_year(self, tmp_path: Path) -> None:
        """Row 105."""
        assert opened_at(tmp_path, "1990-01-01T00:00:00Z") == EARLIEST
        assert from_us(LATEST).year == 2100

    @pytest.mark.parametrize("text", ["2026-11-23T12:00:01Z", "2038-01-19T03:14:08Z", "2100-12-31T23:59:59Z"])
    def test_what_lies_more_than_a_day_ahead_is_rejected(self, tmp_path: Path, text: str) -> None:
        """Rows 104 and 105."""
        record = opened(tmp_path, text)

        assert codes([record]) == ["future"]
        assert record.reject is not None
        assert "2026-11-22T12:00:00Z" in record.reject.detail

    @pytest.mark.parametrize("text", ["2026-11-22T12:00:00.000001Z", "2026-11-23T12:00:00Z"])
    def test_what_lies_up_to_a_day_ahead_is_taken_with_a_warning(self, tmp_path: Path, text: str) -> None:
        """Row 104."""
        record = opened(tmp_path, text)

        assert row(FileKind.CONVERSATIONS, record)["opened_at"] == at(text)
        assert [(odd.code, odd.detail) for odd in record.warnings] == [
            ("near_future", f"opened_at: '{text}' is ahead of the present, 2026-11-22T12:00:00Z")
        ]
        assert opened(tmp_path, "2026-11-22T12:00:00Z").warnings == ()


class TestWhatNoClockShows:
    """One such value is one rejected row, whatever stands in the others."""

    @pytest.mark.parametrize(
        "text",
        [
            "2026-10-25T10:00:00+25:00",
            "2026-10-25T23:59:60Z",
            "2026-10-25T24:00:01Z",
            "2026-10-25 25:00",
            "0000-00-00 00:00:00",
            "2026-02-30T10:00:00Z",
            "2026-00-10",
            "20261345T10:00:00Z",
        ],
    )
    def test_is_one_rejected_row_with_a_reason_that_is_true(self, tmp_path: Path, text: str) -> None:
        rows = "".join(f"c{place},2026-03-{place + 1:02}T10:00:00\n" for place in range(17))
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}{rows}c18,{text}\nc19,{text}\n")

        found = taken(path, timezone="Europe/Paris")

        assert codes(found) == [""] * 17 + ["time"] * 2
        assert found[-1].reject is not None
        assert "is no time that is taken: days are those of the calendar" in found[-1].reject.detail

    @pytest.mark.parametrize("hour", ["24:00", "24:00:00", "24:00:00.000"])
    def test_twenty_four_is_the_midnight_at_the_end_of_its_day(self, tmp_path: Path, hour: str) -> None:
        record = opened(tmp_path, f"2026-10-31T{hour}Z")

        assert row(FileKind.CONVERSATIONS, record)["opened_at"] == at("2026-11-01T00:00:00Z")

    def test_in_a_zone_it_is_midnight_there(self, tmp_path: Path) -> None:
        [record] = taken(write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,2026-10-31T24:00\n"), timezone="UTC")

        assert row(FileKind.CONVERSATIONS, record)["opened_at"] == at("2026-11-01T00:00:00Z")

    def test_a_day_before_its_month_is_still_another_form(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,2026-14-03\n")

        assert refused(lambda: looked_at(path, timezone="UTC")).data["hint"] == "%Y-%d-%m"


class TestOtherForms:
    @pytest.mark.parametrize("text", ["03/04/2026", "3/4/26 10:00", "03.04.2026", "03-04-2026 10:00"])
    def test_a_date_with_several_readings_refuses_the_import(self, tmp_path: Path, text: str) -> None:
        """Row 109."""
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,2026-03-01T10:00:00Z\nc2,{text}\n")

        for zone in (None, "Europe/Paris"):
            refusal = refused(lambda zone=zone: looked_at(path, timezone=zone))  # type: ignore[misc]
            assert refusal.code == "date_form_ambiguous"
            assert refusal.say().startswith(f"conversations.csv, line 3: opened_at is “{text}”")

    @pytest.mark.parametrize("text", ["46082", "46082.4375"])
    def test_a_spreadsheets_day_count_refuses_the_import(self, tmp_path: Path, text: str) -> None:
        """Row 109."""
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,{text}\n")

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "serial_date"
        assert "--date-format '%d/%m/%Y %H:%M'" in refusal.say()

    def test_a_date_is_read_in_the_form_that_was_named(self, tmp_path: Path) -> None:
        """Row 109."""
        found = opened_at(tmp_path, "3/4/2026 10:15", date_format="%d/%m/%Y %H:%M", timezone="Europe/Paris")

        assert found == at("2026-04-03T08:15:00+00:00")

    def test_a_form_without_a_zone_needs_one(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}c1,03/04/2026 10:00\n")

        assert refused(lambda: looked_at(path, date_format="%d/%m/%Y %H:%M")).code == "timezone_missing"

    def test_a_form_may_hold_the_zone(self, tmp_path: Path) -> None:
        found = opened_at(tmp_path, "03/04/2026 10:00 +0200", date_format="%d/%m/%Y %H:%M %z")

        assert found == at("2026-04-03T08:00:00+00:00")

    def test_what_is_not_in_the_form_rejects_its_row(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            f"{CONVERSATIONS}c1,04/13/2026\nc2,13/04/2026\nc3,2026-04-13\nc4,2026-04-13T10:00:00Z\n",
        )

        found = taken(path, date_format="%d/%m/%Y", timezone="UTC")

        assert codes(found) == ["time", "", "time", ""]
        assert found[0].reject is not None
        assert "write it in the form %d/%m/%Y, for example 01/03/2026" in found[0].reject.detail

    @pytest.mark.parametrize("form", ["%Q", "%H:%M", "%d/%m", "tomorrow", "%d/%m/%Y %"])
    def test_a_form_without_a_whole_date_is_wrong_use(self, tmp_path: Path, form: str) -> None:
        path = write(tmp_path, "conversations.csv", CONVERSATIONS)

        refusal = refused(lambda: looked_at(path, date_format=form), Exit.WRONG_USE)

        assert refusal.data["option"] == "date-format"
