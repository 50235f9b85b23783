"""Which of the base's scales an outcome was measured on, and in which range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from probatum.evidence.config import BaseConfig, Scale
from probatum.study import Outcome

RANGE_BY_UNIT = {"mm": (0.0, 100.0), "cm": (0.0, 10.0), "%": (0.0, 100.0), "percent": (0.0, 100.0)}
"""Ranges that a unit tells: visual analogue scales are lines of 100 mm."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A scale of the base, and the range in which the study gives its figures on it."""

    scale: Scale
    low: float
    high: float
    step: str = ""

    @property
    def factor(self) -> float:
        """Points of the base's scale for one point of the study's."""
        return (self.scale.high - self.scale.low) / (self.high - self.low)


def scale_of(outcome: Outcome, config: BaseConfig) -> Measured | None:
    """Return the scale whose name the outcome's measure holds; the longest name wins.

    The range is the outcome's own, else what its unit tells, else that of the base's scale.
    """
    named = [
        (len(name), scale)
        for scale in config.scales
        if scale.domain == outcome.domain
        for name in scale.names
        if _word(name).search(outcome.measure)
    ]
    if not named:
        return None
    scale = max(named, key=lambda pair: pair[0])[1]
    if outcome.scale is not None:
        low, high = outcome.scale
        return Measured(scale, low, high) if high > low else None
    by_unit = RANGE_BY_UNIT.get((outcome.unit or "").casefold())
    if by_unit is not None:
        return Measured(scale, *by_unit, f"range {by_unit[0]:g} to {by_unit[1]:g} from the unit")
    step = f"no range given: taken as {scale.low:g} to {scale.high:g}"
    return Measured(scale, scale.low, scale.high, step)


@lru_cache(maxsize=1024)
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
