"""How much the effects of a pool differ: I², H², and the standard error of tau²."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from probatum.stats.moment_equation import dersimonian_laird
from probatum.stats.moments import Traces, spread, trace, weigh
from probatum.stats.ragged import Block, Floats, dot

if TYPE_CHECKING:
    from probatum.stats.estimators import Method


def typical_variance(k: Floats, size: Floats) -> Floats:
    """Return the typical sampling variance (k - 1)/tr P (Higgins & Thompson 2002)."""
    return np.divide(k - 1.0, size, out=np.ones_like(size), where=size > 0)


def i_squared(tau2: Floats, typical: Floats) -> Floats:
    """Return I² in percent: tau²/(tau² + typical variance) (Higgins & Thompson 2002)."""
    return 100.0 * tau2 / (tau2 + typical)


def h_squared(tau2: Floats, typical: Floats) -> Floats:
    """Return H² = 1 + tau²/typical variance (Higgins & Thompson 2002)."""
    return 1.0 + tau2 / typical


def i_squared_of_q(q: Floats, k: Floats) -> Floats:
    """Return I² in percent from Q: max(0, (Q - (k - 1))/Q) (Higgins et al. 2003)."""
    excess = np.maximum(q - (k - 1.0), 0.0)
    return 100.0 * np.divide(excess, q, out=np.zeros_like(q), where=q > 0)


def h_squared_of_q(q: Floats, k: Floats) -> Floats:
    """Return H² = Q/(k - 1) (Higgins & Thompson 2002); 1 for one study."""
    return np.divide(q, k - 1.0, out=np.ones_like(q), where=k > 1)


def tau2_error(block: Block, tau2: Floats, method: Method) -> Floats:
    """Return the standard error of tau²; NaN for one study and for equal effects.

    * ML, REML: from the expected information, ½Σw² and ½ tr P² (Viechtbauer 2005).
    * Estimators linear in a quadratic form y'Ay: √(2 tr (AΣ)²) over the form's slope in tau², the
      variance for normal effects, with the weights taken as fixed (Biggerstaff & Tweedie 1997).
    * EB, PM, PMM: the delta method on Q(tau²) = k - 1, whose variance is 2(k - 1) and whose slope
      tr P is taken as Σw(k - 1)/k.
    """
    df = block.k - 1.0
    at = trace(*weigh(block, tau2))
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "ML":
            w0, w = weigh(block, tau2)
            error = np.sqrt(2.0 / (w0 * w0 + dot(w, w)))
        elif method == "REML":
            error = np.sqrt(2.0 / at.p2)
        elif method in {"EB", "PM", "PMM"}:
            error = np.sqrt(2.0 * block.k**2 / df) / at.total
        elif method in {"EE", "FE"}:
            error = np.full(len(df), np.nan)
        else:
            error = _moment_error(block, tau2, method, at)
    return np.where(df > 0, error, np.nan)


def _moment_error(block: Block, tau2: Floats, method: Method, at: Traces) -> Floats:
    """Return the standard error of an estimator that is a linear function of a Q."""
    df = block.k - 1.0
    if method == "HE":
        s = np.where(np.isinf(block.v), 0.0, block.v + tau2)
        total, squares = (
            s.sum(axis=0) + block.v0 + tau2,
            (s * s).sum(axis=0) + (block.v0 + tau2) ** 2,
        )
        form: Floats = squares - 2.0 * squares / block.k + (total / block.k) ** 2
        return np.sqrt(2.0 * form) / df
    if method == "DLIT":
        # The formula of DL at the final weights, as is customary.
        return _form_error(df, tau2, at) / at.p
    crude = spread(block) / block.k
    base = {"SJ": crude, "DL2": dersimonian_laird(block)}.get(method, np.zeros(len(df)))
    traces = trace(*weigh(block, base))
    error = _form_error(df, tau2 - base, traces)
    scale = {
        "HS": 1.0 / traces.total,
        "HSk": block.k / df / traces.total,
        "SJ": crude / df,
    }.get(method, 1.0 / traces.p)
    return error * scale


def _form_error(df: Floats, extra: Floats, traces: Traces) -> Floats:
    """Return √(2 tr (AΣ)²) for A of weights 1/(v + u) and Σ = diag(v + u) + extra·I."""
    return np.sqrt(2.0 * (df + 2.0 * extra * traces.p + extra * extra * traces.p2))
