"""How far a printed figure may be from the figure that was printed."""

from __future__ import annotations

import math
from statistics import NormalDist

NORMAL = NormalDist()


def half_unit(value: float) -> float:
    """Return half a unit of the last digit shown.

    >>> half_unit(0.32), half_unit(12.0)
    (0.005, 0.5)
    """
    text = f"{value:.10g}"
    digits = len(text.partition(".")[2]) if "e" not in text else 10
    return 0.5 * 10.0**-digits


def off_centre(estimate: float, low: float, high: float, *, log: bool) -> float:
    """Return how far an estimate is from the middle of its interval, in half widths.

    What rounding can explain is taken off first. On the log scale for ratios.
    """
    spread = [half_unit(value) for value in (estimate, low, high)]
    if log:
        spread = [s / v for s, v in zip(spread, (estimate, low, high), strict=True)]
        estimate, low, high = math.log(estimate), math.log(low), math.log(high)
    half = (high - low) / 2
    distance = abs(estimate - (low + high) / 2) - spread[0] - (spread[1] + spread[2]) / 2
    return max(distance, 0.0) / half if half > 0 else 0.0


def z_of_p(p: float) -> float:
    """Return the standard normal deviate of a two-sided p."""
    return -NORMAL.inv_cdf(max(p, 1e-15) / 2)


def z_of_level(level: float) -> float:
    """Return the multiplier of the standard error in an interval of that level."""
    return NORMAL.inv_cdf((1 + level) / 2)


def p_bounds(p: float | str) -> tuple[float, float]:
    """Return the range in which a printed p lies.

    >>> p_bounds("<0.05"), p_bounds(0.04)
    ((0.0, 0.05), (0.035, 0.045))
    """
    if isinstance(p, str):
        if p[0] in "<>":
            bound = float(p.lstrip("<>="))
            return (0.0, bound) if p[0] == "<" else (bound, 1.0)
        p = float(p)
    return max(p - half_unit(p), 0.0), min(p + half_unit(p), 1.0)
