"""Imprecision and inconsistency of all pools of 279 Cochrane reviews: a check of good sense."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from probatum.certainty import rules
from probatum.certainty.policy import CertaintyPolicy
from probatum.stats import pool
from shared_data import ROOT, shared_file

pytestmark = pytest.mark.corpus
POLICY = CertaintyPolicy()
THRESHOLD = 0.2
"""A small effect in standard deviations, and near enough a ratio of 1.25 on the log scale."""

Levels = NDArray[np.int64]


@cache
def levels() -> tuple[Levels, Levels, Levels]:
    """Return imprecision by interval, inconsistency, and studies, of each pool."""
    path = shared_file("cochrane/reviews.csv.gz")
    namespace: dict[str, object] = {"__name__": "cochrane"}
    source = (ROOT / "benchmarks" / "cochrane.py").read_text(encoding="utf-8")
    exec(compile(source, "cochrane.py", "exec"), namespace)  # noqa: S102  # our own script
    y, v, group = namespace["read_pools"](path)  # type: ignore[operator]
    found = pool(y, v, group, test="adhoc")
    place = np.searchsorted(found.labels, group)
    n = len(found)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, weights=values, minlength=n)

    weight = 1 / (v + found.tau2[place])
    weight = weight / total(weight)[place]
    region = rules.find_region(found.estimate, THRESHOLD)
    facing = np.where(region[place] == 0, y, y * region[place])
    above, below = total(weight * (facing >= THRESHOLD)), total(weight * (facing <= -THRESHOLD))
    outside = np.where(region == 0, above + below, total(weight * (facing < THRESHOLD)))
    opposite = np.where(region == 0, np.minimum(above, below), total(weight * (facing < 0)))
    apart = np.zeros(n, dtype=bool)
    high, low = np.full(n, -np.inf), np.full(n, np.inf)
    reach = 1.959963984540054 * np.sqrt(v)
    np.maximum.at(high, place, y - reach)
    np.minimum.at(low, place, y + reach)
    apart = high > low
    ci, pi = found.ci.T, found.pi.T
    beyond = rules.reaches_beyond(found.estimate, (ci[0], ci[1]), (pi[0], pi[1]), THRESHOLD)
    crossings = rules.count_crossings(found.estimate, ci[0], ci[1], THRESHOLD)
    inconsistency = rules.count_inconsistency(
        found.i2, outside, opposite, apart=apart, beyond=beyond, policy=POLICY
    )
    return crossings, np.where(found.k > 1, inconsistency, 0), found.k


def test_imprecision_is_common_and_spread_over_all_levels() -> None:
    crossings, _, _ = levels()
    shares = np.bincount(crossings, minlength=4) / crossings.size
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0.02).all()
    assert 0.05 < shares[0] < 0.4


def test_inconsistency_needs_studies_and_is_the_exception() -> None:
    _, inconsistency, k = levels()
    assert (inconsistency[k == 1] == 0).all()
    several = inconsistency[k > 2]
    assert 0.05 < (several > 0).mean() < 0.4
    assert (several == 2).mean() < (several == 1).mean()


def test_more_studies_are_more_precise() -> None:
    crossings, _, k = levels()
    assert crossings[k >= 10].mean() < crossings[k <= 2].mean()
