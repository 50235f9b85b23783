"""What clusters do to a standard error: people of one are alike (Handbook 23.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from probatum.effect.case import Case, Lacking
from probatum.study import Difference, Outcome, Study

UNKNOWN = "a cluster trial without a design effect (Handbook 23.1)"


@dataclass(frozen=True, slots=True)
class Clustering:
    """How a standard error is widened, and how many people's worth the groups are.

    Attributes
    ----------
    effect : design effect by which the variance is still to be multiplied.
    dilution : design effect by which people are divided; None where it is not known.
    steps : what was done, in words.
    """

    effect: float = 1.0
    dilution: float | None = 1.0
    steps: tuple[str, ...] = ()

    @property
    def widening(self) -> float:
        """Factor on the standard error."""
        return math.sqrt(self.effect)


def allows_for_clusters(difference: Difference | None) -> bool:
    """Whether the spread of a printed difference has clusters in it already."""
    return difference is not None and difference.allows_for_clusters is True


def can_be_used(study: Study, outcome: Outcome) -> bool:
    """Whether the figures of a study can be had with its clusters allowed for."""
    clustered = study.design == "cluster" and study.design_effect is None
    return not clustered or allows_for_clusters(outcome.difference)


def clustering(case: Case, *, printed: bool) -> Clustering | Lacking:
    """Return what clusters do to a figure; ``printed`` for that of the printed difference."""
    if case.study.design != "cluster":
        return Clustering()
    design_effect = case.study.design_effect
    if printed and allows_for_clusters(case.outcome.difference):
        return Clustering(1.0, design_effect, ("clusters allowed for as printed",))
    if design_effect is None:
        return Lacking(UNKNOWN)
    step = f"variance times the design effect {design_effect:g} (Handbook 23.1)"
    return Clustering(design_effect, design_effect, (step,))
