"""The effect measures by their names, and `effect`, which computes any of them.

Names follow the field (and metafor's `escalc` documentation): RR, OR, SMD and so on. Ratios are
on the log scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from probatum.errors import InputError, UnknownName
from probatum.stats import measures_binary as binary
from probatum.stats import measures_continuous as continuous
from probatum.stats import measures_single as single
from probatum.stats.arrays import BoolArray, FloatArray, floats, quantile, require
from probatum.stats.inputs import (
    Correlations,
    Input,
    InputKind,
    Means,
    Pairs,
    Proportions,
    RatePairs,
    Rates,
    Table,
    gather,
    impossible,
)
from probatum.stats.report import Report, note_lines
from probatum.stats.zero_cells import ZeroCells, correct_zero_cells


@dataclass(frozen=True, slots=True)
class Measure:
    """One effect measure.

    Attributes
    ----------
    name, title : short name, and the words for it.
    kind : the record it is computed from; `forms` lists the names of its columns.
    formula : takes that record and returns ``(yi, vi)``.
    log : whether it is a ratio on the log scale, so that `exp` gives the natural one.
    corrects : whether zero cells are corrected; arcsine measures and phi need none.
    options : further keywords that the formula takes.
    """

    name: str
    title: str
    kind: InputKind
    formula: Callable[..., tuple[FloatArray, FloatArray]]
    log: bool = False
    corrects: bool = False
    options: tuple[str, ...] = ()


def _catalogue(*measures: Measure) -> Mapping[str, Measure]:
    return MappingProxyType({measure.name: measure for measure in measures})


MEASURES = _catalogue(
    Measure("OR", "odds ratio", Table, binary.log_odds_ratio, log=True, corrects=True),
    Measure("RR", "risk ratio", Table, binary.log_risk_ratio, log=True, corrects=True),
    Measure("RD", "risk difference", Table, binary.risk_difference, corrects=True),
    Measure("AS", "arcsine difference", Table, binary.arcsine_difference),
    Measure("PETO", "Peto odds ratio", Table, binary.peto_log_odds_ratio, log=True, corrects=True),
    Measure("PHI", "phi coefficient", Table, binary.phi_coefficient),
    Measure("YUQ", "Yule's Q", Table, binary.yule_q, corrects=True),
    Measure("MD", "mean difference", Means, continuous.mean_difference),
    Measure(
        "SMD",
        "standardised mean difference (Hedges' g)",
        Means,
        continuous.standardised_mean_difference,
        options=("correction", "variance"),
    ),
    Measure(
        "SMDH",
        "standardised mean difference, unequal variances",
        Means,
        continuous.smd_unequal_variances,
        options=("correction",),
    ),
    Measure("ROM", "ratio of means", Means, continuous.log_ratio_of_means, log=True),
    Measure(
        "CVR",
        "ratio of coefficients of variation",
        Means,
        continuous.log_variation_ratio,
        log=True,
    ),
    Measure("VR", "ratio of SDs", Means, continuous.log_variability_ratio, log=True),
    Measure("MC", "mean change", Pairs, continuous.mean_change),
    Measure(
        "SMCC",
        "mean change by the SD of the change",
        Pairs,
        continuous.smc_by_change,
        options=("correction",),
    ),
    Measure(
        "SMCR",
        "mean change by the SD of the first measurement",
        Pairs,
        continuous.smc_by_raw,
        options=("correction",),
    ),
    Measure("COR", "correlation", Correlations, single.correlation),
    Measure("ZCOR", "Fisher's z", Correlations, single.fisher_z),
    Measure("PR", "proportion", Proportions, single.raw_proportion, corrects=True),
    Measure("PLO", "log odds", Proportions, single.logit_proportion, corrects=True),
    Measure("PAS", "arcsine proportion", Proportions, single.arcsine_proportion),
    Measure("PFT", "double arcsine proportion", Proportions, single.freeman_tukey_proportion),
    Measure("IR", "incidence rate", Rates, single.raw_rate, corrects=True),
    Measure("IRLN", "log incidence rate", Rates, single.log_rate, log=True, corrects=True),
    Measure("IRR", "rate ratio", RatePairs, single.log_rate_ratio, log=True, corrects=True),
)


@dataclass(frozen=True, slots=True, eq=False)
class EffectResult(Report):
    """Effects of studies on one measure.

    Attributes
    ----------
    measure : name in `MEASURES`.
    yi, vi : effects (ratios as logs) and sampling variances, shaped as the input; NaN where a
        study has no effect, and `notes` says why.
    corrected : studies to which the zero-cell rule added something.
    double_zero : two-arm studies without any event, or with nothing but events.
    notes : what a reader must know of these numbers.
    """

    ROWS: ClassVar = ("yi", "vi", "corrected", "double_zero")

    measure: str
    yi: FloatArray
    vi: FloatArray
    corrected: BoolArray
    double_zero: BoolArray
    notes: tuple[str, ...] = ()

    @property
    def sei(self) -> FloatArray:
        """Standard errors."""
        return np.sqrt(self.vi)

    @property
    def log(self) -> bool:
        """Whether `yi` holds logs of ratios."""
        return MEASURES[self.measure].log

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return the limits of each study's normal interval, on the scale of `yi`."""
        half = quantile(level) * self.sei
        return self.yi - half, self.yi + half

    def summary(self) -> str:
        """Say in words what was computed."""
        usable = int(np.isfinite(self.yi).sum())
        scale = ", log scale" if self.log else ""
        title = MEASURES[self.measure].title
        first = f"{usable} of {self.yi.size} studies: {title}{scale}."
        return "\n".join([first, *note_lines(self.notes)])


