"""How sure a share or a score is, from how many it rests on: 95 % intervals."""

from math import sqrt

from ressenti.facts.query import Z as Z  # noqa: PLC0414 - intervals are where it is looked for

ENOUGH_FOR_NORMAL = 30
"""Answers from which on the normal margin of a net score holds."""
PSEUDO, Z_OF_FEW = 3, 1.96
"""Answers taken as given beside few: ¾ promoters, 1½ passives, ¾ detractors; and how wide their interval is."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the Wilson interval of a share, in percent (0 to 100); `n` is positive (domain section 7)."""
    share = hits / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    centre, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    return 100 * max(0.0, (centre - spread) / scale), 100 * min(1.0, (centre + spread) / scale)


def net_interval(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Return the interval of a net score in points, cut at −100 and 100; `n` is positive (D44).

    From 30 answers on, of at least two classes, it is the value ± the normal margin. That says too little of fewer, and
    nothing where all say the same: there it is the adjusted Wald interval of Rocks (2016), of three answers more.
    """
    value = 100 * (promoters - detractors) / n
    classes = sum(count > 0 for count in (promoters, n - promoters - detractors, detractors))
    if n >= ENOUGH_FOR_NORMAL and classes > 1:
        middle, margin = value, _margin(promoters, detractors, n, Z)
    else:
        plus, minus, many = promoters + PSEUDO / 4, detractors + PSEUDO / 4, n + PSEUDO
        middle, margin = 100 * (plus - minus) / many, _margin(plus, minus, many, Z_OF_FEW)
    return max(-100.0, min(value, middle - margin)), min(100.0, max(value, middle + margin))


def _margin(promoters: float, detractors: float, n: int, z: float) -> float:
    plus, minus = promoters / n, detractors / n
    return 100 * z * sqrt(max(0.0, plus + minus - (plus - minus) ** 2) / n)
