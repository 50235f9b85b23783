"""What pages show beside the claims, computed from an assessment."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from humming import built

from probatum.evidence.base import read
from probatum.rating.assess import Assessment, assess
from probatum.rating.trial import TrialGrid
from probatum.site.bias import BiasRow, view_bias
from probatum.site.facts import facts, grids, said
from probatum.site.page import digest_of, keep
from probatum.site.plan import gather, plan
from probatum.site.robustness import DRAWN, robustness, view_grid


@cache
def assessed() -> Assessment:
    base = read(built().parent / "base").base
    assert base is not None
    return assess(base)


def test_firmness_adds_up() -> None:
    firm = robustness("knee-pain", assessed(), ())
    assert 0 < firm.kept <= firm.total
    assert firm.kept / firm.total == pytest.approx(assessed().ratings["knee-pain"].stability)
    estimates = [point.estimate for point in firm.points]
    assert estimates == sorted(estimates)
    assert 1 <= len(estimates) <= DRAWN + 1
    assert robustness("sad-knees", assessed(), ()).total == 0


def test_a_grid_says_results_in_important_differences() -> None:
    grid = TrialGrid(
        domains=("pain-intensity", "healing"),
        metric_unit=15.0,
        sizes=np.array([40, 100]),
        effects=np.array([-15.0, 0.0, 30.0, 7.0]),
        pooled=True,
        words=np.array([[6, 6], [5, 5], [0, 1], [2, 2]]),
    )
    view = view_grid(grid, assessed())
    assert view.outcome == "Pain and Healing"
    assert view.sizes == (40, 100)
    assert [row[0] for row in view.rows] == [
        "the result found so far",
        "better by 2 important differences",
        "no difference",
        "worse by 1 important difference",
    ]
    assert view.rows[1][1] == ("effective", "likely effective")


def test_bias_is_weighted_by_people_and_silence_is_shown() -> None:
    rows = (
        BiasRow("a", 30, "low", (("randomisation", "low"),), "PEDro by x"),
        BiasRow("b", 70, "not assessed", (), ""),
    )
    view = view_bias(rows)
    assert (view.assessed, view.total) == (1, 2)
    assert view.rows == (("a", ("low", "low"), "PEDro by x"),)
    assert "Randomisation: low 30%, not assessed 70%" in str(view.bars)
    assert view_bias(rows[1:]).bars is None


def test_facts_leave_nothing_out() -> None:
    for record in assessed().base.records.values():
        shown = {fact.label for fact in facts(record)} | {grid.caption for grid in grids(record)}
        filled = [field for field, value in record if value not in (None, (), {})]
        assert len(shown) == len(filled), record.id


def test_values_are_said_plainly() -> None:
    assert said((-1.5, 2)) == "−1.5 to 2"
    assert said(("a", "b")) == "a, b"
    assert said(None) == ""
    assert said(True) == "yes"  # noqa: FBT003  # the value itself is tested
    assert said({"x": 1}) == "x: 1"


def test_every_page_has_its_own_path_and_digests_follow_inputs() -> None:
    files = plan(gather(assessed(), {}))
    paths = [file.path for file in files]
    assert len(set(paths)) == len(paths)
    assert paths == sorted(paths)
    assert [f.digest("x") for f in files] == [f.digest("x") for f in plan(gather(assessed(), {}))]
    assert repr(keep((1, 2))) == digest_of((1, 2))
