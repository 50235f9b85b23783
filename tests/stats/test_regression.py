from __future__ import annotations

import json
import sys
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.mode import Profile, global_mode, upper_bound
from probatum.stats.moderated_tau2 import (
    METHODS,
    Sample,
    estimate_tau2,
    likelihood_slope,
    restricted_profile,
)
from probatum.stats.pooling import pool
from probatum.stats.regression import RegressionResult, regress
from shared_data import ROOT, shared_file

SETTINGS = settings(max_examples=40, deadline=None)
SMOOTH = [name for name in METHODS if name not in ("EE", "FE")]


def reference() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(
        shared_file("reference/meta_regression.json").read_text()
    )
    return cases


def case_of(formula: str, method: str, test: str) -> dict[str, Any]:
    return next(
        c for c in reference() if (c["formula"], c["method"], c["test"]) == (formula, method, test)
    )


def fitted(case: dict[str, Any]) -> RegressionResult:
    return regress(case["yi"], case["vi"], case["X"], method=case["method"], test=case["test"])


def test_every_reference_regression() -> None:
    for case in reference():
        # The reference's Paule-Mandel stopped early (next test); its EB solves the same equation.
        asked = fitted(case)
        solves = "EB" if case["method"] == "PM" else case["method"]
        told = case_of(case["formula"], solves, case["test"])
        for ours, theirs in (
            (asked.estimate, told["beta"]),
            (asked.se, told["se"]),
            (asked.ci[:, 0], told["ci_low"]),
            (asked.ci[:, 1], told["ci_high"]),
            (asked.tau2, told["tau2"]),
            (asked.qm, told["QM"]),
            (asked.qm_p, told["QM_p"]),
            (asked.qe, told["QE"]),
            (asked.r2, told["R2"]),
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-8, err_msg=str(told["formula"]))


@pytest.mark.parametrize("formula", ["~ ablat", "~ ablat + year", "~ alloc"])
def test_paule_mandel_solves_its_equation_where_the_reference_stopped_early(formula: str) -> None:
    case = case_of(formula, "PM", "z")
    sample = Sample(*(np.array(case[key], dtype=float) for key in ("yi", "vi", "X")))
    ours = estimate_tau2(sample, "PM")
    assert sample.space(ours).q == pytest.approx(sample.df, rel=1e-13)
    assert abs(sample.space(case["tau2"]).q - sample.df) > 1e-6


@st.composite
def samples(draw: st.DrawFn, ratio: float = 1e6) -> Sample:
    k = draw(st.integers(3, 12))
    p = draw(st.integers(1, min(3, k - 1)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    v = np.exp(rng.uniform(0, np.log(ratio), k)) / np.sqrt(ratio)
    y = rng.normal(0, np.sqrt(v + draw(st.sampled_from([0.0, 0.1, 10.0]))))
    return Sample(y, v, np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))]))


@SETTINGS
@given(samples(), st.sampled_from(SMOOTH), st.sampled_from([-12, -3, 3, 12]))
def test_a_change_of_unit_changes_only_the_unit(s: Sample, method: str, power: int) -> None:
    unit = 10.0**power
    one = regress(s.y, s.v, s.design, method=method)
    two = regress(s.y * unit, s.v * unit**2, s.design, method=method)
    scale = np.abs(one.estimate) + one.se
    assert two.tau2 / unit**2 == pytest.approx(one.tau2, rel=1e-7, abs=1e-12 * s.v.min())
    assert (np.abs(two.estimate / unit - one.estimate) < 1e-6 * scale).all()


@SETTINGS
@given(samples(), st.sampled_from(SMOOTH), st.randoms())
def test_order_shift_and_sign(s: Sample, method: str, random: Random) -> None:
    order = list(range(s.k))
    random.shuffle(order)
    one = regress(s.y, s.v, s.design, method=method)
    same = regress(s.y[order], s.v[order], s.design[order], method=method)
    np.testing.assert_allclose(same.estimate, one.estimate, rtol=1e-5, atol=1e-6 * one.se.max())
    shift = np.arange(1.0, s.design.shape[1] + 1)
    if method != "SJ":  # its start is the raw variance of y, which moderators do change
        moved = regress(s.y + s.design @ shift, s.v, s.design, method=method)
        atol = 1e-5 * one.se.max()
        np.testing.assert_allclose(moved.estimate, one.estimate + shift, rtol=1e-5, atol=atol)
    flipped = regress(-s.y, s.v, s.design, method=method)
    np.testing.assert_allclose(-flipped.estimate, one.estimate, rtol=1e-9, atol=1e-12)


