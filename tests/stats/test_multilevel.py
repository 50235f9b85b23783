from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from probatum.errors import InputError, UnknownName
from probatum.stats.components import derivatives, evaluate, precision_trace, split_model
from probatum.stats.multilevel import constant_correlation, fit_multilevel, three_levels
from probatum.stats.regression import regress
from probatum.stats.robust import cluster_robust
from shared_data import shared_file


def reference() -> dict[str, Any]:
    case: dict[str, Any] = json.loads(shared_file("reference/multilevel.json").read_text())[0]
    return case


def made(seed: int, k: int = 18, clusters: int = 6) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, clusters, k)
    v = rng.uniform(0.01, 0.3, k)
    y = rng.normal(0, 0.4, clusters)[cluster] + rng.normal(0, np.sqrt(v + 0.05))
    return y, v, cluster.tolist(), np.column_stack([np.ones(k), rng.normal(size=k)])


def test_three_levels_and_cr2_agree_with_the_reference() -> None:
    case = reference()
    fit = fit_multilevel(case["yi"], case["vi"], three_levels(case["cluster"], case["unit"]))
    assert fit.log_likelihood >= case["logLik"] - 1e-12
    np.testing.assert_allclose(fit.log_likelihood, case["logLik"], rtol=1e-10)
    np.testing.assert_allclose(fit.sigma2, case["sigma2"], rtol=1e-6)
    np.testing.assert_allclose(fit.estimate, case["estimate"], rtol=1e-8)
    # The error follows sigma², which the reference holds to 3e-8.
    np.testing.assert_allclose(fit.se, case["se"], rtol=2e-8)
    robust = cluster_robust(case["yi"], fit.covariance, case["cluster"])
    np.testing.assert_allclose(robust.se, case["CR2"]["se"], rtol=1e-8)
    np.testing.assert_allclose(robust.df, case["CR2"]["df"], rtol=1e-8)
    np.testing.assert_allclose(robust.p, case["CR2"]["p"], rtol=1e-8)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("seed", range(5))
