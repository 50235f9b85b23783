"""The same pools in other packages: PyMARE, statsmodels, and metafor where R is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAMPLE = 400
"""Pools given to packages that take one at a time; their cost a pool is constant."""

METAFOR = {"REML": 373.0, "DL": 506.0}
"""Pools a second of metafor 3.8.1 under R 4.2, measured once on 13,925 pools of the same source,
on one core of another machine of this size. Used where Rscript is absent."""

METAFOR_SCRIPT = """
suppressMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1]); s <- split(d, d$g)
for (m in c("REML", "DL")) { t <- proc.time()[["elapsed"]]
  for (x in s) try(suppressWarnings(rma(x$y, x$v, method = m, test = "knha")), silent = TRUE)
  rate <- length(s) / (proc.time()[["elapsed"]] - t)
  cat(m, rate, as.character(packageVersion("metafor")), "\n") }
"""


class Speed(NamedTuple):
    """Pools a second of one package on one job."""

    package: str
    job: str
    rate: float
    remark: str = ""


class Pools(NamedTuple):
    """Flat rows of pools sorted by group."""

    y: Floats
    v: Floats
    group: NDArray[np.int64]

    def split(self) -> tuple[list[Floats], list[Floats]]:
        """Return the effects and the variances pool by pool."""
        ends = np.flatnonzero(np.diff(self.group)) + 1
        return np.split(self.y, ends), np.split(self.v, ends)


def clock(work: Callable[[], object], budget: float = 2.0) -> float:
    """Return the least seconds of the runs that fit a budget of seconds, but of one at least.

    Seconds are those of the processor, so that other work on the machine does not count.
    """
    end = time.perf_counter() + budget
    least = np.inf
    while True:
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
        if time.perf_counter() >= end:
            return float(least)


def measure_pymare(pools: Pools) -> list[Speed]:
    """Time PyMARE, all pools of one size in one call, and one call a pool."""
    try:
        import pymare  # noqa: PLC0415 - an extra of the benchmark
        from pymare.estimators import (  # noqa: PLC0415
            DerSimonianLaird,
            VarianceBasedLikelihoodEstimator,
        )
    except ImportError:
        return []
    name = f"PyMARE {pymare.__version__}"
    ys, vs = pools.split()
    sizes = np.array([len(y) for y in ys])
    speeds = []
    for job, make in (
        ("REML + KH", lambda: VarianceBasedLikelihoodEstimator(method="REML")),
        ("DL", DerSimonianLaird),
    ):

        def fit(y: Floats, v: Floats, make: Callable[[], object] = make) -> None:
            made = make().fit(y, v, np.ones((len(y), 1)))  # type: ignore[attr-defined]
            made.summary().get_fe_stats()

        def grouped(fit: Callable[[Floats, Floats], None] = fit) -> None:
            for size in np.unique(sizes):
                at = np.flatnonzero(sizes == size)
                fit(np.stack([ys[i] for i in at], axis=1), np.stack([vs[i] for i in at], axis=1))

        def single(fit: Callable[[Floats, Floats], None] = fit) -> None:
            for y, v in zip(ys[:SAMPLE], vs[:SAMPLE], strict=True):
                fit(y[:, None], v[:, None])

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            speeds.append(Speed(name, job, len(ys) / clock(grouped), "grouped by equal k"))
            speeds.append(Speed(name, job, SAMPLE / clock(single), "one at a time"))
    return speeds


def measure_statsmodels(pools: Pools) -> list[Speed]:
    """Time statsmodels, which has DL and Paule-Mandel, one call a pool."""
    try:
        import statsmodels  # noqa: PLC0415
        from statsmodels.stats.meta_analysis import combine_effects  # noqa: PLC0415
    except ImportError:
        return []
    ys, vs = pools.split()
    speeds = []
    for job, method in (("DL", "chi2"), ("PM", "iterated")):

        def run(method: str = method) -> None:
            for y, v in zip(ys[:SAMPLE], vs[:SAMPLE], strict=True):
                combine_effects(y, v, method_re=method, use_t=True)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rate = SAMPLE / clock(run)
        speeds.append(Speed(f"statsmodels {statsmodels.__version__}", job, rate, "one at a time"))
    return speeds


def measure_metafor(pools: Pools) -> list[Speed]:
    """Time metafor if Rscript is there, else quote what was measured elsewhere."""
    jobs = {"REML": "REML + KH", "DL": "DL"}
    if shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as folder:
            data, script = Path(folder) / "pools.csv", Path(folder) / "run.R"
            script.write_text(METAFOR_SCRIPT, encoding="utf-8")
            table = np.column_stack([pools.y, pools.v, pools.group])
            np.savetxt(data, table, delimiter=",", header="y,v,g", comments="")
            done = subprocess.run(  # noqa: S603
                ["Rscript", str(script), str(data)],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
            )
        lines = [line.split() for line in done.stdout.splitlines()]
        if lines:
            return [Speed(f"metafor {v}", jobs[m], float(r), "one at a time") for m, r, v in lines]
    remark = "not run: no Rscript here; quoted from 13,925 such pools on another machine"
    return [Speed("metafor 3.8.1", jobs[m], rate, remark) for m, rate in METAFOR.items()]
