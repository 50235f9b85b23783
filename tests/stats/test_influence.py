from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.influence import measure_influence
from probatum.stats.pooling import pool
from probatum.stats.regression import regress
from probatum.stats.sequences import CUMULATIVE_CAVEAT, cumulate, leave_one_out
from probatum.stats.subgroups import compare_subgroups
from shared_data import shared_file


def reference() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(shared_file("reference/small_study.json").read_text())
    return cases


def made(seed: int, k: int = 9) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    v = np.exp(rng.uniform(-4, 1, k))
    y = rng.normal(0.3, np.sqrt(v + 0.2))
    return y, v, np.column_stack([np.ones(k), rng.normal(size=k)])


def exact_dl(y: list[float], v: list[float]) -> float:
    """DerSimonian-Laird in rational arithmetic."""
    ys, vs = [Fraction(a) for a in y], [Fraction(a) for a in v]
    w = [1 / a for a in vs]
    mean = sum(a * b for a, b in zip(w, ys, strict=True)) / sum(w)
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, ys, strict=True))
    size = sum(w) - sum(a * a for a in w) / sum(w)
    tau2 = max((q - len(w) + 1) / size, Fraction(0))
    w = [1 / (a + tau2) for a in vs]
    return float(sum(a * b for a, b in zip(w, ys, strict=True)) / sum(w))


def test_leave_one_out_and_cumulative_agree_with_the_reference() -> None:
    for case in reference():
        y, v = case["yi"], case["vi"]
        without, sums = (f(y, v, method="DL", test="z") for f in (leave_one_out, cumulate))
        one_out, cumulative = case["leave1out_DL"], case["cumulative_DL"]
        # Differences far below the estimate's standard error are rounding of the reference.
        np.testing.assert_allclose(without.se, one_out["se"], rtol=1e-8)
        np.testing.assert_allclose(without.tau2, one_out["tau2"], rtol=1e-8)
        np.testing.assert_allclose(sums.estimate, cumulative["estimate"], rtol=1e-8)
        np.testing.assert_allclose(sums.se, cumulative["se"], rtol=1e-8)
        if case["set"] != "one_precise":
            np.testing.assert_allclose(without.estimate, one_out["estimate"], rtol=1e-8)
            continue
        # A variance ratio of 4e8: rational arithmetic shows ours right to 1e-15 and
        # the reference off by up to 7%.
        exact = [exact_dl(y[:i] + y[i + 1 :], v[:i] + v[i + 1 :]) for i in range(len(y))]
        np.testing.assert_allclose(without.estimate, exact, rtol=1e-10, atol=1e-15)
        assert np.abs(np.array(one_out["estimate"]) / exact - 1).max() > 0.01


@pytest.mark.parametrize("method", ["DL", "REML", "PM"])
@pytest.mark.parametrize("moderated", [False, True])
def test_influence_is_that_of_refits(method: Method, moderated: bool) -> None:  # noqa: FBT001  # parametrised
    y, v, x = made(4)
    x = x if moderated else x[:, :1]
    ours = measure_influence(y, v, x if moderated else None, method=method)
    whole = regress(y, v, x, method=method, test="z")
    p = x.shape[1]
    hat = np.diagonal(x @ whole.cov @ x.T) / (v + whole.tau2)
    for i in range(y.size):
        rest = np.arange(y.size) != i
        fit = regress(y[rest], v[rest], x[rest], method=method, test="z")
        at = x[i]
        shift = whole.estimate - fit.estimate
        spread = np.sqrt(v[i] + fit.tau2 + at @ fit.cov @ at)
        beside = np.linalg.inv(x.T @ (x / (v + fit.tau2)[:, None]))
        told = {
            "tau2_without": fit.tau2,
            "q_without": fit.qe,
            "rstudent": (y[i] - at @ fit.estimate) / spread,
            "dffits": at @ shift / np.sqrt(hat[i] * (v[i] + fit.tau2)),
            "cook": shift @ np.linalg.inv(whole.cov) @ shift,
            "cov_ratio": np.linalg.det(fit.cov) / np.linalg.det(whole.cov),
            "hat": hat[i],
        }
        for name, value in told.items():
            assert getattr(ours, name)[i] == pytest.approx(value, rel=1e-7, abs=1e-12), name
        np.testing.assert_allclose(ours.dfbetas[i], shift / np.sqrt(np.diagonal(beside)), rtol=1e-7)
    assert ours.hat.sum() == pytest.approx(p)
    assert ours.weight.sum() == pytest.approx(100)


