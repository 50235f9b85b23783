"""How large an effect is: absolute sizes for everyone, estimates with intervals for the trained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.certainty.target import decimals_of
from probatum.evidence.base import Base
from probatum.evidence.config import BaselineRisk, Scale, Thresholds
from probatum.findings import Pooled, Question
from probatum.monograph.model import Claim, Ground
from probatum.monograph.numbers import (
    decimals_for,
    fixed,
    interval,
    p_value,
    plural,
    studies,
    trimmed,
)
from probatum.monograph.sentence import (
    claim,
    config_ground,
    lower_first,
    question_ground,
    span,
    study_grounds,
)
from probatum.monograph.wording import thresholds_of

TEST_NAME = {
    "z": "a Wald test",
    "t": "a t test",
    "knha": "the Hartung-Knapp test",
    "adhoc": "the Hartung-Knapp test, never narrower than Wald",
}
METRIC_NAME = {"MD": "mean difference", "SMD": "Hedges' g", "RR": "risk ratio"}


def scale_of(pool: Pooled, base: Base) -> Scale | None:
    """Return the base's scale on which a pool stands, or None for standardised units and ratios."""
    return next((row for row in base.config.scales if row.slug == pool.scale), None)


def scale_words(scale: Scale) -> str:
    """Return a scale's name with its range, unless the name tells it."""
    limits = f"{trimmed(scale.low)} to {trimmed(scale.high)}"
    return lower_first(scale.name) if limits in scale.name else f"{scale.name}, {limits}"


def digits_of(scale: Scale) -> int:
    """Return the decimals that scores of a scale are written with in plain words."""
    return decimals_for(scale.high - scale.low)


def is_wanted(pool: Pooled, base: Base) -> bool:
    """Return whether the event that a risk ratio counts is wanted, as its studies record it."""
    first = pool.members[0].contrast
    return base.study(first.study).outcomes[first.outcomes[0]].better == "higher"


def natural_ratio(pool: Pooled, base: Base) -> tuple[float, float, float]:
    """Return a risk ratio with its interval on the natural scale, therapy over comparator.

    Pools run benefit positive on the log scale; where the event is unwanted the ratio turns over.
    """
    sign = 1 if is_wanted(pool, base) else -1
    return math.exp(sign * pool.estimate), *_natural(pool.ci, sign)


def _natural(limits: tuple[float, float], sign: int) -> tuple[float, float]:
    """Return the limits of a log ratio on the natural scale, turned over where sign is -1."""
    low, high = sorted(math.exp(sign * limit) for limit in limits)
    return low, high


@dataclass(frozen=True, slots=True)
class Risks:
    """Risks behind a risk ratio: without the therapy, and with it, with the limits of that.

    ``declared`` is the baseline of base.toml, if the risk without the therapy comes from there.
    """

    without: float
    therapy: float
    ci: tuple[float, float]
    declared: BaselineRisk | None


def baseline_of(question: Question, base: Base) -> BaselineRisk | None:
    """Return the declared baseline of a question's use and domain, if any."""
    wanted = (question.use, question.domain)
    return next((row for row in base.config.baseline if (row.use, row.domain) == wanted), None)


def risks(pool: Pooled, base: Base) -> Risks | None:
    """Return the risks behind a risk ratio, or None where no risk without the therapy is known.

    That is the declared one, else the comparators' events over their people; the therapy's is
    that risk times the pooled ratio and its limits (Cochrane Handbook 15.4.4.2).
    """
    if pool.metric != "RR":
        return None
    declared = baseline_of(pool.members[0].contrast.question, base)
    tables = [row.groups for row in pool.members if row.groups and len(row.groups[1]) == 2]
    people = sum(groups[1][1] for groups in tables)
    if declared is not None and declared.scale is None:
        without = declared.value
    elif people:
        without, declared = sum(groups[1][0] for groups in tables) / people, None
    else:
        return None
    therapy, low, high = (min(1.0, without * ratio) for ratio in natural_ratio(pool, base))
    return Risks(without, therapy, (low, high), declared)


