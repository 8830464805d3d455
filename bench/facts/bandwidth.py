"""How fast does this machine copy memory? What reads every row of a page can be no faster than its bytes pass by."""

import ctypes
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

BUFFER = 256 * 2**20
ROUNDS = 7

Pair = tuple[ctypes.Array[ctypes.c_char], ctypes.Array[ctypes.c_char]]


def copied() -> dict[str, float]:
    """Return the bytes a second that all cores read and write together while they copy: the best of several rounds."""
    cores = os.cpu_count() or 1
    pairs = [(_buffer(b"\x01"), _buffer(b"\x02")) for _ in range(cores)]
    with ThreadPoolExecutor(cores) as threads:
        best = min(_round(threads, pairs) for _ in range(ROUNDS))
    return {"bytes_s": 2 * BUFFER * cores / best}


def _buffer(filling: bytes) -> ctypes.Array[ctypes.c_char]:
    return (ctypes.c_char * BUFFER).from_buffer(bytearray(filling) * BUFFER)


def _round(threads: ThreadPoolExecutor, pairs: Sequence[Pair]) -> float:
    start = time.perf_counter()
    list(threads.map(lambda pair: ctypes.memmove(pair[1], pair[0], BUFFER), pairs))  # holds no lock of Python's
    return time.perf_counter() - start
