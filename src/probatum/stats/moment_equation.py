"""Estimators of tau² by the method of moments: closed forms, and falling equations in tau².

An equation F(t) = c whose F is a sum of terms a/(λ+t), as the generalised Q is, has 1/F concave
and rising (a parallel sum). Newton's method on 1/F from t = 0 therefore climbs to the root without
ever passing it, and needs no safeguard; with equal variances it is there in one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from probatum.stats.distributions import chi2_quantile
from probatum.stats.moments import fit_at, fit_weights, spread, trace, weigh
from probatum.stats.ragged import Block, Booleans, Floats, dot

Falling: TypeAlias = Callable[[Block, Floats], tuple[Floats, Floats]]
"""F(t) and -F'(t) of every pool of a block."""

MAX_STEPS = 200


def solve_falling(block: Block, falling: Falling, target: Floats) -> tuple[Floats, Booleans]:
    """Solve F(t) = target for t ≥ 0 by Newton's method on 1/F.

    Returns
    -------
    t : the root, or 0 where F(0) is at or below the target, shape (n,).
    settled : whether the steps died out, shape (n,).
    """
    t = np.zeros(len(block.k))
    live, at = block, np.arange(len(t))
    for _ in range(MAX_STEPS):
        value, slope = falling(live, t[at])
        goal = target[at]
        # The sum's own rounding: a smaller excess over the goal carries no information.
        open_ = value - goal > 2e-16 * live.k * goal
        step = np.zeros(len(at))
        step[open_] = (value * (value - goal))[open_] / (goal * slope)[open_]
        t[at] += step
        keep = open_ & (step > 1e-9 * t[at])
        if not keep.any():
            return t, np.ones(len(t), dtype=np.bool_)
        if not keep.all():
            live, at = live.take(keep), at[keep]
    settled = np.ones(len(t), dtype=np.bool_)
    settled[at] = False
    return t, settled


def generalised_q(block: Block, t: Floats) -> tuple[Floats, Floats]:
    """Return Q(t) = Σ(y - mean)²/(v + t) and the size of its slope, y'P²y."""
    w0, w = weigh(block, t)
    total = w0 + w.sum(axis=0)
    shift = dot(w, block.d) / total
    r = block.d - shift
    x = w * r
    q = dot(x, r) + w0 * shift * shift
    return q, dot(x, x) + (w0 * shift) ** 2


def _dl_equation(block: Block, t: Floats) -> tuple[Floats, Floats]:
    """Return Q(t) + (k - 1) - t·tr P = Σ(z²+λ)/(λ+t) and the size of its slope."""
    q, slope = generalised_q(block, t)
    _, p, p2 = trace(*weigh(block, t))
    return q + (block.k - 1.0 - t * p), slope + (p - t * p2)


def dersimonian_laird(block: Block) -> Floats:
    """DerSimonian & Laird 1986: (Q - (k - 1)) / tr P, with fixed-effect weights."""
    return _weighted_moment(block, np.zeros(len(block.k)))


def two_step(block: Block) -> Floats:
    """DerSimonian & Kacker 2007: the moment estimator with weights of the DL estimate."""
    return _weighted_moment(block, dersimonian_laird(block))


def _weighted_moment(block: Block, u: Floats) -> Floats:
    """Return the moment estimator with weights a = 1/(v + u), truncated at 0.

    E Q = tr A(V + tau² I) = (k - 1) + (tau² - u) tr A (DerSimonian & Kacker 2007).
    """
    w0, w = weigh(block, u)
    size = trace(w0, w).p
    excess = fit_weights(block, w0, w).q - (block.k - 1.0)
    return np.maximum(u + excess / np.where(size > 0, size, 1.0), 0.0)


def hedges(block: Block) -> Floats:
    """Hedges 1983, after Cochran 1954: the variance of the effects less the mean of v."""
    variances: Floats = np.where(np.isinf(block.v), 0.0, block.v).sum(axis=0) + block.v0
    raw = spread(block) / np.maximum(block.k - 1.0, 1.0) - variances / block.k
    return np.maximum(raw, 0.0)


def hunter_schmidt(block: Block) -> Floats:
    """Hunter & Schmidt 1990: (Q - k) / Σw."""
    fit = fit_at(block, 0.0)
    return np.maximum((fit.q - block.k) / fit.total, 0.0)


def hunter_schmidt_small(block: Block) -> Floats:
    """Brannick, Potter, Benitez & Morris 2019: Hunter-Schmidt with Q times k/(k - 1)."""
    fit = fit_at(block, 0.0)
    factor = block.k / np.maximum(block.k - 1.0, 1.0)
    return np.maximum((factor * fit.q - block.k) / fit.total, 0.0)


def sidik_jonkman(block: Block) -> Floats:
    """Sidik & Jonkman 2005: weights v/t0 + 1 from the crude t0 = Σ(y - mean)²/k; 0 if t0 is."""
    crude = spread(block) / block.k
    q = fit_at(block, crude).q
    return crude * q / np.maximum(block.k - 1.0, 1.0)


def paule_mandel(block: Block) -> tuple[Floats, Booleans]:
    """Paule & Mandel 1982: Q(t) = k - 1; the empirical Bayes estimator of Morris 1983 as well."""
    return solve_falling(block, generalised_q, block.k - 1.0)


def median_paule_mandel(block: Block) -> tuple[Floats, Booleans]:
    """Viechtbauer 2021, median-unbiased: Q(t) at the median of chi² with k - 1 df."""
    df = block.k - 1.0
    median = np.where(df > 0, chi2_quantile(0.5, np.maximum(df, 1.0)), 0.0)
    return solve_falling(block, generalised_q, median)


def iterated_dl(block: Block) -> tuple[Floats, Booleans]:
    """Return the fixed point of t = (Q(t) - (k - 1)) / tr P(t): DerSimonian-Laird, iterated."""
    return solve_falling(block, _dl_equation, 2.0 * (block.k - 1.0))