def plain_magnitude(graded: Graded, base: Base, name: str) -> Iterator[Claim]:
    """Yield plain sentences on the size of an effect, or why no size can be given."""
    if graded.certainty.lane != "pooled" or not graded.body.pools:
        yield _no_size(graded, name)
        return
    pool, ground = graded.body.pools[0], question_ground(graded.body.question)
    scale = scale_of(pool, base)
    if pool.metric == "MD" and scale is not None:
        yield from _on_scale(pool, scale, base, ground, name)
    elif pool.metric == "SMD":
        yield from _standardised(pool, base, ground, name)
    elif pool.metric == "RR":
        yield from _risks(pool, base, ground, name)
    if pool.k < graded.body.k:
        share = span(part_of(graded), study_grounds(row.contrast.study for row in pool.members))
        yield claim(f"{name}-from", "these numbers come from ", share, edition="consumer")


def part_of(graded: Graded) -> str:
    """Return how many of a body's studies its pool holds: `1 of the 2 studies`."""
    return f"{graded.body.pools[0].k:,} of the {studies(graded.body.k)}"


def _no_size(graded: Graded, name: str) -> Claim:
    """Say that too few studies give numbers for the size of the effect to be known."""
    body = graded.body
    told = body.pools[0].k if body.pools else 0
    ids = (row.contrast.study for row in body.pools[0].members) if body.pools else ()
    grounds = (question_ground(body.question), *study_grounds(ids))
    if not told:
        which = "no study gives" if body.k > 1 else "the study does not give"
    else:
        which = f"only {told:,} of the {studies(body.k)} {plural(told, 'gives', 'give')}"
    return claim(
        f"{name}-size",
        span(which, grounds, "the others tell only which way their result went"),
        " numbers that can be combined, so the size of the effect is not known",
        edition="consumer",
    )


def _on_scale(pool: Pooled, scale: Scale, base: Base, ground: Ground, name: str) -> Iterator[Claim]:
    digits = digits_of(scale)
    yield claim(
        f"{name}-size",
        "on average, people given the treatment fared ",
        span(_points(pool.estimate, digits), (ground,), _technical(pool, base, digits)),
        " than" if _shown(pool.estimate, digits) else " as",
        " those in the comparison groups (",
        span(scale_words(scale), (config_ground(f"scales.{scale.slug}"),)),
        ")",
        edition="consumer",
    )
    yield _range(pool, scale, ground, name)
    if scale.thresholds is not None:
        yield claim(
            f"{name}-matters",
            "on this scale the smallest difference that matters to people is ",
            span(
                f"{trimmed(scale.thresholds.small)} "
                f"{'point' if scale.thresholds.small == 1 else 'points'}",
                (config_ground(f"scales.{scale.slug}.thresholds"),),
                scale.thresholds.source,
            ),
            edition="consumer",
        )


def _range(pool: Pooled, scale: Scale, ground: Ground, name: str) -> Claim:
    """Say how far the truth may lie from the estimate, or that the interval is no help."""
    low, high = pool.ci
    width, digits = scale.high - scale.low, digits_of(scale)
    if high - low >= width:
        words = span("almost anywhere on the scale", (ground,), _limits(low, high, digits))
        return claim(f"{name}-range", "the true difference could lie ", words, edition="consumer")
    return claim(
        f"{name}-range",
        "the true difference could lie anywhere from ",
        span(_points(low, digits), (ground,), "lower limit of the 95% confidence interval"),
        " to ",
        span(_points(high, digits), (ground,), "upper limit of the 95% confidence interval"),
        edition="consumer",
    )


def _limits(low: float, high: float, digits: int) -> str:
    return f"95% confidence interval {interval((low, high), digits)}"


def _points(value: float, digits: int) -> str:
    """Return `1.2 points better`, `0.3 points worse` or `the same`."""
    shown = _shown(value, digits)
    if not shown:
        return "the same"
    return f"{shown} {'point' if shown == '1' else 'points'} {'better' if value > 0 else 'worse'}"


