"""Measure the synthesis engine against its bars and its rivals, on one core.

Usage: python benchmarks/run.py [--out docs/performance.md]

The pools are those of 279 Cochrane reviews, read from the shared data beside the project (or
where PROBATUM_SHARED points); without them, pools of the same sizes are drawn at random.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tracemalloc
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import numpy as np
import scipy

from cochrane import read_pools
from command import measure_command
from probatum.stats import Method, PoolResult, Test, infer, pool, pool_blocks
from probatum.stats.engine import Engine
from probatum.stats.gosh import pool_subsets
from rivals import Pools, Speed, clock, measure_metafor, measure_pymare, measure_statsmodels

ROOT = Path(__file__).parent.parent
WRITTEN = """\
`python benchmarks/run.py --out docs/performance.md` wrote this page, `make bench` prints it: every
number is of one run on one machine. Each job is timed in seconds of the processor, the best of the
repeats that fit two seconds. [Held against real reviews](real-data.md) tells how right they are."""

HOW = """\
Pools are sorted by size and cut into padded blocks of 32,768 numbers, studies along the first axis,
so that each step works on a few hundred to a few thousand pools at once and in the cache. REML is
certified to be at the global mode and still needs four evaluations of the likelihood's slope for a
pool, as most pools are settled by bounds alone; `probatum.stats.likelihood` proves them. numba is
an extra: it runs the same steps pool by pool."""

COMMAND = """\
`probatum pool FILE.csv --by pool --json` on generated files, on every core; five rows a pool."""

SINGLES = "Pools of one study need no estimation and are left out."

YIELDS = """\
A call yields the estimate, its standard error, interval and p, tau², Q and its p, I², H² and a
prediction interval; intervals for tau² are timed below. KH is the Knapp-Hartung test; DL is tested
by z."""


def load() -> tuple[Pools, str]:
    """Return the pools of two studies and more, and where they come from."""
    path = Path(
        os.environ.get("PROBATUM_SHARED", ROOT.parent / "shared"), "cochrane/reviews.csv.gz"
    )
    if path.exists():
        y, v, group = read_pools(path)
        source = "279 Cochrane reviews (Pairwise70)"
    else:
        rng = np.random.default_rng(1)
        sizes = np.minimum(1 + rng.geometric(0.19, size=11_000), 180)
        group = np.repeat(np.arange(len(sizes)), sizes)
        v = 10.0 ** rng.normal(-1.0, 0.7, size=len(group))
        y, source = rng.normal(scale=np.sqrt(v + 0.05)), "drawn at random: no shared data here"
    several = np.bincount(group)[group] > 1
    return Pools(y[several], v[several], group[several]), source


def finish(result: PoolResult) -> None:
    """Read what is computed only when asked for: both p."""
    assert len(result.p) == len(result.q_p)


def measure_ours(pools: Pools) -> list[Speed]:
    """Time whole calls: estimate, se, interval, p, tau², Q and its p, I², H², prediction."""
    n = len(np.unique(pools.group))
    jobs: list[tuple[str, Method, Test, Engine]] = [
        ("REML + KH", "REML", "knha", "numpy"),
        ("REML + KH", "REML", "knha", "numba"),
        ("DL", "DL", "z", "numpy"),
        ("PM", "PM", "knha", "numpy"),
    ]
    speeds = []
    for job, method, test, engine in jobs:

        def run(method: Method = method, test: Test = test, engine: Engine = engine) -> None:
            finish(pool(*pools, method=method, test=test, engine=engine))

        run()
        speeds.append(Speed(f"probatum, {engine}", job, n / clock(run), "all at once"))
    return speeds


def measure_methods(pools: Pools) -> list[str]:
    """Time every estimator with Knapp-Hartung test, with and without the Q-profile interval."""
    n = len(np.unique(pools.group))
    lines = ["| method | pools/s | with Q-profile interval |", "|---|---|---|"]
    for method in get_args(Method):

        def plain(method: Method = method) -> PoolResult:
            result = pool(*pools, method=method, engine="numpy")
            finish(result)
            return result

        bare = n / clock(plain)
        full = n / clock(lambda plain=plain: plain().tau2_ci)  # type: ignore[misc]
        lines.append(f"| {method} | {bare:,.0f} | {full:,.0f} |")
    return lines


def measure_subsets() -> list[str]:
    """Time all subsets of 20 studies, and 10,000 variants of one analysis."""
    rng = np.random.default_rng(20)
    v = rng.uniform(0.01, 0.3, size=20)
    y = rng.normal(0.3, np.sqrt(v + 0.05))
    jobs: list[tuple[str, Method, Engine, float]] = [
        ("GOSH of 20 studies, DL, numpy", "DL", "numpy", 0.2),
        ("GOSH of 20 studies, REML, numba", "REML", "numba", 5.0),
        ("GOSH of 20 studies, REML, numpy", "REML", "numpy", np.nan),
    ]
    lines = ["| job | seconds | bar |", "|---|---|---|"]
    pool_subsets(y[:8], v[:8], engine="numba")
    for name, method, engine, bar in jobs:
        seconds = clock(
            lambda m=method, e=engine: pool_subsets(y, v, method=m, engine=e)  # type: ignore[misc]
        )
        lines.append(f"| {name} | {seconds:.3f} | {'' if np.isnan(bar) else f'< {bar:g}'} |")
    masks = rng.random((20, 2500)) < 0.8
    masks[0] = True
    variants: list[tuple[Method, Test]] = [
        ("REML", "adhoc"),
        ("PM", "knha"),
        ("DL", "z"),
        ("EE", "z"),
    ]

    def vary() -> None:
        for method, test in variants:
            infer(pool_blocks(y[:, None], v[:, None], masks, method=method), test)

    lines.append(f"| 10,000 analysis variants of 20 studies | {clock(vary):.3f} | < 0.1 |")
    return lines


def measure_growth(pools: Pools) -> list[str]:
    """Time and weigh growing multiples of the data."""
    lines = ["| rows | ns a row | peak memory over input |", "|---|---|---|"]
    for times in (1, 4, 16, 64):
        y, v = np.tile(pools.y, times), np.tile(pools.v, times)
        step = pools.group.max() + 1
        group = np.concatenate([pools.group + i * step for i in range(times)])
        seconds = clock(lambda d=(y, v, group): finish(pool(*d, engine="numpy")))  # type: ignore[misc]
        tracemalloc.start()
        finish(pool(y, v, group, engine="numpy"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        size = y.nbytes + v.nbytes + group.nbytes
        lines.append(f"| {len(y):,} | {1e9 * seconds / len(y):.0f} | {peak / size:.1f} |")
    return lines


def measure_import() -> str:
    """Time a cold import of the engine in fresh processes."""
    code = (
        "import time; t = time.process_time(); import probatum.stats as s; s.pool;"
        "print(time.process_time() - t)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)  # noqa: S603
        for _ in range(7)
    ]
    return f"Cold import of `probatum.stats.pool`: {1e3 * min(runs):.0f} ms (bar: 200 ms)."


def describe_machine() -> str:
    """Name the processor and the versions, not the machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":")[1].strip()
            for line in info.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    versions = (
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    )
    versions += f", numba {version('numba')}" if find_spec("numba") else ""
    return f"{model}, one core unless said otherwise; {versions}"


