"""Variants of a graded question on arrays: pool, grade and limit thousands at a time.

The rules are those of `certainty.rules`, `certainty.votes` and `rating.rules`; nothing is
decided here that is decided otherwise for the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probatum.certainty import rules, votes
from probatum.certainty.appraisal import Shares
from probatum.certainty.asymmetry import count_asymmetry
from probatum.certainty.quantities import Quantities, caps, grade_quantities
from probatum.pool.engine import METHOD, TEST, TestRule, assign_tests
from probatum.rating.policy import Policy
from probatum.rating.rules import limit_by_volume, restrict_side
from probatum.rating.sheet import Bools, Floats, Ints, Sheet
from probatum.stats.estimators import Method
from probatum.stats.pooling import pool

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What each variant of a question comes to; arrays of one shape.

    ``studies`` and ``people`` are those of randomised studies, which the choice of the deciding
    question goes by.
    ``estimate``, ``low`` and ``high`` are NaN where direction decides.
    """

    side: Ints
    strength: Ints
    studies: Ints
    people: Floats
    counts: Bools
    level: Ints
    estimate: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """What one lane of evidence says under each variant; arrays of one shape."""

    side: Ints
    level: Ints
    estimate: Floats
    low: Floats
    high: Floats


def judge_variants(
    sheet: Sheet,
    include: Bools,
    policy: Policy,
    *,
    method: Method = METHOD,
    test: TestRule = TEST,
    votes_lane: Lane | None = None,
) -> Verdicts:
    """Judge a question under many choices of studies.

    Parameters
    ----------
    sheet : the question; ``sides``, ``people``, ``y`` and ``v`` may differ between variants.
    include : which studies each variant keeps, shape (n, S).
    method, test : of the pool.
    votes_lane : what `judge_votes` found for the same variants, which no method changes.
    """
    kept = include.astype(float)
    by_people = np.sum(kept * sheet.people, axis=-1)
    in_pool = include[:, sheet.owner]
    pooled_people = np.sum(in_pool * sheet.pooled, axis=-1)
    total = np.maximum(by_people, pooled_people)
    some = in_pool.any(axis=-1)
    use_pool = some & (pooled_people >= policy.certainty.pooled_share * total)
    direction = votes_lane or judge_votes(sheet, include, policy)
    pooled = direction
    if use_pool.any():
        # where the pool does not decide, nothing is asked of it
        in_pool = in_pool & use_pool[:, None]
        pooled = _judge_pools(sheet, kept, in_pool, policy, (method, test))
    lane = {
        name: np.where(use_pool, getattr(pooled, name), getattr(direction, name))
        for name in Lane.__slots__
    }
    empty = ~include.any(axis=-1)
    side = restrict_side(np.where(empty, rules.UNCLEAR, lane["side"]), active=sheet.active)
    studies = np.sum(include & sheet.randomised, axis=-1)
    people = np.sum((include & sheet.randomised) * sheet.people, axis=-1)
    beside = include & ~_find_pooled(sheet, in_pool & use_pool[:, None])
    limit = limit_by_volume(_count_support(sheet, include, beside, side), people, policy)
    return Verdicts(
        side=side,
        strength=np.where(empty, 0, np.minimum(lane["level"], limit)),
        studies=studies,
        people=people,
        counts=~empty & ~((side == rules.UNCLEAR) & sheet.active),
        level=lane["level"],
        estimate=lane["estimate"],
        low=lane["low"],
        high=lane["high"],
    )


def _count_support(sheet: Sheet, include: Bools, beside: Bools, side: Ints) -> Ints:
    """Randomised studies that share the side, as `rating.question.count_support` does.

    ``beside`` are the studies that no deciding pool holds, shape (n, S).
    """
    wanted = side[:, None]
    shared = (wanted == rules.UNCLEAR) | (sheet.sides == wanted) | ((wanted == 0) & ~beside)
    return np.asarray(np.sum(include & sheet.randomised & shared, axis=-1))


