"""How firm a rating is: all defensible analyses at once, and what a next trial would do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from probatum.monograph.numbers import listed
from probatum.rating.assess import Assessment
from probatum.rating.stability import Multiverse, Specification
from probatum.rating.trial import TrialGrid
from probatum.site.bodies import TEST_LABEL
from probatum.site.figures.specification import Point
from probatum.site.shell import label_of_domain
from probatum.vocabulary import BAND_LABEL, COMPARATOR_LABEL

DRAWN = 180
"""More analyses than this are drawn by every n-th, in order of size."""
SIZES = (40, 100, 200, 400, 1000, 3000)
"""People in the imagined trial for which the table has a column."""


OPTIONS: Mapping[str, str] = {
    **TEST_LABEL,
    "by size": "Wald for two studies, Knapp-Hartung for more, never narrower than Wald",
    **{str(word): label for word, label in COMPARATOR_LABEL.items()},
    **{str(word): label for word, label in BAND_LABEL.items()},
}
"""How the options of an analysis are said."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many analyses with one option of one choice keep the rating."""

    choice: str
    option: str
    share: float


@dataclass(frozen=True, slots=True)
class GridView:
    """What a next trial on one outcome would do to the rating, by its size and result.

    ``rows`` hold the result in words and the rating at each size.
    """

    outcome: str
    sizes: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def only(self) -> str | None:
        """The rating that follows whatever the trial finds; None where it depends."""
        words = {word for _, cells in self.rows for word in cells}
        return words.pop() if len(words) == 1 else None


@dataclass(frozen=True, slots=True)
class Robustness:
    """How firm the rating of one use is; ``sized`` analyses give a size of effect to draw."""

    kept: int
    total: int
    sized: int
    shares: tuple[Share, ...]
    points: tuple[Point, ...]
    grids: tuple[GridView, ...]


def robustness(use: str, assessment: Assessment, grids: Iterable[TrialGrid]) -> Robustness:
    """Return how firm the rating of a use is, as its page shows it."""
    multiverse = assessment.multiverses.get(use)
    views = tuple(view_grid(grid, assessment) for grid in grids)
    if multiverse is None:
        return Robustness(0, 0, 0, (), (), views)
    total, found = len(multiverse.specifications), sized(multiverse)
    return Robustness(
        kept=round(multiverse.stability * total),
        total=total,
        sized=len(found),
        shares=tuple(shares(multiverse)),
        points=thinned(found),
        grids=views,
    )


def shares(multiverse: Multiverse) -> Iterator[Share]:
    """Yield the share that keeps the rating for each option of each choice that has several."""
    for choice in Specification._fields:
        options = multiverse.shares(choice)
        if len(options) > 1 and choice != "studies":
            for option, share in options.items():
                yield Share(choice.capitalize(), OPTIONS.get(option, option), share)


def sized(multiverse: Multiverse) -> tuple[Point, ...]:
    """Return the analyses that have an estimate, in order of size."""
    columns = (multiverse.estimate, multiverse.low, multiverse.high, multiverse.words)
    declared = int(multiverse.words[0])
    found = sorted(
        (estimate, low, high, int(word) == declared)
        for estimate, low, high, word in zip(*(c.tolist() for c in columns), strict=True)
        if math.isfinite(estimate) and math.isfinite(low) and math.isfinite(high)
    )
    return tuple(Point(*row) for row in found)


def thinned(found: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return so many of the analyses as a figure can show, the smallest and largest with them."""
    step = max(1, math.ceil(len(found) / DRAWN))
    kept = found[::step]
    return (*kept, found[-1]) if kept and kept[-1] != found[-1] else kept


def view_grid(grid: TrialGrid, assessment: Assessment) -> GridView:
    """Return a grid as a table: results from best to worst, and the present one apart."""
    words = assessment.policy.words
    sizes = [int(size) for size in grid.sizes]
    columns = [sizes.index(size) for size in SIZES if size in sizes]
    rows = [
        (float(effect), tuple(words[int(grid.words[row, column])] for column in columns))
        for row, effect in enumerate(grid.effects[:-1])
    ]
    rows.sort(reverse=True)
    told = [(result_words(effect / grid.metric_unit), cells) for effect, cells in rows]
    if grid.pooled:
        last = tuple(words[int(grid.words[-1, column])] for column in columns)
        told.insert(0, ("the result found so far", last))
    return GridView(
        outcome=listed([label_of_domain(d, assessment.base.config) for d in grid.domains]),
        sizes=tuple(sizes[column] for column in columns),
        rows=tuple(told),
    )


def result_words(effect: float) -> str:
    """Return an imagined result in words, in units of the smallest important difference."""
    if effect == 0:
        return "no difference"
    way = "better" if effect > 0 else "worse"
    return f"{way} by {abs(effect):g} important difference{'' if abs(effect) == 1 else 's'}"
