"""GOSH: the pool of every subset of the studies (Olkin, Dahabreh & Trikalinos 2012)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError
from probatum.stats.engine import Engine
from probatum.stats.estimators import Method, estimate_block, find_estimator
from probatum.stats.heterogeneity import i_squared, i_squared_of_q, typical_variance
from probatum.stats.linear import as_series
from probatum.stats.ragged import make_block
from probatum.stats.report import HIDDEN, Report, note_lines, number
from probatum.stats.subset_sums import Pools, pool_all_subsets

Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]

ALL_UP_TO = 20
"""Studies up to which all subsets are pooled: 1,048,575."""

BLOCK_SUBSETS = 4096
"""Subsets worked on at once, which bounds the memory beyond the result's own."""

_ONES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1, dtype=np.uint8)

DOUBLED = frozenset({"EE", "FE", "DL"})
"""Methods whose sums over all subsets come by doubling."""


@dataclass(frozen=True, slots=True, eq=False)
class GoshResult(Report):
    """Pools of subsets, one entry a subset, shape (n,).

    Attributes
    ----------
    studies : k of the whole set.
    k : number of studies in each subset.
    estimate, tau2, i2, q : as in `pool`; i2 in percent.
    members : which studies each subset holds, as bits packed little-endian, (n, ⌈studies/8⌉).
    complete : whether these are all subsets, or a sample.
    method : estimator of tau².
    unsettled : number of subsets whose tau² did not settle.
    notes : what a reader must know.
    """

    ROWS: ClassVar = ("k", "estimate", "tau2", "i2", "q")

    studies: int
    k: NDArray[np.int64] = field(metadata=HIDDEN)
    estimate: Floats = field(metadata=HIDDEN)
    tau2: Floats = field(metadata=HIDDEN)
    i2: Floats = field(metadata=HIDDEN)
    q: Floats = field(metadata=HIDDEN)
    members: Bits = field(metadata=HIDDEN)
    complete: bool
    method: str
    unsettled: int
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return self.k.size

    def holds(self, study: int) -> NDArray[np.bool_]:
        """Tell which subsets hold a study, by its position: shape (n,).

        Raises
        ------
        InputError : there is no such study.
        """
        if not 0 <= study < self.studies:
            raise InputError(f"study must be one of 0 … {self.studies - 1}, not {study}")
        return (self.members[:, study // 8] >> (study % 8) & 1).astype(np.bool_)

    def summary(self) -> str:
        """Describe the spread of the subsets' estimates in words."""
        low, middle, high = np.quantile(self.estimate, [0.025, 0.5, 0.975])
        what = "all" if self.complete else "a sample of"
        line = (
            f"GOSH ({self.method}), {what} {len(self)} subsets of {self.studies} studies: median "
            f"{number(middle)}, 95% of subsets between {number(low)} and {number(high)}."
        )
        return "\n".join([line, *note_lines(self.notes)])


class _Listed(NamedTuple):
    """Pools of listed subsets, and how many did not settle."""

    pools: Pools
    unsettled: int


def pool_subsets(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: Method = "REML",
    sample: int = 100_000,
    seed: int = 0,
    engine: Engine = "auto",
) -> GoshResult:
    """Pool all subsets of up to 20 studies, or a sample of the subsets of more.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,).
    method : estimator of tau². REML and ML find the certified global mode of every subset, by the
        search of `probatum.stats.likelihood`.
    sample : number of subsets drawn where k is above 20, each study in or out with even odds.
    seed : of the draw.
    engine : as in `pool`.

    Returns
    -------
    The subsets of one study included; without a sample, entry i - 1 holds the studies whose bits
    are set in i.

    Raises
    ------
    InputError : shapes differ, or the sample is not above 0.
    UnknownName : no such method.

    Examples
    --------
    >>> subsets = pool_subsets([0.1, 0.5, 0.3], [0.04, 0.02, 0.05], method="DL")
    >>> len(subsets), subsets.holds(1).sum()
    (7, np.int64(4))
    """
    y, v = as_series(yi, vi)
    if sample < 1:
        raise InputError(f"the sample must be above 0, not {sample}")
    complete = y.size <= ALL_UP_TO
    members = _every_subset(y.size) if complete else _draw_subsets(y.size, sample, seed)
    if complete and method in DOUBLED:
        listed = _Listed(pool_all_subsets(y, v, fixed=method != "DL"), 0)
    else:
        listed = _pool_listed(y, v, members, method, engine)
    return _assemble(listed, members, y.size, method, complete=complete)


def _assemble(
    listed: _Listed, members: Bits, studies: int, method: Method, *, complete: bool
) -> GoshResult:
    pools = listed.pools
    fixed = method in {"EE", "FE"}
    typical = typical_variance(pools.k, pools.size)
    i2 = i_squared_of_q(pools.q, pools.k) if fixed else i_squared(pools.tau2, typical)
    notes: tuple[str, ...] = ()
    if listed.unsettled:
        notes = (f"the iteration for tau² did not settle in {listed.unsettled} subsets",)
    return GoshResult(
        studies=studies,
        k=pools.k.astype(np.int64),
        estimate=pools.estimate,
        tau2=pools.tau2,
        i2=i2,
        q=pools.q,
        members=members,
        complete=complete,
        method=method,
        unsettled=listed.unsettled,
        notes=notes,
    )


def _every_subset(studies: int) -> Bits:
    """Return the bits of 1 … 2^studies - 1."""
    codes = np.arange(1, 2**studies, dtype="<u4")
    return codes.view(np.uint8).reshape(-1, 4)[:, : -(-studies // 8)]


def _draw_subsets(studies: int, n: int, seed: int) -> Bits:
    """Draw subsets evenly from all but the empty one; a subset may come twice."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 256, (n, -(-studies // 8)), dtype=np.uint8)
    spare = -studies % 8
    bits[:, -1] &= 255 >> spare
    while (empty := ~bits.any(axis=1)).any():
        bits[empty] = rng.integers(0, 256, (int(empty.sum()), bits.shape[1]), dtype=np.uint8)
        bits[:, -1] &= 255 >> spare
    return bits


def _pool_listed(y: Floats, v: Floats, members: Bits, method: Method, engine: Engine) -> _Listed:
    """Pool listed subsets by any method, those of one size together."""
    k = _ONES[members].sum(axis=1, dtype=np.int64)
    solve = find_estimator(method, int(k.sum()), engine)
    found, unsettled = Pools(*(np.empty(k.size) for _ in Pools._fields)), 0
    for rows in _blocks_of_one_size(k):
        bits = np.unpackbits(members[rows], axis=1, count=y.size, bitorder="little")
        places = np.nonzero(bits)[1].reshape(rows.size, -1).T
        part = estimate_block(make_block(y[places], v[places]), solve)
        unsettled += int(np.count_nonzero(~part.settled))
        for column, values in zip(
            found, (part.k, part.estimate, part.tau2, part.q, part.size), strict=True
        ):
            column[rows] = values
    return _Listed(found, unsettled)


def _blocks_of_one_size(k: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield positions of subsets of one size, a block at a time."""
    order = np.argsort(k, kind="stable")
    ends = np.flatnonzero(np.diff(k[order])) + 1
    for group in np.split(order, ends):
        for first in range(0, group.size, BLOCK_SUBSETS):
            yield group[first : first + BLOCK_SUBSETS]
