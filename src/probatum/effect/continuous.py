"""Mean differences: on a scale of the base where it is known, and as Hedges' g."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from probatum.effect.build import build
from probatum.effect.case import Case, Lacking
from probatum.effect.clusters import Clustering, clustering
from probatum.effect.groups import Pair, Summary, summarise
from probatum.effect.published import NO_WIDTH, Signed, by_p, published, published_ratio_or_smd
from probatum.effect.scale import Measured, scale_of
from probatum.effect.sizes import Sizes, group_sizes
from probatum.findings import Effect
from probatum.stats.arrays import floats
from probatum.stats.convert import g_from_difference, rescale, sd_from_difference_se
from probatum.stats.measures import effect as compute
from probatum.stats.measures_continuous import pooled_sd, smd_variance
from probatum.study import SMALLEST
from probatum.vocabulary import Better

SUSPECT_G = 3.0
"""Standardised differences beyond this are seldom real: an SE printed as an SD is likelier."""
SUSPECT_SDS = 4.0
"""Ratio of the groups' SDs beyond which one of them may be a misprint."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A mean difference in the record's own unit, benefit positive.

    Attributes
    ----------
    sd : SD within groups; None where only the difference is known, as in a crossover.
    change : whether `sd` is that of changes from baseline.
    own_sd : whether `sd` is that of the groups, while `se` is that of a printed difference.
    sizes : people of both groups, None where not known.
    groups : what each group showed, where known.
    """

    difference: float
    se: float
    sd: float | None
    change: bool
    sizes: Sizes | None
    steps: tuple[str, ...]
    flags: tuple[str, ...] = ()
    groups: Pair | None = None
    own_sd: bool = False


def mean_differences(case: Case) -> tuple[Effect, ...] | Lacking:
    """Return the effect on the base's scale and as Hedges' g, as far as each can be had.

    The first way that is open is taken: the printed difference with its interval (which is often
    adjusted for baseline, as Handbook 10.5.2 prefers); the groups' means and SDs; a printed SMD;
    a difference with its p.
    """
    reasons: dict[str, Lacking] = {}
    for name, way in WAYS.items():
        found = way(case)
        if isinstance(found, Raw):
            found = _on_scales(case, found) if found.se >= SMALLEST else Lacking(NO_WIDTH)
        if not isinstance(found, Lacking):
            return found
        reasons[name] = found
    return reasons[_given(case)]


def _given(case: Case) -> str:
    """Name the way that the record goes furthest along, whose obstacle is worth telling."""
    difference = case.outcome.difference
    if difference is not None:
        return "smd" if difference.measure == "SMD" else "difference"
    return "groups" if case.outcome.arms else "difference"


def _df(case: Case, sizes: Sizes | None) -> float | None:
    """Degrees of freedom of the t behind a printed interval or p."""
    df = sizes.total - 2 if sizes else 0.0
    if case.paired:  # arms may hold the people of one sequence, of whom each had both treatments
        df = (case.contrast.people or 0) - 1.0
    return df if df > 0 else None


def _from_difference(case: Case) -> Raw | Lacking:
    difference = case.outcome.difference
    if difference is not None and difference.measure != "MD":
        return Lacking(f"the {difference.measure} cannot be turned into a mean difference")
    found = _with_sd(case, published)
    return found if isinstance(found, Lacking) else _by_own_sds(case, found)


def _by_own_sds(case: Case, raw: Raw) -> Raw:
    """Let the groups' own SDs standardise a printed difference, where they are given.

    The SD behind the SE of a difference that was adjusted for baseline is smaller than that of
    people's scores, so that g would be too large (Handbook 10.5.2).
    """
    pair = Lacking("paired") if case.paired else summarise(case)
    if raw.sd is None or isinstance(pair, Lacking):
        return raw
    return replace(raw, sd=_within(pair), own_sd=True, change=pair.first.kind == "change")


def _within(pair: Pair) -> float:
    """Return the SD within groups."""
    first, second = pair.first, pair.second
    return float(pooled_sd(*floats(sd1=first.sd, n1=first.n, sd2=second.sd, n2=second.n)))


def _from_p(case: Case) -> Raw | Lacking:
    return _with_sd(case, by_p)


def _with_sd(case: Case, way: Callable[[Case, float | None], Signed | Lacking]) -> Raw | Lacking:
    """Add the SD that lies behind the SE of a difference (Handbook 6.5.2.3)."""
    sizes = group_sizes(case)
    whole = group_sizes(replace(case, contrast=replace(case.contrast, shares=(1, 1))))
    clusters = clustering(case, printed=True)
    found = way(case, _df(case, whole))
    if isinstance(found, Lacking):
        return found
    if isinstance(clusters, Lacking):
        return clusters
    se, sd = found.se * clusters.widening, None
    if whole is not None and not case.paired and clusters.dilution is not None:
        # the SE of people who were not clustered tells their SD
        own = se / math.sqrt(clusters.dilution)
        sd = float(sd_from_difference_se(own, whole.first, whole.second))
    sizes = _diluted(sizes, clusters)
    if case.contrast.shares != (1, 1):
        if sd is None or sizes is None:
            return Lacking("a shared group cannot be split without group sizes")
        se = sd * math.sqrt(1 / sizes.first + 1 / sizes.second)
    steps = (*found.steps, *clusters.steps, *(sizes.steps if sizes else ()))
    return Raw(found.estimate, se, sd, change=False, sizes=sizes, steps=steps, flags=found.flags)


def _diluted(sizes: Sizes | None, clusters: Clustering) -> Sizes | None:
    """Return the people that groups of clusters are worth (Handbook 23.1.4)."""
    if sizes is None or clusters.dilution is None:
        return sizes
    return replace(
        sizes, first=sizes.first / clusters.dilution, second=sizes.second / clusters.dilution
    )


def _from_groups(case: Case) -> Raw | Lacking:
    if case.paired:
        return Lacking("the group figures of a crossover leave out its pairing")
    clusters = clustering(case, printed=False)
    pair = summarise(case)
    if isinstance(pair, Lacking):
        return pair
    if isinstance(clusters, Lacking):
        return clusters
    first, second = pair.first, pair.second
    found = compute(
        "MD",
        m1i=first.mean,
        sd1i=first.sd,
        n1i=first.n,
        m2i=second.mean,
        sd2i=second.sd,
        n2i=second.n,
    )
    return Raw(
        float(found.yi[0]) * case.upward(),
        float(found.sei[0]) * clusters.widening,
        _within(pair),
        change=first.kind == "change",
        sizes=_diluted(Sizes(first.n, second.n, ()), clusters),
        steps=(*pair.steps, *clusters.steps),
        flags=_suspect_sds(first, second),
        groups=pair,
    )


def _suspect_sds(first: Summary, second: Summary) -> tuple[str, ...]:
    ratio = max(first.sd, second.sd) / min(first.sd, second.sd)
    return (f"one SD is {ratio:.1f} times the other",) if ratio > SUSPECT_SDS else ()


def _suspect_distance(apart: float) -> tuple[str, ...]:
    if apart <= SUSPECT_G:
        return ()
    return (f"the groups lie {apart:.1f} SD apart: the SD may be a standard error",)


def _from_smd(case: Case) -> tuple[Effect, ...] | Lacking:
    difference = case.outcome.difference
    if difference is None or difference.measure != "SMD":
        return Lacking("no SMD is printed")
    if case.contrast.shares != (1, 1):
        return Lacking("a printed SMD cannot be split between comparisons")
    found = published_ratio_or_smd(case)
    if isinstance(found, Lacking):
        return found
    flags = (*found.flags, *_suspect_distance(abs(found.estimate)))
    return (build(case, "SMD", found.estimate, found.se, steps=found.steps, flags=flags),)


def _on_scales(case: Case, raw: Raw) -> tuple[Effect, ...] | Lacking:
    """Return the mean difference on the base's scale, then g, as far as each can be had."""
    effects: list[Effect] = []
    apart = abs(raw.difference) / raw.sd if raw.sd else 0.0
    raw = replace(raw, flags=(*raw.flags, *_suspect_distance(apart)))
    measured = scale_of(case.outcome, case.config)
    if measured is not None and fits(raw, measured, case.outcome.better):
        effects.append(_on_base_scale(case, raw, measured))
    if raw.sd is not None and raw.sizes is not None and raw.sizes.total > 3:
        effects.append(_standardised(case, raw, raw.sd, raw.sizes))
    if effects:
        return tuple(effects)
    return Lacking("the scale is none of the base's, and no SD is known to standardise by")


