"""Effects of one group: proportions, rates, correlations; and the ratio of two rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from probatum.stats.arrays import FloatArray, floats, require
from probatum.stats.inputs import Correlations, Proportions, RatePairs, Rates

Effect = tuple[FloatArray, FloatArray]


def correlation(sample: Correlations) -> Effect:
    """Raw correlation; variance (1 − r²)²/(n − 1) (Fisher 1915)."""
    ri, ni = sample
    return ri + 0.0, (1 - ri**2) ** 2 / (ni - 1)


def fisher_z(sample: Correlations) -> Effect:
    """Fisher's z; variance 1/(n − 3) (Fisher 1921), NaN for n ≤ 3."""
    ri, ni = sample
    return np.arctanh(ri), 1 / np.where(ni > 3, ni - 3, np.nan)


def raw_proportion(sample: Proportions) -> Effect:
    """Proportion with its binomial variance."""
    xi, ni = sample
    return xi / ni, xi * (ni - xi) / ni**3


def logit_proportion(sample: Proportions) -> Effect:
    """Log odds of an event."""
    xi, ni = sample
    return np.log(xi) - np.log(ni - xi), 1 / xi + 1 / (ni - xi)


def arcsine_proportion(sample: Proportions) -> Effect:
    """Arcsine square root, in radians; variance 1/(4n)."""
    xi, ni = sample
    return np.arcsin(np.sqrt(xi / ni)), 1 / (4 * ni) + 0 * xi


def freeman_tukey_proportion(sample: Proportions) -> Effect:
    """Double arcsine of Freeman & Tukey 1950, halved; variance 1/(4n + 2)."""
    xi, ni = sample
    low, high = np.sqrt(xi / (ni + 1)), np.sqrt((xi + 1) / (ni + 1))
    return (np.arcsin(low) + np.arcsin(high)) / 2, 1 / (4 * ni + 2) + 0 * xi


def inverse_freeman_tukey(yi: ArrayLike, ni: ArrayLike) -> FloatArray:
    """Turn a (pooled) double arcsine back into a proportion (Miller 1978).

    Parameters
    ----------
    yi : effects on the PFT scale, in radians.
    ni : sample size of each; for a pool, `harmonic_mean` of the studies' sizes. A value outside
        what 0 and n events of n give is set to 0 or 1: there the inverse does not exist.

    Returns
    -------
    Proportions, in the common shape of both.

    Raises
    ------
    InputError : `ni` is not above 0 and finite.
    """
    yi, ni = floats(yi=yi, ni=ni)
    require(~((ni <= 0) | np.isinf(ni)), "ni must be above 0 and finite")
    least = np.arcsin(np.sqrt(1 / (ni + 1))) / 2
    t = np.clip(2 * yi, 2 * least, np.pi - 2 * least)
    sine = np.sin(t)
    inner = 1 - (sine + (sine - 1 / sine) / ni) ** 2
    p = (1 - np.sign(np.cos(t)) * np.sqrt(np.clip(inner, 0, None))) / 2
    return np.where(2 * yi <= 2 * least, 0.0, np.where(2 * yi >= np.pi - 2 * least, 1.0, p))[()]


def harmonic_mean(ni: ArrayLike) -> float:
    """Harmonic mean of sizes (any shape), for the inverse of the double arcsine (Miller 1978).

    Raises
    ------
    InputError : there is no size, or one is not above 0 and finite.

    >>> harmonic_mean([10, 40])
    16.0
    """
    (sizes,) = floats(ni=ni)
    require(sizes.size > 0, "there must be at least one ni")
    require(~((sizes <= 0) | np.isinf(sizes)), "ni must be above 0 and finite")
    return float(sizes.size / (1 / sizes).sum())


def raw_rate(sample: Rates) -> Effect:
    """Events per unit of person-time; Poisson variance."""
    xi, ti = sample
    return xi / ti, xi / ti**2


def log_rate(sample: Rates) -> Effect:
    """Log of events per unit of person-time."""
    xi, ti = sample
    return np.log(xi) - np.log(ti), 1 / xi + 0 * ti


def log_rate_ratio(groups: RatePairs) -> Effect:
    """Log ratio of two rates; Poisson variance (Handbook 6.7)."""
    x1i, t1i, x2i, t2i = groups
    return np.log(x1i) - np.log(t1i) - np.log(x2i) + np.log(t2i), 1 / x1i + 1 / x2i