def test_an_outlier_is_named() -> None:
    y, v = [0.1, 0.2, 0.15, 0.12, 0.18, 3.0], [0.01] * 6
    result = measure_influence(y, v)
    assert result.influential.tolist() == [False] * 5 + [True]
    assert "Study 5" in result.summary()
    calm = measure_influence([0.1, 0.2, 0.15, 0.12, 0.18, 0.11], v)
    assert "No study" in calm.summary()


def test_a_study_that_alone_carries_a_coefficient_is_told() -> None:
    y, v, _ = made(2, k=6)
    x = np.column_stack([np.ones(6), np.eye(6)[0]])
    result = measure_influence(y, v, x)
    assert np.isnan(result.cook[0])
    assert result.notes[0].endswith("at 0")
    assert result.to_dict()["cook"][0] is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 9), st.sampled_from(["DL", "REML", "PM", "SJ"]))
def test_sequences_end_at_the_pool_of_all(seed: int, k: int, method: Method) -> None:
    y, v, _ = made(seed, k)
    order = np.random.default_rng(seed).permutation(k)
    sums = cumulate(y, v, order.tolist(), method=method)
    whole = pool(y, v, method=method).one()
    assert sums.k.tolist() == list(range(1, k + 1))
    assert sums[k - 1].estimate == pytest.approx(whole.estimate, rel=1e-9, abs=1e-12)
    assert sums[0].estimate == y[order[0]]
    without = leave_one_out(y, v, method=method)
    i = seed % k
    one = pool(np.delete(y, i), np.delete(v, i), method=method).one()
    assert without[i].estimate == pytest.approx(one.estimate, rel=1e-9, abs=1e-12)
    assert without[i].k == k - 1
    assert "level" in CUMULATIVE_CAVEAT


@pytest.mark.parametrize("test", ["z", "knha"])
def test_subgroups_that_share_tau2_are_the_regression_on_labels(test: Test) -> None:
    y, v, _ = made(1)
    labels = list("aaabbbccc")
    result = compare_subgroups(y, v, labels, tau2="common", test=test)
    x = np.column_stack([np.ones(9), [g == "b" for g in labels], [g == "c" for g in labels]])
    fit = regress(y, v, x.astype(float), test=test)
    assert (result.q_between, result.p) == pytest.approx((fit.qm, fit.qm_p), rel=1e-8)
    assert (result.df, result.r2) == (fit.qm_df, fit.r2)
    cells = np.array([[g == label for label in "abc"] for g in labels], dtype=float)
    means = regress(y, v, cells, test=test)
    np.testing.assert_allclose(result.estimate, means.estimate, rtol=1e-8)
    np.testing.assert_allclose(result.se, means.se, rtol=1e-8)
    assert result.shared_tau2


def test_fixed_subgroups_split_q() -> None:
    y, v, _ = made(5)
    labels = list("aaaabbbbb")
    result = compare_subgroups(y, v, labels, method="EE", test="z")
    total = pool(y, v, method="EE").one().q
    assert result.q_between + sum(p.q for p in result.pools) == pytest.approx(total)
    assert result.df == (1, np.inf)
    assert "subgroup differences" in result.summary()
    json.dumps(result.to_dict(), allow_nan=False)


def test_wrong_calls_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="two subgroups"):
        compare_subgroups([1.0, 2.0], [1.0, 1.0], ["a", "a"])
    with pytest.raises(UnknownName, match="separate, common"):
        compare_subgroups([1.0, 2.0], [1.0, 1.0], ["a", "b"], tau2="own")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least 2"):
        leave_one_out([1.0], [1.0])
    with pytest.raises(InputError, match="order"):
        cumulate([1.0, 2.0], [1.0, 1.0], [0, 0])
    with pytest.raises(InputError, match="needs 3 studies"):
        measure_influence([1.0, 2.0], [1.0, 1.0])
    single = compare_subgroups([1.0, 2.0, 2.0], [1.0, 1.0, 1.0], ["a", "b", "b"])
    assert single.notes
