"""Selection models: what the pool would be had every study been published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr, ndtri

from probatum.errors import InputError, UnknownName
from probatum.stats.arrays import quantile
from probatum.stats.linear import as_series
from probatum.stats.moderated_tau2 import Sample, estimate_tau2
from probatum.stats.report import Report, interval, note_lines, number, p_value

Floats = NDArray[np.float64]

_STARTS = 3
_WIDEST = 12.0
_NO_TAU = 1e-6
_SETTLED = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class SelectionResult(Report):
    """A pool under selection by p.

    Attributes
    ----------
    estimate, se, ci, p : pooled effect of all studies, published or not; normal inference.
    tau2 : between-study variance.
    steps : upper limits of the intervals of one-sided p, the last 1.
    weight, weight_ci : chance of publication in each interval relative to the first, shape
        (steps,) and (steps, 2); the first is 1 by definition.
    studies : number of studies in each interval.
    log_likelihood : of the model; constants included.
    lrt, lrt_df, lrt_p : likelihood-ratio test against no selection.
    unadjusted : the maximum-likelihood pool without selection.
    k, alternative, level, converged, notes : as their names say.
    """

    ROWS: ClassVar = ("weight", "weight_ci", "studies")

    estimate: float
    se: float
    ci: tuple[float, float]
    p: float
    tau2: float
    steps: tuple[float, ...]
    weight: Floats
    weight_ci: Floats
    studies: tuple[int, ...]
    log_likelihood: float
    lrt: float
    lrt_df: int
    lrt_p: float
    unadjusted: float
    k: int
    alternative: str
    level: float
    converged: bool
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the model in words."""
        line = (
            f"Step selection model of {self.k} studies: {number(self.estimate)} "
            f"({interval(self.ci, self.level)}); without selection {number(self.unadjusted)}; "
            f"test of selection {p_value(self.lrt_p)}."
        )
        return "\n".join([line, *note_lines(self.notes)])


class Steps(NamedTuple):
    """Data of the likelihood: effects, variances, interval of each study, its effect limits.

    `edges` has one column a boundary from the largest effect (+inf) to the smallest (-inf), so
    interval j of study i holds effects between ``edges[i, j + 1]`` and ``edges[i, j]``.
    """

    y: Floats
    v: Floats
    interval: NDArray[np.int64]
    edges: Floats


def select_by_p(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    steps: Sequence[float] = (0.025,),
    alternative: str = "greater",
    level: float = 0.95,
) -> SelectionResult:
    """Fit a random-effects model whose studies were published with a chance that steps with p.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,).
    steps : cut points of the one-sided p, rising, inside (0, 1). One cut, such as the default,
        makes the three-parameter model.
    alternative : ``greater`` if large effects were favoured, ``less`` if small ones.

    Sources: Hedges 1992, Stat Sci 7:246; Vevea & Hedges 1995, Psychometrika 60:419. The
    likelihood is that of y weighted by w(p), divided by the expected weight.

    Raises
    ------
    InputError : shapes differ, cuts are out of order, or an interval of p holds no study, so that
        its weight cannot be estimated.
    UnknownName : no such alternative.
    """
    y, v = as_series(yi, vi)
    if alternative not in ("greater", "less"):
        raise UnknownName(f"no alternative {alternative!r}; known are greater, less")
    sign = 1.0 if alternative == "greater" else -1.0
    data, cuts = cut_by_p(sign * y, v, steps)
    unit = float(np.sqrt(np.median(v)))
    scaled = Steps(data.y / unit, data.v / unit**2, data.interval, data.edges / unit)
    none = _without_selection(scaled, len(cuts) - 1)
    theta, converged = _maximise(scaled, none)
    return _assemble(scaled, cuts, (none, theta), (sign, unit, level), converged=converged)


def _without_selection(data: Steps, weights: int) -> Floats:
    """Return the parameters of the maximum-likelihood pool, every log weight 0."""
    tau2 = estimate_tau2(Sample(data.y, data.v, np.ones((data.y.size, 1))), "ML")
    precision = 1 / (data.v + tau2)
    centre = float(np.sum(precision * data.y) / precision.sum())
    return np.array([centre, np.sqrt(tau2), *np.zeros(weights)])


