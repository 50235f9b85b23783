"""Recompute what 279 Cochrane reviews published: study effects, and weights of pools.

Run ``python benchmarks/reproduce.py reviews.csv.gz``. Prints how many rows and pools are
reproduced, by measure and by scheme, and every row that is not although its input tells it.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from probatum.stats import effect, mantel_haenszel, pool
from probatum.stats.arrays import quantile

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TABLES: tuple[Literal["OR", "RR", "RD"], ...] = ("OR", "RR", "RD")
RATIOS = ("OR", "RR", "GIVLOG")
NUMBERS = (
    *("e1", "n1", "e2", "n2", "m1", "sd1", "m2", "sd2"),
    *("giv", "giv_se", "effect", "ci_low", "ci_high", "weight", "reproduced"),
)


@dataclass(frozen=True)
class Rows:
    """Rows of the file: numbers by column, the measure, and where each row was pooled.

    `analyses` and `subgroups` number the analysis of each row and its subgroup in that.
    """

    numbers: dict[str, Floats]
    measure: NDArray[np.str_]
    analyses: NDArray[np.int64]
    subgroups: NDArray[np.int64]
    keys: list[tuple[str, ...]]

    def __getitem__(self, name: str) -> Floats:
        """Return a column of numbers."""
        return self.numbers[name]


def read_rows(path: Path) -> Rows:
    """Read the file."""
    columns: dict[str, list[float]] = {name: [] for name in NUMBERS}
    measures, analyses, subgroups = [], [], []
    keys: dict[tuple[str, ...], int] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for name in NUMBERS:
                columns[name].append(float(row[name] or "nan"))
            measures.append(row["measure"])
            key = (row["review"], row["analysis"])
            analyses.append(keys.setdefault(key, len(keys)))
            subgroups.append(keys.setdefault((*key, row["subgroup"]), len(keys)))
    numbers = {name: np.array(values) for name, values in columns.items()}
    return Rows(numbers, np.array(measures), np.array(analyses), np.array(subgroups), list(keys))


def compute_effects(rows: Rows) -> tuple[Floats, Floats]:
    """Return effect and variance of each row by its measure, as RevMan 5 computes them."""
    yi, vi = np.full((2, rows.measure.size), np.nan)
    for measure in np.unique(rows.measure[rows.measure != ""]):
        at = rows.measure == measure
        if measure.startswith("GIV"):
            yi[at], vi[at] = rows["giv"][at], rows["giv_se"][at] ** 2
            continue
        at &= (rows["n1"] > 0) & (rows["n2"] > 0)
        if measure in TABLES:
            at &= (rows["e1"] <= rows["n1"]) & (rows["e2"] <= rows["n2"])
            found = effect(measure, zero_cells="revman", **_cells(rows, at))
        elif measure == "SMD":
            found = effect("SMD", correction="approximate", variance="revman", **_means(rows, at))
        else:
            found = effect(measure, **_means(rows, at))
        yi[at], vi[at] = found.yi, found.vi
    return yi, vi


def _cells(rows: Rows, at: Bools) -> dict[str, Any]:
    names = {"ai": "e1", "n1i": "n1", "ci": "e2", "n2i": "n2"}
    return {ours: rows[theirs][at] for ours, theirs in names.items()}


def _means(rows: Rows, at: Bools) -> dict[str, Any]:
    names = {"m1i": "m1", "sd1i": "sd1", "n1i": "n1", "m2i": "m2", "sd2i": "sd2", "n2i": "n2"}
    return {ours: rows[theirs][at] for ours, theirs in names.items()}


def find_missed(rows: Rows, yi: Floats, vi: Floats) -> Bools:
    """Return the rows marked as reproducible whose effect or limits we do not give to 1e-6."""
    half = quantile(0.95) * np.sqrt(vi)
    ours = np.stack([yi, yi - half, yi + half])
    ours = np.where(np.isin(rows.measure, RATIOS), np.exp(np.minimum(ours, 700)), ours)
    theirs = np.stack([rows["effect"], rows["ci_low"], rows["ci_high"]])
    apart = np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))
    return np.asarray((rows["reproduced"] == 1) & ~(apart < 1e-6).all(axis=0))


def schemes(
    rows: Rows, effects: tuple[Floats, Floats], at: Bools, groups: NDArray[np.int64]
) -> Iterator[tuple[str, Floats]]:
    """Yield the name and the weights (rows `at`, any unit) of every scheme of RevMan's."""
    y, v = (values[at] for values in effects)
    labels, inverse = np.unique(groups, return_inverse=True)
    yield "inverse variance", 1 / v
    for method in ("DL", "REML"):
        result = pool(y, v, groups, method=method, test="z")
        yield f"random effects, {method}", 1 / (v + result.tau2[inverse])
    table = np.isin(rows.measure[at], TABLES)
    weights, about = np.full((2, y.size), np.nan)
    sums = [np.bincount(inverse, power, minlength=labels.size) for power in (1 / v, 1 / v**2)]
    for measure in TABLES:
        of_measure = rows.measure[at] == measure
        if not of_measure.any():
            continue
        cells = {name: column[of_measure] for name, column in _cells(rows, at).items()}
        fixed = mantel_haenszel(measure, groups=groups[of_measure], zero_cells="revman", **cells)
        weights[of_measure] = fixed.weights
        which = np.searchsorted(labels, fixed.groups)
        divisor = sums[0][which] - sums[1][which] / sums[0][which]
        tau2 = np.maximum(0, (fixed.q - fixed.q_df) / np.where(divisor > 0, divisor, np.inf))
        back = np.searchsorted(fixed.groups, groups[of_measure])
        about[of_measure] = 1 / (v[of_measure] + tau2[back])
    yield "Mantel-Haenszel", np.where(table, weights, np.nan)
    yield "random effects, DL about Mantel-Haenszel", np.where(table, about, np.nan)


