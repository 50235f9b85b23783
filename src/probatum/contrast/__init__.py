"""Choose one contrast per study and question, by the rule declared in ``base.toml``."""

from __future__ import annotations

from probatum.contrast.choose import choose
from probatum.contrast.place import place, uses_of
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Contrast, SetAside
from probatum.study import Study

__all__ = ["compare", "compare_study", "uses_of"]

Compared = tuple[tuple[Contrast, ...], tuple[SetAside, ...]]


def compare(base: Base) -> Compared:
    """Return the contrasts of all studies, and every result that is none, with the reason.

    A study brings one contrast to each question (use × outcome domain × class of comparator ×
    time band), and to every use among its conditions; with ``arms = "split"`` one for each arm of
    the therapy. Each of its results is in a contrast or set aside, never both. The order of files
    does not matter.
    """
    contrasts: list[Contrast] = []
    aside: list[SetAside] = []
    for study in sorted(base.studies, key=lambda study: study.id):
        found, left = compare_study(study, base.config)
        contrasts += found
        aside += left
    return tuple(contrasts), tuple(aside)


def compare_study(study: Study, config: BaseConfig) -> Compared:
    """Return the contrasts of one study, and its results that are none."""
    placed, aside = place(study, config)
    contrasts, passed_over = choose(study, placed, config)
    left = sorted((*aside, *passed_over), key=lambda item: item.outcome)
    return contrasts, tuple(left)
