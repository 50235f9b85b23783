"""The grading script of the benchmarks, as a module for tests."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import Any

from shared_data import ROOT, shared_file


@cache
def grading() -> Any:  # noqa: ANN401  # a script outside the package, unknown to type checkers
    """Load the script that grades pools of real reviews."""
    folder = str(ROOT / "benchmarks")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("grading")
    finally:
        sys.path.remove(folder)


@cache
def reviews() -> Any:  # noqa: ANN401  # rows by pool, of types of that script
    """Read the pools of the shared reviews; skip where they are absent."""
    return grading().read(shared_file("cochrane/reviews.csv.gz"))
