"""DerSimonian-Laird pools of all subsets of a set of studies, by doubling.

The subsets of j + 1 studies are those of j studies, and the same again with study j: so all sums of
2^k subsets cost 2^k additions, not k 2^k. Sums of squares are carried as deviations from each
subset's own mean (Welford's update), and tr P by the sum of the products of all pairs of weights,
so that every step adds numbers of one sign and none loses digits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_View: TypeAlias = Callable[[Floats], Floats]

LOW_STUDIES = 15
"""Subsets of this many studies are worked on at once: 256 kB an array, which stays in cache."""

FINE = 4
"""Studies whose subsets alternate in runs too short to cut out: they are multiplied by 0 or 1."""


class Sums(NamedTuple):
    """Fixed-effect sums of subsets, each (n,).

    Attributes
    ----------
    k : number of studies.
    total : Σw.
    mean : Σwy/Σw.
    q : Σw(y - mean)².
    pairs : Σ_{i<j} w_i w_j, of which tr P is twice the share of `total`.
    """

    k: Floats
    total: Floats
    mean: Floats
    q: Floats
    pairs: Floats


def nothing(n: int) -> Sums:
    """Return room for n subsets, the first of them empty."""
    return Sums(*(np.zeros(n) for _ in Sums._fields))


def double(sums: Sums, size: int, y: float, w: float) -> None:
    """Write the first `size` subsets once more, with one study added, behind themselves."""
    old = Sums(*(column[:size] for column in sums))
    new = Sums(*(column[size : 2 * size] for column in sums))
    np.add(old.k, 1.0, out=new.k)
    np.add(old.total, w, out=new.total)
    share = w / new.total
    away = y - old.mean
    np.add(old.mean, share * away, out=new.mean)
    away *= away
    away *= share
    away *= old.total
    np.add(old.q, away, out=new.q)
    np.add(old.pairs, w * old.total, out=new.pairs)


def double_all(start: Sums, y: Floats, w: Floats) -> Sums:
    """Return the sums of a subset (n = 1) joined with every subset of further studies.

    Subset number i holds study j where bit j of i is set.
    """
    sums = nothing(2**y.size)
    for column, value in zip(sums, start, strict=True):
        column[0] = value[0]
    for j in range(y.size):
        double(sums, 2**j, float(y[j]), float(w[j]))
    return sums


class Pools(NamedTuple):
    """Pools of subsets: number of studies, estimate, tau², Q and tr P, each (n,)."""

    k: Floats
    estimate: Floats
    tau2: Floats
    q: Floats
    size: Floats


def pool_all_subsets(y: Floats, v: Floats, *, fixed: bool) -> Pools:
    """Pool every subset of the studies but the empty one.

    Parameters
    ----------
    y, v : effects and sampling variances, shape (k,).
    fixed : equal effects (tau² = 0), else DerSimonian-Laird.

    Returns
    -------
    Arrays of 2^k - 1; entry i - 1 is the subset of the studies whose bits are set in i.
    """
    k = y.size
    low = min(k, LOW_STUDIES)
    centre = float(y[np.argmin(v)])
    y = y - centre
    heads = double_all(nothing(1), y[low:], 1 / v[low:])
    found = Pools(*(np.empty(2**k) for _ in Pools._fields))
    for high in range(2 ** (k - low)):
        head = Sums(*(column[high : high + 1] for column in heads))
        block = _pool_block(head, high, (y, v, low), fixed=fixed)
        rows = slice(high << low, (high + 1) << low)
        for column, part in zip(found, block, strict=True):
            column[rows] = part
    found.estimate[:] += centre
    return Pools(*(column[1:] for column in found))


def _pool_block(head: Sums, high: int, data: tuple[Floats, Floats, int], *, fixed: bool) -> Pools:
    """Pool the subsets that hold the studies of `high` and any of the low ones."""
    y, v, low = data
    sums = double_all(head, y[:low], 1 / v[:low])
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 2 * sums.pairs / sums.total
        tau2 = np.zeros_like(size)
        if not fixed:
            np.divide(sums.q - (sums.k - 1), size, out=tau2, where=size > 0)
            np.maximum(tau2, 0.0, out=tau2)
            return Pools(sums.k, _weigh(tau2, high, data), tau2, sums.q, size)
    return Pools(sums.k, sums.mean, tau2, sums.q, size)


def _weigh(tau2: Floats, high: int, data: tuple[Floats, Floats, int]) -> Floats:
    """Return the random-effects means of a block at the tau² of each subset."""
    y, v, low = data
    total, pull = np.zeros_like(tau2), np.zeros_like(tau2)
    room = np.empty_like(tau2)
    for j in range(y.size):
        if j >= low and not high >> (j - low) & 1:
            continue
        of = _holders(j, low)
        w = np.add(of(tau2), v[j], out=of(room))
        np.divide(_membership(j, w.size) if j < FINE else 1.0, w, out=w)
        of(total)[...] += w
        w *= y[j]
        of(pull)[...] += w
    return pull / total


def _holders(j: int, low: int) -> _View:
    """Return what cuts an array of subsets down to those that hold study j, without a copy."""
    if j < FINE or j >= low:
        return lambda column: column
    return lambda column: column.reshape(-1, 2, 2**j)[:, 1, :]


@lru_cache(maxsize=2 * FINE)
def _membership(j: int, size: int) -> Floats:
    """Return 1 where a subset of the low studies holds study j, 0 elsewhere."""
    return ((np.arange(size) >> j) & 1).astype(np.float64)
