"""Put an estimate into its record, and ask whether it agrees with what the paper concludes."""

from __future__ import annotations

import math

from probatum.effect.case import Case, Lacking
from probatum.effect.published import exact_p
from probatum.effect.side import side_of, stated_side
from probatum.findings import Effect, Metric
from probatum.stats.arrays import quantile
from probatum.stats.convert import statistic_from_p

P_APART = 2.0
"""Standard errors between two test statistics beyond which they are not of one result."""

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

    Numbers clearly on one side while the paper concludes for the other, or whose test statistic
    lies more than `P_APART` from that of the paper's exact p with 5% between them, are not those
    of the test. Neither rule asks which side is the therapy's.
    """
    z = effect.estimate / math.sqrt(effect.variance)
    critical = float(quantile(0.95))
    stated = stated_side(case)
    if stated in {"benefit", "harm"} and stated != side_of(z) and abs(z) > critical:
        return Lacking("the numbers and the stated conclusion contradict each other", "unclear")
    own = exact_p(case.outcome.p) if case.simple and not case.outcome.p_note else None
    if own is None or not 0 < own <= 1:
        return None
    stated_z = float(statistic_from_p(own))
    if abs(stated_z - abs(z)) > P_APART and (stated_z > critical) != (abs(z) > critical):
        return Lacking(f"the numbers give z = {abs(z):.1f} and the printed p z = {stated_z:.1f}")
    return None
