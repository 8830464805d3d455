"""Files in gzip and zip, and the traps that can be packed with them."""

import gzip
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ressenti.intake.formats import archives, streams
from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.sources.files.input_set import find_files
from ressenti.kit.sizes import GIB
from tests.support.reading import SURVEYS, codes, looked_at, refused, row, taken, write

DAY = "2026-03-01T10:00:00Z"
ONE = f"{SURVEYS}s1,{DAY}\n"
MIB = 1024 * 1024
LINE = b"0" * (MIB - 1) + b"\n"


def packed(folder: Path, *files: tuple[str | zipfile.ZipInfo, str | bytes], name: str = "export.zip") -> Path:
    """Write a zip of these files."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in files:
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return path


class TestGzip:
    def test_a_gzip_file_is_read_as_what_it_holds(self, tmp_path: Path) -> None:
        (record,) = taken(write(tmp_path, "surveys.csv.gz", ONE))

        assert (record.line, record.offset, record.raw) == (2, len(SURVEYS), f"s1,{DAY}".encode())

    def test_gzip_files_may_have_several_parts_and_padding(self, tmp_path: Path) -> None:
        path = tmp_path / "surveys.csv.gz"
        path.write_bytes(gzip.compress(ONE.encode()) + gzip.compress(f"s2,{DAY}\n".encode()) + bytes(512))

        assert codes(taken(path)) == ["", ""]

    @pytest.mark.parametrize("kept", [0, 5, 20, -1, -8, -9])
    def test_a_truncated_gzip_file_is_refused(self, tmp_path: Path, kept: int) -> None:
        path = tmp_path / "surveys.csv.gz"
        path.write_bytes(gzip.compress(ONE.encode() * 10)[:kept])

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "damaged"
        assert "surveys.csv.gz" in refusal.say()

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: data[:-6] + b"\0\0" + data[-4:],
            lambda data: data + b"more",
            lambda data: b"survey_id" + data,
            lambda data: data[:15] + b"\xff\xff\xff" + data[18:],
        ],
        ids=["checksum", "more behind it", "more before it", "content"],
    )
    def test_a_damaged_gzip_file_is_refused(self, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
        path = tmp_path / "surveys.csv.gz"
        path.write_bytes(spoil(gzip.compress(ONE.encode() * 10)))

        assert refused(lambda: looked_at(path)).code == "damaged"

    def test_a_gzip_bomb_is_refused(self, tmp_path: Path) -> None:
        """Rows 7 and 123: a thousand to one, beyond 200 MiB."""
        path = tmp_path / "surveys.csv.gz"
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(SURVEYS.encode())
            for _ in range(260):
                file.write(LINE)
        assert 100 * path.stat().st_size < 260 * MIB

        refusal = refused(lambda: looked_at(path))

        assert refusal.code == "bomb"
        assert "more than 200 MiB, over 100 times its size" in refusal.say()

    def test_what_packs_well_is_no_bomb(self, tmp_path: Path) -> None:
        assert not streams.is_bomb(199 * MIB, 1)
        assert not streams.is_bomb(10 * GIB, 110 * MIB)


class TestZip:
    def test_a_zip_is_a_folder(self, tmp_path: Path) -> None:
        path = packed(
            tmp_path, ("surveys.csv", ONE), ("agents.jsonl", '{"agent_id":"a1"}'), ("README.txt", "x"), ("a/b.csv", "")
        )

        unit = find_files([path], ImportOptions())

        assert [file.name for file in unit.files] == ["export.zip/agents.jsonl", "export.zip/surveys.csv"]
        assert unit.skipped == ("export.zip/README.txt", "export.zip/a/b.csv")
        assert [row(FileKind.AGENTS, record) for record in taken(path)[:1]] == [{"agent_id": "a1"}]

    def test_the_folder_that_was_packed_does_not_matter(self, tmp_path: Path) -> None:
        path = packed(
            tmp_path, ("out/", ""), ("out/surveys.csv", ONE), ("out/.hidden", ""), ("__MACOSX/out/._surveys.csv", "x")
        )

        unit = find_files([path], ImportOptions())

        assert ([file.name for file in unit.files], unit.skipped) == (["export.zip/surveys.csv"], ())
        assert codes(taken(path)) == [""]

    def test_a_gzip_file_inside_is_fine(self, tmp_path: Path) -> None:
        path = packed(tmp_path, ("surveys.csv.gz", gzip.compress(ONE.encode())))

        assert codes(taken(path)) == [""]

    def test_a_zip_without_any_of_the_seven_is_refused(self, tmp_path: Path) -> None:
        assert (
            refused(lambda: find_files([packed(tmp_path, ("x.csv", ""))], ImportOptions())).code == "nothing_to_import"
        )

    def test_what_is_no_zip_is_refused(self, tmp_path: Path) -> None:
        for content in (b"", b"PK", b"no zip at all" * 100, b"PK\x05\x06" + bytes(18)):
            path = write(tmp_path, "export.zip", content)

            refusal = refused(partial(find_files, [path], ImportOptions()))
            assert refusal.code in {"damaged", "nothing_to_import"}

    def test_a_truncated_zip_is_refused(self, tmp_path: Path) -> None:
        path = packed(tmp_path, ("surveys.csv", ONE * 100))
        path.write_bytes(path.read_bytes()[:-30])

        assert refused(lambda: find_files([path], ImportOptions())).code == "damaged"

    def test_a_spoilt_zip_is_refused(self, tmp_path: Path) -> None:
        path = packed(tmp_path, ("surveys.csv", ONE * 100))
        data = bytearray(path.read_bytes())
        data[50:60] = bytes(10)
        path.write_bytes(data)

        assert refused(lambda: looked_at(path)).code == "damaged"


class TestTraps:
    @pytest.mark.parametrize("entry", ["../surveys.csv", "a/../../x", "/etc/passwd", "C:\\x.csv", "..\\x", "\\\\a\\b"])
    def test_names_that_lead_out_are_refused(self, tmp_path: Path, entry: str) -> None:
        """Row 124."""
        path = packed(tmp_path, ("surveys.csv", ONE), (entry, "x"))

        refusal = refused(lambda: find_files([path], ImportOptions()))

        assert refusal.code == "unsafe_name"
        assert f"“{entry}”" in refusal.say()

    def test_a_link_is_refused(self, tmp_path: Path) -> None:
        """Row 124."""
        link = zipfile.ZipInfo("surveys.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16

        assert (
            refused(lambda: find_files([packed(tmp_path, (link, "/etc/passwd"))], ImportOptions())).code
            == "link_in_archive"
        )

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_name_that_is_there_twice_is_refused(self, tmp_path: Path) -> None:
        """Row 124."""
        path = packed(tmp_path, ("surveys.csv", ONE), ("surveys.csv", SURVEYS))

        assert refused(lambda: find_files([path], ImportOptions())).code == "name_twice"

    def test_an_encrypted_zip_is_refused(self, tmp_path: Path) -> None:
        """Row 125."""
        path = packed(tmp_path, ("surveys.csv", ONE))
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)

        refusal = refused(lambda: find_files([path], ImportOptions()))

        assert refusal.code == "encrypted"
        assert "Unlock it" in refusal.say()

    @pytest.mark.parametrize("entry", ["inner.zip", "a/B.ZIP", "x.7z", "x.tar.gz", "x.rar"])
    def test_an_archive_inside_is_refused(self, tmp_path: Path, entry: str) -> None:
        """Row 123: nested once, or again and again as a quine is."""
        path = packed(tmp_path, ("surveys.csv", ONE), (entry, b"PK"))

        assert refused(lambda: find_files([path], ImportOptions())).code == "nested_archive"

    def test_another_compression_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
            archive.writestr("surveys.csv", ONE)

        assert refused(lambda: find_files([path], ImportOptions())).code == "unknown_compression"

    def test_more_than_10000_entries_are_refused(self, tmp_path: Path) -> None:
        """Row 123."""
        path = packed(tmp_path, *((f"{number}", "") for number in range(10_001)))

        assert refused(lambda: find_files([path], ImportOptions())).code == "too_many_entries"

    def test_a_million_entries_are_refused_before_they_are_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Row 123: however few the end record claims."""
        monkeypatch.setattr(zipfile, "ZipFile", None)
        catalogue = 46 * 1_000_000
        ends = [
            struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, catalogue, 0, 0),
            struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0),
            struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, catalogue, 0)
            + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
            + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, 0),
        ]
        for end in ends:
            path = write(tmp_path, "export.zip", bytes(100) + end)

            assert refused(lambda path=path: archives.entries(path)).code == "too_many_entries"  # type: ignore[misc]

    def test_a_zip_bomb_is_refused_by_what_it_declares(self, tmp_path: Path) -> None:
        """Row 123."""
        path = tmp_path / "export.zip"
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("surveys.csv", "w") as file,
        ):
            for _ in range(220):
                file.write(LINE)

        assert refused(lambda: find_files([path], ImportOptions())).code == "bomb"

    def test_a_zip_that_declares_less_than_it_holds_is_refused_while_it_is_read(self, tmp_path: Path) -> None:
        """Row 123."""
        content = SURVEYS.encode() + b"\n" * 3 * MIB
        path = packed(tmp_path, ("surveys.csv", content))
        data = path.read_bytes()
        path.write_bytes(data.replace(struct.pack("<L", len(content)), struct.pack("<L", 1_000)))

        assert refused(lambda: looked_at(path)).code == "damaged"

    def test_more_than_2_gib_in_all_are_refused(self, tmp_path: Path) -> None:
        """Row 123: declared sizes whose ratio would pass."""
        path = packed(tmp_path, ("surveys.csv", "x"), ("agents.csv", "y"))
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        for entry in entries:
            entry.file_size, entry.compress_size = 1100 * MIB, 1000 * MIB
        os.truncate(path, 2000 * MIB)  # as long as it declares, without filling the disk

        assert refused(lambda: archives._check_together(path, entries)).code == "archive_too_large"

    def test_gzip_files_inside_may_unpack_to_2_gib_in_all(self) -> None:
        """Row 123."""
        allowance = streams.Allowance()
        allowance.spend("export.zip/a.csv.gz", GIB)
        allowance.spend("export.zip/a.csv.gz", GIB)

        refusal = refused(lambda: allowance.spend("export.zip/b.csv.gz", GIB + 1))

        assert refusal.code == "archive_too_large"

    def test_a_gzip_bomb_inside_a_zip_is_refused(self, tmp_path: Path) -> None:
        """Row 123: little is declared."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = packer.compress(SURVEYS.encode()) + b"".join(packer.compress(LINE) for _ in range(230)) + packer.flush()
        path = packed(tmp_path, ("surveys.csv.gz", bomb))

        assert refused(lambda: looked_at(path)).code == "bomb"
