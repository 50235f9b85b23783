"""What must hold of every pool, whatever its numbers: units, order, sign, size."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from probatum.stats import Method, Pooled, Test, pool

Floats = NDArray[np.float64]
METHODS = get_args(Method)
TESTS = get_args(Test)
RANDOM = [method for method in METHODS if method not in {"EE", "FE"}]

methods = st.sampled_from(METHODS)
tests = st.sampled_from(TESTS)


@st.composite
def studies(draw: st.DrawFn, least: int = 1, most: int = 10) -> tuple[Floats, Floats]:
    k = draw(st.integers(least, most))
    y = draw(st.lists(st.integers(-4000, 4000), min_size=k, max_size=k))
    v = draw(st.lists(st.floats(-3.0, 1.0), min_size=k, max_size=k))
    return np.array(y) / 1000.0, 10.0 ** np.array(v)


def one(y: Floats, v: Floats, method: Method = "REML", test: Test = "knha") -> Pooled:
    return pool(y, v, method=method, test=test).one()


def assert_same(a: Pooled, b: Pooled, *, unit: float = 1.0, shift: float = 0.0, tol: float) -> None:
    """Hold that b is a in another unit, shifted; 1 is the size of the effects."""
    slack = tol * unit
    assert b.estimate == pytest.approx(a.estimate * unit + shift, rel=tol, abs=slack)
    assert b.se == pytest.approx(a.se * unit, rel=tol, abs=slack)
    assert b.ci == pytest.approx(tuple(x * unit + shift for x in a.ci), rel=tol, abs=10 * slack)
    assert b.tau2 == pytest.approx(a.tau2 * unit**2, rel=tol, abs=tol * unit**2)
    assert b.q == pytest.approx(a.q, rel=tol, abs=tol)
    assert b.i2 == pytest.approx(a.i2, rel=tol, abs=100 * tol)
    assert (a.pi is None) == (b.pi is None)
    assert b.converged


@given(studies(), methods, tests, st.sampled_from([1e-12, 1e-6, 1e6, 1e12]))
@settings(max_examples=150, deadline=None)
def test_follows_the_unit(
    data: tuple[Floats, Floats], method: Method, test: Test, unit: float
) -> None:
    y, v = data
    assert_same(
        one(y, v, method, test), one(y * unit, v * unit**2, method, test), unit=unit, tol=1e-7
    )


@given(studies(), methods, tests, st.floats(-1e3, 1e3))
@settings(max_examples=100, deadline=None)
def test_follows_a_shift(
    data: tuple[Floats, Floats], method: Method, test: Test, shift: float
) -> None:
    y, v = data
    assert_same(one(y, v, method, test), one(y + shift, v, method, test), shift=shift, tol=1e-7)


@given(studies(), methods, tests, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_ignores_the_order_of_studies(
    data: tuple[Floats, Floats], method: Method, test: Test, random: st.DataObject
) -> None:
    y, v = data
    order = list(range(len(y)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_same(one(y, v, method, test), one(y[order], v[order], method, test), tol=1e-7)


@given(studies(), methods, tests)
@settings(max_examples=100, deadline=None)
def test_mirrors_the_sign(data: tuple[Floats, Floats], method: Method, test: Test) -> None:
    y, v = data
    a, b = one(y, v, method, test), one(-y, v, method, test)
    assert b.estimate == -a.estimate
    assert b.ci == (-a.ci[1], -a.ci[0])
    assert b.tau2 == a.tau2
    assert b.p == a.p or np.isnan(a.p)


@given(studies(least=2), st.sampled_from(["EE", "HS", "ML"]), st.integers(2, 4))
@settings(max_examples=100, deadline=None)
def test_duplication_keeps_estimates_that_are_means(
    data: tuple[Floats, Floats], method: Method, copies: int
) -> None:
    """EE, HS and ML average over studies, so they cannot tell copies; the variance halves."""
    y, v = data
    a, b = one(y, v, method, "z"), one(np.tile(y, copies), np.tile(v, copies), method, "z")
    assert b.tau2 == pytest.approx(a.tau2, rel=1e-7, abs=1e-9)
    assert b.estimate == pytest.approx(a.estimate, rel=1e-7, abs=1e-8)
    assert b.se == pytest.approx(a.se / np.sqrt(copies), rel=1e-7)
    assert b.q == pytest.approx(a.q * copies, rel=1e-9, abs=1e-9)


@given(studies(), methods)
@settings(max_examples=100, deadline=None)
def test_one_pool_is_the_same_inside_a_batch(data: tuple[Floats, Floats], method: Method) -> None:
    y, v = data
    rest = np.array([0.3, -0.1, 0.8])
    batch = pool([rest, y, rest[:1]], [rest**2, v, rest[:1] ** 2], method=method)
    assert_same(one(y, v, method), batch[1], tol=1e-12)


@given(studies(), methods)
@settings(max_examples=100, deadline=None)
def test_modified_test_is_never_narrower_than_wald(
    data: tuple[Floats, Floats], method: Method
) -> None:
    y, v = data
    wald, plain = one(y, v, method, "z"), one(y, v, method, "knha")
    modified = one(y, v, method, "adhoc")
    assert modified.ci[1] - modified.ci[0] >= (wald.ci[1] - wald.ci[0]) * (1 - 1e-12)
    narrower = plain.ci[1] - plain.ci[0] < (wald.ci[1] - wald.ci[0]) * (1 - 1e-9)
    assert narrower == any("narrower" in note for note in plain.notes)


@given(studies(), methods, tests)
@settings(max_examples=150, deadline=None)
def test_no_value_is_missing_without_a_note(
    data: tuple[Floats, Floats], method: Method, test: Test
) -> None:
    y, v = data
    result = one(y, v, method, test)
    values = result.to_dict()
    missing = [name for name, value in values.items() if value is None and name != "df"]
    assert result.notes or not missing
    assert np.isfinite([result.estimate, result.se, *result.ci, result.tau2, result.q]).all()


@pytest.mark.parametrize("method", RANDOM)
def test_equal_variances_have_closed_forms(method: Method) -> None:
    y, v, k = np.array([0.2, 1.9, -0.7, 3.1, 0.4]), 0.3, 5
    square = y.var(ddof=1)
    crude = y.var()
    expected = {
        "ML": crude - v,
        "HS": crude - v,
        "HSk": square - v,
        "SJ": crude * square / (v + crude),
        "PMM": crude * k / 3.3566939800333224 - v,
        # t = (s²/(v+t) - 1)(v+t), so that 2t = s² - v.
        "DLIT": (square - v) / 2,
    }.get(method, square - v)
    result = one(y, np.full(k, v), method)
    assert result.tau2 == pytest.approx(expected, rel=1e-12)
    assert result.estimate == pytest.approx(y.mean(), rel=1e-14)
    assert result.se == pytest.approx(np.sqrt(square / k), rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_equal_effects_leave_no_heterogeneity(method: Method) -> None:
    result = one(np.full(4, 0.7), np.array([0.1, 0.2, 0.3, 0.4]), method)
    assert result.tau2 == 0
    assert result.se == 0
    assert result.q == 0
    assert result.q_p == 1
    assert any("same effect" in note for note in result.notes)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", TESTS)
def test_one_study_is_its_own_pool(method: Method, test: Test) -> None:
    result = one(np.array([0.7]), np.array([0.04]), method, test)
    assert result.estimate == 0.7
    assert result.se == 0.2
    assert result.ci == pytest.approx(
        (0.7 - 1.959963984540054 * 0.2, 0.7 + 1.959963984540054 * 0.2)
    )
    assert result.tau2 == result.i2 == result.q == 0
    assert result.h2 == result.q_p == 1
    assert result.pi is result.tau2_ci is None
    assert any("one study" in note for note in result.notes)


@pytest.mark.parametrize("method", METHODS)
def test_a_variance_ratio_of_1e12_is_no_trouble(method: Method) -> None:
    """Beside two precise studies of one mind, an imprecise one within its error changes nothing."""
    y, v = np.array([1.0, 1.0 + 1e-9, 2.0]), np.array([1e-12, 1e-12, 1.0])
    result = one(y, v, method, "z")
    assert result.converged
    assert result.q == pytest.approx(1.0 + 0.5e-6, rel=1e-6)
    if method not in {"HE", "SJ"}:
        assert result.tau2 == 0
        assert result.estimate == pytest.approx(1.0, abs=1e-8)
        assert result.se == pytest.approx(np.sqrt(0.5e-12), rel=1e-9)
