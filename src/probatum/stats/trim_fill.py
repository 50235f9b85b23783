"""Trim and fill: studies that a symmetric funnel lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method, pool_blocks
from probatum.stats.inference import Test
from probatum.stats.linear import as_series
from probatum.stats.pooling import pool
from probatum.stats.report import Report, interval, note_lines, number
from probatum.stats.results import Pooled
from probatum.stats.small_study import egger

Floats = NDArray[np.float64]

_ROUNDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class TrimFillResult(Report):
    """A pool with the missing studies filled in.

    Attributes
    ----------
    missing : estimated number of missing studies.
    side : ``left`` or ``right``, where they are missing.
    filled : the pool of all studies, the imputed ones last.
    yi, vi : its effects and variances, shape (k + missing,).
    estimator, converged, notes : as their names say.
    """

    ROWS: ClassVar = ("yi", "vi")

    missing: int
    side: str
    filled: Pooled
    yi: Floats
    vi: Floats
    estimator: str
    converged: bool
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the result in one line, and its notes."""
        limits = interval(self.filled.ci, self.filled.level)
        line = (
            f"Trim and fill ({self.estimator}): {self.missing} studies missing on the {self.side}; "
            f"with them {number(self.filled.estimate)} ({limits})."
        )
        return "\n".join([line, *note_lines(self.notes)])


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    side: str | None = None,
    estimator: str = "L0",
    method: Method = "REML",
    test: Test = "knha",
    level: float = 0.95,
) -> TrimFillResult:
    """Estimate the number of missing studies and pool with their mirror images added.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,), k ≥ 3.
    side : where studies are missing; None: the left where Egger's mixed regression rises.
    estimator : L0, R0 or Q0 of Duval & Tweedie 2000, Biometrics 56:455.
    method, test, level : of the pool, as in `pool`.

    A sensitivity analysis, no correction: it assumes that asymmetry is suppression (Handbook
    13.3.5).

    Raises
    ------
    InputError : shapes differ, or fewer than 3 studies.
    UnknownName : no such side, estimator, method or test.
    """
    y, v = as_series(yi, vi)
    if y.size < 3:
        raise InputError(f"trim and fill needs 3 studies; got {y.size}")
    if estimator not in ESTIMATORS:
        raise UnknownName(f"no estimator {estimator!r}; known are {', '.join(ESTIMATORS)}")
    if side not in (None, "left", "right"):
        raise UnknownName(f"no side {side!r}; known are left, right")
    side = side or _lacking_side(y, v, method)
    sign = 1.0 if side == "left" else -1.0
    missing, centre, converged = _count_missing(sign * y, v, estimator, method)
    extreme = np.argsort(sign * y, kind="stable")[y.size - missing :]
    filled_y = np.concatenate((y, 2 * sign * centre - y[extreme]))
    filled_v = np.concatenate((v, v[extreme]))
    filled = pool(filled_y, filled_v, method=method, test=test, level=level).one()
    notes = filled.notes
    if not converged:
        notes = ("the count of missing studies did not settle; the last is given", *notes)
    return TrimFillResult(
        missing, side, filled, filled_y, filled_v, estimator, converged=converged, notes=notes
    )


def _lacking_side(y: Floats, v: Floats, method: Method) -> str:
    """Small studies lie to the right where effects rise with their errors: the left lacks some."""
    if np.ptp(v) <= 1e-12 * v.max():
        return "left" if y.mean() >= np.median(y) else "right"
    return "left" if egger(y, v, model="mixed", method=method).slope >= 0 else "right"


def _count_missing(y: Floats, v: Floats, estimator: str, method: Method) -> tuple[int, float, bool]:
    """Iterate between trimming the largest effects and counting the missing on the left."""
    order = np.argsort(y, kind="stable")
    missing = 0
    for _ in range(_ROUNDS):
        kept = order[: y.size - missing]
        centre = _centre(y[kept], v[kept], method)
        fresh = min(ESTIMATORS[estimator](y - centre), y.size - 1)
        if fresh == missing:
            return missing, centre, True
        missing = fresh
    return (
        missing,
        _centre(y[order[: y.size - missing]], v[order[: y.size - missing]], method),
        False,
    )


def _centre(y: Floats, v: Floats, method: Method) -> float:
    return float(pool_blocks(y[:, None], v[:, None], method=method).estimate[0])


def _ranks(deviation: Floats) -> NDArray[np.int64]:
    """Ranks 1 … k of the sizes of the deviations; ties in order of appearance."""
    ranks = np.empty(deviation.size, dtype=np.int64)
    ranks[np.argsort(np.abs(deviation), kind="stable")] = np.arange(1, deviation.size + 1)
    return ranks


def _linear(deviation: Floats) -> int:
    k, rank_sum = deviation.size, int(_ranks(deviation)[deviation > 0].sum())
    return max(int(np.rint((4 * rank_sum - k * (k + 1)) / (2 * k - 1))), 0)


def _run(deviation: Floats) -> int:
    """Count the run of largest deviations that are all positive, less 1."""
    below = _ranks(deviation)[deviation <= 0]
    return max(deviation.size - int(below.max(initial=0)) - 1, 0)


def _quadratic(deviation: Floats) -> int:
    k, rank_sum = deviation.size, int(_ranks(deviation)[deviation > 0].sum())
    under = max(2 * k**2 - 4 * rank_sum + 0.25, 0.0)
    return max(int(np.rint(k - 0.5 - np.sqrt(under))), 0)


ESTIMATORS: dict[str, Callable[[Floats], int]] = {"L0": _linear, "R0": _run, "Q0": _quadratic}
