"""Coefficients of a linear model: their names, tests, intervals, and the words for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from probatum.errors import InputError
from probatum.stats.arrays import quantile
from probatum.stats.inference import two_sided_p
from probatum.stats.report import Report, number, p_value, span

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients(Report):
    """Base of results that hold coefficients, one entry each, shape (p,).

    Attributes
    ----------
    names : of the coefficients.
    estimate, se, statistic, p : coefficients, standard errors, tests against 0.
    ci : confidence limits, shape (p, 2).
    cov : covariance of the coefficients, shape (p, p).
    """

    ROWS: ClassVar[tuple[str, ...]] = ("names", "estimate", "se", "statistic", "p", "ci")

    names: tuple[str, ...]
    estimate: Floats
    se: Floats
    statistic: Floats
    p: Floats
    ci: Floats
    cov: Floats

    def coefficient_lines(self) -> list[str]:
        """Say each coefficient in words."""
        rows = zip(self.names, self.estimate, self.ci, self.p, strict=True)
        return [f"  {name}: {number(b)} ({span(ci)}), {p_value(p)}" for name, b, ci, p in rows]


class Judged(NamedTuple):
    """Coefficients (p,) with tests, limits (p, 2) and covariance (p, p)."""

    estimate: Floats
    se: Floats
    statistic: Floats
    p: Floats
    ci: Floats
    cov: Floats


def judge(beta: Floats, cov: Floats, df: Floats | float, level: float) -> Judged:
    """Test coefficients by t with `df`, or by z where it is infinite.

    The statistic of a standard error of 0 is infinite, or NaN where the coefficient is 0 too.
    """
    se = np.sqrt(np.diagonal(cov))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    degrees = np.broadcast_to(np.asarray(df, dtype=np.float64), beta.shape)
    reach = quantile(level, degrees) * se
    ci = np.stack((beta - reach, beta + reach), axis=-1)
    return Judged(beta, se, statistic, two_sided_p(statistic, degrees), ci, cov)


def name_coefficients(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Return the names given, or else b0, b1 and so on.

    Raises
    ------
    InputError : there are not as many names as coefficients.
    """
    labels = tuple(names) if names else tuple(f"b{i}" for i in range(count))
    if len(labels) != count:
        raise InputError(f"{count} coefficients need as many names; got {len(labels)}")
    return labels
