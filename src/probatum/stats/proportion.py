"""Intervals of one proportion.

Events `x` of `n` people, scalars or arrays; every interval is ``(low, high)``. `x` need not be
whole (a split control group has halves).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from probatum.errors import InputError
from probatum.stats.arrays import FloatArray, floats, quantile, require

Interval = tuple[FloatArray, FloatArray]


def wilson(x: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Score interval of Wilson 1927.

    Parameters
    ----------
    x, n : events and people, scalars or arrays of one shape; n above 0, x from 0 to n.
    level : coverage, between 0 and 1.

    Raises
    ------
    InputError : n is not above 0, events are not between 0 and n, or `level` not between 0 and 1.

    >>> low, high = wilson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    x, n = _counts(x, n)
    z = quantile(level)
    middle = (x + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(x * (n - x) / n + z**2 / 4) / (n + z**2)
    # at 0 and n events the limit is 0 or 1 by algebra, and must be so in floating point
    return (
        np.where(x == 0, 0.0, np.clip(middle - half, 0, 1))[()],
        np.where(x == n, 1.0, np.clip(middle + half, 0, 1))[()],
    )


def clopper_pearson(x: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Exact interval of Clopper & Pearson 1934, by the quantiles of the beta distribution.

    Parameters
    ----------
    x, n : events and people, scalars or arrays of one shape; n above 0, x from 0 to n.
    level : coverage, between 0 and 1.

    Raises
    ------
    InputError : as `wilson`.

    >>> low, high = clopper_pearson(0, 10)
    >>> float(low), round(float(high), 4)
    (0.0, 0.3085)
    """
    x, n = _counts(x, n)
    tail = (1 - _checked(level)) / 2
    inside_low, inside_high = np.where(x > 0, x, 1.0), np.where(x < n, x, n - 1)
    low = betaincinv(inside_low, n - inside_low + 1, tail)
    high = betaincinv(inside_high + 1, np.maximum(n - inside_high, 1e-300), 1 - tail)
    return np.where(x > 0, low, 0.0)[()], np.where(x < n, high, 1.0)[()]


def upper_bound_of_none(
    n: ArrayLike, level: float = 0.95, method: Literal["exact", "rule of three"] = "exact"
) -> FloatArray:
    """One-sided upper bound of the risk when none of n people had the event.

    ``exact`` 1 − (1 − level)^(1/n); ``rule of three`` −ln(1 − level)/n, which is 3/n at 95%
    (Hanley & Lippman-Hand 1983), at most 1. One bound for each n, in its shape.

    Raises
    ------
    InputError : no such method, n is not above 0, or `level` not between 0 and 1.

    >>> round(float(upper_bound_of_none(300)), 5)
    0.00994
    """
    (n,) = floats(n=n)
    require(~(n <= 0), "n must be above 0")
    exponent = -np.log1p(-_checked(level)) / n
    if method == "exact":
        return np.asarray(-np.expm1(-exponent))[()]
    if method == "rule of three":
        return np.asarray(np.minimum(exponent, 1.0))[()]
    raise InputError(f"method must be exact or rule of three, not {method}")


def _checked(level: float) -> float:
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, not {level}")
    return level


def _counts(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = floats(x=x, n=n)
    require(~((n <= 0) | np.isinf(n)), "n must be above 0 and finite")
    require(~((x < 0) | (x > n)), "events must lie between 0 and n")
    return x, n
