"""What a graded body of evidence looks like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from probatum.findings import Body
from probatum.vocabulary import CertaintyLevel, Side

GradeDomain = Literal[
    "design",
    "risk of bias",
    "inconsistency",
    "imprecision",
    "indirectness",
    "publication bias",
    "missing numbers",
    "upgrade",
]
Assessment = Literal["assessed", "not assessed", "human"]
Lane = Literal["pooled", "direction", "none"]
"""Which lane of a body decides: the one with most people, whatever it shows."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the certainty is about, stated before grading (GRADE guidance 32).

    ``threshold`` is the smallest important difference and ``large`` a large one, on the scale of
    the pool; ``digits`` are the decimals that its estimates are written with.
    """

    kind: Literal["non-null", "important"]
    threshold: float | None
    words: str
    large: float = math.inf
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """One GRADE domain: how many levels it takes away, from which numbers, by which guidance.

    ``levels`` is negative for an upgrade.
    """

    domain: GradeDomain
    levels: int
    assessment: Assessment
    reason: str
    numbers: Mapping[str, float | int | str]
    source: str


@dataclass(frozen=True, slots=True)
class Certainty:
    """The certainty of one body of evidence."""

    level: CertaintyLevel
    start: CertaintyLevel
    lane: Lane
    target: Target
    judgements: tuple[Judgement, ...]
    cap: CertaintyLevel | None = None
    cap_reason: str | None = None
    lane_reason: str = ""

    @property
    def lowered(self) -> int:
        """Levels lost less those given back, before the floor and the cap."""
        return sum(judgement.levels for judgement in self.judgements)

    def judgement(self, domain: GradeDomain) -> Judgement | None:
        """Return the judgement of one domain, or None where it was not asked."""
        return next((j for j in self.judgements if j.domain == domain), None)


@dataclass(frozen=True, slots=True)
class Graded:
    """A body of evidence with its certainty and the side on which it comes down."""

    body: Body
    certainty: Certainty
    side: Side
    side_reason: str
