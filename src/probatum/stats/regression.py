"""Mixed-effects meta-regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, chdtri, fdtrc

from probatum.errors import InputError, UnknownName
from probatum.stats.arrays import quantile
from probatum.stats.coefficients import Coefficients, judge, name_coefficients
from probatum.stats.linear import Fit, ResidualSpace, as_design, as_series, least_squares
from probatum.stats.moderated_tau2 import EQUAL_EFFECTS, Sample, estimate_tau2, match_q, tau2_error
from probatum.stats.notes import TEXTS, Note
from probatum.stats.report import note_lines, number, p_value

Floats = NDArray[np.float64]

_ROUNDING = 1e-28

TESTS = ("z", "t", "knha", "adhoc")


@dataclass(frozen=True, slots=True, eq=False)
class RegressionResult(Coefficients):
    """A mixed-effects meta-regression.

    Attributes
    ----------
    names, estimate, se, statistic, p, ci, cov : of the coefficients; see `Coefficients`.
    df : residual degrees of freedom of the tests; infinite for normal ones.
    k : number of rows.
    tau2, se_tau2, tau2_ci : residual between-study variance, its error, Q-profile limits.
    i2, h2 : residual heterogeneity, i2 in percent.
    r2 : percent of tau² accounted for; NaN without an intercept.
    qe, qe_df, qe_p : test of residual heterogeneity (chi²).
    qm, qm_df, qm_p : omnibus test; chi² for z, else F with (m, k - p) degrees of freedom.
    method, test, level : as asked.
    notes : what a reader must know.
    """

    df: float
    k: int
    tau2: float
    se_tau2: float
    tau2_ci: tuple[float, float]
    i2: float
    h2: float
    r2: float
    qe: float
    qe_df: int
    qe_p: float
    qm: float
    qm_df: tuple[int, float]
    qm_p: float
    method: str
    test: str
    level: float
    notes: tuple[str, ...]

    def predict(self, design: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Return the expected effect, its confidence limits and prediction limits at rows of X.

        Parameters
        ----------
        design : rows of X with every column of the fit, shape (n, p).

        Returns
        -------
        Shapes (n,), (n, 2) and (n, 2). A new study's effect has variance tau² besides that of
        its expectation, and the degrees of freedom of the tests (Handbook 10.10.4.3).

        Raises
        ------
        InputError : the rows do not have one value for each coefficient.
        """
        x = np.atleast_2d(np.asarray(design, dtype=np.float64))
        if x.ndim != 2 or x.shape[1] != self.estimate.size:
            raise InputError(f"rows need {self.estimate.size} values; got shape {x.shape}")
        centre = x @ self.estimate
        variance = np.einsum("np,pq,nq->n", x, self.cov, x)
        sides = np.array([-1.0, 1.0]) * quantile(self.level, self.df)
        spread = np.sqrt(variance)[:, None] * sides
        wide = np.sqrt(variance + self.tau2)[:, None] * sides
        return centre, centre[:, None] + spread, centre[:, None] + wide

    def summary(self) -> str:
        """Describe the regression in words, a line a coefficient."""
        share = f" (R² {number(self.r2)}%)" if np.isfinite(self.r2) else ""
        opening = (
            f"Meta-regression of {self.k} rows ({self.method}, {self.test}): residual "
            f"tau² {number(self.tau2)}{share}; moderators {p_value(self.qm_p)}, "
            f"residual heterogeneity {p_value(self.qe_p)}."
        )
        return "\n".join([opening, *self.coefficient_lines(), *note_lines(self.notes)])


