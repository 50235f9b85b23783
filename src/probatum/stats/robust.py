"""Cluster-robust inference: the CR2 sandwich with Satterthwaite degrees of freedom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError
from probatum.stats.coefficients import Coefficients, judge, name_coefficients
from probatum.stats.linear import as_design, least_squares
from probatum.stats.multilevel import as_covariance
from probatum.stats.report import note_lines, number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RobustResult(Coefficients):
    """Coefficients with cluster-robust inference.

    Attributes
    ----------
    names, estimate, se, statistic, p, ci, cov : see `Coefficients`; by the CR2 covariance.
    df : Satterthwaite degrees of freedom, one a coefficient.
    clusters, k : number of clusters and of rows.
    level, notes : as their names say; df below 4 are flagged, as Tipton 2015 advises.
    """

    ROWS: ClassVar = (*Coefficients.ROWS, "df")

    df: Floats
    clusters: int
    k: int
    level: float
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the coefficients in words."""
        opening = f"CR2 over {self.clusters} clusters of {self.k} rows."
        rows = zip(self.coefficient_lines(), self.df, strict=True)
        lines = [f"{line} on {number(df)} df" for line, df in rows]
        return "\n".join([opening, *lines, *note_lines(self.notes)])


def cluster_robust(
    yi: ArrayLike,
    working: ArrayLike,
    cluster: Sequence[object],
    design: ArrayLike | None = None,
    *,
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> RobustResult:
    """Fit by the inverse of a working covariance and judge by the residuals of whole clusters.

    Parameters
    ----------
    yi : effects, shape (k,).
    working : variances (k,) or covariance (k, k) of the rows: ``vi + tau2`` of `regress`, or
        ``covariance`` of `fit_multilevel`. It may be wrong; it must not link two clusters.
    cluster : label of every row.
    design : X, shape (k, p); None stands for the intercept.

    Sources: Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672 (equations 5, 6, 11); Tipton 2015,
    Psychol Methods 20:375.

    Raises
    ------
    InputError : shapes differ, fewer than two clusters, the covariance links clusters, or
        there are not as many names as coefficients.
    """
    y, phi = as_covariance(yi, working)
    x = as_design(design, y.size)
    rows = _members(cluster, phi)
    labels = name_coefficients(names, x.shape[1])
    weight: Floats = np.asarray(np.linalg.inv(phi))
    white = np.linalg.solve(np.linalg.cholesky(phi), np.column_stack((x, y)))
    fit = least_squares(white[:, -1], np.ones(y.size), white[:, :-1])
    beta, bread = fit.beta, fit.bread
    scores = [_adjusted(x, phi, weight, bread, member) for member in rows]
    residual = y - x @ beta
    influence = np.array([a @ residual[m] for a, m in zip(scores, rows, strict=True)])
    cov = influence.T @ influence
    df = _satterthwaite(x, phi, bread, scores, rows)
    judged = judge(beta, cov, df, level)
    return RobustResult(
        names=labels,
        **judged._asdict(),
        df=df,
        clusters=len(rows),
        k=y.size,
        level=level,
        notes=_notes(labels, judged.se, df),
    )


def _notes(names: tuple[str, ...], se: Floats, df: Floats) -> tuple[str, ...]:
    few = "has fewer than 4 degrees of freedom: take its p as a rough guide (Tipton 2015)"
    flat = "has a standard error of 0, for its residuals vanish: its test means nothing"
    notes = [f"{name} {few}" for name, d in zip(names, df, strict=True) if d < 4]
    notes += [f"{name} {flat}" for name, error in zip(names, se, strict=True) if error == 0]
    return tuple(notes)


def _members(cluster: Sequence[object], phi: Floats) -> list[NDArray[np.int64]]:
    """Rows of each cluster, in order of first appearance."""
    if len(cluster) != phi.shape[0]:
        raise InputError(f"{len(cluster)} cluster labels for {phi.shape[0]} rows")
    found: dict[object, list[int]] = {}
    for row, label in enumerate(cluster):
        found.setdefault(label, []).append(row)
    if len(found) < 2:
        raise InputError("cluster-robust inference needs at least two clusters")
    members = [np.array(rows) for rows in found.values()]
    outside = phi.copy()
    for rows in members:
        outside[np.ix_(rows, rows)] = 0
    if outside.any():
        raise InputError("the working covariance links clusters; use the coarsest level")
    return members


def _adjusted(
    x: Floats, phi: Floats, weight: Floats, bread: Floats, rows: NDArray[np.int64]
) -> Floats:
    """Return the rows of ``bread X_j' W_j A_j``, shape (p, k_j), of one cluster.

    ``A = D' B^{+1/2} D`` with D the upper Cholesky factor of the working block and
    ``B = D (Phi_j - X_j bread X_j') D'``: with it the sandwich is unbiased if the working
    covariance is right.
    """
    block = np.ix_(rows, rows)
    upper = np.linalg.cholesky(phi[block]).T
    left_over = phi[block] - x[rows] @ bread @ x[rows].T
    values, vectors = np.linalg.eigh(upper @ left_over @ upper.T)
    keep = values > 1e-12 * np.abs(values).max()
    root = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
    return np.asarray(bread @ x[rows].T @ weight[block] @ upper.T @ root @ upper)


def _satterthwaite(
    x: Floats,
    phi: Floats,
    bread: Floats,
    scores: Sequence[Floats],
    rows: Sequence[NDArray[np.int64]],
) -> Floats:
    """Degrees of freedom, (Σ p_j'Φp_j)² / ΣΣ (p_i'Φp_j)², one a coefficient.

    ``p_j = (I - H)_j' a_j`` and ``cov(residual) = Φ - X bread X'``, so ``p_i'Φp_j`` is
    ``a_i' (Φ - X bread X')_ij a_j``.
    """
    spread = phi - x @ bread @ x.T
    df = np.empty(x.shape[1])
    for c in range(x.shape[1]):
        loads = np.zeros((len(rows), x.shape[0]))
        for j, (score, member) in enumerate(zip(scores, rows, strict=True)):
            loads[j, member] = score[c]
        inner = loads @ spread @ loads.T
        df[c] = np.trace(inner) ** 2 / np.sum(inner**2)
    return df
