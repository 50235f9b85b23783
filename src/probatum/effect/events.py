"""Risk ratios, from counts or as printed, with benefit positive on the log scale."""

from __future__ import annotations

import math

from probatum.effect.build import build
from probatum.effect.case import Case, Lacking
from probatum.effect.clusters import clustering
from probatum.effect.published import published_ratio_or_smd
from probatum.effect.sizes import arm_size, share_of, split_step
from probatum.findings import Effect
from probatum.stats.measures import effect as compute


def risk_ratio(case: Case) -> tuple[Effect, ...] | Lacking:
    """Return the log risk ratio, from the groups' counts or else as printed."""
    counts = _counts(case)
    if not isinstance(counts, Lacking):
        return _from_counts(case, *counts)
    difference = case.outcome.difference
    if difference is None or difference.measure not in {"RR", "OR", "RD"}:
        return counts
    if difference.measure != "RR":
        words = {"OR": "an odds ratio", "RD": "a risk difference"}[difference.measure]
        return Lacking(f"{words} without counts does not tell the risk ratio (Handbook 15.4.4)")
    if case.contrast.shares != (1, 1):
        return Lacking("a printed risk ratio cannot be split between comparisons")
    found = published_ratio_or_smd(case)
    if isinstance(found, Lacking):
        return found
    return (build(case, "RR", found.estimate, found.se, steps=found.steps, flags=found.flags),)


Group = tuple[float, float]


def _counts(case: Case) -> tuple[Group, Group, tuple[str, ...]] | Lacking:
    if case.paired:
        return Lacking("the counts of a crossover leave out its pairing")
    clusters = clustering(case, printed=False)
    if isinstance(clusters, Lacking):
        return clusters
    groups: list[Group] = []
    steps: list[str] = []
    for arms, parts in zip(case.groups, case.contrast.shares, strict=True):
        events = people = 0
        for arm in arms:
            result, size = case.result(arm), arm_size(case, arm)
            if result is None or result.events is None:
                return Lacking("events are not given for every group")
            if size is None:
                return Lacking("group sizes are not given")
            if result.events > size.people:
                return Lacking("more events than people")
            events, people = events + result.events, people + size.people
            steps += filter(None, (size.step,))
        if len(arms) > 1:
            steps.append(f"{len(arms)} arms combined into one group")
        steps += split_step(parts)
        counts = share_of(events, parts), share_of(people, parts)
        groups.append((counts[0] / clusters.effect, counts[1] / clusters.effect))
    return groups[0], groups[1], ("counts as printed", *steps, *clusters.steps)


def _from_counts(
    case: Case, first: Group, second: Group, steps: tuple[str, ...]
) -> tuple[Effect, ...] | Lacking:
    """Compute RR; half an event in each cell where a table holds a zero (Handbook 10.4.4)."""
    found = compute("RR", ai=first[0], n1i=first[1], ci=second[0], n2i=second[1])
    if bool(found.double_zero[0]):
        return Lacking("no events, or nothing but events, in both groups: no risk ratio", "none")
    if bool(found.corrected[0]):
        steps += ("half an event added to each cell for a zero (Handbook 10.4.4)",)
    estimate, variance = float(found.yi[0]) * case.upward(), float(found.vi[0])
    if not (math.isfinite(estimate) and variance > 0):
        return Lacking("the counts do not tell a risk ratio")
    steps += ("log risk ratio (Katz 1978)",)
    return (build(case, "RR", estimate, math.sqrt(variance), steps=steps, groups=(first, second)),)
