"""Safety ratings: a versioned function of counted harms, never lifted by silence.

Counts come from prospective reports with a known number of treatments (or people). Reports of
single cases give no rate; a serious one keeps the word from rising above the policy's cap.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from probatum.evidence.base import Base
from probatum.rating.model import Reason
from probatum.safety import HarmEvent, SafetyReport
from probatum.stats.proportion import clopper_pearson
from probatum.study import Record, Text
from probatum.vocabulary import SafetyKind

Share = Annotated[float, Field(ge=0, le=1)]
WHOLE = ("any ", "serious adverse", "significant adverse", "at least one")
"""Beginnings of a row that counts every event of its severity, so that rows are not added up."""


class SafetyWord(Record):
    """One word of the scale, and all that must hold for it."""

    word: Text
    means: Text
    lower_at_least: Share | None = None
    estimate_below: Share | None = None
    upper_below: Share | None = None
    treatments_at_least: int = 0


class SafetyPolicy(Record):
    """The whole scale."""

    version: Text
    unknown: Text
    prospective: tuple[SafetyKind, ...]
    cap_with_serious_cases: Text
    words: tuple[SafetyWord, ...]


@dataclass(frozen=True, slots=True)
class SeriousCount:
    """Serious events of one report over its treatments."""

    report: str
    events: int
    treatments: int


@dataclass(frozen=True, slots=True)
class SafetyRating:
    """How safe the therapy, or one of its techniques, is by the policy.

    ``rate`` and ``ci`` (Clopper-Pearson, 95%) are of serious events a treatment; None where
    nothing was counted. ``cases`` are ids of reports of serious harm without a denominator.
    """

    technique: str | None
    word: str
    version: str
    events: int
    treatments: int
    rate: float | None
    ci: tuple[float, float] | None
    counts: tuple[SeriousCount, ...]
    cases: tuple[str, ...]
    because: tuple[Reason, ...]


@cache
def safety_policy() -> SafetyPolicy:
    """Return the shipped safety policy."""
    text = files("probatum.rating").joinpath("policies/safety.toml").read_text(encoding="utf-8")
    return SafetyPolicy.model_validate(tomllib.loads(text))


def serious_count(report: SafetyReport) -> SeriousCount | None:
    """Count a report's serious events over its treatments; None where it gives no such count.

    A row on events of every kind ("any major adverse event") stands for all; else the rows are
    added up. No event down to "significant" means no serious one either.
    """
    rows = [row for row in report.events if row.events is not None and row.treatments]
    serious = [row for row in rows if row.severity == "serious"]
    if not serious:
        serious = [row for row in rows if row.severity == "significant" and row.events == 0]
        serious = [row for row in serious if _counts_all(row)]
    if not serious:
        return None
    whole = [row for row in serious if _counts_all(row)]
    events = max((row.events or 0 for row in whole), default=0)
    events = events if whole else sum(row.events or 0 for row in serious)
    treatments = max(row.treatments or 0 for row in serious)
    return SeriousCount(report.id, min(events, treatments), treatments)


def safety_rating(base: Base, technique: str | None = None) -> SafetyRating:
    """Rate the safety of the therapy, or of one technique, from a base's safety reports."""
    policy = safety_policy()
    reports = tuple(_reports(base, technique))
    counts = tuple(
        count
        for report in reports
        if report.kind in policy.prospective and (count := serious_count(report))
    )
    cases = tuple(
        report.id
        for report in reports
        if report.kind in {"case-report", "case-series"}
        and any(event.severity == "serious" for event in report.events)
    )
    events = sum(count.events for count in counts)
    treatments = sum(count.treatments for count in counts)
    rate = events / treatments if treatments else None
    ci = _interval(events, treatments)
    word, because = _word(policy, rate, ci, treatments, bool(cases))
    numbers: dict[str, float | int | str] = {
        "events": events,
        "treatments": treatments,
        "reports": len(counts),
    }
    if ci:
        numbers |= {"low": ci[0], "high": ci[1]}
    reason = Reason("counted harm", because, numbers)
    held = (
        (
            Reason(
                "serious cases",
                f"serious harm is known from {_case_reports(len(cases))}, without a rate; that "
                f"keeps the word from rising above “{policy.cap_with_serious_cases}”",
                {"cases": len(cases)},
            ),
        )
        if cases
        else ()
    )
    return SafetyRating(
        technique,
        word,
        policy.version,
        events,
        treatments,
        rate,
        ci,
        counts,
        cases,
        (reason, *held),
    )


def _case_reports(count: int) -> str:
    return "1 report of cases" if count == 1 else f"{count} reports of cases"


def _counts_all(row: HarmEvent) -> bool:
    return row.event.lower().startswith(WHOLE)


def _reports(base: Base, technique: str | None) -> Iterable[SafetyReport]:
    own = {item.slug for item in base.config.techniques if item.therapy}
    wanted = own if technique is None else {technique}
    for report in base.safety:
        if report.technique in wanted and not report.out_of_scope and not report.retracted:
            yield report


def _interval(events: int, treatments: int) -> tuple[float, float] | None:
    if not treatments:
        return None
    low, high = clopper_pearson(events, treatments)
    return float(low), float(high)


def _word(
    policy: SafetyPolicy,
    rate: float | None,
    ci: tuple[float, float] | None,
    treatments: int,
    cases: bool,  # noqa: FBT001  # a private step of one caller
) -> tuple[str, str]:
    if rate is None or ci is None:
        return policy.unknown, "no prospective report counts serious harm over treatments"
    order = [word.word for word in policy.words]
    cap = order.index(policy.cap_with_serious_cases) if cases else 0
    for index, word in enumerate(policy.words):
        safe_word = word.lower_at_least is None
        if _holds(word, rate, ci, treatments) and not (safe_word and index < cap):
            return word.word, word.means
    return policy.unknown, "what was counted fits no word of the scale"


def _holds(word: SafetyWord, rate: float, ci: tuple[float, float], treatments: int) -> bool:
    return (
        treatments >= word.treatments_at_least
        and (word.lower_at_least is None or ci[0] >= word.lower_at_least)
        and (word.estimate_below is None or rate < word.estimate_below)
        and (word.upper_below is None or ci[1] < word.upper_below)
    )
