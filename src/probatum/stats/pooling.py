"""Random-effects pooling of one meta-analysis or of many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from probatum.stats.choices import Choices
from probatum.stats.engine import Engine
from probatum.stats.estimators import Estimates, Method, Solve, estimate_block, find_estimator
from probatum.stats.heterogeneity import (
    h_squared,
    h_squared_of_q,
    i_squared,
    i_squared_of_q,
    typical_variance,
)
from probatum.stats.inference import Inference, Prediction, Test, infer, predict
from probatum.stats.notes import Note
from probatum.stats.ragged import Integers, Ragged, read_ragged, split_blocks
from probatum.stats.results import PoolResult
from probatum.stats.tau2_interval import Interval


def pool(
    yi: Any,  # noqa: ANN401 - an array or a list of arrays
    vi: Any,  # noqa: ANN401
    groups: ArrayLike | None = None,
    *,
    method: Method = "REML",
    test: Test = "knha",
    level: float = 0.95,
    prediction: Prediction = "auto",
    interval: Interval = "Q-profile",
    engine: Engine = "auto",
) -> PoolResult:
    """Pool effects by inverse variance, with equal or random effects.

    Parameters
    ----------
    yi, vi : effects and sampling variances (not standard errors), ratios on the log scale. One
        pool as two 1-D arrays; many as two lists of arrays, or as flat arrays with `groups`.
        Rows that are not finite are left out, and a note says so.
    groups : integer group of each row, in any order.
    method : estimator of tau²: ``EE`` or ``FE`` (none), ``DL``, ``DL2`` (two-step), ``DLIT``
        (iterated), ``HE``, ``HS``, ``HSk``, ``SJ``, ``ML``, ``REML``, ``EB``, ``PM``, ``PMM``.
        REML and ML are certified to be at the global mode: see `probatum.stats.likelihood`.
    test : ``z``, ``t``, ``knha`` or ``adhoc``; see `infer`.
    level : of all intervals.
    prediction : form of the prediction interval; see `predict`.
    interval : for tau²: ``Q-profile``, ``generalised Q`` or ``profile likelihood``.
    engine : for REML and ML: ``numpy``, ``numba`` (extra ``probatum[fast]``), or ``auto``, which
        takes numba once it is loaded, or for millions of rows.

    Raises
    ------
    InputError : shapes differ, a variance is not above 0, or `level` is not between 0 and 1.
    UnknownName : a choice that does not exist.
    MissingExtra : `engine` is ``numba``, and it is not installed.

    Examples
    --------
    >>> pool([[0.1, 0.3, 0.6], [0.2, 0.4]], [[0.02, 0.01, 0.03], [0.1, 0.2]]).estimate.round(3)
    array([0.317, 0.267])
    >>> one = pool([0.1, 0.3, 0.6], [0.02, 0.01, 0.03], method="DL", test="z").one()
    >>> round(one.estimate, 3), round(one.tau2, 4), one.k
    (0.315, 0.0275, 3)
    """
    choices = Choices(method, test, level, prediction, interval)
    data = read_ragged(yi, vi, groups)
    return conclude(data, estimate_all(data, find_estimator(method, len(data.y), engine)), choices)


def conclude(data: Ragged, estimates: Estimates, choices: Choices) -> PoolResult:
    """Draw tests, intervals and notes from estimates."""
    inference = infer(estimates, choices.test, choices.level)
    if choices.equal_effects:
        pi = np.full((len(estimates.k), 2), np.nan)
        i2 = i_squared_of_q(estimates.q, estimates.k)
        h2 = h_squared_of_q(estimates.q, estimates.k)
    else:
        pi = predict(estimates, inference, choices.test, choices.prediction, choices.level)
        typical = typical_variance(estimates.k, estimates.size)
        i2, h2 = i_squared(estimates.tau2, typical), h_squared(estimates.tau2, typical)
    return PoolResult(
        choices=choices,
        labels=data.labels,
        k=data.k,
        estimate=estimates.estimate,
        se=inference.se,
        ci=inference.ci,
        statistic=inference.statistic,
        df=inference.df,
        tau2=estimates.tau2,
        i2=i2,
        h2=h2,
        q=estimates.q,
        pi=pi,
        converged=estimates.settled,
        modes=estimates.modes,
        flags=_flag(data, estimates, inference, fixed=choices.equal_effects),
        size=estimates.size,
        data=data,
    )


def estimate_all(data: Ragged, solve: Solve) -> Estimates:
    """Estimate every pool of ragged data, block by block; NaN for pools without a study."""
    n = len(data.k)
    ones, yes = np.ones(n, dtype=np.int64), np.ones(n, dtype=np.bool_)
    blank = np.full((6, n), np.nan)
    found = Estimates(data.k.astype(np.float64), *blank, ones, yes)  # type: ignore[call-arg]
    for block in split_blocks(data):
        for column, part in zip(found, estimate_block(block, solve), strict=True):
            column[block.pools] = part
    return found


def _flag(data: Ragged, estimates: Estimates, inference: Inference, *, fixed: bool) -> Integers:
    """Set the notes that go with each pool."""
    k = data.k
    flags = np.zeros(len(k), dtype=np.int64)
    flags[k == 0] |= Note.EMPTY
    flags[data.left_out > 0] |= Note.LEFT_OUT
    flags[k == 1] |= Note.SINGLE
    several = k > 1
    flags[several & inference.narrower] |= Note.NARROWER
    flags[several & inference.raised] |= Note.RAISED
    flags[several & (inference.se == 0)] |= Note.NO_SPREAD
    flags[(k > 0) & (k < 3)] |= 0 if fixed else Note.FEW_TO_PREDICT
    flags[several] |= Note.EQUAL_EFFECTS if fixed else 0
    flags[estimates.modes > 1] |= Note.SEVERAL_MODES
    flags[~estimates.settled] |= Note.UNSETTLED
    return flags
