"""Mean and SD from a median with quartiles or extremes, and a test whether one may do that.

Let a, q₁, m, q₃, b be minimum, lower quartile, median, upper quartile and maximum of n values.
Sources: Wan, Wang, Liu & Tong 2014 (SD; simple mean); Luo, Wan, Liu & Tong 2018 (optimal mean);
Shi, Luo, Wan et al. 2023 (skewness tests). All assume normal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from probatum.errors import InputError
from probatum.stats.arrays import BoolArray, FloatArray, floats, require
from probatum.stats.report import Report, number

Reported = Literal["extremes", "quartiles", "five numbers"]
MeanMethod = Literal["luo", "wan"]


@dataclass(frozen=True, slots=True, eq=False)
class Moments(Report):
    """Mean and SD estimated from a median.

    Attributes
    ----------
    mean, sd : shaped as the input.
    reported : what the estimate rests on.
    skewness, critical : statistic of the skewness test, and its 5% critical value.
    skewed : where the test finds the data skewed, so that `mean` and `sd` should not be used.
    """

    ROWS: ClassVar = ("mean", "sd", "skewness", "critical", "skewed")

    mean: FloatArray
    sd: FloatArray
    reported: Reported
    skewness: FloatArray
    critical: FloatArray
    skewed: BoolArray

    def summary(self) -> str:
        """Say each estimate in words, one a line."""
        words = f"estimated from median and {self.reported}"
        flag = {True: "; the data look skewed: do not use them", False: ""}
        return "\n".join(
            f"Mean {number(mean)}, SD {number(sd)}, {words}{flag[bool(skewed)]}."
            for mean, sd, skewed in zip(
                np.ravel(self.mean), np.ravel(self.sd), np.ravel(self.skewed), strict=True
            )
        )


def mean_sd_from_median(
    n: ArrayLike,
    median: ArrayLike,
    *,
    q1: ArrayLike | None = None,
    q3: ArrayLike | None = None,
    minimum: ArrayLike | None = None,
    maximum: ArrayLike | None = None,
    method: MeanMethod = "luo",
) -> Moments:
    """Estimate mean and SD from a median with quartiles, extremes, or both.

    Parameters
    ----------
    n : people; at least 3.
    median, q1, q3, minimum, maximum : in the outcome's unit.
    method : optimal mean of Luo 2018, or the plain one of Wan 2014.
        All numbers broadcast to one shape, which is that of the result.

    Raises
    ------
    InputError : quartiles or extremes come alone, lie on the wrong side of the median, or n is
        below 3.

    >>> found = mean_sd_from_median(40, 5.0, q1=3.0, q3=7.0)
    >>> float(found.mean), round(float(found.sd), 3), bool(found.skewed)
    (5.0, 3.076, False)
    """
    if method not in get_args(MeanMethod):
        raise InputError(f"method must be luo or wan, not {method}")
    if (q1 is None) != (q3 is None) or (minimum is None) != (maximum is None):
        raise InputError("give both quartiles, both extremes, or all four")
    n, median = floats(n=n, median=median)
    require(~((n < 3) | np.isinf(n)), "n must be at least 3 and finite")
    outer = inner = None
    if minimum is not None and maximum is not None:
        outer = _Limits.read(n, median, ("minimum", minimum), ("maximum", maximum))
    if q1 is not None and q3 is not None:
        inner = _Limits.read(n, median, ("q1", q1), ("q3", q3))
    if outer is not None and inner is not None:
        return _from_five(outer, inner, method)
    if inner is not None:
        return _from_quartiles(inner, method)
    if outer is not None:
        return _from_extremes(outer, method)
    raise InputError("a median alone does not tell the SD: give quartiles or extremes")


@dataclass(frozen=True, slots=True)
class _Limits:
    """A pair of order statistics around the median."""

    n: FloatArray
    median: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def read(
        cls,
        n: FloatArray,
        median: FloatArray,
        low: tuple[str, ArrayLike],
        high: tuple[str, ArrayLike],
    ) -> _Limits:
        """Broadcast, and refuse limits on the wrong side of the median."""
        (below, least), (above, most) = low, high
        n, median, lower, upper = floats(n=n, median=median, **{below: least, above: most})
        require(~((lower > median) | (median > upper)), f"must hold: {below} ≤ median ≤ {above}")
        require(~(np.isinf(lower) | np.isinf(upper)), f"{below} and {above} must be finite")
        return cls(n, median, lower, upper)

    @property
    def middle(self) -> FloatArray:
        return (self.low + self.high) / 2

    @property
    def width(self) -> FloatArray:
        return self.high - self.low

    @property
    def skewness(self) -> FloatArray:
        """Distance of the median from the middle, over half the width; 0 where width is 0."""
        out = np.zeros(self.width.shape)
        return np.abs(
            np.divide(2 * (self.middle - self.median), self.width, out=out, where=self.width > 0)
        )


def _expected_range(n: FloatArray) -> FloatArray:
    """Range of n standard normal values, by Blom's approximation (Wan 2014)."""
    return 2 * ndtri((n - 0.375) / (n + 0.25))


def _expected_iqr(n: FloatArray) -> FloatArray:
    """Interquartile range of n standard normal values (Wan 2014)."""
    return 2 * ndtri((0.75 * n - 0.125) / (n + 0.25))


def _moments(
    mean: FloatArray,
    sd: FloatArray,
    reported: Reported,
    skewness: FloatArray,
    critical: FloatArray,
) -> Moments:
    return Moments(mean[()], sd[()], reported, skewness[()], critical[()], skewness > critical)


def _from_extremes(outer: _Limits, method: MeanMethod) -> Moments:
    """Estimate from a, m, b: the first scenario of all three sources."""
    n = outer.n
    weight = 4 / (4 + n**0.75) if method == "luo" else np.full(n.shape, 0.5)
    mean = weight * outer.middle + (1 - weight) * outer.median
    critical = 1.01 / np.log(n + 9) + 2.43 / (n + 1)
    return _moments(mean, outer.width / _expected_range(n), "extremes", outer.skewness, critical)


def _from_quartiles(inner: _Limits, method: MeanMethod) -> Moments:
    """Estimate from q₁, m, q₃: the second scenario of Luo and Shi, the third of Wan."""
    n = inner.n
    weight = 0.7 + 0.39 / n if method == "luo" else np.full(n.shape, 2 / 3)
    mean = weight * inner.middle + (1 - weight) * inner.median
    critical = 2.66 / np.sqrt(n) - 5.92 / n**2
    return _moments(mean, inner.width / _expected_iqr(n), "quartiles", inner.skewness, critical)


def _from_five(outer: _Limits, inner: _Limits, method: MeanMethod) -> Moments:
    """Estimate from all five: the third scenario of Luo and Shi, the second of Wan."""
    n = outer.n
    nested = (outer.low <= inner.low) & (inner.high <= outer.high)
    require(nested | np.isnan(outer.width + inner.width), "quartiles lie outside the extremes")
    w1, w2 = np.full(n.shape, 0.25), np.full(n.shape, 0.5)
    if method == "luo":
        w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    mean = w1 * outer.middle + w2 * inner.middle + (1 - w1 - w2) * outer.median
    sd = (outer.width / _expected_range(n) + inner.width / _expected_iqr(n)) / 2
    tail = 2.65 * np.log(0.6 * n) / np.sqrt(n) * outer.skewness
    critical = 2.97 / np.sqrt(n) - 39.1 / n**3
    return _moments(mean, sd, "five numbers", np.maximum(tail, inner.skewness), critical)
