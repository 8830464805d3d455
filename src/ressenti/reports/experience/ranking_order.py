"""In which order do the rows of a ranking stand, and which of them stay where there is room for a few?"""

from collections.abc import Sequence

from ressenti.indicators.model import Better
from ressenti.kit.collation import by_letters
from ressenti.reports.model import RankedRow


def rank(row: RankedRow, order: str, better: Better, name: str = "") -> tuple[float, int, str]:
    """Order as chosen; by value the best first, delays from the shortest. Ties by n, then name (domain section 3.2).

    `name` is what the row is called where it is shown, its label where that is not given.
    """
    value, name = row.value, by_letters(name or row.label)
    measured = value.value or 0
    match order:
        case "lower" if value.low is not None:
            return -value.low, -value.n, name
        case "lowest":
            return measured, -value.n, name
        case "highest":
            return -measured, -value.n, name
        case "change":
            return -abs(row.change.difference) if row.change else 1, -value.n, name
        case "n":
            return 0, -value.n, name
        case "name":
            return 0, 0, name
        case _:
            return (measured if better is Better.LOWER else -measured), -value.n, name


def rank_by_base(row: RankedRow) -> tuple[int, float, str]:
    """Order what is not ranked by how much there is to it."""
    return -row.value.n, -(row.value.value or 0), by_letters(row.label)


def both_ends(rows: Sequence[RankedRow], most: int, better: Better) -> tuple[tuple[RankedRow, ...], int]:
    """Keep the best and the worst rows, in the order they stand in, and how many rows stand before the first gap.

    0 where nothing was left out. Rows are left out of the middle: the worst is never among them.
    """
    if len(rows) <= most:
        return tuple(rows), 0
    places = sorted(range(len(rows)), key=lambda i: rank(rows[i], "value", better))
    last = most // 2
    kept = sorted((*places[: most - last], *places[len(rows) - last :]))
    gap = next(i for i, place in enumerate((*kept, -1)) if place != i)
    return tuple(rows[i] for i in kept), gap
