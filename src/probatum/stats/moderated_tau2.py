"""Between-study variance left over beside moderators: every estimator, for one data set.

Notation: ``P(t)`` is the projection of the mixed model at tau² = t, ``k`` rows, ``p`` columns.
Sources: DerSimonian & Laird 1986 and Raudenbush 2009 (DL, HE, ML, REML), DerSimonian & Kacker
2007 (moments with any weights; two-step), Viechtbauer et al. 2015 (HS), Brannick et al. 2019
(HSk), Sidik & Jonkman 2005 (SJ), Morris 1983 (EB), Paule & Mandel 1982 (PM), Viechtbauer 2021
(PMM: the median of chi² in place of its mean).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from probatum.errors import UnknownName
from probatum.stats.linear import ResidualSpace, residual_space
from probatum.stats.mode import Profile, global_mode

Floats = NDArray[np.float64]

_STEPS = 200
_EXACT = 1e-11  # a Newton step this small, relative, leaves an error below rounding
_TINY = 1e-300

EQUAL_EFFECTS = frozenset({"EE", "FE"})


@dataclass(frozen=True, slots=True)
class Sample:
    """Effects y (k,), sampling variances v (k,) and design (k, p) of full rank."""

    y: Floats
    v: Floats
    design: Floats

    @property
    def k(self) -> int:
        """Number of rows."""
        return int(self.y.size)

    @property
    def df(self) -> int:
        """Residual degrees of freedom, k - p."""
        return self.k - int(self.design.shape[1])

    def space(self, tau2: float) -> ResidualSpace:
        """Residual space at one tau²."""
        return residual_space(self.y, 1 / (self.v + tau2), self.design)


def estimate_tau2(sample: Sample, method: str) -> float:
    """Estimate tau² ≥ 0 by a method of `METHODS`.

    Raises
    ------
    UnknownName : the method is not one of them.
    """
    if method not in METHODS:
        raise UnknownName(f"no tau² estimator {method!r}; known are {', '.join(METHODS)}")
    return METHODS[method](sample)


def _none(_sample: Sample) -> float:
    return 0.0


def _by_moments(sample: Sample, weight: Floats) -> float:
    """Equate y'P_a y to its expectation tr(P_a V) + tau² tr(P_a) for given weights a."""
    space = residual_space(sample.y, weight, sample.design)
    return max((space.q - space.spread(weight * sample.v)) / space.trace, 0.0)


def _der_simonian_laird(sample: Sample) -> float:
    return _by_moments(sample, 1 / sample.v)


def _two_step(sample: Sample) -> float:
    return _by_moments(sample, 1 / (sample.v + _der_simonian_laird(sample)))


def _hedges(sample: Sample) -> float:
    return _by_moments(sample, np.ones(sample.k))


def _hunter_schmidt(sample: Sample) -> float:
    return max((sample.space(0.0).q - sample.k) / float(np.sum(1 / sample.v)), 0.0)


def _hunter_schmidt_corrected(sample: Sample) -> float:
    q = sample.space(0.0).q * sample.k / sample.df
    return max((q - sample.k) / float(np.sum(1 / sample.v)), 0.0)


def _raw_spread(sample: Sample) -> float:
    return float(np.mean((sample.y - sample.y.mean()) ** 2))


def _sidik_jonkman(sample: Sample) -> float:
    start = _raw_spread(sample)
    return start * sample.space(start).q / sample.df if start > 0 else 0.0


def _restricted_likelihood(sample: Sample) -> float:
    return _polish(sample, global_mode(restricted_profile(sample)), restricted=True)


def _maximum_likelihood(sample: Sample) -> float:
    scale, square = _spectrum(sample)
    return _polish(sample, global_mode(Profile(sample.v, scale, square)), restricted=False)


def _paule_mandel(sample: Sample) -> float:
    return match_q(sample, float(sample.df))


def _median_unbiased(sample: Sample) -> float:
    return match_q(sample, float(chdtri(sample.df, 0.5)))


def restricted_profile(sample: Sample) -> Profile:
    """Return the restricted likelihood of tau² as a sum over the residual eigenvectors."""
    scale, square = _spectrum(sample)
    return Profile(scale, scale, square)


def _spectrum(sample: Sample) -> tuple[Floats, Floats]:
    """Eigenvalues of the sampling covariance on the complement of X, and squared contrasts.

    By interlacing the eigenvalues lie between the smallest and the largest variance.
    """
    space = residual_space(sample.y, np.ones(sample.k), sample.design)
    values, vectors = np.linalg.eigh(space.form(sample.v))
    square = (vectors.T @ space.signal) ** 2
    return np.clip(values, sample.v.min(), sample.v.max()), square


def _polish(sample: Sample, start: float, *, restricted: bool) -> float:
    """Sharpen a mode by Newton steps whose terms are formed at the current tau²."""
    t = start
    if t == 0:
        return 0.0
    for _ in range(_STEPS):
        slope, curve = likelihood_slope(sample, t, restricted=restricted)
        step = slope / curve if curve > 0 else 0.0
        fresh = max(t + step, 0.5 * t)
        if abs(fresh - start) > 0.01 * start:
            return t  # the eigenvalues were as good as it gets
        if abs(fresh - t) <= _EXACT * t:
            return fresh
        t = fresh
    return t


