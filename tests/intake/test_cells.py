"""What single cells hold: ids, numbers, durations, amounts, flags, lists and words."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.model import CellType, FileColumn, ImportOptions
from ressenti.intake.values.cells import cell_reader
from ressenti.intake.values.parsed_options import parse_options
from ressenti.intake.values.row_errors import RowError, quoted
from ressenti.kit.refusals import Exit
from tests.support.reading import NOW, looked_at, refused, taken, write

TEN_YEARS_S = 3_652 * 86_400


def read(holds: CellType, cell: str, **options: Any) -> Any:
    """Return what a cell of a column called `x` holds, or the code it is rejected with."""
    column = FileColumn("x", holds, choices=("human", "bot"))
    try:
        return cell_reader(column, parse_options(ImportOptions(**options)), NOW, [])(cell)
    except RowError as unfit:
        return unfit.code if unfit.detail.startswith("x: ") else unfit.detail


def detail(holds: CellType, cell: str) -> str:
    """Return the sentence with which a cell of a column called `x` is rejected."""
    with pytest.raises(RowError) as caught:
        cell_reader(FileColumn("x", holds), parse_options(ImportOptions()), NOW, [])(cell)
    return caught.value.detail


class TestKeys:
    def test_an_id_is_stripped(self) -> None:
        assert read(CellType.KEY, "\t c 1\u00a0") == "c 1"

    def test_an_id_of_spaces_is_none(self) -> None:
        assert read(CellType.KEY, "  ") is None

    @pytest.mark.parametrize("text", ["a\tb", "a\nb", "\u00e9", "👩‍👩‍👧", "\u200eعربي", "a\u00a0b", "007", "=1+1"])
    def test_ids_are_kept_as_sent(self, text: str) -> None:
        assert read(CellType.KEY, text) == text

    @pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "\x1b[31mred", "a\x7fb", "a\x85b"])
    def test_control_characters_are_rejected(self, text: str) -> None:
        assert read(CellType.KEY, text) == "control_character"

    def test_an_id_may_have_1000_characters(self) -> None:
        assert read(CellType.KEY, "x" * 1000) == "x" * 1000
        assert read(CellType.KEY, "x" * 1001) == "too_long"

    def test_a_detail_shows_200_characters_and_nothing_that_acts_on_a_terminal(self) -> None:
        assert quoted("\x1b[31m" + "x" * 300) == "'\\x1b[31m" + "x" * 195 + "'…"


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("4", 4), ("4.0", 4), ("+4", 4), (" 4 ", 4), ("-4", -4), ("0", 0), ("10.0", 10), ("4.", 4), ("007", 7)],
    )
    def test_whole_numbers_may_carry_a_decimal_zero(self, text: str, number: int) -> None:
        assert read(CellType.WHOLE, text) == number

    @pytest.mark.parametrize(
        "text",
        [
            *("4.5", "4,0", "12 34", "12,34", "1_000", "٤", "½", "four", "1e3", "0x10", "--4", "4-"),
            *("inf", "-Infinity", "9" * 19, "9" * 5000),
        ],
    )
    def test_what_is_no_whole_number_is_rejected(self, text: str) -> None:
        """Row 96."""
        assert read(CellType.WHOLE, text) == "number"

    @pytest.mark.parametrize(
        ("text", "number"),
        [("1 234", 1234), ("4,0", 4), ("1’234", 1234), ("1\u202f234\u202f567", 1_234_567), ("1\u00a0234,0", 1234)],
    )
    def test_french_numbers_are_read_when_told(self, text: str, number: int) -> None:
        """Row 96."""
        assert read(CellType.WHOLE, text, locale="fr") == number

    @pytest.mark.parametrize("text", ["1 23", "12 34", "1 2345", "1.234,5", "1,2,3", "1 234 "[:-1] + ",,5", "1, 5"])
    def test_what_is_no_french_number_either_is_rejected(self, text: str) -> None:
        """Row 96."""
        assert read(CellType.MONEY, text, locale="fr") == "number"

    def test_the_remedy_is_named(self) -> None:
        """Row 96."""
        assert detail(CellType.MONEY, "1 234,5") == "x: '1 234,5' is not a number; --locale fr reads a decimal comma"
        assert detail(CellType.MONEY, "1.234,5").endswith(
            "; --locale de reads a decimal comma and points between thousands"
        )
        assert detail(CellType.FLAG, "oui").endswith("none of true, false, yes, no, 1, 0; --locale fr reads it")

    @pytest.mark.parametrize("locale", ["fr", "fr_FR", "fr-CH", "FR", "en", "en_GB", "en_US.UTF-8"])
    def test_locales_have_many_names(self, locale: str) -> None:
        assert read(CellType.MONEY, "1,5", locale=locale) == (
            1_500_000 if locale.lower().startswith("fr") else "number"
        )

    def test_an_unknown_locale_is_wrong_use(self, tmp_path: Path) -> None:
        path = write(tmp_path, "agents.csv", "agent_id\n")

        assert "en, fr" in refused(lambda: looked_at(path, locale="tlh"), Exit.WRONG_USE).say()


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "microseconds"),
        [
            ("0", 0),
            ("90", 90_000_000),
            ("1.5", 1_500_000),
            ("0.0000014", 1),
            ("-0", 0),
            (".5", 500_000),
            ("1e2", 10**8),
        ],
    )
    def test_seconds_become_microseconds(self, text: str, microseconds: int) -> None:
        assert read(CellType.SECONDS, text) == microseconds

    @pytest.mark.parametrize("text", ["-1", "-0.5"])
    def test_less_than_no_time_is_rejected(self, text: str) -> None:
        """Row 97: never clamped to zero."""
        assert read(CellType.SECONDS, text) == "negative_duration"

    @pytest.mark.parametrize("text", ["Infinity", "1e999", "01:30:00", "90 s", "1,5", "9" * 30])
    def test_what_is_no_duration_is_rejected(self, text: str) -> None:
        assert read(CellType.SECONDS, text) == "number"

    def test_ten_years_are_taken_with_a_warning(self, tmp_path: Path) -> None:
        """Row 98."""
        path = write(
            tmp_path,
            "conversations.csv",
            "conversation_id,opened_at,resolution_s\n"
            f"c1,2026-03-01T10:00:00Z,{TEN_YEARS_S}\nc2,2026-03-01T10:00:00Z,{TEN_YEARS_S + 1}\n",
        )

        assert [[odd.code for odd in record.warnings] for record in taken(path)] == [[], ["outlier"]]


class TestMoney:
    @pytest.mark.parametrize(
        ("text", "millionths"),
        [("5", 5_000_000), ("-12.85", -12_850_000), ("0.000001", 1), ("19.990000000", 19_990_000), ("+1.5", 1_500_000)],
    )
    def test_amounts_are_exact_to_the_millionth(self, text: str, millionths: int) -> None:
        assert read(CellType.MONEY, text) == millionths

    @pytest.mark.parametrize("text", ["0.0000001", "€5", "5 EUR", "12,34.50", "1e999", "9" * 20])
    def test_other_amounts_are_rejected(self, text: str) -> None:
        assert read(CellType.MONEY, text) == "number"

    @given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
    def test_no_digit_of_an_amount_is_lost(self, amount: Decimal) -> None:
        assert read(CellType.MONEY, f"{amount:f}") == amount * 1_000_000


class TestWords:
    @pytest.mark.parametrize("text", ["true", "TRUE", "Yes", "1", " 1 ", "1.0"])
    def test_yes_has_several_spellings(self, text: str) -> None:
        assert read(CellType.FLAG, text) is True
        assert read(CellType.YES_NO, text) is True

    @pytest.mark.parametrize("text", ["false", "False", "no", "0", "0.0"])
    def test_so_has_no(self, text: str) -> None:
        assert read(CellType.FLAG, text) is False
        assert read(CellType.YES_NO, text) is False

    def test_an_empty_flag_is_false_but_an_empty_answer_is_none(self) -> None:
        assert read(CellType.FLAG, "  ") is False
        assert read(CellType.YES_NO, "  ") is None

    @pytest.mark.parametrize("text", ["maybe", "2", "oui", "-1", "no idea"])
    def test_other_words_are_neither(self, text: str) -> None:
        assert read(CellType.FLAG, text) == read(CellType.YES_NO, text) == "boolean"

    def test_a_choice_is_one_of_a_few_words_in_any_case(self) -> None:
        assert [read(CellType.CHOICE, text) for text in ("bot", " Bot ", "BOT", " ", "robot")] == [
            "bot",
            "bot",
            "bot",
            None,
            "choice",
        ]

    @pytest.mark.parametrize(
        ("text", "names"),
        [("a;b", ("a", "b")), (" a ; b;;a; ", ("a", "b")), (";", ()), ("one, two", ("one, two",)), ("b;a", ("b", "a"))],
    )
    def test_a_list_has_no_empty_names_and_none_twice(self, text: str, names: tuple[str, ...]) -> None:
        assert read(CellType.LIST, text) == names

    def test_the_names_of_a_list_are_ids(self) -> None:
        assert read(CellType.LIST, "a;b\x07") == "control_character"
        assert read(CellType.LIST, "a;" + "x" * 1001) == "too_long"

    def test_text_is_kept_as_sent(self) -> None:
        assert read(CellType.TEXT, "  \x07\x1b[31m é\u202e\r\n ") == "  \x07\x1b[31m é\u202e\r\n "


class TestEmptyCells:
    def test_an_empty_cell_is_none_but_for_text_flags_and_lists(self, tmp_path: Path) -> None:
        head = "message_id,conversation_id,created_at,author_role"
        path = write(
            tmp_path, "messages.csv", f"{head},author_id,text,automatic\nm1,c1,2026-03-01T10:00:00Z,visitor,,,\n"
        )

        (record,) = taken(path)

        assert record.row is not None
        assert record.row[4:] == (None, "", False, False, None)

    def test_a_column_that_is_not_there_holds_no_text(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "messages.csv",
            "message_id,conversation_id,created_at,author_role\nm1,c1,2026-03-01T10:00:00Z,visitor\n",
        )

        (record,) = taken(path)

        assert record.row is not None
        assert record.row[4:] == (None, None, False, False, None)

    @given(st.text())
    def test_no_text_breaks_a_reader(self, text: str) -> None:
        for holds in CellType:
            assert isinstance(read(holds, text), str | int | tuple | None)
