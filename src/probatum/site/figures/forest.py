"""The forest plot (Cochrane Handbook 10.2.1), wide for desks and paper, narrow for phones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from probatum.monograph.numbers import fixed
from probatum.site.figures.axis import Axis, fit
from probatum.site.figures.svg import box, line, picture, polygon, text

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One study: its estimate, interval and share of the weight (0 to 1), benefit positive."""

    label: str
    people: int
    estimate: float
    ci: Interval
    weight: float


@dataclass(frozen=True, slots=True)
class Forest:
    """A pool to draw; ratios stand on the log scale.

    ``threshold`` is the smallest important difference; ``left`` and ``right`` say what a result
    on each side favours, ``unit`` what the axis counts.
    """

    title: str
    rows: tuple[ForestRow, ...]
    pooled: float
    ci: Interval
    pi: Interval | None
    threshold: float | None
    left: str
    right: str
    unit: str
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: the plot between ``start`` and ``end``, a row every ``row`` units.

    Where ``stacked``, label and numbers stand above the line instead of beside it.
    """

    width: float
    start: float
    end: float
    row: float
    head: float
    stacked: bool


WIDE = Layout(width=760, start=226, end=516, row=26, head=34, stacked=False)
NARROW = Layout(width=344, start=6, end=338, row=44, head=12, stacked=True)
LETTERS = 48
"""So many letters have room on a line of the narrow layout, label and numbers together."""
SMALL_LETTERS = 54
"""So many of its unit have room on a line."""
LINE = 15
"""Height of a further line of the unit."""


def said(value: float, *, ratio: bool) -> str:
    """Return a value as printed in figures and their tables: two decimals, true minus."""
    return fixed(math.exp(value) if ratio else value, 2)


def said_interval(ci: Interval, *, ratio: bool) -> str:
    """Return an interval as printed: ``0.10 to 0.52``."""
    return f"{said(ci[0], ratio=ratio)} to {said(ci[1], ratio=ratio)}"


def describe(forest: Forest) -> str:
    """Return the figure in words, for those who do not see it."""
    alone = len(forest.rows) == 1
    words = (
        f"{'1 study; its result' if alone else f'{len(forest.rows)} studies; pooled'} "
        f"{said(forest.pooled, ratio=forest.ratio)} "
        f"(95% confidence interval {said_interval(forest.ci, ratio=forest.ratio)})."
    )
    if forest.pi:
        words += f" 95% prediction interval {said_interval(forest.pi, ratio=forest.ratio)}."
    return f"{words} Values to the right favour the therapy. The table below has the same numbers."


def draw_forest(forest: Forest, layout: Layout, *, ident: str) -> Markup:
    """Return the plot: squares by weight, pooled diamond, prediction interval, important band."""
    intervals = [row.ci for row in forest.rows] + [forest.ci] + ([forest.pi] if forest.pi else [])
    estimates = [row.estimate for row in forest.rows] + [*forest.ci]
    axis = fit(estimates, intervals, start=layout.start, end=layout.end, ratio=forest.ratio)
    tallest = max((row.weight for row in forest.rows), default=1.0) or 1.0
    pooled = (len(forest.rows) > 1) + (forest.pi is not None)
    bottom = layout.head + layout.row * (len(forest.rows) + pooled) + 6
    units = wrap(forest.unit, SMALL_LETTERS) if layout.stacked else [forest.unit]
    parts = [*ground(forest, axis, layout, bottom), *heads(layout)]
    for index, row in enumerate(forest.rows):
        parts += study_row(row, axis, layout, index, tallest)
    if len(forest.rows) > 1:
        parts += pooled_rows(forest, axis, layout)
    parts += feet(forest, axis, bottom, units)
    return picture(
        *parts,
        ident=ident,
        width=layout.width,
        height=bottom + 58 + LINE * (len(units) - 1),
        title=forest.title,
        desc=describe(forest),
        kind="forest narrow" if layout.stacked else "forest wide",
    )


def ground(forest: Forest, axis: Axis, layout: Layout, bottom: float) -> list[Markup]:
    """Return what lies below the marks: the band of unimportant differences and the null line."""
    top = layout.head - 8
    parts = []
    if forest.threshold:
        left, right = axis.at(-forest.threshold), axis.at(forest.threshold)
        parts.append(box(left, top, right - left, bottom - top, "band"))
    parts.append(line(axis.at(0), top, axis.at(0), bottom, "null"))
    return parts


def heads(layout: Layout) -> list[Markup]:
    """Return the column heads of the wide layout."""
    if layout.stacked:
        return []
    return [
        text(0, 16, "Study (people)", "head"),
        text(layout.end + 16, 16, "Weight", "head"),
        text(layout.width, 16, "Estimate (95% CI)", "head", "end"),
    ]


def middle_of(layout: Layout, index: int) -> float:
    """Return the height at which a row's line is drawn."""
    return (
        layout.head + layout.row * index + (layout.row - 10 if layout.stacked else layout.row / 2)
    )


