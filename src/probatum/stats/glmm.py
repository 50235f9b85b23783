"""Random-effects odds ratio of rare events by a generalised linear mixed model.

Study i's log odds ratio is θᵢ ~ N(θ, τ²); given θᵢ, the events of its first arm follow the
*conditional* distribution that has no baseline risk left in it. Chosen over the unconditional
models because those need either an intercept for every study, which biases θ when tables are
small and many (Neyman & Scott 1948), or a distribution of the baselines, which nobody asked
about; conditioning needs neither (van Houwelingen, Zwinderman & Stijnen 1993; Stijnen, Hamza &
Özdemir 2010; Jackson, Law, Stijnen et al. 2018). Double-zero tables carry no information
and drop out by themselves; zero cells need no correction.

The integral over θᵢ is taken by adaptive Gauss-Hermite quadrature (Liu & Pierce 1994).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from probatum.errors import InputError
from probatum.stats.arrays import FloatArray, quantile, require
from probatum.stats.conditional import Binomial, Family, Hypergeometric
from probatum.stats.inputs import Table, gather_table
from probatum.stats.report import Report, interval, note_lines, number, p_value

GlmmModel = Literal["hypergeometric", "binomial"]

NODES = 61
"""Quadrature points: errors below 1e-8 of the log likelihood for τ ≤ 3, held by a test."""
TAUS = np.concatenate([[0.0], np.geomspace(0.05, 10, 12)])
"""Where the slope of the profile likelihood is looked at; a mode lies between + and −."""


@dataclass(frozen=True, slots=True)
class GlmmResult(Report):
    """Random-effects log odds ratio of sparse tables.

    Attributes
    ----------
    model : ``hypergeometric`` or ``binomial``.
    k, informative : tables, and those whose margins leave more than one outcome possible.
    estimate, se, ci, statistic, p : log odds ratio, with Wald's test and interval.
    tau2 : between-study variance by maximum likelihood.
    tau2_p : likelihood-ratio test of τ² = 0, half a χ² with 1 df (Self & Liang 1987).
    log_likelihood : at the estimates.
    level : of `ci`.
    converged : False where no finite maximum was found; `notes` says why.
    """

    model: GlmmModel
    k: int
    informative: int
    estimate: float
    se: float
    ci: tuple[float, float]
    statistic: float
    p: float
    tau2: float
    tau2_p: float
    log_likelihood: float
    level: float
    converged: bool
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Say the result in words."""
        found = (
            f"Log odds ratio ({self.model}-normal model, {self.informative} of {self.k} studies): "
            f"{number(self.estimate)} ({interval(self.ci, self.level)}), "
            f"{p_value(self.p)}; tau² {number(self.tau2)}."
        )
        return "\n".join([found, *note_lines(self.notes)])


class _Point(NamedTuple):
    """Log likelihood with its gradient and information, summed over tables, at (θ, τ)."""

    value: float
    by_theta: float
    by_tau: float
    information: FloatArray


