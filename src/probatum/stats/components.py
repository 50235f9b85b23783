"""Likelihood of several variance components, and its best point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SHARES = (0.0, 0.01, 0.1, 0.4, 1.0)
_STARTS = 4
_STEPS = 100
_CLOSE = 1e-13
_SETTLED = 1e-7


@dataclass(frozen=True, slots=True)
class Mixed:
    """``y = X beta + Σ u_j + e`` with ``cov = V + Σ s_j G_j``, s_j ≥ 0.

    Attributes
    ----------
    y : effects, shape (k,).
    design : X, shape (k, p).
    sampling : V, shape (k, k).
    patterns : G_j, shape (m, k, k): 1 where two rows share the effect of level j.
    restricted : restricted likelihood, or the full one.
    """

    y: Floats
    design: Floats
    sampling: Floats
    patterns: Floats
    restricted: bool

    def covariance(self, sigma2: Floats) -> Floats:
        """Marginal covariance of y, shape (k, k)."""
        return np.asarray(self.sampling + np.tensordot(sigma2, self.patterns, 1))


@dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at one vector of components, with the matrices its derivatives need.

    Attributes
    ----------
    beta, bread : generalised least-squares coefficients and the inverse of X'M^-1 X.
    inverse : M^-1.
    projection : P = M^-1 - M^-1 X (X'M^-1 X)^-1 X'M^-1.
    pull : Py.
    value : log-likelihood, constants included.
    """

    beta: Floats
    bread: Floats
    inverse: Floats
    projection: Floats
    pull: Floats
    value: float


def evaluate(model: Mixed, sigma2: Floats) -> Point:
    """Evaluate the likelihood (Harville 1977, JASA 72:320).

    Raises
    ------
    numpy.linalg.LinAlgError : the covariance is not positive definite.
    """
    k, p = model.design.shape
    lower = np.linalg.cholesky(model.covariance(sigma2))
    white = np.linalg.solve(lower, np.column_stack((model.design, model.y)))
    basis, triangle = np.linalg.qr(white[:, :p])
    root = np.linalg.inv(triangle)
    beta = root @ (basis.T @ white[:, p])
    unlower = np.linalg.inv(lower)
    swept = unlower - basis @ (basis.T @ unlower)
    projection = swept.T @ swept
    pull = projection @ model.y
    log_det = 2 * float(np.log(np.diagonal(lower)).sum())
    freedom = k
    if model.restricted:
        freedom = k - p
        log_det += 2 * float(np.log(np.abs(np.diagonal(triangle))).sum())
        log_det -= float(np.linalg.slogdet(model.design.T @ model.design)[1])
    value = -0.5 * (freedom * np.log(2 * np.pi) + log_det + float(model.y @ pull))
    return Point(beta, root @ root.T, unlower.T @ unlower, projection, pull, float(value))


def derivatives(model: Mixed, point: Point) -> tuple[Floats, Floats, Floats]:
    """Gradient, observed and expected information of the components.

    With A = P (restricted) or M^-1 (full): ``l_i = ½ (y'P G_i P y - tr(A G_i))`` and
    ``-l_ij = y'P G_i P G_j P y - ½ tr(A G_i A G_j)``; its expectation is the trace term.
    """
    against = point.projection if model.restricted else point.inverse
    turned = against @ model.patterns
    pressed = model.patterns @ point.pull
    gradient = 0.5 * (pressed @ point.pull - np.trace(turned, axis1=1, axis2=2))
    expected = 0.5 * np.einsum("iab,jba->ij", turned, turned)
    observed = pressed @ point.projection @ pressed.T - expected
    return gradient, observed, expected


def best_components(model: Mixed) -> tuple[Floats, bool]:
    """Maximise the likelihood over s ≥ 0 from the best points of a grid.

    Returns
    -------
    The components, and whether the climb from the best start came to rest. With two components
    or more the best of the starts is no certificate of the global mode.
    """
    m = model.patterns.shape[0]
    if not m:
        return np.zeros(0), True
    residual = model.y - model.design @ np.linalg.lstsq(model.design, model.y)[0]
    size = float(residual @ residual) / model.y.size
    grid = [size * np.array(shares) for shares in product(_SHARES, repeat=m)]
    scored = [(s, point) for s in grid if (point := _attempt(model, s)) is not None]
    scored.sort(key=lambda start: -start[1].value)
    climbs = [_climb(model, *start) for start in scored[:_STARTS]]
    best = max(climbs, key=lambda climb: climb[1])
    return best[0], best[2]


def _attempt(model: Mixed, sigma2: Floats) -> Point | None:
    """Evaluate the likelihood; None where rounding makes the covariance singular.

    That is so where components outweigh the smallest sampling variance by more than 1e15.
    """
    try:
        return evaluate(model, sigma2)
    except np.linalg.LinAlgError:
        return None


def _climb(model: Mixed, s: Floats, point: Point) -> tuple[Floats, float, bool]:
    """Newton's method on the free components, each step shortened until it gains."""
    for _ in range(_STEPS):
        gradient, observed, expected = derivatives(model, point)
        free = (s > 0) | (gradient > 0)
        if not free.any():
            return s, point.value, True
        step = np.zeros_like(s)
        step[free] = _ascent(
            gradient[free], observed[np.ix_(free, free)], expected[np.ix_(free, free)]
        )
        fresh, better = _line_search(model, s, step, point)
        if better is None:
            return s, point.value, abs(float(gradient @ step)) < _SETTLED
        moved = float(np.max(np.abs(fresh - s)))
        s, point = fresh, better
        if moved <= _CLOSE * float(np.max(s)):
            return s, point.value, True
    return s, point.value, False


def _ascent(gradient: Floats, observed: Floats, expected: Floats) -> Floats:
    """Newton's step where the likelihood is concave, else the scoring step."""
    concave = bool((np.linalg.eigvalsh(observed) > 0).all())
    # Levels that coincide make the information singular: the shortest step serves.
    return np.asarray(np.linalg.lstsq(observed if concave else expected, gradient)[0])


def _line_search(
    model: Mixed, s: Floats, step: Floats, point: Point
) -> tuple[Floats, Point | None]:
    """Halve a step, projected on s ≥ 0, until the likelihood does not fall."""
    for halving in range(30):
        fresh = np.maximum(s + step * 0.5**halving, 0.0)
        better = _attempt(model, fresh)
        if better is not None and better.value > point.value:
            return fresh, better
    return s, None
