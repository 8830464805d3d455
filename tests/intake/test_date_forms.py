"""Dates that are not ISO 8601: the form is judged on the whole file, told, or asked for with every reading."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.model import FileKind
from ressenti.intake.values.date_formats import DateFormats, epoch_form, read_in_form
from ressenti.kit.refusals import Exit, Refusal
from tests.support.reading import CONVERSATIONS, at, codes, looked_at, refused, row, taken, write


def opened(folder: Path, *dates: str) -> Path:
    """Write conversations opened then."""
    lines = [f'c{place},"{date}"' for place, date in enumerate(dates)]
    return write(folder, "conversations.csv", CONVERSATIONS + "\n".join(lines))


def moments(path: Path, form: str, zone: str = "UTC") -> list[int]:
    found = taken(path, date_format=form, timezone=zone)
    assert codes(found) == [""] * len(found)
    return [row(FileKind.CONVERSATIONS, one)["opened_at"] for one in found]


class TestTheWholeColumn:
    @pytest.mark.parametrize(
        ("dates", "hint", "first"),
        [
            (["1/8/2026 9:00 AM", "3/14/2026 4:05 PM"], "%m/%d/%Y %I:%M %p", "2026-01-08T09:00Z"),
            (["1/8/2026 9:00", "14/3/2026 16:05:30"], "%d/%m/%Y %H:%M", "2026-08-01T09:00Z"),
            (["12/25/2025"], "%m/%d/%Y", "2025-12-25T00:00Z"),
            (["03-14-2026 16:05"], "%m-%d-%Y %H:%M", "2026-03-14T16:05Z"),
            (["2026/03/12 4:05:33 PM GMT+1"], "%Y/%m/%d %I:%M %p", "2026-03-12T15:05:33Z"),
            (["15.10.2026, 09:00"], "%d.%m.%Y %H:%M", "2026-10-15T09:00Z"),
            (["25/10/2026 09h00"], "%d/%m/%Y %Hh%M", "2026-10-25T09:00Z"),
            (["3/14/26 4:05\u202fPM"], "%m/%d/%y %I:%M %p", "2026-03-14T16:05Z"),
            (["3/14/2026 4:05 p.m."], "%m/%d/%Y %I:%M %p", "2026-03-14T16:05Z"),
            (["14 Mar 2026", "2 February 2026 16:05"], "%d %b %Y %H:%M", "2026-03-14T00:00Z"),
            (["14-MAR-26"], "%d-%b-%y", "2026-03-14T00:00Z"),
            (["March 14, 2026 4:05 PM", "Feb 1st, 2026 9:00 am"], "%b %d %Y %I:%M %p", "2026-03-14T16:05Z"),
            (["14 mars 2026 à 16:05", "1er févr. 2026 à 09:30"], "%d %b %Y %H:%M", "2026-03-14T16:05Z"),
            (["14 mars 2026 16h05"], "%d %b %Y %Hh%M", "2026-03-14T16:05Z"),
            (["14. März 2026, 16:05:30 GMT+1"], "%d %b %Y %H:%M", "2026-03-14T15:05:30Z"),
            (["2026-Mar-14"], "%Y-%b-%d", "2026-03-14T00:00Z"),
            (["14/3/2026T10:15", "1/3/2026"], "%d/%m/%YT%H:%M", "2026-03-14T10:15Z"),
        ],
    )
    def test_tells_the_form_and_the_form_reads_it(
        self, tmp_path: Path, dates: list[str], hint: str, first: str
    ) -> None:
        path = opened(tmp_path, *dates)

        refusal = refused(lambda: looked_at(path))

        assert (refusal.code, refusal.data["hint"]) == ("date_form", hint)
        assert f"--date-format '{hint}'" in refusal.say()
        if not dates[0].startswith(("15.10", "25/10")):  # not in the future of the tests
            assert moments(path, hint)[0] == at(first)

    @pytest.mark.parametrize(
        ("date", "hints", "readings"),
        [
            ("5.10.2026, 09:00", ("%d.%m.%Y %H:%M", "%m.%d.%Y %H:%M"), ("2026-10-05", "2026-05-10")),
            ("05/10/2026 09h00", ("%d/%m/%Y %Hh%M", "%m/%d/%Y %Hh%M"), ("2026-10-05", "2026-05-10")),
            ("1/8/2026 9:00 AM", ("%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"), ("2026-08-01", "2026-01-08")),
            ("26/3/14", ("%d/%m/%y", "%y/%m/%d"), ("2014-03-26", "2026-03-14")),
        ],
    )
    def test_that_does_not_tell_is_asked_about_with_both_readings(
        self, tmp_path: Path, date: str, hints: tuple[str, str], readings: tuple[str, str]
    ) -> None:
        refusal = refused(lambda: looked_at(opened(tmp_path, date)))

        assert refusal.code == "date_form_ambiguous"
        assert (refusal.data["hint"], refusal.data["other_hint"]) == hints
        assert (refusal.data["reading"], refusal.data["other_reading"]) == readings

    def test_that_contradicts_itself_is_refused_with_both_dates(self, tmp_path: Path) -> None:
        refusal = refused(lambda: looked_at(opened(tmp_path, "14/3/2026", "3/15/2026")))

        assert refusal.code == "date_forms_mixed"
        assert "line 2: opened_at is “14/3/2026”, but opened_at is “3/15/2026” on line 3" in refusal.say()

    def test_of_two_shapes_is_refused_too(self, tmp_path: Path) -> None:
        assert refused(lambda: looked_at(opened(tmp_path, "14/3/2026 9:00 AM", "15/3/2026 16:00"))).code == (
            "date_forms_mixed"
        )
        assert refused(lambda: looked_at(opened(tmp_path, "14/3/2026", "15.3.2026"))).code == "date_forms_mixed"

    def test_in_words_and_in_numbers_is_of_two_shapes(self, tmp_path: Path) -> None:
        assert refused(lambda: looked_at(opened(tmp_path, "14 Mar 2026", "3/4/2026"))).code == "date_forms_mixed"

    def test_with_a_word_that_is_no_month_says_nothing(self, tmp_path: Path) -> None:
        assert codes(
            taken(opened(tmp_path, "14 Mai 2026 ", "14 Lamp 2026"), date_format="%d %b %Y", timezone="UTC")
        ) == [
            "",
            "time",
        ]

    def test_of_another_column_tells_as_well(self, tmp_path: Path) -> None:
        path = write(
            tmp_path, "conversations.csv", "conversation_id,opened_at,closed_at\nc1,1/8/2026 9:00,1/14/2026 9:00\n"
        )

        assert refused(lambda: looked_at(path)).data["hint"] == "%m/%d/%Y %H:%M"

    def test_in_json_and_parquet_is_judged_alike(self, tmp_path: Path) -> None:
        dates = ["1/8/2026 9:00 AM", "3/14/2026 4:05 PM"]
        lines = [json.dumps({"conversation_id": f"c{i}", "opened_at": date}) for i, date in enumerate(dates)]
        parquet = tmp_path / "conversations.parquet"
        pq.write_table(pa.table({"conversation_id": ["c0", "c1"], "opened_at": dates}), parquet)

        for path in (write(tmp_path, "conversations.jsonl", "\n".join(lines)), parquet):
            assert refused(lambda path=path: looked_at(path)).data["hint"] == "%m/%d/%Y %I:%M %p"  # type: ignore[misc]


class TestAFormThatWasTold:
    def test_is_refused_where_the_dates_contradict_it(self, tmp_path: Path) -> None:
        """1/8/2026 would be August in silence."""
        path = opened(tmp_path, "1/8/2026", "3/14/2026")

        refusal = refused(lambda: looked_at(path, date_format="%d/%m/%Y", timezone="UTC"))

        assert (refusal.code, refusal.data["hint"]) == ("other_date_form", "%m/%d/%Y")

    def test_is_kept_where_one_date_is_mistaken(self, tmp_path: Path) -> None:
        path = opened(tmp_path, "14/3/2026", "3/15/2026", "1/8/2026")

        assert codes(taken(path, date_format="%d/%m/%Y", timezone="UTC")) == ["", "time", ""]

    @pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M %p", "%d/%m/%Y %I:%M", "%d/%m/%Y %p", "epoch", "epoch-us"])
    def test_that_would_lose_the_half_of_the_day_is_wrong_use(self, tmp_path: Path, form: str) -> None:
        path = opened(tmp_path, "14/3/2026")

        assert refused(lambda: looked_at(path, date_format=form), Exit.WRONG_USE).code == "option_not_understood"

    def test_reads_times_without_seconds_and_days_without_times(self, tmp_path: Path) -> None:
        path = opened(tmp_path, "14/3/2026 10:15:30", "14/3/2026 10:15", "14/3/2026")

        assert moments(path, "%d/%m/%Y %H:%M:%S", "Europe/Paris") == [
            at("2026-03-14T09:15:30Z"),
            at("2026-03-14T09:15:00Z"),
            at("2026-03-13T23:00:00Z"),
        ]

    @pytest.mark.parametrize("offset", ["GMT+1", "+01:00", " +0100", " UTC+1"])
    def test_takes_the_offset_behind_it(self, tmp_path: Path, offset: str) -> None:
        assert moments(opened(tmp_path, f"14/3/2026 10:15{offset}"), "%d/%m/%Y %H:%M", "Asia/Tokyo") == [
            at("2026-03-14T09:15:00Z")
        ]


class TestCountsSince1970:
    @pytest.mark.parametrize(
        ("cell", "form", "meant"),
        [
            ("1627063369", "epoch-s", "2021-07-23T18:02:49Z"),
            ("1627063369.5", "epoch-s", "2021-07-23T18:02:49.5Z"),
            ("1627063369123", "epoch-ms", "2021-07-23T18:02:49.123Z"),
            ("946684800000", "epoch-ms", "2000-01-01T00:00:00Z"),
        ],
    )
    def test_are_offered_and_read_when_told(self, tmp_path: Path, cell: str, form: str, meant: str) -> None:
        path = opened(tmp_path, cell)

        refusal = refused(lambda: looked_at(path))

        assert (refusal.code, refusal.data["hint"]) == ("epoch_date", form)
        assert refusal.say().endswith(f"If it is one, say so with --date-format {form}.")
        (record,) = taken(path, date_format=form)
        assert row(FileKind.CONVERSATIONS, record)["opened_at"] == at(meant)

    def test_of_the_other_unit_are_refused(self, tmp_path: Path) -> None:
        path = opened(tmp_path, "1627063369123")

        assert refused(lambda: looked_at(path, date_format="epoch-s")).data["hint"] == "epoch-ms"

    def test_are_read_from_json_and_parquet_beside_iso_8601(self, tmp_path: Path) -> None:
        lines = (
            '{"conversation_id":"c1","opened_at":1627063369}\n'
            '{"conversation_id":"c2","opened_at":"2021-07-23T18:02:49Z"}\n'
        )
        parquet = tmp_path / "conversations.parquet"
        pq.write_table(pa.table({"conversation_id": ["c1"], "opened_at": [1627063369]}), parquet)

        for path in (write(tmp_path, "conversations.jsonl", lines), parquet):
            assert refused(lambda path=path: looked_at(path)).code == "epoch_date"  # type: ignore[misc]
            for record in taken(path, date_format="epoch-s"):
                assert row(FileKind.CONVERSATIONS, record)["opened_at"] == at("2021-07-23T18:02:49Z")

    @pytest.mark.parametrize(
        "cell", ["20260301", "99", "4133980800", "-1627063369", "1627063369000000", "1_627_063_369"]
    )
    def test_of_other_centuries_or_none_are_not(self, cell: str) -> None:
        assert epoch_form(cell) is None


SHAPES = st.sampled_from(
    ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d.%m.%Y", "%m-%d-%Y %H:%M", "%Y/%m/%d %I:%M %p", "%d/%m/%Y %Hh%M"]
)
MINUTES = st.integers(0, 110 * 365 * 1440).map(
    lambda minutes: (datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).replace(tzinfo=None)
)


@given(st.lists(MINUTES, min_size=1), SHAPES)
def test_no_hint_contradicts_the_dates(dates: list[datetime], form: str) -> None:
    """Every form that is offered reads every date of the file, and one of those offered reads them rightly."""
    texts = [date.strftime(form) for date in dates]
    forms = DateFormats("x.csv")
    for place, text in enumerate(texts):
        forms.look("x", text, lambda index: index + 2, place)

    with pytest.raises(Refusal) as caught:
        forms.settle()

    offered = [str(caught.value.data[name]) for name in ("hint", "other_hint") if name in caught.value.data]
    readings = [[read_in_form(text, hint) for text in texts] for hint in offered]
    midnight = [date.replace(hour=0, minute=0) for date in dates]
    assert (dates if "%M" in form else midnight) in readings
    assert all(None not in one for one in readings)


@given(st.text() | st.from_regex(r"[0-9/.:\- APMhGTC+,]{4,30}", fullmatch=True))
def test_no_text_breaks_the_judging(text: str) -> None:
    forms = DateFormats("x.csv")
    forms.look("x", text, lambda index: index + 2, 0)
    with suppress(Refusal):
        forms.settle()
    read_in_form(text, "%d/%m/%Y %H:%M")
    read_in_form(text, "epoch-s")


def test_no_name_of_a_month_is_another_month_in_another_language() -> None:
    found: dict[str, set[int]] = {}
    for language in ("en", "fr", "de"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                found.setdefault(name.rstrip(".").casefold(), set()).add(number)

    assert [name for name, numbers in found.items() if len(numbers) > 1] == []
    assert len(found) == 50
