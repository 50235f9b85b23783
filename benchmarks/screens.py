"""Hit counts of the data screens on real reviews: `python benchmarks/screens.py reviews.csv.gz`."""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from probatum.stats.inputs import Table
from probatum.stats.screens import (
    find_doubled_controls,
    find_errors_as_sd,
    find_impossible_sd,
    find_inflated_sd,
)
from probatum.stats.zero_cells import correct_zero_cells

Floats = NDArray[np.float64]
Row = dict[str, str]


def read_overall(path: Path) -> list[Row]:
    """Read the rows that count for the overall result of their analysis."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if "OVERALL" in row["applicability"]]


def number_column(rows: Sequence[Row], name: str) -> Floats:
    """Return a column of numbers; NaN where empty."""
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def code(labels: Iterable[object]) -> NDArray[np.int64]:
    """Return labels as numbers, in order of first appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.int64)


def trial(label: str) -> str:
    """Cut a study's label down to author and year, which its arms share ("Lee 2010b (high)")."""
    return re.sub(r"(\d{4}).*", r"\1", re.sub(r"[(\[].*?[)\]]", "", label.lower())).strip()


def count_hits(rows: Sequence[Row]) -> dict[str, int]:
    """Count what each screen marks in the pooled totals."""
    pools = code((row["review"], row["analysis"]) for row in rows)
    studies = code(trial(row["study"]) for row in rows)
    m1, sd1, n1, m2, sd2, n2, e1, e2 = (
        number_column(rows, name) for name in ("m1", "sd1", "n1", "m2", "sd2", "n2", "e1", "e2")
    )
    means = (sd1 > 0) & (sd2 > 0)  # the data store empty cells as 0
    tables = ~means & np.isfinite(e1) & np.isfinite(e2) & (n1 > 0) & (n2 > 0)
    arm = [np.where(means, x, y) for x, y in ((m2, e2), (sd2, 0.0), (n2, n2))]
    arm[2] = np.where(means | tables, arm[2], np.nan)
    doubled = find_doubled_controls(pools, studies, *arm)
    alike = find_doubled_controls(pools, np.zeros_like(studies), *arm)
    s1, s2 = np.where(means, sd1, np.nan), np.where(means, sd2, np.nan)
    lowest = np.full(pools.max() + 1, np.inf)
    np.minimum.at(lowest, pools[means], np.minimum(m1, m2)[means])
    floor = np.where(lowest[pools] >= 0, 0.0, -np.inf)
    impossible = np.zeros(len(rows), dtype=np.bool_)
    for mean, sd, n in ((m1, sd1, n1), (m2, sd2, n2)):
        impossible |= means & find_impossible_sd(mean, sd, n, low=floor)
    cells = Table(e1[tables], (n1 - e1)[tables], e2[tables], (n2 - e2)[tables])
    return {
        "pools": int(pools.max()) + 1,
        "rows": len(rows),
        "rows with means": int(means.sum()),
        "two-by-two rows": int(tables.sum()),
        "pools with a control arm of one study twice": len(np.unique(pools[doubled])),
        "pools with two equal control arms of any studies": len(np.unique(pools[alike])),
        "studies whose SD looks like an SE": int(find_errors_as_sd(s1, n1, s2, n2, pools).sum()),
        "the same rule turned round (its error rate)": int(
            find_inflated_sd(s1, n1, s2, n2, pools).sum()
        ),
        "rows with an impossible SD on a scale from 0": int(impossible.sum()),
        "double-zero rows": int(correct_zero_cells(cells).double_zero.sum()),
    }


if __name__ == "__main__":
    for what, hits in count_hits(read_overall(Path(sys.argv[1]))).items():
        print(f"{hits:8,}  {what}")
