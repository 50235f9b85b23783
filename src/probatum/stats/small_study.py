"""Tests of small-study effects: funnel asymmetry, and how many null studies would undo a result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from probatum.errors import InputError, UnknownName
from probatum.stats.arrays import quantile
from probatum.stats.inference import two_sided_p
from probatum.stats.linear import as_series, least_squares
from probatum.stats.regression import regress
from probatum.stats.report import Report, interval, note_lines, number, p_value

Floats = NDArray[np.float64]

_EXACT_BELOW = 50
_FEW = "fewer than 10 studies: the test has little power (Handbook 13.3.5.4)"


@dataclass(frozen=True, slots=True, eq=False)
class AsymmetryResult(Report):
    """A regression of effects on a measure of study size.

    Attributes
    ----------
    name : of the test.
    slope, se : of the effect on the measure of size.
    statistic, df, p : test that the slope is 0; df infinite for a normal test.
    limit, limit_ci : effect expected of a study of infinite size, and its confidence limits.
    k, level, notes : as their names say.
    """

    name: str
    slope: float
    se: float
    statistic: float
    df: float
    p: float
    limit: float
    limit_ci: tuple[float, float]
    k: int
    level: float
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the test in one line, and its notes."""
        line = (
            f"{self.name}, {self.k} studies: {p_value(self.p)}; effect at infinite size "
            f"{number(self.limit)} ({interval(self.limit_ci, self.level)})."
        )
        return "\n".join([line, *note_lines(self.notes)])


