"""Choose one contrast per study and question, by the rule declared in ``base.toml``."""

from __future__ import annotations

from collections.abc import Iterable

from probatum.contrast.choose import choose
from probatum.contrast.cohort import find_cohorts, settle_cohorts
from probatum.contrast.place import place, uses_of
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Contrast, SetAside, Survey
from probatum.memo import remembered
from probatum.study import Study

__all__ = ["compare", "join", "survey", "survey_study", "uses_of"]


def compare(base: Base) -> tuple[tuple[Contrast, ...], tuple[SetAside, ...]]:
    """Return the contrasts of all studies, and every result that is none, with the reason.

    A study brings one contrast to each question (use × outcome domain × class of comparator ×
    time band), and to every use among its conditions; with ``arms = "split"`` one for each arm of
    the therapy. Each of its results is in a contrast or set aside, never both. The order of files
    does not matter.
    """
    found = survey(base)
    return found.contrasts, found.set_aside


def survey(base: Base) -> Survey:
    """Return the contrasts of all studies with what each measures; see `compare`."""
    studies = sorted(base.studies, key=lambda study: study.id)
    found = join(survey_study(study, base.config) for study in studies)
    return settle_cohorts(found, find_cohorts(studies))


@remembered(4096)
def survey_study(study: Study, config: BaseConfig) -> Survey:
    """Return the contrasts of one study, measured, and its results that are none."""
    placed, aside = place(study, config)
    measured, passed_over = choose(study, placed, config)
    left = sorted((*aside, *passed_over), key=lambda item: item.outcome)
    return Survey(measured, tuple(left))


def join(surveys: Iterable[Survey]) -> Survey:
    """Put the surveys of several studies together."""
    parts = tuple(surveys)
    return Survey(
        tuple(item for part in parts for item in part.measured),
        tuple(item for part in parts for item in part.set_aside),
    )
