"""How often harms were counted: events over a denominator, with an interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.monograph.model import Ground
from probatum.monograph.sentence import record_ground
from probatum.safety import HarmEvent, SafetyReport
from probatum.stats.proportion import clopper_pearson, upper_bound_of_none, wilson
from probatum.study import AdverseEvent, Study

PROSPECTIVE = ("prospective-survey", "trial")
"""Kinds of report whose counts are rates: they counted forward, treatment by treatment."""
CASE_KINDS = ("case-report", "case-series")
"""Kinds of report that show what can happen, and say nothing of how often."""
FEW_EVENTS = 5
"""Below this the exact interval of Clopper & Pearson is given, else Wilson's score interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A count of one kind of harm in one report.

    ``derived`` says that the count was computed from a published percentage.
    """

    event: str
    technique: str
    severity: str | None
    events: int
    total: int
    noun: str
    ground: Ground
    derived: bool = False

    @property
    def share(self) -> float:
        """Events over the denominator."""
        return self.events / self.total

    @property
    def ci(self) -> tuple[float, float]:
        """The 95% interval of the share."""
        method = clopper_pearson if self.events < FEW_EVENTS else wilson
        low, high = method(self.events, self.total)
        return float(low), float(high)

    @property
    def bound(self) -> float:
        """One-sided 95% upper bound of the share where no event was seen."""
        return float(upper_bound_of_none(self.total))


def usable(base: Base) -> tuple[SafetyReport, ...]:
    """Return the safety reports that count: in scope and not retracted."""
    return tuple(r for r in base.safety if not r.out_of_scope and not r.retracted)


def survey_rates(base: Base) -> Iterator[Rate]:
    """Yield every rate that prospective reports give, in the order of the records."""
    for report in usable(base):
        if report.kind in PROSPECTIVE:
            for event in report.events:
                rate = _rate(report, event)
                if rate is not None:
                    yield rate


def _rate(report: SafetyReport, event: HarmEvent) -> Rate | None:
    total = event.treatments or event.people
    if not total:
        return None
    noun = "treatments" if event.treatments else "people"
    count, derived = event.events, False
    if count is None:
        share = _published_share(event)
        if share is None:
            return None
        count, derived = round(share * total), True
    if count > total:
        return None
    ground = record_ground(report, event.where)
    return Rate(event.event, report.technique, event.severity, count, total, noun, ground, derived)


def _published_share(event: HarmEvent) -> float | None:
    if event.percent is not None:
        return event.percent / 100
    return event.per_10000 / 10_000 if event.per_10000 is not None else None


def therapy_kinds(config: BaseConfig) -> frozenset[str]:
    """Return the kinds of arm that are the therapy."""
    return frozenset(kind.slug for kind in config.arm_kinds if kind.arm_class == "therapy")


@dataclass(frozen=True, slots=True)
class TrialHarm:
    """One harm counted in one arm of a study."""

    study: Study
    event: AdverseEvent
    therapy: bool | None
    people: int | None


def trial_harms(studies: Iterable[Study], config: BaseConfig) -> Iterator[TrialHarm]:
    """Yield each harm that studies count, with the people at risk and whether they were treated."""
    kinds = therapy_kinds(config)
    for study in studies:
        arms = {arm.id: arm for arm in study.arms}
        for event in study.adverse_events:
            arm = arms.get(event.arm or "")
            treated = arm.kind in kinds if arm else None
            yield TrialHarm(study, event, treated, event.n or (arm.n if arm else None))


def headings(events: Sequence[str]) -> dict[str, str]:
    """Return for each recorded event the shortest recorded event that it ends with.

    `bilateral pneumothorax` is so read under `pneumothorax`, where both are recorded; spelling is
    that of the first record.
    """
    spelt: dict[str, str] = {}
    for event in events:
        spelt.setdefault(event.lower(), event)
    return {event: _heading(event, spelt) for event in dict.fromkeys(events)}


def _heading(event: str, spelt: Mapping[str, str]) -> str:
    lowered = event.lower()
    held = [name for name in spelt if lowered == name or lowered.endswith(f" {name}")]
    return spelt[min(held, key=len)]
