"""What grading asks of the studies of a body: risk of bias, randomisation, weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.risk_of_bias import StudyBias, risk_of_bias
from probatum.evidence.base import Base
from probatum.findings import Contrast

Floats = NDArray[np.float64]
FLAGS = ("high", "several", "concerns", "assessed", "unrandomised")
"""What is known of a study, 1 or 0: overall high risk of bias, in several domains, and so on."""


@dataclass(frozen=True, slots=True, eq=False)
class Appraisal:
    """The studies of one body; ``flags`` has shape (5, k), a row for each of ``FLAGS``."""

    studies: tuple[str, ...]
    biases: tuple[StudyBias, ...]
    flags: Floats

    def share(self, weights: Floats) -> Shares:
        """Return the shares of information under weights of shape (..., k) that sum to 1."""
        return Shares(*(weights @ row for row in self.flags))


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of the information of a body; one entry a body."""

    high: Floats
    several: Floats
    concerns: Floats
    assessed: Floats
    unrandomised: Floats


def appraise(contrasts: Sequence[Contrast], base: Base) -> Appraisal:
    """Look up what stands in the records of the studies behind some contrasts."""
    biases = tuple(
        risk_of_bias(base.study(contrast.study), contrast.question.domain, base.reviews)
        for contrast in contrasts
    )
    flags = [
        [bias.judgement == "high" for bias in biases],
        [bias.judgement == "high" and bias.high_domains >= 2 for bias in biases],
        [bias.judgement == "some concerns" for bias in biases],
        [bias.judgement is not None for bias in biases],
        [not contrast.randomised for contrast in contrasts],
    ]
    studies = tuple(contrast.study for contrast in contrasts)
    return Appraisal(studies, biases, np.asarray(flags, float).reshape(5, len(studies)))


def weigh_people(contrasts: Sequence[Contrast]) -> Floats:
    """Weights by people, summing to 1; equal where a study does not say how many it had."""
    people = [contrast.people for contrast in contrasts]
    if not people or any(n is None for n in people):
        return np.full(len(people), 1 / max(len(people), 1))
    weights = np.asarray(people, float)
    return np.asarray(weights / weights.sum())
