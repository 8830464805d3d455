"""How much memory is left for this process: what the machine has free, or its container is still allowed."""

from contextlib import suppress
from pathlib import Path

KIB = 1024
UNKNOWN = 8 * 2**30
"""What is taken to be left where the system does not say."""
UNLIMITED = 2**63

MACHINE = Path("/proc/meminfo")
CONTAINER = Path("/sys/fs/cgroup")


def available(machine: Path = MACHINE, container: Path = CONTAINER) -> int:
    """Return the bytes that this process may still take without anything being swapped or ended."""
    return min(_of_machine(machine), _of_container(container))


def _of_machine(told: Path) -> int:
    with suppress(OSError):
        for line in told.read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * KIB
    return UNKNOWN


def _of_container(folder: Path) -> int:
    """Return what is left of a container's limit; files that are only kept in memory are no part of it."""
    with suppress(OSError, ValueError):
        most = int((folder / "memory.max").read_text())
        used = int((folder / "memory.current").read_text())
        told = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return most - used + int(told.get("inactive_file", 0))
    return UNLIMITED
