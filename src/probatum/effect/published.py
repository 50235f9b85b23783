"""The difference as the paper prints it: which way it runs, and its standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from probatum.effect.case import Case, Lacking
from probatum.effect.clusters import clustering
from probatum.effect.groups import centres
from probatum.effect.side import stated_side
from probatum.stats.convert import se_from_ci, se_from_p, se_from_statistic
from probatum.study import SMALLEST, Difference, PValue
from probatum.vocabulary import RATIOS

OFF_CENTRE = 0.25
"""Part of its width by which an interval may lie off its estimate before it is not believed."""
NO_WIDTH = "the interval of the difference has no width"


@dataclass(frozen=True, slots=True)
class Signed:
    """An estimate with benefit positive (ratios as logs), its SE, and how both were found."""

    estimate: float
    se: float
    steps: tuple[str, ...]
    flags: tuple[str, ...] = ()


def published(case: Case, df: float | None) -> Signed | Lacking:
    """Return the published difference with an SE from its own SE or interval."""
    difference = case.outcome.difference
    if difference is None:
        return Lacking("no difference between the groups is printed")
    if not case.simple:
        return Lacking("several arms without figures for each cannot be combined")
    orientation = orient(case, difference)
    if isinstance(orientation, Lacking):
        return orientation
    sign, told = orientation
    spread = _standard_error(difference, df)
    if isinstance(spread, Lacking):
        return spread
    return Signed(
        sign * natural(difference),
        spread.se,
        (f"{difference.measure} as printed", *filter(None, (told,)), *spread.steps),
        spread.flags,
    )


def published_ratio_or_smd(case: Case) -> Signed | Lacking:
    """Return a printed SMD or ratio, by the normal distribution, clusters allowed for."""
    found = published(case, None)
    if isinstance(found, Lacking):
        return found
    clusters = clustering(case, printed=True)
    if isinstance(clusters, Lacking):
        return clusters
    steps = (*found.steps, *clusters.steps)
    return replace(found, se=found.se * clusters.widening, steps=steps)


def natural(difference: Difference) -> float:
    """Return the estimate, of ratios the log."""
    ratio = difference.measure in RATIOS
    return math.log(difference.estimate) if ratio else difference.estimate


def orient(case: Case, difference: Difference) -> tuple[int, str] | Lacking:
    """Return the sign that turns the published number so that benefit of the therapy is positive.

    Where the paper does not say which arm is subtracted, the figures of the arms and the stated
    conclusion decide, if they do not contradict each other.
    """
    if difference.measure in RATIOS and not difference.estimate > 0:
        return Lacking("a ratio of 0 or less has no logarithm")
    flip = -1 if case.contrast.flipped else 1
    if difference.sign is not None:
        return flip * (1 if difference.sign == "benefit-positive" else case.upward()), ""
    estimate = natural(difference)
    if estimate == 0:
        return 1, ""
    by_groups = _sign_by_groups(case)
    by_words = {"benefit": 1, "harm": -1}.get(stated_side(case), 0)
    if by_groups * by_words < 0:
        return Lacking("the groups' figures and the stated conclusion contradict each other")
    wanted = by_words or by_groups
    if wanted == 0:
        return Lacking("the report does not say which arm was subtracted from which")
    told = "sign from the stated conclusion" if by_words else "sign from the groups' figures"
    return (wanted if estimate > 0 else -wanted), told


def _sign_by_groups(case: Case) -> int:
    middle = centres(case)
    if middle is None or middle[0] == middle[1]:
        return 0
    return case.upward() if middle[0] > middle[1] else -case.upward()


@dataclass(frozen=True, slots=True)
class _Spread:
    se: float
    steps: tuple[str, ...]
    flags: tuple[str, ...] = ()


def _standard_error(difference: Difference, df: float | None) -> _Spread | Lacking:
    if difference.se is not None:
        return _Spread(difference.se, ("SE as printed",))
    if difference.ci is None:
        return _by_t(difference)
    low, high = difference.ci
    ratio = difference.measure in RATIOS
    if ratio:
        if not low > 0:
            return Lacking("the interval of a ratio reaches 0")
        low, high = math.log(low), math.log(high)
    if not high - low > SMALLEST:
        return Lacking(NO_WIDTH)
    off = abs(low + high - 2 * natural(difference)) / (high - low)
    if off > OFF_CENTRE:
        return Lacking("the interval is not centred on its estimate: a misprint is likely")
    # ratios rest on the normal distribution of their logs, whatever the group sizes
    se = float(se_from_ci(low, high, difference.level, None if ratio else df))
    flags = ("the interval lies off the centre of its estimate",) if off > 0.05 else ()
    return _Spread(se, (f"SE from the {difference.level:.0%} interval (Handbook 6.3)",), flags)


def _by_t(difference: Difference) -> _Spread | Lacking:
    if not difference.t or difference.measure != "MD":
        return Lacking("the difference is printed without interval or SE")
    se = float(se_from_statistic(difference.estimate, difference.t))
    return _Spread(se, (f"SE from t = {difference.t:g} (Handbook 6.5.2.3)",))


def exact_p(p: PValue | None) -> float | None:
    """Return p where it is given as a number."""
    if isinstance(p, float):
        return p
    if p is not None and p[0] not in "<>":
        return float(p)
    return None


def upper_p(p: PValue | None) -> tuple[float, str] | None:
    """Return p, or the bound that it lies under, and how it was read.

    A bound is taken as p itself, which makes the SE larger than it was (Handbook 6.5.2.3).
    """
    exact = exact_p(p)
    if exact is not None:
        return exact, f"SE from p = {exact:g}"
    if isinstance(p, str) and p.startswith("<"):
        bound = float(p.lstrip("<="))
        return bound, f"SE from p < {bound:g}, taken at the bound"
    return None


def by_p(case: Case, df: float | None) -> Signed | Lacking:
    """Return the mean difference with an SE from its p (Handbook 6.3, 6.5.2.3)."""
    if not case.simple:
        return Lacking("several arms without figures for each cannot be combined")
    outcome = case.outcome
    own = outcome.difference.p if outcome.difference else None
    found = upper_p(own) or (None if outcome.p_note else upper_p(outcome.p))
    if found is None:
        return Lacking("neither spread nor a usable p is given")
    p, step = found
    if df is None:
        return Lacking("group sizes are not given")
    estimate = _estimate(case)
    if isinstance(estimate, Lacking):
        return estimate
    benefit, told = estimate
    if benefit == 0 or not 0 < p < 1:
        return Lacking("p does not tell the SE of a difference of 0, nor p = 0 or 1 of any")
    return Signed(benefit, float(se_from_p(benefit, p, df)), (told, f"{step} (Handbook 6.5.2.3)"))


def _estimate(case: Case) -> tuple[float, str] | Lacking:
    """Return the mean difference with benefit positive, printed or of the printed means."""
    difference = case.outcome.difference
    if difference is not None and difference.measure == "MD":
        orientation = orient(case, difference)
        if isinstance(orientation, Lacking):
            return orientation
        sign, told = orientation
        return sign * difference.estimate, "; ".join(filter(None, ("MD as printed", told)))
    results = [case.result(arms[0]) for arms in case.groups]
    if any(result is None or result.mean is None for result in results):
        return Lacking("means are not given for both groups")
    middle = centres(case)
    if middle is None:
        return Lacking("one group gives final values and the other changes")
    return (middle[0] - middle[1]) * case.upward(), "difference of the printed means"
