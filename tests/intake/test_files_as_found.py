"""Two files as they were found, but for the names of their columns: nothing of them is lost."""

from collections import Counter
from pathlib import Path

import pytest

from ressenti.intake.model import FileKind
from ressenti.kit.refusals import Exit
from tests.support.reading import at, codes, looked_at, refused, row, taken, write

EMPTY_ROWS = 500
DAY_FIRST = "%d/%m/%Y %H:%M"


@pytest.fixture
def raw(shared: Path) -> Path:
    return shared / "data" / "raw_dev"


def with_names(source: Path, folder: Path, name: str, names: dict[bytes, bytes]) -> Path:
    """Copy a file under the name of one of the seven, with other names for some of its columns."""
    head, _, body = source.read_bytes().partition(b"\n")
    for old, new in names.items():
        assert old in head
        head = head.replace(old, new)
    return write(folder, name, head + b"\n" + body)


class TestMixedEncodings:
    @pytest.fixture
    def path(self, raw: Path, tmp_path: Path) -> Path:
        return with_names(
            raw / "botanic_nps_even_ids_original_bytes.csv", tmp_path, "agents.csv", {b'"id"': b'"agent_id"'}
        )

    def test_it_is_refused_as_it_stands(self, raw: Path, path: Path) -> None:
        """Row 86."""
        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "encoding"
        assert refusal.say().startswith("agents.csv, line 3: the byte 0xE8 is not UTF-8")
        single = raw / "botanic_nps_even_ids_original_bytes.csv"
        assert refused(lambda: looked_at(single)).code == "unknown_file"

    def test_with_an_encoding_it_is_taken_but_for_the_lines_that_are_in_another(self, path: Path) -> None:
        """Row 87."""
        found = taken(path, encoding="cp1252")

        assert set(codes(found)) == {"", "encoding"}
        assert row(FileKind.AGENTS, found[1])["attributes"]["explication"].startswith(
            "Il y a très peu de caisse ouverte"
        )
        content = path.read_bytes()
        head = content[: content.index(b"\n") + 1]
        assert head + b"".join(record.raw + b"\n" for record in found) == content


class TestDaysFirst:
    @pytest.fixture
    def path(self, raw: Path, tmp_path: Path) -> Path:
        return with_names(
            raw / "shopzilla_days_1_3_with_500_blank_rows.csv",
            tmp_path,
            "surveys.csv",
            {b"Unique id": b"survey_id", b"issue_responded": b"rated_at", b"CSAT Score": b"csat"},
        )

    def test_it_is_refused_until_the_form_of_its_dates_and_their_zone_are_known(self, path: Path) -> None:
        """Rows 106 and 109."""
        first = refused(lambda: looked_at(path))
        second = refused(lambda: looked_at(path, date_format=DAY_FIRST))

        assert (first.code, first.exit_code, second.code) == ("date_form_ambiguous", Exit.REFUSED, "timezone_missing")
        assert f"--date-format '{DAY_FIRST}'" in first.say()

    def test_then_every_row_is_taken_or_rejected(self, path: Path) -> None:
        found = taken(path, date_format=DAY_FIRST, timezone="UTC")

        count = Counter(codes(found))
        assert (count["empty_row"], set(count)) == (EMPTY_ROWS, {"", "empty_row"})
        assert row(FileKind.SURVEYS, found[0])["rated_at"] == at("2023-08-01T11:47:00+00:00")
        content = path.read_bytes()
        head = content[: content.index(b"\n") + 1]
        assert head + b"".join(record.raw + b"\r\n" for record in found) == content
