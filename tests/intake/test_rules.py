"""What the cells of one row must agree on."""

from pathlib import Path

import pytest

from ressenti.intake.model import FileKind, InputRecord
from ressenti.kit.refusals import Exit
from ressenti.record.rating_scales import RatingScale, scale
from tests.support.reading import codes, looked_at, refused, row, taken, write

OPENED = "2026-03-01T10:00:00Z"
BEFORE = "2026-03-01T09:59:59Z"
LONG_AFTER = "2026-03-02T00:00:00Z"
LONG_BEFORE = "2016-02-28T00:00:00Z"


def one(folder: Path, kind: FileKind, **cells: str) -> InputRecord:
    """Return the record of a file of one row."""
    lines = [",".join(cells), ",".join(cells.values())]
    return taken(write(folder, f"{kind}.csv", "\n".join(lines)))[0]


def survey(folder: Path, *, option: str | None = None, **cells: str) -> InputRecord:
    """Return a survey's record, read with `--csat-scale option`."""
    cells = {"survey_id": "s1", "rated_at": OPENED} | cells
    text = ",".join(cells) + "\n" + ",".join(cells.values())
    return taken(write(folder, "surveys.csv", text), csat_scale=option)[0]


class TestOrder:
    @pytest.mark.parametrize(
        ("kind", "cells", "names"),
        [
            (FileKind.CONVERSATIONS, {"opened_at": OPENED, "closed_at": BEFORE}, ("closed_at", "opened_at")),
            (FileKind.CONVERSATIONS, {"opened_at": OPENED, "resolved_at": BEFORE}, ("resolved_at", "opened_at")),
            (
                FileKind.CONVERSATIONS,
                {"opened_at": OPENED, "first_response_at": BEFORE},
                ("first_response_at", "opened_at"),
            ),
            (
                FileKind.HANDLINGS,
                {"agent_id": "a", "started_at": OPENED, "ended_at": BEFORE},
                ("ended_at", "started_at"),
            ),
            (
                FileKind.SURVEYS,
                {"survey_id": "s", "offered_at": OPENED, "rated_at": BEFORE},
                ("rated_at", "offered_at"),
            ),
        ],
    )
    def test_an_end_before_its_start_is_rejected(
        self, tmp_path: Path, kind: FileKind, cells: dict[str, str], names: tuple[str, str]
    ) -> None:
        """Row 97."""
        record = one(tmp_path, kind, conversation_id="c1", **cells)

        assert codes([record]) == ["negative_duration"]
        assert record.reject is not None
        assert record.reject.detail == f"{names[0]} {BEFORE} is before {names[1]} {OPENED}"

    def test_no_time_at_all_is_a_duration(self, tmp_path: Path) -> None:
        assert codes(
            [one(tmp_path, FileKind.CONVERSATIONS, conversation_id="c1", opened_at=OPENED, closed_at=OPENED)]
        ) == [""]

    def test_more_than_ten_years_are_taken_with_one_warning(self, tmp_path: Path) -> None:
        """Row 98."""
        cells = {"conversation_id": "c1", "opened_at": LONG_BEFORE, "closed_at": OPENED, "resolved_at": OPENED}
        record = one(tmp_path, FileKind.CONVERSATIONS, **cells)

        assert codes([record]) == [""]
        assert {odd.code for odd in record.warnings} == {"outlier"}

    def test_a_handling_that_was_ended_says_when(self, tmp_path: Path) -> None:
        cells = {"conversation_id": "c1", "agent_id": "a1", "started_at": OPENED, "ended_at": "", "ended_by": "closed"}

        assert codes([one(tmp_path, FileKind.HANDLINGS, **cells)]) == ["unended"]
        assert codes([one(tmp_path, FileKind.HANDLINGS, **cells | {"ended_at": LONG_AFTER})]) == [""]
        assert codes([one(tmp_path, FileKind.HANDLINGS, **cells | {"ended_by": ""})]) == [""]


