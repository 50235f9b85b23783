"""Every pool of 279 Cochrane reviews gets an answer; none is less likely than a grid point."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from probatum.stats import pool
from probatum.stats.estimators import MOMENT_ESTIMATORS
from probatum.stats.likelihood import maximise
from probatum.stats.moments import log_likelihood, spread
from probatum.stats.ragged import read_ragged, split_blocks
from shared_data import ROOT, shared_file

pytestmark = pytest.mark.corpus

Rows = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


@cache
def rows() -> Rows:
    path = shared_file("cochrane/reviews.csv.gz")
    namespace: dict[str, object] = {"__name__": "cochrane"}
    source = (ROOT / "benchmarks" / "cochrane.py").read_text(encoding="utf-8")
    exec(compile(source, "cochrane.py", "exec"), namespace)  # noqa: S102 - our own script
    return namespace["read_pools"](path)  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize("method", [*MOMENT_ESTIMATORS, "ML", "REML"])
def test_every_pool_has_an_answer(method: str) -> None:
    result = pool(*rows(), method=method)  # type: ignore[arg-type]
    assert len(result) > 20_000
    assert result.k.min() == 1
    assert result.converged.all()
    for name in ("estimate", "se", "ci", "tau2", "i2", "h2", "q", "q_p"):
        assert np.isfinite(getattr(result, name)).all()
    odd = np.isnan(result.p) | np.isnan(result.pi).any(axis=1)
    assert all(result.notes[i] for i in np.flatnonzero(odd))


@pytest.mark.parametrize("restricted", [True, False])
def test_no_grid_point_is_likelier(restricted: bool) -> None:  # noqa: FBT001
    several = 0
    for block in split_blocks(read_ragged(*rows())):
        mode = maximise(block, restricted=restricted)
        best = log_likelihood(block, mode.tau2, restricted=restricted)
        reach = 1.0 + np.maximum(spread(block), block.v0) / block.v0
        for step in np.linspace(0.0, 1.0, 60):
            t = block.v0 * (reach**step - 1.0)
            here = log_likelihood(block, t, restricted=restricted)
            assert (here <= best + 1e-9 * np.maximum(1.0, np.abs(best))).all()
        several += int((mode.modes > 1).sum())
    assert several > 10


def test_intervals_hold_the_moment_estimate() -> None:
    result = pool(*rows(), method="PM")
    low, high = result.tau2_ci[result.k > 1].T
    assert (low <= high).all()
    empty = np.array(["empty" in " ".join(notes) for notes in result.notes])[result.k > 1]
    tau2 = result.tau2[result.k > 1]
    assert ((low <= tau2) & (tau2 <= high))[~empty].all()


def test_hartung_knapp_is_narrower_than_wald_about_as_often_as_measured() -> None:
    """In 18.3% of the pools of the whole data set, of which this is a part."""
    result = pool(*rows())
    several = result.k > 1
    narrower = np.array(["narrower" in " ".join(notes) for notes in result.notes])
    assert 0.14 < narrower[several].mean() < 0.23
