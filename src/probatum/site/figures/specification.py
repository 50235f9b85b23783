"""The specification curve: the estimate of every analysis, in order of size (Simonsohn 2020)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from probatum.site.figures.axis import Axis, fit
from probatum.site.figures.svg import box, element, line, number, picture, text

WIDTH, HEIGHT = 360.0, 214.0
LEFT, TOP, BOTTOM = 40.0, 8.0, 176.0


@dataclass(frozen=True, slots=True)
class Point:
    """One analysis: estimate and interval in smallest important differences, benefit positive."""

    estimate: float
    low: float
    high: float
    same: bool


def draw_curve(points: tuple[Point, ...], *, ident: str, title: str) -> Markup:
    """Return the curve; analyses that lead to another rating are drawn in another colour."""
    axis = fit(
        [p.estimate for p in points], [(p.low, p.high) for p in points], start=BOTTOM, end=TOP
    )
    places = [LEFT + 6 + (WIDTH - LEFT - 10) * (i + 0.5) / len(points) for i in range(len(points))]
    placed = list(zip(places, points, strict=True))
    parts = [
        box(LEFT, axis.at(1), WIDTH - LEFT, axis.at(-1) - axis.at(1), "band"),
        line(LEFT, axis.at(0), WIDTH, axis.at(0), "null"),
        *scale(axis),
    ]
    for same, kind in ((True, "same"), (False, "other")):
        chosen = [(x, point) for x, point in placed if point.same is same]
        if chosen:
            parts += strokes(chosen, axis, kind)
    parts.append(text(LEFT, HEIGHT - 20, "Analyses, by size of their estimate", "unit"))
    parts.append(text(LEFT, HEIGHT - 5, "Scale: smallest important differences", "unit"))
    kept = sum(point.same for point in points)
    return picture(
        *parts,
        ident=ident,
        width=WIDTH,
        height=HEIGHT,
        title=title,
        desc=f"{len(points)} analyses are drawn, {kept} of them with the rating shown; estimates "
        f"from {number(points[0].estimate)} to {number(points[-1].estimate)} smallest important "
        "differences, benefit positive.",
        kind="curve",
    )


def scale(axis: Axis) -> list[Markup]:
    """Return the ticks at the left."""
    parts = []
    for y, label in axis.ticks():
        parts.append(line(LEFT - 4, y, LEFT, y, "axis"))
        parts.append(text(LEFT - 7, y + 4, label, "tick", "end"))
    return [line(LEFT, TOP, LEFT, BOTTOM, "axis"), *parts]


def strokes(placed: Iterable[tuple[float, Point]], axis: Axis, kind: str) -> list[Markup]:
    """Return whiskers and dots as two paths, since there may be thousands."""
    whiskers, dots = [], []
    for x, point in placed:
        whiskers.append(f"M{number(x)} {number(axis.at(point.low))}V{number(axis.at(point.high))}")
        dots.append(f"M{number(x)} {number(axis.at(point.estimate))}h0")
    return [
        element("path", d="".join(whiskers), class_=f"whiskers {kind}"),
        element("path", d="".join(dots), class_=f"dots {kind}"),
    ]
