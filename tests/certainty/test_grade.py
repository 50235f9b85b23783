"""Certainty of whole bodies: lanes, targets, caps, and the laws that must hold."""

from __future__ import annotations

import dataclasses
import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import (
    ACTIVE,
    base_of,
    make_base,
    make_body,
    make_effect,
    make_study,
    make_vote,
)
from probatum.certainty.grade import grade
from probatum.certainty.judging import check_small_studies
from probatum.certainty.model import Certainty, Graded, Judgement
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.rules import LEVEL_INDEX
from probatum.findings import Body, Question
from probatum.stats.small_study import peters

LOW_RISK = [
    {
        "tool": "RoB1",
        "source": "a-review",
        "items": {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"},
    }
]


def graded(body: Body, **config: Any) -> Graded:  # noqa: ANN401  # any field
    return grade(body, base_of(body, **config))


def levels(certainty: Certainty, domain: str) -> int:
    return sum(j.levels for j in certainty.judgements if j.domain == domain)


def firm(*estimates: float, people: int = 300) -> Body:
    return make_body([make_effect(f"s{i}", y, people) for i, y in enumerate(estimates)])


def test_the_lane_follows_people_and_not_results() -> None:
    effects = [make_effect("a", -2.0, 100), make_effect("b", -2.1, 100)]
    even = make_body(effects, [make_vote("c", "benefit", 200)])
    assert graded(even).certainty.lane == "pooled"
    outvoted = make_body(effects, [make_vote("c", "benefit", 201)])
    assert graded(outvoted).certainty.lane == "direction"


def test_the_target_is_stated_with_its_source() -> None:
    target = graded(firm(0.9, 1.0, 1.1)).certainty.target
    assert (target.kind, target.threshold) == ("important", 0.5)
    assert "Norman 2003" in target.words
    votes = make_body((), [make_vote("a", "benefit")])
    assert graded(votes).certainty.target.kind == "non-null"
    non_null = CertaintyPolicy(target="non-null")
    assert grade(firm(0.9, 1.0), base_of(firm(0.9, 1.0)), non_null).certainty.target.kind == (
        "non-null"
    )


def test_unassessed_bias_caps_and_is_said_but_lowers_nothing() -> None:
    certainty = graded(firm(0.9, 1.0, 1.1)).certainty
    assert certainty.level == "moderate"
    assert certainty.cap == "moderate"
    assert certainty.lowered == 0
    judgement = certainty.judgement("risk of bias")
    assert judgement is not None
    assert judgement.assessment == "not assessed"


def test_assessed_bodies_without_concern_are_high() -> None:
    body = firm(0.9, 1.0, 1.1)
    base = make_base([make_study(f"s{i}", bias=LOW_RISK) for i in range(3)])
    certainty = grade(body, base).certainty
    assert certainty.level == "high"
    assert certainty.cap is None


def test_studies_at_high_risk_lower_by_the_information_they_hold() -> None:
    high = [{"tool": "RoB1", "source": "r", "items": {"random_sequence": "high"}}]
    worse = [
        {
            "tool": "RoB1",
            "source": "r",
            "items": {"random_sequence": "high", "blinding_patients": "high"},
        }
    ]
    body = firm(0.9, 1.0, 1.1)
    for bias, lost in ((high, 1), (worse, 2)):
        studies = [make_study("s0", bias=LOW_RISK)]
        studies += [make_study(f"s{i}", bias=bias) for i in (1, 2)]
        assert levels(grade(body, make_base(studies)).certainty, "risk of bias") == lost


def test_non_randomised_bodies_start_low() -> None:
    body = make_body([make_effect(f"s{i}", 1.0, 300, randomised=False) for i in range(3)])
    assert graded(body).certainty.start == "low"


def test_only_a_firm_large_effect_of_non_randomised_studies_gets_a_level_back() -> None:
    def certainty(estimate: float, *, bias: bool, randomised: bool = False) -> Certainty:
        body = make_body(
            [make_effect(f"s{i}", estimate, 900, randomised=randomised) for i in range(3)]
        )
        studies = [make_study(f"s{i}", bias=LOW_RISK if bias else []) for i in range(3)]
        return grade(body, make_base(studies)).certainty

    assert certainty(2.0, bias=True).level == "moderate"
    assert certainty(2.0, bias=False).level == "low"
    assert certainty(1.2, bias=True).level == "low"
    assert certainty(2.0, bias=True, randomised=True).judgement("upgrade") is None


def test_surrogates_and_human_judgements_lower_directness() -> None:
    question = Question("ache", "threshold", "inactive", "short")
    body = make_body([make_effect(f"s{i}", 1.0, 300, question) for i in range(3)], (), question)
    assert levels(graded(body).certainty, "indirectness") == 1
    human = [{"use": "ache", "levels": 1, "reason": "other people", "by": "editor"}]
    assert levels(graded(body, indirectness=human).certainty, "indirectness") == 2
    for place in ({"comparator": "active"}, {"domain": "pain"}, {"use": "other"}):
        elsewhere = [{**human[0], **place}]  # a judgement on another question says nothing here
        assert levels(graded(body, indirectness=elsewhere).certainty, "indirectness") == 1
    plain = graded(firm(1.0, 1.0, 1.0)).certainty.judgement("indirectness")
    assert plain is not None
    assert (plain.levels, plain.assessment) == (0, "not assessed")


def test_a_pool_of_a_minority_of_studies_loses_a_level() -> None:
    effects = [make_effect("a", 1.0, 400)]
    votes = [make_vote(f"v{i}", "benefit", 20) for i in range(2)]
    certainty = graded(make_body(effects, votes)).certainty
    assert certainty.lane == "pooled"
    assert levels(certainty, "missing numbers") == 1


def test_small_study_effects_lower_from_ten_studies_on() -> None:
    sizes = [20, 30, 40, 50, 60, 100, 200, 400, 800, 1600]
    tilted = [make_effect(f"s{i}", 0.6 + 9 / n + 0.01 * (i % 3), n) for i, n in enumerate(sizes)]
    assert levels(graded(make_body(tilted)).certainty, "publication bias") == 1
    fewer = graded(make_body(tilted[:9])).certainty.judgement("publication bias")
    assert fewer is not None
    assert (fewer.levels, fewer.assessment) == (0, "not assessed")


def test_counted_events_are_tested_by_peters() -> None:
    tables = [(5 + i, 40 + 12 * i, 9 + 2 * i, 40 + 12 * i) for i in range(10)]
    signs = [-1 if i % 3 else 1 for i in range(10)]  # some count events that are welcome
    effects = []
    for i, (a, n1, c, n2) in enumerate(tables):
        variance = 1 / a - 1 / n1 + 1 / c - 1 / n2
        ratio = signs[i] * math.log((a / n1) / (c / n2))
        one = make_effect(f"s{i}", ratio, n1 + n2, variance=variance)
        effects.append(replace(one, metric="RR", groups=((a, n1), (c, n2))))
    (pool,) = make_body(effects).pools
    name, p = check_small_studies(replace(pool, metric="RR"))
    odds = [
        sign * math.log(a * (n2 - c) / ((n1 - a) * c))
        for sign, (a, n1, c, n2) in zip(signs, tables, strict=True)
    ]
    wanted = peters(
        odds,
        [a + c for a, _, c, _ in tables],
        [n1 + n2 - a - c for a, n1, c, n2 in tables],
    )
    assert (name, p) == ("Peters", pytest.approx(wanted.p))
    assert check_small_studies(pool)[0] == "Egger"


def test_small_studies_and_funding_are_told_as_shares() -> None:
    body = make_body([make_effect("s0", 1.0, 60), make_effect("s1", 1.0, 180)])
    base = base_of(body)
    paid = tuple(
        study.model_copy(update={"funding": "a maker", "sponsor": "industry"})
        if study.id == "s1"
        else study
        for study in base.studies
    )
    judgement = grade(body, replace(base, studies=paid)).certainty.judgement("publication bias")
    assert judgement is not None
    assert judgement.levels == 0
    assert judgement.numbers["information from small studies"] == pytest.approx(0.25)
    assert judgement.numbers["information with funding stated"] == pytest.approx(0.75)
    assert judgement.numbers["information paid for by industry"] == pytest.approx(0.75)


def by_technique(estimates: dict[str, list[float]], people: int = 400) -> Graded:
    """Grade a pool whose studies gave the therapy in several ways."""
    told = [(way, y) for way, several in estimates.items() for y in several]
    body = make_body([make_effect(f"s{i}", y, people) for i, (_, y) in enumerate(told)])
    base = base_of(body)
    studies = []
    for i, (way, _) in enumerate(told):
        study = base.study(f"s{i}")
        arms = tuple(
            arm.model_copy(update={"technique": way}) if arm.id == "t" else arm
            for arm in study.arms
        )
        studies.append(study.model_copy(update={"arms": arms}))
    return grade(body, replace(base, studies=tuple(studies)))


def inconsistency(found: Graded) -> Judgement:
    judgement = found.certainty.judgement("inconsistency")
    assert judgement is not None
    return judgement


def test_a_feature_that_explains_the_disagreement_takes_a_level_less() -> None:
    values = [1.0, 1.02, 0.98, 0.1, 0.12, 0.08]
    split = inconsistency(by_technique({"ours": values[:3], "neighbour": values[3:]}))
    mixed = inconsistency(by_technique({"ours": values[::2], "neighbour": values[1::2]}))
    alone = inconsistency(by_technique({"ours": values}))
    assert mixed.levels == alone.levels == split.levels + 1
    assert "explained by technique" in split.reason
    assert "technique does not explain it" in mixed.reason
    assert "technique" not in alone.reason
    assert float(split.numbers["p by technique"]) < 0.01 < float(mixed.numbers["p by technique"])


def test_a_group_of_one_study_explains_nothing() -> None:
    found = inconsistency(by_technique({"ours": [1.0, 1.0, 1.0], "neighbour": [0.1]}))
    assert "p by technique" not in found.numbers


def test_registered_studies_without_results_are_counted() -> None:
    body = firm(1.0, 1.0)
    others = [
        make_study("x", status="registered"),
        make_study("y", status="registered", out_of_scope="another therapy"),
        make_study("z", status="registered", conditions=["itch"]),
    ]
    base = make_base([make_study("s0"), make_study("s1"), *others])
    judgement = grade(body, base).certainty.judgement("publication bias")
    assert judgement is not None
    assert judgement.numbers["registered, no results"] == 1


def test_directions_are_never_above_low() -> None:
    votes = [make_vote(f"v{i}", "benefit", 300) for i in range(10)]
    found = graded(make_body((), votes))
    assert (found.side, found.certainty.level, found.certainty.cap) == ("benefit", "low", "low")


def test_a_comparison_with_care_is_graded_like_any_other() -> None:
    body = make_body([make_effect(f"s{i}", 1.0, 300, ACTIVE) for i in range(3)], (), ACTIVE)
    assert graded(body).side == "benefit"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(-1, 2), st.integers(40, 400)), min_size=2, max_size=3))
