"""Numbers from whatever a caller gives: refused by name where they are none."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import InputError


def as_floats(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Return an argument as an array of floats of any shape; a missing value is NaN.

    Raises
    ------
    InputError : it does not hold real numbers, or its rows differ in length.
    """
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind != "c" and not isinstance(value, complex):
        try:
            return np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            pass
    raise InputError(f"{name} must hold numbers, in rows of one length")