@dataclass(frozen=True, slots=True, eq=False)
class RankResult(Report):
    """Rank correlation of standardised effects and variances.

    Attributes
    ----------
    tau, p : Kendall's tau-b and its two-sided p.
    exact : whether p is of the permutation distribution or of its normal approximation.
    k, notes : as their names say.
    """

    tau: float
    p: float
    exact: bool
    k: int
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Describe the test in one line, and its notes."""
        how = "exact" if self.exact else "normal approximation"
        what = f"Begg's rank test, {self.k} studies: tau {number(self.tau)}"
        line = f"{what}, {p_value(self.p)} ({how})."
        return "\n".join([line, *note_lines(self.notes)])


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "lm",
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
) -> AsymmetryResult:
    """Regress effects on their standard errors.

    Parameters
    ----------
    yi, vi : effects and sampling variances, shape (k,), k ≥ 3.
    model : ``lm``: weights 1/vi and a multiplicative dispersion, t with k - 2 degrees of freedom
        (Egger et al. 1997, BMJ 315:629); ``mixed``: additive tau² (Sterne & Egger 2005).
    method, test : of the mixed model, as in `regress`.

    Raises
    ------
    InputError : shapes differ, or all standard errors are equal.
    UnknownName : no such model, method or test.
    """
    y, v = as_series(yi, vi)
    design = np.column_stack([np.ones(y.size), np.sqrt(v)])
    if model == "lm":
        return _weighted_line("Egger's test", y, 1 / v, design[:, 1], level)
    if model != "mixed":
        raise UnknownName(f"no Egger model {model!r}; known are lm, mixed")
    fit = regress(y, v, design, method=method, test=test, level=level)
    return AsymmetryResult(
        name="Egger's test, mixed model",
        slope=float(fit.estimate[1]),
        se=float(fit.se[1]),
        statistic=float(fit.statistic[1]),
        df=fit.df,
        p=float(fit.p[1]),
        limit=float(fit.estimate[0]),
        limit_ci=(float(fit.ci[0, 0]), float(fit.ci[0, 1])),
        k=y.size,
        level=level,
        notes=(*_few(y.size), *fit.notes),
    )


def peters(
    yi: ArrayLike, events: ArrayLike, others: ArrayLike, *, level: float = 0.95
) -> AsymmetryResult:
    """Regress log odds ratios on the inverse of the number of people.

    Parameters
    ----------
    yi : log odds ratios, shape (k,), k ≥ 3.
    events, others : people with and without the event, both arms together, shape (k,).

    Weights are (1/events + 1/others)^-1, which no odds ratio enters (Peters et al. 2006, JAMA
    295:676).

    Raises
    ------
    InputError : shapes differ, a count is not above 0, or all studies are of one size.
    """
    y, with_event = as_series(yi, events)
    _, without = as_series(yi, others)
    weight = 1 / (1 / with_event + 1 / without)
    return _weighted_line("Peters' test", y, weight, 1 / (with_event + without), level)


def begg(yi: ArrayLike, vi: ArrayLike) -> RankResult:
    """Correlate ranks of standardised effects and variances (Begg & Mazumdar 1994).

    p is exact below 50 studies without ties, else normal with Kendall's variance under ties and
    no continuity correction.

    Parameters
    ----------
    yi, vi : effects and their sampling variances, shape (k,).

    Raises
    ------
    InputError : shapes differ, or fewer than 3 studies.
    """
    y, v = as_series(yi, vi)
    if y.size < 3:
        raise InputError(f"a rank test needs 3 studies; got {y.size}")
    total = float(np.sum(1 / v))
    centre = float(np.sum(y / v)) / total
    # Of two studies with one huge weight the difference may round to 0: then the rank is a tie.
    spare = np.maximum(v - 1 / total, np.finfo(float).tiny)
    return _kendall((y - centre) / np.sqrt(spare), v)


def fail_safe_n(yi: ArrayLike, vi: ArrayLike, *, alpha: float = 0.05) -> int:
    """Count the studies of no effect that would lift the one-sided p of Stouffer's sum to alpha.

    Rosenthal 1979, Psychol Bull 86:638; the Handbook (13.3.5) advises against its use.

    Parameters
    ----------
    yi, vi : effects and their sampling variances, shape (k,).
    alpha : one-sided level, between 0 and 0.5.

    Raises
    ------
    InputError : shapes differ, or `alpha` is not between 0 and 0.5.

    >>> fail_safe_n([0.5, 0.5, 0.5], [0.04, 0.04, 0.04])
    18
    """
    y, v = as_series(yi, vi)
    if not 0 < alpha < 0.5:
        raise InputError(f"alpha must lie between 0 and 0.5, not {alpha}")
    needed = (float(np.sum(y / np.sqrt(v))) / float(ndtri(alpha))) ** 2 - y.size
    return max(int(np.ceil(needed)), 0)


def _weighted_line(
    name: str, y: Floats, weight: Floats, size: Floats, level: float
) -> AsymmetryResult:
    """Fit a weighted line with dispersion estimated, and report its slope and intercept."""
    if y.size < 3:
        raise InputError(f"{name} needs 3 studies; got {y.size}")
    if np.ptp(size) <= 1e-12 * size.max():
        raise InputError(f"{name} needs studies of different size")
    fit = least_squares(y, weight, np.column_stack([np.ones(y.size), size]))
    df = float(y.size - 2)
    se = np.sqrt(np.diagonal(fit.bread) * float(fit.rss) / df)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(fit.beta[1] / se[1])
    reach = float(quantile(level, df)) * float(se[0])
    limit = float(fit.beta[0])
    return AsymmetryResult(
        name=name,
        slope=float(fit.beta[1]),
        se=float(se[1]),
        statistic=statistic,
        df=df,
        p=float(two_sided_p(np.array([statistic]), np.array([df]))[0]),
        limit=limit,
        limit_ci=(limit - reach, limit + reach),
        k=y.size,
        level=level,
        notes=_few(y.size),
    )


def _few(k: int) -> tuple[str, ...]:
    return (_FEW,) if k < 10 else ()


def _kendall(a: Floats, b: Floats) -> RankResult:
    """Kendall's tau-b with its two-sided p."""
    upper = np.triu_indices(a.size, 1)
    signs_a = np.sign(a[:, None] - a)[upper]
    signs_b = np.sign(b[:, None] - b)[upper]
    score = float(signs_a @ signs_b)
    free_a, free_b = int(np.count_nonzero(signs_a)), int(np.count_nonzero(signs_b))
    if not free_a or not free_b:
        note = "all values are tied: there is no order to compare"
        return RankResult(float("nan"), float("nan"), exact=False, k=a.size, notes=(note,))
    exact = a.size < _EXACT_BELOW and free_a == free_b == signs_a.size
    p = _exact_p(a.size, score) if exact else _normal_p(a, b, score)
    tau = score / np.sqrt(float(free_a) * float(free_b))
    return RankResult(float(tau), p, exact=exact, k=a.size, notes=_few(a.size))


def _exact_p(k: int, score: float) -> float:
    """Two-sided p by the number of discordant pairs of a random permutation (Kendall 1938)."""
    chances = np.ones(1)
    for size in range(2, k + 1):
        chances = np.convolve(chances, np.full(size, 1 / size))
    pairs = k * (k - 1) / 2
    discordant = round((pairs - abs(score)) / 2)
    return min(2 * float(chances[: discordant + 1].sum()), 1.0)


def _normal_p(a: Floats, b: Floats, score: float) -> float:
    """Two-sided p by the normal approximation (Kendall 1970, with ties in both rankings)."""
    k = float(a.size)
    t, u = (np.unique(x, return_counts=True)[1].astype(float) for x in (a, b))

    def sums(x: Floats) -> tuple[float, float, float]:
        pairs, triples = x * (x - 1), x * (x - 1) * (x - 2)
        return float((pairs * (2 * x + 5)).sum()), float(pairs.sum()), float(triples.sum())

    (t_all, t_two, t_three), (u_all, u_two, u_three) = sums(t), sums(u)
    variance = (k * (k - 1) * (2 * k + 5) - t_all - u_all) / 18
    variance += t_two * u_two / (2 * k * (k - 1))
    variance += t_three * u_three / (9 * k * (k - 1) * (k - 2))
    return float(2 * ndtr(-abs(score) / np.sqrt(variance)))