def likelihood_slope(sample: Sample, t: float, *, restricted: bool) -> tuple[float, float]:
    """First derivative and negated second derivative of the log-likelihood at tau² = t."""
    space = sample.space(t)
    pressed = space.pressed
    if restricted:
        trace, square = space.trace, space.square_trace
    else:
        weight = 1 / (sample.v + t)
        trace, square = float(weight.sum()), float((weight**2).sum())
    return 0.5 * (space.fall - trace), float(pressed @ pressed) - 0.5 * square


def match_q(sample: Sample, target: float) -> float:
    """Solve Q(tau²) = y'P(tau²)y = target for tau² ≥ 0; 0 where Q(0) is below it.

    1/Q rises and is close to linear, so Newton's method is applied to it.
    """

    def excess(t: float) -> tuple[float, float]:
        space = sample.space(t)
        q = space.q
        if q <= target:  # a perfect fit has no slope to divide by
            return q - target, t - (1 - q / target) * q / max(space.fall, _TINY)
        return q - target, t + (q / target - 1) * q / space.fall

    return _falling_root(excess)


def _iterated_der_simonian_laird(sample: Sample) -> float:
    """Solve tau² = (Q(tau²) - df) / tr(P(tau²)): DerSimonian-Laird repeated at its own weights."""

    def excess(t: float) -> tuple[float, float]:
        space = sample.space(t)
        value = space.q - sample.df - t * space.trace
        return value, t + value / (space.fall + space.trace - t * space.square_trace)

    return _falling_root(excess)


def _falling_root(excess: Callable[[float], tuple[float, float]]) -> float:
    """Find the root t ≥ 0 of a falling function given as (value, Newton's proposal); else 0."""
    low, high, t = 0.0, np.inf, 0.0
    for _ in range(_STEPS):
        value, fresh = excess(t)
        if value <= 0 and t == 0:
            return 0.0
        low, high = (t, high) if value > 0 else (low, t)
        if not low < fresh < high:
            fresh = 0.5 * (low + high) if np.isfinite(high) else 2 * t
        if abs(fresh - t) <= _EXACT * fresh or fresh in (low, high):
            return float(fresh)
        t = fresh
    return float(t)


def tau2_error(sample: Sample, tau2: float, method: str) -> float:
    """Asymptotic standard error of tau²; NaN for equal effects.

    As in `probatum.stats.heterogeneity`: information of the likelihoods for ML and REML
    (Viechtbauer 2005); for EB, PM and PMM that of Morris's weighted mean of squared residuals,
    2 k² / (df (Σw)²); else the variance of a quadratic form of normals, 2 tr(AΣAΣ).
    """
    weight = 1 / (sample.v + tau2)
    if method in EQUAL_EFFECTS:
        return float("nan")
    if method == "REML":
        return float(np.sqrt(2 / sample.space(tau2).square_trace))
    if method == "ML":
        return float(np.sqrt(2 / np.sum(weight**2)))
    if method in ("EB", "PM", "PMM"):
        return float(np.sqrt(2 / sample.df) * sample.k / weight.sum())
    return _moment_error(sample, tau2, method)


def _moment_error(sample: Sample, tau2: float, method: str) -> float:
    """Return the error of an estimator that is a linear function of one Q, weights as given."""
    chosen, total = 1 / sample.v, sample.v + tau2
    if method == "HE":
        chosen = np.ones(sample.k)
    elif method == "DL2":
        chosen = 1 / (sample.v + _der_simonian_laird(sample))
    elif method == "SJ":
        chosen = 1 / (sample.v + _raw_spread(sample))
    elif method == "DLIT":  # the formula of DL at the final weights, as is customary
        chosen, total = 1 / total, total + tau2
    space = residual_space(sample.y, chosen, sample.design)
    factors = {
        "HS": 1 / float(chosen.sum()),
        "HSk": sample.k / sample.df / float(chosen.sum()),
        "SJ": _raw_spread(sample) / sample.df,
    }
    form = space.form(chosen * total)
    return float(np.sqrt(2 * np.sum(form**2))) * factors.get(method, 1 / space.trace)


METHODS: dict[str, Callable[[Sample], float]] = {
    "EE": _none,
    "FE": _none,
    "DL": _der_simonian_laird,
    "DL2": _two_step,
    "HE": _hedges,
    "HS": _hunter_schmidt,
    "HSk": _hunter_schmidt_corrected,
    "SJ": _sidik_jonkman,
    "ML": _maximum_likelihood,
    "REML": _restricted_likelihood,
    "EB": _paule_mandel,  # the estimating equation of Morris 1983 has the same root
    "PM": _paule_mandel,
    "PMM": _median_unbiased,
    "DLIT": _iterated_der_simonian_laird,
}
