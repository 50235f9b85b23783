"""Imprecision and inconsistency of all pools of 279 Cochrane reviews: a check of good sense.

Bounds are wide: they hold what a reader of reviews expects, not the figures of one version.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from probatum.certainty import rules
from probatum.certainty.quantities import Levels
from shared_data import ROOT, shared_file

if TYPE_CHECKING:
    from grading import Pools

pytestmark = pytest.mark.corpus


@cache
def graded() -> tuple[Pools, Levels, NDArray[np.int64]]:
    path = shared_file("cochrane/reviews.csv.gz")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from grading import grade, read  # noqa: PLC0415  # a script, not a package
    finally:
        sys.path.pop(0)
    pools = read(path)
    return (pools, *grade(pools))


def test_nearly_all_pools_can_be_graded() -> None:
    pools, levels, k = graded()
    assert k.size > 19_000
    assert pools.left_out < 0.1 * k.size
    assert levels.imprecision.min() == 0
    assert levels.imprecision.max() == 3


def test_imprecision_is_common_and_spread_over_all_levels() -> None:
    _, levels, k = graded()
    shares = np.bincount(levels.imprecision, minlength=4) / k.size
    assert (shares > 0.05).all()
    assert shares[0] < 0.4


def test_inconsistency_needs_studies_and_is_the_exception() -> None:
    _, levels, k = graded()
    assert (levels.inconsistency[k == 1] == 0).all()
    several = levels.inconsistency[k > 2]
    assert 0.1 < (several > 0).mean() < 0.5
    assert (several == 2).mean() < 0.25 * (several == 1).mean()


def test_more_studies_are_more_precise_and_show_more_disagreement() -> None:
    _, levels, k = graded()
    many, some = k >= 10, (k >= 3) & (k < 10)
    assert levels.imprecision[many].mean() < levels.imprecision[some].mean()
    assert levels.inconsistency[many].mean() > levels.inconsistency[some].mean()


def test_high_certainty_is_rare_but_not_lost() -> None:
    # 13.5% of 608 Cochrane reviews had high quality for their first outcome, of all five domains
    # (Fleming 2016, J Clin Epidemiol 78:34); by two domains alone it cannot be rarer
    _, levels, k = graded()
    certainty = levels.certainty(0, rules.HIGH)
    assert 0.1 < (certainty[k > 1] == rules.HIGH).mean() < 0.5
