"""Screens for data defects: each marks rows worth a second look, and proves nothing.

Double-zero tables are marked by `probatum.stats.zero_cells`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError
from probatum.stats.arrays import BoolArray, FloatArray, floats

MEDIAN_TO_SD = 1.4826
"""A normal variable's standard deviation over its median absolute deviation."""

LEAST_SPREAD = 0.15
"""Floor of the spread of log SD between studies, lest four alike SDs make a fifth an outlier."""

TOO_SMALL = 3.0
WELL_PLACED = 1.5
LEAST_GAP = float(np.log(2.5))


def find_doubled_controls(groups: ArrayLike, studies: ArrayLike, *control: ArrayLike) -> BoolArray:
    """Mark rows whose control arm was already counted in the same pool.

    Such an arm's people are counted twice, so its study weighs too much (Handbook 23.3.4).

    Parameters
    ----------
    groups : pool of every row, integers, shape (n,).
    studies : study of every row, integers; pass the same number everywhere to compare control
        arms of any study, at the price of coincidences.
    control : columns that describe the control arm, such as events and people, or mean, SD and
        people. Rows with a missing value are never marked.

    Returns
    -------
    Shape (n,): True for the second and later appearances.

    Raises
    ------
    InputError : no column describes the control arm, or shapes differ.
    """
    if not control:
        raise InputError("the control arm needs at least one column")
    keys = np.column_stack(_columns(groups, studies, *control))
    known = np.isfinite(keys).all(axis=1)
    marked = np.zeros(known.size, dtype=np.bool_)
    _, first, place = np.unique(keys[known], axis=0, return_index=True, return_inverse=True)
    marked[known] = first[place.ravel()] != np.arange(place.size)
    return marked


def find_errors_as_sd(
    sd1: ArrayLike, n1: ArrayLike, sd2: ArrayLike, n2: ArrayLike, groups: ArrayLike
) -> BoolArray:
    """Mark studies whose standard deviations look like standard errors.

    Among studies of one scale SDs differ by a modest factor. A study is marked where the mean
    log SD of its arms lies more than 3 robust standard deviations below the median of the other
    studies in its pool, and multiplied by √n it lies within 1.5 of it. The factor √n must be at
    least 2.5, and at least three other studies are needed. `find_inflated_sd` gives the error
    rate of this rule: the same with "above" and a division by √n, which no common slip explains.

    Parameters
    ----------
    sd1, n1, sd2, n2 : SD and people of both arms, shape (n,).
    groups : pool of every row, integers; its studies should share a scale.

    Returns
    -------
    Shape (n,).

    Raises
    ------
    InputError : not numbers, or columns are not 1-D and of one length.
    """
    return _misplaced(sd1, n1, sd2, n2, groups, sign=-1.0)


def find_inflated_sd(
    sd1: ArrayLike, n1: ArrayLike, sd2: ArrayLike, n2: ArrayLike, groups: ArrayLike
) -> BoolArray:
    """Mark studies whose SDs are too large by about √n: the mirror of `find_errors_as_sd`.

    Arguments and result are those of that screen; it tells how often its rule errs.
    """
    return _misplaced(sd1, n1, sd2, n2, groups, sign=1.0)


def find_impossible_sd(
    mean: ArrayLike,
    sd: ArrayLike,
    n: ArrayLike,
    *,
    low: ArrayLike = -np.inf,
    high: ArrayLike = np.inf,
    rounding: float = 0.0,
) -> BoolArray:
    """Mark groups whose mean and SD no sample on the scale can have.

    Parameters
    ----------
    mean, sd, n : of each group.
    low, high : ends of the scale; infinite where it has none.
    rounding : half the unit that means and SDs were rounded to.

    A mean outside the scale or a negative SD is impossible. On a scale with both ends the SD is
    at most √((mean - low)(high - mean) n/(n - 1)) (Bhatia & Davis 2000, Am Math Mon 107:353);
    with one end at most √n times the mean's distance from it, which is reached when all but one
    person stand at that end.

    Returns
    -------
    The shape that the arguments broadcast to; False where a value is missing.

    Raises
    ------
    InputError : not numbers, or shapes differ.
    """
    m, s, size, bottom, top = floats(mean=mean, sd=sd, n=n, low=low, high=high)
    largest = np.full(m.shape, np.inf)
    with np.errstate(all="ignore"):
        over, under = m - bottom + rounding, top - m + rounding
        both = np.sqrt(np.maximum(over * under, 0.0) * size / (size - 1.0))
        for bound, known in (
            (both, np.isfinite(bottom) & np.isfinite(top)),
            (np.sqrt(size) * np.maximum(over, 0.0), np.isfinite(bottom)),
            (np.sqrt(size) * np.maximum(under, 0.0), np.isfinite(top)),
        ):
            largest = np.where(known, np.fmin(largest, bound), largest)
        too_large = s - rounding > largest * (1 + 1e-9)
    return np.asarray((s < 0) | (over < 0) | (under < 0) | (too_large & (size > 1)))


def _columns(*columns: ArrayLike) -> tuple[FloatArray, ...]:
    """Return columns as 1-D float arrays of one length."""
    arrays = floats(**{f"column {i}": column for i, column in enumerate(columns)})
    if arrays[0].ndim != 1:
        raise InputError(f"columns must be 1-D, not of shape {arrays[0].shape}")
    return arrays


def _misplaced(
    sd1: ArrayLike,
    n1: ArrayLike,
    sd2: ArrayLike,
    n2: ArrayLike,
    groups: ArrayLike,
    *,
    sign: float,
) -> BoolArray:
    """Mark studies whose SDs are off by √n, down (sign -1) or up (+1)."""
    s1, m1, s2, m2, pools = _columns(sd1, n1, sd2, n2, groups)
    usable = (s1 > 0) & (s2 > 0) & (m1 > 1) & (m2 > 1)
    marked = np.zeros(s1.size, dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 0.5 * (np.log(s1) + np.log(s2))
        gap = 0.25 * (np.log(m1) + np.log(m2))
    for rows in _members(pools, usable):
        if rows.size < 4:
            continue
        middle, spread = _others(size[rows])
        off = sign * (size[rows] - middle) / spread
        marked[rows] = (
            (off > TOO_SMALL)
            & (np.abs(off - gap[rows] / spread) < WELL_PLACED)
            & (gap[rows] > LEAST_GAP)
        )
    return marked


def _members(pools: FloatArray, usable: BoolArray) -> Iterator[NDArray[np.intp]]:
    """Yield the usable rows of each pool."""
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(pools[rows], kind="stable")]
    yield from np.split(rows, np.flatnonzero(np.diff(pools[rows])) + 1)


def _others(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return median and robust spread of the values beside each one."""
    k = values.size
    beside = np.broadcast_to(values, (k, k))[~np.eye(k, dtype=np.bool_)].reshape(k, k - 1)
    middle = np.median(beside, axis=1)
    away = np.median(np.abs(beside - middle[:, None]), axis=1)
    return middle, np.maximum(MEDIAN_TO_SD * away, LEAST_SPREAD)
