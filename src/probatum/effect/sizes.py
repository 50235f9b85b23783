"""How many people stand behind a group, also where the paper gives only the total."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.effect.case import Case
from probatum.stats.convert import split_shared
from probatum.study import Study


@dataclass(frozen=True, slots=True)
class Size:
    """People of one arm, and how that was found where the result does not say it."""

    people: int
    step: str = ""


@dataclass(frozen=True, slots=True)
class Sizes:
    """People of both groups, as far as the effect may use them, and how they were found."""

    first: float
    second: float
    steps: tuple[str, ...]

    @property
    def total(self) -> float:
        """People of both groups."""
        return self.first + self.second


def group_sizes(case: Case) -> Sizes | None:
    """Return the sizes of both groups, shared groups split; None where they are not known."""
    found = [[arm_size(case, arm) for arm in arms] for arms in case.groups]
    steps: list[str] = []
    totals: list[float] = []
    for sizes, parts in zip(found, case.contrast.shares, strict=True):
        if any(size is None for size in sizes):
            return None
        total = sum(size.people for size in sizes if size)
        steps += [size.step for size in sizes if size and size.step]
        steps += split_step(parts)
        totals.append(share_of(total, parts))
    return Sizes(totals[0], totals[1], tuple(dict.fromkeys(steps)))


def share_of(count: float, parts: int) -> float:
    """Return the part of a group's people or events that one contrast gets."""
    return float(split_shared(count, parts)) if parts > 1 else float(count)


def split_step(parts: int) -> list[str]:
    """Say that a group is shared, where it is."""
    return [f"one of {parts} parts of a shared group (Handbook 23.3.4)"] if parts > 1 else []


def people_of(case: Case) -> int | None:
    """Return the people whom the contrast counts, each once; None where not known.

    In a crossover each person stands in both groups and is counted once.
    """
    total = case.study.n_analysed or case.study.n_randomised
    sizes = group_sizes(case)
    if case.paired:
        if total is None and sizes is not None:
            return int(max(sizes.first, sizes.second))
        return total
    if sizes is not None:
        # a shared group is split into whole people, so that none is counted twice
        return int(sizes.first) + int(sizes.second)
    whole_study = len(case.study.arms) == sum(map(len, case.groups))
    return total if whole_study and case.contrast.shares == (1, 1) else None


def arm_size(case: Case, arm: str) -> Size | None:
    """Return the people of one arm: analysed, else randomised, else an equal part of the total."""
    result = case.result(arm)
    if result is not None and result.n is not None:
        return Size(result.n)
    randomised = case.study.arm(arm).n
    if randomised is not None:
        return Size(randomised, "people randomised stand for people analysed")
    return _shared_out(case.study, arm)


def _shared_out(study: Study, arm: str) -> Size | None:
    """Return the arm's part of the people whom no other arm claims.

    Trials that randomise without saying how many went where mostly meant equal groups; where
    people were not randomised nothing of the kind may be assumed.
    """
    unsized = [other.id for other in study.arms if other.n is None]
    totals = (study.n_analysed, study.n_randomised)
    # the sizes that are known are of people randomised, so the rest is too
    first, second = totals if len(unsized) == len(study.arms) else totals[::-1]
    total = first or second
    if total is not None and study.design == "crossover":
        return Size(total, "each person was in both groups")
    if total is None or not (study.randomised or len(unsized) == 1):
        return None
    left = total - sum(other.n for other in study.arms if other.n is not None)
    whole, rest = divmod(left, len(unsized))
    people = whole + (unsized.index(arm) < rest)
    if people < 1:
        return None
    if len(unsized) == 1:
        return Size(people, "group size is what the other groups leave of the total")
    return Size(people, f"group sizes taken as equal parts of {left} people")
