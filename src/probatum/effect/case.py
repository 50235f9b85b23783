"""One reported result, seen as the therapy against a comparator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Contrast
from probatum.study import ArmResult, Outcome, Study
from probatum.vocabulary import Side


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why a way to an estimate is closed.

    Attributes
    ----------
    reason : in words.
    side : where the result points all the same, if the reason itself tells.
    """

    reason: str
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A contrast beside the records that it speaks of."""

    contrast: Contrast
    study: Study
    config: BaseConfig

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The results, the chosen one first."""
        return tuple(self.study.outcomes[index] for index in self.contrast.outcomes)

    @property
    def outcome(self) -> Outcome:
        """The chosen result: measure, unit and time are the same in all of them."""
        return self.study.outcomes[self.contrast.outcomes[0]]

    @property
    def paired(self) -> bool:
        """Whether each person had both treatments."""
        return self.study.design == "crossover"

    @property
    def simple(self) -> bool:
        """Whether it sets one arm against one."""
        return len(self.contrast.first) == len(self.contrast.second) == 1

    @property
    def groups(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids of the arms of the therapy and of the comparator."""
        return self.contrast.first, self.contrast.second

    def upward(self) -> int:
        """Return 1 where higher values are better for the patient, else -1."""
        return 1 if self.outcome.better == "higher" else -1

    def result(self, arm: str) -> ArmResult | None:
        """Return what the arm showed, from the first of the results that reports it."""
        return next(self._results(arm), None)

    def _results(self, arm: str) -> Iterator[ArmResult]:
        for outcome in self.outcomes:
            yield from (result for result in outcome.arms if result.arm == arm)


def case_of(contrast: Contrast, base: Base) -> Case:
    """Return the contrast with its study; `UnknownName` where the base has no such study."""
    return Case(contrast, base.study(contrast.study), base.config)
