"""What pages show beside the claims, computed from an assessment."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from humming import built

from bodies import make_base, make_body, make_study, make_vote
from probatum.evidence.base import read
from probatum.findings import Question
from probatum.monograph.compose import compose
from probatum.rating.assess import Assessment, assess
from probatum.rating.trial import TrialGrid
from probatum.site.bias import BiasRow, UseBias, bias_row, shares_of_question, view_bias
from probatum.site.facts import facts, grids, said
from probatum.site.page import digest_of, keep
from probatum.site.plan import gather, plan
from probatum.site.robustness import DRAWN, robustness, view_grid
from probatum.site.sections import grouped, home_row


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
        leans=np.array([[0, 0], [-3, -3], [3, 2], [1, 1]]),
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
    assert view.only is None
    still = replace(grid, words=np.full((4, 2), 5))
    assert view_grid(still, assessed()).only == view.rows[2][1][0]


def test_bias_is_weighted_by_people_and_silence_is_shown() -> None:
    config = assessed().base.config
    question = Question("knee-pain", "pain-intensity", "inactive", "short")
    quiet = BiasRow("b", 70, "not assessed", (), "")
    told = BiasRow("a", 30, "low", (("randomisation", "low"),), "PEDro by x")
    shares = (("low", 0.3), ("some concerns", 0.0), ("high", 0.0), ("not assessed", 0.7))
    silence = (("low", 0.0), ("some concerns", 0.0), ("high", 0.0), ("not assessed", 1.0))
    view = view_bias(
        UseBias("pain-intensity", (quiet, told), ((question, shares), (question, silence))), config
    )
    assert (view.assessed, view.total) == (1, 2)
    assert view.rows == ((told, ("low", "low")), (quiet, ("not assessed", "not assessed")))
    assert "Randomisation: low 30%, not assessed 70%" in str(view.bars)
    assert [row.words for row in view.by_question] == ["low 30%, not assessed 70%"]
    assert view.silent == 1
    assert view_bias(UseBias("pain-intensity", (quiet,), ()), config).bars is None


def test_a_question_without_judgements_or_people_is_not_assessed() -> None:
    body = make_body((), [make_vote("a", "benefit", None)])
    base = make_base([make_study("a")])
    assert dict(shares_of_question(body, base)) == {
        "low": 0,
        "some concerns": 0,
        "high": 0,
        "not assessed": 1,
    }


def test_a_judgement_that_a_person_overruled_keeps_the_computed_one() -> None:
    human = {"judgement": "high", "reason": "Staff opened the envelopes.", "by": "editor"}
    answers = {"1.1": {"answer": "Y"}, "1.2": {"answer": "Y"}, "1.3": {"answer": "N"}}
    assessment = {"by": "editor", "answers": answers, "overrides": {"1": human}}
    study = make_study("a", rob2=[assessment])
    row = bias_row(study, "pain", make_base([study]))
    assert dict(row.domains)["randomisation"] == "high"
    assert row.overruled == (
        "randomisation: high by editor, computed low. Staff opened the envelopes.",
    )


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


def test_uses_are_grouped_in_the_order_of_the_scale() -> None:
    found = assessed()
    (use, *_) = compose(found).uses
    row = home_row("a", "A", use.rating, use.glance)
    rows = [replace(row, slug=slug, word=word) for slug, word in (("a", "none"), ("b", "a star"))]
    groups = list(grouped(rows, ["two stars", "a star", "none"]))
    assert [(word, [row.slug for row in members]) for word, members in groups] == [
        ("a star", ["b"]),
        ("none", ["a"]),
    ]