def _assemble(
    data: Steps,
    cuts: tuple[float, ...],
    fits: tuple[Floats, Floats],
    how: tuple[float, float, float],
    *,
    converged: bool,
) -> SelectionResult:
    """Report the model in the units and the direction of the input."""
    (none, theta), (sign, unit, level) = fits, how
    value = log_likelihood(data, theta)[0]
    gain = max(2 * (value - log_likelihood(data, none)[0]), 0.0)
    spread = np.sqrt(np.diagonal(_covariance(data, theta)))
    reach = float(quantile(level))
    estimate, se = sign * unit * float(theta[0]), unit * float(spread[0])
    logs = np.concatenate(([0.0], theta[2:]))
    errors = np.concatenate(([0.0], spread[2:]))
    with np.errstate(over="ignore"):
        weight_ci = np.exp(np.stack((logs - reach * errors, logs + reach * errors), axis=-1))
    return SelectionResult(
        estimate=estimate,
        se=se,
        ci=(estimate - reach * se, estimate + reach * se),
        p=float(2 * ndtr(-abs(estimate / se))),
        tau2=unit**2 * float(theta[1]) ** 2,
        steps=cuts,
        weight=np.exp(logs),
        weight_ci=weight_ci,
        studies=tuple(np.bincount(data.interval, minlength=len(cuts)).tolist()),
        log_likelihood=value - data.y.size * float(np.log(unit)),
        lrt=gain,
        lrt_df=len(cuts) - 1,
        lrt_p=float(chdtrc(len(cuts) - 1, gain)),
        unadjusted=sign * unit * float(none[0]),
        k=data.y.size,
        alternative="greater" if sign > 0 else "less",
        level=level,
        converged=converged,
        notes=_notes(data, theta, spread, converged=converged),
    )


def cut_by_p(y: Floats, v: Floats, steps: Sequence[float]) -> tuple[Steps, tuple[float, ...]]:
    """Sort studies into the intervals of their one-sided p (large effects have small p).

    Raises
    ------
    InputError : cuts are out of order or out of (0, 1), or an interval holds no study.
    """
    cuts = tuple(float(step) for step in steps)
    bounds = np.array([0.0, *cuts, 1.0])
    if not cuts or (np.diff(bounds) <= 0).any():
        raise InputError(f"steps must rise inside (0, 1); got {cuts}")
    p = ndtr(-y / np.sqrt(v))
    interval = np.searchsorted(bounds[1:-1], p, side="left").astype(np.int64)
    empty = np.flatnonzero(np.bincount(interval, minlength=len(cuts) + 1) == 0)
    if empty.size:
        low, high = bounds[empty[0]], bounds[empty[0] + 1]
        raise InputError(f"no study has a p between {low:g} and {high:g}; join that interval")
    edges = np.sqrt(v)[:, None] * -ndtri(bounds)
    return Steps(y, v, interval, edges), (*cuts, 1.0)


def log_likelihood(data: Steps, theta: Floats) -> tuple[float, Floats]:
    """Log-likelihood and its gradient at (mean, tau, log weights of the intervals but the first).

    With s² = v + tau² and B_ij the normal probability of interval j, study i adds
    ``log w - ½ log 2πs² - (y - mean)²/2s² - log Σ_j w_j B_ij``.
    """
    mean, tau = float(theta[0]), float(theta[1])
    weight = np.exp(np.concatenate(([0.0], theta[2:])))
    s = np.sqrt(data.v + tau**2)
    z = (data.y - mean) / s
    edge = (data.edges - mean) / s[:, None]
    chance = _interval_chance(edge)
    expected = chance @ weight
    value = np.log(weight[data.interval]) - 0.5 * np.log(2 * np.pi * s**2) - 0.5 * z**2
    value -= np.log(expected)
    density = np.exp(-0.5 * edge**2) / np.sqrt(2 * np.pi)
    finite = np.where(np.isfinite(edge), edge, 0.0)
    # An edge moves by -1/s as the mean rises and by -edge/s as s does.
    by_mean = -np.diff(-density, axis=1) @ weight / s
    by_s = -np.diff(-density * finite, axis=1) @ weight / s
    gradient = np.empty_like(theta)
    gradient[0] = np.sum(z / s - by_mean / expected)
    gradient[1] = np.sum((tau / s) * ((z**2 - 1) / s - by_s / expected))
    share = chance * weight / expected[:, None]
    counts = np.bincount(data.interval, minlength=weight.size)
    gradient[2:] = (counts - share.sum(axis=0))[1:]
    return float(value.sum()), gradient


