"""CSV files as they come: encodings, quotes, headers, delimiters, and what is wrong with single rows."""

import codecs
import tracemalloc
from pathlib import Path

import pytest

from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.sources.files.records import records
from ressenti.kit.refusals import Exit
from tests.support.reading import CONVERSATIONS, NOW, SURVEYS, at, codes, looked_at, refused, row, taken, write

DAY = "2026-03-01T10:00:00Z"
COMMENTS = "survey_id,rated_at,comment\n"


class TestEncoding:
    def test_utf8_with_a_mark_is_accepted(self, tmp_path: Path) -> None:
        """Row 84."""
        path = write(tmp_path, "surveys.csv", codecs.BOM_UTF8 + f"{COMMENTS}s1,{DAY},Très bien\n".encode())

        (record,) = taken(path)

        assert row(FileKind.SURVEYS, record) == {"survey_id": "s1", "rated_at": at(DAY), "comment": "Très bien"}
        assert record.offset == 3 + len(COMMENTS)

    @pytest.mark.parametrize(
        ("codec", "mark"),
        [
            ("utf-16-le", codecs.BOM_UTF16_LE),
            ("utf-16-be", codecs.BOM_UTF16_BE),
            ("utf-32-le", codecs.BOM_UTF32_LE),
            ("utf-32-be", codecs.BOM_UTF32_BE),
        ],
    )
    def test_utf16_and_utf32_are_known_by_their_mark_and_stated(self, tmp_path: Path, codec: str, mark: bytes) -> None:
        """Row 85."""
        lines = [COMMENTS, f's1,{DAY},"Ligne 1\r\nLigne 2 😀"\r\n', f"s2,{DAY},\u0a0d\u0d0a ਊ\n", f"s3,{DAY},"]
        data = mark + "".join(lines).encode(codec)
        path = write(tmp_path, "surveys.csv", data)

        found = taken(path)

        assert [row(FileKind.SURVEYS, record)["comment"] for record in found] == [
            "Ligne 1\r\nLigne 2 😀",
            "\u0a0d\u0d0a ਊ",
            "",
        ]
        assert [record.line for record in found] == [2, 4, 5]
        assert [data[record.offset :].startswith(record.raw) for record in found] == [True] * 3
        assert found[1].raw.decode(codec) == f"s2,{DAY},\u0a0d\u0d0a ਊ"
        assert f"surveys.csv is in {codec.upper()}, as its first bytes say." in looked_at(path).notes

    def test_windows_1252_is_refused_with_a_hint(self, tmp_path: Path) -> None:
        """Row 86."""
        path = write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},ok\ns2,{DAY},très bien\n".encode("cp1252"))

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "encoding"
        assert refusal.say() == (
            "surveys.csv, line 3: the byte 0xE8 is not UTF-8. Say which encoding the file is in, "
            "for example --encoding cp1252."
        )

    def test_a_file_in_another_encoding_is_refused_rather_than_taken_in_part(self, tmp_path: Path) -> None:
        """Row 86: as many lines that are not UTF-8 as lines that are."""
        both = f"{COMMENTS}s1,{DAY},é\n".encode() + f"s2,{DAY},é\n".encode("cp1252")
        path = write(tmp_path, "surveys.csv", both)

        assert refused(lambda: looked_at(path)).code == "encoding"

    def test_windows_1252_is_read_when_told(self, tmp_path: Path) -> None:
        """Row 86, the remedy; a byte the encoding does not have rejects its row."""
        data = f"{COMMENTS}s1,{DAY},très €\n".encode("cp1252") + f"s2,{DAY},\x81\n".encode("latin-1")
        found = taken(write(tmp_path, "surveys.csv", data), encoding="cp1252")

        assert row(FileKind.SURVEYS, found[0])["comment"] == "très €"
        assert codes(found) == ["", "encoding"]

    def test_a_line_in_another_encoding_is_rejected_and_the_rest_taken(self, tmp_path: Path) -> None:
        """Row 87."""
        good = f"{COMMENTS}s1,{DAY},déjà\ns2,{DAY},là\n".encode()
        bad = f"s3,{DAY},très".encode("cp1252")
        found = taken(write(tmp_path, "surveys.csv", good + bad + f"\ns4,{DAY},ok\n".encode()))

        assert codes(found) == ["", "", "encoding", ""]
        assert found[2].raw == bad
        assert found[2].line == 4
        assert found[2].reject is not None
        assert found[2].reject.detail == "the byte 0xE8 is not UTF-8"

    def test_a_header_that_is_not_text_is_refused(self, tmp_path: Path) -> None:
        """Row 87: a header cannot be set aside."""
        data = f"survey_id,rated_at,préavis\ns1,{DAY},é\n".encode("cp1252") + f"s2,{DAY},é\ns3,{DAY},é\n".encode()

        assert "line 1: the byte 0xE9" in refused(lambda: looked_at(write(tmp_path, "surveys.csv", data))).say()

    def test_utf16_without_its_mark_is_refused_with_the_right_hint(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f"{SURVEYS}s1,{DAY}\n".encode("utf-16-be"))

        assert "--encoding utf-16-be" in refused(lambda: looked_at(path)).say()
        assert codes(taken(path, encoding="utf-16-be")) == [""]

    @pytest.mark.parametrize("encoding", ["klingon", "rot13", "cp037", "idna", "utf-7", "punycode", "unicode_escape"])
    def test_an_encoding_that_cannot_be_read_is_wrong_use(self, tmp_path: Path, encoding: str) -> None:
        path = write(tmp_path, "surveys.csv", SURVEYS)

        assert refused(lambda: looked_at(path, encoding=encoding), Exit.WRONG_USE).code == "unknown_encoding"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf8", "UTF-8-SIG", "latin1", "cp850", "macroman", "shift_jis"])
    def test_encodings_have_many_names(self, tmp_path: Path, encoding: str) -> None:
        assert codes(taken(write(tmp_path, "surveys.csv", f"{SURVEYS}s1,{DAY}\n"), encoding=encoding)) == [""]

    def test_a_file_that_is_packed_in_spite_of_its_name_is_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", b"PK\x03\x04" + bytes(40))

        assert refused(lambda: looked_at(path)).code == "not_text"

    def test_line_separators_of_other_writing_systems_stay_inside_a_cell(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},a\u2028b\x0bc\x85d\x1ce\n")

        assert row(FileKind.SURVEYS, taken(path)[0])["comment"] == "a\u2028b\x0bc\x85d\x1ce"


