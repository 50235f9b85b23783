"""How the rules of grading behave on real pools: levels of imprecision and of inconsistency.

Every pool of the shared Cochrane reviews is pooled as probatum pools and graded by the functions
that grade a page, in one batch. The smallest important difference is 0.5 standard deviations (of
the control groups, for mean differences) or a ratio of 1.25; 400 people or 300 events are asked.

    python benchmarks/grading.py ../shared/cochrane/reviews.csv.gz
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cochrane import Row, Z, each_row
from probatum.certainty import rules
from probatum.certainty.appraisal import Shares
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.quantities import Levels, Quantities, grade_quantities
from probatum.pool.engine import METHOD, TEST, assign_tests
from probatum.stats import pool

Floats = NDArray[np.float64]
POLICY = CertaintyPolicy()
STANDARDISED = 0.5
KINDS = {"RR": "ratio", "OR": "ratio", "GIVLOG": "ratio", "SMD": "SMD", "MD": "MD"}
"""Measures whose smallest important difference can be stated; others are left out."""
SIZES = {
    "1 study": (1, 1),
    "2": (2, 2),
    "3 to 4": (3, 4),
    "5 to 9": (5, 9),
    "10 or more": (10, 999),
}


@dataclass(frozen=True)
class Pools:
    """Studies of many pools, and what grading asks of each pool.

    Attributes
    ----------
    y, v, group : effect, variance and pool of each study.
    kind : ``ratio``, ``SMD`` or ``MD`` of each pool.
    threshold : smallest important difference of each pool.
    fraction : share of the optimal information size; infinite where it cannot be known.
    """

    y: Floats
    v: Floats
    group: NDArray[np.int64]
    kind: NDArray[np.str_]
    threshold: Floats
    fraction: Floats


Found = dict[tuple[str, ...], list[tuple[Row, tuple[float, float]]]]
"""Rows with effect and variance, by pool."""


def read(path: Path) -> Found:
    """Read the rows of every pool whose smallest important difference can be stated."""
    found: Found = defaultdict(list)
    for key, row, study in each_row(path):
        found[key].append((row, study))
    return {k: rows for k, rows in found.items() if size(rows[0][0]["measure"], rows) is not None}


def assemble(found: Found) -> Pools:
    """Return what grading asks of these pools, in their order."""
    rows_of = list(found.values())
    flat = np.array([study for rows in rows_of for _, study in rows])
    kinds = [KINDS[rows[0][0]["measure"]] for rows in rows_of]
    return Pools(
        y=flat[:, 0],
        v=flat[:, 1],
        group=np.repeat(np.arange(len(rows_of)), [len(rows) for rows in rows_of]),
        kind=np.array(kinds),
        threshold=np.array([size(rows[0][0]["measure"], rows) for rows in rows_of], dtype=float),
        fraction=np.array([information(k, rows) for k, rows in zip(kinds, rows_of, strict=True)]),
    )


def size(measure: str, rows: list[tuple[Row, tuple[float, float]]]) -> float | None:
    """Return the smallest important difference of a pool; None where it cannot be stated."""
    kind = KINDS.get(measure)
    if kind == "ratio":
        return math.log(POLICY.ratio_threshold)
    if kind == "MD":
        spreads = [float(row["sd2"]) for row, _ in rows if row["sd2"] and float(row["sd2"]) > 0]
        return STANDARDISED * float(np.median(spreads)) if spreads else None
    return STANDARDISED if kind else None


def information(kind: str, rows: list[tuple[Row, tuple[float, float]]]) -> float:
    """Return a pool's share of the optimal information size: events of ratios, else people."""
    events = kind == "ratio"
    names, asked = (
        (("e1", "e2"), POLICY.ois_events) if events else (("n1", "n2"), POLICY.ois_people)
    )
    values = [row[name] for row, _ in rows for name in names]
    return sum(map(float, values)) / asked if all(values) else math.inf


