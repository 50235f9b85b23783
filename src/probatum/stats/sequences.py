"""The pool without each study, and the pool as studies came in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from probatum.errors import InputError
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.linear import as_series
from probatum.stats.pooling import pool
from probatum.stats.results import PoolResult

CUMULATIVE_CAVEAT = (
    "A cumulative analysis looks at the data again with every study: its early intervals are not "
    "held to their level, and it says nothing on when to stop (Handbook 22.4)."
)
"""What must stand beside every cumulative plot."""


def leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = "REML",
    test: Test = "knha",
    level: float = 0.95,
) -> PoolResult:
    """Pool all studies but one, for each study.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,), k ≥ 2.
    method, test, level : as in `pool`.

    Returns
    -------
    A batch of k pools; pool i lacks study i.

    Raises
    ------
    InputError : shapes differ, or there is but one study.
    """
    y, v = as_series(yi, vi)
    k = y.size
    if k < 2:
        raise InputError("leaving one out needs at least 2 studies")
    rows = np.arange(k - 1) + (np.arange(k - 1) >= np.arange(k)[:, None])
    without = np.repeat(np.arange(k), k - 1)
    return pool(y[rows.ravel()], v[rows.ravel()], without, method=method, test=test, level=level)


def cumulate(
    yi: ArrayLike,
    vi: ArrayLike,
    order: Sequence[int] | None = None,
    *,
    method: Method = "REML",
    test: Test = "knha",
    level: float = 0.95,
) -> PoolResult:
    """Pool the first study, the first two, and so on; `draw_cumulative` draws it.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,).
    order : positions of the studies as they came in; None: as given.
    method, test, level : as in `pool`.

    Returns
    -------
    A batch of k pools; pool i holds i + 1 studies.

    Raises
    ------
    InputError : shapes differ, or the order is no permutation of the studies.
    """
    y, v = as_series(yi, vi)
    k = y.size
    sequence = np.arange(k) if order is None else np.asarray(order)
    if sorted(sequence.tolist()) != list(range(k)):
        raise InputError(f"order must hold each of 0 … {k - 1} once")
    pools, places = np.tril_indices(k)
    rows = sequence[places]
    return pool(y[rows], v[rows], pools, method=method, test=test, level=level)
