"""From a contrast to one study's estimate with benefit positive, or to its direction alone."""

from __future__ import annotations

from probatum.effect.build import contradiction
from probatum.effect.case import Case, Lacking, case_of
from probatum.effect.continuous import mean_differences
from probatum.effect.events import risk_ratio
from probatum.effect.side import direction_of
from probatum.evidence.base import Base
from probatum.findings import Contrast, DirectionOnly, Effect

__all__ = ["estimates", "measure", "measure_case"]


def measure(contrast: Contrast, base: Base) -> Effect | DirectionOnly:
    """Return the estimate of a contrast, or the side it points to where no estimate can be made.

    A mean difference on a scale of the base comes before Hedges' g, and both before a risk
    ratio; `estimates` returns all of them. Raises `UnknownName` for a study not in the base.
    """
    found = estimates(contrast, base)
    return found if isinstance(found, DirectionOnly) else found[0]


def estimates(contrast: Contrast, base: Base) -> tuple[Effect, ...] | DirectionOnly:
    """Return a contrast's estimate on every metric on which it can be had, or its direction."""
    return measure_case(case_of(contrast, base))


def measure_case(case: Case) -> tuple[Effect, ...] | DirectionOnly:
    """Return the estimates of a contrast whose study is at hand, or its direction."""
    found = _estimates(case)
    return _direction(case, found) if isinstance(found, Lacking) else found


def _estimates(case: Case) -> tuple[Effect, ...] | Lacking:
    if case.contrast.limits:
        return Lacking("; ".join(case.contrast.limits))
    if not any(outcome.arms or outcome.difference for outcome in case.outcomes):
        return Lacking("no figures are given")
    found = risk_ratio(case) if _is_counted(case) else mean_differences(case)
    if isinstance(found, Lacking):
        return found
    return contradiction(case, found[0]) or found


def _is_counted(case: Case) -> bool:
    """Whether the outcome counts people with an event rather than measuring each."""
    difference = case.outcome.difference
    counts = any(result.events is not None for result in case.outcome.arms)
    return counts or (difference is not None and difference.measure in {"RR", "OR", "RD"})


def _direction(case: Case, lacking: Lacking) -> DirectionOnly:
    side, told = direction_of(case)
    if lacking.side is not None:
        side = lacking.side
    p = case.outcome.p
    return DirectionOnly(
        contrast=case.contrast,
        side=side,
        p=None if p is None else f"{p:g}" if isinstance(p, float) else p,
        why=lacking.reason if lacking.side else f"{lacking.reason}; {told}",
    )
