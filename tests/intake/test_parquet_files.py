"""Parquet files: their types, and what a file may ask of whoever reads it."""

import gzip
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ressenti.intake.formats import parquet_file
from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.sources.files.records import records
from tests.support.reading import NOW, at, codes, looked_at, refused, row, taken, write

DAY = datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)
ZONED = pa.timestamp("us", tz="UTC")


def parquet(folder: Path, kind: str = "surveys", **columns: Any) -> Path:
    """Write a file of these columns."""
    path = folder / f"{kind}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def surveys(folder: Path, count: int = 1, **columns: Any) -> Path:
    """Write dated surveys with these columns besides."""
    ids = [f"s{number}" for number in range(count)]
    return parquet(folder, survey_id=ids, rated_at=pa.array([DAY] * count, ZONED), **columns)


class TestTypes:
    def test_values_of_every_readable_type_are_read(self, tmp_path: Path) -> None:
        path = surveys(
            tmp_path,
            csat=pa.array([4], pa.int8()),
            nps=pa.array([10.0], pa.float64()),
            ces=pa.array(["7"]).dictionary_encode(),
            resolved=[True],
            comment=pa.array(["déjà\nvu"], pa.large_string()),
            offered_at=pa.array([date(2026, 2, 1)]),
            language=pa.array([None], pa.null()),
            price=pa.array(["1.50"]).cast(pa.decimal128(10, 2)),
        )

        (record,) = taken(path, timezone="UTC")

        assert row(FileKind.SURVEYS, record) == {
            "survey_id": "s0",
            "rated_at": at("2026-03-01T10:00:00.123456+00:00"),
            "offered_at": at("2026-02-01T00:00:00+00:00"),
            "csat": 4,
            "csat_scale": "5",
            "nps": 10,
            "ces": 7,
            "resolved": True,
            "comment": "déjà\nvu",
            "attributes": {"price": "1.50"},
        }

    def test_lists_of_text_are_lists(self, tmp_path: Path) -> None:
        path = parquet(
            tmp_path,
            "conversations",
            conversation_id=["c1"],
            opened_at=pa.array([DAY], ZONED),
            tags=[["a", "b"]],
            group=pa.array([["g"]], pa.large_list(pa.string())),
        )

        found = row(FileKind.CONVERSATIONS, taken(path)[0])

        assert (found["tags"], found["group"]) == (("a", "b"), ("g",))

    def test_rows_are_numbered_and_kept_as_json(self, tmp_path: Path) -> None:
        found = taken(surveys(tmp_path, 3, nps=[9, 11, None]))

        assert codes(found) == ["", "out_of_scale", ""]
        assert [(record.line, record.offset) for record in found] == [(1, 0), (2, 0), (3, 0)]
        assert found[1].raw == b'{"survey_id":"s1","rated_at":"2026-03-01T10:00:00.123456Z","nps":11}'

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_moments_with_a_zone_are_exact(self, tmp_path: Path, unit: str) -> None:
        moments = pa.array([DAY], pa.timestamp("us", tz="Europe/Paris"))
        moments = moments.cast(pa.timestamp(unit, tz="Europe/Paris"), safe=False)
        path = parquet(tmp_path, survey_id=["s1"], rated_at=moments)

        kept = {"s": 0, "ms": 123_000}.get(unit, 123_456)
        assert row(FileKind.SURVEYS, taken(path)[0])["rated_at"] == at("2026-03-01T10:00:00+00:00") + kept

    def test_moments_without_a_zone_need_one(self, tmp_path: Path) -> None:
        """Row 106."""
        path = parquet(tmp_path, survey_id=["s0", "s1"], rated_at=pa.array([None, DAY], pa.timestamp("ms")))

        assert "surveys.parquet, line 2: rated_at is “2026-03-01T10:00:00.123" in refused(lambda: looked_at(path)).say()
        assert codes(taken(path, timezone="Europe/Paris")) == ["missing", ""]

    def test_moments_beyond_any_calendar_reject_their_row(self, tmp_path: Path) -> None:
        """Row 105."""
        path = parquet(tmp_path, survey_id=["s1", "s2"], rated_at=pa.array([2**62, 0], pa.timestamp("ms", tz="UTC")))

        assert codes(taken(path)) == ["time", "year"]

    def test_a_number_that_is_none_is_empty_and_an_endless_one_is_rejected(self, tmp_path: Path) -> None:
        assert codes(taken(surveys(tmp_path, 2, nps=[float("nan"), float("inf")]))) == ["", "number"]

    def test_text_that_is_none_is_rejected(self, tmp_path: Path) -> None:
        """Row 87."""
        raw = pa.array([b"tr\xe8s", b"ok", None], pa.binary())
        text = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2], raw.buffers()[0])

        assert codes(taken(surveys(tmp_path, 3, comment=text))) == ["unicode", "", ""]

    def test_nested_and_unknown_types_that_are_needed_are_refused_with_their_columns(self, tmp_path: Path) -> None:
        """Row 121."""
        path = surveys(
            tmp_path,
            csat=[{"amount": 1}],
            comment=[["a"]],
            language=[b"x"],
            conversation_id=pa.array([b"0" * 16], pa.uuid()),
            offered_at=pa.array([5], pa.duration("s")),
        )

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "column_types"
        for column in (
            "csat (struct<",
            "comment (list<",
            "language (binary)",
            "conversation_id (extension<arrow.uuid>)",
            "offered_at (duration",
        ):
            assert column in refusal.say()

    def test_a_missing_column_is_refused(self, tmp_path: Path) -> None:
        """Row 92."""
        path = parquet(tmp_path, "agents", id=["a1"])

        assert "the column agent_id is missing" in refused(lambda: looked_at(path)).say()

    def test_a_column_that_is_there_twice_is_refused(self, tmp_path: Path) -> None:
        """Row 92."""
        path = tmp_path / "agents.parquet"
        pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["agent_id", "agent_id"]), path)

        assert refused(lambda: looked_at(path)).code == "column_twice"

    def test_a_file_without_rows_is_fine(self, tmp_path: Path) -> None:
        """Row 95."""
        assert taken(surveys(tmp_path, 0)) == []

    def test_rows_that_were_taken_before_are_passed_over(self, tmp_path: Path) -> None:
        """Row 114: across batches and row groups."""
        path = tmp_path / "agents.parquet"
        pq.write_table(pa.table({"agent_id": [f"a{number}" for number in range(4_500)]}), path, row_group_size=1_700)

        whole = taken(path)

        assert [record.line for record in whole] == list(range(1, 4_501))
        assert all(taken(path, skip=skip) == whole[skip:] for skip in (0, 1, 999, 1_000, 1_700, 4_499, 4_500))

    @pytest.mark.parametrize("name", ["surveys.parquet.gz", "export.zip"])
    def test_packed_parquet_is_read_as_well(self, tmp_path: Path, name: str) -> None:
        data = surveys(tmp_path, 2).read_bytes()
        path = tmp_path / name
        if name == "export.zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("surveys.parquet", data)
        else:
            path.write_bytes(gzip.compress(data))

        assert codes(taken(path)) == ["", ""]


