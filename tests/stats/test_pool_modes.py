"""REML and ML at the global mode, held against dense scans and exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from probatum.stats.likelihood import Mode, maximise
from probatum.stats.moments import log_likelihood, slopes_at, spread
from probatum.stats.ragged import Block, make_block

Floats = NDArray[np.float64]
MODES = (True, False)


def block_of(y: list[float] | Floats, v: list[float] | Floats) -> Block:
    return make_block(np.array(y, dtype=float)[:, None], np.array(v, dtype=float)[:, None])


def scan(block: Block, *, restricted: bool, points: int = 20_000) -> tuple[float, int]:
    """Return the largest likelihood of a dense grid, and the number of its local maxima."""
    reach = np.log1p(2.0 * spread(block)[0] / block.v0[0])
    t = np.concatenate([[0.0], block.v0[0] * np.expm1(np.geomspace(1e-9, 1.0, points) * reach)])
    wide = block.take(np.zeros(len(t), dtype=np.int64))
    height = log_likelihood(wide, t, restricted=restricted)
    if spread(block)[0] == 0:
        return float(height.max()), 1
    rises = slopes_at(wide, t, restricted=restricted).rises
    return float(height.max()), int((rises[:-1] & ~rises[1:]).sum() + (not rises[0]))


def exact_slope(y: list[float], v: list[float], t: float) -> Fraction:
    """Return the sign-giving part of the restricted likelihood's derivative, without rounding."""
    w = [1 / (Fraction(x) + Fraction(t)) for x in v]
    total = sum(w)
    mean = sum(a * Fraction(b) for a, b in zip(w, y, strict=True)) / total
    fit = sum((a * (Fraction(b) - mean)) ** 2 for a, b in zip(w, y, strict=True))
    return fit - (total - sum(a * a for a in w) / total)


def bimodal(precise: float, gap: float, others: int, spread_: float) -> tuple[Floats, Floats]:
    """Make a few close, precise studies and several imprecise, scattered ones."""
    near = np.array([-gap, gap]) / 2.0
    far = np.linspace(-spread_, spread_, others)
    return np.r_[near, far], np.r_[precise, precise, np.full(others, 1.0)]


BIMODAL = [
    bimodal(precise, gap, others, wide)
    for precise in (1e-6, 1e-4, 1e-3)
    for gap in (2.0, 3.0, 5.0)
    for others in (3, 6, 10)
    for wide in (1.0, 3.0, 4.0, 8.0)
]
BIMODAL = [(np.r_[y[:2] * np.sqrt(v[0]), y[2:]], v) for y, v in BIMODAL]


@pytest.mark.parametrize("restricted", MODES)
def test_finds_the_largest_of_several_modes(restricted: bool) -> None:  # noqa: FBT001
    several = 0
    for y, v in BIMODAL:
        block = block_of(y, v)
        mode = maximise(block, restricted=restricted)
        highest, count = scan(block, restricted=restricted)
        assert log_likelihood(block, mode.tau2, restricted=restricted)[0] >= highest - 1e-9
        assert mode.modes[0] == count
        assert mode.settled[0]
        several += count > 1
    assert several >= 20


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-14, 3)), min_size=2, max_size=12),
    st.sampled_from(MODES),
)
@settings(max_examples=150, deadline=None)
def test_no_grid_point_is_likelier(studies: list[tuple[float, float]], restricted: bool) -> None:  # noqa: FBT001
    block = block_of([y for y, _ in studies], [10.0**e for _, e in studies])
    mode = maximise(block, restricted=restricted)
    highest, _ = scan(block, restricted=restricted, points=2_000)
    best = log_likelihood(block, mode.tau2, restricted=restricted)[0]
    assert best >= highest - 1e-9 * max(1.0, abs(highest))


@pytest.mark.parametrize("ratio", [1e2, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_slope_changes_sign_at_the_root_in_exact_arithmetic(ratio: float, unit: float) -> None:
    y = [unit * x for x in (0.3, -1.4, 2.2, 0.1, -3.0)]
    v = [unit * unit * x for x in (1.0 / ratio, 0.4, 1.0, 0.7, 0.9)]
    tau2 = float(maximise(block_of(y, v), restricted=True).tau2[0])
    assert tau2 > 0
    assert exact_slope(y, v, tau2 * (1 - 1e-9)) > 0 > exact_slope(y, v, tau2 * (1 + 1e-9))


def test_two_studies_have_a_closed_form() -> None:
    for gap, a, b in ((3.0, 0.2, 0.5), (0.5, 0.2, 0.5), (1e4, 1e-8, 1.0), (3.0, 0.2, 0.2)):
        tau2 = maximise(block_of([0.0, gap], [a, b]), restricted=True).tau2[0]
        assert tau2 == pytest.approx(max(0.0, gap**2 / 2 - (a + b) / 2), rel=1e-12)


def test_equal_variances_have_a_closed_form() -> None:
    y = np.array([0.2, 1.9, -0.7, 3.1, 0.4])
    for v in (0.1, 0.7, 100.0):
        block = block_of(y, np.full(5, v))
        reml = maximise(block, restricted=True).tau2[0]
        ml = maximise(block, restricted=False).tau2[0]
        assert reml == pytest.approx(max(0.0, y.var(ddof=1) - v), rel=1e-13)
        assert ml == pytest.approx(max(0.0, y.var() - v), rel=1e-13)


def test_rates_are_derivatives() -> None:
    block = block_of([0.0, 2.0, -1.0, 4.0], [0.01, 0.5, 2.0, 1.0])
    for restricted in MODES:
        for t in (0.01, 0.3, 5.0):
            step = 1e-6 * t
            here = slopes_at(block, np.array([t]), restricted=restricted)
            low = slopes_at(block, np.array([t - step]), restricted=restricted)
            high = slopes_at(block, np.array([t + step]), restricted=restricted)
            for name in ("fit", "size"):
                change = np.log(getattr(high, name) / getattr(low, name)) / (2 * step)
                np.testing.assert_allclose(-change, getattr(here, f"{name}_rate"), rtol=1e-6)


def test_numba_takes_the_same_steps() -> None:
    kernels = pytest.importorskip("probatum.stats.kernels", exc_type=ImportError)
    rng = np.random.default_rng(7)
    y = rng.normal(size=(9, 400)) * 10.0 ** rng.uniform(-2, 2, size=400)
    v = 10.0 ** rng.uniform(-6, 2, size=(9, 400))
    mask = rng.random((9, 400)) < 0.7
    mask[0] = True
    block = make_block(y, v, mask)
    for restricted in MODES:
        ours: Mode = maximise(block, restricted=restricted)
        theirs: Mode = kernels.maximise(block, restricted=restricted)
        np.testing.assert_allclose(theirs.tau2, ours.tau2, rtol=1e-9)
        np.testing.assert_array_equal(theirs.modes, ours.modes)
        assert ours.settled.all()
        assert theirs.settled.all()
    for y_one, v_one in BIMODAL:
        one = block_of(y_one, v_one)
        ours, theirs = maximise(one, restricted=True), kernels.maximise(one, restricted=True)
        np.testing.assert_allclose(theirs.tau2, ours.tau2, rtol=1e-9)
        assert theirs.modes[0] == ours.modes[0]
