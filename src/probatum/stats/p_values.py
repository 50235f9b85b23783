"""One p from many: Fisher, Stouffer, Edgington.

All take *one-sided* p-values of independent studies, every one in the same direction (Handbook
12.2.1.2); `one_sided` makes them from two-sided p and the sign of each effect. The hypothesis
tested is that no study has an effect in that direction: the result says nothing of its size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr, ndtri

from probatum.errors import InputError
from probatum.stats.arrays import FloatArray, floats, require
from probatum.stats.report import Report, p_value

Combination = Literal["fisher", "stouffer", "edgington"]


@dataclass(frozen=True, slots=True)
class CombinedP(Report):
    """Result of combining one-sided p-values.

    Attributes
    ----------
    method, k : how, and of how many studies.
    statistic : chi² with 2k df (Fisher), z (Stouffer), or the sum of p (Edgington).
    p : one-sided.
    """

    method: Combination
    k: int
    statistic: float
    p: float

    def summary(self) -> str:
        """Say the result in words."""
        return f"{self.method.capitalize()}: {self.k} studies, one-sided {p_value(self.p)}."


def one_sided(p: ArrayLike, positive: ArrayLike) -> FloatArray:
    """One-sided p from a two-sided one: p/2 where the effect is positive, else 1 − p/2.

    Both broadcast to one shape; `positive` is any number with the effect's sign.

    Raises
    ------
    InputError : not numbers, or shapes differ.

    >>> one_sided([0.04, 0.04], [1, -1]).tolist()
    [0.02, 0.98]
    """
    p, sign = floats(p=p, positive=positive)
    return np.where(sign > 0, p / 2, 1 - p / 2)[()]


def combine_p(
    p: ArrayLike, method: Combination = "fisher", weights: ArrayLike | None = None
) -> CombinedP:
    """Combine one-sided p-values of independent studies.

    Parameters
    ----------
    p : one-sided p-values, shape (k,), in (0, 1]; Stouffer takes no p of 1 either.
    method : ``fisher`` −2·Σ ln p on 2k df (Fisher 1932); ``stouffer`` Σ wz/√(Σ w²) (Stouffer
        1949; weights of Lipták 1958); ``edgington`` distribution of the sum of p (1972).
    weights : for Stouffer only; the square roots of the sample sizes are usual (Zaykin 2011).

    Raises
    ------
    InputError : no such method, no p, a p outside its range, or weights that do not fit.

    >>> combine_p([0.01, 0.2, 0.3]).summary()
    'Fisher: 3 studies, one-sided p = 0.022.'
    """
    (values,) = floats(p=p)
    values = np.atleast_1d(values)
    require((values > 0) & (values <= 1), "p must lie above 0 and not above 1")
    if values.ndim != 1 or not values.size:
        raise InputError("p must be one list of at least one value")
    if weights is not None and method != "stouffer":
        raise InputError(f"{method} takes no weights")
    if method == "fisher":
        statistic = float(-2 * np.log(values).sum())
        return CombinedP(method, values.size, statistic, float(chdtrc(2 * values.size, statistic)))
    if method == "stouffer":
        z = _stouffer(values, 1.0 if weights is None else weights)
        return CombinedP(method, values.size, z, float(ndtr(-z)))
    if method == "edgington":
        total = math.fsum(values)
        return CombinedP(method, values.size, total, _irwin_hall(total, values.size))
    raise InputError(f"method must be one of {', '.join(get_args(Combination))}, not {method}")


def _stouffer(p: FloatArray, weights: ArrayLike) -> float:
    require(p < 1, "Stouffer's method takes no p of 1")
    p, w = floats(p=p, weights=weights)
    require((w > 0) & np.isfinite(w), "weights must be finite and above 0")
    return float(-(w * ndtri(p)).sum() / math.sqrt((w**2).sum()))


def _irwin_hall(total: float, k: int) -> float:
    """Probability that k uniform values sum to at most `total`.

    Σⱼ (−1)ʲ C(k, j) (total − j)ᵏ/k! cancels to nothing in floating point above k ≈ 15, so it is
    computed in whole numbers: the sum of floats is a fraction whose denominator is a power of 2.
    """
    mirrored = 2 * total > k
    exact = k - Fraction(total) if mirrored else Fraction(total)
    top, bottom = exact.numerator, exact.denominator
    terms = (
        (-1) ** j * math.comb(k, j) * (top - j * bottom) ** k for j in range(math.floor(exact) + 1)
    )
    below = float(Fraction(sum(terms), math.factorial(k) * bottom**k))
    return 1 - below if mirrored else below
