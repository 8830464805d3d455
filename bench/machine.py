"""On what machine, and how busy is it? Numbers without this mean little."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import pysqlite3

LOOPS = 3_000_000
SYNCS = 40
PACKAGES = ("duckdb", "pysqlite3", "sqlalchemy", "pyarrow", "msgspec", "litestar")


def described() -> dict[str, Any]:
    """Return the processor, the memory and the versions."""
    versions = {name: version(name) for name in PACKAGES}
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": pysqlite3.sqlite_version,
        "packages": versions,
    }


def calibrated(folder: Path) -> dict[str, float]:
    """Return how long a fixed loop takes now (s), and an fsync in this folder (ms): what to set other runs against."""
    return {"loop_s": _loop_s(), "fsync_ms": _fsync_ms(folder), "load": os.getloadavg()[0]}


def _loop_s() -> float:
    start = time.perf_counter()
    total = 0
    for i in range(LOOPS):
        total += i & 7
    return time.perf_counter() - start


def _fsync_ms(folder: Path) -> float:
    path = folder / "fsync"
    taken = []
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append(1000 * (time.perf_counter() - start))
    path.unlink()
    return median(taken)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
