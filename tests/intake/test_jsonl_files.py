"""Files of one JSON object a line."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ressenti.intake.formats.lines import KEPT
from ressenti.intake.model import FileKind
from tests.support.reading import at, codes, looked_at, refused, row, taken, write

DAY = "2026-03-01T10:00:00Z"
MIB = 1024 * 1024


def objects(folder: Path, *found: dict[str, Any], name: str = "surveys.jsonl") -> Path:
    """Write objects one a line."""
    return write(folder, name, "".join(json.dumps(one) + "\n" for one in found))


def survey(**cells: Any) -> dict[str, Any]:
    return {"survey_id": "s1", "rated_at": DAY} | cells


def code(folder: Path, line: str | bytes) -> str:
    """Return why a line is rejected, between two good ones that are taken."""
    good = json.dumps(survey()).encode()
    data = line if isinstance(line, bytes) else line.encode()
    first, found, last = codes(taken(write(folder, "surveys.jsonl", b"\n".join([good, data, good]))))
    assert (first, last) == ("", "")
    return found


class TestValues:
    def test_an_object_is_a_record(self, tmp_path: Path) -> None:
        path = objects(tmp_path, survey(csat=4, nps=10.0, resolved=True, comment="Très bien", ces=None, mood="good"))

        (record,) = taken(path)

        assert row(FileKind.SURVEYS, record) == {
            "survey_id": "s1",
            "rated_at": at(DAY),
            "csat": 4,
            "csat_scale": "5",
            "nps": 10,
            "resolved": True,
            "comment": "Très bien",
            "attributes": {"mood": "good"},
        }
        assert (record.line, record.offset, record.raw) == (1, 0, path.read_bytes().rstrip())

    def test_numbers_are_ids_without_losing_a_digit(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "transactions.jsonl",
            f'{{"transaction_id":123456789012345678901234567890,"at":"{DAY}","amount":0.100000,"visitor_id":7.0}}\n',
        )

        assert row(FileKind.TRANSACTIONS, taken(path)[0]) == {
            "transaction_id": "123456789012345678901234567890",
            "at": at(DAY),
            "amount": 100_000,
            "visitor_id": "7",
        }

    def test_lists_may_be_arrays_or_text(self, tmp_path: Path) -> None:
        path = objects(
            tmp_path,
            {"conversation_id": "c1", "opened_at": DAY, "tags": ["a;b", " c ", "", None, "c"], "agent_id": "x; y"},
            name="conversations.jsonl",
        )

        found = row(FileKind.CONVERSATIONS, taken(path)[0])

        assert (found["tags"], found["agent_id"]) == (("a;b", "c"), ("x", "y"))

    def test_attributes_are_kept_as_text(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "agents.jsonl",
            '{"agent_id":"a","n":1.50,"yes":true,"none":null,"list":[1.0,{"é":"x"}],"of":{"a":null},"text":"t"}\n',
        )

        assert row(FileKind.AGENTS, taken(path)[0])["attributes"] == {
            "n": "1.50",
            "yes": "true",
            "list": '[1.0,{"é":"x"}]',
            "of": '{"a":null}',
            "text": "t",
        }

    def test_a_key_that_one_object_lacks_is_an_empty_cell(self, tmp_path: Path) -> None:
        found = taken(objects(tmp_path, survey(), survey(comment="x")))

        assert [row(FileKind.SURVEYS, record)["comment"] for record in found] == ["", "x"]

    @pytest.mark.parametrize("value", [{"a": 1}, ["s1"]])
    def test_an_id_is_a_single_value(self, tmp_path: Path, value: object) -> None:
        assert code(tmp_path, json.dumps(survey(survey_id=value))) == "type"

    def test_a_list_holds_single_values(self, tmp_path: Path) -> None:
        path = objects(tmp_path, {"agent_id": "a", "group": [["x"]]}, name="agents.jsonl")

        assert codes(taken(path)) == ["type"]


class TestLines:
    def test_a_last_line_without_an_ending_is_taken(self, tmp_path: Path) -> None:
        """Row 116."""
        path = write(tmp_path, "surveys.jsonl", json.dumps(survey()))

        assert codes(taken(path)) == [""]

    def test_a_truncated_last_line_is_rejected_and_the_rest_kept(self, tmp_path: Path) -> None:
        """Row 116."""
        line = json.dumps(survey())
        path = write(tmp_path, "surveys.jsonl", f"{line}\n{line}\n{line[:-9]}")

        found = taken(path)

        assert codes(found) == ["", "", "malformed_json"]
        assert found[2].raw == line[:-9].encode()
        assert found[2].offset == 2 * len(line) + 2

    def test_a_line_of_100_mib_is_rejected_without_being_held(self, tmp_path: Path) -> None:
        """Row 117."""
        path = tmp_path / "surveys.jsonl"
        good = json.dumps(survey()) + "\n"
        with path.open("w") as file:
            file.write(good + '{"survey_id":"')
            file.writelines("x" * MIB for _ in range(100))
            file.write('"}\n' + good)

        tracemalloc.start()
        found = taken(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert codes(found) == ["", "line_too_long", ""]
        assert found[1].raw == ('{"survey_id":"' + "x" * KEPT)[:KEPT].encode()
        assert (found[2].line, found[2].offset) == (3, path.stat().st_size - len(good))
        assert peak < 16 * MIB

    @pytest.mark.parametrize("over", [-1, 0, 1, 300_000])
    def test_two_mebibytes_are_the_limit(self, tmp_path: Path, over: int) -> None:
        """Row 117."""
        start, end = json.dumps(survey(a="", b=""))[:-3], '"}'
        size = 2 * MIB - len(start) - len(end) - len('","c":"') + over
        line = start + "x" * (size // 2) + '","c":"' + "x" * (size - size // 2) + end
        path = write(tmp_path, "surveys.jsonl", f"{line}\n{json.dumps(survey())}\n")

        found = taken(path)

        assert codes(found)[1] == ""
        assert (codes(found)[0] == "line_too_long") == (over >= 0)
        assert found[1].offset == len(line) + 1

    @pytest.mark.parametrize(("size", "found"), [(MIB, ""), (MIB + 1, "field_too_large")])
    def test_fields_may_have_a_mebibyte(self, tmp_path: Path, size: int, found: str) -> None:
        assert code(tmp_path, json.dumps(survey(comment="x" * size))) == found

    def test_blank_lines_and_comments_are_passed_over_and_counted(self, tmp_path: Path) -> None:
        """Row 118."""
        line = json.dumps(survey())
        path = write(tmp_path, "surveys.jsonl", f"# from the desk\n\n{line}\n  // more\n   \r\n{line}\n")

        assert [record.line for record in taken(path)] == [3, 6]
        assert looked_at(path).notes == ("surveys.jsonl: blank lines and comments passed over: 4.",)

    @pytest.mark.parametrize("text", ["[\n  {}\n]", '[{"survey_id":"s1"}]', "\n\n  [1]", '{\n  "survey_id": "s1"\n}'])
    def test_one_document_is_refused_with_a_hint(self, tmp_path: Path, text: str) -> None:
        """Row 119."""
        refusal = refused(lambda: looked_at(write(tmp_path, "surveys.jsonl", text)))

        assert refusal.code == "json_array"
        assert "jq -c '.[]'" in refusal.say()

    def test_lines_that_were_taken_before_are_passed_over(self, tmp_path: Path) -> None:
        """Row 114."""
        path = write(tmp_path, "surveys.jsonl", "".join(f"#\n{json.dumps(survey(n=n))}\nno\n" for n in range(20)))

        whole = taken(path)

        assert all(taken(path, skip=skip) == whole[skip:] for skip in (0, 1, 7, 40, 50))

    def test_a_file_without_any_object_is_rejected_line_by_line(self, tmp_path: Path) -> None:
        assert codes(taken(write(tmp_path, "surveys.jsonl", "survey_id\ns1\n"))) == ["malformed_json"] * 2

    def test_an_empty_file_has_no_rows(self, tmp_path: Path) -> None:
        """Row 95."""
        assert taken(write(tmp_path, "surveys.jsonl", "")) == []
        assert taken(write(tmp_path, "surveys.jsonl", "\ufeff\n")) == []


class TestEncoding:
    def test_utf8_with_a_mark_is_accepted(self, tmp_path: Path) -> None:
        """Row 84."""
        assert codes(taken(write(tmp_path, "surveys.jsonl", b"\xef\xbb\xbf" + json.dumps(survey()).encode()))) == [""]

    def test_utf16_is_known_by_its_mark(self, tmp_path: Path) -> None:
        """Row 85."""
        line = json.dumps(survey(comment="déjà"), ensure_ascii=False)
        found = taken(write(tmp_path, "surveys.jsonl", f"{line}\r\n{line}\r\n".encode("utf-16")))

        assert [row(FileKind.SURVEYS, record)["comment"] for record in found] == ["déjà", "déjà"]

    def test_windows_1252_is_refused_with_a_hint(self, tmp_path: Path) -> None:
        """Row 86."""
        line = json.dumps(survey(comment="déjà"), ensure_ascii=False).encode("cp1252")
        path = write(tmp_path, "surveys.jsonl", line)

        assert "line 1: the byte 0xE9" in refused(lambda: looked_at(path)).say()
        assert row(FileKind.SURVEYS, taken(path, encoding="cp1252")[0])["comment"] == "déjà"

    def test_a_line_in_another_encoding_is_rejected(self, tmp_path: Path) -> None:
        """Row 87."""
        good = json.dumps(survey(comment="déjà"), ensure_ascii=False)
        data = f"{good}\n{good}\n".encode() + good.encode("cp1252")

        assert codes(taken(write(tmp_path, "surveys.jsonl", data))) == ["", "", "encoding"]


class TestObjects:
    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ('{"survey_id":"s","survey_id":"s"}', "duplicate_key"),
            ('{"survey_id":"s","x":{"a":1,"a":2}}', "duplicate_key"),
            ('{"survey_id":"s"', "malformed_json"),
            ('{"survey_id":"s"} x', "malformed_json"),
            ("{'survey_id':'s'}", "malformed_json"),
            ('{"survey_id":"a\tb"}', "malformed_json"),
            ("null", "malformed_json"),
            ("[]", "malformed_json"),
            ("survey_id,rated_at", "malformed_json"),
            ('{"survey_id":"s","nps":NaN}', "number"),
            ('{"survey_id":"s","x":-Infinity}', "number"),
            (f'{{"survey_id":"s","rated_at":"{DAY}","nps":1e999}}', "number"),
            (f'{{"survey_id":"s","rated_at":"{DAY}","nps":{"9" * 5000}}}', "number"),
            ('{"survey_id":"\\ud800"}', "unicode"),
            ('{"survey_id":"s","x":["\\uDFFF"]}', "unicode"),
            ('{"survey_id":"s","\\ud800":1}', "unicode"),
            ('{"survey_id":"s","comment":"a\\u0000b"}', "control_character"),
            ('{"survey_id":"s","x":{"y":"\\u0000"}}', "control_character"),
            ("{}", "missing"),
            ('{"survey_id":null}', "missing"),
            ('{"survey_id":"s"}', "missing"),
        ],
    )
    def test_what_no_row_can_be_made_of_is_rejected(self, tmp_path: Path, line: str, found: str) -> None:
        assert code(tmp_path, line) == found

    def test_escapes_of_ordinary_characters_are_read(self, tmp_path: Path) -> None:
        line = f'{{"survey_id":"s","rated_at":"{DAY}","comment":"\\u00e9 \\ud83d\\ude00 \\\\u0000"}}'

        (record,) = taken(write(tmp_path, "surveys.jsonl", line))

        assert row(FileKind.SURVEYS, record)["comment"] == "é 😀 \\u0000"

    @pytest.mark.parametrize(("depth", "found"), [(31, ""), (32, "too_deep"), (900, "too_deep"), (100_000, "too_deep")])
    def test_nesting_goes_32_deep(self, tmp_path: Path, depth: int, found: str) -> None:
        nested = "[" * depth + '"\\u00e9"' + "]" * depth

        assert code(tmp_path, f'{{"survey_id":"s","rated_at":"{DAY}","x":{nested}}}') == found

    def test_a_key_that_no_object_has_refuses_the_import(self, tmp_path: Path) -> None:
        """Row 92."""
        path = objects(tmp_path, {"Survey_ID": "s1", "rated_at": DAY}, {"id": "s2"})

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "columns_misspelt"
        assert "Found: Survey_ID, rated_at, id." in refusal.say()

    def test_surveys_without_any_date_are_refused_in_plain_words(self, tmp_path: Path) -> None:
        assert "these surveys have no dates" in refused(lambda: looked_at(objects(tmp_path, {"survey_id": "s"}))).say()

    def test_a_time_without_a_zone_refuses_the_import(self, tmp_path: Path) -> None:
        """Row 106."""
        path = objects(tmp_path, survey(), survey(), survey(offered_at="2026-03-01 10:00"))

        assert "surveys.jsonl, line 3: offered_at is “2026-03-01 10:00”" in refused(lambda: looked_at(path)).say()
        assert codes(taken(path, timezone="Europe/Paris")) == ["", "", ""]

    @pytest.mark.parametrize(("value", "found"), [(46082, "serial_date"), ("03/04/2026", "date_form_ambiguous")])
    def test_other_dates_refuse_the_import(self, tmp_path: Path, value: object, found: str) -> None:
        """Row 109."""
        assert refused(lambda: looked_at(objects(tmp_path, survey(rated_at=value)))).code == found

    def test_unknown_keys_are_listed_once(self, tmp_path: Path) -> None:
        path = objects(tmp_path, survey(mood=1), survey(mood=2, place="x"))

        assert looked_at(path).notes == ("surveys.jsonl: columns kept as attributes: mood, place.",)
