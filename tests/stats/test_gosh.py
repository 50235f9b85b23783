from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method, pool_blocks
from probatum.stats.gosh import GoshResult, pool_subsets
from probatum.stats.pooling import pool
from probatum.stats.subset_sums import LOW_STUDIES

Series = tuple[NDArray[np.float64], NDArray[np.float64]]


def made(seed: int, k: int, ratio: float = 100.0) -> Series:
    rng = np.random.default_rng(seed)
    v = np.exp(rng.uniform(0, np.log(ratio), k)) / np.sqrt(ratio)
    return rng.normal(0.3, np.sqrt(v + 0.3 * np.median(v))), v


def members(result: GoshResult, entry: int) -> list[int]:
    return [j for j in range(result.studies) if result.holds(j)[entry]]


@pytest.mark.parametrize("method", ["EE", "DL", "REML", "PM", "SJ"])
def test_every_subset_is_the_pool_of_its_studies(method: Method) -> None:
    y, v = made(1, 6)
    result = pool_subsets(y, v, method=method)
    seen = set()
    for entry in range(len(result)):
        rows = members(result, entry)
        seen.add(tuple(rows))
        one = pool(y[rows], v[rows], method=method).one()
        ours = [getattr(result, name)[entry] for name in ("k", "estimate", "tau2", "i2", "q")]
        theirs = [one.k, one.estimate, one.tau2, one.i2, one.q]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    assert seen == {c for n in range(1, 7) for c in combinations(range(6), n)}


@pytest.mark.parametrize("method", ["EE", "DL"])
def test_doubling_over_several_blocks_is_pooling_one_by_one(method: Method) -> None:
    k = LOW_STUDIES + 2
    y, v = made(2, k)
    result = pool_subsets(y, v, method=method)
    assert len(result) == 2**k - 1
    codes = np.random.default_rng(0).integers(1, 2**k, 3000)
    mask = ((codes >> np.arange(k)[:, None]) & 1) == 1
    told = pool_blocks(y[:, None], v[:, None], mask, method=method)
    at = codes - 1
    np.testing.assert_array_equal(np.array([result.holds(j)[at] for j in range(k)]), mask)
    np.testing.assert_allclose(result.estimate[at], told.estimate, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(result.tau2[at], told.tau2, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(result.q[at], told.q, rtol=1e-11, atol=1e-13)


def test_doubling_keeps_its_digits_at_a_variance_ratio_of_1e12() -> None:
    y, v = made(3, 5, ratio=1e12)
    result = pool_subsets(y, v, method="DL")
    for entry in range(len(result)):
        rows = members(result, entry)
        if len(rows) < 2:
            continue
        effects, w = [Fraction(y[i]) for i in rows], [1 / Fraction(v[i]) for i in rows]
        mean = sum(a * b for a, b in zip(w, effects, strict=True)) / sum(w)
        q = sum(a * (b - mean) ** 2 for a, b in zip(w, effects, strict=True))
        size = sum(w) - sum(a * a for a in w) / sum(w)
        tau2 = max((q - len(rows) + 1) / size, Fraction(0))
        assert result.q[entry] == pytest.approx(float(q), rel=1e-10)
        assert result.tau2[entry] == pytest.approx(float(tau2), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["DL", "REML"]), st.sampled_from([-9, 0, 9]))
def test_order_sign_and_unit(seed: int, method: Method, power: int) -> None:
    y, v = made(seed, 5)
    order = np.random.default_rng(seed).permutation(5)
    one = pool_subsets(y, v, method=method)
    two = pool_subsets(-y[order] * 10.0**power, v[order] * 100.0**power, method=method)
    codes = np.arange(1, 32)
    moved = sum(((codes >> int(old)) & 1) << new for new, old in enumerate(order))
    np.testing.assert_allclose(
        -two.estimate[np.asarray(moved) - 1] / 10.0**power, one.estimate, rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize("k", [21, 64, 70])
def test_larger_sets_are_sampled_by_seed(k: int) -> None:
    y, v = made(4, k)
    one, same, other = (pool_subsets(y, v, method="DL", sample=600, seed=s) for s in (1, 1, 2))
    assert not one.complete
    np.testing.assert_array_equal(one.estimate, same.estimate)
    assert (one.estimate != other.estimate).any()
    assert one.k.min() >= 1
    assert abs(one.k.mean() - k / 2) < 5 * np.sqrt(k / 4 / 600)
    rows = members(one, 0)
    assert rows[-1] < k
    assert one.estimate[0] == pytest.approx(pool(y[rows], v[rows], method="DL").one().estimate)
    assert sum(one.holds(j).sum() for j in range(k)) == one.k.sum()


def test_one_study_and_words() -> None:
    result = pool_subsets([0.4], [0.1])
    assert (len(result), result.estimate[0], result.tau2[0]) == (1, 0.4, 0.0)
    y, v = made(5, 6)
    assert "all 63 subsets of 6 studies" in pool_subsets(y, v).summary()
    assert set(pool_subsets(y, v).to_dict()) == {
        "studies",
        "complete",
        "method",
        "unsettled",
        "notes",
    }


def test_wrong_calls_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="sample"):
        pool_subsets([1.0], [1.0], sample=0)
    with pytest.raises(UnknownName, match="DL"):
        pool_subsets([1.0, 2.0], [1.0, 1.0], method="BEST")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="study"):
        pool_subsets([1.0, 2.0], [1.0, 1.0]).holds(2)
