"""On which scale a satisfaction note was given."""

import re
from dataclasses import dataclass

_TOP = re.compile(r"\+?(\d{1,6})(?:\.0*)?", re.ASCII)
_ENDS = re.compile(r"(-?\d{1,6})\s*[-–]\s*(-?\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest note that can be given."""

    low: int
    high: int

    def __contains__(self, note: int) -> bool:
        return self.low <= note <= self.high

    def __str__(self) -> str:
        return str(self.high) if self.low == 1 else f"{self.low}-{self.high}"


def scale(text: str) -> Scale | None:
    """Return the scale that is written `N` (1 to N) or `LOW-HIGH`, or None where it is neither."""
    text = text.strip()
    if top := _TOP.fullmatch(text):
        low, high = 1, int(top[1])
    elif ends := _ENDS.fullmatch(text):
        low, high = int(ends[1]), int(ends[2])
    else:
        return None
    return Scale(low, high) if low < high else None
