"""How the numbers of a column are written: judged on all of it, told, or refused."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.intake.model import FileKind
from ressenti.intake.values.numbers import NumberAmbiguity, NumberFormat, numeral_reader
from tests.support.reading import codes, looked_at, refused, row, taken, write

OPENED = "2026-03-01T10:00:00Z"


def waits(folder: Path, *cells: str) -> Path:
    """Write conversations with these first response times."""
    lines = [f'c{place},{OPENED},"{cell}"' for place, cell in enumerate(cells)]
    return write(folder, "conversations.csv", "\n".join(["conversation_id,opened_at,first_response_s", *lines]))


def seconds(path: Path, **options: Any) -> list[float]:
    return [row(FileKind.CONVERSATIONS, one)["first_response_s"] / 1_000_000 for one in taken(path, **options)]


class TestAComma:
    def test_stands_between_thousands_where_no_value_says_otherwise_and_it_is_said(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1,234", "12")

        assert seconds(path) == [1234, 12]
        assert looked_at(path).notes == (
            (
                "conversations.csv: first_response_s: commas are read as standing between thousands, as in “1,234”; "
                "if they are decimal commas, give --locale fr."
            ),
        )

    def test_is_decimal_beside_a_value_that_cannot_be_thousands(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1,234", "12,5")

        assert seconds(path) == [1.234, 12.5]
        assert looked_at(path).notes == ("conversations.csv: first_response_s: commas are read as decimal commas.",)

    def test_is_what_the_locale_says(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1,234")

        assert (seconds(path, locale="fr"), seconds(path, locale="en")) == ([1.234], [1234])
        assert looked_at(path, locale="fr").notes == ()

    def test_is_between_thousands_without_a_word_where_another_value_shows_it(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1,234", "1,234.5", "1,23,456", "1,234,567")

        assert seconds(path) == [1234, 1234.5, 123456, 1234567]
        assert looked_at(path).notes == ()

    def test_that_would_mean_two_things_refuses_the_file(self, tmp_path: Path) -> None:
        refusal = refused(lambda: looked_at(waits(tmp_path, "1,234", "1,234.5", "12,5")))

        assert refusal.code == "number_form"
        assert "line 3: first_response_s is “1,234.5”, but “12,5” on line 4" in refusal.say()

    def test_that_contradicts_the_locale_refuses_the_file(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1,234", "1,234,567")

        assert refused(lambda: looked_at(path, locale="fr")).code == "number_form"


class TestAPoint:
    def test_is_decimal_as_programs_write_it(self, tmp_path: Path) -> None:
        assert seconds(waits(tmp_path, "1.234", "12.5")) == [1.234, 12.5]

    def test_stands_between_thousands_where_a_value_shows_it(self, tmp_path: Path) -> None:
        assert seconds(waits(tmp_path, "1.234", "1.234,5", "1.234.567")) == [1234, 1234.5, 1234567]

    def test_beside_decimal_commas_is_asked_for(self, tmp_path: Path) -> None:
        path = waits(tmp_path, "1.234", "12,5")

        assert refused(lambda: looked_at(path)).code == "number_form"
        assert seconds(path, locale="fr") == [1.234, 12.5]
        assert seconds(path, locale="de") == [1234, 12.5]

    def test_of_a_json_number_is_decimal_whatever_the_locale(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "conversations.jsonl",
            f'{{"conversation_id":"c1","opened_at":"{OPENED}","first_response_s":1.234}}\n'
            f'{{"conversation_id":"c2","opened_at":"{OPENED}","first_response_s":"1.234"}}\n',
        )

        assert seconds(path, locale="de") == [1.234, 1234]


class TestSpacesAndApostrophes:
    @pytest.mark.parametrize("mark", [" ", "\u00a0", "\u2009", "\u202f", "'", "’"])
    def test_stand_between_thousands(self, tmp_path: Path, mark: str) -> None:
        assert seconds(waits(tmp_path, f"1{mark}234", f"1{mark}234{mark}567,5")) == [1234, 1234567.5]

    def test_elsewhere_are_no_number(self, tmp_path: Path) -> None:
        assert codes(taken(waits(tmp_path, "12 34", "1 2345", "1' 234"))) == ["number"] * 3


class TestWordsForNothing:
    @pytest.mark.parametrize("word", ["NaN", "N/A", "NULL", "-", "na", "#N/A", "\\N", "–"])
    def test_are_empty_in_numbers_times_and_flags(self, tmp_path: Path, word: str) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            f"conversation_id,opened_at,closed_at,first_response_s,reopens,is_spam\nc1,{OPENED},{word},{word},{word},{word}\n",
        )

        (record,) = taken(path)

        assert row(FileKind.CONVERSATIONS, record).keys() == {"conversation_id", "opened_at", "is_spam"}

    def test_are_kept_in_names_with_a_remark(self, tmp_path: Path) -> None:
        path = write(
            tmp_path, "conversations.csv", f"conversation_id,opened_at,channel\nc1,{OPENED},N/A\nc2,{OPENED},N/A\n"
        )

        assert [row(FileKind.CONVERSATIONS, one)["channel"] for one in taken(path)] == ["N/A", "N/A"]
        assert looked_at(path).notes == (
            "conversations.csv: channel: “N/A” is kept as a name (2 times); leave the cell empty if it means nothing.",
        )

    def test_are_empty_among_a_few_words_with_a_remark(self, tmp_path: Path) -> None:
        rows = "".join(f"c{i},2026-05-01T10:00:00Z,{word}\n" for i, word in enumerate(("N/A", "N/A", "none", "full")))
        path = write(tmp_path, "conversations.csv", f"conversation_id,opened_at,automation\n{rows}")

        assert [row(FileKind.CONVERSATIONS, one).get("automation") for one in taken(path)] == [
            None,
            None,
            "none",
            "full",
        ]
        said = [note for note in looked_at(path).notes if "automation" in note]
        assert said == ["conversations.csv: automation: “N/A” is read as empty (2 times)."]

    def test_are_once_where_they_are_once(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"conversation_id,opened_at,channel\nc1,{OPENED},N/A\n")

        [remark] = looked_at(path).remarks
        assert "“N/A” is kept as a name (once); leave" in remark.say()
        assert "(une fois)" in remark.say("fr")

    def test_where_a_word_has_to_stand_reject_the_row(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "messages.csv",
            "message_id,conversation_id,created_at,author_role\nm1,c1,2026-05-01T10:00:00Z,NULL\n",
        )

        assert codes(taken(path)) == ["missing"]

    def test_in_a_time_that_is_needed_reject_the_row(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", "conversation_id,opened_at\nc1,NULL\n")

        assert codes(taken(path)) == ["missing"]


class TestYesAndNo:
    def test_are_oui_and_non_with_the_locale(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f"survey_id,rated_at,resolved\ns1,{OPENED},oui\ns2,{OPENED},Non\n")

        assert codes(taken(path)) == ["boolean", "boolean"]
        assert [row(FileKind.SURVEYS, one)["resolved"] for one in taken(path, locale="fr")] == [True, False]


class TestUnits:
    def test_minutes_beside_times_are_asked_about(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            f"conversation_id,opened_at,first_response_at,first_response_s\nc1,{OPENED},2026-03-01T10:15:00Z,15\n",
        )

        assert looked_at(path).notes == (
            (
                "conversations.csv: first_response_s does not agree with the times beside it in 1 of 1 rows compared, "
                "factor 60: minutes?"
            ),
        )

    @pytest.mark.parametrize(
        ("written", "closed", "said"),
        [("2", "12:00:00", "hours"), ("7200000", "12:00:00", "milliseconds"), ("119", "12:00:00", "minutes")],
    )
    def test_so_are_other_units_of_the_resolution(self, tmp_path: Path, written: str, closed: str, said: str) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            f"conversation_id,opened_at,closed_at,resolution_s\nc1,{OPENED},2026-03-01T{closed}Z,{written}\n",
        )

        assert [note.endswith(f": {said}?") for note in looked_at(path).notes] == [True]

    def test_dates_in_their_own_form_are_compared_too(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            "conversation_id,opened_at,closed_at,resolution_s\nc1,14/3/2026 10:00,14/3/2026 10:15,15\n",
        )

        found = looked_at(path, date_format="%d/%m/%Y %H:%M", timezone="UTC").notes

        assert "1 of 1 rows compared, factor 60: minutes?" in found[0]

    def test_seconds_are_not(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "conversations.csv",
            f"conversation_id,opened_at,closed_at,resolution_s\nc1,{OPENED},2026-03-01T12:00:00Z,7200\n"
            f"c2,{OPENED},2026-03-01T12:00:00Z,5400\n",
        )

        assert looked_at(path).notes == ()


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


def written(amount: Decimal, numbers: NumberFormat) -> str:
    """Return an amount as people write it in a language, with two decimals."""
    english = f"{amount:,.2f}"
    if numbers is NumberFormat.ENGLISH:
        return english
    group = " " if numbers is NumberFormat.FRENCH else "."
    return english.replace(",", "\0").replace(".", ",").replace("\0", group)


@given(st.lists(AMOUNTS, min_size=1), st.sampled_from(NumberFormat))
def test_whatever_is_written_is_judged_and_read_back(amounts: list[Decimal], numbers: NumberFormat) -> None:
    cells = [written(amount, numbers) for amount in amounts]
    ambiguity = NumberAmbiguity(file="x.csv", column="x", told=None)
    ambiguity.look(cells, lambda index: index + 2)

    read = numeral_reader("x", ambiguity.settle(), is_told=False)

    assert [Decimal(read(cell)) for cell in cells] == amounts