@SETTINGS
@given(samples(ratio=1.0), st.sampled_from(["DL", "HE", "REML", "PM", "EB", "DL2"]))
def test_equal_variances_have_a_closed_form(s: Sample, method: str) -> None:
    v = np.full(s.k, s.v[0])
    residual = s.y - s.design @ np.linalg.lstsq(s.design, s.y)[0]
    expected = max(float(residual @ residual) / s.df - v[0], 0.0)
    assert regress(s.y, v, s.design, method=method).tau2 == pytest.approx(
        expected, rel=1e-8, abs=1e-10 * v[0]
    )


@SETTINGS
@given(samples(ratio=1e12), st.booleans())
def test_no_point_of_a_dense_scan_beats_the_mode(s: Sample, restricted: bool) -> None:  # noqa: FBT001  # drawn
    profile = restricted_profile(s)
    if not restricted:
        profile = Profile(s.v, profile.scale, profile.square)
    mode = global_mode(profile)
    scan = np.r_[0.0, np.geomspace(1e-9 * s.v.min(), 10 * upper_bound(profile) + s.v.max(), 20001)]
    assert profile.value(np.array([mode]))[0] >= profile.value(scan).max() - 1e-9


def test_the_higher_of_two_modes_is_found() -> None:
    # Two precise studies near each other, a far cloud of poor ones: modes at 0 and far out.
    found = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        v = np.exp(rng.uniform(-12, 6, 5))
        s = Sample(rng.standard_cauchy(5), v, np.ones((5, 1)))
        profile = restricted_profile(s)
        grid = np.r_[0.0, np.geomspace(1e-8, 1e6, 4001)]
        values = profile.value(grid)
        inner = (values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])
        found += int(inner.sum() + (values[0] > values[1]) > 1)
        t = estimate_tau2(s, "REML")
        assert profile.value(np.array([t]))[0] >= values.max() - 1e-9
    assert found >= 5  # the test met cases with several modes


def test_reml_is_stationary_at_wide_variance_ratios() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        v = np.exp(rng.uniform(-14, 14, 10))
        s = Sample(rng.normal(0, np.sqrt(v + 1)), v, np.ones((10, 1)))
        t = estimate_tau2(s, "REML")
        if t > 0:
            slope, curve = likelihood_slope(s, t, restricted=True)
            assert abs(slope / curve) < 1e-9 * t


