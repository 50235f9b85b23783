"""Effects of two-by-two tables, with their large-sample variances.

Every function takes tables already corrected for zeros and returns ``(yi, vi)``. Arm sizes count
as fixed, save for phi. A value that does not exist is NaN or infinite.
"""

from __future__ import annotations

import numpy as np

from probatum.stats.arrays import FloatArray
from probatum.stats.inputs import Table

Effect = tuple[FloatArray, FloatArray]


def log_odds_ratio(table: Table) -> Effect:
    """Log odds ratio; variance of Woolf 1955."""
    ai, bi, ci, di = table
    return np.log(ai) - np.log(bi) - np.log(ci) + np.log(di), 1 / ai + 1 / bi + 1 / ci + 1 / di


def log_risk_ratio(table: Table) -> Effect:
    """Log risk ratio; variance of Katz et al. 1978."""
    ai, bi, ci, di = table
    n1, n2 = ai + bi, ci + di
    yi = np.log(ai) - np.log(n1) - np.log(ci) + np.log(n2)
    # b/(a·n) is 1/a − 1/n without its cancellation
    return yi, bi / (ai * n1) + di / (ci * n2)


def risk_difference(table: Table) -> Effect:
    """Risk difference; unpooled binomial variance."""
    ai, bi, ci, di = table
    n1, n2 = ai + bi, ci + di
    return ai / n1 - ci / n2, ai * bi / n1**3 + ci * di / n2**3


def arcsine_difference(table: Table) -> Effect:
    """Difference of arcsine square roots (Rücker et al. 2009), in radians."""
    ai, bi, ci, di = table
    n1, n2 = ai + bi, ci + di
    return np.arcsin(np.sqrt(ai / n1)) - np.arcsin(np.sqrt(ci / n2)), 1 / (4 * n1) + 1 / (4 * n2)


def peto_log_odds_ratio(table: Table) -> Effect:
    """One-step log odds ratio (O − E)/V, variance 1/V (Yusuf et al. 1985)."""
    o_minus_e, variance = observed_minus_expected(table)
    return o_minus_e / variance, 1 / variance


def observed_minus_expected(table: Table) -> Effect:
    """Events of the first arm minus their hypergeometric mean, and that variance."""
    ai, bi, ci, di = table
    n1, n2, events, others = ai + bi, ci + di, ai + ci, bi + di
    total = n1 + n2
    # the same as a − n₁·events/total, without its cancellation
    difference = (ai * di - bi * ci) / total
    return difference, n1 * n2 * events * others / (total**2 * (total - 1))


def phi_coefficient(table: Table) -> Effect:
    """Phi coefficient; delta method under multinomial sampling (Yule 1912).

    With cell shares a, b, c, d and margins r₁ r₂ c₁ c₂, φ = (ad − bc)/√(r₁r₂c₁c₂); the variance
    is (Σ pᵢgᵢ² − (Σ pᵢgᵢ)²)/N over the partial derivatives g of φ by the four shares.
    """
    total = sum(table[1:], start=table.ai)
    a, b, c, d = (cell / total for cell in table)
    row1, row2, col1, col2 = a + b, c + d, a + c, b + d
    root = np.sqrt(row1 * row2 * col1 * col2)
    phi = (a * d - b * c) / root
    slopes = np.stack(
        [
            d / root - phi / 2 * (1 / row1 + 1 / col1),
            -c / root - phi / 2 * (1 / row1 + 1 / col2),
            -b / root - phi / 2 * (1 / row2 + 1 / col1),
            a / root - phi / 2 * (1 / row2 + 1 / col2),
        ]
    )
    shares = np.stack([a, b, c, d])
    mean = (shares * slopes).sum(axis=0)
    return phi, (shares * (slopes - mean) ** 2).sum(axis=0) / total


def yule_q(table: Table) -> Effect:
    """Yule's Q = (OR − 1)/(OR + 1); variance of Yule 1912."""
    ai, bi, ci, di = table
    agree, disagree = ai * di, bi * ci
    yi = (agree - disagree) / (agree + disagree)
    return yi, (1 - yi**2) ** 2 * (1 / ai + 1 / bi + 1 / ci + 1 / di) / 4
