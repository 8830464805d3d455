"""Could a difference between two values be chance? The probability of as much of one where nothing differs.

Scores are tested by the normal law of their difference, medians by Mood’s test, means by Welch’s (D38). One is clear
where that is at most one in twenty; of many looked at together, where their false discovery rate is.
"""

from collections.abc import Sequence
from math import atan, cos, erfc, pi, sin, sqrt
from typing import NamedTuple

from ressenti.indicators.intervals import Z
from ressenti.indicators.model import Value

SIGNIFICANCE_LEVEL = 0.05
"""The probability by chance, or false discovery rate of many, at which a change is still clear."""
ENOUGH_FOR_NPS = 30
"""Below this many answers the normal margin of an NPS is indicative only (domain section 7)."""
_NEARLY_NORMAL = 1_000
"""Degrees of freedom from which on Student's law is the normal one."""


class Sides(NamedTuple):
    """How the rows of a period lie about the median of both: how many there are, and how many on either side."""

    n: int
    below: int
    above: int


class Sums(NamedTuple):
    """The rows of a period: how many, and the sums of their values and of the squares of these."""

    n: int
    total: int
    squares: int


def p_of_shares(now: Value, before: Value) -> float | None:
    """Test two shares in percent: a z test with the pooled share. None where one was not measured."""
    if now.value is None or before.value is None:
        return None
    ours, theirs = now.value / 100, before.value / 100
    pooled = (ours * now.n + theirs * before.n) / (now.n + before.n)
    return normal_p(ours - theirs, sqrt(pooled * (1 - pooled) * (1 / now.n + 1 / before.n)))


def p_of_net_scores(now: Value, before: Value) -> float | None:
    """Test two net scores: their difference over its standard error. None where one was not measured.

    With fewer than 30 answers, of which the error is not that of a normal law, nothing is told from chance (D44).
    """
    if now.value is None or before.value is None:
        return None
    ours, theirs = net_error(now), net_error(before)
    if min(now.n, before.n) < ENOUGH_FOR_NPS or not ours or not theirs:
        return 1.0
    return normal_p(now.value - before.value, sqrt(ours**2 + theirs**2))


def net_error(value: Value) -> float:
    """Return the standard error of a net score, in points, from its margin: the longer side, as one may be cut."""
    if value.value is None or value.low is None or value.high is None:
        return 0.0
    return max(value.value - value.low, value.high - value.value) / Z


def p_of_medians(now: Sides, before: Sides) -> float | None:
    """Test two medians by Mood's test: rows score −1, 0 or 1 about the median of both (D38).

    The difference of the two mean scores is lessened by the step it moves in. None where a period has no rows.
    """
    n, m = now.n, before.n
    if not n or not m:
        return None
    below, above = now.below + before.below, now.above + before.above
    variance = (below + above) / (n + m) - ((above - below) / (n + m)) ** 2
    difference = abs((now.above - now.below) / n - (before.above - before.below) / m)
    step = 1 / n + 1 / m
    return normal_p(max(0.0, difference - step), sqrt(variance * step))


def p_of_means(now: Sums, before: Sums) -> float | None:
    """Test two means by Welch's test; None where one rests on fewer than two rows."""
    if min(now.n, before.n) < 2:
        return None
    (ours, our_error), (theirs, their_error) = _mean(now), _mean(before)
    error = our_error + their_error
    if not error:
        return float(ours == theirs)
    freedom = error**2 / (our_error**2 / (now.n - 1) + their_error**2 / (before.n - 1))
    return student(abs(ours - theirs) / sqrt(error), max(1, int(freedom)))


def student(t: float, freedom: int) -> float:
    """Return the probability of as much as `t` or more, either way, by Student's law of whole degrees of freedom."""
    if freedom >= _NEARLY_NORMAL:
        return normal_p(t, 1)
    angle = atan(t / sqrt(freedom))
    is_odd = freedom % 2
    term = cos(angle) if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + is_odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    within = sin(angle) * total
    return max(0.0, 1 - (2 / pi * (angle + within) if is_odd else within))


def normal_p(difference: float, error: float) -> float:
    """Return the probability of as much of a difference, either way, by the normal law; `error` is its standard one.

    Where nothing varies, any difference at all is more than chance makes.
    """
    return erfc(abs(difference) / error / sqrt(2)) if error else float(not difference)


def q_values(ps: Sequence[float]) -> list[float]:
    """Return the false discovery rate at which each of all looked at would count (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(ps)), key=lambda at: ps[at], reverse=True)
    qs, least = [1.0] * len(ps), 1.0
    for rank, at in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, ps[at] * len(ps) / rank)
        qs[at] = least
    return qs


def _mean(sums: Sums) -> tuple[float, float]:
    """Return the mean of rows and the square of its standard error, exact sums kept whole as long as they can be."""
    n, total, squares = sums
    return total / n, (n * squares - total * total) / (n * n * (n - 1))
