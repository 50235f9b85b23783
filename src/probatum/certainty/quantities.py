"""What grading needs to know of pooled bodies, as arrays, and the levels that follow.

One entry a body: the body of a page is a batch of one, a multiverse a batch of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from probatum.certainty import rules
from probatum.certainty.appraisal import Appraisal, Shares
from probatum.certainty.model import Target
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.target import typical_sd
from probatum.findings import Pooled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _no() -> NDArray[np.bool_]:
    return np.zeros((), dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Quantities:
    """Numbers of pooled bodies; arrays of one shape, benefit positive.

    Attributes
    ----------
    estimate, low, high, pi_low, pi_high, i2 : of the pool; NaN where there is no prediction
        interval.
    threshold : smallest important difference, 0 where the target is any difference.
    k : studies in the pool.
    fraction : information as a share of the optimal information size.
    outside, opposite : shares of information beyond the threshold and beyond 0.
    apart : whether some intervals of single studies do not overlap.
    shares : shares of information by risk of bias and design.
    numbers : share of the question's studies that give numbers.
    ratio : whether the pool is of ratios, on the log scale.
    explained : whether a feature of the studies explains their disagreement.
    large : size of a large effect, infinite where the base names none.
    """

    estimate: Floats
    low: Floats
    high: Floats
    pi_low: Floats
    pi_high: Floats
    i2: Floats
    threshold: Floats
    k: Floats
    fraction: Floats
    outside: Floats
    opposite: Floats
    apart: NDArray[np.bool_]
    shares: Shares
    numbers: Floats
    large: Floats
    ratio: NDArray[np.bool_] = field(default_factory=_no)
    explained: NDArray[np.bool_] = field(default_factory=_no)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels lost in each domain, and given back by ``upgrade``; arrays of one shape."""

    start: Ints
    design: Ints
    bias: Ints
    inconsistency: Ints
    imprecision: Ints
    numbers: Ints
    upgrade: Ints
    side: Ints

    def certainty(self, held: Ints | int, cap: Ints | int) -> Ints:
        """Index of the certainty; ``held`` are levels of domains that numbers do not decide."""
        lost = self.design + self.bias + self.inconsistency + self.imprecision + self.numbers
        return rules.settle(self.start, lost + held - self.upgrade, cap)


def grade_quantities(q: Quantities, policy: CertaintyPolicy) -> Levels:
    """Apply the rules of every domain that numbers decide."""
    start, design = rules.count_design(q.shares.unrandomised)
    beyond = reach_beyond(q, policy)
    inconsistency = rules.count_inconsistency(
        q.i2,
        q.outside,
        q.opposite,
        apart=q.apart,
        beyond=beyond,
        policy=policy,
        explained=q.explained,
    )
    crossings = rules.count_crossings(q.estimate, q.low, q.high, q.threshold)
    little = (rules.find_region(q.estimate, q.threshold) == 0) & (q.threshold > 0)
    wide = rules.count_wide(q.low, q.high, q.ratio, policy)
    scarce = rules.count_information(q.fraction, policy, little=little, wide=wide)
    bias = rules.count_bias(q.shares.high, q.shares.several, q.shares.concerns, policy)
    inconsistency = np.where(q.k > 1, inconsistency, 0)
    imprecision = np.maximum(crossings, scarce)
    near = np.where(q.estimate < 0, -q.high, q.low)
    lost = bias + inconsistency + imprecision
    upgrade = rules.count_upgrade(
        start, lost, near, q.large, assessed=q.shares.assessed, policy=policy
    )
    return Levels(
        start=start,
        design=design,
        bias=bias,
        inconsistency=inconsistency,
        imprecision=imprecision,
        numbers=np.where(q.numbers < policy.numbers_share, 1, 0),
        upgrade=upgrade,
        side=rules.find_side(q.estimate, q.low, q.high, q.threshold),
    )


def reach_beyond(q: Quantities, policy: CertaintyPolicy) -> NDArray[np.bool_]:
    """Whether prediction intervals of studies enough cross a threshold that the mean does not."""
    pi = q.pi_low, q.pi_high
    beyond = rules.reaches_beyond(q.estimate, (q.low, q.high), pi, q.threshold)
    return np.asarray(beyond & (q.k >= policy.prediction_k))


def caps(shares: Shares, policy: CertaintyPolicy) -> Ints:
    """Highest certainty (index) that the assessed share of the information allows."""
    top = rules.LEVEL_INDEX[policy.cap_unassessed]
    return np.where(np.asarray(shares.assessed) < policy.assessed_share, top, rules.HIGH)


def quantify(
    pool: Pooled,
    k: int,
    target: Target,
    appraisal: Appraisal,
    policy: CertaintyPolicy,
    *,
    explained: bool = False,
) -> Quantities:
    """Take the numbers of one pool of a question that ``k`` studies answer."""
    weights = normalise(pool)
    threshold = np.asarray(target.threshold or 0.0)
    estimate = np.asarray(pool.estimate)
    outside, opposite = rules.weigh_outside(
        np.asarray([e.estimate for e in pool.members]), weights, estimate, threshold
    )
    pi = pool.pi or (np.nan, np.nan)
    return Quantities(
        estimate=estimate,
        low=np.asarray(pool.ci[0]),
        high=np.asarray(pool.ci[1]),
        pi_low=np.asarray(pi[0]),
        pi_high=np.asarray(pi[1]),
        i2=np.asarray(pool.i2),
        threshold=threshold,
        k=np.asarray(float(pool.k)),
        fraction=np.asarray(information(pool, target, policy)[2]),
        outside=outside,
        opposite=opposite,
        apart=np.asarray(stand_apart(pool)),
        shares=appraisal.share(weights),
        numbers=np.asarray(pool.k / max(k, pool.k)),
        large=np.asarray(target.large),
        ratio=np.asarray(pool.metric == "RR"),
        explained=np.asarray(explained),
    )


def normalise(pool: Pooled) -> Floats:
    """Weights of a pool that sum to 1."""
    weights = np.asarray(pool.weights, float)
    return np.asarray(weights / weights.sum())


def stand_apart(pool: Pooled) -> bool:
    """Whether the intervals of some two studies do not overlap."""
    if not pool.members:
        return False
    return max(e.ci[0] for e in pool.members) > min(e.ci[1] for e in pool.members)


def information(
    pool: Pooled, target: Target, policy: CertaintyPolicy
) -> tuple[float, float, float]:
    """Return how much information a pool holds, how much is asked, and the share.

    Events where a ratio's events are known, else people.
    """
    events = count_events(pool)
    if events is not None:
        return events, policy.ois_events, events / policy.ois_events
    spread = typical_sd(pool)
    difference = target.threshold / spread if target.threshold and spread else 0.0
    asked = float(rules.information_size(difference, policy))
    return pool.people, asked, pool.people / asked


def count_events(pool: Pooled) -> float | None:
    """Return the events in both groups of a pool of ratios; None where they are not known."""
    if pool.metric != "RR" or any(e.groups is None for e in pool.members):
        return None
    return float(sum(group[0] for e in pool.members for group in e.groups or ()))