def fits(raw: Raw, measured: Measured, better: Better) -> bool:
    """Whether the figures can stand on the scale: no mean, difference or SD is out of its reach.

    No SD on a bounded scale exceeds half its width (Popoviciu), of a change its whole width.
    """
    width = measured.high - measured.low
    if abs(raw.difference) > width or (raw.sd or 0) > width / (1 if raw.change else 2):
        return False
    if raw.groups is None or raw.change:
        return True
    if better != measured.scale.better:
        return False  # a score counted the other way, as relief for pain, is another score
    means = (raw.groups.first.mean, raw.groups.second.mean)
    return all(measured.low <= mean <= measured.high for mean in means)


def _on_base_scale(case: Case, raw: Raw, measured: Measured) -> Effect:
    source, target = (measured.low, measured.high), (measured.scale.low, measured.scale.high)
    difference, se = (float(x) for x in rescale(raw.difference, raw.se, source, target))
    steps = (*raw.steps, *filter(None, (measured.step,)))
    groups = None
    if raw.groups is not None:
        pair = [_rescaled(g, measured) for g in (raw.groups.first, raw.groups.second)]
        groups = (_triple(pair[0]), _triple(pair[1]))
    if source != target:
        low, high = source
        steps += (f"{low:g} to {high:g} carried to {target[0]:g} to {target[1]:g}",)
    return build(
        case,
        "MD",
        difference,
        se,
        scale=measured.scale.slug,
        steps=steps,
        flags=raw.flags,
        groups=groups,
        change=raw.change,
    )