class TestQuotes:
    def test_a_nul_byte_rejects_its_row(self, tmp_path: Path) -> None:
        """Row 88."""
        found = taken(write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},a\0b\ns2,{DAY},b\n"))

        assert codes(found) == ["control_character", ""]
        assert found[0].raw == f"s1,{DAY},a\0b".encode()

    @pytest.mark.parametrize(
        ("rows", "line"),
        [
            ([f's1,{DAY},"never closed', f"s2,{DAY},x", f"s3,{DAY},y"], 2),
            ([f"s1,{DAY},x", f's2,{DAY},"two', 'lines","then never closed', f"s3,{DAY},y"], 4),
            ([f"s1,{DAY},x", f's2,{DAY},"a ""quoted"" word'], 3),
        ],
    )
    def test_an_unclosed_quote_is_refused_with_the_line_it_opens_on(
        self, tmp_path: Path, rows: list[str], line: int
    ) -> None:
        """Row 89."""
        path = write(tmp_path, "surveys.csv", COMMENTS + "\n".join(rows) + "\n")

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "unclosed_quote"
        assert refusal.say().startswith(f"surveys.csv, line {line}: ")

    def test_text_behind_a_closing_quote_is_refused_with_both_lines(self, tmp_path: Path) -> None:
        """Row 89: quotes inside a field that were not doubled."""
        path = write(tmp_path, "surveys.csv", f'{COMMENTS}s1,{DAY},"first\nthen "so" on"\ns2,{DAY},\n')

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "misplaced_quote"
        assert "surveys.csv, line 3: " in refusal.say()
        assert "opens on line 2" in refusal.say()

    def test_a_field_that_grows_beyond_64_mib_is_an_unclosed_quote(self, tmp_path: Path) -> None:
        """Row 89, in memory that does not grow with the file."""
        line = ("x" * 1023 + "\n") * 1024
        path = tmp_path / "surveys.csv"
        with path.open("w") as file:
            file.write(f'{COMMENTS}s1,{DAY},ok\ns2,{DAY},"{line}')
            file.writelines(line for _ in range(70))
            file.write(f'",{DAY}\n')

        refusal = refused(lambda: looked_at(path))

        assert (refusal.code, refusal.data["line"]) == ("unclosed_quote", 3)

    def test_a_line_beyond_64_mib_is_no_line_of_a_csv_file(self, tmp_path: Path) -> None:
        path = tmp_path / "surveys.csv"
        with path.open("w") as file:
            file.write(f"{COMMENTS}s1,{DAY},")
            file.writelines("x" * 1024 * 1024 for _ in range(66))

        refusal = refused(lambda: looked_at(path))

        assert (refusal.code, refusal.data["line"]) == ("endless_line", 2)

    def test_a_quote_inside_an_unquoted_cell_is_text(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f'{COMMENTS}s1,{DAY},a 5" screen\n')

        assert row(FileKind.SURVEYS, taken(path)[0])["comment"] == 'a 5" screen'

    @pytest.mark.parametrize(("size", "code"), [(131_073, ""), (1024 * 1024, ""), (1024 * 1024 + 1, "field_too_large")])
    def test_fields_may_have_a_mebibyte(self, tmp_path: Path, size: int, code: str) -> None:
        """Row 90."""
        path = write(tmp_path, "surveys.csv", f'{COMMENTS}s1,{DAY},"{"x" * size}"\ns2,{DAY},ok\n')

        found = taken(path)

        assert codes(found) == [code, ""]
        assert found[0].raw.endswith(b'x"')
        assert len(found[0].raw) == size + len(f's1,{DAY},""')

    def test_a_formula_is_text(self, tmp_path: Path) -> None:
        """Row 110."""
        formula = '=HYPERLINK("https://example.org","Prize")'
        quoted = formula.replace('"', '""')
        path = write(tmp_path, "surveys.csv", f'{COMMENTS}s1,{DAY},"{quoted}"\n')

        assert row(FileKind.SURVEYS, taken(path)[0])["comment"] == formula


