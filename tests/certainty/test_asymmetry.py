"""The tests for small-study effects of many pools at once say what the single ones say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import PAIN, base_of, make_body, make_effect
from probatum.certainty.asymmetry import count_asymmetry
from probatum.certainty.judging import check_small_studies
from probatum.certainty.policy import CertaintyPolicy
from probatum.findings import Effect, Findings, Pooled
from probatum.rating.assess import Assessment, assess_findings
from probatum.rating.policy import load_policy
from probatum.rating.sheet import lay_sheet

POLICY = load_policy("probatum")
SIZES = (20, 24, 30, 40, 50, 60, 80, 120, 200, 300, 500, 800)
TILTED = (3.5, 3.2, 3.0, 2.8, 2.5, 2.3, 2.2, 1.8, 1.5, 1.3, 1.2, 1.1)
"""Standardised differences that shrink as studies grow."""


def counted(name: str, events: Sequence[int], people: int) -> Effect:
    a, c = events
    ratio = -math.log(a / c)
    one = make_effect(name, ratio, 2 * people, variance=1 / a + 1 / c - 2 / people)
    return replace(one, metric="RR", groups=((float(a), people), (float(c), people)))


def pool_of(effects: Sequence[Effect], metric: str) -> Pooled:
    (pool,) = make_body(effects).pools
    return replace(pool, metric=metric)  # type: ignore[arg-type]


def level_of(pool: Pooled) -> int:
    body = replace(make_body(pool.members), pools=(pool,))
    found = assess_findings(Findings({PAIN: body}, (), ()), base_of(body), POLICY, stability=False)
    sheet = lay_sheet(found.graded[PAIN], found.base, POLICY.certainty)
    one = np.ones((1, len(pool.members)), dtype=bool)
    return int(count_asymmetry(sheet.line, sheet.v, one, POLICY.certainty)[0])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(20, 900)), min_size=10, max_size=14))
def test_egger_is_that_of_one_pool(studies: list[tuple[float, int]]) -> None:
    if len({n for _, n in studies}) == 1:
        return
    pool = pool_of([make_effect(f"s{i}", y, n) for i, (y, n) in enumerate(studies)], "SMD")
    name, p = check_small_studies(pool)
    assert name == "Egger"
    if abs(p - POLICY.certainty.egger_p) > 1e-9:
        assert level_of(pool) == int(p < POLICY.certainty.egger_p)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(31, 300)),
        min_size=10,
        max_size=14,
    )
)
def test_peters_is_that_of_one_pool(tables: list[tuple[int, int, int]]) -> None:
    effects = [counted(f"s{i}", (a, c), n) for i, (a, c, n) in enumerate(tables) if a != c]
    if len(effects) < 10 or len({e.people for e in effects}) == 1:
        return
    pool = pool_of(effects, "RR")
    name, p = check_small_studies(pool)
    assert name == "Peters"
    if abs(p - POLICY.certainty.egger_p) > 1e-9:
        assert level_of(pool) == int(p < POLICY.certainty.egger_p)


def test_few_or_equal_studies_are_not_tested() -> None:
    y = np.array(TILTED)
    v = 4 / np.array(SIZES)
    line = np.stack([y, np.sqrt(v), 1 / v])
    keep = np.ones((3, y.size), dtype=bool)
    keep[1, 9:] = False
    policy = CertaintyPolicy()
    assert count_asymmetry(line, v, keep, policy).tolist() == [1, 0, 1]
    alike = np.full(y.size, 0.1)
    line = np.stack([y, np.sqrt(alike), 1 / alike])
    assert count_asymmetry(line, alike, keep, policy).tolist() == [0, 0, 0]


def rate(effects: Sequence[Effect]) -> Assessment:
    body = make_body(effects)
    return assess_findings(Findings({PAIN: body}, (), ()), base_of(body), POLICY, stability=False)


def test_a_removal_that_ends_the_test_is_rated_without_it() -> None:
    effects = [
        make_effect(f"s{i:02}", y, n) for i, (y, n) in enumerate(zip(TILTED, SIZES, strict=True))
    ]
    found = rate(effects).ratings["ache"]
    removals = [flip for flip in found.would_change if flip.kind == "removal"]
    assert removals, "the word hangs on the test"
    for flip in removals[:: max(1, len(removals) // 8)]:
        gone = str(flip.numbers["studies"]).split()
        again = rate([effect for effect in effects if effect.contrast.study not in gone])
        assert again.ratings["ache"].word == flip.to != found.word, gone


@pytest.mark.parametrize("number", [9, 12])
def test_what_a_pool_loses_is_on_its_page(number: int) -> None:
    effects = [
        make_effect(f"s{i}", y, n) for i, (y, n) in enumerate(zip(TILTED, SIZES, strict=True))
    ]
    judgement = rate(effects[:number]).graded[PAIN].certainty.judgement("publication bias")
    assert judgement is not None
    assert judgement.levels == level_of(pool_of(effects[:number], "SMD")) == int(number == 12)