def regress(
    yi: ArrayLike,
    vi: ArrayLike,
    design: ArrayLike | None = None,
    *,
    method: str = "REML",
    test: str = "knha",
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> RegressionResult:
    """Fit ``yi = X beta + u + e`` with ``u ~ N(0, tau²)`` and ``e ~ N(0, vi)``.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,).
    design : X with every column wanted, the constant included, shape (k, p); None: intercept.
    method : EE (or FE), DL, DL2, HE, HS, HSk, SJ, ML, REML, EB, PM, PMM or DLIT.
    test : ``z``; ``t`` with k - p degrees of freedom; ``knha`` (Knapp & Hartung 2003, Stat Med
        22:2693), which rescales by the residual mean square; ``adhoc`` never below 1.
    level : of the confidence limits.
    names : of the coefficients; b0, b1, … by default.

    Raises
    ------
    InputError : shapes differ, columns are redundant, or no degree of freedom is left.
    UnknownName : no such method or test.

    Examples
    --------
    >>> dose = [[1, 0], [1, 1], [1, 2], [1, 3]]
    >>> fit = regress([0.1, 0.4, 0.5, 0.9], [0.04, 0.02, 0.03, 0.05], dose)
    >>> fit.estimate.round(3)
    array([0.117, 0.238])
    """
    y, v = as_series(yi, vi)
    x = as_design(design, y.size)
    if test not in TESTS:
        raise UnknownName(f"no test {test!r}; known are {', '.join(TESTS)}")
    if x.shape[0] <= x.shape[1]:
        raise InputError(f"{x.shape[1]} coefficients need more rows than {x.shape[0]}")
    sample = Sample(y, v, x)
    tau2 = estimate_tau2(sample, method)
    fit = least_squares(y, 1 / (v + tau2), x)
    labels = name_coefficients(names, x.shape[1])
    return _assemble(sample, fit, tau2, labels, (method, test, level))


def _assemble(
    sample: Sample, fit: Fit, tau2: float, names: tuple[str, ...], how: tuple[str, str, float]
) -> RegressionResult:
    method, test, level = how
    rss = float(fit.rss)
    if rss <= _ROUNDING * float(np.sum(sample.y**2 / (sample.v + tau2))):
        rss = 0.0  # a perfect fit, but for rounding
    scale, notes = _inflation(rss / sample.df, test)
    df = np.inf if test == "z" else float(sample.df)
    cov = fit.bread * scale
    qm, qm_df, qm_p = omnibus(fit.beta, cov, moderators(sample.design), df)
    base = sample.space(0.0)
    i2, h2 = _heterogeneity(base, sample.df, tau2, method)
    return RegressionResult(
        names=names,
        **judge(fit.beta, cov, df, level)._asdict(),
        df=df,
        k=sample.k,
        tau2=tau2,
        se_tau2=tau2_error(sample, tau2, method),
        tau2_ci=q_profile(sample, method, level),
        i2=i2,
        h2=h2,
        r2=_accounted(sample, tau2, method),
        qe=base.q,
        qe_df=sample.df,
        qe_p=float(chdtrc(sample.df, base.q)),
        qm=qm,
        qm_df=qm_df,
        qm_p=qm_p,
        method=method,
        test=test,
        level=level,
        notes=(*notes, *_gaps(sample, base.q, method, level)),
    )


def moderators(design: Floats) -> list[int]:
    """Return the columns that vary, or all of them where all do or none does."""
    varies = np.ptp(design, axis=0) > 0
    return [int(i) for i in np.flatnonzero(varies | (varies.all() | ~varies.any()))]


def omnibus(
    beta: Floats, cov: Floats, columns: Sequence[int], df: float
) -> tuple[float, tuple[int, float], float]:
    """Wald test that the coefficients of some columns are all 0.

    Returns
    -------
    The statistic (chi² where df is infinite, else F), its degrees of freedom, and p; NaN where
    no column is tested or the covariance is singular.
    """
    m = len(columns)
    part = cov[np.ix_(columns, columns)]
    if not m or not np.isfinite(part).all() or not np.diagonal(part).all():
        return float("nan"), (m, df), float("nan")
    chosen = beta[list(columns)]
    size = np.sqrt(np.diagonal(part))
    chi2 = float((chosen / size) @ np.linalg.solve(part / np.outer(size, size), chosen / size))
    if np.isinf(df):
        return chi2, (m, df), float(chdtrc(m, chi2))
    return chi2 / m, (m, df), float(fdtrc(m, df, chi2 / m))


def q_profile(sample: Sample, method: str, level: float) -> tuple[float, float]:
    """Q-profile limits of tau² (Viechtbauer 2007, Stat Med 26:37); NaN for equal effects."""
    if method in EQUAL_EFFECTS:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    targets = (float(chdtri(sample.df, tail)), float(chdtri(sample.df, 1 - tail)))
    low, high = (match_q(sample, target) for target in targets)
    return low, high


def _inflation(mean_square: float, test: str) -> tuple[float, tuple[str, ...]]:
    """Factor on the covariance, and a note where it narrows the intervals."""
    if test not in ("knha", "adhoc"):
        return 1.0, ()
    if mean_square >= 1:
        return mean_square, ()
    if test == "adhoc":
        return 1.0, (TEXTS[Note.RAISED],)
    if mean_square == 0:
        return 0.0, ("the fit is perfect: the Knapp-Hartung intervals have no width",)
    return mean_square, (TEXTS[Note.NARROWER],)


def _heterogeneity(base: ResidualSpace, df: int, tau2: float, method: str) -> tuple[float, float]:
    """Return I² in percent and H², from tau² or, for equal effects, from Q.

    The sources are those of `probatum.stats.heterogeneity`, with k - p for k - 1.
    """
    if method in EQUAL_EFFECTS:
        return 100 * max(1 - df / base.q, 0.0) if base.q > 0 else 0.0, base.q / df
    typical = df / base.trace
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _gaps(sample: Sample, qe: float, method: str, level: float) -> list[str]:
    """Say why a value is missing or an interval has no width."""
    gaps = []
    if method in EQUAL_EFFECTS:
        gaps.append(TEXTS[Note.EQUAL_EFFECTS])
    elif qe < chdtri(sample.df, (1 + level) / 2):
        gaps.append(TEXTS[Note.EMPTY_INTERVAL])
    if np.ptp(sample.design, axis=0).all():
        gaps.append("the design has no constant column: R² is not defined")
    return gaps


def _accounted(sample: Sample, tau2: float, method: str) -> float:
    """Percent of tau² that the moderators account for (Raudenbush 2009), at least 0."""
    if np.ptp(sample.design, axis=0).all():
        return float("nan")
    whole = estimate_tau2(Sample(sample.y, sample.v, np.ones((sample.k, 1))), method)
    if whole == 0:
        return 0.0  # there was nothing to account for
    return max(100 * (whole - tau2) / whole, 0.0)
