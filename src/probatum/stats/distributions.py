"""SciPy's distribution functions, loaded when first called.

Importing `scipy.special` takes longer than importing all the rest of this package with NumPy.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np

from probatum.stats.ragged import Floats


@cache
def _special() -> ModuleType:
    import scipy.special  # noqa: PLC0415 - the point of this module

    return scipy.special


def _call(name: str, *args: Floats | float) -> Floats:
    return np.asarray(getattr(_special(), name)(*args), dtype=np.float64)


def normal_cdf(x: Floats | float) -> Floats:
    """Return P(Z ≤ x)."""
    return _call("ndtr", x)


def normal_quantile(p: float) -> float:
    """Return the x with P(Z ≤ x) = p."""
    return float(_call("ndtri", p))


def t_cdf(x: Floats, df: Floats) -> Floats:
    """Return P(T ≤ x) with df degrees of freedom."""
    return _call("stdtr", df, x)


def t_quantile(p: float, df: Floats) -> Floats:
    """Return the x with P(T ≤ x) = p with df degrees of freedom."""
    return _call("stdtrit", df, p)


def chi2_quantile(upper: float, df: Floats | float) -> Floats:
    """Return the x with P(chi² > x) = upper with df degrees of freedom."""
    return _call("chdtri", df, upper)


def chi2_p(q: Floats, df: Floats) -> Floats:
    """Return P(chi² > q) with an integer number of degrees of freedom; 1 for none.

    Up to 30 df the finite series of Abramowitz & Stegun 26.4.4-5 is used: it has positive terms
    only, and costs less than the incomplete gamma function that serves beyond.
    """
    p = np.where(np.isnan(q), np.nan, 1.0)
    many = df > 30
    p[many] = _call("chdtrc", df[many], q[many])
    few = np.flatnonzero((df > 0) & ~many)
    half, odd = q[few] / 2.0, df[few] % 2
    term = np.exp(-half) * np.where(odd == 1, 2.0 * np.sqrt(half / np.pi), 1.0)
    tail = np.zeros(len(few))
    tail[odd == 1] = _call("erfc", np.sqrt(half[odd == 1]))
    left, order = (df[few] - odd) / 2.0, 1.0 + odd / 2.0
    at = np.arange(len(few))
    while len(at := at[left[at] > 0]):
        tail[at] += term[at]
        term[at] *= half[at] / order[at]
        left[at] -= 1.0
        order[at] += 1.0
    p[few] = tail
    return p
