"""Confidence intervals for tau²: Q-profile, generalised Q and profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from probatum.stats.distributions import chi2_quantile
from probatum.stats.likelihood import maximise
from probatum.stats.moment_equation import generalised_q, solve_falling
from probatum.stats.moments import fit_at, log_likelihood, spread
from probatum.stats.ragged import Block, Floats, Integers

Interval: TypeAlias = Literal["Q-profile", "generalised Q", "profile likelihood"]

Margin: TypeAlias = Callable[[Block, Floats, Integers], Floats]
"""How far each tau² of a block is below an end; the integers are the columns' positions."""

MAX_NODES, STEP = 400, 0.07
MAX_STEPS = 200
SCAN_POINTS = 96


def tau2_interval(
    block: Block, kind: Interval = "Q-profile", level: float = 0.95, *, restricted: bool = True
) -> Floats:
    """Return an interval for the tau² of each pool, shape (n, 2); NaN for one study.

    Parameters
    ----------
    kind : ``Q-profile`` (Viechtbauer 2007), ``generalised Q`` (Jackson 2013, with weights 1/v) or
        ``profile likelihood`` (Hardy & Thompson 1996).
    restricted : profile the restricted likelihood rather than the likelihood.
    """
    ends = np.full((len(block.k), 2), np.nan)
    several = np.flatnonzero(block.k > 1)
    if not several.size:
        return ends
    live = block.take(several)
    if kind == "Q-profile":
        ends[several] = _q_profile(live, level)
    elif kind == "generalised Q":
        ends[several] = _generalised(live, level)
    else:
        ends[several] = _profile(live, level, restricted=restricted)
    return ends


def _q_profile(block: Block, level: float) -> Floats:
    """Return the tau² at which Q(tau²) meets the two quantiles of chi² with k - 1 df."""
    ends = []
    for tail in ((1.0 - level) / 2.0, (1.0 + level) / 2.0):
        target = chi2_quantile(tail, block.k - 1.0)
        ends.append(solve_falling(block, generalised_q, target)[0])
    return np.stack(ends, axis=1)


def _generalised(block: Block, level: float) -> Floats:
    """Return the tau² at which the observed Q has the two tail probabilities."""
    q = fit_at(block, 0.0).q
    ends = []
    for p in ((1.0 + level) / 2.0, (1.0 - level) / 2.0):
        # P(Q ≤ q) falls as tau² grows, so each end is where it crosses p.
        def below(part: Block, t: Floats, at: Integers, p: float = p) -> Floats:
            return q_distribution(part, t, q[at]) - p

        inside = below(block, np.zeros(len(q)), np.arange(len(q))) > 0
        ends.append(_cross(block, np.where(inside, block.v0, 0.0), below))
    return np.stack(ends, axis=1)


def q_distribution(block: Block, tau2: Floats, q: Floats) -> Floats:
    """Return P(Q ≤ q) for Cochran's Q when the between-study variance is tau².

    Q is a sum of chi²₁ variables times the eigenvalues of AΣ (Biggerstaff & Jackson 2008). Its
    Laplace transform det(I + 2sAΣ)^-½ needs no eigenvalues, A being a diagonal less a matrix of
    rank one. The inversion integral of exp(sq) det^-½ / s is taken by the midpoint rule along a
    parabola through its saddle on the real axis (Rice 1980, *SIAM J. Sci. Stat. Comput.* 1, 438),
    with steps that widen as sinh: right of the pole at 0 it is P(Q ≤ q), and left of it, where q
    is above the mean, -P(Q > q).
    """
    a = np.concatenate([1.0 / block.v0[None], 1.0 / block.v])
    c = np.where(a > 0, 1.0 + tau2 * a, 0.0)
    share = a / a.sum(axis=0)
    positive = np.where(q > 0, q, 1.0)
    largest = _largest_eigenvalue(c, share)
    saddle = _saddle(c, share, positive, largest)
    focus = -0.5 / largest
    width = saddle - focus
    bound = np.minimum(c, largest)
    curve = 2.0 * ((bound / (1.0 + 2.0 * saddle * bound)) ** 2).sum(axis=0) + 1.0 / saddle**2
    reach = 1.0 / (width * np.sqrt(curve))
    total = np.zeros(len(q))
    for node in range(MAX_NODES):
        x = STEP * (node + 0.5)
        root = 1.0 + 1j * reach * np.sinh(x)
        s = focus + width * root * root
        factors = 1.0 + 2.0 * s * c
        # The rank-one factor 1 - 2s Σ share·c/(1 + 2sc) is Σ share/(1 + 2sc): shares sum to 1.
        log_det = np.log(factors).sum(axis=0) + np.log((share / factors).sum(axis=0))
        term = np.exp(s * positive - 0.5 * log_det) * root / s * np.cosh(x)
        total += np.real(term)
        if (np.abs(term) < 1e-15 * np.abs(total)).all():
            break
    area: Floats = 2.0 * STEP * reach * width * total / np.pi
    return np.where(q > 0, np.clip(np.where(saddle > 0, area, 1.0 + area), 0.0, 1.0), 0.0)


