"""What Cochrane reviews published, recomputed: study effects, and the weights of their pools."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from shared_data import ROOT, shared_file

pytestmark = pytest.mark.corpus


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reproduce", ROOT / "benchmarks/reproduce.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reproduce"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


@cache
def corpus() -> tuple[Any, tuple[np.ndarray, np.ndarray]]:
    rows = script().read_rows(shared_file("cochrane/reviews.csv.gz"))
    return rows, script().compute_effects(rows)


def test_every_reproducible_study_effect_is_reproduced() -> None:
    rows, (yi, vi) = corpus()
    missed = script().find_missed(rows, yi, vi)
    assert (rows["reproduced"] == 1).sum() > 48_000
    # One row is declined: an SMD of 2 and 1 people. Its correction factor 1 − 3/(4·1 − 1) is 0,
    # so that RevMan prints an effect of exactly 0 whatever the means; g does not exist there.
    assert missed.sum() == 1
    (row,) = np.flatnonzero(missed)
    assert (rows["n1"][row], rows["n2"][row], rows["effect"][row]) == (2, 1, 0)
    assert np.isnan(yi[row])


def test_published_weights_follow_from_a_known_scheme() -> None:
    rows, effects = corpus()
    found, left = script().match_analyses(rows, effects)
    explained = sum(bool(names) for names in found.values())
    assert len(found) > 6_400
    assert explained / len(found) > 0.99
    assert len(left) <= 25
    names = {name for schemes in found.values() for name in schemes}
    assert len(names) == 5
    # each scheme is the only one to explain some pools, so none of them is idle
    assert {schemes[0] for schemes in found.values() if len(schemes) == 1} == names
