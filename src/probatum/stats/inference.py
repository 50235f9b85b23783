"""Tests, confidence intervals and prediction intervals of a pooled effect."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from probatum.stats.distributions import normal_cdf, normal_quantile, t_cdf, t_quantile
from probatum.stats.estimators import Estimates
from probatum.stats.ragged import Booleans, Floats

Test: TypeAlias = Literal["z", "t", "knha", "adhoc"]
Prediction: TypeAlias = Literal["auto", "t", "hksj", "z"]


class Inference(NamedTuple):
    """A test of no effect, each (n,) but `ci` (n, 2).

    `df` is infinite for a normal test. `narrower` marks Knapp-Hartung intervals narrower than
    Wald's, `raised` those whose factor the modified test raised to 1.
    """

    se: Floats
    df: Floats
    statistic: Floats
    ci: Floats
    narrower: Booleans
    raised: Booleans


def critical_values(df: Floats, level: float) -> Floats:
    """Return two-sided critical values of t, or of z where df is infinite; NaN where df < 1."""
    values = np.unique(df)
    upper = 0.5 + level / 2.0
    found = np.full(len(values), normal_quantile(upper))
    found[values < 1] = np.nan
    finite = (values >= 1) & np.isfinite(values)
    found[finite] = t_quantile(upper, values[finite])
    return found[np.searchsorted(values, df)]


def two_sided_p(statistic: Floats, df: Floats) -> Floats:
    """Return the two-sided p of a t statistic, or of z where df is infinite."""
    p = normal_cdf(-np.abs(statistic))
    finite = np.isfinite(df)
    p[finite] = t_cdf(-np.abs(statistic[finite]), df[finite])
    return 2.0 * p


def knapp_hartung_factor(estimates: Estimates) -> Floats:
    """Return Σw(y - mean)²/(k - 1) (Knapp & Hartung 2003; Sidik & Jonkman 2002); 1 where k = 1."""
    df = estimates.k - 1.0
    return np.where(df > 0, estimates.q_tau / np.where(df > 0, df, 1.0), 1.0)


def infer(estimates: Estimates, test: Test = "knha", level: float = 0.95) -> Inference:
    """Test the pooled effect and give its interval.

    Parameters
    ----------
    test : ``z`` (Wald), ``t`` (Wald with k - 1 df), ``knha`` (Knapp & Hartung 2003) or ``adhoc``,
        which keeps the Knapp-Hartung factor at or above 1, so that the interval is never narrower
        than Wald's (Röver, Knapp & Friede 2015). A pool of one study always takes z.
    """
    df = np.where((estimates.k > 1) & (test != "z"), estimates.k - 1.0, np.inf)
    wald = np.sqrt(estimates.variance)
    factor = np.ones(len(wald))
    raised = np.zeros(len(wald), dtype=np.bool_)
    if test in {"knha", "adhoc"}:
        factor = knapp_hartung_factor(estimates)
    if test == "adhoc":
        raised = factor < 1
        factor = np.maximum(factor, 1.0)
    se = wald * np.sqrt(factor)
    half = critical_values(df, level) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimates.estimate / se
    ci = np.stack([estimates.estimate - half, estimates.estimate + half], axis=1)
    narrower = half < normal_quantile(0.5 + level / 2.0) * wald * (1 - 1e-12)
    return Inference(se, df, statistic, ci, narrower, raised)


def predict(
    estimates: Estimates, inference: Inference, test: Test, kind: Prediction, level: float
) -> Floats:
    """Return prediction intervals for the effect of a new study, shape (n, 2).

    estimate ± quantile · √(tau² + se²), with the quantile and se of

    * ``t``: t with k - 2 df and the se of the test (Higgins, Thompson & Spiegelhalter 2009;
      Cochrane Handbook 10.10.4.3); with a Knapp-Hartung se the form of Partlett & Riley 2017;
    * ``hksj``: t with k - 1 df and the Knapp-Hartung se, so that it uses the quantile of the
      confidence interval and never lies inside it (IntHout et al. 2016);
    * ``z``: the normal quantile, for comparison with software that uses it;
    * ``auto``: ``hksj`` after a Knapp-Hartung test, else ``t``.

    NaN where k < 3: two studies say next to nothing about the spread of effects.
    """
    hartung = test in {"knha", "adhoc"}
    kind = ("hksj" if hartung else "t") if kind == "auto" else kind
    df = {"t": estimates.k - 2.0, "hksj": estimates.k - 1.0}.get(
        kind, np.full_like(estimates.k, np.inf)
    )
    se2 = inference.se**2
    if kind == "hksj" and not hartung:
        se2 = estimates.variance * knapp_hartung_factor(estimates)
    half = critical_values(df, level) * np.sqrt(estimates.tau2 + se2)
    half[estimates.k < 3] = np.nan
    return np.stack([estimates.estimate - half, estimates.estimate + half], axis=1)