def measure_named(name: str) -> Measure:
    """Return the measure of a name, in any case; `UnknownName` if there is none."""
    found = MEASURES.get(name.upper())
    if found is None:
        raise UnknownName(f"no measure {name!r}; there are {', '.join(MEASURES)}")
    return found


def effect(
    measure: str,
    *,
    zero_cells: ZeroCells = "only0",
    add: float = 0.5,
    correction: continuous.Correction | None = None,
    variance: continuous.SmdVariance | None = None,
    **arrays: ArrayLike,
) -> EffectResult:
    """Compute effects and sampling variances of studies.

    Parameters
    ----------
    measure : name in `MEASURES`.
    zero_cells, add : what is added to which counts; see `correct_zero_cells`. ``revman`` gives
        no OR and RR to tables without an event (nor OR to those with nothing else), and takes a
        RD itself from the raw counts. Only tables know ``treatment-arm`` and ``revman``.
    correction : small-sample factor of standardised means (default ``exact``).
    variance : variance of SMD: ``LS`` (default), ``UB`` or ``revman``.
    **arrays : the columns of the measure's kind, of one shape (scalars are spread): tables
        `ai bi ci di` or `ai n1i ci n2i`; means `m1i sd1i n1i m2i sd2i n2i`; pairs
        `m1i m2i sd1i sd2i ni ri`; `ri ni`; `xi ni`; `xi ti`; `x1i t1i x2i t2i`.

    Raises
    ------
    UnknownName, InputError
        For an unknown measure; for missing, foreign or impossible columns.

    Sources: each formula's own docstring in `measures_binary`, `measures_continuous` and
    `measures_single`.

    >>> result = effect("RR", ai=[4, 0], n1i=[123, 50], ci=[11, 2], n2i=[139, 50])
    >>> result.yi.round(4).tolist()
    [-0.8893, -1.6094]
    >>> result.corrected.tolist()
    [False, True]
    """
    chosen = measure_named(measure)
    record = gather(chosen.kind, arrays)
    for fault, message in impossible(record):
        require(~fault, message)
    options = _options(chosen, correction=correction, variance=variance)
    with np.errstate(all="ignore"):  # what does not exist becomes NaN below, with a note
        usable, corrected, double_zero = _corrected(chosen, record, zero_cells, add)
        yi, vi = chosen.formula(usable, **options)
        if zero_cells == "revman" and isinstance(record, Table):
            yi = _as_revman(chosen, record, yi)
    exists = np.isfinite(yi) & np.isfinite(vi)
    notes = _notes(chosen, exists, vi, corrected, double_zero)
    absent = np.where(exists, 0.0, np.nan)
    return EffectResult(
        chosen.name,
        np.where(exists, yi, absent),
        np.where(exists, vi, absent),
        corrected,
        double_zero,
        notes,
    )


