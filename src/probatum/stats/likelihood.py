"""REML and ML estimates of tau², certified to be the global mode.

Write D(t) = ln y'P²y - ln size, size being tr P (restricted) or Σw: the log-likelihood rises where
D > 0. In the notation of `moments`, both terms are logarithms of sums of 1/(λ+t) or 1/(λ+t)², so
both are convex, and their rates of fall α(t) and β(t) themselves fall. Three bounds follow:

* beyond Σz² - min v every term of the likelihood falls: no mode lies there;
* beyond max v - 2 min v, (t + max v)² y'P²y cannot rise and (t + max v)² size must: D changes
  sign at most once, from + to -;
* in a cell [a, b]: D has no root if a chord of one term stays clear of the tangents of the other;
  at most one, a maximum, if α(b) > β(a); and no maximum if α(a) < β(b).

So [0, max v - 2 min v] is cut into cells until each is certified, every maximum is found by
safeguarded Newton steps inside its bracket, and the likeliest one, 0 included, is the estimate. A
cell is given up only when it is narrower than 1e-8 of its place, where modes differ by less than
rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from probatum.stats.moments import Slopes, log_likelihood, slopes_at, spread
from probatum.stats.ragged import Block, Booleans, Floats, Integers

MAX_CUTS = 64
MAX_STEPS = 100
NARROW = 1e-8


class Mode(NamedTuple):
    """The global mode of each pool: tau², how many local modes there are, and convergence."""

    tau2: Floats
    modes: Integers
    settled: Booleans


class _Cells(NamedTuple):
    """Stretches of tau² with the slopes at both ends, each (cells,); `pool` is the column."""

    pool: Integers
    a: Floats
    b: Floats
    at_a: Slopes
    at_b: Slopes

    def take(self, which: Booleans) -> _Cells:
        return _Cells(
            self.pool[which],
            self.a[which],
            self.b[which],
            self.at_a.take(which),
            self.at_b.take(which),
        )


class _Brackets(NamedTuple):
    """Stretches that hold exactly one maximum, with the slopes at the left end."""

    pool: Integers
    a: Floats
    b: Floats
    at_a: Slopes


def maximise(block: Block, *, restricted: bool) -> Mode:
    """Return the tau² ≥ 0 of the largest (restricted) likelihood of each pool."""
    n = len(block.k)
    tau2, modes, settled = np.zeros(n), np.ones(n, dtype=np.int64), np.ones(n, dtype=np.bool_)
    ceiling = find_ceiling(block)
    at = np.flatnonzero(ceiling > 0)
    if not len(at):
        return Mode(tau2, modes, settled)
    live = block.take(at)
    brackets, zero = _bracket(live, ceiling[at], restricted=restricted)
    roots, done = _climb(live, brackets, restricted=restricted)
    tau2[at], modes[at] = _choose(live, brackets.pool, roots, zero, restricted=restricted)
    settled[at[brackets.pool[~done]]] = False
    return Mode(tau2, modes, settled)


def find_ceiling(block: Block) -> Floats:
    """Return a tau² beyond every mode, away from any root; 0 where the only mode is 0."""
    reach = spread(block)
    return np.where(reach > block.v0, 2.0 * reach, 0.0)


def _bracket(live: Block, ceiling: Floats, *, restricted: bool) -> tuple[_Brackets, Booleans]:
    """Bracket every positive mode; tell as well whether 0 is a mode."""
    widest = np.where(np.isinf(live.v), 0.0, live.v).max(axis=0)
    bend = np.clip(widest - 2.0 * live.v0, 0.0, ceiling)
    origin = slopes_at(live, np.zeros(len(bend)), restricted=restricted)
    at_bend = slopes_at(live, bend, restricted=restricted)
    pool = np.arange(len(bend))
    cells = _Cells(pool, np.zeros(len(bend)), bend, origin, at_bend).take(bend > 0)
    found = _isolate(live, cells, restricted=restricted)
    tail = at_bend.rises & (bend < ceiling)
    found.append(_Brackets(pool[tail], bend[tail], ceiling[tail], at_bend.take(tail)))
    joined = _Brackets(
        np.concatenate([part.pool for part in found]),
        np.concatenate([part.a for part in found]),
        np.concatenate([part.b for part in found]),
        Slopes(*(np.concatenate(column) for column in zip(*(p.at_a for p in found), strict=True))),
    )
    return joined, ~origin.rises


def _isolate(live: Block, cells: _Cells, *, restricted: bool) -> list[_Brackets]:
    """Cut cells until each is certified; return those that hold a maximum."""
    found: list[_Brackets] = []
    for _ in range(MAX_CUTS):
        falls = cells.at_b.fit_rate > cells.at_a.size_rate
        narrow = cells.b - cells.a <= NARROW * (cells.a + live.v0[cells.pool])
        single = falls | narrow
        peak = single & cells.at_a.rises & ~cells.at_b.rises
        if peak.any():
            part = cells.take(peak)
            found.append(_Brackets(part.pool, part.a, part.b, part.at_a))
        rises = cells.at_a.fit_rate < cells.at_b.size_rate
        rest = ~(single | rises)
        rest[rest] = ~_is_clear(cells.take(rest))
        if not rest.any():
            break
        cells = _cut(live, cells.take(rest), restricted=restricted)
    return found


class _Curve(NamedTuple):
    """A convex falling curve over cells: its values at both ends and its rates of fall there."""

    a: Floats
    b: Floats
    rate_a: Floats
    rate_b: Floats


def _is_clear(cells: _Cells) -> Booleans:
    """Tell whether D certainly has no root in each cell."""
    a, b, width = cells.at_a, cells.at_b, cells.b - cells.a
    fit = _Curve(np.log(a.fit), np.log(b.fit), a.fit_rate, b.fit_rate)
    size = _Curve(np.log(a.size), np.log(b.size), a.size_rate, b.size_rate)
    falling = (fit.a < size.a) & (fit.b < size.b) & (_least_gap(size, fit, width) > 0)
    rising = (fit.a > size.a) & (fit.b > size.b) & (_least_gap(fit, size, width) > 0)
    return falling | rising


def _least_gap(upper: _Curve, lower: _Curve, width: Floats) -> Floats:
    """Return a lower bound of (upper - lower) inside a cell, given that both ends are clear.

    The upper curve lies above its end tangents, the lower one below its chord; the bound is least
    where the tangents cross.
    """
    bend = upper.rate_a - upper.rate_b
    drop = upper.a - upper.b - upper.rate_b * width
    cross = np.divide(drop, bend, out=np.zeros_like(width), where=bend > 0)
    cross = np.clip(cross, 0.0, width)
    chord = lower.a + (lower.b - lower.a) * (cross / width)
    return upper.a - upper.rate_a * cross - chord


def _cut(live: Block, cells: _Cells, *, restricted: bool) -> _Cells:
    """Halve cells at the geometric middle of tau² + min v."""
    base = live.v0[cells.pool]
    middle = np.sqrt((cells.a + base) * (cells.b + base)) - base
    at_middle = slopes_at(live.take(cells.pool), middle, restricted=restricted)
    return _Cells(
        np.concatenate([cells.pool, cells.pool]),
        np.concatenate([cells.a, middle]),
        np.concatenate([middle, cells.b]),
        Slopes(*(np.concatenate(p) for p in zip(cells.at_a, at_middle, strict=True))),
        Slopes(*(np.concatenate(p) for p in zip(at_middle, cells.at_b, strict=True))),
    )


def _climb(live: Block, brackets: _Brackets, *, restricted: bool) -> tuple[Floats, Booleans]:
    """Find the maximum in each bracket: Newton on size/fit, which is linear for equal variances."""
    roots = brackets.a.copy()
    done = np.ones(len(roots), dtype=np.bool_)
    at = np.arange(len(roots))
    t, low, high, slopes = brackets.a, brackets.a, brackets.b, brackets.at_a
    part = live.take(brackets.pool)
    for _ in range(MAX_STEPS):
        if not len(at):
            return roots, done
        ahead = t + _newton_step(slopes)
        safe = (ahead > low) & (ahead < high)
        base = part.v0
        ahead = np.where(safe, ahead, np.sqrt((low + base) * (high + base)) - base)
        roots[at] = ahead
        small = np.abs(ahead - t) <= np.where(safe, 1e-9 * ahead, 1e-15 * (ahead + base))
        if small.all():
            return roots, done
        keep = ~small
        part, at, t = part.take(keep), at[keep], ahead[keep]
        low, high = low[keep], high[keep]
        slopes = slopes_at(part, t, restricted=restricted)
        up = slopes.rises
        low, high = np.where(up, t, low), np.where(up, high, t)
        # Nothing is left to gain below the sums' own rounding.
        keep = np.abs(slopes.fit / slopes.size - 1.0) > 2e-16 * part.k
        part, at, t, low, high = part.take(keep), at[keep], t[keep], low[keep], high[keep]
        slopes = slopes.take(keep)
    done[at] = False
    return roots, done


def _newton_step(slopes: Slopes) -> Floats:
    """Return Newton's step for size/fit = 1, or infinity where that ratio does not rise."""
    bend = slopes.fit_rate - slopes.size_rate
    step = np.full(len(bend), np.inf)
    np.divide(slopes.fit / slopes.size - 1.0, bend, out=step, where=bend > 0)
    return step


def _choose(
    live: Block, pool: Integers, roots: Floats, zero: Booleans, *, restricted: bool
) -> tuple[Floats, Integers]:
    """Choose the likeliest mode of each pool; also count its modes."""
    tau2 = np.zeros(len(live.k))
    modes = np.bincount(pool, minlength=len(tau2)) + zero
    tau2[pool] = roots
    rivals = modes > 1
    if rivals.any():
        several = np.flatnonzero(rivals)
        among = rivals[pool]
        candidates = np.concatenate([pool[among], several[zero[several]]])
        t = np.concatenate([roots[among], np.zeros(int(zero[several].sum()))])
        height = log_likelihood(live.take(candidates), t, restricted=restricted)
        order = np.lexsort((-t, height))
        tau2[candidates[order]] = t[order]
    return tau2, np.maximum(modes, 1)
