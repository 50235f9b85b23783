"""How pools go in and come out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import probatum.stats
from probatum.errors import InputError, MissingExtra
from probatum.stats import Method, PoolResult, pool, pool_blocks
from probatum.stats.engine import KERNELS, choose_search
from probatum.stats.likelihood import maximise

Y = [[0.1, 0.3, 0.6, 0.2], [0.5], [1.0, -1.0, 0.4]]
V = [[0.02, 0.01, 0.03, 0.02], [0.1], [0.2, 0.3, 0.1]]


def assert_equal(a: PoolResult, b: PoolResult) -> None:
    for name in ("k", "estimate", "se", "ci", "tau2", "q", "pi", "p", "q_p", "tau2_ci"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_flat_rows_in_any_order_are_the_same_as_a_list() -> None:
    y, v = np.concatenate(Y), np.concatenate(V)
    groups = np.repeat([7, 9, 30], [4, 1, 3])
    order = np.array([4, 0, 7, 1, 5, 2, 6, 3])
    shuffled = pool(y[order], v[order], groups[order])
    np.testing.assert_allclose(shuffled.estimate, pool(Y, V).estimate, rtol=1e-14)
    assert shuffled.labels.tolist() == [7, 9, 30]
    assert_equal(pool(y, v, groups), pool(Y, V))


def test_a_batch_holds_one_record_a_pool() -> None:
    result = pool(Y, V)
    assert len(result) == 3
    assert [one.k for one in result] == [4, 1, 3]
    assert result[2].estimate == result[-1].estimate == result.estimate[2]
    with pytest.raises(IndexError):
        result[3]
    assert result.ci.shape == result.pi.shape == result.tau2_ci.shape == (3, 2)
    with pytest.raises(ValueError, match="3 pools, not one"):
        result.one()


@pytest.mark.parametrize("method", ["EE", "DL", "REML"])
def test_weights_make_up_the_estimate(method: Method) -> None:
    y, v = [[], *Y], [[], *V]
    result = pool(y, v, method=method)
    assert [len(weights) for weights in result.weights] == [0, 4, 1, 3]
    for i in (1, 2, 3):
        assert result.weights[i].sum() == pytest.approx(100)
        assert result.weights[i] @ y[i] / 100 == pytest.approx(result.estimate[i], rel=1e-12)


def test_results_are_frozen() -> None:
    result = pool(Y, V)
    with pytest.raises(FrozenInstanceError):
        result.k = np.zeros(3)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        result[0].k = 3  # type: ignore[misc]


def test_rows_without_a_number_are_left_out_and_noted() -> None:
    result = pool([[0.1, np.nan, 0.6, 0.4], [np.nan]], [[0.02, 0.01, 0.03, np.inf], [0.1]])
    assert result.k.tolist() == [2, 0]
    assert "left out" in result.notes[0][0]
    assert any("nothing to pool" in note for note in result.notes[1])
    assert np.isnan(result.estimate[1])
    assert result[1].summary().splitlines() == [
        "Nothing to pool.",
        *(f"Note: {note}." for note in result.notes[1]),
    ]
    assert result[1].to_dict()["ci"] is None
    np.testing.assert_array_equal(result.estimate[0], pool([0.1, 0.6], [0.02, 0.03]).estimate[0])


def test_wrong_input_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="row 1: a sampling variance must be above 0"):
        pool([0.1, 0.2], [0.1, 0.0])
    with pytest.raises(InputError, match="row 2: the numbers are beyond 1e\\+60"):
        pool([0.1, 0.2, 1e61], [0.1, 0.1, 0.1])
    with pytest.raises(InputError, match="of one length"):
        pool([0.1, 0.2], [0.1])
    with pytest.raises(InputError, match="same lengths"):
        pool([[0.1, 0.2]], [[0.1]])
    with pytest.raises(InputError, match="integers"):
        pool([0.1, 0.2], [0.1, 0.1], [0.5, 1.5])
    with pytest.raises(InputError, match="between 0 and 1"):
        pool([0.1, 0.2], [0.1, 0.1], level=95)


def test_nothing_in_nothing_out() -> None:
    assert len(pool([], [], [])) == len(pool([], [], []).weights) == 0
    assert pool([], []).k.tolist() == [0]


def test_dictionaries_are_json() -> None:
    result = pool(Y, V, method="DL", test="z")
    rows = json.loads(json.dumps([one.to_dict() for one in result], allow_nan=False))
    assert rows[0]["k"] == 4
    assert rows[0]["ci"] == list(result[0].ci)
    assert rows[0]["df"] is rows[1]["pi"] is None
    assert result.to_dict()["estimate"] == result.estimate.tolist()
    needed = {"k", "estimate", "se", "ci", "statistic", "p", "df", "tau2", "tau2_ci", "i2", "h2"}
    assert set(rows[0]) >= needed | {"q", "q_p", "pi", "converged", "notes", "se_tau2"}


def test_frame_has_a_row_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    result = pool(Y, V)
    frame = result.to_frame()
    assert frame["estimate"].tolist() == result.estimate.tolist()
    assert frame["ci_low"].tolist() == result.ci[:, 0].tolist()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"probatum\[frames\]"):
        result.to_frame()


def test_summary_tells_the_whole_result() -> None:
    text = pool(Y, V).summary()
    assert text.count("\n\n") == 2
    assert "1 study, REML" in text
    assert "Note: one study" in text


def test_a_test_of_nothing_over_nothing_has_no_p() -> None:
    result = pool([0.0, 0.0, 0.0], [0.1, 0.2, 0.3]).one()
    assert np.isnan(result.p)
    assert ", p not defined." in result.summary()
    assert any("no width" in note for note in result.notes)
    assert pool([0.0, 0.0, 0.0], [0.1, 0.2, 0.3], test="adhoc").one().p == 1


@pytest.mark.parametrize("unit", [1e-25, 1e25])
def test_numbers_near_the_limits_are_pooled(unit: float) -> None:
    here, there = (
        pool(Y, V),
        pool([np.array(y) * unit for y in Y], [np.array(v) * unit**2 for v in V]),
    )
    np.testing.assert_allclose(there.estimate, here.estimate * unit, rtol=1e-9)
    np.testing.assert_allclose(there.tau2, here.tau2 * unit**2, rtol=1e-9)


def test_blocks_pool_masked_columns_and_leave_their_input_alone() -> None:
    y, v = np.array(Y[0])[:, None], np.array(V[0])[:, None]
    before = y.copy(), v.copy()
    mask = np.array(
        [[True, False, True], [True, True, False], [True, True, True], [False, True, True]]
    )
    for method in ("REML", "DL", "HE", "SJ", "PM"):
        fits = pool_blocks(y, v, mask, method=method)  # type: ignore[arg-type]
        for column, keep in enumerate(mask.T):
            alone = pool(y[keep, 0], v[keep, 0], method=method)  # type: ignore[arg-type]
            np.testing.assert_allclose(fits.estimate[column], alone.estimate[0], rtol=1e-12)
            np.testing.assert_allclose(fits.tau2[column], alone.tau2[0], rtol=1e-10, atol=1e-16)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(v, before[1])


def test_many_pools_of_many_sizes_agree_with_each_alone() -> None:
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 40, size=300)
    y = [rng.normal(size=k) for k in sizes]
    v = [rng.uniform(0.01, 2.0, size=k) for k in sizes]
    batch = pool(y, v)
    alone = np.array([pool(a, b).estimate[0] for a, b in zip(y, v, strict=True)])
    np.testing.assert_allclose(batch.estimate, alone, rtol=1e-10)
    assert batch.k.tolist() == sizes.tolist()


def test_engine_is_chosen_by_size_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBATUM_NUMBA", raising=False)
    monkeypatch.delitem(sys.modules, KERNELS, raising=False)
    assert choose_search(1000) is maximise
    assert choose_search(10**9, "numpy") is maximise
    monkeypatch.setenv("PROBATUM_NUMBA", "0")
    assert choose_search(10**9) is maximise


def test_numba_that_is_not_there_is_missed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, KERNELS, None)
    with pytest.raises(MissingExtra, match=r"probatum\[fast\]"):
        pool(Y, V, engine="numba")


def test_numba_gives_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    a, b = pool(Y, V, engine="numpy"), pool(Y, V, engine="numba")
    np.testing.assert_allclose(a.ci, b.ci, rtol=1e-12)
    monkeypatch.setenv("PROBATUM_NUMBA", "1")
    assert choose_search(1) is not maximise


def test_public_names_have_homes() -> None:
    assert set(probatum.stats.__all__) == set(probatum.stats.HOMES)
    for name in probatum.stats.__all__:
        assert getattr(probatum.stats, name) is not None, name
    with pytest.raises(AttributeError, match="no attribute 'pools'"):
        probatum.stats.pools  # noqa: B018


def test_import_is_light() -> None:
    code = (
        "import sys, probatum.stats; probatum.stats.pool;"
        "heavy = {'numba', 'pandas', 'scipy.stats', 'scipy.optimize'} & set(sys.modules);"
        "print(','.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert not done.stdout.strip()