class TestDamage:
    @pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"survey_id,rated_at\n", b"PK\x03\x04" * 9])
    def test_wrong_marks_are_refused(self, tmp_path: Path, content: bytes) -> None:
        """Row 120."""
        refusal = refused(lambda: looked_at(write(tmp_path, "surveys.parquet", content)))

        assert refusal.code == "not_parquet"
        assert "surveys.parquet" in refusal.say()

    @pytest.mark.parametrize("cut", [1, 4, 8, 40, 200])
    def test_a_truncated_file_is_refused(self, tmp_path: Path, cut: int) -> None:
        """Row 120."""
        path = surveys(tmp_path, 50)
        path.write_bytes(path.read_bytes()[:-cut])

        assert refused(lambda: looked_at(path)).code == "not_parquet"

    def test_a_table_of_contents_that_does_not_hold_together_is_refused(self, tmp_path: Path) -> None:
        """Row 120."""
        path = surveys(tmp_path, 50)
        data = bytearray(path.read_bytes())
        for place in range(len(data) - 400, len(data) - 8, 3):
            data[place] ^= 0x5A
        path.write_bytes(data)

        assert refused(lambda: looked_at(path)).code in {"not_parquet", "resource_limit"}

    def test_an_encrypted_file_is_refused(self, tmp_path: Path) -> None:
        path = surveys(tmp_path)
        path.write_bytes(path.read_bytes()[:-4] + b"PARE")

        assert refused(lambda: looked_at(path)).code == "encrypted"


class TestLimits:
    def test_a_row_group_that_claims_2_to_the_62_rows_is_refused(self, tmp_path: Path) -> None:
        """Row 122."""
        path = _claiming(tmp_path, 2**62)

        assert refused(lambda: looked_at(path)).code == "resource_limit"

    def test_a_file_with_fewer_rows_than_it_claims_is_refused(self, tmp_path: Path) -> None:
        """Row 122."""
        path = _claiming(tmp_path, 77_000)

        assert refused(lambda: looked_at(path)).code == "not_parquet"

    def test_a_dictionary_bomb_is_refused(self, tmp_path: Path) -> None:
        """Row 122: a small file whose one long text stands in every row."""
        path = tmp_path / "agents.parquet"
        name = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000), pa.array(["x" * 1_000_000]))
        pq.write_table(pa.table({"agent_id": name}), path)
        assert path.stat().st_size < 2_000_000

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "resource_limit"
        assert "needs more than 1024 MiB of memory" in refusal.say()

    def test_a_file_that_unpacks_to_over_a_hundred_times_its_size_is_refused(self, tmp_path: Path) -> None:
        """Row 122."""
        path = tmp_path / "agents.parquet"
        pq.write_table(pa.table({"agent_id": ["x" * 200_000] * 1_500}), path)

        assert refused(lambda: looked_at(path)).code == "bomb"

    def test_the_time_that_reading_may_take_is_limited(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Row 122."""
        monkeypatch.setattr(parquet_file, "SECONDS", 0)

        refusal = refused(lambda: looked_at(surveys(tmp_path)))

        assert refusal.code == "resource_limit"
        assert "smaller row groups" in refusal.say()

    def test_a_reader_that_stops_early_leaves_no_child_behind(self, tmp_path: Path) -> None:
        path = surveys(tmp_path, 20_000)
        (file,) = looked_at(path).files

        found = records(file, ImportOptions(), now=NOW)
        next(found)
        children = _children()
        found.close()  # type: ignore[attr-defined]

        assert len(children) == 1
        assert _children() == []


def _claiming(folder: Path, count: int) -> Path:
    """Write a file of 77 rows that claims to have so many, in its row group and as a whole."""
    path = parquet(folder, "agents", agent_id=["a1"] * 77)
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer = data[-8 - length : -8].replace(_zigzag(77), _zigzag(count))
    path.write_bytes(data[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    return path


def _zigzag(number: int) -> bytes:
    """Return a number as Parquet's table of contents writes it, as a row count with its field's head."""
    number, data = number * 2, bytearray(b"\x16")
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*data, number])


def _children() -> list[int]:
    """Return the processes of ours that read Parquet."""
    found = (path for path in Path("/proc").glob("[0-9]*") if b"parquet_worker" in _said(path / "cmdline"))
    return [int(path.name) for path in found if f"PPid:\t{os.getpid()}\n".encode() in _said(path / "status")]


def _said(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