def _options(measure: Measure, **given: str | None) -> dict[str, str]:
    """Return the options that were given; refuse those the measure does not know."""
    chosen = {name: value for name, value in given.items() if value is not None}
    for name in chosen.keys() - set(measure.options):
        raise InputError(f"{measure.name} takes no {name}")
    return chosen


def to_natural(measure: str, values: ArrayLike, ni: ArrayLike | None = None) -> FloatArray:
    """Turn effects, pooled effects or their limits back to the natural scale of the measure.

    Logs of ratios and rates by exp, PLO and the arcsine forms to a proportion, ZCOR to a
    correlation; other measures are natural already.

    Parameters
    ----------
    values : on the scale of the measure, any shape, which is that of the result.
    ni : for PFT only, the sample size; of a pool, the harmonic mean of its studies' sizes.

    Raises
    ------
    UnknownName : no such measure.
    InputError : not numbers, or PFT without `ni`.

    >>> float(to_natural("RR", 0.0)), float(to_natural("PLO", 0.0))
    (1.0, 0.5)
    """
    chosen = measure_named(measure)
    (y,) = floats(values=values)
    if chosen.name == "PFT":
        if ni is None:
            raise InputError("PFT needs ni to be turned back")
        return single.inverse_freeman_tukey(y, ni)
    if chosen.name == "PAS":
        return np.asarray(np.sin(np.clip(y, 0, np.pi / 2)) ** 2)[()]
    back = {"PLO": expit, "ZCOR": np.tanh}.get(chosen.name, np.exp if chosen.log else np.positive)
    with np.errstate(over="ignore"):  # the log of a ratio above 1e308: infinite
        return np.asarray(back(y))[()]


def _corrected(
    measure: Measure, record: Input, rule: ZeroCells, add: float
) -> tuple[Input, BoolArray, BoolArray]:
    """Return the record after the zero-cell rule, which rows it touched, the double zeros."""
    none = np.zeros(record[0].shape, dtype=np.bool_)
    if isinstance(record, Table):
        found = correct_zero_cells(record, rule if measure.corrects else "none", add)
        return found.table, found.corrected, found.double_zero
    if not measure.corrects:
        return record, none, none
    if rule in {"treatment-arm", "revman"}:
        raise InputError(f"{rule} needs two-by-two tables; {measure.name} has none")
    if isinstance(record, RatePairs):
        x1i, t1i, x2i, t2i = record
        found = correct_zero_cells(Table(x1i, t1i, x2i, t2i), rule, add)
        rates = RatePairs(found.table.ai, t1i, found.table.ci, t2i)
        return rates, found.corrected, found.double_zero
    if isinstance(record, Proportions):
        xi, ni = record
        found = correct_zero_cells(Table(xi, ni - xi, xi, ni - xi), rule, add)
        return Proportions(found.table.ai, found.table.ai + found.table.bi), found.corrected, none
    if isinstance(record, Rates):
        xi, ti = record
        found = correct_zero_cells(Table(xi, ti, xi, ti), rule, add)
        return Rates(found.table.ai, ti), found.corrected, none
    return record, none, none


def _as_revman(measure: Measure, table: Table, yi: FloatArray) -> FloatArray:
    """Return effects as RevMan shows them (Statistical algorithms in RevMan 5, 2010)."""
    ai, bi, ci, di = table
    if measure.name == "RD":
        return binary.risk_difference(table)[0]
    without = ai + ci == 0
    if measure.name == "OR":
        without |= bi + di == 0
    return np.where(without & measure.log, np.nan, yi)


def _notes(
    measure: Measure,
    exists: BoolArray,
    vi: FloatArray,
    corrected: BoolArray,
    double_zero: BoolArray,
) -> tuple[str, ...]:
    """Say what was corrected, what is double zero, and what has no effect."""
    counts = {
        "corrected for zero cells": int(corrected.sum()),
        f"double zero: they say nothing of a ratio ({measure.name})"
        if measure.log
        else "double zero": int(double_zero.sum()),
        "without an effect (missing, or undefined on this measure)": int((~exists).sum()),
        "with variance 0": int((exists & (vi == 0)).sum()),
    }
    return tuple(f"{count} of {vi.size} {what}" for what, count in counts.items() if count)
