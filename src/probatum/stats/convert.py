"""From what a paper reports to what an effect needs: SE, CI, t, F and p to SD, and between effects.

Every function takes scalars or arrays that broadcast, and returns the same; means, SDs and SEs are
in the outcome's unit, ratios as their docstrings say. A missing value gives NaN; what cannot be (no
number, infinite, a negative SE, a sample size of 0, a p above 1) raises `InputError`. Sections of
the Cochrane Handbook are those of version 6.5.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from probatum.stats.arrays import FloatArray, floats, quantile, require
from probatum.stats.measures_continuous import change_sd, small_sample_factor

__all__ = [
    "change_sd",
    "combine_groups",
    "correlation_from_sds",
    "difference_from_g",
    "effective_size",
    "g_from_difference",
    "g_from_p",
    "g_from_t",
    "log_odds_ratio_from_smd",
    "rescale",
    "risk_ratio_from_odds_ratio",
    "sd_from_ci",
    "sd_from_difference_ci",
    "sd_from_difference_se",
    "sd_from_f",
    "sd_from_p",
    "sd_from_se",
    "sd_from_t",
    "se_from_ci",
    "se_from_p",
    "se_from_statistic",
    "smd_from_log_odds_ratio",
    "split_shared",
    "statistic_from_p",
]

LOGISTIC_SD = math.pi / math.sqrt(3)
"""SD of the standard logistic distribution, 1.81."""


def _finite(**named: ArrayLike) -> tuple[FloatArray, ...]:
    """Return arguments as `floats` does; refuse infinite ones, which no paper reports."""
    arrays = floats(**named)
    for name, values in zip(named, arrays, strict=True):
        require(~np.isinf(values), f"{name} must be finite")
    return arrays


def se_from_ci(
    low: ArrayLike, high: ArrayLike, level: float = 0.95, df: ArrayLike | None = None
) -> FloatArray:
    """SE from the limits of a symmetric interval; by t where `df` is given (Handbook 6.3.1).

    Give the limits of a ratio as logs.
    """
    low, high = _finite(low=low, high=high)
    require(~(high < low), "the upper limit lies below the lower")
    return (high - low) / (2 * quantile(level, df))


def se_from_p(estimate: ArrayLike, p: ArrayLike, df: ArrayLike | None = None) -> FloatArray:
    """SE from an estimate and its two-sided p; by t where `df` is given (Handbook 6.3.1 and 6.3.2).

    NaN where p is 0 or 1, or the estimate 0: then p does not tell the SE.
    """
    statistic = statistic_from_p(p, df)
    estimate, p, statistic = np.broadcast_arrays(*_finite(estimate=estimate, p=p), statistic)
    usable = (p > 0) & (p < 1) & (estimate != 0)
    out = np.full(usable.shape, np.nan)
    error = np.divide(np.abs(estimate), statistic, out=out, where=usable)
    return np.asarray(error, dtype=np.float64)[()]


def statistic_from_p(p: ArrayLike, df: ArrayLike | None = None) -> FloatArray:
    """Absolute z, or t with `df` degrees of freedom, of a two-sided p."""
    (p,) = _finite(p=p)
    require(~((p < 0) | (p > 1)), "p must lie between 0 and 1")
    if df is None:
        return np.asarray(np.abs(ndtri(p / 2)))[()]
    p, degrees = _finite(p=p, df=df)
    require(~(degrees <= 0), "df must be above 0")
    return np.asarray(np.abs(stdtrit(degrees, p / 2)))[()]


def se_from_statistic(estimate: ArrayLike, statistic: ArrayLike) -> FloatArray:
    """SE from an estimate and its z or t; NaN where the statistic is 0."""
    estimate, statistic = _finite(estimate=estimate, statistic=statistic)
    out = np.full(estimate.shape, np.nan)
    ratio = np.divide(estimate, statistic, out=out, where=statistic != 0)
    return np.asarray(np.abs(ratio))[()]


def sd_from_se(se: ArrayLike, n: ArrayLike) -> FloatArray:
    """SD of one group from the SE of its mean (Handbook 6.5.2.2)."""
    se, n = _finite(se=se, n=n)
    require(~(se < 0), "an SE cannot be negative")
    require(~(n <= 0), "n must be above 0")
    return se * np.sqrt(n)


def sd_from_ci(low: ArrayLike, high: ArrayLike, n: ArrayLike, level: float = 0.95) -> FloatArray:
    """SD of one group from the t interval of its mean, n − 1 df (Handbook 6.5.2.2)."""
    low, high, n = _finite(low=low, high=high, n=n)
    require(~(n <= 1), "n must be above 1")
    return sd_from_se(se_from_ci(low, high, level, n - 1), n)


def sd_from_difference_se(se: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """SD within groups from the SE of a mean difference (Handbook 6.5.2.3)."""
    se, n1, n2 = _finite(se=se, n1=n1, n2=n2)
    require(~(se < 0), "an SE cannot be negative")
    return se / np.sqrt(_reciprocals(n1, n2))


def _reciprocals(n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """Sum of the reciprocals of two sample sizes."""
    n1, n2 = _finite(n1=n1, n2=n2)
    require(~((n1 <= 0) | (n2 <= 0)), "a sample size must be above 0")
    return 1 / n1 + 1 / n2


def sd_from_difference_ci(
    low: ArrayLike, high: ArrayLike, n1: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> FloatArray:
    """SD within groups from the t interval of a mean difference (Handbook 6.5.2.3)."""
    low, high, n1, n2 = _finite(low=low, high=high, n1=n1, n2=n2)
    reciprocals = _reciprocals(n1, n2)
    return se_from_ci(low, high, level, n1 + n2 - 2) / np.sqrt(reciprocals)


def sd_from_t(difference: ArrayLike, t: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """SD within groups from a mean difference and its t (Handbook 6.5.2.3)."""
    return sd_from_difference_se(se_from_statistic(difference, t), n1, n2)


def sd_from_f(difference: ArrayLike, f: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """SD within groups from a mean difference and the F of two groups, F = t²."""
    (f,) = _finite(f=f)
    require(~(f < 0), "F cannot be negative")
    return sd_from_t(difference, np.sqrt(f), n1, n2)


def sd_from_p(difference: ArrayLike, p: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """SD within groups from a mean difference and its two-sided p of t (Handbook 6.5.2.3)."""
    difference, p, n1, n2 = _finite(difference=difference, p=p, n1=n1, n2=n2)
    return sd_from_difference_se(se_from_p(difference, p, n1 + n2 - 2), n1, n2)


def g_from_t(t: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """Hedges' g from the t of two independent groups, with its sign; see `smd_variance`."""
    t, n1, n2 = _finite(t=t, n1=n1, n2=n2)
    return t * np.sqrt(_reciprocals(n1, n2)) * small_sample_factor(n1 + n2 - 2)


