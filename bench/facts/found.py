"""What a page's questions found, by whoever was asked, in one form: it has to be the same."""

from collections.abc import Iterator
from math import isclose

Cell = tuple[float | int | None, int]
"""A value, and how many rows it rests on."""
Found = dict[tuple[str, str], dict[int | None, Cell]]
"""By part and indicator; then by the id of the key, the number of the bucket, or TOTAL."""

TOTAL = -1
_EXACT = {"first_response_time", "resolution_time", "conversations"}
_NEAR = 1e-9


class Different(Exception):
    """Two that were asked the same found different things."""


def require_same(ours: Found, other: Found, whose: str) -> None:
    """Compare all that was found: counts and medians exactly, ratios and means to a billionth; raises Different."""
    wrong = list(_differences(ours, other))
    if wrong:
        raise Different(f"{len(wrong)} of our answers differ from {whose}: {'; '.join(wrong[:5])}")


def _differences(ours: Found, other: Found) -> Iterator[str]:
    for place in ours.keys() | other.keys():
        own, others = ours.get(place, {}), other.get(place, {})
        for key in own.keys() | others.keys():
            one, two = own.get(key), others.get(key)
            if not _same(one, two, is_exact=place[1] in _EXACT):
                yield f"{' '.join(place)}, {key}: {one}, not {two}"


def _same(one: Cell | None, two: Cell | None, *, is_exact: bool) -> bool:
    if one is None or two is None or is_exact or one[0] is None or two[0] is None:
        return one == two
    return one[1] == two[1] and isclose(one[0], two[0], rel_tol=_NEAR, abs_tol=_NEAR)
