"""Likelihood of several variance components, and its best point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from probatum.stats.linear import least_squares

Floats = NDArray[np.float64]

_SHARES = (0.0, 0.01, 0.1, 0.4, 1.0)
_STARTS = 4
_STEPS = 100
_CLOSE = 1e-13
_SETTLED = 1e-7


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that share effects or sampling errors with one another and with no others.

    Attributes
    ----------
    rows : their positions, shape (n,).
    y, design, sampling : their effects (n,), X (n, p) and V (n, n).
    patterns : G_j of each level, shape (m, n, n): 1 where two rows share an effect of level j.
    """

    rows: NDArray[np.int64]
    y: Floats
    design: Floats
    sampling: Floats
    patterns: Floats

    def covariance(self, sigma2: Floats) -> Floats:
        """Marginal covariance, shape (n, n)."""
        return np.asarray(self.sampling + np.tensordot(sigma2, self.patterns, 1))


@dataclass(frozen=True, slots=True)
class Mixed:
    """``y = X beta + Σ u_j + e`` with ``cov = V + Σ s_j G_j``, s_j ≥ 0, cut into its blocks.

    Attributes
    ----------
    y, design : all effects (k,) and X (k, p).
    parts : the blocks of the covariance.
    levels : m, the number of components.
    restricted : restricted likelihood, or the full one.
    """

    y: Floats
    design: Floats
    parts: tuple[Part, ...]
    levels: int
    restricted: bool

    def covariance(self, sigma2: Floats) -> Floats:
        """Marginal covariance of y, shape (k, k)."""
        whole = np.zeros((self.y.size, self.y.size))
        for part in self.parts:
            whole[np.ix_(part.rows, part.rows)] = part.covariance(sigma2)
        return whole


@dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at one vector of components.

    With M the covariance and P = M^-1 - M^-1 X (X'M^-1 X)^-1 X'M^-1:

    Attributes
    ----------
    beta, bread : generalised least-squares coefficients and the inverse of X'M^-1 X.
    inverses : M^-1, block by block.
    pull : Py = M^-1 (y - X beta), shape (k,).
    q : y'Py.
    value : log-likelihood, constants included.
    """

    beta: Floats
    bread: Floats
    inverses: tuple[Floats, ...]
    pull: Floats
    q: float
    value: float


def split_model(
    y: Floats,
    design: Floats,
    sampling: Floats,
    codes: Sequence[NDArray[np.int64]],
    *,
    restricted: bool,
) -> Mixed:
    """Cut a model into the blocks that its levels and its sampling covariance leave apart.

    Parameters
    ----------
    y, design, sampling : shapes (k,), (k, p) and (k, k).
    codes : for each level the number of every row's effect, shape (k,).
    """
    block = np.arange(y.size)
    linked = np.nonzero(np.triu(sampling, 1))
    while True:
        fresh = block.copy()
        for labels in (*codes, block):
            lowest = np.full(int(labels.max()) + 1, y.size)
            np.minimum.at(lowest, labels, fresh)
            fresh = lowest[labels]
        for one, other in (linked, linked[::-1]):
            np.minimum.at(fresh, one, fresh[other])
        if (fresh == block).all():
            break
        block = fresh
    parts = []
    for first in np.unique(block):
        rows = np.flatnonzero(block == first)
        same = [code[rows][:, None] == code[rows] for code in codes]
        patterns = np.array(same, dtype=np.float64).reshape(len(codes), rows.size, rows.size)
        parts.append(Part(rows, y[rows], design[rows], sampling[np.ix_(rows, rows)], patterns))
    return Mixed(y, design, tuple(parts), len(codes), restricted)


def evaluate(model: Mixed, sigma2: Floats) -> Point:
    """Evaluate the likelihood (Harville 1977, JASA 72:320).

    Raises
    ------
    numpy.linalg.LinAlgError : the covariance is not positive definite.
    """
    k, p = model.design.shape
    white, inverses = np.empty((k, p + 1)), []
    log_det = 0.0
    for part in model.parts:
        lower = np.linalg.cholesky(part.covariance(sigma2))
        unlower = np.linalg.inv(lower)
        white[part.rows] = unlower @ np.column_stack((part.design, part.y))
        inverses.append(np.asarray(unlower.T @ unlower))
        log_det += 2 * float(np.log(np.diagonal(lower)).sum())
    fit = least_squares(white[:, p], np.ones(k), white[:, :p])
    freedom = k
    if model.restricted:
        freedom = k - p
        log_det -= float(np.linalg.slogdet(fit.bread)[1])
        log_det -= float(np.linalg.slogdet(model.design.T @ model.design)[1])
    residual = model.y - model.design @ fit.beta
    pull = np.empty(k)
    for part, inverse in zip(model.parts, inverses, strict=True):
        pull[part.rows] = inverse @ residual[part.rows]
    q = float(fit.rss)
    value = -0.5 * (freedom * float(np.log(2 * np.pi)) + log_det + q)
    return Point(fit.beta, fit.bread, tuple(inverses), pull, q, value)


def precision_trace(model: Mixed, point: Point) -> float:
    """Return tr(P)."""
    total = 0.0
    for part, inverse in zip(model.parts, point.inverses, strict=True):
        swept = inverse @ part.design
        total += float(np.trace(inverse)) - float(np.sum((swept @ point.bread) * swept))
    return total


class _Products(NamedTuple):
    """Sums over blocks, with K = M^-1, Z = KX and u_j = G_j Py.

    `trace` tr(KG_j) (m,); `fit` y'PG_jPy (m,); `cross` tr(KG_iKG_j) and `inner` u_i'Ku_j (m, m);
    `first` Z'G_jZ (m, p, p); `second` Z'G_iKG_jZ (m, m, p, p); `swept` Z'u_j (m, p).
    """

    trace: Floats
    fit: Floats
    cross: Floats
    inner: Floats
    first: Floats
    second: Floats
    swept: Floats


def _products(model: Mixed, point: Point) -> _Products:
    m, p = model.levels, model.design.shape[1]
    shapes = ((m,), (m,), (m, m), (m, m), (m, p, p), (m, m, p, p), (m, p))
    sums = _Products(*(np.zeros(shape) for shape in shapes))
    for part, inverse in zip(model.parts, point.inverses, strict=True):
        z = inverse @ part.design
        pull = point.pull[part.rows]
        turned = inverse @ part.patterns
        pressed = part.patterns @ pull
        spread = part.patterns @ z
        adds = (
            np.trace(turned, axis1=1, axis2=2),
            pressed @ pull,
            np.einsum("iab,jba->ij", turned, turned),
            pressed @ inverse @ pressed.T,
            z.T @ spread,
            np.einsum("iap,jaq->ijpq", spread, inverse @ spread),
            pressed @ z,
        )
        for total, add in zip(sums, adds, strict=True):
            np.add(total, add, out=total)
    return sums


def derivatives(model: Mixed, point: Point) -> tuple[Floats, Floats, Floats]:
    """Gradient, observed and expected information of the components.

    With A = P (restricted) or M^-1 (full): ``l_i = ½ (y'P G_i P y - tr(A G_i))`` and
    ``-l_ij = y'P G_i P G_j P y - ½ tr(A G_i A G_j)``; its expectation is the trace term.
    """
    sums, bread = _products(model, point), point.bread
    trace, cross = sums.trace, sums.cross
    if model.restricted:
        turned = bread @ sums.first
        trace = trace - np.trace(turned, axis1=1, axis2=2)
        cross = cross - 2 * np.einsum("pq,ijqp->ij", bread, sums.second)
        cross = cross + np.einsum("ipq,jqp->ij", turned, turned)
    observed = sums.inner - sums.swept @ bread @ sums.swept.T - 0.5 * cross
    return 0.5 * (sums.fit - trace), observed, 0.5 * cross


def best_components(model: Mixed) -> tuple[Floats, bool]:
    """Maximise the likelihood over s ≥ 0 from the best points of a grid.

    Returns
    -------
    The components, and whether the climb from the best start came to rest. With two components
    or more the best of the starts is no certificate of the global mode.
    """
    if not model.levels:
        return np.zeros(0), True
    residual = model.y - model.design @ np.linalg.lstsq(model.design, model.y)[0]
    size = float(residual @ residual) / model.y.size
    grid = [size * np.array(shares) for shares in product(_SHARES, repeat=model.levels)]
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
