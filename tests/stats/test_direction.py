"""Proportions, directions and combined p against SciPy, counting by hand, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probatum.errors import InputError
from probatum.stats.direction import count_votes, sign_test
from probatum.stats.p_values import combine_p, one_sided
from probatum.stats.proportion import clopper_pearson, upper_bound_of_none, wilson

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
probabilities = st.lists(st.floats(1e-12, 1 - 1e-9), min_size=1, max_size=40)


@given(pair=counts, level=st.floats(0.5, 0.9999))
def test_intervals_against_scipy(pair: tuple[int, int], level: float) -> None:
    x, n = pair
    test = stats.binomtest(x, n)
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        low, high = ours(x, n, level)
        expected = test.proportion_ci(level, method)
        assert float(low) == pytest.approx(expected.low, rel=1e-9, abs=1e-13), method
        assert float(high) == pytest.approx(expected.high, rel=1e-9, abs=1e-13), method
        assert 0 <= low <= x / n <= high <= 1


def test_intervals_of_arrays_and_extremes() -> None:
    low, high = clopper_pearson([0, 3, 10], 10)
    assert (low[0], high[2]) == (0.0, 1.0)
    assert low.shape == (3,)
    low, high = wilson([0, 10], 10)
    assert (low[0], high[1]) == (0.0, 1.0)


@given(n=st.integers(1, 100_000), level=st.floats(0.5, 0.999))
def test_upper_bound_of_none(n: int, level: float) -> None:
    exact = float(upper_bound_of_none(n, level))
    assert (1 - exact) ** n == pytest.approx(1 - level, rel=1e-6)
    assert exact <= float(upper_bound_of_none(n, level, "rule of three"))


def test_rule_of_three() -> None:
    assert float(upper_bound_of_none(1000, method="rule of three")) == pytest.approx(
        0.003, rel=0.002
    )
    # the two-sided exact interval at 90% has the same upper limit as the one-sided bound at 95%
    assert float(upper_bound_of_none(50)) == pytest.approx(float(clopper_pearson(0, 50, 0.9)[1]))


@given(positive=st.integers(0, 400), negative=st.integers(0, 400))
def test_sign_test_against_scipy(positive: int, negative: int) -> None:
    p = sign_test(positive, negative)
    assert p == sign_test(negative, positive)
    if positive + negative:
        expected = stats.binomtest(positive, positive + negative).pvalue
        assert p == pytest.approx(expected, rel=1e-9)
    else:
        assert p == 1


def test_votes() -> None:
    votes = count_votes(9, 1, 2)
    assert votes.k == 10
    assert votes.share == 0.9
    assert votes.ci == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert votes.to_dict()["ci"] == list(votes.ci)
    none = count_votes(0, 0, 3)
    assert math.isnan(none.share)
    assert (none.ci, none.p) == ((0.0, 1.0), 1.0)
    assert none.summary() == "No study has a direction, 3 without a direction."


@given(p=probabilities)
def test_combinations_against_scipy(p: list[float]) -> None:
    for ours, theirs in (("fisher", "fisher"), ("stouffer", "stouffer")):
        expected = stats.combine_pvalues(p, theirs)
        found = combine_p(p, ours)  # type: ignore[arg-type]
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
        assert found.p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-300)
        assert found.k == len(p)


def test_weights_of_stouffer() -> None:
    p, w = [0.01, 0.4, 0.7], [3.0, 1.0, 2.0]
    expected = stats.combine_pvalues(p, "stouffer", w)
    assert combine_p(p, "stouffer", w).p == pytest.approx(expected.pvalue, rel=1e-12)
    assert combine_p(p, "stouffer", [2, 2, 2]).p == pytest.approx(combine_p(p, "stouffer").p)


def test_edgington_by_hand() -> None:
    # two uniform values: area of a triangle below 1, its complement above
    assert combine_p([0.1, 0.3], "edgington").p == pytest.approx(0.4**2 / 2)
    assert combine_p([0.9, 0.7], "edgington").p == pytest.approx(1 - 0.4**2 / 2)
    # three: s³/6 − 3(s − 1)³/6 between 1 and 2
    assert combine_p([0.4, 0.5, 0.3], "edgington").p == pytest.approx((1.2**3 - 3 * 0.2**3) / 6)
    assert combine_p([0.37], "edgington").p == pytest.approx(0.37)


@given(p=probabilities)
def test_edgington_is_symmetric_and_bounded(p: list[float]) -> None:
    found = combine_p(p, "edgington").p
    assert 0 <= found <= 1
    mirrored = combine_p([1 - x for x in p], "edgington").p
    assert found + mirrored == pytest.approx(1, abs=1e-9)


def test_edgington_of_many_agrees_with_the_normal_limit() -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(0, 0.95, 400)
    normal = stats.norm.cdf((p.sum() - 200) / math.sqrt(400 / 12))
    assert combine_p(p, "edgington").p == pytest.approx(normal, rel=0.05)


@pytest.mark.parametrize("method", ["fisher", "stouffer", "edgington"])
def test_level_under_the_null(method: str) -> None:
    rng = np.random.default_rng(11)
    found = [combine_p(p, method).p for p in rng.uniform(0, 1, (2000, 6))]  # type: ignore[arg-type]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_one_sided() -> None:
    assert one_sided([0.04, 0.04], [True, False]).tolist() == [0.02, 0.98]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: wilson(3, 2), "events must lie"),
        (lambda: wilson(0, 0), "n must be above"),
        (lambda: wilson(1, 2, 1.0), "level"),
        (lambda: clopper_pearson(1, 2, 0.0), "level"),
        (lambda: upper_bound_of_none(0), "n must"),
        (lambda: upper_bound_of_none(3, method="four"), "method must"),  # type: ignore[arg-type]
        (lambda: sign_test(-1, 2), "must be a count"),
        (lambda: sign_test(1, 2.5), "must be a count"),  # type: ignore[arg-type]
        (lambda: combine_p([]), "at least one"),
        (lambda: combine_p([0.0]), "p must lie"),
        (lambda: combine_p([1.0], "stouffer"), "no p of 1"),
        (lambda: combine_p([0.5], "fisher", [1]), "takes no weights"),
        (lambda: combine_p([0.5], "stouffer", [0]), "weights must"),
        (lambda: combine_p([0.5], "tippett"), "must be one of"),  # type: ignore[arg-type]
    ],
)
def test_wrong_calls(call: object, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()  # type: ignore[operator]
