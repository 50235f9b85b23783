"""Grading a body whose pool decides: imprecision and inconsistency in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from probatum.certainty import rules
from probatum.certainty.model import Judgement, Target
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.quantities import Quantities, count_events, information, reach_beyond
from probatum.certainty.subgroups import Split
from probatum.certainty.target import say_estimate, say_interval
from probatum.findings import Pooled
from probatum.numbers import percent, significant, trimmed
from probatum.vocabulary import Side


def judge_imprecision(
    pool: Pooled, target: Target, levels: int, q: Quantities, policy: CertaintyPolicy
) -> Judgement:
    """Read the interval against the thresholds first, then the amount of information."""
    held, asked, share = information(pool, target, policy)
    unit = "people" if count_events(pool) is None else "events"
    crossed = int(rules.count_crossings(q.estimate, q.low, q.high, q.threshold))
    reason = _read_interval(pool, target, crossed)
    if share < 1:
        far = "far below" if share < policy.far_below_ois else "below"
        reason += f" {held:,.0f} {unit} are {far} the optimal size of {asked:,.0f}."
        if share >= policy.far_below_ois and not levels:
            reason += " For an effect too small to matter that lowers nothing."
    else:
        reason += f" {held:,.0f} {unit} reach the optimal size of {asked:,.0f}."
    wide = int(rules.count_wide(q.low, q.high, q.ratio, policy))
    if wide:
        times = significant(math.exp(pool.ci[1] - pool.ci[0]))
        much = "far too little" if wide == rules.VERY else "too little"
        reason += f" The upper limit is {times} times the lower: {much} information."
    numbers: dict[str, float | int | str] = {
        "low": pool.ci[0],
        "high": pool.ci[1],
        "threshold": target.threshold or 0.0,
        "levels by interval": crossed,
        unit: held,
        "optimal size": asked,
    }
    source = "GRADE guidance 34 (Zeng 2022); GRADE guidelines 6"
    return Judgement("imprecision", levels, "assessed", reason, numbers, source)


def _read_interval(pool: Pooled, target: Target, crossed: int) -> str:
    interval = f"The interval ({say_interval(pool.ci, pool, target.digits)})"
    least = target.threshold
    if least is None:
        return f"{interval} {'includes' if crossed else 'excludes'} no difference."
    region = int(rules.find_region(pool.estimate, least))
    if region == 0:
        inside = "lies wholly within differences too small to matter"
        beyond = ("one side", "either side", "either side, by far")
        words = inside if not crossed else f"reaches important differences on {beyond[crossed - 1]}"
        return f"{interval} {words}."
    words = (
        "holds only differences large enough to matter",
        "also holds differences too small to matter",
        "also holds no difference at all",
        "reaches from important benefit to important harm",
    )[crossed]
    return f"{interval} {words}."


def judge_inconsistency(
    pool: Pooled,
    target: Target,
    levels: int,
    q: Quantities,
    *,
    policy: CertaintyPolicy,
    splits: Sequence[Split] = (),
) -> Judgement:
    """Ask how far the studies disagree about the target, beyond chance."""
    source = "GRADE guidance 36 (Guyatt 2023)"
    if pool.k < 2:
        reason = "Not assessed: one study cannot disagree with itself."
        numbers: dict[str, float | int | str] = {"studies": pool.k}
        return Judgement("inconsistency", 0, "not assessed", reason, numbers, source)
    outside = float(q.outside)
    beyond = bool(reach_beyond(q, policy))
    spread = i2_interval(pool)
    heterogeneity = f"I² is {pool.i2:.0f}%"
    if spread:
        heterogeneity += f" ({spread[0]:.0f}% to {spread[1]:.0f}%)"
    mark = "the threshold" if target.threshold else "no difference"
    parts = [
        heterogeneity,
        f"{percent(outside)} of the information lies on the other side of {mark}",
        "intervals of some studies do not overlap" if bool(q.apart) else "all intervals overlap",
    ]
    if pool.pi:
        parts.append(
            f"a new study is predicted to find {say_interval(pool.pi, pool, target.digits)}"
        )
    parts += [split.words() for split in splits]
    numbers = {
        "I²": pool.i2,
        "tau²": pool.tau2,
        "beyond the threshold": outside,
        "opposite direction": float(q.opposite),
        "intervals apart": int(bool(q.apart)),
        "prediction reaches beyond": int(beyond),
        "explained": int(bool(q.explained)),
    }
    numbers |= {f"p by {split.feature}": split.p for split in splits}
    if spread:
        numbers |= {"I² low": spread[0], "I² high": spread[1]}
    return Judgement("inconsistency", levels, "assessed", "; ".join(parts) + ".", numbers, source)


def i2_interval(pool: Pooled) -> tuple[float, float] | None:
    """Interval of I² in percent, from that of tau² and the typical variance.

    ``I² = tau² / (tau² + s²)`` with the typical within-study variance s² of Higgins & Thompson
    2002 (Stat Med 21:1539), equation 9.
    """
    if pool.tau2_ci is None or pool.k < 2:
        return None
    weights = [1 / effect.variance for effect in pool.members]
    total, squares = sum(weights), sum(w * w for w in weights)
    typical = (pool.k - 1) * total / (total * total - squares)
    low, high = (100 * t / (t + typical) if t != float("inf") else 100.0 for t in pool.tau2_ci)
    return low, high


def _say_least(least: float, pool: Pooled) -> str:
    """Write a threshold as it was declared, without idle zeros."""
    return trimmed(math.exp(least) if pool.metric == "RR" else least, 2)


def explain_side(side: Side, pool: Pooled, target: Target) -> str:
    """Say why the pool comes down on a side."""
    estimate = f"The estimate {say_estimate(pool.estimate, pool.ci, pool, target.digits)}"
    if pool.metric == "RR":
        estimate += ", a ratio that is above 1 where the therapy does better,"
    least = target.threshold
    limit = (
        "no difference"
        if least is None
        else f"the smallest important difference, {_say_least(least, pool)}"
    )
    if side == "benefit":
        reached = "" if least is None else f" and the estimate reaches {limit}"
        return f"{estimate} favours the therapy: the interval excludes no difference{reached}."
    if side == "harm":
        reached = "" if least is None else f" and the estimate reaches {limit} the wrong way"
        return f"{estimate} favours the comparison: the interval excludes no difference{reached}."
    if side == "none":
        return f"{estimate} lies wholly below {limit}, either way."
    if pool.ci[0] > 0 or pool.ci[1] < 0:
        return (
            f"{estimate} excludes no difference, but stays below {limit}, without excluding it: "
            "whether the difference matters is open."
        )
    rest = "" if least is None else ", and differences that would matter"
    return f"{estimate} includes no difference{rest}."
