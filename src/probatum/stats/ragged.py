"""Many pools of unequal size: read as flat arrays, worked on as padded blocks.

A block stands studies along the first axis and pools along the second, so that every sum over
studies is a sum of contiguous rows. The most precise study of each pool is its *pivot*: effects are
kept as differences from the pivot's, and its weight apart from the others'. Sums that would lose
all their digits when one study outweighs the rest (a variance ratio of 1e12) keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError
from probatum.stats.numeric import as_floats

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Booleans: TypeAlias = NDArray[np.bool_]

BLOCK_ELEMENTS = 1 << 15
"""Numbers in one array of a block: 256 kB, so that a few arrays stay in the cache."""

PADDING = 2.0
"""The largest pool of a block over its smallest."""

LARGEST = 1e60
"""The largest effect and variance, and the inverse of the least variance: sums go to their fifth
power, which must stay finite."""

BEYOND = f"the numbers are beyond {LARGEST:g} or its inverse: choose another unit"


@dataclass(frozen=True, slots=True)
class Ragged:
    """Studies of many pools, pool after pool.

    Attributes
    ----------
    y, v : effects and sampling variances of all studies, shape (rows,).
    starts : first row of each pool, and the number of rows, shape (pools + 1,).
    labels : the group each pool was given under, or its position, shape (pools,).
    left_out : rows of each pool without a finite effect and variance, shape (pools,).
    """

    y: Floats
    v: Floats
    starts: Integers
    labels: Integers
    left_out: Integers

    @property
    def k(self) -> Integers:
        """Number of studies in each pool."""
        return np.diff(self.starts)

    def take(self, pool: int) -> tuple[Floats, Floats]:
        """Return the effects and variances of one pool."""
        rows = slice(self.starts[pool], self.starts[pool + 1])
        return self.y[rows], self.v[rows]


@dataclass(frozen=True, slots=True)
class Block:
    """Pools of similar size, padded, with the pivot study of each set apart.

    Attributes
    ----------
    pools : position of each pool among all, shape (n,).
    k : studies in each pool, shape (n,).
    y0, v0 : effect and variance of each pool's most precise study, shape (n,).
    d : effects of the other studies less ``y0``; 0 where padded, shape (m, n).
    v : their variances; infinite where padded, so that padding weighs nothing, shape (m, n).
    """

    pools: Integers
    k: Floats
    y0: Floats
    v0: Floats
    d: Floats
    v: Floats

    def take(self, columns: NDArray[Any]) -> Block:
        """Return the block of some of the pools, by position or mask (repeats allowed)."""
        return Block(
            self.pools[columns],
            self.k[columns],
            self.y0[columns],
            self.v0[columns],
            self.d[:, columns],
            self.v[:, columns],
        )


def dot(*factors: Floats) -> Floats:
    """Sum the products of arrays of shape (m, n) over studies, to shape (n,)."""
    spec = {2: "ij,ij->j", 3: "ij,ij,ij->j"}[len(factors)]
    return np.asarray(np.einsum(spec, *factors), dtype=np.float64)


def read_ragged(yi: Any, vi: Any, groups: ArrayLike | None = None) -> Ragged:  # noqa: ANN401 - ragged
    """Read one pool, a list of pools, or flat values with a group index.

    Parameters
    ----------
    yi, vi : effects and sampling variances (not standard errors): one array of each, a list with
        one array per pool, or flat arrays together with `groups`.
    groups : integer group of every row, in any order; pools come out in ascending order of group.

    Raises
    ------
    InputError : shapes differ, groups are not integers, a variance is not above 0, or a number is
        too large or small to be squared several times.
    """
    if groups is None and _is_nested(yi):
        ys = [as_floats("yi", row).ravel() for row in yi]
        vs = [as_floats("vi", row).ravel() for row in vi]
        if [len(row) for row in ys] != [len(row) for row in vs]:
            raise InputError("yi and vi must hold pools of the same lengths")
        empty = [np.zeros(0)]
        sizes = np.array([len(row) for row in ys], dtype=np.int64)
        labels = np.arange(len(ys), dtype=np.int64)
        return _keep_finite(np.concatenate(ys or empty), np.concatenate(vs or empty), sizes, labels)
    y, v = as_floats("yi", yi), as_floats("vi", vi)
    if y.ndim != 1 or y.shape != v.shape:
        raise InputError(f"yi and vi must be 1-D and of one length, not {y.shape} and {v.shape}")
    if groups is None:
        return _keep_finite(y, v, np.array([len(y)], dtype=np.int64), np.zeros(1, dtype=np.int64))
    return _read_groups(y, v, np.asarray(groups))


def _is_nested(yi: object) -> bool:
    """Tell a list of pools from one pool."""
    if isinstance(yi, np.ndarray) and yi.dtype != np.object_:
        return yi.ndim > 1
    return isinstance(yi, Sequence | np.ndarray) and len(yi) > 0 and np.ndim(yi[0]) > 0


def _read_groups(y: Floats, v: Floats, groups: NDArray[Any]) -> Ragged:
    if groups.shape != y.shape or (len(y) and groups.dtype.kind not in "iu"):
        raise InputError("groups must be integers, one for each effect")
    if len(groups) and bool((groups[1:] < groups[:-1]).any()):
        order = np.argsort(groups, kind="stable")
        y, v, groups = y[order], v[order], groups[order]
    firsts = np.flatnonzero(np.r_[len(groups) > 0, groups[1:] != groups[:-1]])
    sizes = np.diff(firsts, append=len(groups)).astype(np.int64)
    return _keep_finite(y, v, sizes, groups[firsts].astype(np.int64))


def _keep_finite(y: Floats, v: Floats, sizes: Integers, labels: Integers) -> Ragged:
    """Leave out rows without a finite effect and variance, and count them."""
    _refuse(v <= 0, "a sampling variance must be above 0")
    finite = np.isfinite(y) & np.isfinite(v)
    _refuse(finite & are_beyond(y, v), BEYOND)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    left_out = np.zeros_like(sizes)
    if not finite.all():
        missing = np.concatenate([[0], np.cumsum(~finite)])[starts]
        left_out = np.diff(missing)
        y, v, starts = y[finite], v[finite], starts - missing
    return Ragged(y, v, starts, labels, left_out)


def are_beyond(y: Floats, v: Floats) -> Booleans:
    """Tell which effects and variances are beyond `LARGEST`, or variances below its inverse."""
    return (np.abs(y) > LARGEST) | (v > LARGEST) | (v < 1.0 / LARGEST)


def _refuse(wrong: Booleans, why: str) -> None:
    if wrong.any():
        raise InputError(f"row {np.flatnonzero(wrong)[0]}: {why}")


def split_blocks(data: Ragged) -> Iterator[Block]:
    """Yield blocks of pools of similar size; pools without a study are in none."""
    sizes = data.k
    # Numbers of 16 bits are sorted by radix, in linear time.
    small = sizes.max(initial=0) < 1 << 15
    order = np.argsort(sizes.astype(np.int16) if small else sizes, kind="stable")
    ranked = sizes[order]
    first = int(np.searchsorted(ranked, 1))
    while first < len(order):
        most = max(int(ranked[first]), int(ranked[first] * PADDING))
        last = int(np.searchsorted(ranked, most, side="right"))
        last = min(last, first + max(1, BLOCK_ELEMENTS // int(ranked[last - 1])))
        yield _cut(data, order[first:last], ranked[first:last])
        first = last


def _cut(data: Ragged, pools: Integers, sizes: Integers) -> Block:
    rows = data.starts[pools] + np.arange(sizes[-1])[:, None]
    if sizes[0] == sizes[-1]:
        return make_block(data.y[rows], data.v[rows], pools=pools)
    np.minimum(rows, len(data.y) - 1, out=rows)
    return make_block(
        data.y[rows], data.v[rows], np.arange(sizes[-1])[:, None] < sizes, pools=pools
    )


def make_block(
    y: Floats, v: Floats, mask: Booleans | None = None, *, pools: Integers | None = None
) -> Block:
    """Make a block of arrays with studies along the first axis and pools along the second.

    Parameters
    ----------
    y, v : effects and variances, shape (studies, pools); both are written to.
    mask : True where a study belongs to a pool; every pool needs at least one. None: everywhere.
    pools : position of each pool, by default its column.
    """
    studies, n = y.shape
    columns = np.arange(n)
    if mask is None:
        k = np.full(n, float(studies))
    else:
        k = mask.sum(axis=0).astype(np.float64)
        v[~mask] = np.inf
    pivot = v.argmin(axis=0)
    y0, v0 = y[pivot, columns], v[pivot, columns]
    y[pivot, columns], v[pivot, columns] = y[0], v[0]
    d = y[1:] - y0
    if mask is not None:
        d[np.isinf(v[1:])] = 0.0
    return Block(columns if pools is None else pools, k, y0, v0, d, v[1:])