def match_weights(
    rows: Rows, effects: tuple[Floats, Floats], groups: NDArray[np.int64], tolerance: float = 1e-4
) -> dict[int, tuple[str, ...]]:
    """Return the schemes that give the published weights of each group of two rows or more.

    A row takes part where it has an effect and a published weight above 0; weights are compared
    within the group, in percent of its sum, up to `tolerance`.
    """
    published = np.nan_to_num(rows["weight"])
    at = np.isfinite(rows["effect"]) & (published > 0)
    at &= np.isfinite(effects[0]) & (effects[1] > 0)
    labels, inverse, sizes = np.unique(groups[at], return_inverse=True, return_counts=True)

    def percent(values: Floats) -> Floats:
        return np.asarray(100 * values / np.bincount(inverse, values)[inverse])

    theirs = percent(published[at])
    found: dict[int, tuple[str, ...]] = {int(label): () for label in labels[sizes > 1]}
    for name, ours in schemes(rows, effects, at, groups[at]):
        apart = np.abs(percent(ours) - theirs)
        wrong = np.bincount(inverse, ~(apart < tolerance)) > 0
        for label in labels[~wrong & (sizes > 1)]:
            found[int(label)] += (name,)
    return found


def match_analyses(
    rows: Rows, effects: tuple[Floats, Floats]
) -> tuple[dict[int, tuple[str, ...]], list[int]]:
    """Return the schemes of each unit of weights, and the analyses whose weights none gives.

    RevMan weighs the whole analysis at once where it prints a total, else each subgroup: a unit
    is the analysis if a scheme gives all its weights, and otherwise each of its subgroups.
    """
    whole = match_weights(rows, effects, rows.analyses)
    parts = match_weights(rows, effects, rows.subgroups)
    within = dict(zip(rows.subgroups.tolist(), rows.analyses.tolist(), strict=True))
    units = {label: names for label, names in whole.items() if names}
    units |= {label: names for label, names in parts.items() if within[label] not in units}
    return units, sorted({within[label] for label in parts if units.get(label) == ()})


def main(path: Path) -> None:
    """Print the report."""
    rows = read_rows(path)
    yi, vi = effects = compute_effects(rows)
    missed = find_missed(rows, yi, vi)
    print("Study effects (rows marked as reproducible; effect and both limits to 1e-6)")
    for measure in np.unique(rows.measure[rows.measure != ""]):
        marked = (rows.measure == measure) & (rows["reproduced"] == 1)
        print(f"  {measure:7} {marked.sum():6} marked, {(missed & marked).sum():3} missed")
    for row in np.flatnonzero(missed):
        counts = f"n {rows['n1'][row]:g} and {rows['n2'][row]:g}"
        print(f"    missed: {' '.join(rows.keys[rows.subgroups[row]])}, {counts}")
    found, left = match_analyses(rows, effects)
    print(f"Weights of {len(found)} pools of two or more studies (to 1e-4 percent)")
    for scheme, count in Counter(name for names in found.values() for name in names).most_common():
        alone = sum(names == (scheme,) for names in found.values())
        print(f"  {scheme:42} {count:6} pools, {alone:5} by no other scheme")
    print(f"  {'none of these':42} {sum(not names for names in found.values()):6} pools")
    for analysis in left:
        at = rows.analyses == analysis
        full = at & (rows["e1"] == rows["n1"]) & (rows["e2"] == rows["n2"])
        why = "a table with nothing but events" if full.any() else "unexplained"
        print(f"    none: {' '.join(rows.keys[analysis])} ({rows.measure[at][0]}, {why})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