class TestHeader:
    @pytest.mark.parametrize("line", ["c1", f"c1,{DAY},x", f"c1,{DAY},x,y"])
    def test_a_row_with_fewer_or_more_columns_is_rejected(self, tmp_path: Path, line: str) -> None:
        """Row 91."""
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}{line}\nc2,{DAY}\n")

        found = taken(path)

        assert codes(found) == ["columns", ""]
        assert found[0].reject is not None
        assert "but the header has 2" in found[0].reject.detail

    def test_a_missing_column_is_refused_with_what_was_expected_and_found(self, tmp_path: Path) -> None:
        """Row 92."""
        path = write(tmp_path, "agents.csv", "id,name\na1,Ana\n")

        refusal = refused(lambda: looked_at(path))

        assert refusal.say() == (
            "agents.csv, line 1: the column agent_id is missing. Expected: agent_id, name, kind, group, language. "
            "Found: id, name."
        )

    @pytest.mark.parametrize("name", ["Agent_ID", "AGENT_ID", "Agent ID", "agent-id"])
    def test_a_name_in_another_case_is_named_as_the_likely_mistake(self, tmp_path: Path, name: str) -> None:
        """Row 92."""
        refusal = refused(lambda: looked_at(write(tmp_path, "agents.csv", f"{name},name\na1,Ana\n")))

        assert refusal.code == "columns_misspelt"
        assert f"“{name}” is probably meant" in refusal.say()

    def test_an_optional_name_in_another_case_is_pointed_out(self, tmp_path: Path) -> None:
        path = write(tmp_path, "agents.csv", "agent_id,Group\na1,North\n")

        assert row(FileKind.AGENTS, taken(path)[0])["attributes"] == {"Group": "North"}
        assert any("is it meant to be group?" in note for note in looked_at(path).notes)

    def test_a_column_that_is_there_twice_is_refused(self, tmp_path: Path) -> None:
        """Row 92."""
        path = write(tmp_path, "agents.csv", "agent_id,name, name\na1,Ana,Anna\n")

        assert "the column “name” is there more than once" in refused(lambda: looked_at(path)).say()

    def test_names_from_a_file_do_nothing_to_a_terminal(self, tmp_path: Path) -> None:
        path = write(tmp_path, "agents.csv", "\x1b[31mid,name\na1,Ana\n")

        assert "Found: \\x1b[31mid, name." in refused(lambda: looked_at(path)).say()

    def test_unknown_columns_are_kept_as_attributes_and_listed(self, tmp_path: Path) -> None:
        """Row 92."""
        path = write(tmp_path, "agents.csv", "agent_id,seat,floor,\na1,12,,x\na2,,,\n")

        checked = looked_at(path)
        first, second = taken(path)

        assert checked.files[0].unknown_columns == ("seat", "floor", "column_4")
        assert "agents.csv: columns kept as attributes: seat, floor, column_4." in checked.notes
        assert row(FileKind.AGENTS, first)["attributes"] == {"seat": "12", "column_4": "x"}
        assert second.row is not None
        assert second.row[-1] is None

    def test_surveys_without_any_date_are_refused_in_plain_words(self, tmp_path: Path) -> None:
        refusal = refused(lambda: looked_at(write(tmp_path, "surveys.csv", "survey_id,polarity\ns1,-1\n")))

        assert "these surveys have no dates. Add the column rated_at" in refusal.say()

    def test_transactions_that_belong_to_nobody_are_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path, "transactions.csv", f"transaction_id,at,amount\nt1,{DAY},5\n")

        assert "Add the column conversation_id or visitor_id" in refused(lambda: looked_at(path)).say()

    @pytest.mark.parametrize(("delimiter", "name"), [(";", ";"), ("\t", "tab"), ("|", "|")])
    def test_the_delimiter_is_found_in_the_header_and_stated(self, tmp_path: Path, delimiter: str, name: str) -> None:
        """Row 93."""
        text = f"survey_id,rated_at,comment\ns1,{DAY},x\n".replace(",", delimiter)
        path = write(tmp_path, "surveys.csv", text)

        assert row(FileKind.SURVEYS, taken(path)[0])["comment"] == "x"
        assert f"surveys.csv has its cells separated by {name}." in looked_at(path).notes

    def test_a_comma_is_not_worth_a_word(self, tmp_path: Path) -> None:
        assert looked_at(write(tmp_path, "surveys.csv", f"{SURVEYS}s1,{DAY}\n")).notes == ()

    def test_the_header_alone_decides_about_the_delimiter(self, tmp_path: Path) -> None:
        """Row 93."""
        path = write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},a;b;c;d;e|f|g|h\n")

        assert row(FileKind.SURVEYS, taken(path)[0])["comment"] == "a;b;c;d;e|f|g|h"

    @pytest.mark.parametrize(("option", "written"), [("#", "#"), ("tab", "\t"), ("\\t", "\t")])
    def test_another_delimiter_can_be_named(self, tmp_path: Path, option: str, written: str) -> None:
        """Row 93."""
        path = write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},x\n".replace(",", written))

        assert row(FileKind.SURVEYS, taken(path, delimiter=option)[0])["comment"] == "x"

    @pytest.mark.parametrize("option", ["", ";;", '"', "\n"])
    def test_a_delimiter_is_one_character(self, tmp_path: Path, option: str) -> None:
        path = write(tmp_path, "surveys.csv", SURVEYS)
        if option:
            assert refused(lambda: looked_at(path, delimiter=option), Exit.WRONG_USE).data["option"] == "delimiter"
        else:
            assert looked_at(path, delimiter=option).files[0].record_count == 0

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", [True, False])
    def test_lines_end_in_any_usual_way(self, tmp_path: Path, ending: str, last: bool) -> None:
        """Row 94."""
        lines = [COMMENTS.strip(), f's1,{DAY},"two\nlines"', f"s2,{DAY},b"]
        path = write(tmp_path, "surveys.csv", ending.join(lines) + (ending if last else ""))

        found = taken(path)

        assert [row(FileKind.SURVEYS, record)["comment"] for record in found] == ["two\nlines", "b"]
        assert [(record.line, record.raw.decode()) for record in found] == [(2, lines[1]), (4, lines[2])]

    def test_line_endings_may_be_mixed(self, tmp_path: Path) -> None:
        """Row 94."""
        path = write(tmp_path, "conversations.csv", f"conversation_id,opened_at\r\nc1,{DAY}\rc2,{DAY}\n\r\nc3,{DAY}")

        assert [(record.line, record.raw[:2]) for record in taken(path)] == [(2, b"c1"), (3, b"c2"), (5, b"c3")]

    @pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n", CONVERSATIONS.encode(), b"  \n"])
    def test_an_empty_file_has_no_rows(self, tmp_path: Path, content: bytes) -> None:
        """Row 95."""
        assert taken(write(tmp_path, "conversations.csv", content)) == []

    def test_blank_lines_before_the_header_are_passed_over(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"\r\n\n{CONVERSATIONS}c1,{DAY}\n")

        (record,) = taken(path)

        assert (record.line, record.offset) == (4, 3 + len(CONVERSATIONS))


