"""Weighted least squares by orthogonal factors, and the space its residuals live in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError
from probatum.stats.numeric import as_floats
from probatum.stats.ragged import BEYOND, are_beyond

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """One weighted least-squares fit, or a stack of them along leading axes.

    Attributes
    ----------
    beta : coefficients, shape (..., p).
    bread : inverse of X'WX, shape (..., p, p); the covariance of beta when W is known.
    residual : y - X beta, shape (..., k).
    leverage : diagonal of the hat matrix, shape (..., k).
    rss : weighted residual sum of squares, shape (...).
    """

    beta: Floats
    bread: Floats
    residual: Floats
    leverage: Floats
    rss: Floats


def least_squares(y: Floats, weight: Floats, design: Floats) -> Fit:
    """Fit ``y = X beta`` with weights by QR, which never squares the condition number of X.

    Parameters
    ----------
    y, weight : shape (..., k); weights are inverse variances.
    design : shape (..., k, p), of full rank.
    """
    root = np.sqrt(weight)
    basis, triangle = np.linalg.qr(root[..., None] * design)
    inverse = np.linalg.inv(triangle)
    turned = np.einsum("...kp,...k->...p", basis, root * y)
    beta = np.einsum("...pq,...q->...p", inverse, turned)
    residual = y - np.einsum("...kp,...p->...k", design, beta)
    return Fit(
        beta=beta,
        bread=inverse @ np.swapaxes(inverse, -1, -2),
        residual=residual,
        leverage=np.sum(basis**2, axis=-1),
        rss=np.sum(weight * residual**2, axis=-1),
    )


@dataclass(frozen=True, slots=True)
class ResidualSpace:
    """What y says once the coefficients are swept out, at one between-study variance.

    With ``D`` the square roots of the weights and ``B`` an orthonormal basis of the complement
    of ``DX``, the projection ``P = W - WX(X'WX)^-1 X'W`` of the mixed model (Harville 1977,
    JASA 72:320) is ``D B B' D``. Working with ``B'Dy`` and ``B'WB`` forms every trace and
    quadratic form as a sum of squares, so one study of huge weight costs no digits.

    Attributes
    ----------
    basis : B, shape (k, k - p).
    weight : the diagonal of W, shape (k,).
    signal : B'Dy, shape (k - p,).
    """

    basis: Floats
    weight: Floats
    signal: Floats

    def form(self, diagonal: Floats) -> Floats:
        """Return B' diag(diagonal) B, shape (k - p, k - p)."""
        return self.basis.T @ (diagonal[:, None] * self.basis)

    def spread(self, diagonal: Floats) -> float:
        """Return tr(B' diag(diagonal) B)."""
        return float(np.sum(diagonal[:, None] * self.basis**2))

    @property
    def q(self) -> float:
        """y'Py: the generalised Q statistic."""
        return float(self.signal @ self.signal)

    @property
    def trace(self) -> float:
        """tr(P)."""
        return self.spread(self.weight)

    @property
    def pressed(self) -> Floats:
        """B'WB B'Dy, the factor of y'PPy and y'PPPy."""
        return self.basis.T @ (self.weight * (self.basis @ self.signal))

    @property
    def fall(self) -> float:
        """y'PPy, by which Q falls as tau² rises."""
        return float(self.signal @ self.pressed)

    @property
    def square_trace(self) -> float:
        """tr(PP)."""
        return float(np.sum(self.form(self.weight) ** 2))


def residual_space(y: Floats, weight: Floats, design: Floats) -> ResidualSpace:
    """Return the residual space of one data set: y and weight (k,), design (k, p)."""
    root = np.sqrt(weight)
    full, _ = np.linalg.qr(root[:, None] * design, mode="complete")
    basis = full[:, design.shape[1] :]
    return ResidualSpace(basis, weight, basis.T @ (root * y))


def as_series(yi: ArrayLike, vi: ArrayLike) -> tuple[Floats, Floats]:
    """Return effects and sampling variances as two finite arrays of one shape (k,).

    Raises
    ------
    InputError : lengths differ, nothing is left, a value is not finite or a variance not positive,
        or numbers are beyond `probatum.stats.ragged.LARGEST`.
    """
    y, v = np.atleast_1d(as_floats("yi", yi)), np.atleast_1d(as_floats("vi", vi))
    if y.ndim != 1 or y.shape != v.shape or not y.size:
        raise InputError(f"yi and vi must be two arrays of one length; got {y.shape}, {v.shape}")
    if not np.isfinite(y).all() or not np.isfinite(v).all() or (v <= 0).any():
        raise InputError("yi must be finite, and vi finite and above 0")
    if are_beyond(y, v).any():
        raise InputError(BEYOND)
    return y, v


def as_design(design: ArrayLike | None, k: int) -> Floats:
    """Return a design matrix (k, p) of full rank; None stands for the intercept alone.

    Raises
    ------
    InputError : the rows do not match, a value is not finite, or columns are redundant.
    """
    if design is None:
        return np.ones((k, 1))
    x = as_floats("the design", design)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[0] != k or not x.shape[1]:
        raise InputError(f"the design needs one row a study: {k} rows; got shape {x.shape}")
    if not np.isfinite(x).all():
        raise InputError("the design holds a value that is not finite")
    size = np.linalg.norm(x, axis=0)
    if (size == 0).any() or np.linalg.matrix_rank(x / np.where(size == 0, 1, size)) < x.shape[1]:
        raise InputError("the columns of the design are redundant; leave one out")
    return x