def fit_glmm(
    *, model: GlmmModel = "hypergeometric", level: float = 0.95, **cells: ArrayLike
) -> GlmmResult:
    """Fit the conditional mixed model by maximum likelihood.

    Parameters
    ----------
    model : ``hypergeometric``, exact, or ``binomial``, its limit for rare events, and faster.
    level : of the interval.
    **cells : `ai bi ci di` or `ai n1i ci n2i`, whole numbers, shape (studies,).

    Raises
    ------
    InputError : no such model; a column is missing; a cell is missing, negative or not whole.

    >>> fit = fit_glmm(ai=[2, 1, 0], n1i=[100, 90, 80], ci=[6, 3, 2], n2i=[99, 91, 83])
    >>> fit.converged, round(fit.tau2, 6)
    (True, 0.0)
    """
    families: dict[str, Callable[[Table], Family]] = {
        "hypergeometric": Hypergeometric.of,
        "binomial": Binomial.of,
    }
    if model not in families:
        raise InputError(f"model must be one of {', '.join(families)}, not {model}")
    table = _read(cells)
    k = table.ai.size
    ai, bi, ci, di = table
    keep = (np.minimum(ai, di) + np.minimum(bi, ci) > 0) & (ai + ci > 0)
    family = families[model](Table(ai[keep], bi[keep], ci[keep], di[keep]))
    low, high = family.slope_limits()
    notes = () if keep.all() else (f"{int((~keep).sum())} of {k} studies carry no information",)
    if not ((low < 0).any() and (high > 0).any()):
        side = "no table tells the odds ratio" if not keep.any() else "an arm has no event at all"
        notes = (*notes, f"no estimate: {side}")
        return _without_estimate(model, k, int(keep.sum()), level, notes)
    theta, tau, at_bound = _maximise(family)
    best = _evaluate(family, theta, tau)
    null = _evaluate(family, _profile(family, 0.0, theta), 0.0)
    se = _standard_error(best, tau)
    half = float(quantile(level)) * se
    ratio = max(0.0, 2 * (best.value - null.value))
    return GlmmResult(
        model=model,
        k=k,
        informative=int(keep.sum()),
        estimate=theta,
        se=se,
        ci=(theta - half, theta + half),
        statistic=theta / se,
        p=2 * float(ndtr(-abs(theta / se))),
        tau2=tau**2,
        tau2_p=float(chdtrc(1, ratio)) / 2 if ratio > 0 else 1.0,
        log_likelihood=best.value,
        level=level,
        converged=not at_bound,
        notes=(*notes, *_doubts(se, at_bound=at_bound)),
    )


def _doubts(se: float, *, at_bound: bool) -> list[str]:
    """Say what is wanting of a maximum."""
    notes = []
    if math.isnan(se):
        notes.append("the likelihood is too flat for a standard error")
    if at_bound:
        notes.append(f"tau² lies at the bound of the search, {TAUS[-1] ** 2:g}")
    return notes


def _read(cells: dict[str, ArrayLike]) -> Table:
    table = gather_table(cells)
    for name, column in zip(table._fields, table, strict=True):
        require(column == np.floor(column), f"{name}: counts must be whole numbers")
    return table


def _without_estimate(
    model: GlmmModel, k: int, informative: int, level: float, notes: tuple[str, ...]
) -> GlmmResult:
    nan = math.nan
    return GlmmResult(
        model=model,
        k=k,
        informative=informative,
        estimate=nan,
        se=nan,
        ci=(nan, nan),
        statistic=nan,
        p=nan,
        tau2=nan,
        tau2_p=nan,
        log_likelihood=nan,
        level=level,
        converged=False,
        notes=notes,
    )


