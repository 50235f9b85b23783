"""Intervals for tau² and prediction intervals, from their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import chdtr, chdtri, ndtri, stdtrit

from probatum.errors import UnknownName
from probatum.stats import pool
from probatum.stats.distributions import chi2_p
from probatum.stats.likelihood import maximise
from probatum.stats.moment_equation import generalised_q
from probatum.stats.moments import log_likelihood
from probatum.stats.ragged import Block, make_block
from probatum.stats.tau2_interval import q_distribution, tau2_interval

Floats = NDArray[np.float64]

SETS = [
    ([0.1, 0.5, -0.3, 0.9, 1.4], [0.02, 0.1, 0.05, 0.3, 0.04]),
    ([0.1, 0.12, 0.09], [0.02, 0.1, 0.05]),
    ([3.0, -2.0, 0.0, 1.0], [1e-6, 0.1, 0.2, 1.0]),
    ([0.0, 2.0], [0.3, 0.5]),
    (list(np.linspace(-1, 2, 30)), list(np.linspace(0.01, 0.5, 30))),
]


def block_of(y: list[float], v: list[float]) -> Block:
    return make_block(np.array(y)[:, None], np.array(v)[:, None])


def eigenvalues(v: list[float], tau2: float) -> Floats:
    """Return the weights of the chi² variables that make up Cochran's Q."""
    w = 1 / np.array(v)
    a = np.diag(w) - np.outer(w, w) / w.sum()
    root = np.sqrt(np.array(v) + tau2)
    values = np.linalg.eigvalsh(root[:, None] * a * root)
    return np.asarray(values[1:], dtype=np.float64)


def imhof(weights: Floats, q: float) -> float:
    """Return P(Σ weight·chi²₁ ≤ q) by the integral of Imhof (1961)."""

    def integrand(u: float) -> float:
        angle = 0.5 * (np.arctan(weights * u).sum() - q * u)
        return float(np.sin(angle) / (u * np.prod((1 + (weights * u) ** 2) ** 0.25)))

    return 0.5 - quad(integrand, 0, np.inf, limit=2000, epsabs=1e-10)[0] / np.pi


@pytest.mark.parametrize("tau2", [0.0, 0.05, 0.7])
@pytest.mark.parametrize("least", [0.02, 1e-6])
def test_distribution_of_q_agrees_with_imhof(tau2: float, least: float) -> None:
    y, v = [0.0] * 7, [least, 0.1, 0.05, 0.3, 0.04, 0.2, 0.11]
    weights = eigenvalues(v, tau2)
    for q in weights.sum() * np.array([0.2, 0.8, 1.0, 2.0, 4.0]):
        ours = q_distribution(block_of(y, v), np.array([tau2]), np.array([q]))[0]
        assert ours == pytest.approx(imhof(weights, q), abs=1e-8)


@pytest.mark.parametrize("k", [2, 3, 10, 600])
def test_distribution_of_q_is_chi2_for_equal_variances(k: int) -> None:
    block = block_of([0.0] * k, [0.4] * k)
    for q in np.array([0.3, 1.0, 2.5]) * (k - 1):
        ours = q_distribution(block, np.array([0.8]), np.array([3.0 * q]))[0]
        assert ours == pytest.approx(chdtr(k - 1, q), abs=1e-13)


@pytest.mark.parametrize(("y", "v"), SETS)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_q_profile_meets_the_quantiles(y: list[float], v: list[float], level: float) -> None:
    block = block_of(y, v)
    ends = tau2_interval(block, "Q-profile", level)[0]
    for end, tail in zip(ends, ((1 - level) / 2, (1 + level) / 2), strict=True):
        quantile = chdtri(len(y) - 1, tail)
        reached = generalised_q(block, np.array([end]))[0][0]
        assert reached == pytest.approx(quantile, rel=1e-12) or (end == 0 and reached <= quantile)


@pytest.mark.parametrize(("y", "v"), SETS)
def test_generalised_q_meets_the_tails(y: list[float], v: list[float]) -> None:
    block = block_of(y, v)
    q = generalised_q(block, np.zeros(1))[0]
    for end, p in zip(tau2_interval(block, "generalised Q", 0.9)[0], (0.95, 0.05), strict=True):
        reached = q_distribution(block, np.array([end]), q)[0]
        assert reached == pytest.approx(p, abs=1e-9) or (end == 0 and reached <= p)