def test_a_large_trial_amid_studies_that_differ_is_no_inconsistency(
    studies: list[tuple[float, int]],
) -> None:
    # a prediction interval of three studies would make it one: t with 1 degree is 12.7
    effects = [make_effect(f"s{i}", y, n) for i, (y, n) in enumerate(studies)]
    before = make_body(effects)
    people = 3 * sum(n for _, n in studies)
    after = make_body([*effects, make_effect("large", before.pools[0].estimate, people)])
    lost = [levels(graded(body).certainty, "inconsistency") for body in (before, after)]
    assert lost[1] <= lost[0]


@settings(deadline=None, max_examples=50)
@given(
    st.floats(-1.5, 1.5),
    st.lists(st.integers(40, 600), min_size=1, max_size=6),
    st.integers(4, 60),
)
def test_a_large_consistent_trial_never_lowers_certainty(
    effect: float, sizes: list[int], factor: int
) -> None:
    # bodies without heterogeneity: where studies disagree, one more can show it. From two studies
    # to three the interval becomes Knapp-Hartung's, which 3.8 times the people make up for
    effects = [make_effect(f"s{i}", effect, n) for i, n in enumerate(sizes)]
    before = make_body(effects)
    after = make_body([*effects, make_effect("large", effect, sum(sizes) * factor)])
    assert LEVEL_INDEX[graded(after).certainty.level] >= LEVEL_INDEX[graded(before).certainty.level]