def _largest_eigenvalue(c: Floats, share: Floats) -> Floats:
    """Return the largest eigenvalue of AΣ: between the two largest c, Σ share/(x - c) = 0."""
    low, high = np.sort(c, axis=0)[-2:]
    for _ in range(60):
        x = 0.5 * (low + high)
        gap = x - c
        gap[gap == 0] = np.inf
        right = (share / gap).sum(axis=0) > 0
        low, high = np.where(right, x, low), np.where(right, high, x)
    largest: Floats = high
    return largest


def _saddle(c: Floats, share: Floats, q: Floats, largest: Floats) -> Floats:
    """Return where |exp(sq) det(I + 2sAΣ)^-½ / s| is least, on the side of 0 that suits q."""
    above = q > (c * (1.0 - share)).sum(axis=0)
    sign = np.where(above, -1.0, 1.0)
    low = np.where(above, 1e-6 * 0.5 / largest, 1.0 / q)
    high = np.where(above, 0.9 * 0.5 / largest, (len(c) + 1.0) / (2.0 * q))
    for _ in range(12):
        size = np.sqrt(low * high)
        s = sign * size
        inverse = 1.0 / (1.0 + 2.0 * s * c)
        rate = (c * inverse).sum(axis=0)
        rate -= (share * c * inverse * inverse).sum(axis=0) / (share * inverse).sum(axis=0)
        inward = (q > rate + 1.0 / s) ^ above
        low, high = np.where(inward, low, size), np.where(inward, size, high)
    found: Floats = sign * np.sqrt(low * high)
    return found


def _profile(block: Block, level: float, *, restricted: bool) -> Floats:
    """Return the outermost tau² whose log-likelihood is within chi²₁/2 of the largest."""
    best = maximise(block, restricted=restricted).tau2
    allowance = chi2_quantile(1.0 - level, 1.0) / 2.0
    floor = log_likelihood(block, best, restricted=restricted) - allowance
    # No mode lies beyond Σz², so the likelihood only falls there; a scan of what is below finds
    # the first and the last point of an interval that may have gaps.
    reach = 1.0 + np.maximum(spread(block), block.v0) / block.v0
    first, last = best.copy(), best.copy()
    for step in np.linspace(0.0, 1.0, SCAN_POINTS):
        t = block.v0 * (reach**step - 1.0)
        high = log_likelihood(block, t, restricted=restricted) >= floor
        first = np.where(high, np.minimum(first, t), first)
        last = np.where(high, np.maximum(last, t), last)

    def below_start(part: Block, t: Floats, at: Integers) -> Floats:
        return floor[at] - log_likelihood(part, t, restricted=restricted)

    def below_end(part: Block, t: Floats, at: Integers) -> Floats:
        return log_likelihood(part, last[at] + t, restricted=restricted) - floor[at]

    lower = _cross(block, first, below_start)
    return np.stack([lower, last + _cross(block, block.v0, below_end)], axis=1)


def _cross(block: Block, guess: Floats, margin: Margin) -> Floats:
    """Return where a margin falls to 0 as tau² grows from 0; 0 where the guess is 0.

    The guess is quadrupled until it brackets the end, which the Illinois method of false position
    then finds (Dowell & Jarratt 1971), with a bisection every eighth step against slow progress.
    """
    at = np.flatnonzero(guess > 0)
    part, low, high = block.take(at), np.zeros(len(at)), guess[at]
    f_low, f_high = margin(part, low, at), margin(part, high, at)
    while (inside := f_high > 0).any():
        low, f_low = np.where(inside, high, low), np.where(inside, f_high, f_low)
        high = np.where(inside, 4.0 * high, high)
        f_high = margin(part, high, at)
    t, before = high, np.zeros(len(at), dtype=np.bool_)
    for step in range(MAX_STEPS):
        t = (low * f_high - high * f_low) / (f_high - f_low) if step % 8 else 0.5 * (low + high)
        f = margin(part, t, at)
        if ((np.abs(f) <= 1e-12) | (high - low <= 1e-12 * high)).all():
            break
        inside = f > 0
        stuck = inside == before
        f_high = np.where(inside, np.where(stuck, 0.5 * f_high, f_high), f)
        f_low = np.where(inside, f, np.where(stuck, 0.5 * f_low, f_low))
        low, high, before = np.where(inside, t, low), np.where(inside, high, t), inside
    ends = np.zeros(len(guess))
    ends[at] = t
    return ends
