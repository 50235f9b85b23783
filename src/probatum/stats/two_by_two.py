"""Fixed-effect pools of two-by-two tables: Mantel-Haenszel and Peto, many pools at once.

Both use the tables as they are: a zero cell needs no correction unless it is zero in every study
of a pool. Only Cochran's Q, which needs each study's own effect, corrects tables with a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from probatum.errors import InputError
from probatum.stats.arrays import BoolArray, FloatArray, IntArray, quantile
from probatum.stats.inputs import Table, gather_table
from probatum.stats.measures import effect
from probatum.stats.measures_binary import observed_minus_expected
from probatum.stats.report import Report, interval, note_lines, number, p_value
from probatum.stats.zero_cells import ZeroCells, correct_zero_cells

Measure = Literal["OR", "RR", "RD", "PETO"]
RiskDifferenceVariance = Literal["sato", "greenland-robins"]


@dataclass(frozen=True, slots=True, eq=False)
class TablePools(Report):
    """Pools of two-by-two tables; one entry for each pool unless said otherwise.

    Attributes
    ----------
    measure, method : ``OR RR RD`` by ``MH``, or ``PETO`` by ``Peto``.
    groups : group of each pool, ascending.
    k, double_zero : studies, and those of them without an event or with nothing but events.
    estimate, se, statistic, p : ratios as logs; z test. NaN where `notes` says why.
    ci : limits at `level`, shape (pools, 2).
    q, q_df, q_p : Cochran's Q of the studies' effects about the estimate.
    weights : percent of each *study* within its pool, in the order of the input.
    notes : pools and studies that need a word.
    """

    ROWS: ClassVar = (
        *("groups", "k", "double_zero", "estimate", "se", "ci", "statistic", "p"),
        *("q", "q_df", "q_p"),
    )

    measure: Measure
    method: str
    level: float
    groups: IntArray
    k: IntArray
    double_zero: IntArray
    estimate: FloatArray
    se: FloatArray
    ci: FloatArray
    statistic: FloatArray
    p: FloatArray
    q: FloatArray
    q_df: IntArray
    q_p: FloatArray
    weights: FloatArray
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Say the pools in words, one a line, with what must be known of them."""
        lines = [
            f"{self.measure} ({self.method}), {k} studies: {number(estimate)} "
            f"({interval(ci, self.level)}), {p_value(p)}."
            for k, estimate, ci, p in zip(self.k, self.estimate, self.ci, self.p, strict=True)
        ]
        return "\n".join([*lines, *note_lines(self.notes)])


class _Fit(NamedTuple):
    """Estimate, its variance, and the weight of each study."""

    estimate: FloatArray
    variance: FloatArray
    weights: FloatArray


class _Studies(NamedTuple):
    """Studies of all pools.

    `table` is what is pooled; `yi`, `vi` each study's own effect, NaN where it has none to
    compare with the pool's; `of_study` the position of its pool among `labels`.
    """

    measure: Measure
    table: Table
    yi: FloatArray
    vi: FloatArray
    double_zero: BoolArray
    labels: IntArray
    of_study: IntArray

    def sum(self, values: ArrayLike) -> FloatArray:
        """Return the sum of each pool."""
        weights = np.asarray(values, dtype=np.float64)
        sums = np.bincount(self.of_study, weights, minlength=self.labels.size)
        return np.asarray(sums, dtype=np.float64)


