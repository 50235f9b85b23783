"""What each group showed: means and SDs from whatever the paper gives, arms combined."""

from __future__ import annotations

from dataclasses import dataclass, replace

from probatum.effect.case import Case, Lacking
from probatum.effect.sizes import arm_size, share_of, split_step
from probatum.stats.convert import combine_groups, sd_from_ci, sd_from_se
from probatum.stats.quartiles import mean_sd_from_median
from probatum.study import ArmResult


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and SD of a group in the record's own unit.

    Attributes
    ----------
    n : people; a part of them where the group is split.
    kind : ``final`` or ``change``.
    steps : how mean and SD were found, in words.
    """

    mean: float
    sd: float
    n: float
    kind: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The therapy's group and the comparator's."""

    first: Summary
    second: Summary

    @property
    def steps(self) -> tuple[str, ...]:
        """How both were found, each step once."""
        return tuple(dict.fromkeys(self.first.steps + self.second.steps))


def summarise(case: Case) -> Pair | Lacking:
    """Return mean, SD and n of both groups, or why they cannot be had."""
    found: list[Summary] = []
    for arms, parts in zip(case.groups, case.contrast.shares, strict=True):
        group = _group(case, arms)
        if isinstance(group, Lacking):
            return group
        steps = (*group.steps, *split_step(parts))
        found.append(replace(group, n=share_of(group.n, parts), steps=steps))
    if found[0].kind != found[1].kind:
        return Lacking("one group gives final values and the other changes")
    return Pair(found[0], found[1])


def _group(case: Case, arms: tuple[str, ...]) -> Summary | Lacking:
    summaries: list[Summary] = []
    for arm in arms:
        result, size = case.result(arm), arm_size(case, arm)
        if result is None:
            return Lacking("figures are not given for every group")
        if size is None:
            return Lacking("group sizes are not given")
        summary = summarise_arm(result, size.people)
        if isinstance(summary, Lacking):
            return summary
        summaries.append(replace(summary, steps=(*filter(None, (size.step,)), *summary.steps)))
    return _combine(summaries)


def _combine(summaries: list[Summary]) -> Summary | Lacking:
    """Take several arms as one group (Handbook 6.5.2.10, table 6.5.a)."""
    if len(summaries) == 1:
        return summaries[0]
    if len({summary.kind for summary in summaries}) > 1:
        return Lacking("arms to be combined mix final values and changes")
    n, mean, sd = combine_groups(
        [summary.n for summary in summaries],
        [summary.mean for summary in summaries],
        [summary.sd for summary in summaries],
    )
    steps = tuple(dict.fromkeys(step for summary in summaries for step in summary.steps))
    combined = f"{len(summaries)} arms combined into one group"
    return Summary(float(mean), float(sd), float(n), summaries[0].kind, (*steps, combined))


def summarise_arm(result: ArmResult, n: int) -> Summary | Lacking:
    """Return mean and SD of one arm from what it reports, the most direct first."""
    kind = result.kind or "final"
    if n < 2:
        return Lacking("a group of one has no SD")
    if result.mean is not None:
        spread = _spread(result, n)
        if isinstance(spread, Lacking):
            return spread
        sd, step = spread
        return Summary(result.mean, sd, n, kind, (step,))
    if result.median is not None:
        return _from_median(result, result.median, n, kind)
    return Lacking("no mean or median is given for one of the groups")


def _spread(result: ArmResult, n: int) -> tuple[float, str] | Lacking:
    if result.sd is not None:
        return result.sd, "means and SDs as printed"
    if result.se is not None:
        return float(sd_from_se(result.se, n)), "SD from the standard error (Handbook 6.5.2.2)"
    if result.ci is not None:
        sd = float(sd_from_ci(*result.ci, n))
        step = "SD from the 95% interval of the mean (Handbook 6.5.2.2)"
        return (sd, step) if sd > 0 else Lacking("the interval of a mean has no width")
    return Lacking("means are given without a spread")


def _from_median(result: ArmResult, median: float, n: int, kind: str) -> Summary | Lacking:
    """Estimate mean and SD (Wan 2014, Luo 2018) unless the data are skewed (Shi 2023)."""
    if result.iqr is None and result.range is None:
        return Lacking("a median is given without quartiles or range")
    if n < 3:
        return Lacking("the group is too small to read a mean from its median")
    for low, high in filter(None, (result.iqr, result.range)):
        if not low <= median <= high:
            return Lacking("a median lies outside its own quartiles or range")
    q1, q3 = result.iqr or (None, None)
    minimum, maximum = result.range or (None, None)
    found = mean_sd_from_median(n, median, q1=q1, q3=q3, minimum=minimum, maximum=maximum)
    if bool(found.skewed):
        return Lacking("medians point to skewed data (Shi 2023), from which no mean may be read")
    sd = float(found.sd)
    if not sd > 0:
        return Lacking("quartiles or range have no width")
    step = f"mean and SD from median and {found.reported} (Luo 2018, Wan 2014)"
    return Summary(float(found.mean), sd, n, kind, (step,))


def centres(case: Case) -> tuple[float, float] | None:
    """Return what stands for the middle of both groups: means, else medians, else risks.

    For reading a direction only; None where a group has none, or the two are not of one kind.
    """
    if not case.simple:
        return None
    first, second = (case.result(arms[0]) for arms in case.groups)
    if first is None or second is None or (first.kind or "final") != (second.kind or "final"):
        return None
    if first.mean is not None and second.mean is not None:
        return first.mean, second.mean
    if first.median is not None and second.median is not None:
        return first.median, second.median
    risks = [_risk(case, arms[0]) for arms in case.groups]
    if risks[0] is None or risks[1] is None:
        return None
    return risks[0], risks[1]


def _risk(case: Case, arm: str) -> float | None:
    result, size = case.result(arm), arm_size(case, arm)
    if result is None or result.events is None or size is None:
        return None
    return result.events / size.people
