"""Put an estimate into its record, and ask whether it agrees with what the paper concludes."""

from __future__ import annotations

import math

import numpy as np

from probatum.effect.case import Case, Lacking
from probatum.effect.published import exact_p
from probatum.effect.side import side_of, stated_side
from probatum.findings import Effect, Metric
from probatum.stats.arrays import quantile
from probatum.stats.inference import two_sided_p

Groups = tuple[tuple[float, ...], tuple[float, ...]]


def build(
    case: Case,
    metric: Metric,
    estimate: float,
    se: float,
    *,
    steps: tuple[str, ...],
    scale: str | None = None,
    groups: Groups | None = None,
    flags: tuple[str, ...] = (),
    change: bool = False,
) -> Effect:
    """Return the effect with its normal 95% interval; unknown people count as none."""
    half = float(quantile(0.95)) * se
    return Effect(
        contrast=case.contrast,
        metric=metric,
        estimate=estimate,
        variance=se * se,
        ci=(estimate - half, estimate + half),
        scale=scale,
        people=case.contrast.people or 0,
        made=tuple(dict.fromkeys(steps)),
        groups=groups,
        flags=flags,
        change=change,
    )


def contradiction(case: Case, effect: Effect) -> Lacking | None:
    """Return why the numbers cannot be believed beside the paper's own words, if they cannot.

    Numbers that are clearly on one side while the paper concludes for the other, or whose p is
    below 0.01 while the paper's exact p is above 0.1 (or the reverse), are not those of the test.
    """
    z = effect.estimate / math.sqrt(effect.variance)
    p = float(two_sided_p(np.array([z]), np.array([np.inf]))[0])
    stated = stated_side(case)
    if stated in {"benefit", "harm"} and stated != side_of(effect.estimate) and p < 0.05:
        return Lacking("the numbers and the stated conclusion contradict each other", "unclear")
    outcome = case.outcome
    own = exact_p(outcome.p) if case.simple and not outcome.p_note else None
    if own is not None and (min(p, own) < 0.01 and max(p, own) > 0.1):
        return Lacking(f"the numbers give p = {p:.2g} and the report p = {own:.2g}")
    return None
