"""What is in a PNG, read without any library for pictures: its size, and the colour of each of its dots."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Picture:
    """Rows of dots, each red, green and blue."""

    width: int
    height: int
    rows: list[bytes]
    step: int

    def at(self, x: int, y: int) -> Colour:
        red, green, blue = self.rows[y][x * self.step : x * self.step + 3]
        return red, green, blue

    def colours(self, left: int = 0, top: int = 0, right: int | None = None, bottom: int | None = None) -> set[Colour]:
        """Return the colours that occur in a part of the picture."""
        rows = range(top, bottom or self.height)
        return {self.at(x, y) for y in rows for x in range(left, right or self.width)}


def read_png(png: bytes) -> Picture:
    """Read a picture of eight bits a colour, of the kind that is not interlaced."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks = list(_chunks(png))
    width, height, depth, kind, _packing, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, kind in {2, 6}, interlaced) == (8, True, 0)
    step = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    rows, before = [], bytes(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * step], before, step)
        rows.append(before)
    return Picture(width, height, rows, step)


def size_of(png: bytes) -> tuple[int, int]:
    """Return how wide and how high a picture is."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def colour(written: str) -> Colour:
    """Return what `#8a2a5f` stands for."""
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + size]
        at += 12 + size


def _unfiltered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    found = bytearray(row)
    for i in range(len(found)):
        left, up, corner = (found[i - step], above[i], above[i - step]) if i >= step else (0, above[i], 0)
        near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        found[i] = (found[i] + (0, left, up, (left + up) // 2, near)[kind]) & 255
    return bytes(found)
