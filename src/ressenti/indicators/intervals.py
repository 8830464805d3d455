"""How sure a share or a score is, from how many it rests on: 95 % intervals."""

from math import sqrt

Z = 1.959963984540054
"""The 97.5th percentile of the normal law: 95 % lie between −Z and Z."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the Wilson interval of a share, in percent (0 to 100); `n` is positive (domain section 7)."""
    share = hits / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    centre, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    return 100 * max(0.0, (centre - spread) / scale), 100 * min(1.0, (centre + spread) / scale)


def net_interval(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Return value ± margin of a net score in points, cut at −100 and 100; `n` is positive (domain section 7)."""
    plus, minus = promoters / n, detractors / n
    value = 100 * (promoters - detractors) / n
    margin = 100 * Z * sqrt(max(0.0, plus + minus - (plus - minus) ** 2) / n)
    return max(-100.0, value - margin), min(100.0, value + margin)
