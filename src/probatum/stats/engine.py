"""Which engine searches the likelihood: NumPy, or numba where it pays for its compilation."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Literal, Protocol, TypeAlias, cast

from probatum.errors import MissingExtra
from probatum.stats import likelihood
from probatum.stats.likelihood import Mode
from probatum.stats.ragged import Block

Engine: TypeAlias = Literal["auto", "numpy", "numba"]

KERNELS = "probatum.stats.kernels"

ENOUGH_ROWS = 20_000_000
"""Rows that take NumPy longer than numba takes to import and compile, about ten seconds."""

ENOUGH_WHEN_LOADED = 200
"""Rows from which kernels that are already in memory are faster."""


class Search(Protocol):
    """A search for the global mode of every pool of a block."""

    def __call__(self, block: Block, *, restricted: bool) -> Mode:
        """Return the mode."""


def choose_search(rows: int, engine: Engine = "auto") -> Search:
    """Choose the search for a number of rows.

    ``auto`` takes numba if it is loaded already, or if the work outweighs loading it. The
    environment's ``PROBATUM_NUMBA=0`` forbids and ``PROBATUM_NUMBA=1`` asks for numba in ``auto``.

    Raises
    ------
    MissingExtra : numba is asked for by name and not installed.
    """
    if engine == "auto":
        engine = _prefer(rows)
    if engine == "numpy":
        return likelihood.maximise
    try:
        return cast("Search", import_module(KERNELS).maximise)
    except ImportError:
        raise MissingExtra("engine='numba' needs numba: install probatum[fast]") from None


def _prefer(rows: int) -> Engine:
    wish = os.environ.get("PROBATUM_NUMBA", "")
    enough = ENOUGH_WHEN_LOADED if KERNELS in sys.modules else ENOUGH_ROWS
    if wish == "0" or (rows < enough and not wish):
        return "numpy"
    return "numba" if find_spec("numba") else "numpy"