def _shown(value: float, digits: int) -> str:
    """Return the size of a number as printed, empty where it rounds to nothing."""
    text = fixed(abs(value), digits)
    return text if text.strip("0.,") else ""


def _standardised(pool: Pooled, base: Base, ground: Ground, name: str) -> Iterator[Claim]:
    limits = base.config.smd
    yield claim(
        f"{name}-size",
        "the studies used different scales; taken together, the average difference was ",
        span(worded(pool.estimate, limits), (ground,), _technical(pool, base, 2)),
        edition="consumer",
    )
    low, high = (worded(value, limits) for value in pool.ci)
    if low != high:
        yield claim(
            f"{name}-range",
            "the true difference could be anything from ",
            span(low, (ground,), f"{fixed(pool.ci[0], 2)} standard deviations"),
            " to ",
            span(high, (ground,), f"{fixed(pool.ci[1], 2)} standard deviations"),
            edition="consumer",
        )


def worded(value: float, limits: Thresholds) -> str:
    """Return the size of a standardised difference in words, with its direction."""
    extent = abs(value)
    if extent < limits.small:
        return "too small to matter"
    size = "moderate" if limits.moderate is None else "small"
    if limits.moderate is not None and extent >= limits.moderate:
        size = "moderate"
    if limits.large is not None and extent >= limits.large:
        size = "large"
    return f"{size} {'for the better' if value > 0 else 'for the worse'}"


def _risks(pool: Pooled, base: Base, ground: Ground, name: str) -> Iterator[Claim]:
    found = risks(pool, base)
    if found is None:
        return
    therapy, without = (f"{round(100 * r)} in 100 people" for r in (found.therapy, found.without))
    declared = found.declared
    where = (config_ground("baseline"), ground) if declared else (ground,)
    told = declared.source if declared else "all comparison groups together"
    yield claim(
        f"{name}-size",
        "what was counted happened in about ",
        span(therapy, (ground,), _technical(pool, base, 2)),
        " with the treatment and ",
        span(without, where, told),
        " without it",
        edition="consumer",
    )


def technical_magnitude(pool: Pooled, base: Base) -> str:
    """Return the estimate with everything that a statistician asks for, on its natural scale."""
    scale = scale_of(pool, base)
    digits = decimals_of(scale)
    parts = [_technical(pool, base, digits)]
    if scale is not None:
        parts[0] += f", benefit positive, {scale_words(scale)}"
    elif pool.metric == "RR":
        parts[0] += f" of {'a wanted' if is_wanted(pool, base) else 'an unwanted'} event"
    else:
        parts[0] += ", benefit positive"
    parts.append(p_value(pool.p))
    if pool.k > 1:
        if pool.pi is not None:
            parts.append(f"95% prediction interval {_predicted(pool, pool.pi, base, digits)}")
        parts.append(f"τ² {fixed(pool.tau2, 2)}, I² {fixed(pool.i2, 0)}%")
        test = TEST_NAME.get(pool.test, pool.test)
        parts.append(f"{pool.k} studies pooled by {pool.method} with {test}")
    else:
        parts.append("from 1 study")
    small = thresholds_of(pool, base.config)
    if small is not None:
        parts.append(f"smallest important difference {trimmed(small.small, 2)}")
    return "; ".join(parts)


def _predicted(pool: Pooled, pi: tuple[float, float], base: Base, digits: int) -> str:
    """Return a prediction interval on the scale on which the estimate is printed."""
    if pool.metric == "RR":
        pi = _natural(pi, 1 if is_wanted(pool, base) else -1)
    return interval(pi, digits)


def _technical(pool: Pooled, base: Base, digits: int) -> str:
    """Return the estimate with its interval: `mean difference 1.2 (95% CI 0.4 to 2.0)`."""
    estimate, low, high = pool.estimate, *pool.ci
    if pool.metric == "RR":
        estimate, low, high = natural_ratio(pool, base)
    limits = interval((low, high), digits)
    return f"{METRIC_NAME[pool.metric]} {fixed(estimate, digits)} (95% CI {limits})"