@pytest.mark.parametrize(("y", "v"), SETS)
@pytest.mark.parametrize("restricted", [True, False])
def test_profile_likelihood_agrees_with_a_scan(
    y: list[float],
    v: list[float],
    restricted: bool,  # noqa: FBT001
) -> None:
    block = block_of(y, v)
    low, high = tau2_interval(block, "profile likelihood", 0.95, restricted=restricted)[0]
    best = maximise(block, restricted=restricted).tau2
    floor = log_likelihood(block, best, restricted=restricted)[0] - chdtri(1, 0.05) / 2
    t = np.concatenate([[0.0], np.geomspace(1e-9, 2 * high, 100_000)])
    wide = block.take(np.zeros(len(t), dtype=np.int64))
    inside = t[log_likelihood(wide, t, restricted=restricted) >= floor]
    assert low == pytest.approx(inside.min(), rel=1e-3, abs=1e-9)
    assert high == pytest.approx(inside.max(), rel=1e-3)


def test_empty_q_profile_is_noted() -> None:
    result = pool([0.5, 0.5, 0.5001], [0.1, 0.2, 0.1]).one()
    assert result.tau2_ci == (0.0, 0.0)
    assert any("empty" in note for note in result.notes)


def test_equal_effects_have_no_interval_for_tau2_and_no_prediction() -> None:
    result = pool([0.5, 0.1, 0.9], [0.1, 0.2, 0.1], method="EE", test="z").one()
    assert result.tau2_ci is result.pi is result.i2_ci is result.h2_ci is None
    assert np.isnan(result.se_tau2)
    assert any("equal-effects" in note for note in result.notes)


def test_prediction_interval_takes_the_stated_quantile_and_error() -> None:
    y, v, k = [0.1, 0.5, -0.3, 0.9], [0.02, 0.1, 0.05, 0.3], 4
    wald, hartung = pool(y, v, test="z").one(), pool(y, v, test="knha").one()

    def half(se: float, quantile: float) -> float:
        return float(quantile * np.hypot(wald.tau, se))

    expected = {
        ("z", "auto"): half(wald.se, stdtrit(k - 2, 0.975)),
        ("z", "z"): half(wald.se, ndtri(0.975)),
        ("z", "hksj"): half(hartung.se, stdtrit(k - 1, 0.975)),
        ("knha", "auto"): half(hartung.se, stdtrit(k - 1, 0.975)),
        ("knha", "t"): half(hartung.se, stdtrit(k - 2, 0.975)),
    }
    for (test, prediction), width in expected.items():
        pi = pool(y, v, test=test, prediction=prediction).one().pi  # type: ignore[arg-type]
        assert pi == pytest.approx((wald.estimate - width, wald.estimate + width), rel=1e-12)


@pytest.mark.parametrize("k", [1, 2])
def test_no_prediction_below_three_studies(k: int) -> None:
    result = pool([0.1, 0.5][:k], [0.02, 0.1][:k]).one()
    assert result.pi is None
    assert any("no prediction" in note for note in result.notes)


def test_chi2_tail_agrees_with_the_incomplete_gamma_function() -> None:
    df = np.repeat(np.arange(1.0, 45.0), 50)
    q = np.tile(np.geomspace(1e-3, 900.0, 50), 44)
    np.testing.assert_allclose(chi2_p(q, df), 1 - chdtr(df, q), rtol=1e-9, atol=1e-13)


def test_unknown_kinds_are_named() -> None:
    with pytest.raises(UnknownName, match="Q-profile, generalised Q, profile likelihood"):
        pool([0.1, 0.5], [0.1, 0.1], interval="exact")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="z, t, knha, adhoc"):
        pool([0.1, 0.5], [0.1, 0.1], test="hk")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="REML, EB, PM"):
        pool([0.1, 0.5], [0.1, 0.1], method="XX")  # type: ignore[arg-type]
