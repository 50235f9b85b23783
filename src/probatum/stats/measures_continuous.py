"""Effects of two groups' means and SDs, and of paired means, with their variances.

Pairs are before and after in one group, or the two periods of a crossover trial.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import poch

from probatum.errors import InputError
from probatum.stats.arrays import FloatArray, floats, require
from probatum.stats.inputs import Means, Pairs

Effect = tuple[FloatArray, FloatArray]
Correction = Literal["exact", "approximate", "none"]
SmdVariance = Literal["LS", "UB", "revman"]


def small_sample_factor(df: ArrayLike, correction: Correction = "exact") -> FloatArray:
    """Return J, by which Cohen's d is multiplied to give Hedges' g.

    Parameters
    ----------
    df : degrees of freedom of the SD, n₁ + n₂ − 2 for two groups.
    correction : ``exact`` Γ(m/2)/(√(m/2)·Γ((m−1)/2)); ``approximate`` 1 − 3/(4m − 1), as in
        RevMan; ``none`` 1. Source: Hedges 1981. NaN below df 2,
        where g has no expectation.

    Raises
    ------
    InputError : no such correction.
    """
    (m,) = floats(df=df)
    if correction == "none":
        return np.ones_like(m)
    if correction not in {"exact", "approximate"}:
        raise InputError(f"correction must be exact, approximate or none, not {correction}")
    usable = (m >= 2) & np.isfinite(m)
    safe = np.where(usable, m, 2.0)
    factor = (
        poch((safe - 1) / 2, 0.5) / np.sqrt(safe / 2)
        if correction == "exact"
        else 1 - 3 / (4 * safe - 1)
    )
    return np.where(usable, factor, np.where(np.isposinf(m), 1.0, np.nan))[()]


def mean_difference(groups: Means) -> Effect:
    """Difference of means, unpooled variance (Handbook 6.5.1.1)."""
    m1i, sd1i, n1i, m2i, sd2i, n2i = groups
    return m1i - m2i, sd1i**2 / n1i + sd2i**2 / n2i


def pooled_sd(sd1i: FloatArray, n1i: FloatArray, sd2i: FloatArray, n2i: FloatArray) -> FloatArray:
    """SD within two groups, weighted by their degrees of freedom."""
    df1, df2 = n1i - 1, n2i - 1
    return np.sqrt((df1 * sd1i**2 + df2 * sd2i**2) / (df1 + df2))


def standardised_mean_difference(
    groups: Means, *, correction: Correction = "exact", variance: SmdVariance = "LS"
) -> Effect:
    """Hedges' g by the pooled SD; see `smd_variance` for the variance."""
    m1i, sd1i, n1i, m2i, sd2i, n2i = groups
    d = (m1i - m2i) / pooled_sd(sd1i, n1i, sd2i, n2i)
    g = d * small_sample_factor(n1i + n2i - 2, correction)
    return g, smd_variance(g, n1i, n2i, variance)


def smd_variance(
    g: ArrayLike, n1i: ArrayLike, n2i: ArrayLike, variance: SmdVariance = "LS"
) -> FloatArray:
    """Variance of Hedges' g.

    ``LS`` large-sample 1/n₁ + 1/n₂ + g²/(2N) (Hedges 1982); ``revman`` the same with
    N − 3.94 (RevMan's statistical algorithms, 2010); ``UB`` unbiased
    1/n₁ + 1/n₂ + (1 − (m − 2)/(m·J²))·g² (Hedges 1983), for m = N − 2 > 2.

    Parameters
    ----------
    g : standardised differences; n1i, n2i : people of both groups. All broadcast to one shape.

    Raises
    ------
    InputError : no such variance.

    >>> round(float(smd_variance(0.5, 50, 50)), 5)
    0.04125
    """
    g, n1i, n2i = floats(g=g, n1i=n1i, n2i=n2i)
    total, harmonic = n1i + n2i, 1 / n1i + 1 / n2i
    if variance == "LS":
        return harmonic + g**2 / (2 * total)
    if variance == "revman":
        return harmonic + g**2 / (2 * (total - 3.94))
    if variance != "UB":
        raise InputError(f"variance must be LS, UB or revman, not {variance}")
    m = total - 2
    return harmonic + (1 - (m - 2) / (m * small_sample_factor(m) ** 2)) * g**2