@pytest.mark.parametrize("method", SMOOTH)
def test_a_saturated_or_redundant_design_is_refused(method: str) -> None:
    with pytest.raises(InputError, match="more rows"):
        regress([1.0, 2.0], [1.0, 1.0], [[1, 0], [1, 1]], method=method)
    with pytest.raises(InputError, match="redundant"):
        regress([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [[1, 2], [1, 2], [1, 2]], method=method)


def test_wrong_calls_name_what_is_wrong() -> None:
    with pytest.raises(UnknownName, match="known are EE"):
        regress([1.0, 2.0], [1.0, 1.0], method="BEST")
    with pytest.raises(UnknownName, match="known are z"):
        regress([1.0, 2.0], [1.0, 1.0], test="F")
    with pytest.raises(InputError, match="finite"):
        regress([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(InputError, match="one row a study"):
        regress([1.0, 2.0], [1.0, 1.0], [[1.0], [1.0], [1.0]])


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
@pytest.mark.parametrize("method", METHODS)
def test_an_intercept_alone_is_the_pool(method: Method, test: Test) -> None:
    rng = np.random.default_rng(3)
    v = np.exp(rng.uniform(-3, 1, 9))
    y = rng.normal(0.4, np.sqrt(v + 0.3))
    fit, told = regress(y, v, method=method, test=test), pool(y, v, method=method, test=test).one()
    for name in ("estimate", "se", "statistic", "p"):
        assert getattr(fit, name)[0] == pytest.approx(getattr(told, name), rel=1e-9), name
    np.testing.assert_allclose(fit.ci[0], told.ci, rtol=1e-9)
    for name in ("df", "tau2", "se_tau2", "i2", "h2"):
        assert getattr(fit, name) == pytest.approx(getattr(told, name), rel=1e-9, nan_ok=True), name
    assert (fit.qe, fit.qe_p) == pytest.approx((told.q, told.q_p), rel=1e-9)
    np.testing.assert_allclose(fit.tau2_ci, told.tau2_ci or (np.nan, np.nan), rtol=1e-9)
    statistic = fit.qm if test == "z" else fit.qm * fit.qm_df[0]
    assert statistic == pytest.approx(fit.statistic[0] ** 2)
    assert fit.qm_p == pytest.approx(fit.p[0], rel=1e-7)


def test_predictions_hold_their_parts() -> None:
    s = Sample(np.array([0.1, 0.4, 0.5, 0.9, 0.2]), np.full(5, 0.03), np.eye(5)[:, :1] + [0.0, 1.0])
    fit = regress(s.y, s.v, s.design, test="z")
    centre, ci, pi = fit.predict([[1.0, 1.0], [0.0, 1.0]])
    assert centre == pytest.approx([fit.estimate.sum(), fit.estimate[1]])
    np.testing.assert_allclose(ci[1], fit.ci[1])
    np.testing.assert_allclose(
        (pi[1] - centre[1]) / 1.959963984540054,
        np.sqrt(fit.cov[1, 1] + fit.tau2) * np.array([-1, 1]),
    )
    with pytest.raises(InputError, match="need 2 values"):
        fit.predict([[1.0]])


def test_what_is_missing_is_told() -> None:
    bare = regress([0.1, 0.4, 0.9], [0.1, 0.1, 0.1], [[1.0], [2.0], [3.0]])
    assert np.isnan(bare.r2)
    assert any("R²" in note for note in bare.notes)
    fixed = regress([0.1, 0.4, 0.9], [0.1, 0.1, 0.1], method="EE")
    assert any("equal-effects" in note for note in fixed.notes)
    alike = regress([0.1, 0.101, 0.1], [1.0, 1.0, 1.0])
    assert alike.tau2_ci == (0.0, 0.0)
    assert any("Q-profile" in note for note in alike.notes)


def test_narrowing_is_told_and_adhoc_guards_against_it() -> None:
    y, v = [0.5, 0.51, 0.49, 0.5], [0.1, 0.1, 0.1, 0.1]
    narrow, guarded = regress(y, v, test="knha"), regress(y, v, test="adhoc")
    assert narrow.se[0] < guarded.se[0] == pytest.approx(np.sqrt(0.1 / 4))
    assert narrow.notes
    assert guarded.notes


def test_a_perfect_fit_is_told() -> None:
    result = regress([1.0, 1.0, 1.0], [0.1, 0.2, 0.3])
    assert result.tau2 == 0
    assert "perfect" in result.notes[0]


def test_words_and_plain_values() -> None:
    result = regress(
        [0.1, 0.4, 0.5, 0.9], [0.04, 0.02, 0.03, 0.05], [[1, 0], [1, 1], [1, 2], [1, 3]]
    )
    plain = result.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert "4 rows" in result.summary()
    assert result.summary().count("\n") >= 2


@pytest.mark.corpus
@pytest.mark.parametrize("method", ["REML", "ML", "PM", "DLIT"])
def test_two_solvers_agree_on_real_pools(method: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    # The batched engine and this module find tau² by unrelated searches; over all pools they
    # agree to 4e-13 in REML. Every eighth is tried here.
    path = shared_file("cochrane/reviews.csv.gz")
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    from cochrane import read_pools  # noqa: PLC0415  # a script, not a package

    result = pool(*read_pools(path), method=method)
    tried = [i for i in range(0, len(result), 8) if result.k[i] > 1]
    for i in tried:
        y, v = result.data.take(i)
        ours = estimate_tau2(Sample(y, v, np.ones((y.size, 1))), method)
        assert ours == pytest.approx(result.tau2[i], rel=1e-9, abs=1e-9 * v.min())
    assert len(tried) > 1000
