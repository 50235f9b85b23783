"""Arguments of the statistics: arrays of floats of one shape, and a level between 0 and 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from probatum.errors import InputError
from probatum.stats.numeric import as_floats

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def floats(**named: ArrayLike) -> tuple[FloatArray, ...]:
    """Return the arguments as float arrays broadcast to one shape; a missing value is NaN.

    Raises
    ------
    InputError
        If one is not numeric, or the shapes do not go together; the message names it.
    """
    arrays = [as_floats(name, value) for name, value in named.items()]
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError as error:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(named, arrays, strict=True))
        raise InputError(f"shapes do not go together: {shapes}") from error


def require(condition: ArrayLike, message: str) -> None:
    """Raise `InputError` with the first offending index unless the condition holds everywhere.

    A comparison with NaN is false, so ask for the fault: ``require(~(sd < 0), …)``.
    """
    held = np.asarray(condition, dtype=np.bool_)
    if held.all():
        return
    at = np.argwhere(~held)[0]
    where = f" (first at index {', '.join(map(str, at))})" if at.size else ""
    raise InputError(message + where)


def quantile(level: float, df: ArrayLike | None = None) -> FloatArray:
    """Return the two-sided critical value: of t where `df` is given, else of the normal.

    ``quantile(0.95)`` is 1.96. An infinite `df` gives the normal value.
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, not {level}")
    normal = np.asarray(ndtri(0.5 + level / 2), dtype=np.float64)
    if df is None:
        return normal
    degrees = np.asarray(df, dtype=np.float64)
    finite = np.isfinite(degrees)
    student = stdtrit(np.where(finite, degrees, 1.0), 0.5 + level / 2)
    return np.asarray(np.where(np.isposinf(degrees), normal, student), dtype=np.float64)[()]