def mantel_haenszel(
    measure: Literal["OR", "RR", "RD"],
    *,
    groups: ArrayLike | None = None,
    variance: RiskDifferenceVariance = "sato",
    zero_cells: Literal["none", "revman"] = "none",
    level: float = 0.95,
    **cells: ArrayLike,
) -> TablePools:
    """Pool tables by the method of Mantel & Haenszel 1959.

    Parameters
    ----------
    measure : ``OR`` with the variance of Robins, Breslow & Greenland 1986; ``RR`` with that of
        Greenland & Robins 1985; ``RD`` with that of `variance`.
    groups : integer group of each study; None takes all as one pool.
    variance : ``sato`` (Sato, Greenland & Robins 1989), consistent for few large and for many
        sparse tables, or ``greenland-robins`` (1985), which RevMan uses.
    zero_cells : ``none`` pools the tables as they are; ``revman`` first adds ½ to each cell of
        the tables with a zero that have a ratio, as RevMan does.
    **cells : `ai bi ci di` or `ai n1i ci n2i`, each of shape (studies,).

    Raises
    ------
    InputError : no such measure, variance or rule for zero cells, or cells that make no table.

    >>> pooled = mantel_haenszel("RR", ai=[2, 13], n1i=[256, 102], ci=[2, 6], n2i=[306, 121])
    >>> round(float(pooled.estimate[0]), 4), round(float(pooled.se[0]), 4)
    (0.8009, 0.424)
    """
    if measure not in {"OR", "RR", "RD"}:
        raise InputError(f"Mantel-Haenszel pools OR, RR or RD, not {measure}")
    if zero_cells not in {"none", "revman"}:
        raise InputError(f"zero_cells must be none or revman, not {zero_cells}")
    if variance not in {"sato", "greenland-robins"}:
        raise InputError(f"variance must be sato or greenland-robins, not {variance}")
    studies = _read(measure, zero_cells, cells, groups)
    with np.errstate(divide="ignore", invalid="ignore"):  # an undefined pool is NaN, and noted
        if measure == "OR":
            fit = _odds_ratio(studies)
        elif measure == "RR":
            fit = _risk_ratio(studies)
        else:
            fit = _risk_difference(studies, variance)
    return _report("MH", level, studies, fit)


def peto(*, groups: ArrayLike | None = None, level: float = 0.95, **cells: ArrayLike) -> TablePools:
    """Pool tables by the one-step method of Peto (Yusuf et al. 1985); log odds ratio.

    Parameters as in `mantel_haenszel`.

    >>> pooled = peto(ai=[2, 13], n1i=[256, 102], ci=[2, 6], n2i=[306, 121])
    >>> round(float(pooled.estimate[0]), 4)
    0.8435
    """
    studies = _read("PETO", "none", cells, groups)
    with np.errstate(divide="ignore", invalid="ignore"):  # as above
        o_minus_e, v = observed_minus_expected(studies.table)
        total = studies.sum(v)
        fit = _Fit(studies.sum(o_minus_e) / total, 1 / total, v)
    return _report("Peto", level, studies, fit)


def _read(
    measure: Measure,
    zero_cells: ZeroCells,
    cells: dict[str, ArrayLike],
    groups: ArrayLike | None,
) -> _Studies:
    table = gather_table(cells)
    named = np.zeros(table.ai.size, np.int64) if groups is None else np.asarray(groups)
    if named.shape != table.ai.shape or named.dtype.kind not in "iu":
        raise InputError("groups must be integers, one for each study")
    labels, of_study = np.unique(named, return_inverse=True)
    # the effects that Q is made of need a correction even where the pool does not
    rule = "only0" if zero_cells == "none" and measure != "PETO" else zero_cells
    effects = effect(measure, zero_cells=rule, **table._asdict())
    yi = effects.yi if zero_cells == "revman" else np.where(effects.double_zero, np.nan, effects.yi)
    if zero_cells == "revman" and measure != "RD":
        added = correct_zero_cells(table).table
        pairs = zip(table, added, strict=True)
        table = Table(*(np.where(np.isfinite(yi), new, old) for old, new in pairs))
    positions = of_study.astype(np.int64)
    return _Studies(
        measure, table, yi, effects.vi, effects.double_zero, labels.astype(np.int64), positions
    )


def _odds_ratio(studies: _Studies) -> _Fit:
    """Variance of Robins, Breslow & Greenland 1986, for sparse and for large tables."""
    ai, bi, ci, di = studies.table
    n = ai + bi + ci + di
    r, s = ai * di / n, bi * ci / n
    p, q = (ai + di) / n, (bi + ci) / n
    sum_r, sum_s = studies.sum(r), studies.sum(s)
    variance = (
        studies.sum(p * r) / sum_r**2
        + studies.sum(p * s + q * r) / (sum_r * sum_s)
        + studies.sum(q * s) / sum_s**2
    ) / 2
    return _Fit(np.log(sum_r / sum_s), variance, s)


