"""How much memory is left is what the machine has free, or less where a container allows less."""

from pathlib import Path

from ressenti.kit.memory import UNKNOWN, available

GIB = 2**30


def _told(folder: Path, *, free_kib: int | None, most: str | None = None, used: int = 0, cached: int = 0) -> int:
    if free_kib is not None:
        (folder / "meminfo").write_text(f"MemTotal:       99999999 kB\nMemAvailable:   {free_kib} kB\n")
    if most is not None:
        (folder / "memory.max").write_text(f"{most}\n")
        (folder / "memory.current").write_text(f"{used}\n")
        (folder / "memory.stat").write_text(f"anon 5\ninactive_file {cached}\n")
    return available(folder / "meminfo", folder)


def test_a_machine_without_limits_has_what_is_free(tmp_path: Path) -> None:
    assert _told(tmp_path, free_kib=2**21) == 2 * GIB


def test_a_container_has_what_is_left_of_its_limit(tmp_path: Path) -> None:
    assert _told(tmp_path, free_kib=2**24, most=str(4 * GIB), used=3 * GIB, cached=GIB // 2) == 3 * GIB // 2


def test_a_container_without_a_limit_has_what_the_machine_has(tmp_path: Path) -> None:
    assert _told(tmp_path, free_kib=2**20, most="max", used=7) == GIB


def test_a_system_that_does_not_tell_is_taken_to_have_some(tmp_path: Path) -> None:
    assert _told(tmp_path, free_kib=None) == UNKNOWN


def test_this_machine_tells() -> None:
    assert 0 < available() < 2**60
