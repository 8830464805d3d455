"""A file that is written beside another of the same name, or beside somebody's own, never meets it."""

from pathlib import Path

import pytest

from ressenti.kit.output_files import FileInTheWay, new_file


def test_two_who_write_to_one_path_at_once_each_write_their_own_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    with pytest.raises(FileInTheWay), new_file(path, replace=False) as slow:
        slow.write(b"slow, the fir")
        with new_file(path, replace=False) as quick:
            quick.write(b"quick, all of it")
        slow.write(b"st half and the second")

    assert path.read_bytes() == b"quick, all of it"
    assert list(tmp_path.iterdir()) == [path]


def test_what_somebody_calls_by_a_name_that_ends_in_part_stays(tmp_path: Path) -> None:
    (tmp_path / "o.csv.part").write_text("mine")
    with new_file(tmp_path / "o.csv", replace=False) as out:
        out.write(b"rows")

    assert (tmp_path / "o.csv.part").read_text() == "mine"
