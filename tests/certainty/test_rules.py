"""The rules of grading, each by cases worked by hand and by laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.certainty import rules, votes
from probatum.certainty.policy import CertaintyPolicy

POLICY = CertaintyPolicy()
estimates = st.floats(-3, 3)
widths = st.floats(0.01, 5)
thresholds = st.sampled_from([0.0, 0.2, 0.5, 1.0])


@pytest.mark.parametrize(
    ("estimate", "low", "high", "threshold", "levels"),
    [
        (0.8, 0.6, 1.0, 0.5, 0),  # wholly beyond the threshold
        (0.8, 0.3, 1.3, 0.5, 1),  # crosses the threshold
        (0.8, -0.1, 1.7, 0.5, 2),  # and no difference
        (0.8, -0.7, 2.3, 0.5, 3),  # and important harm
        (-0.8, -1.3, -0.3, 0.5, 1),  # the mirror image
        (0.1, -0.2, 0.4, 0.5, 0),  # wholly too small to matter
        (0.1, -0.4, 0.6, 0.5, 1),
        (0.1, -0.6, 0.8, 0.5, 2),
        (0.1, -1.2, 1.4, 0.5, 3),
        (0.3, 0.1, 0.5, 0.0, 0),  # against no difference
        (0.3, -0.1, 0.7, 0.0, 1),
        (0.3, -0.4, 1.0, 0.0, 2),
        (0.3, math.nan, math.nan, 0.5, 3),  # no interval is no precision
    ],
)
def test_crossings(estimate: float, low: float, high: float, threshold: float, levels: int) -> None:
    assert int(rules.count_crossings(estimate, low, high, threshold)) == levels


@given(estimates, widths, widths, thresholds)
def test_widening_an_interval_never_takes_fewer_levels(
    estimate: float, width: float, more: float, threshold: float
) -> None:
    narrow = rules.count_crossings(estimate, estimate - width, estimate + width, threshold)
    wide = rules.count_crossings(
        estimate, estimate - width - more, estimate + width + more, threshold
    )
    assert wide >= narrow


@given(estimates, widths, widths, thresholds)
def test_mirrored_numbers_give_mirrored_sides_and_equal_levels(
    estimate: float, below: float, above: float, threshold: float
) -> None:
    low, high = estimate - below, estimate + above
    here = int(rules.find_side(estimate, low, high, threshold))
    there = int(rules.find_side(-estimate, -high, -low, threshold))
    assert there == (here if here == rules.UNCLEAR else -here)
    assert rules.count_crossings(estimate, low, high, threshold) == rules.count_crossings(
        -estimate, -high, -low, threshold
    )


@pytest.mark.parametrize(
    ("estimate", "low", "high", "side"),
    [
        (0.8, 0.2, 1.4, "benefit"),
        (0.8, -0.1, 1.7, "unclear"),
        (0.3, 0.1, 0.45, "none"),  # a sure difference, but a trivial one
        (0.3, 0.1, 0.6, "unclear"),  # a sure difference that may or may not matter
        (0.1, -0.4, 0.4, "none"),
        (-0.8, -1.4, -0.2, "harm"),
    ],
)
def test_sides(estimate: float, low: float, high: float, side: str) -> None:
    assert rules.SIDES[int(rules.find_side(estimate, low, high, 0.5)) + 1] == side


def test_optimal_information_size_is_786_for_a_small_difference() -> None:
    # 2 (1.96 + 0.8416)² / 0.2² = 392.4, so 393 in each group (GRADE guidelines 6)
    assert float(rules.information_size(0.2, POLICY)) == 786
    assert float(rules.information_size(0.5, POLICY)) == 400  # the rule of thumb is the floor
    assert float(rules.information_size(0.0, POLICY)) == 400


@pytest.mark.parametrize(("fraction", "levels"), [(1.0, 0), (0.99, 1), (0.3, 1), (0.29, 2)])
def test_information(fraction: float, levels: int) -> None:
    assert int(rules.count_information(fraction, POLICY)) == levels


def test_heterogeneity_matters_only_across_the_threshold() -> None:
    all_large = {"i2": 90, "outside": 0.0, "opposite": 0.0}
    assert int(rules.count_inconsistency(**all_large, apart=True, beyond=False, policy=POLICY)) == 0
    split = {"i2": 60, "outside": 0.4, "opposite": 0.0}
    assert int(rules.count_inconsistency(**split, apart=False, beyond=False, policy=POLICY)) == 1
    torn = {"i2": 80, "outside": 0.4, "opposite": 0.3}
    assert int(rules.count_inconsistency(**torn, apart=True, beyond=True, policy=POLICY)) == 2
    chance = {"i2": 20, "outside": 0.4, "opposite": 0.4}
    assert int(rules.count_inconsistency(**chance, apart=False, beyond=True, policy=POLICY)) == 0


def test_shares_outside_count_weights_not_studies() -> None:
    studies, weights = np.array([0.9, 0.2, -0.3]), np.array([0.7, 0.2, 0.1])
    outside, opposite = rules.weigh_outside(studies, weights, 0.6, 0.5)
    assert float(outside) == pytest.approx(0.3)
    assert float(opposite) == pytest.approx(0.1)
    outside, opposite = rules.weigh_outside(studies, weights, 0.1, 0.25)
    assert float(outside) == pytest.approx(0.8)
    assert float(opposite) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("high", "several", "concerns", "levels"),
    [(0, 0, 0.5, 0), (0, 0, 0.51, 1), (0.25, 0, 0, 1), (0.6, 0.4, 0.2, 1), (0.6, 0.5, 0, 2)],
)
def test_risk_of_bias(high: float, several: float, concerns: float, levels: int) -> None:
    assert int(rules.count_bias(high, several, concerns, POLICY)) == levels


@pytest.mark.parametrize(
    ("share", "start", "levels"),
    [(0, 3, 0), (0.01, 3, 1), (0.49, 3, 1), (0.5, 1, 0), (1, 1, 0)],
)
def test_design_by_the_share_that_is_not_randomised(share: float, start: int, levels: int) -> None:
    assert [int(found) for found in rules.count_design(share)] == [start, levels]


@pytest.mark.parametrize(
    ("changed", "levels"),
    [
        ({}, 1),
        ({"start": 3}, 0),  # randomised studies start high and earn nothing more
        ({"lost": 1}, 0),  # a level lost anywhere leaves nothing firm
        ({"near": 0.79}, 0),  # the interval reaches below a large effect
        ({"assessed": 0.49}, 0),
    ],
)
def test_a_level_back_asks_for_everything(changed: dict[str, float], levels: int) -> None:
    case = {"start": 1, "lost": 0, "near": 0.8, "assessed": 0.5, **changed}
    found = rules.count_upgrade(
        case["start"], case["lost"], case["near"], 0.8, assessed=case["assessed"], policy=POLICY
    )
    assert int(found) == levels


@given(st.integers(0, 3), st.integers(0, 6), st.integers(0, 6), st.integers(0, 3))
def test_more_concern_never_leaves_more_certainty(
    start: int, levels: int, more: int, cap: int
) -> None:
    assert rules.settle(start, levels + more, cap) <= rules.settle(start, levels, cap)


def ballot(benefit: int, harm: int, none: int, unclear: int, absent: float = 0) -> votes.Votes:
    people = 60.0 * (benefit + harm + none + unclear)
    return votes.Votes(
        *(np.asarray(float(n)) for n in (benefit, harm, none, unclear, people, absent))
    )


@pytest.mark.parametrize(
    ("counts", "absent", "side"),
    [
        ((3, 0, 0, 0), 0, "benefit"),  # Wilson alone could never see three of three
        ((3, 1, 0, 0), 0, "unclear"),
        ((8, 1, 1, 0), 0, "benefit"),
        ((6, 0, 4, 0), 0, "benefit"),  # 6 of 6 known directions, and most of all studies
        ((4, 0, 4, 0), 0, "unclear"),
        ((1, 0, 5, 0), 399, "unclear"),  # absence of evidence
        ((1, 0, 5, 0), 400, "none"),  # evidence of absence
        ((3, 0, 5, 0), 900, "unclear"),  # three of eight in favour are no absence
        ((0, 3, 0, 0), 0, "harm"),
        ((0, 0, 0, 3), 0, "unclear"),
    ],
)
def test_directions(counts: tuple[int, int, int, int], absent: float, side: str) -> None:
    assert rules.SIDES[int(votes.find_side(ballot(*counts, absent), POLICY)) + 1] == side


@given(*[st.integers(0, 12)] * 4)
def test_mirrored_votes_mirror(benefit: int, harm: int, none: int, unclear: int) -> None:
    here = int(votes.find_side(ballot(benefit, harm, none, unclear), POLICY))
    there = int(votes.find_side(ballot(harm, benefit, none, unclear), POLICY))
    assert there == (here if here in (0, rules.UNCLEAR) else -here)


def test_a_wide_ratio_holds_too_little_information() -> None:
    low, high = math.log(2.0), math.log(6.1)
    wide = rules.count_wide(low, [high, math.log(5.9)], ratio=True, policy=POLICY)
    assert wide.tolist() == [1, 0]
    assert not rules.count_wide(low, high, ratio=False, policy=POLICY)
    assert rules.count_information(2.0, POLICY, wide=wide).tolist() == [1, 0]
    assert rules.count_information(0.1, POLICY, wide=1) == 2


def test_a_very_wide_ratio_loses_two_or_three_levels() -> None:
    high = [math.log(8), math.log(26), math.log(28)]
    wide = rules.count_wide(math.log(3), high, ratio=True, policy=POLICY)
    assert wide.tolist() == [0, 1, 2]
    assert rules.count_information(2.0, POLICY, wide=wide).tolist() == [0, 1, 2]
    assert rules.count_information(0.1, POLICY, wide=wide).tolist() == [2, 2, 3]
