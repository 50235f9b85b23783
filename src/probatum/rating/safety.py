"""Safety in a word, from serious harms counted among treatments; never lifted by silence.

Only surveys and trials that looked ahead and counted treatments give a rate (CIOMS frequency
classes). Case reports have no denominator: they can cap the word, and their absence lifts nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import Field

from probatum.evidence.base import Base
from probatum.numbers import significant
from probatum.rating.model import Reason
from probatum.rating.policy import SAFETY, policy_text
from probatum.safety import HarmEvent, SafetyReport
from probatum.stats.proportion import upper_bound_of_none, wilson
from probatum.study import Record, Text

WHOLE = ("any ", "serious adverse", "significant adverse", "at least one")
"""How the name of a row begins that counts harms of every kind."""
CASES = frozenset({"case-report", "case-series", "claims-analysis"})


class SafetyWord(Record):
    """A word of safety, and what must hold of the rate of serious harm for it to be given."""

    word: Text
    means: Text
    lower_at_least: float | None = None
    estimate_below: float | None = None
    upper_below: float | None = None
    treatments_at_least: Annotated[int, Field(ge=0)] = 0

    def fits(self, rate: HarmRate) -> bool:
        """Whether every condition holds of a rate."""
        low, high = rate.ci
        return (
            (self.lower_at_least is None or low >= self.lower_at_least)
            and (self.estimate_below is None or rate.estimate < self.estimate_below)
            and (self.upper_below is None or high < self.upper_below)
            and rate.treatments >= self.treatments_at_least
        )


class SafetyPolicy(Record):
    """``policies/safety.toml``; words are tried from the top."""

    version: Text
    unknown: Text
    prospective: tuple[Text, ...]
    cap_with_serious_cases: Text
    words: tuple[SafetyWord, ...]

    def word(self, name: str) -> SafetyWord | None:
        """Return a word by name, or None for the one that says nothing is known."""
        return next((entry for entry in self.words if entry.word == name), None)


@dataclass(frozen=True, slots=True)
class HarmRate:
    """Serious harms among treatments, over the reports that counted both.

    ``ci`` is Wilson's interval; with no event the upper limit is that of the rule of three
    (Hanley & Lippman-Hand 1983).
    """

    events: int
    treatments: int
    ci: tuple[float, float]
    reports: tuple[str, ...]

    @property
    def estimate(self) -> float:
        """Harms a treatment."""
        return self.events / self.treatments


@dataclass(frozen=True, slots=True)
class SafetyRating:
    """The word of safety with its reasons.

    Attributes
    ----------
    word, means : the word, and what it says; ``means`` is empty where nothing is known.
    rate : serious harms among treatments; None where no report counted both.
    by_technique : the same for each technique alone.
    cases : reports of single serious harms, which have no denominator.
    because : rules that fired, with numbers.
    version : of the policy.
    """

    word: str
    means: str
    rate: HarmRate | None
    by_technique: Mapping[str, HarmRate]
    cases: tuple[str, ...]
    because: tuple[Reason, ...]
    version: str


@cache
def load_safety_policy() -> SafetyPolicy:
    """Read the policy of safety words."""
    return SafetyPolicy.model_validate(tomllib.loads(policy_text(SAFETY)))


def safety_rating(
    base: Base, technique: str | None = None, *, policy: SafetyPolicy | None = None
) -> SafetyRating:
    """Rate the safety of a base's therapy, or of one technique.

    The whole is counted over the techniques that are the therapy; neighbours are left out.
    """
    policy = policy or load_safety_policy()
    own = {entry.slug for entry in base.config.techniques if entry.therapy}
    wanted = own if technique is None else {technique}
    reports = [
        report
        for report in base.safety
        if report.technique in wanted and not report.retracted and not report.out_of_scope
    ]
    cases = tuple(report.id for report in reports if _tells_serious_case(report))
    rate = count_serious(reports, policy)
    found = next((word for word in policy.words if rate and word.fits(rate)), None)
    capped = _cap(found, cases, policy)
    given = capped or found
    return SafetyRating(
        word=given.word if given else policy.unknown,
        means=given.means if given else "",
        rate=rate,
        by_technique=_by_technique(reports, policy),
        cases=cases,
        because=tuple(_explain(rate, given, capped, cases, policy)),
        version=policy.version,
    )


def count_serious(reports: Iterable[SafetyReport], policy: SafetyPolicy) -> HarmRate | None:
    """Add up serious harms and treatments over the reports that looked ahead."""
    counts = {
        report.id: count_report(report) for report in reports if report.kind in policy.prospective
    }
    counted = {name: count for name, count in counts.items() if count}
    if not counted:
        return None
    events = sum(count[0] for count in counted.values())
    treatments = sum(count[1] for count in counted.values())
    low, high = (float(limit) for limit in wilson(events, treatments))
    if not events:
        high = float(upper_bound_of_none(treatments, method="rule of three"))
    return HarmRate(events, treatments, (low, high), tuple(counted))


def count_report(report: SafetyReport) -> tuple[int, int] | None:
    """Return a report's serious harms and treatments; None where it does not count both.

    A row on harms of every kind ("any major adverse event") stands for all; else rows are added
    up. A report that found no significant harm of any kind found no serious one either.
    """
    rows = [
        (row, row.events, row.treatments)
        for row in report.events
        if row.events is not None and row.treatments
    ]
    serious = [row for row in rows if row[0].severity == "serious"] or [
        row for row in rows if row[0].severity == "significant" and not row[1] and _is_whole(row[0])
    ]
    if not serious:
        return None
    whole = [events for row, events, _ in serious if _is_whole(row)]
    events = max(whole) if whole else sum(events for _, events, _ in serious)
    treatments = max(treatments for _, _, treatments in serious)
    return min(events, treatments), treatments


def _is_whole(row: HarmEvent) -> bool:
    return row.event.lower().startswith(WHOLE)


def _tells_serious_case(report: SafetyReport) -> bool:
    return report.kind in CASES and any(e.severity == "serious" for e in report.events)


def _by_technique(reports: Iterable[SafetyReport], policy: SafetyPolicy) -> dict[str, HarmRate]:
    groups: dict[str, list[SafetyReport]] = {}
    for report in reports:
        groups.setdefault(report.technique, []).append(report)
    rates = {name: count_serious(group, policy) for name, group in sorted(groups.items())}
    return {name: rate for name, rate in rates.items() if rate}


def _cap(
    found: SafetyWord | None, cases: tuple[str, ...], policy: SafetyPolicy
) -> SafetyWord | None:
    """Return the capping word where serious cases are known and the word found is safer."""
    cap = policy.word(policy.cap_with_serious_cases)
    if not cases or not found or not cap or found.upper_below is None:
        return None
    return cap if found.upper_below < (cap.upper_below or 1.0) else None


def _explain(
    rate: HarmRate | None,
    given: SafetyWord | None,
    capped: SafetyWord | None,
    cases: tuple[str, ...],
    policy: SafetyPolicy,
) -> Iterable[Reason]:
    if rate is None:
        words = "No survey or trial that looked ahead counted serious harms among treatments."
        yield Reason("no rate", words, {})
    else:
        words = (
            f"{rate.events} serious harms in {rate.treatments:,} treatments, counted ahead in "
            f"{len(rate.reports)} {'report' if len(rate.reports) == 1 else 'reports'}: at most "
            f"{significant(10000 * rate.ci[1])} in 10,000 with 95% confidence."
        )
        numbers = {"events": rate.events, "treatments": rate.treatments}
        yield Reason("rate", words, {**numbers, "low": rate.ci[0], "high": rate.ci[1]})
    if cases:
        number = {"reports": len(cases)}
        lone = len(cases) == 1
        tell = "1 report tells" if lone else f"{len(cases)} reports of cases and claims tell"
        words = f"{tell} of serious harm; {'it has' if lone else 'they have'} no denominator."
        yield Reason("serious cases", words, number)
    if capped:
        words = f'Serious harms are known, so the word is never safer than "{capped.word}".'
        yield Reason("cap", words, {})
    if given is None:
        words = f'No word of safety or harm fits what is known: "{policy.unknown}".'
        yield Reason("word", words, {})
    else:
        yield Reason("word", f'"{given.word}": {given.means}.', {})