def smd_unequal_variances(groups: Means, *, correction: Correction = "exact") -> Effect:
    """SMD by the root mean square of both SDs, for unequal variances.

    Variance J²·Var(d) of Bonett 2009, with g as the estimate of delta.
    """
    m1i, sd1i, n1i, m2i, sd2i, n2i = groups
    df1, df2 = n1i - 1, n2i - 1
    square = (sd1i**2 + sd2i**2) / 2
    factor = small_sample_factor(df1 + df2, correction)
    g = factor * (m1i - m2i) / np.sqrt(square)
    of_sd = (sd1i**4 / df1 + sd2i**4 / df2) / (8 * square**2)
    return g, factor**2 * (g**2 * of_sd + (sd1i**2 / df1 + sd2i**2 / df2) / square)


def log_ratio_of_means(groups: Means) -> Effect:
    """Log ratio of means of one sign (Hedges, Gurevitch & Curtis 1999)."""
    m1i, sd1i, n1i, m2i, sd2i, n2i = groups
    ratio = m1i / m2i
    yi = np.log(np.where(ratio > 0, ratio, np.nan))
    return yi, (sd1i / m1i) ** 2 / n1i + (sd2i / m2i) ** 2 / n2i


def log_variability_ratio(groups: Means) -> Effect:
    """Log ratio of SDs, corrected for small samples (Nakagawa et al. 2015)."""
    _, sd1i, n1i, _, sd2i, n2i = groups
    half1, half2 = 1 / (2 * (n1i - 1)), 1 / (2 * (n2i - 1))
    return np.log(sd1i) - np.log(sd2i) + half1 - half2, half1 + half2


def log_variation_ratio(groups: Means) -> Effect:
    """Log ratio of coefficients of variation (Nakagawa et al. 2015, for normal data)."""
    spread, of_spread = log_variability_ratio(groups)
    means, of_means = log_ratio_of_means(groups)
    return spread - means, of_spread + of_means


def change_sd(sd1i: ArrayLike, sd2i: ArrayLike, ri: ArrayLike) -> FloatArray:
    """SD of the difference of two correlated measurements (Handbook 6.5.2.8)."""
    sd1i, sd2i, ri = floats(sd1i=sd1i, sd2i=sd2i, ri=ri)
    for sd in (sd1i, sd2i):
        require(~((sd < 0) | np.isinf(sd)), "an SD must be finite and cannot be negative")
    require(~(np.abs(ri) > 1), "a correlation lies between -1 and 1")
    # (s₁ − s₂)² + 2(1 − r)s₁s₂ cannot fall below zero by rounding
    return np.sqrt((sd1i - sd2i) ** 2 + 2 * (1 - ri) * sd1i * sd2i)


def mean_change(pairs: Pairs) -> Effect:
    """Raw mean change, or paired difference of a crossover (Handbook 23.2)."""
    m1i, m2i, sd1i, sd2i, ni, ri = pairs
    return m1i - m2i, change_sd(sd1i, sd2i, ri) ** 2 / ni


def smc_by_change(pairs: Pairs, *, correction: Correction = "exact") -> Effect:
    """Mean change by the SD of the change, variance 1/n + g²/(2n) (Gibbons et al. 1993)."""
    m1i, m2i, sd1i, sd2i, ni, ri = pairs
    d = (m1i - m2i) / change_sd(sd1i, sd2i, ri)
    g = d * small_sample_factor(ni - 1, correction)
    return g, 1 / ni + g**2 / (2 * ni)


def smc_by_raw(pairs: Pairs, *, correction: Correction = "exact") -> Effect:
    """Mean change by the SD of the first measurement (Becker 1988).

    Variance 2(1 − r)/n + g²/(2n), which takes both SDs as equal.
    """
    m1i, m2i, sd1i, _, ni, ri = pairs
    g = (m1i - m2i) / sd1i * small_sample_factor(ni - 1, correction)
    return g, 2 * (1 - ri) / ni + g**2 / (2 * ni)