def judge_votes(sheet: Sheet, include: Bools, policy: Policy) -> Lane:
    """Judge a question by direction alone; ``include`` as in `judge_variants`."""
    kept = include.astype(float)

    def count(side: int) -> Floats:
        return np.asarray(np.sum(kept * (sheet.sides == side), axis=-1))

    people = kept * sheet.people
    ballot = votes.Votes(
        benefit=count(1),
        harm=count(-1),
        none=count(0),
        unclear=count(rules.UNCLEAR),
        people=np.asarray(np.sum(people, axis=-1)),
        absent=np.asarray(np.sum(people * (sheet.sides == 0), axis=-1)),
    )
    # as for the page: by people, or equally where a study does not say how many it had
    unknown = np.any((kept > 0) & (sheet.people == 0), axis=-1)
    weights = _normalised(np.where(unknown[:, None], kept, people))
    shares = Shares(*(weights @ row for row in sheet.flags))
    side = votes.find_side(ballot, policy.certainty)
    _, inconsistency = votes.count_disagreement(ballot, side, policy.certainty)
    start, design = rules.count_design(shares.unrandomised)
    bias = rules.count_bias(shares.high, shares.several, shares.concerns, policy.certainty)
    lost = design + bias + inconsistency + votes.count_scarcity(ballot, policy.certainty)
    cap = rules.LEVEL_INDEX[policy.certainty.cap_direction]
    nothing = np.full(len(kept), np.nan)
    level = rules.settle(start, lost + sheet.held, cap)
    return Lane(side, level, nothing, nothing, nothing)


def _judge_pools(
    sheet: Sheet, kept: Floats, in_pool: Bools, policy: Policy, how: tuple[Method, TestRule]
) -> Lane:
    n, p = in_pool.shape
    y, v = np.broadcast_to(sheet.y, (n, p)), np.broadcast_to(sheet.v, (n, p))
    found = _pool_variants(y, v, in_pool, how)
    estimate, ci, pi = found["estimate"], found["ci"], found["pi"]
    weights = _normalised(in_pool / (v + np.nan_to_num(found["tau2"])[:, None]))
    threshold = np.full(n, sheet.threshold)
    outside, opposite = rules.weigh_outside(y, weights, estimate, threshold)
    reach = Z95 * np.sqrt(v)
    lowest = np.min(np.where(in_pool, y + reach, np.inf), axis=-1)
    highest = np.max(np.where(in_pool, y - reach, -np.inf), axis=-1)
    shares = Shares(*(weights @ row for row in sheet.flags[:, sheet.owner]))
    k = _count_studies(sheet, in_pool)
    q = Quantities(
        estimate=estimate,
        low=ci[:, 0],
        high=ci[:, 1],
        pi_low=pi[:, 0],
        pi_high=pi[:, 1],
        i2=np.nan_to_num(found["i2"]),
        threshold=threshold,
        k=k,
        fraction=np.sum(in_pool * sheet.information, axis=-1) / sheet.asked,
        outside=outside,
        opposite=opposite,
        apart=highest > lowest,
        shares=shares,
        numbers=k / np.maximum(np.maximum(kept.sum(axis=-1), k), 1),
        large=np.full(n, sheet.large),
        ratio=np.full(n, sheet.ratio),
        explained=np.full(n, sheet.explained),
    )
    levels = grade_quantities(q, policy.certainty)
    held = sheet.held + count_asymmetry(sheet.line, v, in_pool, policy.certainty)
    level = levels.certainty(held, caps(shares, policy.certainty))
    return Lane(levels.side, level, estimate, ci[:, 0], ci[:, 1])


def _pool_variants(
    y: Floats, v: Floats, in_pool: Bools, how: tuple[Method, TestRule]
) -> dict[str, Floats]:
    """Pool each variant by the test that fits its size; NaN where a variant has no estimate."""
    n, p = in_pool.shape
    names = ("estimate", "ci", "pi", "tau2", "i2")
    out = {name: np.full((n, 2) if name in ("ci", "pi") else n, np.nan) for name in names}
    variant = np.broadcast_to(np.arange(n)[:, None], (n, p))
    for test, chosen in assign_tests(np.sum(in_pool, axis=-1), how[1]):
        here = in_pool & chosen[:, None]
        if here.any():
            found = pool(y[here], v[here], variant[here], method=how[0], test=test)
            for name, values in out.items():
                values[np.asarray(found.labels)] = getattr(found, name)
    return out


def _count_studies(sheet: Sheet, in_pool: Bools) -> Floats:
    """Studies in each pool; one with two estimates counts once."""
    return np.asarray(np.sum(_find_pooled(sheet, in_pool), axis=-1), dtype=np.float64)


def _find_pooled(sheet: Sheet, in_pool: Bools) -> Bools:
    """Tell which studies each pool holds, shape (n, S)."""
    owners = np.zeros((len(in_pool), len(sheet.studies)), dtype=bool)
    for column, owner in enumerate(sheet.owner):
        owners[:, owner] |= in_pool[:, column]
    return owners


def _normalised(weights: Floats) -> Floats:
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, np.where(total > 0, total, 1.0))
