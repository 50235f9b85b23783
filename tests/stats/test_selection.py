from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from probatum.errors import InputError, UnknownName
from probatum.stats.selection import cut_by_p, log_likelihood, select_by_p


def made(seed: int, k: int = 40, weight: float = 1.0, mean: float = 0.2) -> tuple[Any, Any]:
    """Draw studies; those of one-sided p over 0.025 are published with a chance of `weight`."""
    rng = np.random.default_rng(seed)
    y, v = [], []
    while len(y) < k:
        variance = rng.uniform(0.01, 0.15)
        effect = rng.normal(mean, np.sqrt(variance + 0.02))
        if norm.sf(effect / np.sqrt(variance)) < 0.025 or rng.random() < weight:
            y.append(effect)
            v.append(variance)
    return np.array(y), np.array(v)


def test_likelihood_is_that_of_the_weighted_density() -> None:
    y, v = made(0)
    mean, tau, cuts, logs = 0.15, 0.2, (0.025, 0.5), np.array([-0.5, -1.5])
    data, bounds = cut_by_p(y, v, cuts)
    weight = np.exp(np.r_[0.0, logs])

    def chance(effect: float, variance: float) -> float:
        return float(weight[np.searchsorted(cuts, norm.sf(effect / np.sqrt(variance)))])

    expected = 0.0
    for effect, variance in zip(y, v, strict=True):
        s = np.sqrt(variance + tau**2)
        edges = [np.sqrt(variance) * norm.isf(c) for c in cuts]
        total = quad(
            lambda u, variance=variance, s=s: chance(u, variance) * norm.pdf(u, mean, s),
            mean - 12 * s,
            mean + 12 * s,
            points=edges,
            limit=200,
        )[0]
        expected += np.log(chance(effect, variance) * norm.pdf(effect, mean, s) / total)
    assert bounds == (0.025, 0.5, 1.0)
    value = log_likelihood(data, np.array([mean, tau, *logs]))[0]
    assert value == pytest.approx(expected, rel=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(-1, 1), st.floats(0.05, 1), st.floats(-3, 3))
def test_gradient_is_that_of_the_likelihood(seed: int, mean: float, tau: float, log: float) -> None:
    y, v = made(seed % 7)
    data, _ = cut_by_p(y, v, (0.025,))
    theta, h = np.array([mean, tau, log]), 1e-6
    numeric = [
        (log_likelihood(data, theta + e)[0] - log_likelihood(data, theta - e)[0]) / (2 * h)
        for e in np.eye(3) * h
    ]
    scale = 1 + np.abs(numeric)
    assert (np.abs(log_likelihood(data, theta)[1] - numeric) < 1e-5 * scale).all()


@pytest.mark.parametrize("seed", range(4))
def test_no_point_of_a_grid_beats_the_fit(seed: int) -> None:
    y, v = made(seed, weight=0.4)
    fit = select_by_p(y, v)
    data, _ = cut_by_p(y, v, (0.025,))
    best = max(
        log_likelihood(data, np.array([m, t, w]))[0]
        for m in np.linspace(-0.5, 0.8, 14)
        for t in np.linspace(0, 0.6, 8)
        for w in np.linspace(-4, 1, 11)
    )
    assert fit.converged
    assert fit.log_likelihood >= best
    assert fit.lrt >= 0


def test_selection_is_found_and_undone() -> None:
    selected = [select_by_p(*made(seed, k=80, weight=0.15, mean=0.0)) for seed in range(8)]
    assert np.mean([fit.unadjusted for fit in selected]) > 0.08
    assert abs(np.mean([fit.estimate for fit in selected])) < 0.05
    assert np.median([fit.weight[1] for fit in selected]) == pytest.approx(0.15, abs=0.1)
    honest = [select_by_p(*made(seed, k=80)) for seed in range(8)]
    assert np.mean([fit.lrt_p < 0.05 for fit in honest]) <= 0.25


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_a_change_of_unit_or_direction_changes_only_that(unit: float) -> None:
    y, v = made(1, weight=0.5)
    one = select_by_p(y, v)
    two = select_by_p(-y * unit, v * unit**2, alternative="less")
    assert two.estimate == pytest.approx(-one.estimate * unit, rel=1e-5)
    assert two.se == pytest.approx(one.se * unit, rel=1e-4)
    assert two.lrt == pytest.approx(one.lrt, rel=1e-6)
    np.testing.assert_allclose(two.weight, one.weight, rtol=1e-5)


def test_several_steps_and_what_is_told() -> None:
    y, v = made(3, k=60, weight=0.6)
    fit = select_by_p(y, v, steps=(0.025, 0.5))
    assert fit.lrt_df == 2
    assert fit.weight[0] == 1
    assert sum(fit.studies) == fit.k
    json.dumps(fit.to_dict(), allow_nan=False)
    assert "Step selection model" in fit.summary()
    few = select_by_p([0.9, 0.8, 0.1, 0.0], [0.04, 0.04, 0.04, 0.04])
    assert "fewer than 3" in few.notes[0]


def test_wrong_calls_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="no study has a p between 0 and"):
        select_by_p([0.1, 0.1], [1.0, 1.0])
    with pytest.raises(InputError, match="must rise"):
        select_by_p([0.1, 0.9], [0.1, 0.1], steps=(0.5, 0.05))
    with pytest.raises(UnknownName, match="greater, less"):
        select_by_p([0.1, 0.9], [0.1, 0.1], alternative="two-sided")
