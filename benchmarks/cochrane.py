"""Pools of real reviews, from published study effects and their 95% limits.

A pool is an analysis over the rows that count for its overall result, or one of its subgroups.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATIOS = frozenset({"RR", "OR", "GIVLOG"})
DIFFERENCES = frozenset({"MD", "SMD", "RD", "GIV"})
Z = 1.959963984540054


Row = dict[str, str]


def each_row(path: Path) -> Iterator[tuple[tuple[str, ...], Row, tuple[float, float]]]:
    """Yield each row that has an interval once a pool: the pool, the row, effect and variance."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            study = _read_row(row)
            if study is None:
                continue
            if "OVERALL" in row["applicability"]:
                yield (row["review"], row["analysis"]), row, study
            if row["subgroup"]:
                yield (row["review"], row["analysis"], row["subgroup"]), row, study


def read_pools(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Read effects, variances and the pool's number of every row that has an interval."""
    pools: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for key, _, study in each_row(path):
        pools[key].append(study)
    sizes = np.array([len(studies) for studies in pools.values()])
    flat = np.array([study for studies in pools.values() for study in studies])
    return flat[:, 0].copy(), flat[:, 1].copy(), np.repeat(np.arange(len(sizes)), sizes)


def _read_row(row: Row) -> tuple[float, float] | None:
    """Return the effect and its variance; ratios on the log scale; None without an interval."""
    try:
        effect, low, high = (float(row[name]) for name in ("effect", "ci_low", "ci_high"))
    except ValueError:
        return None
    measure = row["measure"]
    if measure in RATIOS or (measure not in DIFFERENCES and low > 0):
        if low <= 0 or effect <= 0:
            return None
        effect, low, high = np.log([effect, low, high])
    variance = ((high - low) / (2 * Z)) ** 2
    return (effect, variance) if variance > 0 and np.isfinite(variance) else None
