"""Checks of results: scales, means, spreads, intervals, p and direction against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from probatum.errors import Severity
from probatum.evidence.config import BaseConfig, Scale
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.evidence.rounding import off_centre, p_bounds, z_of_level, z_of_p
from probatum.review import PublishedPool
from probatum.study import ArmResult, Difference, Outcome, Study
from probatum.vocabulary import RATIOS

LOOSE = 0.1
"""Share of half a width by which an interval may be off centre: t, bootstrap and exact limits."""
FAR = 0.35
"""Part of the larger z by which p and interval may differ: by t with few people, or adjustment."""
BOUNDS = frozenset({0.01, 0.001, 0.0001})
"""Values of p that papers print where it is smaller."""


def scales(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that a scale runs upwards, as far and the same way as base.toml says it does."""
    declared = _declared(config)
    for index, outcome in enumerate(study.outcomes):
        if outcome.scale and outcome.scale[0] >= outcome.scale[1]:
            message = f"a scale cannot run from {outcome.scale[0]:g} to {outcome.scale[1]:g}"
            yield Flaw(("outcomes", index, "scale"), message, "write the smallest score first")
            continue
        known = declared.get((outcome.domain, outcome.measure.lower()))
        if not known:
            continue
        changed = any(result.kind == "change" for result in outcome.arms)
        if known.better != outcome.better and not changed:
            message = (
                f"`{outcome.better}` is better here, `{known.better}` on this scale in base.toml"
            )
            mend = "check `better`; if improvement was scored, name the measure so"
            yield warning(("outcomes", index, "better"), message, mend)
        if outcome.scale and not _usual(outcome.scale, known):
            message = (
                f"{_span(outcome)}, though {known.name} runs from {known.low:g} to {known.high:g}"
            )
            mend = "check the range; if the paper used a version of its own, name the measure so"
            yield warning(("outcomes", index, "scale"), message, mend)


def _declared(config: BaseConfig) -> dict[tuple[str, str], Scale]:
    """Return the scales of base.toml by domain and name."""
    return {
        (scale.domain, name.lower()): scale
        for scale in config.scales
        if scale.high > scale.low  # else at fault itself, which base.toml is told
        for name in scale.names
    }


def _usual(scale: tuple[float, float], known: Scale) -> bool:
    """Tell whether a range is the declared one, or that in halves, in tenths or in percent."""
    share = (scale[1] - scale[0]) / (known.high - known.low)
    return any(math.isclose(share, usual) for usual in (0.01, 0.1, 0.5, 1, 2, 10, 100))


