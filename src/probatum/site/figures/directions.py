"""The direction chart: one mark a study, by where its result points (SWiM item 6)."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from probatum.site.figures.svg import element, picture, text

WIDTH = 340.0
LEFT = 104.0
ROW = 30.0
MARK = 12.0
GAP = 3.0


@dataclass(frozen=True, slots=True)
class Directions:
    """How many studies point each way."""

    benefit: int
    no_difference: int
    harm: int
    unclear: int

    @property
    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """Label, class and count of each way, best first."""
        return (
            ("Better", "benefit", self.benefit),
            ("No difference", "none", self.no_difference),
            ("Worse", "harm", self.harm),
            ("Unclear", "unclear", self.unclear),
        )


def draw_directions(directions: Directions, *, ident: str, title: str) -> Markup:
    """Return the chart; the shape of a mark, not only its colour, tells the way."""
    most = max(count for _, _, count in directions.rows)
    step = min(MARK + GAP, (WIDTH - LEFT - 34) / max(most, 1))
    parts = []
    for index, (label, kind, count) in enumerate(directions.rows):
        middle = ROW * index + ROW / 2
        parts.append(text(LEFT - 10, middle + 5, label, "label", "end"))
        parts += [mark(kind, LEFT + step * i, middle, min(MARK, step - 1)) for i in range(count)]
        parts.append(text(LEFT + step * count + 6, middle + 5, str(count), f"count {kind}"))
    said = ", ".join(f"{label.lower()} {count}" for label, _, count in directions.rows)
    return picture(
        *parts,
        ident=ident,
        width=WIDTH,
        height=ROW * len(directions.rows),
        title=title,
        desc=f"Number of studies by direction of their result: {said}.",
        kind="directions",
    )


def mark(kind: str, x: float, y: float, size: float) -> Markup:
    """Return one study's mark: triangle up, square, triangle down or circle."""
    half = size / 2
    if kind == "none":
        return element("rect", x=x, y=y - half, width=size, height=size, class_=kind)
    if kind == "unclear":
        return element("circle", cx=x + half, cy=y, r=half - 0.75, class_=kind)
    way = 1 if kind == "benefit" else -1
    corners = ((x, y + way * half), (x + size, y + way * half), (x + half, y - way * half))
    return element("polygon", points=" ".join(f"{a:.2f},{b:.2f}" for a, b in corners), class_=kind)