def g_from_p(p: ArrayLike, sign: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> FloatArray:
    """Hedges' g from a two-sided p of t and the sign of the difference; NaN where p is 0."""
    p, sign, n1, n2 = _finite(p=p, sign=sign, n1=n1, n2=n2)
    t = np.where(p > 0, statistic_from_p(p, n1 + n2 - 2), np.nan)
    return g_from_t(np.sign(sign) * t, n1, n2)


def g_from_difference(
    difference: ArrayLike, sd: ArrayLike, n1: ArrayLike, n2: ArrayLike
) -> FloatArray:
    """Hedges' g from a mean difference and the SD within groups; see `smd_variance`."""
    difference, sd, n1, n2 = _finite(difference=difference, sd=sd, n1=n1, n2=n2)
    require(~(sd <= 0), "an SD must be above 0")
    return difference / sd * small_sample_factor(n1 + n2 - 2)


def difference_from_g(g: ArrayLike, se: ArrayLike, sd: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Mean difference and its SE on the scale that has this SD (Handbook 15.5.3.2)."""
    g, se, sd = _finite(g=g, se=se, sd=sd)
    return g * sd, se * sd


def log_odds_ratio_from_smd(smd: ArrayLike, se: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio and SE from an SMD: times π/√3 (Hasselblad & Hedges 1995, Chinn 2000)."""
    smd, se = _finite(smd=smd, se=se)
    return smd * LOGISTIC_SD, se * LOGISTIC_SD


def smd_from_log_odds_ratio(log_or: ArrayLike, se: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """SMD and SE from a log odds ratio: times √3/π (Hasselblad & Hedges 1995, Chinn 2000)."""
    log_or, se = _finite(log_or=log_or, se=se)
    return log_or / LOGISTIC_SD, se / LOGISTIC_SD


def risk_ratio_from_odds_ratio(odds_ratio: ArrayLike, baseline: ArrayLike) -> FloatArray:
    """Risk ratio (natural scale) at a baseline risk (Handbook 15.4.4.4)."""
    odds_ratio, baseline = _finite(odds_ratio=odds_ratio, baseline=baseline)
    require(~((baseline < 0) | (baseline > 1)), "a risk lies between 0 and 1")
    require(~(odds_ratio < 0), "an odds ratio cannot be negative")
    with np.errstate(divide="ignore", invalid="ignore"):  # of a risk of 0 or 1
        return odds_ratio / (1 - baseline * (1 - odds_ratio))


def rescale(
    difference: ArrayLike,
    se: ArrayLike,
    source: tuple[float, float],
    target: tuple[float, float],
    *,
    flip: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Mean difference and SE of one scale on another, by the ratio of their ranges.

    Parameters
    ----------
    source, target : lowest and highest value of the scale measured and of the scale wanted.
    flip : whether the two scales point in opposite directions.

    The linear map of Thorlund et al. 2011 (conversion to the natural units of one instrument);
    it assumes that the two scales measure the same construct evenly.
    """
    widths = [high - low for low, high in (source, target)]
    require([width > 0 for width in widths], "a scale's highest value must exceed its lowest")
    difference, se = _finite(difference=difference, se=se)
    factor = widths[1] / widths[0]
    return difference * (-factor if flip else factor), se * factor


def correlation_from_sds(sd1: ArrayLike, sd2: ArrayLike, sd_change: ArrayLike) -> FloatArray:
    """Correlation of two measurements from their SDs and the change's (Handbook 6.5.2.8)."""
    sd1, sd2, sd_change = _finite(sd1=sd1, sd2=sd2, sd_change=sd_change)
    require(~((sd1 <= 0) | (sd2 <= 0) | (sd_change < 0)), "an SD must be above 0")
    return (sd1**2 + sd2**2 - sd_change**2) / (2 * sd1 * sd2)


def combine_groups(
    n: ArrayLike, mean: ArrayLike, sd: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """People, mean and SD of groups taken as one, over the last axis (Handbook table 6.5.a).

    The table's formula for two groups is that of the sums of squares, used here for any number.

    >>> people, mean, sd = combine_groups([10, 20], [4.0, 7.0], [1.0, 2.0])
    >>> float(people), float(mean), round(float(sd), 4)
    (30.0, 6.0, 2.2361)
    """
    n, mean, sd = _finite(n=n, mean=mean, sd=sd)
    require(n.shape[-1:] not in {(), (0,)}, "there must be at least one group")
    require(~(n < 1), "a group holds at least one person")
    total = n.sum(axis=-1)
    joint = (n * mean).sum(axis=-1) / total
    squares = ((n - 1) * sd**2 + n * (mean - joint[..., np.newaxis]) ** 2).sum(axis=-1)
    # one person alone has no SD
    return total, joint, np.sqrt(squares / np.where(total > 1, total - 1, np.nan))


def split_shared(count: ArrayLike, parts: int) -> FloatArray:
    """Share of a common control group for each of several comparisons (Handbook 23.3.4).

    Split people, and events too where the outcome is counted; mean and SD stay as they are.
    """
    require(parts >= 1, "parts must be at least 1")
    (count,) = _finite(count=count)
    return count / parts


def effective_size(n: ArrayLike, cluster_size: ArrayLike, icc: ArrayLike) -> FloatArray:
    """People (or events) of a cluster trial over the design effect 1 + (M − 1)·ICC.

    `cluster_size` is the mean number of people in a cluster. Source: Handbook 23.1.
    """
    n, cluster_size, icc = _finite(n=n, cluster_size=cluster_size, icc=icc)
    require(~((icc < 0) | (icc > 1)), "an intracluster correlation lies between 0 and 1")
    require(~(cluster_size < 1), "a cluster holds at least one person")
    return n / (1 + (cluster_size - 1) * icc)
