"""Small-study effects of many pools at once: Egger's and Peters' tests as one weighted line.

The tests themselves, one pool at a time, are those of `probatum.stats.small_study`; a test holds
the two alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from probatum.certainty.policy import CertaintyPolicy
from probatum.findings import Pooled
from probatum.stats.measures import effect

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def odds_and_counts(pool: Pooled) -> tuple[Floats, Floats, Floats] | None:
    """Return log odds ratios, benefit positive, and people with and without the event.

    None where effects are no ratios, or some study gives no counts.
    """
    tables = [e.groups for e in pool.members if e.groups is not None]
    if pool.metric != "RR" or len(tables) < len(pool.members):
        return None
    a, n1, c, n2 = np.array([[*table[0], *table[1]] for table in tables]).T
    odds = effect("OR", ai=a, n1i=n1, ci=c, n2i=n2).yi
    odds = np.copysign(odds, np.array([e.estimate for e in pool.members]))
    events, people = np.maximum(a + c, 0.5), n1 + n2
    return odds, events, np.maximum(people - events, 0.5)


def count_asymmetry(line: Floats, v: Floats, in_pool: Bools, policy: CertaintyPolicy) -> Ints:
    """Levels for publication bias, as `judging.judge_publication` counts them.

    ``line`` holds effects, what they are regressed on, and weights, shape (3, ..., P); ``v`` the
    variances, (..., P); ``in_pool`` which estimates each pool holds, (n, P). Pools of fewer than
    ``egger_k`` estimates, or of studies alike in size, are not tested.
    """
    k = np.sum(in_pool, axis=-1)
    low, high = np.where(in_pool, v, np.inf), np.where(in_pool, v, -np.inf)
    tested = (k >= policy.egger_k) & (np.max(high, axis=-1) > np.min(low, axis=-1))
    found = np.zeros(k.shape, dtype=np.int64)
    if not tested.any():
        return found
    y, x, w = (np.broadcast_to(column, in_pool.shape)[tested] for column in line)
    w = np.where(in_pool[tested], w, 0.0)
    w /= w.sum(axis=-1, keepdims=True)
    dx = x - np.sum(w * x, axis=-1, keepdims=True)
    dy = y - np.sum(w * y, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sum(w * dx**2, axis=-1)
        slope = np.sum(w * dx * dy, axis=-1) / spread
        df = k[tested] - 2
        rest = np.sum(w * (dy - slope[:, None] * dx) ** 2, axis=-1) / df
        p = 2 * stdtr(df, -np.abs(slope) / np.sqrt(rest / spread))
    found[tested] = p < policy.egger_p
    return found