def tabulate(speeds: list[Speed]) -> list[str]:
    """Write speeds with their ratios to metafor's on the same job."""
    base = {speed.job: speed.rate for speed in speeds if speed.package.startswith("metafor")}
    lines = ["| package | job | pools/s | × metafor | how |", "|---|---|---|---|---|"]
    for speed in sorted(speeds, key=lambda s: (s.job != "REML + KH", s.job, -s.rate)):
        ratio = f"{speed.rate / base[speed.job]:,.1f}" if speed.job in base else ""
        lines.append(
            f"| {speed.package} | {speed.job} | {speed.rate:,.0f} | {ratio} | {speed.remark} |"
        )
    return lines


def compose() -> str:
    """Measure everything and compose the page."""
    command = measure_command()  # on every core, so before this process keeps to one
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pools, source = load()
    n = len(np.unique(pools.group))
    speeds = [*measure_ours(pools), *measure_pymare(pools)]
    speeds += [*measure_statsmodels(pools), *measure_metafor(pools)]
    parts = [
        "# Performance",
        WRITTEN,
        f"Machine: {describe_machine()}.",
        f"Data: {n:,} pools, {len(pools.y):,} rows; {source}. {SINGLES}",
        "## Against other packages",
        YIELDS,
        "\n".join(tabulate(speeds)),
        "## Every estimator, NumPy alone",
        "\n".join(measure_methods(pools)),
        "## Subsets and variants",
        "\n".join(measure_subsets()),
        "## Growth",
        "REML with Knapp-Hartung, NumPy alone; input is 24 bytes a row, results are included.",
        "\n".join(measure_growth(pools)),
        "## The command",
        COMMAND,
        "\n".join(command),
        "## How",
        HOW,
        "## Start",
        measure_import(),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="write the page here as well")
    page = compose()
    out = parser.parse_args().out
    print(page)
    if out:
        out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