@settings(deadline=None, max_examples=50)
@given(st.floats(-1.5, 1.5), st.floats(0.01, 0.5), st.floats(1.0, 20.0))
def test_widening_the_interval_of_a_pool_never_raises_certainty(
    effect: float, width: float, factor: float
) -> None:
    body = firm(effect, effect, effect)

    def with_width(reach: float) -> Body:
        interval = (effect - reach, effect + reach)
        pool = dataclasses.replace(body.pools[0], estimate=effect, ci=interval)
        return dataclasses.replace(body, pools=(pool,))

    narrow, wide = graded(with_width(width)), graded(with_width(width * factor))
    assert LEVEL_INDEX[wide.certainty.level] <= LEVEL_INDEX[narrow.certainty.level]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(-2, 2), st.integers(20, 500)), min_size=1, max_size=6))
def test_mirrored_data_mirror(studies: list[tuple[float, int]]) -> None:
    here = graded(make_body([make_effect(f"s{i}", y, n) for i, (y, n) in enumerate(studies)]))
    there = graded(make_body([make_effect(f"s{i}", -y, n) for i, (y, n) in enumerate(studies)]))
    assert there.certainty.level == here.certainty.level
    mirrored = {"benefit": "harm", "harm": "benefit"}
    assert there.side == mirrored.get(here.side, here.side)


def test_the_order_of_studies_changes_nothing() -> None:
    studies = [("a", 0.2, 60), ("b", 0.9, 80), ("c", 1.4, 300)]
    found = {
        (g.certainty.level, g.side, tuple(j.levels for j in g.certainty.judgements))
        for order in itertools.permutations(studies)
        for g in [graded(make_body([make_effect(*study) for study in order]))]
    }
    assert len(found) == 1


@pytest.mark.parametrize("domain", ["design", "risk of bias", "inconsistency", "imprecision"])
def test_every_judgement_has_reason_and_source(domain: str) -> None:
    for body in (firm(0.2, 1.4), firm(0.9), make_body((), [make_vote("a", "none")])):
        judgement = next(j for j in graded(body).certainty.judgements if j.domain == domain)
        assert judgement.reason.endswith(".")
        assert judgement.source
