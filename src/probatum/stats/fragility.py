"""Fragility: how many people's outcomes would have to differ to flip significance.

One table: Walsh et al. 2014, with the reverse for results that are not significant (Khan et al.
2020). A pool: Atal et al. 2019. The index says nothing of bias, and grows with the sample; read
it beside the number of people lost to follow-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from probatum.errors import InputError
from probatum.stats.arrays import FloatArray
from probatum.stats.conditional import fisher_p
from probatum.stats.inference import Test
from probatum.stats.inputs import Table, gather_table
from probatum.stats.measures import effect
from probatum.stats.pooling import pool
from probatum.stats.report import Report, p_value
from probatum.stats.two_by_two import mantel_haenszel, peto

PoolMethod = Literal["MH", "EE", "DL", "REML", "PM", "ML"]

CHUNK = 64
"""Candidate tables tested at a time."""


@dataclass(frozen=True, slots=True)
class Fragility(Report):
    """The smallest change found that flips significance.

    Attributes
    ----------
    index : outcomes to change; None where no change flips it.
    quotient : index over all people.
    significant : whether the result as reported is significant at `alpha`.
    p, p_after : before and after the change.
    changes : (study, arm, people): how many more (or, if negative, fewer) events.
    """

    index: int | None
    quotient: float | None
    significant: bool
    alpha: float
    p: float
    p_after: float | None
    changes: tuple[tuple[int, int, int], ...]

    def summary(self) -> str:
        """Say the index in words."""
        state = "significant" if self.significant else "not significant"
        if self.index is None:
            return f"The result is {state} ({p_value(self.p)}); no change of outcomes flips it."
        people = "person" if self.index == 1 else "people"
        return (
            f"The result is {state} ({p_value(self.p)}); other outcomes in {self.index} {people} "
            f"({self.quotient:.1%}) would flip it."
        )


def table_fragility(*, alpha: float = 0.05, **cells: ArrayLike) -> Fragility:
    """Return the fragility index of one two-by-two table, by Fisher's exact test.

    A significant result loses events' contrast: the arm with fewer events gains events, one by
    one (Walsh et al. 2014). One that is not significant gains contrast in whichever arm and
    direction flips it first.

    Parameters
    ----------
    alpha : two-sided level.
    **cells : `ai bi ci di` or `ai n1i ci n2i`, of one study.

    Raises
    ------
    InputError : more than one table, or alpha out of range.

    >>> table_fragility(ai=1, n1i=100, ci=9, n2i=100).index
    1
    """
    _check_alpha(alpha)
    table = gather_table(cells)
    if table.ai.size != 1:
        raise InputError("table_fragility takes one table; see pool_fragility")
    p = float(fisher_p(table)[0])
    significant = p < alpha
    fewer = 0 if table.ai[0] <= table.ci[0] else 1
    ways = [(fewer, 1)] if significant else [(0, 1), (0, -1), (1, 1), (1, -1)]
    found = [flip for way in ways if (flip := _walk(table, way, alpha, significant=significant))]
    if not found:
        return Fragility(None, None, significant, alpha, p, None, ())
    index, arm, sign, after = min(found)
    people = float(sum(cell[0] for cell in table))
    change = ((0, arm, sign * index),)
    return Fragility(index, index / people, significant, alpha, p, after, change)


def _walk(
    table: Table, way: tuple[int, int], alpha: float, *, significant: bool
) -> tuple[int, int, int, float] | None:
    """Move people of one arm between event and non-event until significance flips."""
    arm, sign = way
    events, others = (table.ai, table.bi) if arm == 0 else (table.ci, table.di)
    most = int((others if sign > 0 else events)[0])
    for first in range(1, most + 1, CHUNK):
        moved = np.arange(first, min(first + CHUNK, most + 1))
        p = fisher_p(_moved(table, arm, sign * moved))
        flipped = np.flatnonzero((p < alpha) != significant)
        if flipped.size:
            at = int(flipped[0])
            return int(moved[at]), arm, sign, float(p[at])
    return None


def _moved(table: Table, arm: int, by: FloatArray | np.ndarray) -> Table:
    """Return the table with `by` more events in one arm, its size kept."""
    ai, bi, ci, di = (np.broadcast_to(cell, by.shape) for cell in table)
    if arm == 0:
        return Table(ai + by, bi - by, ci, di)
    return Table(ai, bi, ci + by, di - by)


def pool_fragility(
    measure: Literal["OR", "RR", "RD", "PETO"] = "RR",
    method: PoolMethod = "MH",
    *,
    test: Test = "z",
    alpha: float = 0.05,
    **cells: ArrayLike,
) -> Fragility:
    """Return the fragility index of a pool of two-by-two tables (Atal et al. 2019).

    At each step every single change is tried (each study, each arm, one event more or fewer) and
    the one that brings the decisive confidence limit nearest to no effect, or past it, is kept.
    The greedy search gives an upper bound of the smallest number, as in the source.

    Parameters
    ----------
    measure, method : what is pooled how: ``MH`` for OR, RR and RD, or a method of `pool` with its
        `test`. The measure ``PETO`` is pooled by its own method.
    **cells : `ai bi ci di` or `ai n1i ci n2i`, shape (studies,).

    Raises
    ------
    InputError : no such method, alpha out of range, or a pool without an estimate.
    """
    _check_alpha(alpha)
    if method not in get_args(PoolMethod):
        raise InputError(f"method must be one of {', '.join(get_args(PoolMethod))}, not {method}")
    table = gather_table(cells)
    pooling = _Pooling(measure, method, test, alpha)
    limits, ps = pooling.of([table])
    low, high, p = float(limits[0, 0]), float(limits[0, 1]), float(ps[0])
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError("the pool has no estimate, so no significance to flip")
    significant = low > 0 or high < 0
    if significant:  # the limit nearer to 0 is led back to it
        aims = [_Aim(0, -1, beyond=False) if low > 0 else _Aim(1, 1, beyond=False)]
    else:  # one limit is led past 0, from either side
        aims = [_Aim(0, 1, beyond=True), _Aim(1, -1, beyond=True)]
    runs = [list(pooling.lead(table, aim)) for aim in aims]
    done = [run for run in runs if run and run[-1].flipped]
    if not done:
        return Fragility(None, None, significant, alpha, p, None, ())
    best = min(done, key=len)
    people = float(sum(cell.sum() for cell in table))
    return Fragility(
        index=len(best),
        quotient=len(best) / people,
        significant=significant,
        alpha=alpha,
        p=p,
        p_after=best[-1].p,
        changes=_tally(best),
    )


@dataclass(frozen=True, slots=True)
class _Aim:
    """Which confidence limit (0 low, 1 high) is led which way, to 0 or beyond it."""

    limit: int
    sign: int
    beyond: bool

    def reached(self, position: float) -> bool:
        return position > 0 if self.beyond else position >= 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One change of one person's outcome, and where it led."""

    study: int
    arm: int
    by: int
    p: float
    flipped: bool