def _rescaled(group: Summary, measured: Measured) -> Summary:
    """Carry a group to the base's scale; a change has no zero to move."""
    offset = 0.0 if group.kind == "change" else measured.scale.low - measured.low * measured.factor
    mean = group.mean * measured.factor + offset
    return replace(group, mean=mean, sd=group.sd * measured.factor)


def _triple(group: Summary) -> tuple[float, float, float]:
    return group.mean, group.sd, group.n


def _standardised(case: Case, raw: Raw, sd: float, sizes: Sizes) -> Effect:
    """Hedges' g with the exact factor, standardised by the SD of scores, not of changes.

    The SD of scores is that of changes over √(2(1 − r)), r the base's assumed correlation of
    baseline and follow-up (Handbook 6.5.2.8 with equal SDs; Borenstein et al. 2009, chapter 4).
    """
    steps, spread = raw.steps, 1.0
    if raw.change:
        correlation = case.config.contrast.correlation
        spread = math.sqrt(2 * (1 - correlation))
        steps += (f"SD of scores from the SD of changes, correlation taken as {correlation:g}",)
    n1, n2 = sizes.first, sizes.second
    g = float(g_from_difference(raw.difference, sd / spread, n1, n2))
    # the sampling part of the variance is that of changes, on the SD of scores
    variance = float(smd_variance(g, n1, n2)) + (spread**2 - 1) * (1 / n1 + 1 / n2)
    if raw.own_sd:
        variance += (raw.se * spread / sd) ** 2 - spread**2 * (1 / n1 + 1 / n2)
        steps += ("standardised by the groups' own SDs",)
    groups = None
    if raw.groups is not None:
        groups = (_triple(raw.groups.first), _triple(raw.groups.second))
    steps += ("Hedges' g with the exact small-sample factor",)
    return build(
        case,
        "SMD",
        g,
        math.sqrt(variance),
        steps=steps,
        flags=raw.flags,
        groups=groups,
        change=raw.change,
    )


WAYS: dict[str, Callable[[Case], Raw | tuple[Effect, ...] | Lacking]] = {
    "difference": _from_difference,
    "groups": _from_groups,
    "smd": _from_smd,
    "p": _from_p,
}
