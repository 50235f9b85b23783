"""A horizontal axis: which numbers it spans, where they stand, and its ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from probatum.monograph.numbers import fixed

REACH = 0.6
"""How far a confidence interval may stretch the axis, as a share of the span of estimates."""
RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """Numbers from ``low`` to ``high``, drawn between ``start`` and ``end``.

    Where ``ratio`` is true the numbers are logarithms and the ticks say ratios.
    """

    low: float
    high: float
    start: float
    end: float
    ratio: bool = False

    def at(self, value: float) -> float:
        """Return where a value stands, held within the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)

    def holds(self, value: float) -> bool:
        """Return whether the value lies on the axis."""
        return self.low <= value <= self.high

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return positions and labels of the ticks."""
        if self.ratio:
            values = [math.log(tick) for tick in RATIO_TICKS]
            return tuple((self.at(v), f"{math.exp(v):.3g}") for v in values if self.holds(v))
        step = nice_step((self.high - self.low) / 5)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(
            (self.at(i * step), tick_label(i * step, step)) for i in range(first, last + 1)
        )


def nice_step(rough: float) -> float:
    """Return the round step (1, 2 or 5 times a power of ten) at or above a rough one."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * m for m in (1.0, 2.0, 5.0, 10.0) if power * m >= rough * (1 - 1e-9))


def tick_label(value: float, step: float) -> str:
    """Return a tick's label with as many decimals as its step needs, and a true minus sign."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return fixed(value, decimals)


def fit(
    estimates: Iterable[float],
    intervals: Iterable[tuple[float, float]],
    *,
    start: float,
    end: float,
    ratio: bool = False,
) -> Axis:
    """Return an axis that shows every estimate and zero, and intervals as far as is sensible.

    One study with a very wide interval must not press all others into a line, so an interval
    may stretch the axis by `REACH` of the estimates' span on each side; what is beyond is cut
    and drawn with an arrow.
    """
    points = [0.0, *estimates]
    bounds = list(intervals)
    widths = sorted(high - low for low, high in bounds)
    typical = widths[len(widths) // 2] if widths else 1.0
    span = max(max(points) - min(points), typical, 1e-9)
    low = max(min([*points, *(b[0] for b in bounds)]), min(points) - REACH * span)
    high = min(max([*points, *(b[1] for b in bounds)]), max(points) + REACH * span)
    margin = 0.04 * (high - low)
    return Axis(low - margin, high + margin, start, end, ratio=ratio)
