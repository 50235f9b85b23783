"""The plot of a cumulative analysis, as SVG, with the caveat that must stand beside it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from probatum.errors import InputError
from probatum.stats.ragged import Floats
from probatum.stats.report import interval, number
from probatum.stats.results import PoolResult
from probatum.stats.sequences import CUMULATIVE_CAVEAT

WIDTH, LEFT, RIGHT, ROW, HEAD = 760, 230, 520, 24, 20
STYLE = "font: 13px system-ui, sans-serif; fill: currentColor; stroke: none"


def draw_cumulative(pools: PoolResult, labels: Sequence[object] | None = None) -> str:
    """Draw how the pooled effect moved as studies came in; `CUMULATIVE_CAVEAT` stands below.

    Parameters
    ----------
    pools : of `cumulate`, (k,).
    labels : of the study that each step added, in the order of the steps; None: their numbers.

    Returns
    -------
    An SVG document. A row is the estimate and confidence interval of the studies so far, in the
    unit of the effects (ratios as logs); an interval wider than the plot is cut at its edge.

    Raises
    ------
    InputError : there is no step, or not one label for each.

    >>> from probatum.stats import cumulate
    >>> svg = draw_cumulative(cumulate([0.1, 0.4, 0.3], [0.04, 0.02, 0.03]), ["A", "B", "C"])
    >>> svg.startswith("<svg"), "it says nothing on when to stop" in svg, "+ C" in svg
    (True, True, True)
    """
    names = [str(name) for name in (range(1, len(pools) + 1) if labels is None else labels)]
    if not names or len(names) != len(pools):
        raise InputError(f"{len(pools)} steps need as many labels, and at least one")
    low, high = _reach(pools.estimate, pools.ci)
    bottom = HEAD + ROW * len(names)
    caveat = textwrap.wrap(CUMULATIVE_CAVEAT, 100)
    height = bottom + 48 + 17 * len(caveat)
    parts = [_line(_at(0.0, low, high), HEAD, _at(0.0, low, high), bottom, "4 3")]
    for row, (name, estimate, ci) in enumerate(
        zip(names, pools.estimate.tolist(), pools.ci.tolist(), strict=True)
    ):
        y = HEAD + ROW * (row + 0.5)
        said = f"{number(estimate)} ({interval(ci, pools.choices.level)})"
        parts += [_text(0, y + 4, f"{'+ ' if row else ''}{name}"), _text(RIGHT + 20, y + 4, said)]
        if math.isfinite(estimate):
            ends = [_at(end, low, high) for end in ci]
            parts += [_line(ends[0], y, ends[1], y), _box(_at(estimate, low, high), y)]
    parts.append(_line(LEFT, bottom, RIGHT, bottom))
    for tick in _ticks(low, high):
        x = _at(tick, low, high)
        parts += [_line(x, bottom, x, bottom + 5), _text(x, bottom + 20, f"{tick:g}", "middle")]
    parts += [_text(0, bottom + 46 + 17 * i, line) for i, line in enumerate(caveat)]
    title = f"Cumulative analysis of {len(names)} studies"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{title}</title><desc>{escape(CUMULATIVE_CAVEAT)}</desc>{''.join(parts)}</svg>\n"
    )


def _reach(estimate: Floats, ci: Floats) -> tuple[float, float]:
    """Return the ends of the axis: 0, every estimate and the last interval, with some room."""
    shown = np.concatenate([[0.0], estimate, ci[-1]])
    shown = shown[np.isfinite(shown)]
    low, high = float(shown.min()), float(shown.max())
    room = 0.15 * (high - low) or 1.0
    return low - room, high + room


def _ticks(low: float, high: float) -> Iterable[float]:
    """Return round numbers inside the axis, at most eight."""
    unit = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(s * unit for s in (1, 2, 5, 10) if (high - low) / (s * unit) <= 7)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(i * step, 12) if unit > 1e-9 else i * step for i in range(first, last + 1)]


def _at(value: float, low: float, high: float) -> float:
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return LEFT + (RIGHT - LEFT) * (share if math.isfinite(share) else 0.0)


def _line(x1: float, y1: float, x2: float, y2: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="currentColor"{dashes}/>'


def _box(x: float, y: float) -> str:
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="currentColor"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} style="{STYLE}">{escape(words)}</text>'