def combine(pools: Pools) -> Floats:
    """Pool as probatum does, each pool by the test of its size; one row a quantity.

    Rows: estimate, lower and upper limit, lower and upper end of prediction, I², tau².
    """
    sizes = np.bincount(pools.group)
    found = np.empty((7, sizes.size))
    for test, chosen in assign_tests(sizes, TEST):
        at = chosen[pools.group]
        part = pool(pools.y[at], pools.v[at], pools.group[at], method=METHOD, test=test)
        rows = (part.estimate, *part.ci.T, *part.pi.T, part.i2, part.tau2)
        found[:, chosen] = rows
    return found


def grade(pools: Pools) -> tuple[Levels, NDArray[np.int64]]:
    """Grade all pools in one batch; return levels and number of studies."""
    estimate, low, high, pi_low, pi_high, i2, tau2 = combine(pools)
    padded, weights = pad(pools, tau2)
    outside, opposite = rules.weigh_outside(padded, weights, estimate, pools.threshold)
    k = np.bincount(pools.group)
    none, whole = np.zeros(k.size), np.ones(k.size)
    quantities = Quantities(
        estimate=estimate,
        low=low,
        high=high,
        pi_low=pi_low,
        pi_high=pi_high,
        i2=i2,
        threshold=pools.threshold,
        k=k.astype(float),
        fraction=pools.fraction,
        outside=outside,
        opposite=opposite,
        apart=stand_apart(pools),
        shares=Shares(none, none, none, whole, none),
        numbers=whole,
        large=np.full(k.size, np.inf),
        ratio=pools.kind == "ratio",
    )
    return grade_quantities(quantities, POLICY), k


def pad(pools: Pools, tau2: Floats) -> tuple[Floats, Floats]:
    """Return effects and weights of shape (pools, most studies); weights sum to 1, 0 pads."""
    sizes = np.bincount(pools.group)
    column = np.arange(pools.y.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    effects, weights = np.zeros((2, sizes.size, sizes.max()))
    effects[pools.group, column] = pools.y
    weights[pools.group, column] = 1 / (pools.v + tau2[pools.group])
    return effects, weights / weights.sum(axis=1, keepdims=True)


def stand_apart(pools: Pools) -> NDArray[np.bool_]:
    """Whether the 95% intervals of some two studies of a pool do not overlap."""
    reach = Z * np.sqrt(pools.v)
    highest, lowest = np.full((2, pools.threshold.size), np.inf)
    np.minimum.at(highest, pools.group, pools.y + reach)
    np.minimum.at(lowest, pools.group, reach - pools.y)
    return -lowest > highest


def tell(pools: Pools) -> Iterator[str]:
    """Yield the lines of the report: shares of pools by levels lost."""
    levels, k = grade(pools)
    yield f"{k.size:,} pools graded; pools of other measures are left out."
    yield ""
    yield "| pools | number | imprecision 0 | 1 | 2 | 3 | inconsistency 0 | 1 | 2 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    groups = {"all": np.ones(k.size, dtype=bool)}
    groups |= {kind: pools.kind == kind for kind in ("ratio", "SMD", "MD")}
    groups |= {name: (k >= least) & (k <= most) for name, (least, most) in SIZES.items()}
    for name, chosen in groups.items():
        told = [*shares(levels.imprecision[chosen], 4), *shares(levels.inconsistency[chosen], 3)]
        yield f"| {name} | {chosen.sum():,} | {' | '.join(told)} |"
    yield ""
    certainty = levels.certainty(0, rules.HIGH)
    words = [f"{rules.level_of(index)} {share}" for index, share in enumerate(shares(certainty, 4))]
    yield f"By these two domains alone certainty would be: {', '.join(reversed(words))}."


def shares(values: NDArray[np.int64], most: int) -> list[str]:
    """Return the share of each value from 0 in percent."""
    return [f"{100 * share:.1f}%" for share in np.bincount(values, minlength=most) / values.size]


if __name__ == "__main__":
    print("\n".join(tell(assemble(read(Path(sys.argv[1]))))))
