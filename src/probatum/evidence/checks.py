"""The table of checks: what is asked of every record, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from probatum.evidence import (
    checks_arms,
    checks_bias,
    checks_harms,
    checks_report,
    checks_results,
    checks_words,
)
from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

REPORT_CHECKS: tuple[Callable[[Report, BaseConfig], Iterator[Flaw]], ...] = (
    checks_report.file_name,
    checks_report.identifiers,
    checks_report.addresses,
    checks_report.year,
    checks_report.retraction,
)
STUDY_CHECKS: tuple[Callable[[Study, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.study_words,
    checks_arms.arms_named,
    checks_arms.comparisons,
    checks_arms.people,
    checks_arms.events,
    checks_arms.clusters,
    checks_arms.registered,
    checks_results.scales,
    checks_results.means,
    checks_results.spreads,
    checks_results.intervals,
    checks_results.directions,
    checks_bias.rob2,
    checks_bias.robins,
    checks_bias.published,
)
REVIEW_CHECKS: tuple[Callable[[Review, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.review_words,
    checks_harms.pooled,
    checks_bias.reviewed,
)
SAFETY_CHECKS: tuple[Callable[[SafetyReport, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.safety_words,
    checks_harms.harms,
)
MECHANISM_CHECKS: tuple[Callable[[MechanismReport, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.mechanism_words,
)


def check_record(record: Report, config: BaseConfig) -> list[Flaw]:
    """Return every flaw that one record shows by itself."""
    flaws = [flaw for check in REPORT_CHECKS for flaw in check(record, config)]
    match record:
        case Study():
            flaws += [flaw for check in STUDY_CHECKS for flaw in check(record, config)]
        case Review():
            flaws += [flaw for check in REVIEW_CHECKS for flaw in check(record, config)]
        case SafetyReport():
            flaws += [flaw for check in SAFETY_CHECKS for flaw in check(record, config)]
        case MechanismReport():
            flaws += [flaw for check in MECHANISM_CHECKS for flaw in check(record, config)]
    return flaws