def test_one_level_of_rows_is_the_random_effects_regression(seed: int, method: str) -> None:
    y, v, _, x = made(seed)
    one = regress(y, v, x, method=method, test="t")
    two = fit_multilevel(y, v, {"row": range(len(y))}, x, method=method, test="t")
    np.testing.assert_allclose(two.sigma2, [one.tau2], rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(two.estimate, one.estimate, rtol=1e-7)
    np.testing.assert_allclose(two.cov, one.cov, rtol=1e-7)
    assert two.qm_p == pytest.approx(one.qm_p, rel=1e-6)


@pytest.mark.parametrize("restricted", [True, False])
def test_derivatives_are_those_of_the_likelihood(restricted: bool) -> None:  # noqa: FBT001  # parametrised
    y, v, cluster, x = made(3)
    codes = [np.array(cluster), np.arange(len(y))]
    model = split_model(y, x, np.diag(v), codes, restricted=restricted)
    at, h = np.array([0.2, 0.07]), 1e-4
    gradient, observed, _ = derivatives(model, evaluate(model, at))
    steps = np.eye(2) * h

    def value(s: NDArray[np.float64]) -> float:
        return evaluate(model, s).value

    numeric = [(value(at + e) - value(at - e)) / (2 * h) for e in steps]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4)
    for i, e in enumerate(steps):
        up, _, _ = derivatives(model, evaluate(model, at + e))
        down, _, _ = derivatives(model, evaluate(model, at - e))
        np.testing.assert_allclose(-observed[i], (up - down) / (2 * h), rtol=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_no_point_of_a_grid_beats_the_components(seed: int) -> None:
    y, v, cluster, x = made(seed)
    fit = fit_multilevel(y, v, three_levels(cluster), x)
    codes = [np.array(cluster), np.arange(len(y))]
    model = split_model(y, x, np.diag(v), codes, restricted=True)
    axis = np.r_[0.0, np.geomspace(1e-4, 2, 16)]
    best = max(evaluate(model, np.array([a, b])).value for a in axis for b in axis)
    assert fit.converged
    assert fit.log_likelihood >= best - 1e-10


def test_the_likelihood_is_that_of_the_whole_covariance() -> None:
    y, v, cluster, x = made(5)
    known = constant_correlation(v, cluster, 0.3)
    codes = [np.array(cluster), np.arange(len(y)) // 2]  # crossed: pairs join the clusters
    sigma2 = np.array([0.1, 0.2])
    split = split_model(y, x, known, codes, restricted=True)
    whole = known + sum(
        s * (c[:, None] == c).astype(float) for s, c in zip(sigma2, codes, strict=True)
    )
    np.testing.assert_allclose(split.covariance(sigma2), whole)
    inverse = np.linalg.inv(whole)
    information = x.T @ inverse @ x
    projection = inverse - inverse @ x @ np.linalg.inv(information) @ x.T @ inverse
    determinants = [np.linalg.slogdet(a)[1] for a in (whole, information, x.T @ x)]
    value = -0.5 * (
        (len(y) - 2) * np.log(2 * np.pi)
        + determinants[0]
        + determinants[1]
        - determinants[2]
        + y @ projection @ y
    )
    point = evaluate(split, sigma2)
    assert point.value == pytest.approx(value, rel=1e-12)
    assert precision_trace(split, point) == pytest.approx(np.trace(projection), rel=1e-10)
    np.testing.assert_allclose(point.pull, projection @ y, rtol=1e-8, atol=1e-10)


def test_blocks_are_what_levels_and_covariance_leave_apart() -> None:
    y, x, v = np.zeros(6), np.ones((6, 1)), np.eye(6)
    v[4, 5] = v[5, 4] = 0.5
    model = split_model(y, x, v, [np.array([0, 1, 0, 2, 3, 4])], restricted=True)
    assert [part.rows.tolist() for part in model.parts] == [[0, 2], [1], [3], [4, 5]]


def test_known_covariance_is_generalised_least_squares() -> None:
    y, v, cluster, x = made(1)
    known = constant_correlation(v, cluster, 0.6)
    fit = fit_multilevel(y, known, None, x)
    inverse = np.linalg.inv(known)
    cov = np.linalg.inv(x.T @ inverse @ x)
    np.testing.assert_allclose(fit.estimate, cov @ x.T @ inverse @ y, rtol=1e-9)
    np.testing.assert_allclose(fit.cov, cov, rtol=1e-9)
    assert fit.sigma2.size == 0


@pytest.mark.parametrize("seed", range(4))
def test_cr2_is_unbiased_under_its_working_model(seed: int) -> None:
    # The expected sandwich is the model's covariance when the working covariance is the true one.
    _, v, cluster, x = made(seed)
    phi = constant_correlation(v, cluster, 0.5)
    bread = np.linalg.inv(x.T @ np.linalg.inv(phi) @ x)
    lower = np.linalg.cholesky(phi)
    total = np.zeros_like(bread)
    for column in lower.T:  # residuals are linear in y: sum over independent parts of y
        total += cluster_robust(column, phi, cluster, x).cov
    np.testing.assert_allclose(total, bread, rtol=1e-8, atol=1e-12)


def test_independent_equal_rows_give_the_t_test() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=9)
    fit = cluster_robust(y, np.ones(9), range(9))
    assert fit.df[0] == pytest.approx(8, rel=1e-10)
    assert fit.se[0] == pytest.approx(y.std(ddof=1) / 3, rel=1e-10)


def test_satterthwaite_matches_simulated_moments() -> None:
    y, v, cluster, x = made(2, k=14, clusters=5)
    rng = np.random.default_rng(1)
    draws = [
        cluster_robust(rng.normal(0, np.sqrt(v)), v, cluster, x).cov[1, 1] for _ in range(3000)
    ]
    df = 2 * np.mean(draws) ** 2 / np.var(draws)
    assert cluster_robust(y, v, cluster, x).df[1] == pytest.approx(df, rel=0.12)


def test_wrong_calls_name_what_is_wrong() -> None:
    y, v, cluster, _ = made(0)
    with pytest.raises(UnknownName, match="REML, ML"):
        fit_multilevel(y, v, {}, method="DL")
    with pytest.raises(InputError, match="level cluster labels 2 rows"):
        fit_multilevel(y, v, {"cluster": [1, 2]})
    with pytest.raises(InputError, match="positive definite"):
        fit_multilevel([1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(InputError, match="links clusters"):
        cluster_robust(y, constant_correlation(v, cluster, 0.5), range(len(y)))
    with pytest.raises(InputError, match="two clusters"):
        cluster_robust(y, v, [1] * len(y))
    with pytest.raises(InputError, match="1 coefficients need as many names; got 2"):
        cluster_robust(y, v, cluster, names=["one", "too many"])
    with pytest.raises(InputError, match="correlation"):
        constant_correlation(v, cluster, 1.0)


def test_few_degrees_of_freedom_and_boundaries_are_told() -> None:
    fit = cluster_robust([0.1, 0.2, 0.4, 0.3], [0.1, 0.1, 0.2, 0.2], ["a", "a", "b", "b"])
    assert "fewer than 4" in fit.notes[0]
    level = fit_multilevel([0.1, 0.1, 0.1], [0.1, 0.2, 0.3], {"row": [1, 2, 3]})
    assert "boundary" in level.notes[0]
    assert "sigma²" in level.summary()
    twice = fit_multilevel([0.1, 0.9, 0.3], [0.1, 0.1, 0.1], {"a": [1, 2, 3], "b": [1, 2, 3]})
    assert np.isnan(twice.se_sigma2).all()
    assert any("told apart" in note for note in twice.notes)
    assert "covariance" not in level.to_dict()
    json.dumps(fit.to_dict(), allow_nan=False)
