"""Bodies of evidence: metrics, pools, votes, and published estimates beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import ARMS, base, config, outcome, review, study

from probatum.contrast import survey
from probatum.findings import Body, Question
from probatum.pool import combine
from probatum.pool.engine import assign_tests
from probatum.pool.layout import lay_out, stack
from probatum.pool.published import comparators
from probatum.stats.pooling import pool
from probatum.study import Study


def trial(name: str, difference: float, measure: str = "VAS", **fields: object) -> Study:
    arms = [
        {"arm": "leech", "mean": 5.0 - difference, "sd": 2.0},
        {"arm": "sham", "mean": 5.0, "sd": 2.0},
    ]
    return study(name, outcomes=[outcome(measure=measure, arms=arms)], **fields)


def body_of(*studies: Study) -> Body:
    (body,) = combine(base(*studies)).bodies.values()
    return body


def test_one_scale_is_pooled_as_mean_difference() -> None:
    body = body_of(trial("a1", 1.0), trial("b2", 2.0), trial("c3", 0.5))
    (pooled,) = body.pools
    assert (pooled.metric, pooled.scale, pooled.k, pooled.people) == ("MD", "pain-0-10", 3, 141)
    v = 4 / 25 + 4 / 22
    expected = pool([1.0, 2.0, 0.5], [v, v, v], method="REML", test="adhoc").one()
    assert pooled.estimate == pytest.approx(expected.estimate)
    assert pooled.ci == pytest.approx(expected.ci)
    assert pooled.pi == pytest.approx(expected.pi)
    assert pooled.weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert body.overall.benefit == 3
    assert body.directions is None


def test_several_scales_are_pooled_as_g() -> None:
    body = body_of(trial("a1", 1.0), trial("b2", 2.0, measure="McGill score"))
    (pooled,) = body.pools
    assert (pooled.metric, pooled.scale, pooled.k) == ("SMD", None, 2)


def test_events_stand_in_a_pool_of_their_own_and_no_study_in_two() -> None:
    events = [{"arm": "leech", "events": 15}, {"arm": "sham", "events": 5}]
    better = study("d4", outcomes=[outcome(measure="improved", better="higher", arms=events)])
    body = body_of(trial("a1", 1.0), trial("b2", 2.0), better)
    assert [(pooled.metric, pooled.k) for pooled in body.pools] == [("MD", 2), ("RR", 1)]
    members = [e.contrast.study for pooled in body.pools for e in pooled.members]
    assert sorted(members) == ["a1", "b2", "d4"]
    assert body.k == 3


def test_one_study_stands_as_it_is() -> None:
    (pooled,) = body_of(trial("a1", 1.0)).pools
    assert pooled.ci == pytest.approx(pooled.members[0].ci)
    assert pooled.weights == (1.0,)
    assert any("one study" in note for note in pooled.notes)


def test_two_studies_take_walds_interval_and_say_so() -> None:
    (pooled,) = body_of(trial("a1", 1.0), trial("b2", 3.0)).pools
    v = [effect.variance for effect in pooled.members]
    expected = pool([1.0, 3.0], v, method="REML", test="z").one()
    assert (pooled.test, pooled.ci, pooled.pi) == ("z", expected.ci, None)
    assert any("two studies" in note for note in pooled.notes)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_the_test_of_a_pool_depends_on_its_own_size_alone(sizes: list[int]) -> None:
    chosen = dict(assign_tests(np.array(sizes), "by size"))
    for place, size in enumerate(sizes):
        wanted = "z" if size <= 2 else "adhoc"
        assert [test for test, mask in chosen.items() if mask[place]] == [wanted]


def test_the_guard_is_noted_where_it_acts() -> None:
    (pooled,) = body_of(*(trial(f"a{i}", 1.0 + i / 100) for i in range(3))).pools
    wald = 1.96 * math.sqrt((4 / 25 + 4 / 22) / 3)
    assert pooled.ci[1] - pooled.estimate >= wald
    assert any("raised" in note for note in pooled.notes)


def test_randomised_studies_are_not_mixed_with_others() -> None:
    body = body_of(trial("a1", 1.0), trial("b2", 5.0, design="controlled"))
    assert body.pools[0].k == body.k == 1
    assert [item.contrast.study for item in body.not_randomised] == ["b2"]
    alone = body_of(trial("b2", 5.0, design="controlled"))
    assert alone.pools[0].k == 1
    assert not alone.not_randomised


def test_votes_are_counted_by_direction() -> None:
    # 7 for, 1 against, 2 without a direction: Wilson of 7/8, sign test 2 * 9/256
    directions = ["favours-first"] * 7 + ["favours-second"] + ["no-difference"] * 2
    studies = [
        study(f"s{i}", outcomes=[outcome(direction=direction)])
        for i, direction in enumerate(directions)
    ]
    found = body_of(*studies).directions
    assert found
    assert (found.benefit, found.harm, found.no_difference, found.unclear) == (7, 1, 2, 0)
    assert found.proportion == pytest.approx(7 / 8)
    assert found.ci == pytest.approx((0.5291, 0.9776), abs=5e-5)
    assert found.p == pytest.approx(18 / 256)
    assert found.bounds == pytest.approx((0.7, 0.9))
    assert found.people == 470


def test_votes_without_a_direction_have_no_proportion() -> None:
    found = body_of(study("a1", outcomes=[outcome()])).overall
    assert (found.proportion, found.ci, found.p, found.bounds) == (None, None, None, (0.0, 1.0))


PUBLISHED = {
    "domain": "pain",
    "comparison": "leeches v sham",
    "measure": "MD",
    "estimate": -1.0,
    "ci": (-2.0, -0.5),
    "weeks": 4.0,
    "sign": "first-minus-second",
}


@pytest.mark.parametrize(
    ("fields", "side"),
    [
        ({}, "benefit"),
        ({"ci": (-2.0, 0.5)}, "none"),
        ({"sign": "benefit-positive"}, "harm"),
        ({"sign": None}, "unclear"),
        ({"ci": None}, "unclear"),
        ({"domain": "function"}, "harm"),
        ({"measure": "RR", "estimate": 2.0, "ci": (1.2, 3.0)}, "unclear"),
        ({"measure": "RR", "ci": (1.2, 3.0), "sign": "benefit-positive"}, "benefit"),
    ],
)
def test_the_side_of_a_published_estimate(fields: dict[str, Any], side: str) -> None:
    made = base(reviews=[review(pooled=[{**PUBLISHED, **fields}])])
    (estimate,) = combine(made).published["knee"]
    assert estimate.side == side


def test_published_estimates_stand_beside_their_question_only() -> None:
    pooled = [
        PUBLISHED,
        {**PUBLISHED, "comparison": "leeches v other treatments"},
        {**PUBLISHED, "weeks": 26.0},
        {**PUBLISHED, "domain": "function"},
        {**PUBLISHED, "uses": ["hip"]},
        {**PUBLISHED, "comparison": "leeches v leeches on the skin"},
        {**PUBLISHED, "comparison": "leeches, any comparator"},
    ]
    made = base(trial("a1", 1.0), reviews=[review(pooled=pooled)])
    found = combine(made)
    body = found.bodies[Question("knee", "pain", "inactive", "short")]
    assert [estimate.index for estimate in body.published] == [0, 6]
    assert len(found.published["knee"]) == 6
    without = combine(base(trial("a1", 1.0))).bodies[body.question]
    assert without.pools == body.pools
    notice = {"kind": "retraction", "id": "10.1000/notice"}
    for why in ({"status": "retracted"}, {"notices": [notice]}, {"out_of_scope": "other care"}):
        assert not combine(base(reviews=[review(pooled=pooled, **why)])).published


@pytest.mark.parametrize(
    ("words", "classes"),
    [
        ("leeches versus sham leeches", {"inactive"}),
        ("leeches against placebo or nothing", {"inactive"}),
        ("leeches v a drug", {"active"}),
        ("leeches compared with usual care", {"active"}),
        ("leeches with exercise vs. exercise alone", {"active"}),
        ("leeches v sham or other treatment", {"active", "inactive"}),
        ("leeches v comparator", {"active", "inactive"}),
        ("leeches v sham, waiting list or other leeches", {"inactive"}),
        ("deep leeches v leeches on the skin", set()),
        ("leeches alone v leeches with a drug", set()),
        ("leeches, compared with before", set()),
    ],
)
def test_comparators_are_read_from_words(words: str, classes: set[str]) -> None:
    assert comparators(words, config()) == classes


def test_flat_arrays_of_many_pools() -> None:
    made = base(trial("a1", 1.0), trial("b2", 2.0), trial("c3", 1.5, conditions=["hip"]))
    measured = survey(made).measured
    flat = stack(lay_out(measured))
    assert flat.group.tolist() == [0, 1, 1]
    assert [key.question.use for key in flat.keys] == ["hip", "knee"]
    assert np.allclose(flat.yi, [1.5, 1.0, 2.0])
    smd = stack(lay_out(measured, scaling="SMD"))
    assert {key.metric for key in smd.keys} == {"SMD"}
    kept = lay_out(measured, keep=lambda item: item.contrast.study != "a1")
    assert sum(map(len, kept.values())) == 2


def test_weights_are_those_of_the_random_effects() -> None:
    large = [{**arm, "n": 200} for arm in ARMS]
    (found,) = body_of(trial("a1", 0.1), trial("b2", 1.9, arms=large), trial("c3", 4.0)).pools
    assert found.tau2 > 0.5
    precision = [1 / (effect.variance + found.tau2) for effect in found.members]
    assert found.weights == pytest.approx([one / sum(precision) for one in precision])
    mean = sum(w * e.estimate for w, e in zip(found.weights, found.members, strict=True))
    assert found.estimate == pytest.approx(mean)
