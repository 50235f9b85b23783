"""The table of checks: what is asked of every record, and of the base as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from probatum.evidence import checks_words
from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

StudyCheck = Callable[[Study, BaseConfig], Iterator[Flaw]]

STUDY_CHECKS: tuple[StudyCheck, ...] = (checks_words.study_words,)
REVIEW_CHECKS: tuple[Callable[[Review, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.review_words,
)
SAFETY_CHECKS: tuple[Callable[[SafetyReport, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.safety_words,
)
MECHANISM_CHECKS: tuple[Callable[[MechanismReport, BaseConfig], Iterator[Flaw]], ...] = (
    checks_words.mechanism_words,
)
REPORT_CHECKS: tuple[Callable[[Report, BaseConfig], Iterator[Flaw]], ...] = ()


def check_record(record: Report, config: BaseConfig) -> list[Flaw]:
    """Return every flaw that one record shows by itself."""
    shared = (check(record, config) for check in REPORT_CHECKS)
    match record:
        case Study():
            own = [check(record, config) for check in STUDY_CHECKS]
        case Review():
            own = [check(record, config) for check in REVIEW_CHECKS]
        case SafetyReport():
            own = [check(record, config) for check in SAFETY_CHECKS]
        case MechanismReport():
            own = [check(record, config) for check in MECHANISM_CHECKS]
        case _:
            own = []
    return list(chain.from_iterable(chain(shared, own)))