def words_of(
    layout: Layout, y: float, class_: str, *, label: str, numbers: str, weight: str = ""
) -> list[Markup]:
    """Return a row's words, beside its line or above it."""
    if layout.stacked:
        return [
            text(0, y - 16, shorten(label, LETTERS - len(numbers)), f"label {class_}"),
            text(layout.width, y - 16, numbers, f"value {class_}", "end"),
        ]
    return [
        text(0, y + 4.5, shorten(label, 30), f"label {class_}"),
        text(layout.end + 52, y + 4.5, weight, f"value {class_}", "end"),
        text(layout.width, y + 4.5, numbers, f"value {class_}", "end"),
    ]


def shorten(label: str, most: int) -> str:
    """Return a label that fits its column; of a long one its last two words, year and people, stay.

    >>> shorten("Gallego-Sendarrubias et al. 2020 (101)", 30)
    'Gallego-Sendarrubi… 2020 (101)'
    """
    if len(label) <= most:
        return label
    *_, year, people = label.split(" ")
    return f"{label[: most - len(year) - len(people) - 3].rstrip()}… {year} {people}"


def whisker(axis: Axis, ci: Interval, y: float, class_: str) -> list[Markup]:
    """Return an interval; an end beyond the axis is drawn as an arrow."""
    parts = [line(axis.at(ci[0]), y, axis.at(ci[1]), y, class_)]
    if not axis.holds(ci[0]):
        x = axis.start
        parts.append(polygon(((x, y), (x + 6, y - 3.5), (x + 6, y + 3.5)), f"{class_} arrow"))
    if not axis.holds(ci[1]):
        x = axis.end
        parts.append(polygon(((x, y), (x - 6, y - 3.5), (x - 6, y + 3.5)), f"{class_} arrow"))
    return parts


def study_row(
    row: ForestRow, axis: Axis, layout: Layout, index: int, tallest: float
) -> list[Markup]:
    """Return one study's words, interval and square; the square's area is its weight."""
    y = middle_of(layout, index)
    side = 4 + 9 * math.sqrt(max(row.weight, 0.0) / tallest)
    numbers = f"{said(row.estimate, ratio=axis.ratio)} ({said_interval(row.ci, ratio=axis.ratio)})"
    label = f"{row.label} ({row.people})"
    return [
        *words_of(layout, y, "study", label=label, numbers=numbers, weight=f"{row.weight:.0%}"),
        *whisker(axis, row.ci, y, "whisker"),
        box(axis.at(row.estimate) - side / 2, y - side / 2, side, side, "square"),
    ]


def pooled_rows(forest: Forest, axis: Axis, layout: Layout) -> list[Markup]:
    """Return the pooled diamond and, below it, the prediction interval."""
    index = len(forest.rows)
    y = middle_of(layout, index)
    numbers = (
        f"{said(forest.pooled, ratio=axis.ratio)} ({said_interval(forest.ci, ratio=axis.ratio)})"
    )
    left, middle, right = axis.at(forest.ci[0]), axis.at(forest.pooled), axis.at(forest.ci[1])
    people = sum(row.people for row in forest.rows)
    parts = [
        *words_of(layout, y, "pooled", label=f"Pooled ({people})", numbers=numbers, weight="100%"),
        polygon(((left, y), (middle, y - 7), (right, y), (middle, y + 7)), "diamond"),
    ]
    if forest.pi:
        y = middle_of(layout, index + 1)
        numbers = said_interval(forest.pi, ratio=axis.ratio)
        parts += words_of(layout, y, "pi", label="Prediction interval", numbers=numbers)
        parts += whisker(axis, forest.pi, y, "prediction")
    return parts


def feet(forest: Forest, axis: Axis, bottom: float, units: Sequence[str]) -> list[Markup]:
    """Return the axis with its ticks, what each side favours, and the lines of the unit."""
    parts = [line(axis.start, bottom, axis.end, bottom, "axis")]
    for x, label in axis.ticks():
        parts.append(line(x, bottom, x, bottom + 5, "axis"))
        parts.append(text(x, bottom + 18, label, "tick", "middle"))
    parts.append(text(axis.start, bottom + 35, f"◂ {forest.left}", "favours"))
    parts.append(text(axis.end, bottom + 35, f"{forest.right} ▸", "favours", "end"))
    middle = (axis.start + axis.end) / 2
    for index, words in enumerate(units):
        parts.append(text(middle, bottom + 52 + LINE * index, words, "unit", "middle"))
    return parts
