"""The search of `likelihood` compiled by numba, pool by pool; the same steps, the same bounds.

Import this module only through `engine`: it needs numba, and its first call compiles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np

from probatum.stats.likelihood import MAX_STEPS, NARROW, Mode, find_ceiling
from probatum.stats.ragged import Block, Booleans, Floats, Integers

P = ParamSpec("P")
R = TypeVar("R")
Point: TypeAlias = tuple[float, float, float, float, float]
"""tau², then fit, fit_rate, size and size_rate as in `moments.Slopes`."""
Pool: TypeAlias = tuple[Floats, Floats, Floats, float]
"""Differences from the pivot, their variances, room for weights, and the pivot's variance."""
Peak: TypeAlias = tuple[float, float, int]
"""The likeliest tau² so far, its log-likelihood if it was needed, and the number of modes."""

CUT, FREE, PEAK = 0, 1, 2
DEPTH = 128
"""Cuts within cuts; halving a cell down to `NARROW` takes fewer than 40."""


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    try:
        compiled = numba.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder to keep compiled code in
        compiled = numba.njit(error_model="numpy")(function)
    return cast("Callable[P, R]", compiled)


@_compiled
def _slopes(pool: Pool, t: float, restricted: bool) -> Point:  # noqa: FBT001 - compiled
    d, v, w, v0 = pool
    w0 = 1.0 / (v0 + t)
    rest = squares = cubes = pull = 0.0
    for i in range(len(d)):
        weight = 1.0 / (v[i] + t)
        w[i] = weight
        square = weight * weight
        rest += weight
        squares += square
        cubes += square * weight
        pull += weight * d[i]
    total = w0 + rest
    shift = pull / total
    pivot = w0 * shift
    fit, mean, cubic = pivot * pivot, 0.0, 0.0
    for i in range(len(d)):
        x = w[i] * (d[i] - shift)
        fit += x * x
        x += pivot
        mean += w[i] * x
        cubic += w[i] * x * x
    cubic -= mean * mean / total
    if restricted:
        size = (2.0 * w0 * rest + (rest * rest - squares)) / total
        square = w0 * w0 * (rest * rest + 2.0 * squares) + squares * squares
        square = square / (total * total) + (squares - 2.0 * cubes / total)
    else:
        size, square = total, w0 * w0 + squares
    return t, fit, 2.0 * cubic / fit, size, square / size


@_compiled
def _height(pool: Pool, t: float, restricted: bool) -> float:  # noqa: FBT001 - compiled
    d, v, _, v0 = pool
    w0 = 1.0 / (v0 + t)
    total, pull, logs = w0, 0.0, math.log(v0 + t)
    for i in range(len(d)):
        total += 1.0 / (v[i] + t)
        pull += d[i] / (v[i] + t)
        logs += math.log(v[i] + t)
    shift = pull / total
    q = w0 * shift * shift
    for i in range(len(d)):
        q += (d[i] - shift) ** 2 / (v[i] + t)
    return -0.5 * (logs + q + (math.log(total) if restricted else 0.0))


@_compiled
def _gap(
    upper: tuple[float, float, float, float], lower: tuple[float, float], width: float
) -> float:
    a, b, rate_a, rate_b = upper
    bend = rate_a - rate_b
    cross = (a - b - rate_b * width) / bend if bend > 0.0 else 0.0
    cross = min(max(cross, 0.0), width)
    chord = lower[0] + (lower[1] - lower[0]) * (cross / width)
    return a - rate_a * cross - chord


@_compiled
def _is_clear(a: Point, b: Point) -> bool:
    width = b[0] - a[0]
    fit_a, fit_b, size_a, size_b = math.log(a[1]), math.log(b[1]), math.log(a[3]), math.log(b[3])
    if fit_a < size_a and fit_b < size_b:
        return _gap((size_a, size_b, a[4], b[4]), (fit_a, fit_b), width) > 0.0
    if fit_a > size_a and fit_b > size_b:
        return _gap((fit_a, fit_b, a[2], b[2]), (size_a, size_b), width) > 0.0
    return False