def _risk_ratio(studies: _Studies) -> _Fit:
    """Variance of Greenland & Robins 1985."""
    ai, bi, ci, di = studies.table
    n1, n2 = ai + bi, ci + di
    n = n1 + n2
    first, second = studies.sum(ai * n2 / n), studies.sum(ci * n1 / n)
    top = studies.sum((n1 * n2 * (ai + ci) - ai * ci * n) / n**2)
    return _Fit(np.log(first / second), top / (first * second), ci * n1 / n)


def _risk_difference(studies: _Studies, variance: RiskDifferenceVariance) -> _Fit:
    """Mantel-Haenszel weights n₁n₂/N with either variance."""
    ai, bi, ci, di = studies.table
    n1, n2 = ai + bi, ci + di
    n = n1 + n2
    weights = n1 * n2 / n
    total = studies.sum(weights)
    estimate = studies.sum((ai * n2 - ci * n1) / n) / total
    if variance == "sato":
        p = (n1**2 * ci - n2**2 * ai + n1 * n2 * (n2 - n1) / 2) / n**2
        q = (ai * di + ci * bi) / (2 * n)
        top = estimate * studies.sum(p) + studies.sum(q)
    else:
        top = studies.sum((ai * bi * n2**3 + ci * di * n1**3) / (n1 * n2 * n**2))
    return _Fit(estimate, top / total**2, weights)


def _report(method: str, level: float, studies: _Studies, fit: _Fit) -> TablePools:
    """Test each pool, give its interval and Q, and name what is undefined."""
    usable = np.isfinite(fit.estimate) & np.isfinite(fit.variance) & (fit.variance > 0)
    estimate = np.where(usable, fit.estimate, np.nan)
    se = np.sqrt(np.where(usable, fit.variance, np.nan))
    q, q_df = _cochran_q(studies, estimate)
    statistic = estimate / se
    half = quantile(level) * se
    double_zero = studies.sum(studies.double_zero).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):  # a pool without weight is undefined
        weights = 100 * fit.weights / studies.sum(fit.weights)[studies.of_study]
    return TablePools(
        measure=studies.measure,
        method=method,
        level=level,
        groups=studies.labels,
        k=studies.sum(np.ones(studies.of_study.size)).astype(np.int64),
        double_zero=double_zero,
        estimate=estimate,
        se=se,
        ci=np.stack([estimate - half, estimate + half], axis=1),
        statistic=statistic,
        p=2 * np.asarray(ndtr(-np.abs(statistic))),
        q=q,
        q_df=q_df,
        q_p=np.where(q_df > 0, chdtrc(np.maximum(q_df, 1), q), 1.0),
        weights=weights,
        notes=_notes(studies.measure, usable, int(double_zero.sum())),
    )


def _cochran_q(studies: _Studies, estimate: FloatArray) -> tuple[FloatArray, IntArray]:
    """Q about the pooled estimate, over the studies with an effect of their own, and its df."""
    counted = np.isfinite(studies.yi)
    excess = np.where(counted, studies.yi - estimate[studies.of_study], 0.0) ** 2
    q = studies.sum(excess / np.where(counted, studies.vi, 1.0))
    df = np.maximum(studies.sum(counted).astype(np.int64) - 1, 0)
    return np.where(np.isfinite(estimate), q, np.nan), df


def _notes(measure: Measure, usable: BoolArray, double_zero: int) -> tuple[str, ...]:
    notes = []
    if double_zero and measure != "RD":
        notes.append(f"double-zero tables, which weigh nothing on a ratio: {double_zero}")
    if not usable.all():
        notes.append(
            f"{int((~usable).sum())} of {usable.size} pools have no estimate: "
            "an arm has no event, or nothing but events, in every study"
        )
    return tuple(notes)