class TestRows:
    def test_blank_lines_are_no_records_and_are_counted(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS}\nc1,{DAY}\n   \nc2,{DAY}\n\n")

        checked = looked_at(path)

        assert [record.line for record in taken(path)] == [3, 5]
        assert "conversations.csv: blank lines and comments passed over: 3." in checked.notes

    def test_a_row_of_empty_cells_is_rejected(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", f"{CONVERSATIONS},\nc1,{DAY}\n ,\n,,,,\n")

        assert codes(taken(path)) == ["empty_row", "", "empty_row", "empty_row"]

    def test_a_file_of_one_column_knows_blank_lines_from_empty_rows(self, tmp_path: Path) -> None:
        path = write(tmp_path, "agents.csv", 'agent_id\n\na1\n""\n  \na2')

        assert codes(taken(path)) == ["", "empty_row", ""]

    def test_rows_know_their_line_their_first_byte_and_their_bytes(self, tmp_path: Path) -> None:
        content = f'{COMMENTS}s1,{DAY},"deux\nlignes é"\r\ns2,{DAY},b\n'.encode()
        path = write(tmp_path, "surveys.csv", content)

        first, second = taken(path)

        assert (first.line, second.line) == (2, 4)
        assert content[first.offset :].startswith(first.raw)
        assert second.raw == f"s2,{DAY},b".encode()
        assert content[second.offset :] == second.raw + b"\n"

    def test_rows_that_were_taken_before_are_passed_over(self, tmp_path: Path) -> None:
        """Row 114."""
        rows = [f"c{number},{DAY}\n" if number % 7 else ",\n\n" for number in range(1, 40)]
        path = write(tmp_path, "conversations.csv", CONVERSATIONS + "".join(rows))

        whole = taken(path)

        assert all(taken(path, skip=skip) == whole[skip:] for skip in (0, 1, 6, 7, 38, 39, 100))

    def test_memory_does_not_grow_with_the_file(self, tmp_path: Path) -> None:
        """Row 113."""
        line = f"c1,{DAY}," + "x" * 80 + "\n"
        path = write(tmp_path, "conversations.csv", "conversation_id,opened_at,topic\n" + line * 100_000)

        tracemalloc.start()
        checked = looked_at(path)
        count = sum(1 for _record in records(checked.files[0], ImportOptions(), now=NOW))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert (count, path.stat().st_size > 10_000_000) == (100_000, True)
        assert peak < 8_000_000

    def test_a_file_that_was_changed_behind_our_back_is_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f"{COMMENTS}s1,{DAY},a\n")
        (file,) = looked_at(path).files
        write(tmp_path, "surveys.csv", f'{COMMENTS}s1,{DAY},"a\n')

        assert refused(lambda: list(records(file, ImportOptions(), now=NOW))).code == "file_changed"

    def test_a_long_file_is_read_in_handfuls(self, tmp_path: Path) -> None:
        """Row 113: what is read at once does not depend on the length of the file."""
        rows = [f'c{number},{DAY},"subject {number}\n{"é" * (number % 50)}"\n' for number in range(20_000)]
        content = "".join(["conversation_id,opened_at,topic\n", *rows]).encode()
        path = write(tmp_path, "conversations.csv", content)

        found = taken(path)

        assert [record.raw.decode() + "\n" for record in found] == rows
        assert [record.line for record in found] == list(range(2, 40_002, 2))
        assert all(content[record.offset :].startswith(record.raw) for record in found[::97])
