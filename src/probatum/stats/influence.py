"""How much each study moves a pool or a regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtr

from probatum.errors import InputError
from probatum.stats.estimators import Method, pool_blocks
from probatum.stats.linear import as_design, as_series, least_squares
from probatum.stats.moderated_tau2 import Sample, estimate_tau2
from probatum.stats.report import Report, note_lines, number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class InfluenceResult(Report):
    """Deletion diagnostics, one entry a study, shape (k,); `dfbetas` is (k, p).

    Attributes
    ----------
    rstudent : effect less its prediction from the others, by its standard error.
    dffits : change of the fitted effect, by its standard error without the study.
    cook : squared change of all coefficients, by their covariance.
    cov_ratio : generalised variance of the coefficients without the study over that with it.
    tau2_without, q_without : tau² and Q of the others.
    hat : leverage.
    weight : weight in percent, the diagonal of the weights over their sum.
    dfbetas : change of each coefficient, by its standard error without the study.
    influential : whether DFFITS, Cook's distance, leverage or a DFBETAS passes its bound.
    notes : what a reader must know.
    """

    ROWS: ClassVar = (
        *("rstudent", "dffits", "cook", "cov_ratio", "tau2_without", "q_without"),
        *("hat", "weight", "dfbetas", "influential"),
    )

    rstudent: Floats
    dffits: Floats
    cook: Floats
    cov_ratio: Floats
    tau2_without: Floats
    q_without: Floats
    hat: Floats
    weight: Floats
    dfbetas: Floats
    influential: NDArray[np.bool_]
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Name the influential studies by position."""
        marked = np.flatnonzero(self.influential)
        if not marked.size:
            return "\n".join(["No study is influential.", *note_lines(self.notes)])
        lines = [
            f"Study {i}: Cook {number(self.cook[i])}, DFFITS {number(self.dffits[i])}, "
            f"studentised residual {number(self.rstudent[i])}, weight {number(self.weight[i])}%."
            for i in marked
        ]
        return "\n".join([*lines, *note_lines(self.notes)])


class _Fits(NamedTuple):
    """Fits without each study: beta (k, p), bread (k, p, p), tau² and Q (k,)."""

    beta: Floats
    bread: Floats
    tau2: Floats
    q: Floats


def measure_influence(
    yi: ArrayLike,
    vi: ArrayLike,
    design: ArrayLike | None = None,
    *,
    method: Method = "REML",
) -> InfluenceResult:
    """Refit without each study, tau² included, and compare.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,), k ≥ p + 2.
    design : X, shape (k, p); None stands for the intercept.
    method : estimator of tau².

    Sources: Viechtbauer & Cheung 2010, Res Synth Methods 1:112, and its bounds: |DFFITS| over
    3 √(p/(k - p)), Cook over the median of chi² with p df, leverage over 3p/k, |DFBETAS| over 1.
    Standard errors are Wald's.

    Raises
    ------
    InputError : shapes differ, or there are too few studies to leave one out.
    UnknownName : no such method.
    """
    y, v = as_series(yi, vi)
    x = as_design(design, y.size)
    k, p = x.shape
    if k < p + 2:
        raise InputError(f"influence on {p} coefficients needs {p + 2} studies; got {k}")
    sample = Sample(y, v, x)
    tau2 = estimate_tau2(sample, method)
    whole = least_squares(y, 1 / (v + tau2), x)
    without = _pools_without(y, v, method) if design is None else _fits_without(sample, method)
    shift = whole.beta - without.beta
    forecast = np.einsum("kp,kpq,kq->k", x, without.bread, x)
    residual = y - np.einsum("kp,kp->k", x, without.beta)
    dffits = np.einsum("kp,kp->k", x, shift) / np.sqrt(whole.leverage * (without.tau2 + v))
    cook = np.einsum("kp,pq,kq->k", shift, np.linalg.inv(whole.bread), shift)
    dfbetas = shift / _errors_beside(without.tau2, v, x)
    influential = (np.abs(dffits) > 3 * np.sqrt(p / (k - p))) | (chdtr(p, cook) > 0.5)
    influential |= (whole.leverage > 3 * p / k) | (np.abs(dfbetas) > 1).any(axis=1)
    lost = np.flatnonzero(np.isnan(without.tau2))
    note = "no coefficients can be estimated without the studies at"
    with np.errstate(invalid="ignore"):
        ratio = np.linalg.det(without.bread) / np.linalg.det(whole.bread)
    return InfluenceResult(
        rstudent=residual / np.sqrt(v + without.tau2 + forecast),
        dffits=dffits,
        cook=cook,
        cov_ratio=ratio,
        tau2_without=without.tau2,
        q_without=without.q,
        hat=whole.leverage,
        weight=100 / (v + tau2) / np.sum(1 / (v + tau2)),
        dfbetas=dfbetas,
        influential=influential,
        notes=(f"{note} {', '.join(map(str, lost))}",) if lost.size else (),
    )


def _pools_without(y: Floats, v: Floats, method: Method) -> _Fits:
    """Pool without each study, all at once."""
    found = pool_blocks(y[:, None], v[:, None], ~np.eye(y.size, dtype=np.bool_), method=method)
    return _Fits(found.estimate[:, None], found.variance[:, None, None], found.tau2, found.q)


def _fits_without(sample: Sample, method: Method) -> _Fits:
    """Regress without each study; NaN where the others do not determine the coefficients."""
    k, p = sample.design.shape
    fits = _Fits(
        np.full((k, p), np.nan), np.full((k, p, p), np.nan), np.full(k, np.nan), np.full(k, np.nan)
    )
    for i in range(k):
        rest = np.arange(k) != i
        part = Sample(sample.y[rest], sample.v[rest], sample.design[rest])
        if np.linalg.matrix_rank(part.design) < p:
            continue
        tau2 = estimate_tau2(part, method)
        fit = least_squares(part.y, 1 / (part.v + tau2), part.design)
        fits.beta[i], fits.bread[i], fits.tau2[i] = fit.beta, fit.bread, tau2
        fits.q[i] = part.space(0.0).q
    return fits


def _errors_beside(tau2: Floats, v: Floats, x: Floats) -> Floats:
    """Return standard errors over all studies at the tau² without each, shape (k, p)."""
    weight = 1 / (v + tau2[:, None])
    known = np.isfinite(tau2)
    errors = np.full((x.shape[0], x.shape[1]), np.nan)
    information = np.einsum("kp,jk,kq->jpq", x, weight[known], x)
    errors[known] = np.sqrt(np.diagonal(np.linalg.inv(information), axis1=1, axis2=2))
    return errors
