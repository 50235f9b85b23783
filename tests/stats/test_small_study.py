from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from probatum.errors import InputError, UnknownName
from probatum.stats.pooling import pool
from probatum.stats.regression import regress
from probatum.stats.small_study import begg, egger, fail_safe_n, peters
from probatum.stats.trim_fill import ESTIMATORS, trim_and_fill
from shared_data import shared_file

Studies = tuple[NDArray[np.float64], NDArray[np.float64]]
SETTINGS = settings(max_examples=40, deadline=None)


def reference() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(shared_file("reference/small_study.json").read_text())
    return cases


@st.composite
def studies(draw: st.DrawFn, least: int = 4) -> Studies:
    k = draw(st.integers(least, 15))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    v = np.exp(rng.uniform(-4, 1, k))
    return rng.normal(0.3, np.sqrt(v + 0.05)), v


def test_egger_begg_and_fail_safe_n_agree_with_the_reference() -> None:
    for case in reference():
        y, v = case["yi"], case["vi"]
        line, rank = egger(y, v), begg(y, v)
        told = case["egger"]
        np.testing.assert_allclose(
            [line.statistic, line.p, line.limit],
            [told["t"], told["p"], told["intercept_limit"]],
            rtol=1e-8,
        )
        np.testing.assert_allclose(
            [rank.tau, rank.p], [case["begg"]["tau"], case["begg"]["p"]], rtol=1e-8, atol=1e-14
        )
        assert fail_safe_n(y, v) == case["failsafe"]


def test_trim_and_fill_agrees_with_the_reference() -> None:
    for case in reference():
        told = case["trimfill_DL"]
        if told is None:  # the reference program failed on this case
            continue
        ours = trim_and_fill(case["yi"], case["vi"], method="DL", test="z")
        assert (ours.missing, ours.side) == (told["k0"], told["side"])
        np.testing.assert_allclose(
            [ours.filled.estimate, ours.filled.se], [told["estimate"], told["se"]], rtol=1e-8
        )


@SETTINGS
@given(studies(), st.sampled_from([-9, 0, 9]))
def test_tests_of_asymmetry_know_no_unit_and_follow_the_sign(s: Studies, power: int) -> None:
    y, v = s
    unit = 10.0**power
    one, two = egger(y, v), egger(-y * unit, v * unit**2)
    assert two.p == pytest.approx(one.p, rel=1e-7)
    assert two.limit == pytest.approx(-one.limit * unit, rel=1e-7, abs=1e-9 * unit)
    assert begg(-y * unit, v * unit**2).tau == pytest.approx(-begg(y, v).tau, abs=1e-12)


@SETTINGS
@given(studies(), st.sampled_from(sorted(ESTIMATORS)), st.floats(-5, 5))
def test_trim_and_fill_mirrors_and_shifts(s: Studies, estimator: str, shift: float) -> None:
    y, v = s
    one = trim_and_fill(y, v, side="left", estimator=estimator, method="DL")
    mirrored = trim_and_fill(shift - y, v, side="right", estimator=estimator, method="DL")
    assert mirrored.missing == one.missing
    assert mirrored.filled.estimate == pytest.approx(shift - one.filled.estimate, abs=1e-9)
    assert one.filled.k == y.size + one.missing == one.yi.size


def test_a_symmetric_funnel_lacks_nothing() -> None:
    y = np.array([-0.4, 0.4, -0.2, 0.2, 0.0, 0.1, -0.1])
    v = np.array([0.2, 0.2, 0.1, 0.1, 0.02, 0.05, 0.05])
    for estimator in ESTIMATORS:
        result = trim_and_fill(y, v, side="left", estimator=estimator)
        assert result.missing == 0
        assert result.filled == pool(y, v).one()
    assert egger(y, v).statistic == pytest.approx(0, abs=1e-12)


