"""The result of pooling: one record for a batch of pools, one for a single pool."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from probatum.errors import InputError
from probatum.stats.choices import Choices
from probatum.stats.distributions import chi2_p, chi2_quantile
from probatum.stats.estimators import Method
from probatum.stats.heterogeneity import h_squared, i_squared, tau2_error, typical_variance
from probatum.stats.inference import Test, two_sided_p
from probatum.stats.notes import Note, read_notes
from probatum.stats.ragged import Block, Floats, Integers, Ragged, split_blocks
from probatum.stats.report import (
    Report,
    columns_of,
    interval,
    make_frame,
    note_lines,
    p_value,
    percent,
    span,
)
from probatum.stats.tau2_interval import tau2_interval

if TYPE_CHECKING:
    import pandas as pd

Pair = tuple[float, float]

TEST_NAMES = {
    "z": "Wald test",
    "t": "Wald test with t",
    "knha": "Knapp-Hartung test",
    "adhoc": "modified Knapp-Hartung test",
}


@dataclass(frozen=True, slots=True)
class Pooled(Report):
    """One pooled effect; the fields are those of `PoolResult`.

    A value that does not exist is None (intervals) or NaN (numbers), and `notes` say why.
    """

    method: Method
    test: Test
    level: float
    label: int
    k: int
    estimate: float
    se: float
    ci: Pair
    statistic: float
    p: float
    df: float
    tau2: float
    tau2_ci: Pair | None
    se_tau2: float
    i2: float
    i2_ci: Pair | None
    h2: float
    h2_ci: Pair | None
    q: float
    q_p: float
    pi: Pair | None
    converged: bool
    notes: tuple[str, ...]

    @property
    def tau(self) -> float:
        """Between-study standard deviation, in the unit of the effects."""
        return math.sqrt(self.tau2)

    def summary(self) -> str:
        """Return the result in words.

        Examples
        --------
        >>> from probatum.stats import pool
        >>> print(pool([0.1, 0.3, 0.6, 0.2], [0.02, 0.01, 0.03, 0.02]).one().summary())
        4 studies, REML with Knapp-Hartung test: 0.283 (95% CI -0.0235 to 0.59), p = 0.061.
        Heterogeneity: tau² = 0.012 (95% CI 0 to 0.622), I² = 39.7%, Q = 5.39 on 3 df, p = 0.145.
        A new study's effect is predicted from -0.181 to 0.748 (95%).
        """
        level = percent(self.level)
        if self.k == 0:
            return "\n".join(["Nothing to pool.", *note_lines(self.notes)])
        model = "equal effects" if self.method in {"EE", "FE"} else self.method
        studies = "1 study" if self.k == 1 else f"{self.k} studies"
        effect = f"{self.estimate:.3g} ({interval(self.ci, self.level)}), {p_value(self.p)}"
        lines = [f"{studies}, {model} with {TEST_NAMES[self.test]}: {effect}."]
        if self.k > 1:
            spread = f" ({interval(self.tau2_ci, self.level)})" if self.tau2_ci else ""
            lines.append(
                f"Heterogeneity: tau² = {self.tau2:.3g}{spread}, I² = {self.i2:.1f}%, "
                f"Q = {self.q:.2f} on {self.k - 1} df, {p_value(self.q_p)}."
            )
        if self.pi:
            lines.append(f"A new study's effect is predicted from {span(self.pi)} ({level}).")
        return "\n".join([*lines, *note_lines(self.notes)])


@dataclass(frozen=True, eq=False)
class PoolResult:
    """Pooled effects of a batch: arrays with one entry (or one row) a pool.

    ``result[i]`` and iteration give a `Pooled` each; ``result.one()`` the only one. Attributes
    marked * are computed when first read.

    Attributes
    ----------
    choices : the method, test, level, kind of prediction and of interval asked for.
    labels : the group of each pool, or its position.
    k : number of studies.
    estimate, se, ci, statistic, p*, df : pooled effect, its test and interval, ci of shape (n, 2).
    tau2, tau2_ci*, se_tau2* : between-study variance, in the effects' unit squared.
    i2, i2_ci*, h2, h2_ci* : I² in percent and H²; their intervals follow from that of tau².
    q, q_p* : Cochran's Q with fixed-effect weights, and its p on k - 1 df.
    pi : prediction interval (n, 2), NaN where there is none.
    weights* : percent weights of the studies, an array for each pool.
    converged : whether the estimate of tau² settled.
    notes* : a tuple of sentences for each pool.
    """

    choices: Choices
    labels: Integers
    k: Integers
    estimate: Floats
    se: Floats
    ci: Floats
    statistic: Floats
    df: Floats
    tau2: Floats
    i2: Floats
    h2: Floats
    q: Floats
    pi: Floats
    converged: np.ndarray[Any, np.dtype[np.bool_]]
    modes: Integers
    flags: Integers = field(repr=False)
    size: Floats = field(repr=False)
    data: Ragged = field(repr=False)

    def __len__(self) -> int:
        return len(self.k)

    def __iter__(self) -> Iterator[Pooled]:
        return self._records(0, len(self))

    def __getitem__(self, i: int) -> Pooled:
        """Return one pool by its position."""
        position = range(len(self))[i]
        return next(self._records(position, position + 1))

    def _records(self, first: int, last: int) -> Iterator[Pooled]:
        """Yield the pools of a stretch."""
        choices = self.choices
        names = ("labels", "k", "converged", *_NUMBERS, *_INTERVALS)
        columns = [getattr(self, name)[first:last].tolist() for name in names]
        for notes, row in zip(self.notes[first:last], zip(*columns, strict=True), strict=True):
            values = dict(zip(("label", *names[1:]), row, strict=True))
            for name in _INTERVALS:
                values[name] = _pair(values[name])
            values["ci"] = values["ci"] or (math.nan, math.nan)
            yield Pooled(choices.method, choices.test, choices.level, notes=notes, **values)

    def one(self) -> Pooled:
        """Return the only pool of the batch.

        Raises
        ------
        InputError : the batch holds none or several.
        """
        if len(self) != 1:
            raise InputError(f"{len(self)} pools, not one: index the result or iterate over it")
        return self[0]

    @cached_property
    def p(self) -> Floats:
        """Two-sided p of the pooled effect."""
        return two_sided_p(self.statistic, self.df)

    @cached_property
    def q_p(self) -> Floats:
        """Return p of Cochran's Q on k - 1 df; 1 for one study."""
        return chi2_p(self.q, np.maximum(self.k - 1.0, 0.0))

    @cached_property
    def tau2_ci(self) -> Floats:
        """Interval for tau² of the kind asked for, (n, 2)."""
        if self.choices.equal_effects:
            return np.full((len(self), 2), np.nan)
        kind, level = self.choices.interval, self.choices.level
        restricted = self.choices.method != "ML"
        return self._by_block(lambda b: tau2_interval(b, kind, level, restricted=restricted), 2)

    @cached_property
    def weights(self) -> list[Floats]:
        """Weight of each study in percent, an array for each pool, without rows left out."""
        precision = 1.0 / (self.data.v + np.repeat(self.tau2, self.k))
        parts = np.split(precision, self.data.starts[1:-1])
        return [100.0 * part / part.sum() for part in parts[: len(self)]]

    @cached_property
    def se_tau2(self) -> Floats:
        """Standard error of tau²."""
        return self._by_block(lambda b: tau2_error(b, self.tau2[b.pools], self.choices.method))

    @cached_property
    def i2_ci(self) -> Floats:
        """Interval for I² in percent, from that of tau² (Viechtbauer 2007), (n, 2)."""
        return i_squared(self.tau2_ci, self._typical)

    @cached_property
    def h2_ci(self) -> Floats:
        """Interval for H², from that of tau², (n, 2)."""
        return h_squared(self.tau2_ci, self._typical)

    @property
    def _typical(self) -> Floats:
        return typical_variance(self.k.astype(np.float64), self.size)[:, None]

    @cached_property
    def notes(self) -> list[tuple[str, ...]]:
        """What a reader must be told of each pool."""
        flags = self.flags.copy()
        if self.choices.interval == "Q-profile" and not self.choices.equal_effects:
            lowest = chi2_quantile(0.5 + self.choices.level / 2.0, np.maximum(self.k - 1.0, 1.0))
            flags[(self.k > 1) & (self.q < lowest)] |= Note.EMPTY_INTERVAL
        texts = {int(flag): read_notes(int(flag)) for flag in np.unique(flags)}
        return [texts[int(flag)] for flag in flags]

    def _by_block(self, compute: Callable[[Block], Floats], width: int = 0) -> Floats:
        found = np.full((len(self), width) if width else len(self), np.nan)
        for block in split_blocks(self.data):
            found[block.pools] = compute(block)
        return found

    def summary(self) -> str:
        """Return each pool in words, a paragraph each."""
        return "\n\n".join(pooled.summary() for pooled in self)

    def to_dict(self) -> dict[str, list[Any]]:
        """Return columns of plain values, a list for each field."""
        rows = [pooled.to_dict() for pooled in self]
        return {name: [row[name] for row in rows] for name in Pooled.__slots__}

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame with a row for each pool; intervals as two columns each.

        Raises
        ------
        MissingExtra : pandas is not installed.
        """
        columns: dict[str, Any] = {"label": self.labels, "k": self.k}
        for name in (*_NUMBERS, *_INTERVALS):
            columns |= columns_of(name, getattr(self, name))
        columns["converged"] = self.converged
        columns["notes"] = ["; ".join(notes) for notes in self.notes]
        return make_frame(columns, len(self))


_NUMBERS = (
    "estimate",
    "se",
    "statistic",
    "p",
    "df",
    "tau2",
    "se_tau2",
    "i2",
    "h2",
    "q",
    "q_p",
)


_INTERVALS = ("ci", "tau2_ci", "i2_ci", "h2_ci", "pi")


def _pair(ends: list[float]) -> Pair | None:
    """Return an interval as a pair, or None where there is none."""
    low, high = ends
    return None if math.isnan(low) or math.isnan(high) else (low, high)
