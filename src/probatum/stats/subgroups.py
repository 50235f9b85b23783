"""Whether pools of subgroups differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.linear import as_series
from probatum.stats.pooling import pool
from probatum.stats.regression import regress
from probatum.stats.report import Report, note_lines, number, p_value, span
from probatum.stats.results import Pooled

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SubgroupResult(Report):
    """Pools of subgroups and the test of their difference.

    Attributes
    ----------
    labels : of the subgroups, in order of first appearance.
    pools : the pool of each subgroup alone, with its own tau².
    estimate, se : of each subgroup as the test takes them, shape (groups,).
    tau2 : of each subgroup as the test takes it; all alike where it is common.
    q_between, df, p : chi², or F where the test is Knapp-Hartung with a common tau²; df holds
        (groups - 1, infinity or k - groups).
    r2 : percent of tau² that the labels account for; NaN where each subgroup has its own.
    shared_tau2 : whether tau² was taken as common.
    notes : what a reader must know.
    """

    ROWS: ClassVar = ("labels", "estimate", "se", "tau2")

    labels: tuple[object, ...]
    pools: tuple[Pooled, ...]
    estimate: Floats
    se: Floats
    tau2: Floats
    q_between: float
    df: tuple[int, float]
    p: float
    r2: float
    shared_tau2: bool
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the subgroups in words."""
        lines = [f"Test for subgroup differences: {p_value(self.p)}."]
        for label, pooled in zip(self.labels, self.pools, strict=True):
            lines.append(
                f"  {label}, {pooled.k} studies: {number(pooled.estimate)} ({span(pooled.ci)})"
            )
        return "\n".join([*lines, *note_lines(self.notes)])


def compare_subgroups(
    yi: ArrayLike,
    vi: ArrayLike,
    groups: Sequence[object],
    *,
    method: Method = "REML",
    test: Test = "knha",
    level: float = 0.95,
    tau2: Literal["separate", "common"] = "separate",
) -> SubgroupResult:
    """Pool each subgroup and test whether they differ.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,).
    groups : label of every row.
    method, test, level : as in `pool`.
    tau2 : ``separate``: each subgroup has its own, and its estimates are compared by
        Q = Σ (estimate - mean)²/se², chi² (Handbook 10.11.3.1; Borenstein & Higgins 2013);
        ``common``: one for all, by regression on the labels (Handbook 10.11.4), wiser where
        subgroups are small.

    Raises
    ------
    InputError : shapes differ, or there are fewer than two subgroups.
    UnknownName : no such method, test or choice of tau².
    """
    y, v = as_series(yi, vi)
    if tau2 not in ("separate", "common"):
        raise UnknownName(f"no choice of tau² {tau2!r}; known are separate, common")
    labels = list(dict.fromkeys(groups))
    if len(groups) != y.size or len(labels) < 2:
        raise InputError(f"{y.size} rows need as many labels, of at least two subgroups")
    codes = np.array([labels.index(label) for label in groups], dtype=np.int64)
    result = pool(y, v, codes, method=method, test=test, level=level)
    pools = tuple(result)
    if tau2 == "common":
        return _compare_by_regression(y, v, codes, labels, pools)
    q, p = _between(result.estimate, result.se)
    notes: tuple[str, ...] = ()
    if np.isnan(q):
        notes = ("a subgroup has a standard error of 0: the test means nothing",)
    elif min(pooled.k for pooled in pools) < 5:
        small = "a subgroup has fewer than 5 studies: its own tau² is a rough guess"
        notes = (f"{small}; compare tau2='common'",)
    df = (len(labels) - 1, np.inf)
    return SubgroupResult(
        labels=tuple(labels),
        pools=pools,
        estimate=result.estimate,
        se=result.se,
        tau2=result.tau2,
        q_between=q,
        df=df,
        p=p,
        r2=float("nan"),
        shared_tau2=False,
        notes=notes,
    )


def _between(estimate: Floats, se: Floats) -> tuple[float, float]:
    """Return Q between groups and its chi² p; NaN where a standard error is 0."""
    if not (se > 0).all():
        return float("nan"), float("nan")
    weight = 1 / se**2
    mean = float(np.sum(weight * estimate) / weight.sum())
    q = float(np.sum(weight * (estimate - mean) ** 2))
    return q, float(chdtrc(estimate.size - 1, q))


def _compare_by_regression(
    y: Floats,
    v: Floats,
    codes: NDArray[np.int64],
    labels: Sequence[object],
    pools: tuple[Pooled, ...],
) -> SubgroupResult:
    """Compare subgroups that share one tau²."""
    first = pools[0]
    cells = (codes[:, None] == np.arange(len(labels))).astype(np.float64)
    coded = np.column_stack((np.ones(y.size), cells[:, 1:]))
    fit = regress(y, v, coded, method=first.method, test=first.test, level=first.level)
    means = np.eye(len(labels))
    means[:, 0] = 1.0  # a subgroup's effect is that of the first and its own difference
    return SubgroupResult(
        labels=tuple(labels),
        pools=pools,
        estimate=means @ fit.estimate,
        se=np.sqrt(np.diagonal(means @ fit.cov @ means.T)),
        tau2=np.full(len(labels), fit.tau2),
        q_between=fit.qm,
        df=fit.qm_df,
        p=fit.qm_p,
        r2=fit.r2,
        shared_tau2=True,
        notes=fit.notes,
    )
