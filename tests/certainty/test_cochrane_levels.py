"""Imprecision and inconsistency of all pools of 279 Cochrane reviews: a check of good sense.

Bounds are wide: they hold what a reader of reviews expects, not the figures of one version.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scripts import grading, reviews

from probatum.certainty import rules
from probatum.certainty.quantities import Levels

pytestmark = pytest.mark.corpus


@cache
def graded() -> tuple[Levels, NDArray[np.int64]]:
    script = grading()
    levels, k = script.grade(script.assemble(reviews()))
    return levels, k


def test_nearly_all_pools_can_be_graded() -> None:
    levels, k = graded()
    assert k.size > 19_000
    assert levels.imprecision.min() == 0
    assert levels.imprecision.max() == 3


def test_imprecision_is_common_and_spread_over_all_levels() -> None:
    levels, k = graded()
    shares = np.bincount(levels.imprecision, minlength=4) / k.size
    assert (shares > 0.05).all()
    assert shares[0] < 0.4


def test_inconsistency_needs_studies_and_is_the_exception() -> None:
    levels, k = graded()
    assert (levels.inconsistency[k == 1] == 0).all()
    several = levels.inconsistency[k > 2]
    assert 0.1 < (several > 0).mean() < 0.5
    assert (several == 2).mean() < 0.25 * (several == 1).mean()


def test_more_studies_are_more_precise_and_show_more_disagreement() -> None:
    levels, k = graded()
    many, some = k >= 10, (k >= 3) & (k < 10)
    assert levels.imprecision[many].mean() < levels.imprecision[some].mean()
    assert levels.inconsistency[many].mean() > levels.inconsistency[some].mean()


def test_high_certainty_is_rare_but_not_lost() -> None:
    # 13.5% of 608 Cochrane reviews had high quality for their first outcome, of all five domains
    # (Fleming 2016, J Clin Epidemiol 78:34); by two domains alone it cannot be rarer
    levels, k = graded()
    certainty = levels.certainty(0, rules.HIGH)
    assert 0.1 < (certainty[k > 1] == rules.HIGH).mean() < 0.5
