"""Time and weigh ``probatum pool`` on generated files, on every core there is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

ROWS = 5
"""Studies in each pool of the generated file."""
STRETCH = 20_000
"""Pools written at a time."""


def measure_command(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> list[str]:
    """Pool files of growing length with ``--by`` and ``--json``, REML with Knapp-Hartung."""
    lines = [
        "| pools | rows | seconds | CPU seconds | largest process |",
        "|---|---|---|---|---|",
    ]
    for pools in sizes:
        with TemporaryDirectory(prefix="probatum-") as folder:
            file = Path(folder, "pools.csv")
            write_pools(file, pools)
            seconds, cpu, megabytes = run(file)
        lines.append(
            f"| {pools:,} | {pools * ROWS:,} | {seconds:.1f} | {cpu:.1f} | {megabytes:.0f} MB |"
        )
    return lines


def write_pools(file: Path, pools: int) -> None:
    """Write effects and variances of a number of pools, one after another."""
    rng = np.random.default_rng(5)
    with file.open("w", encoding="utf-8") as stream:
        stream.write("pool,yi,vi\n")
        for first in range(0, pools, STRETCH):
            count = min(STRETCH, pools - first)
            y = rng.normal(0, 0.5, (count, ROWS)).tolist()
            v = rng.uniform(0.01, 0.3, (count, ROWS)).tolist()
            for at in range(count):
                rows = zip(y[at], v[at], strict=True)
                stream.writelines(f"p{first + at},{a:.4f},{b:.4f}\n" for a, b in rows)


def run(file: Path) -> tuple[float, float, float]:
    """Return seconds, CPU seconds of all processes, and MB of the largest of them."""
    command = [sys.executable, "-m", "probatum", "pool", str(file), "--by", "pool", "--json"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"probatum pool ended with status {os.waitstatus_to_exitcode(status)}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, usage.ru_utime + usage.ru_stime, kilobytes / 1024