@_compiled
def _climb(pool: Pool, start: Point, high: float, restricted: bool) -> tuple[float, bool]:  # noqa: FBT001
    base = pool[3]
    at, low = start, start[0]
    ahead = low
    for _ in range(MAX_STEPS):
        t = at[0]
        bend = at[2] - at[4]
        ahead = t + (at[1] / at[3] - 1.0) / bend if bend > 0.0 else math.inf
        small = abs(ahead - t) <= 1e-9 * ahead
        if not low < ahead < high:
            ahead = math.sqrt((low + base) * (high + base)) - base
            small = abs(ahead - t) <= 1e-15 * (ahead + base)
        if small:
            return ahead, True
        at = _slopes(pool, ahead, restricted)
        if at[1] > at[3]:
            low = ahead
        else:
            high = ahead
        if abs(at[1] / at[3] - 1.0) <= 2e-16 * (len(pool[0]) + 1):
            return ahead, True
    return ahead, False


@_compiled
def _verdict(a: Point, b: Point, base: float) -> int:
    """Tell whether a cell holds a peak, is free of one, or must be cut."""
    if b[2] > a[4] or b[0] - a[0] <= NARROW * (a[0] + base):
        return PEAK if a[1] > a[3] and b[1] <= b[3] else FREE
    return FREE if a[2] < b[4] or _is_clear(a, b) else CUT


@_compiled
def _rival(pool: Pool, mode: Peak, root: float, restricted: bool) -> Peak:  # noqa: FBT001
    """Count a root as a mode, and keep the likelier of it and the best so far."""
    best, height, modes = mode
    if modes == 0:
        return root, math.nan, 1
    if math.isnan(height):
        height = _height(pool, best, restricted)
    other = _height(pool, root, restricted)
    if other > height:
        best, height = root, other
    return best, height, modes + 1


@_compiled
def _search(
    pool: Pool,
    ceiling: float,
    stack: Floats,
    restricted: bool,  # noqa: FBT001
) -> tuple[float, int, bool]:
    """Return tau², the number of modes and whether all settled, of one pool."""
    base = pool[3]
    bend = min(max(pool[1].max() - 2.0 * base, 0.0), ceiling)
    left = _slopes(pool, 0.0, restricted)
    mode = (0.0, math.nan, 0 if left[1] > left[3] else 1)
    settled, depth = True, 0
    if bend > 0.0:
        stack[0] = _slopes(pool, bend, restricted)
        depth = 1
    while depth > 0:
        top = stack[depth - 1]
        right = (top[0], top[1], top[2], top[3], top[4])
        verdict = _verdict(left, right, base)
        if verdict == CUT:
            middle = math.sqrt((left[0] + base) * (right[0] + base)) - base
            stack[depth] = _slopes(pool, middle, restricted)
            depth += 1
            continue
        if verdict == PEAK:
            root, done = _climb(pool, left, right[0], restricted)
            mode, settled = _rival(pool, mode, root, restricted), settled and done
        left = right
        depth -= 1
    if left[1] > left[3] and left[0] < ceiling:
        root, done = _climb(pool, left, ceiling, restricted)
        mode, settled = _rival(pool, mode, root, restricted), settled and done
    return mode[0], mode[2], settled


@_compiled
def _search_all(
    d: Floats,
    v: Floats,
    v0: Floats,
    ceiling: Floats,
    restricted: bool,  # noqa: FBT001
) -> tuple[Floats, Integers, Booleans]:
    m, n = d.shape
    tau2, modes, settled = np.zeros(n), np.ones(n, np.int64), np.ones(n, np.bool_)
    dense, variances, room = np.empty(m), np.empty(m), np.empty(m)
    stack = np.empty((DEPTH, 5))
    for j in range(n):
        if not ceiling[j] > 0.0:
            continue
        k = 0
        for i in range(m):
            if v[i, j] < math.inf:
                dense[k], variances[k] = d[i, j], v[i, j]
                k += 1
        pool = (dense[:k], variances[:k], room[:k], v0[j])
        tau2[j], modes[j], settled[j] = _search(pool, ceiling[j], stack, restricted)
    return tau2, modes, settled


def maximise(block: Block, *, restricted: bool) -> Mode:
    """Return what `likelihood.maximise` does."""
    ceiling = find_ceiling(block)
    return Mode(*_search_all(block.d, block.v, block.v0, ceiling, restricted))
