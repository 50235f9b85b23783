"""The sums over studies that every estimator of tau² is made of.

With weights w = 1/(v + t), S = Σw and P = W - ww'/S, a pool's sums at a trial tau² of t are the
traces tr P and tr P², and the quadratic forms Q = y'Py, y'P²y and y'P³y. In the coordinates of
the contrasts among studies, with λ the eigenvalues of their sampling covariance and z the effects
along its eigenvectors, they are

    tr Pⁿ = Σ 1/(λ+t)ⁿ        y'Pⁿy = Σ z²/(λ+t)ⁿ

so each falls, convex and log-convex, as t grows, and d/dt y'Pⁿy = -n y'Pⁿ⁺¹y. The λ are never
computed: they only justify the bounds of `likelihood` and `moment_equation`. They interlace the
variances v. (Searle, Casella & McCulloch 1992, *Variance components*, ch. 6; the decomposition is
that of Patterson & Thompson 1971.)

All sums are taken about the pivot study, whose weight is the largest, in forms that subtract no
two nearly equal numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from probatum.stats.ragged import Block, Booleans, Floats, dot


class Fit(NamedTuple):
    """A pool at one tau²: all (n,).

    `total` is the sum of weights Σw, `shift` the pooled effect less the pivot's effect, and `q`
    the weighted sum of squares Σw(y - mean)².
    """

    total: Floats
    shift: Floats
    q: Floats


class Traces(NamedTuple):
    """Σw, tr P and tr P², each (n,)."""

    total: Floats
    p: Floats
    p2: Floats


class Slopes(NamedTuple):
    """What the derivatives of a likelihood are made of, each (n,).

    `fit` is y'P²y and `fit_rate` its relative rate of fall, 2 y'P³y / y'P²y; `size` is tr P
    (restricted likelihood) or Σw (likelihood) and `size_rate` its relative rate of fall.
    The log-likelihood rises with tau² where `fit` exceeds `size`.
    """

    fit: Floats
    fit_rate: Floats
    size: Floats
    size_rate: Floats

    def take(self, columns: Booleans) -> Slopes:
        """Return the slopes of some of the pools."""
        return Slopes(*(column[columns] for column in self))

    @property
    def rises(self) -> Booleans:
        """Whether the log-likelihood rises with tau²."""
        return self.fit > self.size


def weigh(block: Block, t: Floats | float) -> tuple[Floats, Floats]:
    """Return the pivot's weight (n,) and the others' (m, n) at tau² = t."""
    return 1.0 / (block.v0 + t), 1.0 / (block.v + t)


def fit_weights(block: Block, w0: Floats, w: Floats) -> Fit:
    """Pool with the given weights."""
    total = w0 + w.sum(axis=0)
    shift = dot(w, block.d) / total
    r = block.d - shift
    q = dot(w, r, r) + w0 * shift * shift
    return Fit(total, shift, q)


def fit_at(block: Block, t: Floats | float) -> Fit:
    """Pool at tau² = t."""
    return fit_weights(block, *weigh(block, t))


def trace(w0: Floats, w: Floats) -> Traces:
    """Return Σw, tr P and tr P² of the given weights."""
    rest = w.sum(axis=0)
    squares = dot(w, w)
    cubes = dot(w, w, w)
    total = w0 + rest
    p: Floats = (2.0 * w0 * rest + (rest * rest - squares)) / total
    pivot = (w0 * w0 * (rest * rest + 2.0 * squares) + squares * squares) / (total * total)
    p2: Floats = pivot + (squares - 2.0 * cubes / total)
    return Traces(total, p, p2)


def spread(block: Block) -> Floats:
    """Return the unweighted sum of squares Σ(y - mean)², which is Σz²."""
    sums: Floats = block.d.sum(axis=0)
    return dot(block.d, block.d) - sums * sums / block.k


def slopes_at(block: Block, t: Floats, *, restricted: bool) -> Slopes:
    """Return the parts of the first two derivatives of a log-likelihood at tau² = t."""
    w0, w = weigh(block, t)
    traces = trace(w0, w)
    total = traces.total
    shift = dot(w, block.d) / total
    pull = w0 * shift
    x = block.d - shift
    x *= w
    fit = dot(x, x) + pull * pull
    x += pull
    wx = w * x
    mean = wx.sum(axis=0)
    cubic = dot(wx, x) - mean * mean / total
    if restricted:
        size, square = traces.p, traces.p2
    else:
        size, square = total, w0 * w0 + dot(w, w)
    return Slopes(fit, 2.0 * cubic / fit, size, square / size)


def log_likelihood(block: Block, t: Floats | float, *, restricted: bool) -> Floats:
    """Return the log-likelihood, or the restricted one, at tau² = t, without its constant."""
    fit = fit_at(block, t)
    logs = np.where(np.isinf(block.v), 0.0, np.log(np.where(np.isinf(block.v), 1.0, block.v + t)))
    value: Floats = logs.sum(axis=0) + np.log(block.v0 + t) + fit.q
    return -0.5 * (value + np.log(fit.total)) if restricted else -0.5 * value
