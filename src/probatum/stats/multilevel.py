"""Multilevel meta-analysis with a known sampling covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from probatum.errors import InputError, UnknownName
from probatum.stats.coefficients import Coefficients, judge, name_coefficients
from probatum.stats.components import (
    Mixed,
    best_components,
    derivatives,
    evaluate,
    precision_trace,
    split_model,
)
from probatum.stats.linear import as_design
from probatum.stats.numeric import as_floats
from probatum.stats.ragged import BEYOND, are_beyond
from probatum.stats.regression import moderators, omnibus
from probatum.stats.report import HIDDEN, note_lines, number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MultilevelResult(Coefficients):
    """A mixed model with one variance component a level.

    Attributes
    ----------
    names, estimate, se, statistic, p, ci, cov : of the coefficients; see `Coefficients`.
    df : residual degrees of freedom of their tests; infinite for normal ones.
    k : number of rows.
    levels, groups : names of the levels, and how many distinct effects each has.
    sigma2, se_sigma2 : variance components and their asymptotic errors, shape (levels,).
    log_likelihood : restricted or full, constants included.
    qe, qe_df, qe_p : test of heterogeneity beside V alone (generalised chi²).
    qm, qm_df, qm_p : omnibus test of the moderators.
    i2 : percent of the total variance at each level (Cheung 2014), shape (levels,).
    method, test, level, converged, notes : as their names say.
    covariance : marginal covariance of the rows, shape (k, k), for `cluster_robust`.
    """

    df: float
    k: int
    levels: tuple[str, ...]
    groups: tuple[int, ...]
    sigma2: Floats
    se_sigma2: Floats
    log_likelihood: float
    qe: float
    qe_df: int
    qe_p: float
    qm: float
    qm_df: tuple[int, float]
    qm_p: float
    i2: Floats
    method: str
    test: str
    level: float
    converged: bool
    notes: tuple[str, ...]
    covariance: Floats = field(repr=False, metadata=HIDDEN)

    def summary(self) -> str:
        """Describe the model in words, a line a level and a coefficient."""
        lines = [f"Multilevel model of {self.k} rows ({self.method}, {self.test})."]
        for name, groups, s, share in zip(
            self.levels, self.groups, self.sigma2, self.i2, strict=True
        ):
            lines.append(
                f"  {name}: sigma² {number(s)} over {groups} ({number(share)}% of variance)"
            )
        return "\n".join([*lines, *self.coefficient_lines(), *note_lines(self.notes)])


def fit_multilevel(
    yi: ArrayLike,
    sampling: ArrayLike,
    levels: Mapping[str, Sequence[object]] | None = None,
    design: ArrayLike | None = None,
    *,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> MultilevelResult:
    """Fit ``yi = X beta + Σ u_level + e`` with ``cov(e)`` known.

    Parameters
    ----------
    yi : effects, shape (k,).
    sampling : sampling variances (k,), or their whole covariance matrix (k, k).
    levels : for each level the label of every row; rows of one label share an effect. None or
        empty: no random effect, which is generalised least squares with a known V.
        `three_levels` builds the usual pair.
    design : X, shape (k, p); None stands for the intercept.
    method : REML or ML.
    test : ``z``, or ``t`` with k - p degrees of freedom; `cluster_robust` does better.

    Sources: Konstantopoulos 2011, Res Synth Methods 2:61; Van den Noortgate 2013, Behav Res
    Methods 45:576; share of variance by level after Cheung 2014, Psychol Methods 19:211.

    Raises
    ------
    InputError : shapes differ, or the covariance is not symmetric and positive definite.
    UnknownName : no such method or test.
    """
    if method not in ("REML", "ML"):
        raise UnknownName(f"no multilevel method {method!r}; known are REML, ML")
    if test not in ("z", "t"):
        raise UnknownName(f"no test {test!r}; known are z, t")
    y, v = as_covariance(yi, sampling)
    x = as_design(design, y.size)
    if x.shape[0] <= x.shape[1]:
        raise InputError(f"{x.shape[1]} coefficients need more rows than {x.shape[0]}")
    labels = name_coefficients(names, x.shape[1])
    codes = {name: _codes(name, rows, y.size) for name, rows in (levels or {}).items()}
    model = split_model(y, x, v, list(codes.values()), restricted=method == "REML")
    return _assemble(model, codes, labels, (method, test, level))


def three_levels(
    cluster: Sequence[object], unit: Sequence[object] | None = None
) -> dict[str, list[object]]:
    """Return the levels of the three-level model: cluster, and unit within cluster.

    Every row is a unit of its own where no unit is given; both sequences have k entries, and so
    have the levels (Konstantopoulos 2011, Res Synth Methods 2:61).

    Raises
    ------
    InputError : there are not as many units as clusters.

    >>> three_levels(["a", "a", "b"])["unit"]
    [('a', 0), ('a', 1), ('b', 2)]
    """
    within = list(range(len(cluster))) if unit is None else list(unit)
    if len(within) != len(cluster):
        raise InputError(f"{len(cluster)} clusters but {len(within)} units")
    pairs: list[object] = list(zip(cluster, within, strict=True))
    return {"cluster": list(cluster), "unit": pairs}


def constant_correlation(vi: ArrayLike, cluster: Sequence[object], rho: float) -> Floats:
    """Build a sampling covariance (k, k) with one correlation inside every cluster.

    The working model of Pustejovsky & Tipton 2022, Prev Sci 23:425.

    Parameters
    ----------
    vi : sampling variances, shape (k,); cluster : k labels; rho : the correlation.

    Raises
    ------
    InputError : rho does not lie in [0, 1), or vi is no list of finite variances above 0.
    """
    v = as_floats("vi", vi)
    if not 0 <= rho < 1 or v.ndim != 1 or not ((v > 0) & np.isfinite(v)).all():
        raise InputError("the correlation must lie in [0, 1), and vi be finite, above 0, and 1-D")
    codes = _codes("cluster", cluster, v.size)
    root = np.sqrt(v)
    shared = np.where(codes[:, None] == codes[None, :], rho, 0.0)
    np.fill_diagonal(shared, 1.0)
    return np.asarray(shared * np.outer(root, root))


def as_covariance(yi: ArrayLike, sampling: ArrayLike) -> tuple[Floats, Floats]:
    """Return effects (k,) and a positive definite covariance (k, k); variances go on a diagonal.

    Raises
    ------
    InputError : shapes differ, or the matrix is not finite, symmetric and positive definite.
    """
    y, v = np.atleast_1d(as_floats("yi", yi)), as_floats("the sampling covariance", sampling)
    diagonal = v.ndim == 1
    v = np.diag(v) if diagonal else v
    if y.ndim != 1 or v.shape != (y.size, y.size):
        raise InputError(f"{y.size} effects need variances of their number or a square matrix")
    if not y.size:
        raise InputError("there is no effect")
    if not np.isfinite(y).all() or not np.isfinite(v).all():
        raise InputError("effects and covariances must be finite")
    root = np.sqrt(np.abs(np.diagonal(v)))
    if not (np.diagonal(v) > 0).all() or np.abs(v - v.T).max() > 1e-10 * root.max() ** 2:
        raise InputError("the covariance must be symmetric with a positive diagonal")
    if are_beyond(y, np.diagonal(v)).any():
        raise InputError(BEYOND)
    if not diagonal and np.linalg.eigvalsh(v / np.outer(root, root)).min() <= 0:
        raise InputError("the covariance must be positive definite")
    return y, v


def _codes(name: str, rows: Sequence[object], k: int) -> NDArray[np.int64]:
    if len(rows) != k:
        raise InputError(f"level {name} labels {len(rows)} rows of {k}")
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(row, len(seen)) for row in rows], dtype=np.int64)


def _assemble(
    model: Mixed,
    codes: Mapping[str, NDArray[np.int64]],
    names: tuple[str, ...],
    how: tuple[str, str, float],
) -> MultilevelResult:
    method, test, level = how
    sigma2, converged = best_components(model)
    point = evaluate(model, sigma2)
    base = evaluate(model, np.zeros_like(sigma2))
    k, p = model.design.shape
    df = np.inf if test == "z" else float(k - p)
    qm, qm_df, qm_p = omnibus(point.beta, point.bread, moderators(model.design), df)
    errors = _component_errors(model, sigma2)
    qe, typical = base.q, (k - p) / precision_trace(model, base)
    return MultilevelResult(
        names=names,
        **judge(point.beta, point.bread, df, level)._asdict(),
        df=df,
        k=k,
        levels=tuple(codes),
        groups=tuple(int(code.max()) + 1 for code in codes.values()),
        sigma2=sigma2,
        se_sigma2=errors,
        log_likelihood=point.value,
        qe=qe,
        qe_df=k - p,
        qe_p=float(chdtrc(k - p, qe)),
        qm=qm,
        qm_df=qm_df,
        qm_p=qm_p,
        i2=100 * sigma2 / (sigma2.sum() + typical),
        method=method,
        test=test,
        level=level,
        converged=converged,
        notes=_notes(codes, sigma2, errors, converged=converged),
        covariance=model.covariance(sigma2),
    )


def _component_errors(model: Mixed, sigma2: Floats) -> Floats:
    """Errors by the expected information; NaN where the components cannot be told apart."""
    if not sigma2.size:
        return sigma2
    _, _, expected = derivatives(model, evaluate(model, sigma2))
    size = np.sqrt(np.maximum(np.diagonal(expected), 0.0))
    if not size.all():
        return np.full_like(sigma2, np.nan)
    scaled = expected / np.outer(size, size)
    if np.linalg.eigvalsh(scaled).min() < 1e-10:
        return np.full_like(sigma2, np.nan)
    return np.asarray(np.sqrt(np.diagonal(np.linalg.inv(scaled))) / size)


def _notes(
    codes: Mapping[str, NDArray[np.int64]], sigma2: Floats, errors: Floats, *, converged: bool
) -> tuple[str, ...]:
    notes = [
        f"the component of level {name} lies at its boundary, 0"
        for name, s in zip(codes, sigma2, strict=True)
        if s == 0
    ]
    if np.isnan(errors).any():
        notes.append("the levels cannot be told apart: their components have no standard errors")
    if not converged:
        notes.append("the likelihood was still rising when the steps ran out")
    return tuple(notes)