def test_counts_of_missing_studies_by_hand() -> None:
    # Ranks of sizes: 1-, 2-, 3+, 4-, 5+, 6+, 7+: T = 3+5+6+7 = 21, k = 7, run above 4 is 3.
    deviation = np.array([-1.0, -2, 3, -4, 5, 6, 7])
    assert ESTIMATORS["L0"](deviation) == round((4 * 21 - 7 * 8) / 13)
    assert ESTIMATORS["R0"](deviation) == 2
    assert ESTIMATORS["Q0"](deviation) == round(6.5 - np.sqrt(2 * 49 - 84 + 0.25))


def test_exact_p_of_the_rank_test_counts_permutations() -> None:
    v = np.array([1.0, 2.0, 3.0, 4.0, 5.0]) / 10
    y = np.array([0.3, 0.1, 0.9, 0.4, 1.5])
    result = begg(y, v)
    score = result.tau * 10
    scores = [
        sum(np.sign(p[j] - p[i]) for i in range(5) for j in range(i + 1, 5))
        for p in permutations(range(5))
    ]
    assert result.exact
    assert result.p == pytest.approx(np.mean([abs(s) >= abs(score) - 1e-9 for s in scores]))


def test_mixed_egger_is_the_regression_on_the_standard_error() -> None:
    case = reference()[0]
    y, v = np.array(case["yi"]), np.array(case["vi"])
    ours = egger(y, v, model="mixed", method="REML", test="knha")
    fit = regress(y, v, np.column_stack([np.ones(y.size), np.sqrt(v)]), test="knha")
    assert (ours.slope, ours.p, ours.limit) == (fit.estimate[1], fit.p[1], fit.estimate[0])


def test_peters_by_normal_equations() -> None:
    y = np.array([0.2, 0.5, 0.9, 1.4, 0.1])
    events, others = np.array([20.0, 15, 9, 4, 60]), np.array([80.0, 60, 30, 11, 190])
    w, x = events * others / (events + others), 1 / (events + others)
    mean_x, mean_y = np.average(x, weights=w), np.average(y, weights=w)
    sxx = np.sum(w * (x - mean_x) ** 2)
    slope = np.sum(w * (x - mean_x) * (y - mean_y)) / sxx
    rss = np.sum(w * (y - mean_y - slope * (x - mean_x)) ** 2)
    ours = peters(y, events, others)
    assert ours.slope == pytest.approx(slope)
    assert ours.statistic == pytest.approx(slope / np.sqrt(rss / 3 / sxx))
    assert ours.df == 3


def test_wrong_calls_and_small_sets_are_told() -> None:
    with pytest.raises(UnknownName, match="lm, mixed"):
        egger([1, 2, 3], [1, 2, 3], model="rma")
    with pytest.raises(InputError, match="different size"):
        egger([1, 2, 3], [1, 1, 1])
    with pytest.raises(InputError, match="3 studies"):
        begg([1, 2], [1, 2])
    with pytest.raises(InputError, match="3 studies"):
        trim_and_fill([1, 2], [1, 2])
    with pytest.raises(UnknownName, match="left, right"):
        trim_and_fill([1, 2, 3], [1, 2, 3], side="up")
    with pytest.raises(UnknownName, match="L0, R0, Q0"):
        trim_and_fill([1, 2, 3], [1, 2, 3], estimator="S0")
    with pytest.raises(InputError, match="alpha"):
        fail_safe_n([1], [1], alpha=0.7)
    assert "fewer than 10" in egger([1, 2, 4], [1, 2, 3]).notes[0]
    tied = begg([1, 2, 3], [1, 1, 1])
    assert np.isnan(tied.p)
    assert tied.notes
    assert trim_and_fill([1, 2, 3.0], [1, 1, 1]).side in ("left", "right")


def test_words_and_plain_values() -> None:
    y, v = [0.1, 0.4, 0.5, 0.9], [0.04, 0.02, 0.03, 0.05]
    for result in (egger(y, v), begg(y, v), trim_and_fill(y, v)):
        json.dumps(result.to_dict(), allow_nan=False)
        assert result.summary()