def _interval_chance(edge: Floats) -> Floats:
    """Return the normal probability between neighbouring edges (falling), from the nearer tail."""
    high, low = edge[:, :-1], edge[:, 1:]
    upper = ndtr(-low) - ndtr(-high)
    lower = ndtr(high) - ndtr(low)
    return np.maximum(np.where(low > 0, upper, lower), np.finfo(float).tiny)


def _maximise(data: Steps, none: Floats) -> tuple[Floats, bool]:
    """Climb from the fit without selection and from the best of a grid; keep the highest."""
    from scipy.optimize import minimize  # noqa: PLC0415  # 100 ms that only this model needs

    def loss(theta: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(data, theta)
        return -value, -gradient

    size = float(np.sqrt(np.median(data.v) + np.var(data.y)))
    guesses = [
        np.array([none[0] * shrink, size * tau, *np.full(none.size - 2, log_weight)])
        for shrink in (0.0, 0.7, 1.2)
        for tau in (0.1, 0.5, 1.0, 3.0)
        for log_weight in (-3.0, -1.0, 1.0)
    ]
    guesses.sort(key=lambda theta: -log_likelihood(data, theta)[0])
    bounds = [(None, None), (0.0, None), *[(-_WIDEST, _WIDEST)] * (none.size - 2)]
    fits = [
        minimize(
            loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-11, "gtol": 1e-7, "maxiter": 1000},
        )
        for start in (none, *guesses[:_STARTS])
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    return _refine(data, np.asarray(best.x, dtype=np.float64))


def _free(theta: Floats) -> NDArray[np.int64]:
    """Parameters that lie off their bounds."""
    inside = np.concatenate(([True], theta[1:2] > _NO_TAU, np.abs(theta[2:]) < _WIDEST))
    return np.flatnonzero(inside)


def _refine(data: Steps, theta: Floats) -> tuple[Floats, bool]:
    """Take Newton steps on what is free while they gain; say whether the last was nothing."""
    at, promise = _free(theta), np.inf
    for _ in range(20):
        value, gradient = log_likelihood(data, theta)
        information = _information(data, theta)[np.ix_(at, at)]
        if np.linalg.eigvalsh(information).min() <= 0:
            return theta, False
        step = np.linalg.solve(information, gradient[at])
        promise = float(step @ gradient[at])  # twice the gain that the step can bring
        fresh = theta.copy()
        fresh[at] += step
        if fresh[1] < 0 or log_likelihood(data, fresh)[0] <= value:
            break
        theta = fresh
    return theta, promise < _SETTLED


def _information(data: Steps, theta: Floats) -> Floats:
    """Observed information, by central differences of the exact gradient."""
    rows = []
    for i in range(theta.size):
        h = 1e-5 * max(1.0, abs(float(theta[i])))
        step = np.eye(theta.size)[i] * h
        rows.append(
            (log_likelihood(data, theta - step)[1] - log_likelihood(data, theta + step)[1])
            / (2 * h)
        )
    matrix = np.array(rows)
    return np.asarray(0.5 * (matrix + matrix.T))


def _covariance(data: Steps, theta: Floats) -> Floats:
    """Inverse information of the parameters that lie off their bounds; NaN where it has none."""
    at = _free(theta)
    information = _information(data, theta)[np.ix_(at, at)]
    covariance = np.full((theta.size, theta.size), np.nan)
    if np.linalg.eigvalsh(information).min() > 0:
        covariance[np.ix_(at, at)] = np.linalg.inv(information)
    return covariance


def _notes(data: Steps, theta: Floats, spread: Floats, *, converged: bool) -> tuple[str, ...]:
    notes = []
    if np.bincount(data.interval).min() < 3:
        notes.append("an interval of p holds fewer than 3 studies: its weight is a rough guess")
    if theta[1] <= _NO_TAU:
        notes.append("tau² lies at its boundary, 0")
    if (np.abs(theta[2:]) >= _WIDEST).any():
        notes.append("a weight ran to its limit: the data do not bound it")
    if not np.isfinite(spread[0]):
        notes.append("the likelihood is too flat for standard errors")
    if not converged:
        notes.append("the likelihood was still rising when the search ended")
    return tuple(notes)
