"""Which results set the therapy against a comparator, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.evidence.config import BaseConfig
from probatum.findings import SetAside, SetAsideReason
from probatum.study import Outcome, Study
from probatum.vocabulary import ArmClass, ComparatorClass

WHOLE_STUDY = -1


@dataclass(frozen=True, slots=True)
class Placed:
    """One result of a study, with the arm of the therapy and that of the comparator."""

    index: int
    outcome: Outcome
    therapy: str
    other: str
    comparator: ComparatorClass

    @property
    def flipped(self) -> bool:
        """Whether the record names the comparator first."""
        return self.outcome.compare[0] == self.other


def place(study: Study, config: BaseConfig) -> tuple[tuple[Placed, ...], tuple[SetAside, ...]]:
    """Sort the results of a study into those that answer a question and those set aside."""
    whole = _reason_of_study(study, config)
    if whole is not None:
        reason, detail = whole
        indices = range(len(study.outcomes)) if study.outcomes else (WHOLE_STUDY,)
        return (), tuple(SetAside(study.id, index, reason, detail) for index in indices)
    placed: list[Placed] = []
    aside: list[SetAside] = []
    classes = _classes(study, config)
    for index, outcome in enumerate(study.outcomes):
        found = _place_outcome(index, outcome, classes)
        if isinstance(found, Placed):
            placed.append(found)
        else:
            aside.append(SetAside(study.id, index, *found))
    return tuple(placed), tuple(aside)


Reason = tuple[SetAsideReason, str]


def _reason_of_study(study: Study, config: BaseConfig) -> Reason | None:
    """Return why no result of the study can count, if none can; the first of several."""
    registrations = ", ".join(study.registrations)
    reasons: tuple[tuple[bool, Reason], ...] = (
        (study.retracted, ("retracted", "; ".join(notice.id for notice in study.notices))),
        (study.out_of_scope is not None, ("out of scope", study.out_of_scope or "")),
        (study.status == "registered", ("not yet reported", registrations)),
        (not uses_of(study, config), ("out of scope", "none of its conditions is a use here")),
        (study.design == "single-arm" or len(study.arms) == 1, ("one arm only", "")),
        (not study.outcomes, ("no direction and no numbers", "the record holds no result")),
    )
    return next((reason for holds, reason in reasons if holds), None)


def uses_of(study: Study, config: BaseConfig) -> tuple[str, ...]:
    """Return the uses for which a study counts: every one of its conditions that is a use.

    A trial in chronic neck pain after whiplash is evidence on both; within one use each person is
    counted once, across uses people may be the same.
    """
    uses = {use.slug for use in config.uses}
    return tuple(dict.fromkeys(slug for slug in study.conditions if slug in uses))


def _classes(study: Study, config: BaseConfig) -> dict[str, ArmClass]:
    kinds = {kind.slug: kind.arm_class for kind in config.arm_kinds}
    return {arm.id: kinds[arm.kind] for arm in study.arms if arm.kind in kinds}


def _place_outcome(index: int, outcome: Outcome, classes: dict[str, ArmClass]) -> Placed | Reason:
    first, second = outcome.compare
    if first == second:
        return "one arm only", "before and after in one arm"
    unknown = [arm for arm in outcome.compare if arm not in classes]
    if unknown:
        return "not the therapy", f"no declared kind of arm for {', '.join(unknown)}"
    therapies = [arm for arm in outcome.compare if classes[arm] == "therapy"]
    if len(therapies) == 2:
        return "two forms of the therapy", ""
    if not therapies:
        return "not the therapy", ""
    therapy = therapies[0]
    other = second if therapy == first else first
    comparator = classes[other]
    if comparator == "therapy":  # pragma: no cover - ruled out above, said for the type checker
        return "two forms of the therapy", ""
    return Placed(index, outcome, therapy, other, comparator)
