"""What the certainty of a body is about: stated before grading (GRADE guidance 32, Zeng 2021)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from probatum.certainty.model import Lane, Target
from probatum.certainty.policy import CertaintyPolicy
from probatum.evidence.base import Base
from probatum.evidence.config import Scale
from probatum.findings import Body, Pooled
from probatum.numbers import decimals_for, fixed

LARGE_RATIO = 2.0
"""A large effect by rule of thumb (GRADE guidelines 9)."""
NON_NULL = Target("non-null", None, "that there is any difference at all")


def choose_lane(body: Body, policy: CertaintyPolicy) -> tuple[Lane, str]:
    """Return the lane that decides, by people and never by result, and why."""
    if not body.k:
        return "none", "No study answers this question."
    if not body.pools:
        return "direction", "No study of this question gives numbers that can be pooled."
    pool = body.pools[0]
    share = pool.people / max(body.people, pool.people)
    held = f"{pool.k} of {body.k} studies with {pool.people} of {max(body.people, pool.people)}"
    if share >= policy.pooled_share:
        return "pooled", f"The pool decides: it holds {held} people."
    return "direction", f"Direction of effect decides: the pool holds only {held} people."


def set_target(body: Body, lane: Lane, base: Base, policy: CertaintyPolicy) -> Target:
    """State the target of a body: an important difference, or any difference."""
    if lane != "pooled":
        return NON_NULL
    pool = body.pools[0]
    scale = find_scale(pool, base)
    important = policy.target == "important"
    target = _name_important(pool, scale, base, policy) if important else NON_NULL
    return replace(target, digits=decimals_of(scale))


def _name_important(
    pool: Pooled, scale: Scale | None, base: Base, policy: CertaintyPolicy
) -> Target:
    if pool.metric == "RR":
        return Target(
            "important",
            math.log(policy.ratio_threshold),
            f"that the ratio is at least {policy.ratio_threshold:g} either way "
            "(GRADE guidelines 6)",
            math.log(LARGE_RATIO),
        )
    if pool.metric == "MD" and scale is not None and scale.thresholds is not None:
        least = scale.thresholds.small
        words = f"that the difference is at least {least:g} on {scale.name} "
        large = scale.thresholds.large or math.inf
        return Target("important", least, f"{words}({scale.thresholds.source})", large)
    smd = base.config.smd
    words = f"that the difference is at least {smd.small:g} standard deviations ({smd.source})"
    spread, large = typical_sd(pool), smd.large or math.inf
    return Target("important", smd.small * spread, words, large * spread) if spread else NON_NULL


def find_scale(pool: Pooled, base: Base) -> Scale | None:
    """Return the instrument on which a pool stands, if it stands on one."""
    return next((scale for scale in base.config.scales if scale.slug == pool.scale), None)


def typical_sd(pool: Pooled) -> float | None:
    """Return the standard deviation of single people; None where it cannot be known.

    From the variance of a difference between two equal groups, ``v = 4 sd² / n``: the median
    over studies of ``sqrt(v n / 4)``. It is 1 for standardised differences.
    """
    if pool.metric == "SMD":
        return 1.0
    if pool.metric == "RR":
        return None
    spread = [math.sqrt(e.variance * e.people / 4) for e in pool.members if e.people > 0]
    return float(np.median(spread)) if spread else None


def decimals_of(scale: Scale | None) -> int:
    """Return the decimals of an estimate: as a scale resolves, but one at least; else two."""
    return max(1, decimals_for(scale.high - scale.low)) if scale else 2


def say(value: float, pool: Pooled, digits: int) -> str:
    """Write a value of a pool for a sentence: ratios on the natural scale."""
    return fixed(math.exp(value) if pool.metric == "RR" else value, digits)


def say_interval(interval: tuple[float, float], pool: Pooled, digits: int) -> str:
    """Write an interval of a pool for a sentence."""
    return f"{say(interval[0], pool, digits)} to {say(interval[1], pool, digits)}"


def say_estimate(estimate: float, interval: tuple[float, float], pool: Pooled, digits: int) -> str:
    """Write an estimate with its interval: ``2.3 (1.8 to 2.8)``."""
    return f"{say(estimate, pool, digits)} ({say_interval(interval, pool, digits)})"
