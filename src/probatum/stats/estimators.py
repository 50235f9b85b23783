"""Every estimator of tau² by its name, and the pooled estimate that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from probatum.errors import UnknownName
from probatum.stats.engine import Engine, choose_search
from probatum.stats.likelihood import Mode
from probatum.stats.moment_equation import (
    dersimonian_laird,
    hedges,
    hunter_schmidt,
    hunter_schmidt_small,
    iterated_dl,
    median_paule_mandel,
    paule_mandel,
    sidik_jonkman,
    two_step,
)
from probatum.stats.moments import fit_weights, trace, weigh
from probatum.stats.ragged import Block, Booleans, Floats, Integers, make_block

Method: TypeAlias = Literal[
    "EE", "FE", "DL", "DL2", "DLIT", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM"
]


class Estimates(NamedTuple):
    """What pooling yields before any test, each (n,).

    Attributes
    ----------
    k : number of studies.
    estimate : pooled effect Σwy/Σw with w = 1/(v + tau²).
    variance : its Wald variance 1/Σw.
    tau2 : between-study variance.
    q_tau : Σw(y - estimate)², the generalised Q at tau².
    q : Cochran's Q, with weights 1/v.
    size : tr P = Σ1/v - Σ1/v²/Σ1/v; (k - 1)/size is the typical sampling variance.
    modes : local maxima of the likelihood; 1 for other estimators.
    settled : whether the iteration converged.
    """

    k: Floats
    estimate: Floats
    variance: Floats
    tau2: Floats
    q_tau: Floats
    q: Floats
    size: Floats
    modes: Integers
    settled: Booleans


Solve: TypeAlias = Callable[[Block], Mode]


def _closed(formula: Callable[[Block], Floats]) -> Solve:
    def solve(block: Block) -> Mode:
        n = len(block.k)
        return Mode(formula(block), np.ones(n, dtype=np.int64), np.ones(n, dtype=np.bool_))

    return solve


def _iterated(equation: Callable[[Block], tuple[Floats, Booleans]]) -> Solve:
    def solve(block: Block) -> Mode:
        tau2, settled = equation(block)
        return Mode(tau2, np.ones(len(tau2), dtype=np.int64), settled)

    return solve


def _none(block: Block) -> Floats:
    """Assume no heterogeneity: the equal-effects model."""
    return np.zeros(len(block.k))


MOMENT_ESTIMATORS: dict[str, Solve] = {
    "EE": _closed(_none),
    "FE": _closed(_none),
    "DL": _closed(dersimonian_laird),
    "DL2": _closed(two_step),
    "DLIT": _iterated(iterated_dl),
    "HE": _closed(hedges),
    "HS": _closed(hunter_schmidt),
    "HSk": _closed(hunter_schmidt_small),
    "SJ": _closed(sidik_jonkman),
    "EB": _iterated(paule_mandel),
    "PM": _iterated(paule_mandel),
    "PMM": _iterated(median_paule_mandel),
}


def find_estimator(method: str, rows: int = 0, engine: Engine = "auto") -> Solve:
    """Return the solver of a method for a number of rows.

    Raises
    ------
    UnknownName : there is no such method; the message lists those there are.
    MissingExtra : `engine` is numba, and it is not installed.
    """
    if method in {"ML", "REML"}:
        return partial(choose_search(rows, engine), restricted=method == "REML")
    if method not in MOMENT_ESTIMATORS:
        names = ", ".join(get_args(Method))
        raise UnknownName(f"no estimator of tau² is named {method!r}; choose from {names}")
    return MOMENT_ESTIMATORS[method]


def estimate_block(block: Block, solve: Solve) -> Estimates:
    """Estimate tau² by a solver and pool every column of a block."""
    mode = solve(block)
    w0, w = weigh(block, 0.0)
    fixed = fit_weights(block, w0, w)
    size = trace(w0, w).p
    fit = fixed if not mode.tau2.any() else fit_weights(block, *weigh(block, mode.tau2))
    return Estimates(
        block.k,
        block.y0 + fit.shift,
        1.0 / fit.total,
        mode.tau2,
        fit.q,
        fixed.q,
        size,
        mode.modes,
        mode.settled,
    )


def pool_blocks(
    y: Floats,
    v: Floats,
    mask: Booleans | None = None,
    *,
    method: Method = "REML",
    engine: Engine = "auto",
) -> Estimates:
    """Pool padded arrays, a pool a column, and return plain arrays.

    Parameters
    ----------
    y, v : effects and sampling variances, shape (studies, pools), or (studies, 1) to be shared by
        all columns of `mask`.
    mask : True where a study belongs to a pool, shape (studies, pools); each needs at least one.
    method : estimator of tau².
    engine : as in `pool`.

    Raises
    ------
    UnknownName : no such method.
    MissingExtra : `engine` is ``numba``, and it is not installed.

    Examples
    --------
    All pairs of three studies, by DerSimonian-Laird:

    >>> import numpy as np
    >>> y, v = np.array([[0.1], [0.5], [0.3]]), np.array([[0.04], [0.02], [0.05]])
    >>> pairs = np.array([[True, True, False], [True, False, True], [False, True, True]])
    >>> pool_blocks(y, v, pairs, method="DL").estimate.round(4)
    array([0.325 , 0.1889, 0.4429])
    """
    shape = np.broadcast_shapes(y.shape, v.shape, () if mask is None else mask.shape)
    y, v = np.array(np.broadcast_to(y, shape)), np.array(np.broadcast_to(v, shape))
    return estimate_block(make_block(y, v, mask), find_estimator(method, y.size, engine))
