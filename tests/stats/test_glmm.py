"""The mixed model of rare events: brute-force integration, limits, laws, what has no answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from probatum.errors import InputError
from probatum.stats import glmm as module
from probatum.stats.conditional import Binomial, Family, Hypergeometric
from probatum.stats.glmm import fit_glmm
from probatum.stats.inputs import Table
from probatum.stats.two_by_two import mantel_haenszel

SPARSE = {
    "ai": [0, 2, 1, 5, 0, 9, 1],
    "n1i": [40, 55, 30, 60, 25, 80, 33],
    "ci": [4, 3, 6, 4, 1, 30, 0],
    "n2i": [42, 50, 31, 62, 50, 85, 34],
}


def table_of(ai: list[int], n1i: list[int], ci: list[int], n2i: list[int]) -> Table:
    a, n1, c, n2 = (np.array(column, float) for column in (ai, n1i, ci, n2i))
    return Table(a, n1 - a, c, n2 - c)


def brute_force(family: Family, k: int, theta: float, tau: float) -> float:
    """Log likelihood by the trapezoid rule, whose error falls exponentially here."""
    u = np.linspace(-10, 10, 4001)
    likelihood = np.exp(family.at(theta + tau * np.tile(u, (k, 1))).value)
    return float(np.log((likelihood * stats.norm.pdf(u)).sum(axis=1) * (u[1] - u[0])).sum())


@pytest.mark.parametrize("of", [Hypergeometric.of, Binomial.of])
def test_the_maximum_is_that_of_brute_force(of: object) -> None:
    few = {name: values[:4] for name, values in SPARSE.items()}
    few["ci"] = [9, 3, 6, 1]  # spread enough for τ² > 0
    family = of(table_of(**few))  # type: ignore[operator]
    fit = fit_glmm(model="hypergeometric" if of == Hypergeometric.of else "binomial", **few)
    assert fit.tau2 > 0.1
    at_fit = brute_force(family, 4, fit.estimate, math.sqrt(fit.tau2))
    assert fit.log_likelihood == pytest.approx(at_fit, abs=1e-8)
    found = minimize(
        lambda x: -brute_force(family, 4, x[0], abs(x[1])),
        [fit.estimate + 0.2, math.sqrt(fit.tau2) + 0.2],
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-10},
    )
    assert -found.fun <= fit.log_likelihood + 1e-8
    assert found.x == pytest.approx([fit.estimate, math.sqrt(fit.tau2)], abs=1e-4)


@pytest.mark.parametrize("tau", [0.0, 0.2, 1.0, 3.0])
def test_gradient_and_information_are_derivatives(tau: float) -> None:
    family, h = Hypergeometric.of(table_of(**SPARSE)), 1e-4
    point = module._evaluate(family, -0.5, tau)

    def value(theta: float, at: float) -> float:
        return module._evaluate(family, theta, at).value

    slope = (value(-0.5 + h, tau) - value(-0.5 - h, tau)) / (2 * h)
    curve = (value(-0.5 + h, tau) - 2 * value(-0.5, tau) + value(-0.5 - h, tau)) / h**2
    assert point.by_theta == pytest.approx(slope, abs=1e-6)
    assert point.information[0, 0] == pytest.approx(-curve, rel=1e-5)
    if tau:
        by_tau = (value(-0.5, tau + h) - value(-0.5, tau - h)) / (2 * h)
        bend = (value(-0.5, tau + h) - 2 * value(-0.5, tau) + value(-0.5, tau - h)) / h**2
        assert point.by_tau == pytest.approx(by_tau, abs=1e-6)
        assert point.information[1, 1] == pytest.approx(-bend, rel=1e-4, abs=1e-5)


def test_the_slope_at_zero_is_the_limit_of_the_slopes_beside_it() -> None:
    family = Hypergeometric.of(table_of(**SPARSE))
    at_zero, beside = (module._slope(family, tau, 0.0)[1] for tau in (0.0, 1e-3))
    assert at_zero == pytest.approx(beside, rel=1e-3)


def test_quadrature_is_exact_for_common_tau() -> None:
    family = Hypergeometric.of(table_of([0, 3], [50, 40], [5, 0], [50, 60]))
    for tau in (0.3, 1.0, 3.0):
        ours = module._evaluate(family, -0.7, tau).value
        assert ours == pytest.approx(brute_force(family, 2, -0.7, tau), abs=1e-8)


def test_one_table_is_the_conditional_odds_ratio() -> None:
    fit = fit_glmm(ai=[3], n1i=[40], ci=[9], n2i=[38])
    expected = stats.contingency.odds_ratio([[3, 37], [9, 29]], kind="conditional").statistic
    assert fit.tau2 == 0
    assert math.exp(fit.estimate) == pytest.approx(expected, rel=1e-6)


def test_tau_zero_and_large_tables_agree_with_mantel_haenszel() -> None:
    tables = {"ai": [300, 260], "n1i": [1000, 900], "ci": [250, 225], "n2i": [1000, 910]}
    fit = fit_glmm(**tables)
    pooled = mantel_haenszel("OR", **tables)
    assert fit.tau2 == 0
    assert fit.estimate == pytest.approx(pooled.estimate[0], abs=2e-4)
    assert fit.se == pytest.approx(pooled.se[0], rel=1e-3)


def test_the_binomial_model_is_the_limit_of_rare_events() -> None:
    rare = {name: np.array(v) * (2000 if name.startswith("n") else 1) for name, v in SPARSE.items()}
    exact, limit = fit_glmm(**rare), fit_glmm(model="binomial", **rare)
    assert exact.estimate == pytest.approx(limit.estimate, abs=1e-3)
    assert exact.tau2 == pytest.approx(limit.tau2, abs=1e-3)


tables = st.lists(
    st.tuples(st.integers(0, 6), st.integers(7, 60), st.integers(0, 6), st.integers(7, 60)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, deadline=None)
@given(rows=tables)
def test_swapping_the_arms_turns_the_sign(rows: list[tuple[int, ...]]) -> None:
    names = ("ai", "n1i", "ci", "n2i")
    one = fit_glmm(**{n: [row[i] for row in rows] for i, n in enumerate(names)})
    other = fit_glmm(**{n: [row[(i + 2) % 4] for row in rows] for i, n in enumerate(names)})
    if not one.converged:
        assert one.notes
        assert not other.converged
        return
    assert other.estimate == pytest.approx(-one.estimate, abs=1e-6)
    assert other.tau2 == pytest.approx(one.tau2, abs=1e-6)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
    assert 0 <= one.p <= 1
    assert one.ci[0] < one.estimate < one.ci[1]


def test_double_zero_tables_change_nothing() -> None:
    more = {name: [*v, 30 if name.startswith("n") else 0] for name, v in SPARSE.items()}
    with_, without = fit_glmm(**more), fit_glmm(**SPARSE)
    assert with_.estimate == without.estimate
    assert (with_.k, with_.informative) == (8, 7)
    assert with_.notes == ("1 of 8 studies carry no information",)
    assert "7 of 8 studies" in with_.summary()


def test_one_arm_without_events_has_no_estimate() -> None:
    fit = fit_glmm(ai=[0, 0], n1i=[20, 30], ci=[3, 2], n2i=[20, 30])
    assert not fit.converged
    assert math.isnan(fit.estimate)
    assert "no estimate: an arm has no event" in fit.notes[-1]
    none = fit_glmm(ai=[0], n1i=[20], ci=[0], n2i=[20])
    assert "no table tells" in none.notes[-1]


def test_a_hopeless_spread_is_named() -> None:
    fit = fit_glmm(ai=[40, 0, 40, 0], n1i=[40] * 4, ci=[0, 40, 0, 40], n2i=[40] * 4)
    assert not fit.converged
    assert "bound of the search" in fit.notes[-1]


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"ai": [0.5], "bi": [1], "ci": [1], "di": [1]}, "whole"),
        ({"ai": [[1]], "bi": 1, "ci": 1, "di": 1}, "one list"),
        ({"ai": [9], "n1i": [3], "ci": [1], "n2i": [3]}, "more events"),
        ({**SPARSE, "model": "x"}, "model must be"),
    ],
)
def test_wrong_calls(cells: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        fit_glmm(**cells)