@cache
def _rule() -> tuple[FloatArray, FloatArray]:
    """Nodes and log weights for ∫ f(u) du, f near a standard normal density."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, np.log(weights) + nodes**2 / 2


def _posterior_mode(family: Family, theta: float, tau: float) -> tuple[FloatArray, FloatArray]:
    """Mode of u = (θᵢ − θ)/τ given the table, and its SD there, by safeguarded Newton.

    The mode solves u = τ·ℓ'(θ + τu); ℓ' is bounded and falling, so the bounds bracket it.
    """
    low, high = (tau * limit for limit in family.slope_limits())
    u = np.zeros_like(low)
    for _ in range(100):
        at = family.at((theta + tau * u)[:, None])
        excess = tau * at.slope[:, 0] - u
        curvature = 1 + tau**2 * at.information[:, 0]
        low, high = np.where(excess >= 0, u, low), np.where(excess <= 0, u, high)
        step = u + excess / curvature
        step = np.where((step < low) | (step > high), (low + high) / 2, step)
        moved = np.abs(step - u).max()
        u = step
        if moved < 1e-6:  # the rule is exact wherever it is centred; the mode only helps it
            break
    return u, 1 / np.sqrt(curvature)


def _evaluate(family: Family, theta: float, tau: float) -> _Point:
    """Integrate each table's likelihood over its own effect.

    Gradient and information are posterior moments of the slope s = ℓ'(θᵢ) (Louis 1982):
    ∂/∂θ = E[s], ∂/∂τ = E[u·s], −∂²/∂θ² = E[−ℓ''] − Var[s], and so on.
    """
    nodes, log_weights = _rule()
    mode, sd = _posterior_mode(family, theta, tau)
    u = mode[:, None] + sd[:, None] * nodes
    at = family.at(theta + tau * u)
    terms = at.value - u**2 / 2 + log_weights + np.log(sd)[:, None] - math.log(2 * math.pi) / 2
    top = terms.max(axis=1, keepdims=True)
    posterior = np.exp(terms - top)
    total = posterior.sum(axis=1, keepdims=True)
    posterior /= total
    value = float((top + np.log(total)).sum())
    scores = np.stack([at.slope, u * at.slope])
    means = (posterior * scores).sum(axis=2)
    spread = scores - means[:, :, None]
    lost = np.einsum("kq,akq,bkq->ab", posterior, spread, spread)
    powers = np.stack([np.ones_like(u), u])
    complete = np.einsum("kq,akq,bkq->ab", posterior * at.information, powers, powers)
    gradient = means.sum(axis=1)
    return _Point(value, float(gradient[0]), float(gradient[1]), complete - lost)


def _profile(family: Family, tau: float, start: float) -> float:
    """Maximise over θ at one τ: the marginal likelihood is log-concave in θ (Prékopa 1973)."""
    theta, low, high = start, -math.inf, math.inf
    for _ in range(200):
        point = _evaluate(family, theta, tau)
        step = point.by_theta / max(float(point.information[0, 0]), 1e-12)
        if abs(step) < 1e-11 * (1 + abs(theta)):
            return theta + step
        low, high = (theta, high) if step > 0 else (low, theta)
        found = theta + min(max(step, -2.0), 2.0)
        theta = found if low < found < high else (low + high) / 2
    return theta


def _slope(family: Family, tau: float, start: float) -> tuple[float, float]:
    """Return θ at this τ, and the slope of the profile log likelihood by τ²/2."""
    theta = _profile(family, tau, start)
    if tau > 0:
        return theta, _evaluate(family, theta, tau).by_tau / tau
    at = family.at(np.full((family.slope_limits()[0].size, 1), theta))
    return theta, float((at.slope**2 - at.information).sum())


def _maximise(family: Family) -> tuple[float, float, bool]:
    """Return θ and τ of the highest mode, and whether τ lies at the bound of the search.

    The slope of the profile likelihood is taken on a grid of τ; each change from + to − brackets
    a mode, which is then solved for, and the highest of all is kept, τ = 0 included.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy, and only needed here

    thetas, slopes, theta = [], [], 0.0
    for tau in TAUS:
        theta, slope = _slope(family, float(tau), theta)
        thetas.append(theta)
        slopes.append(slope)
    modes = [(0.0, thetas[0])]
    for at in range(len(TAUS) - 1):
        if slopes[at] > 0 >= slopes[at + 1]:
            near = thetas[at]
            tau = brentq(
                lambda t, s=near: _slope(family, t, s)[1], TAUS[at], TAUS[at + 1], xtol=1e-12
            )
            modes.append((tau, _profile(family, tau, near)))
    if slopes[-1] > 0:
        modes.append((float(TAUS[-1]), thetas[-1]))
    tau, theta = max(modes, key=lambda mode: _evaluate(family, mode[1], mode[0]).value)
    return theta, tau, tau == TAUS[-1]


def _standard_error(best: _Point, tau: float) -> float:
    """From the inverse of the observed information; of θ alone where τ is at its limit 0.

    NaN where the information is not positive definite, as it may be where τ is at its bound.
    """
    information = best.information[:1, :1] if tau == 0 else best.information
    if np.linalg.eigvalsh(information).min() <= 0:
        return math.nan
    return math.sqrt(float(np.linalg.inv(information)[0, 0]))