def means(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that means and medians are possible on their scale."""
    declared = _declared(config)
    for index, outcome in enumerate(study.outcomes):
        known = declared.get((outcome.domain, outcome.measure.lower()))
        if not outcome.scale:
            if known and not outcome.unit:
                yield from _beyond(outcome, known, ("outcomes", index))
            continue
        for row, result in enumerate(outcome.arms):
            low, high = _reach(outcome.scale, result)
            for name in ("mean", "median", "iqr", "range"):
                held = getattr(result, name)
                for value in held if isinstance(held, tuple) else (held,):
                    if value is not None and not low <= value <= high:
                        place = ("outcomes", index, "arms", row, name)
                        kind = result.kind or "value"
                        message = f"a {kind} of {value:g} cannot be on a scale of {_span(outcome)}"
                        mend = "check the figure, the scale and `kind`"
                        severity: Severity = "warning" if isinstance(held, tuple) else "error"
                        yield Flaw(place, message, mend, severity)
        yield from _too_far(outcome, outcome.scale, ("outcomes", index, "difference", "estimate"))


def _too_far(outcome: Outcome, scale: tuple[float, float], place: Place) -> Iterator[Flaw]:
    """Check that groups do not lie further apart than the scale is wide."""
    given, width = outcome.difference, scale[1] - scale[0]
    if given and given.measure == "MD" and abs(given.estimate) > width > 0:
        message = f"a difference of {given.estimate:g} cannot be on a scale of {_span(outcome)}"
        yield warning(place, message, "check the figure and the scale")


def _beyond(outcome: Outcome, known: Scale, place: Place) -> Iterator[Flaw]:
    """Ask for the range where means cannot stand on the declared scale."""
    means = [r.mean for r in outcome.arms if r.kind == "final" and r.mean is not None]
    outside = [mean for mean in means if not known.low <= mean <= known.high]
    if outside:
        message = f"{outside[0]:g} is not on {known.name}, {known.low:g} to {known.high:g}"
        mend = "write the range that the paper used as `scale`, or check the figure"
        yield warning((*place, "measure"), message, mend)


def _reach(scale: tuple[float, float], result: ArmResult) -> tuple[float, float]:
    """Return the smallest and largest figure that the kind of result allows."""
    low, high = scale
    width = high - low
    return (low, high) if result.kind == "final" else (min(low, -width), max(high, width))


def _span(outcome: Outcome) -> str:
    low, high = outcome.scale or (math.nan, math.nan)
    return f"{low:g} to {high:g}"


def spreads(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that standard deviations are possible, and that neither SD nor SE is the other."""
    del config
    for index, outcome in enumerate(study.outcomes):
        for row, result in enumerate(outcome.arms):
            place = ("outcomes", index, "arms", row)
            yield from _spread(outcome, result, place)
        yield from _spreads_together(outcome, ("outcomes", index))


def _spread(outcome: Outcome, result: ArmResult, place: Place) -> Iterator[Flaw]:
    width = outcome.scale[1] - outcome.scale[0] if outcome.scale else None
    n = result.n
    if width and width > 0:
        # Popoviciu: no SD of values in an interval exceeds half its width, times sqrt(n / (n - 1)).
        most = width / 2 * math.sqrt(n / (n - 1)) if n and n > 1 else width
        most *= 1 if result.kind == "final" else 2
        if result.sd and result.sd > most:
            message = f"an SD of {result.sd:g} is impossible on a scale of {_span(outcome)}"
            yield Flaw((*place, "sd"), message, "check the figure and the scale")
        if result.se and n and result.se * math.sqrt(n) > most:
            message = f"with {n} people an SE of {result.se:g} means an impossible SD"
            yield warning((*place, "se"), f"{message}: it looks like an SD", "check which it is")
        if result.sd and n and result.kind == "final" and _like_se(result.sd, n, width):
            message = f"an SD of {result.sd:g} on a scale of {_span(outcome)} looks like an SE"
            mend = f"check which it is; as an SE it means an SD of {result.sd * math.sqrt(n):.2g}"
            yield warning((*place, "sd"), message, mend)
    if result.sd and result.ci and n:
        se = (result.ci[1] - result.ci[0]) / 2 / z_of_level(0.95)
        if se > 0 and 0.8 < result.sd / se < 1.25:
            message = f"the SD of {result.sd:g} is the SE that the interval of the mean implies"
            yield warning((*place, "sd"), message, "write it under `se`")


def _like_se(sd: float, n: int, width: float) -> bool:
    """Tell whether a spread is too small for people, and usual for a mean of n of them."""
    return sd / width < 0.05 and 0.08 < sd * math.sqrt(n) / width < 0.5


def _spreads_together(outcome: Outcome, place: Place) -> Iterator[Flaw]:
    pair = [(r.mean, r.sd, r.n) for r in outcome.arms if r.sd and r.n and r.mean is not None]
    if len(pair) != 2:
        return
    (mean1, sd1, n1), (mean2, sd2, n2) = pair
    ratio = max(sd1, sd2) / min(sd1, sd2)
    if ratio > 4:
        message = f"SDs of {sd1:g} and {sd2:g} differ {ratio:.1f}-fold"
        yield warning((*place, "arms"), message, "check that both are SDs, on one scale")
    se = math.hypot(sd1 / math.sqrt(n1), sd2 / math.sqrt(n2))
    z = abs(mean1 - mean2) / se
    difference = outcome.difference
    if difference and difference.ci and difference.measure == "MD":
        width = (difference.ci[1] - difference.ci[0]) / 2 / z_of_level(difference.level)
        if width > 0 and not 1 / 3 < se / width < 3:
            message = f"the SDs imply an SE of {se:.2g}, the published interval one of {width:.2g}"
            which = "SDs look like SEs" if se < width else "check the interval"
            yield warning((*place, "arms"), f"{message}: {which}", "check both in the paper")
    p = outcome.p
    if isinstance(p, float) and p > 0 and not outcome.p_note:
        as_se = z / math.sqrt((n1 + n2) / 2)  # were the SDs SEs, z would be smaller by this
        if z - z_of_p(p) > max(1.5, 2 * abs(as_se - z_of_p(p))):
            message = f"the means and SDs imply z = {z:.1f}, p = {p:g} implies {z_of_p(p):.1f}"
            mend = "check which they are; as SEs they would fit p better"
            yield warning((*place, "arms"), f"{message}: SDs look like SEs", mend)


def intervals(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that intervals run upwards, hold their estimate, and hold it in the middle."""
    del config
    for index, outcome in enumerate(study.outcomes):
        for row, result in enumerate(outcome.arms):
            place: Place = ("outcomes", index, "arms", row)
            for name, value in (
                ("ci", result.mean),
                ("iqr", result.median),
                ("range", result.mean),
                ("range", result.median),
            ):
                pair = getattr(result, name)
                if pair and (pair[0] > pair[1] or not _holds(pair, value)):
                    message = f"{pair[0]:g} to {pair[1]:g} does not hold {value}"
                    if pair[0] > pair[1]:
                        message = f"{pair[0]:g} to {pair[1]:g} runs downwards"
                    yield Flaw((*place, name), message, "check the figures in the paper")
        if outcome.difference:
            yield from difference_interval(outcome.difference, ("outcomes", index, "difference"))


def _holds(pair: tuple[float, float], value: float | None) -> bool:
    return value is None or pair[0] <= value <= pair[1]


def difference_interval(given: Difference, place: Place) -> Iterator[Flaw]:
    """Check one estimate with its interval and p."""
    yield from estimate_interval(given.measure, given.estimate, given.ci, place)
    if given.p is not None:
        yield from p_against(given.p, given, (*place, "p"))


def estimate_interval(
    measure: str, estimate: float, ci: tuple[float, float] | None, place: Place
) -> Iterator[Flaw]:
    """Check that an estimate and its limits are possible, ordered and centred."""
    ratio = measure in RATIOS
    if ratio and min((estimate, *(ci or ()))) <= 0:
        message = f"a {measure} and its limits are above zero"
        yield Flaw((*place, "estimate"), message, "write ratios on the natural scale, not as logs")
    elif measure == "RD" and abs(estimate) > 1:
        message = f"a risk difference lies between -1 and 1, not at {estimate:g}"
        yield warning((*place, "estimate"), message, "write proportions, not percents")
    elif ci and ci[0] > ci[1]:
        message = f"{ci[0]:g} to {ci[1]:g} runs downwards"
        yield Flaw((*place, "ci"), message, "write the lower limit first")
    elif ci and not ci[0] <= estimate <= ci[1]:
        message = f"the interval {ci[0]:g} to {ci[1]:g} does not contain the estimate {estimate:g}"
        yield Flaw((*place, "ci"), message, "check the estimate, the limits and their signs")
    elif ci and off_centre(estimate, *ci, log=ratio) > LOOSE:
        middle = math.sqrt(ci[0] * ci[1]) if ratio else (ci[0] + ci[1]) / 2
        message = f"{estimate:g} is not in the middle of {ci[0]:g} to {ci[1]:g}, {middle:.3g}"
        yield warning((*place, "ci"), message, "check for a misprint; if it is printed so, note it")


def p_against(p: float | str, given: Difference | PublishedPool, place: Place) -> Iterator[Flaw]:
    """Check that p and the interval agree: on whether no difference is excluded, and how far."""
    if not given.ci or given.estimate is None or not given.ci[0] <= given.estimate <= given.ci[1]:
        return
    ci, null = given.ci, 1.0 if given.measure in RATIOS else 0.0
    low, high = p_bounds(p)
    touching = min(abs(limit - null) for limit in ci) < 0.02 * (ci[1] - ci[0])
    excluded = not ci[0] <= null <= ci[1]
    alpha = round(1 - given.level, 9)
    message = ""
    if not touching and excluded and low >= alpha:
        message = f"p = {p} though the interval {ci[0]:g} to {ci[1]:g} excludes {null:g}"
    elif not touching and not excluded and high <= alpha:
        message = f"p = {p} though the interval {ci[0]:g} to {ci[1]:g} includes {null:g}"
    elif isinstance(p, float) and p > 0:
        shown, stated = _z_of_interval(given, given.estimate), z_of_p(p)
        known = not (p in BOUNDS and shown > stated)
        if shown and known and abs(shown - stated) > max(1.0, FAR * max(shown, stated)):
            message = f"the interval implies z = {shown:.1f}, p = {p:g} implies {stated:.1f}"
    if message:
        yield warning(place, message, "check p and the interval in the paper")


def _z_of_interval(given: Difference | PublishedPool, estimate: float) -> float:
    """Return how many standard errors the estimate is from no difference; 0 where not known."""
    low, high = given.ci or (0.0, 0.0)
    if given.measure in RATIOS:
        if low <= 0:
            return 0.0
        low, estimate, high = math.log(low), math.log(estimate), math.log(high)
    half = (high - low) / 2
    return abs(estimate) / half * z_of_level(given.level) if half > 0 else 0.0


def directions(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the stated direction, p and figures do not contradict each other."""
    del config
    for index, outcome in enumerate(study.outcomes):
        place: Place = ("outcomes", index, "direction")
        yield from _direction_and_p(outcome, place)
        shown = shown_side(outcome)
        if shown and outcome.direction.startswith("favours") and outcome.direction != shown:
            message = f"`{outcome.direction}`, though the figures are better for the other arm"
            yield warning(place, message, "check `compare`, `better`, the sign and the figures")


def _direction_and_p(outcome: Outcome, place: Place) -> Iterator[Flaw]:
    given = outcome.difference
    if given and given.ci:
        null = 1.0 if given.measure in RATIOS else 0.0
        if outcome.p is not None and not outcome.p_note and given.p is None:
            yield from p_against(outcome.p, given, (*place[:2], "p"))
        if outcome.direction == "no-difference" and not given.ci[0] <= null <= given.ci[1]:
            message = (
                f"`no-difference`, though {given.ci[0]:g} to {given.ci[1]:g} excludes {null:g}"
            )
            yield warning(place, message, "check the direction; too small to matter is no equality")
    if outcome.p is None or outcome.p_note:
        return
    low, high = p_bounds(outcome.p)
    if outcome.direction == "no-difference" and high <= 0.05:
        message = f"`no-difference`, though p = {outcome.p}"
        yield warning(place, message, "check what p is of, and say it in `p_note`")
    if outcome.direction.startswith("favours") and low >= 0.05:
        message = f"`{outcome.direction}`, though p = {outcome.p}"
        yield warning(place, message, "check the direction, or say in `p_note` what p is of")


def shown_side(outcome: Outcome) -> str | None:
    """Return which arm the figures themselves favour, where they say so plainly."""
    given = outcome.difference
    lower = outcome.better == "lower"
    if given and (given.measure in RATIOS or given.sign):
        amount = given.estimate - (1.0 if given.measure in RATIOS else 0.0)
        if not amount:
            return None
        first = amount > 0 if given.sign == "benefit-positive" else (amount > 0) != lower
        return "favours-first" if first else "favours-second"
    for kind in ("final", "change"):
        values = {r.arm: r.mean for r in outcome.arms if r.kind == kind and r.mean is not None}
        if set(outcome.compare) <= set(values):
            gap = values[outcome.compare[0]] - values[outcome.compare[1]]
            if gap:
                return "favours-first" if (gap > 0) != lower else "favours-second"
    return None