class TestNeeded:
    def test_an_empty_required_cell_rejects_its_row(self, tmp_path: Path) -> None:
        record = one(tmp_path, FileKind.CONVERSATIONS, conversation_id="  ", opened_at=OPENED)

        assert codes([record]) == ["missing"]
        assert record.reject is not None
        assert record.reject.detail == "conversation_id is empty"

    def test_an_answer_needs_a_date(self, tmp_path: Path) -> None:
        record = one(tmp_path, FileKind.SURVEYS, survey_id="s1", rated_at="", offered_at="", nps="9")

        assert codes([record]) == ["missing"]
        assert codes([one(tmp_path, FileKind.SURVEYS, survey_id="s1", rated_at="", offered_at=OPENED)]) == [""]

    def test_a_transaction_needs_somebody(self, tmp_path: Path) -> None:
        cells = {"transaction_id": "t1", "at": OPENED, "amount": "5", "visitor_id": ""}

        assert codes([one(tmp_path, FileKind.TRANSACTIONS, **cells)]) == ["missing"]
        assert codes([one(tmp_path, FileKind.TRANSACTIONS, **cells | {"visitor_id": "v1"})]) == [""]


class TestScales:
    @pytest.mark.parametrize(("column", "notes"), [("nps", ["0", "10", "10.0", "7"]), ("ces", ["1", "7"])])
    def test_notes_on_their_scale_are_taken(self, tmp_path: Path, column: str, notes: list[str]) -> None:
        """Row 99; an NPS of 10.0 is 10."""
        found = [row(FileKind.SURVEYS, survey(tmp_path, **{column: note}))[column] for note in notes]

        assert found == [int(float(note)) for note in notes]

    @pytest.mark.parametrize(
        ("column", "note"), [("nps", "11"), ("nps", "-1"), ("ces", "9"), ("ces", "8"), ("csat", "-1"), ("csat", "6")]
    )
    def test_notes_off_their_scale_are_rejected(self, tmp_path: Path, column: str, note: str) -> None:
        """Row 99."""
        record = survey(tmp_path, **{column: note})

        assert codes([record]) == ["out_of_scale"]
        assert record.reject is not None
        assert record.reject.detail.startswith(f"{column}: '{note}' is not on the scale ")

    def test_half_a_note_is_no_note(self, tmp_path: Path) -> None:
        assert codes([survey(tmp_path, csat="4.5")]) == ["number"]

    @pytest.mark.parametrize(
        ("own", "option", "note", "found"),
        [
            ("", None, "5", "5"),
            ("", "10", "8", "10"),
            ("", "0-100", "87", "0-100"),
            ("10", None, "8", "10"),
            ("10.0", None, "8", "10"),
            ("1-5", "10", "5", "5"),
            ("0 - 100", "10", "0", "0-100"),
        ],
    )
    def test_the_scale_is_the_rows_own_then_the_imports_then_five(
        self, tmp_path: Path, own: str, option: str | None, note: str, found: str
    ) -> None:
        """Row 99."""
        record = survey(tmp_path, option=option, csat=note, csat_scale=own)

        assert row(FileKind.SURVEYS, record)["csat_scale"] == found

    def test_the_scale_is_written_down_without_a_column_for_it(self, tmp_path: Path) -> None:
        assert row(FileKind.SURVEYS, survey(tmp_path, csat="4"))["csat_scale"] == "5"
        assert "csat_scale" not in row(FileKind.SURVEYS, survey(tmp_path, csat=""))

    @pytest.mark.parametrize("own", ["five", "5-1", "1", "0", "1-2-3", "+", "5;"])
    def test_what_is_no_scale_rejects_its_row(self, tmp_path: Path, own: str) -> None:
        assert codes([survey(tmp_path, csat="1", csat_scale=own)]) == ["scale"]

    def test_what_is_no_scale_as_an_option_is_wrong_use(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", "survey_id,rated_at\n")

        assert refused(lambda: looked_at(path, csat_scale="best"), Exit.WRONG_USE).data["option"] == "csat-scale"

    def test_scales_may_go_below_zero(self) -> None:
        assert scale("-2-2") == RatingScale(-2, 2)
        assert str(scale("1-7")) == "7"