def _tally(steps: list[_Step]) -> tuple[tuple[int, int, int], ...]:
    total: dict[tuple[int, int], int] = {}
    for step in steps:
        total[step.study, step.arm] = total.get((step.study, step.arm), 0) + step.by
    return tuple((study, arm, by) for (study, arm), by in sorted(total.items()) if by)


@dataclass(frozen=True, slots=True)
class _Pooling:
    """A way to pool tables, many candidate pools at a time."""

    measure: Literal["OR", "RR", "RD", "PETO"]
    method: PoolMethod
    test: Test
    alpha: float

    def of(self, pools: list[Table]) -> tuple[FloatArray, FloatArray]:
        """Return the limits (pools, 2) and p of each pool."""
        groups = np.repeat(np.arange(len(pools)), [table.ai.size for table in pools])
        stacked = Table(*(np.concatenate(cells) for cells in zip(*pools, strict=True)))
        level, cells = 1 - self.alpha, stacked._asdict()
        if self.measure == "PETO":
            tables = peto(groups=groups, level=level, **cells)
            return tables.ci, tables.p
        if self.method == "MH":
            tables = mantel_haenszel(self.measure, groups=groups, level=level, **cells)
            return tables.ci, tables.p
        effects = effect(self.measure, **cells)
        yi = np.where(effects.double_zero, np.nan, effects.yi)
        pooled = pool(yi, effects.vi, groups, method=self.method, test=self.test, level=level)
        return pooled.ci, pooled.p

    def lead(self, table: Table, aim: _Aim) -> Iterator[_Step]:
        """Change one outcome after another, each time the one that moves the limit furthest."""
        for _ in range(int(sum(cell.sum() for cell in table))):
            candidates = list(_neighbours(table))
            limits, p = self.of([changed for *_, changed in candidates])
            position = limits[:, aim.limit] * aim.sign
            at = int(np.where(np.isfinite(position), position, -np.inf).argmax())
            if not np.isfinite(position[at]):
                return
            study, arm, by, table = candidates[at]
            flipped = aim.reached(float(position[at]))
            yield _Step(study, arm, by, float(p[at]), flipped)
            if flipped:
                return


def _neighbours(table: Table) -> Iterator[tuple[int, int, int, Table]]:
    """Yield every table set that differs by one person's outcome."""
    for study in range(table.ai.size):
        for arm, (events, others) in enumerate(((table.ai, table.bi), (table.ci, table.di))):
            for by, left in ((1, others[study]), (-1, events[study])):
                if left >= 1:
                    one = np.zeros(table.ai.size)
                    one[study] = by
                    yield study, arm, by, _moved(table, arm, one)


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise InputError(f"alpha must lie between 0 and 1, not {alpha}")
