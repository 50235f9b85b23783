"""Estimates worked by hand, from each form in which papers report."""

from __future__ import annotations

import math
from typing import Any

import pytest
from records import ARMS, direction_of, effect_of, outcome

from probatum.findings import Effect


def two(first: dict[str, Any], second: dict[str, Any], **fields: object) -> dict[str, Any]:
    arms = [{"arm": "leech", **first}, {"arm": "sham", **second}]
    return outcome(arms=arms, **fields)


def sized(first: int, second: int) -> list[dict[str, Any]]:
    return [{**ARMS[0], "n": first}, {**ARMS[1], "n": second}]


def within(effect: Effect) -> float:
    """Undo the small-sample factor and return the SD that g was standardised by."""
    assert effect.groups
    (mean, _, n1), (other, _, n2) = effect.groups
    m = n1 + n2 - 2
    j = math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)
    return j * (other - mean) / effect.estimate


def test_g_of_means_and_sds() -> None:
    # Borenstein et al. 2009, p. 27: means 103 and 100, SDs 5.5 and 4.5, 50 a group
    effect = effect_of(
        two({"mean": 103.0, "sd": 5.5}, {"mean": 100.0, "sd": 4.5}, better="higher"),
        arms=sized(50, 50),
    )
    assert effect.metric == "SMD"
    assert effect.estimate == pytest.approx(0.5924, abs=5e-5)
    assert effect.variance == pytest.approx(0.04 + 0.5924**2 / 200, abs=1e-6)
    assert effect.people == 100


def test_sd_from_the_interval_of_a_mean() -> None:
    # Handbook 6.5.2.2: n = 25, 95% interval 30.0 to 34.2 gives SD 5.09
    group = {"mean": 32.1, "ci": (30.0, 34.2)}
    effect = effect_of(two(group, {"mean": 35.0, "sd": 5.0}), arms=sized(25, 25))
    assert effect.groups
    assert effect.groups[0][1] == pytest.approx(5.09, abs=0.005)
    assert any("6.5.2.2" in step for step in effect.made)


def test_sd_from_a_standard_error() -> None:
    effect = effect_of(two({"mean": 1.0, "se": 0.4}, {"mean": 2.0, "se": 0.4}), arms=sized(25, 25))
    assert within(effect) == pytest.approx(2.0)


def test_a_group_of_one_has_no_sd_whatever_is_printed() -> None:
    group = {"mean": 1.0, "sd": 2.0}
    assert effect_of(two(group, group), arms=sized(2, 25))
    alone = direction_of(two(group, group), arms=sized(1, 25))
    assert "a group of one has no SD" in alone.why


def test_standard_error_from_the_p_of_a_difference() -> None:
    # Handbook 6.5.2.3: MD 3.8, p = 0.008, 25 and 22 people: t = 2.78, SE 1.37, SD 4.69
    difference = {"measure": "MD", "estimate": -3.8, "p": 0.008, "sign": "first-minus-second"}
    effect = effect_of(outcome(difference=difference))
    m = 45
    j = math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)
    assert j * 3.8 / effect.estimate == pytest.approx(4.69, abs=0.01)
    assert effect.estimate > 0


def test_an_adjusted_difference_is_standardised_by_the_sd_of_scores() -> None:
    # adjusted MD 10 with SE 3.5, groups of 50 with SDs of 20: d = 0.5, not that of an SD of 17.5
    difference = {"measure": "MD", "estimate": -10.0, "se": 3.5, "sign": "first-minus-second"}
    groups = two({"mean": 31.0, "sd": 20.0}, {"mean": 44.0, "sd": 20.0}, difference=difference)
    effect = effect_of(groups, arms=sized(50, 50))
    assert effect.estimate == pytest.approx(0.5 * (1 - 3 / (4 * 98 - 1)), rel=1e-4)
    assert effect.variance == pytest.approx((3.5 / 20) ** 2 + effect.estimate**2 / 200, rel=1e-6)
    assert any("own SDs" in step for step in effect.made)
    # without them the SD behind the SE is all there is
    bare = effect_of(outcome(difference=difference), arms=sized(50, 50))
    assert bare.estimate == pytest.approx(10 / 17.5 * (1 - 3 / (4 * 98 - 1)), rel=1e-4)
    # of changes with r = 0.5 the SD is that of scores, too
    changes = [{"mean": m, "sd": 20.0, "kind": "change"} for m in (-25.0, -12.0)]
    changed = effect_of(two(*changes, difference=difference), arms=sized(50, 50))
    assert changed.variance == pytest.approx(effect.variance)


def test_a_bound_of_p_is_taken_as_p() -> None:
    means = ({"mean": 3.0}, {"mean": 4.0})
    exact = effect_of(two(*means, p=0.05))
    bound = effect_of(two(*means, p="<0.05"))
    assert bound.estimate == exact.estimate
    assert any("bound" in step for step in bound.made)
    note = direction_of(two(*means, p=0.05, p_note="of the change within groups"))
    assert note.side == "benefit"
    assert direction_of(two(*means, p=">0.05")).p == ">0.05"


def test_mean_difference_is_carried_to_the_range_of_the_base() -> None:
    # 14.4 mm (5.2 to 23.5) on a line of 100 mm is 1.44 of 10; SE by t with 82 degrees of freedom
    difference = {"measure": "MD", "estimate": -14.4, "ci": (-23.5, -5.2)}
    effect = effect_of(
        outcome(
            measure="first-step VAS",
            unit="mm",
            difference={**difference, "sign": "first-minus-second"},
        ),
        arms=sized(42, 42),
    )
    assert (effect.metric, effect.scale) == ("MD", "pain-0-10")
    assert effect.estimate == pytest.approx(1.44)
    assert math.sqrt(effect.variance) == pytest.approx(1.83 / (2 * 1.98932), rel=1e-4)


def test_group_figures_are_carried_too() -> None:
    first, second = {"mean": 40.0, "sd": 20.0}, {"mean": 55.0, "sd": 10.0}
    effect = effect_of(two(first, second, measure="VAS pain", scale=(10, 110)))
    assert effect.groups == ((3.0, 2.0, 25.0), (4.5, 1.0, 22.0))
    assert effect.estimate == pytest.approx(1.5)
    change = effect_of(
        two(
            {**first, "kind": "change"}, {**second, "kind": "change"}, measure="VAS", scale=(0, 100)
        )
    )
    assert change.groups == ((4.0, 2.0, 25.0), (5.5, 1.0, 22.0))


def test_figures_that_do_not_fit_the_scale_are_standardised_instead() -> None:
    effect = effect_of(two({"mean": 34.0, "sd": 9.0}, {"mean": 45.0, "sd": 9.0}, measure="VAS"))
    assert effect.metric == "SMD"
    # no SD on a scale of 10 exceeds 5, that of a change 10
    wide = ({"mean": 4.0, "sd": 5.1}, {"mean": 5.0, "sd": 5.1})
    assert effect_of(two(*wide, measure="VAS")).metric == "SMD"
    change = [{**group, "kind": "change"} for group in wide]
    assert effect_of(two(*change, measure="VAS")).metric == "MD"
    relief = two({"mean": 6.0, "sd": 2.0}, {"mean": 5.0, "sd": 2.0}, measure="VAS", better="higher")
    assert effect_of(relief).metric == "SMD"


def test_changes_are_standardised_by_the_sd_of_scores() -> None:
    # correlation 0.8: SD of scores = 2 / sqrt(0.4) = 3.162; variance of the change stays
    change = {"sd": 2.0, "kind": "change"}
    effect = effect_of(
        two({"mean": -3.0, **change}, {"mean": -1.0, **change}),
        arms=sized(30, 30),
        rules={"correlation": 0.8},
    )
    d = 2.0 / (2.0 / math.sqrt(0.4))
    assert effect.estimate == pytest.approx(d, rel=0.015)
    expected = 0.4 * (2 / 30) + effect.estimate**2 / 120
    assert effect.variance == pytest.approx(expected)
    assert effect.change


def test_risk_ratio_of_counts() -> None:
    # Borenstein et al. 2009, p. 34: 5 and 10 events of 100: ln RR -0.6931, variance 0.2800
    effect = effect_of(two({"n": 100, "events": 5}, {"n": 100, "events": 10}))
    assert effect.metric == "RR"
    assert effect.estimate == pytest.approx(0.6931, abs=5e-5)
    assert effect.variance == pytest.approx(0.28)
    assert effect.groups == ((5.0, 100.0), (10.0, 100.0))


def test_zero_cells_and_double_zeros() -> None:
    effect = effect_of(two({"n": 20, "events": 0}, {"n": 20, "events": 4}))
    assert effect.estimate == pytest.approx(math.log(4.5 / 0.5))
    assert any("half an event" in step for step in effect.made)
    none = direction_of(two({"n": 20, "events": 0}, {"n": 20, "events": 0}))
    assert none.side == "none"


@pytest.mark.parametrize("measure", ["OR", "RD"])
def test_other_measures_of_events_bring_a_direction(measure: str) -> None:
    difference = {"measure": measure, "estimate": 0.5, "ci": (0.2, 1.25), "sign": None}
    found = direction_of(outcome(difference=difference, direction="favours-first"))
    assert found.side == "benefit"
    assert "15.4.4" in found.why


def test_a_printed_smd_stands() -> None:
    difference = {"measure": "SMD", "estimate": 0.4, "ci": (0.008, 0.792)}
    effect = effect_of(outcome(difference={**difference, "sign": "benefit-positive"}))
    assert effect.estimate == 0.4
    assert math.sqrt(effect.variance) == pytest.approx(0.2, rel=1e-3)


def test_medians_unless_they_are_skewed() -> None:
    # Wan 2014, Luo 2018: symmetric quartiles give the median itself; width over the normal's IQR
    even = {"median": 5.0, "iqr": (3.0, 7.0)}
    effect = effect_of(two(even, {"median": 6.0, "iqr": (4.0, 8.0)}), arms=sized(40, 40))
    assert effect.groups
    assert effect.groups[0][0] == pytest.approx(5.0)
    assert effect.groups[0][1] == pytest.approx(4 / (2 * 0.65020), rel=1e-4)
    skewed = {"median": 3.0, "iqr": (2.9, 9.0)}
    found = direction_of(two(skewed, even), arms=sized(40, 40))
    assert "Shi 2023" in found.why
    assert found.side == "benefit"


def test_the_sign_is_told_by_the_conclusion_or_the_groups() -> None:
    difference = {"measure": "MD", "estimate": 2.0, "ci": (0.5, 3.5)}
    for direction, expected in (("favours-first", 2.0), ("favours-second", -2.0)):
        effect = effect_of(outcome(measure="VAS", difference=difference, direction=direction))
        assert effect.estimate == expected
        turned = {"measure": "MD", "estimate": -2.0, "ci": (-3.5, -0.5)}  # the other way round
        effect = effect_of(outcome(measure="VAS", difference=turned, direction=direction))
        assert effect.estimate == expected
    by_groups = two({"mean": 3.0}, {"mean": 5.0}, measure="VAS", difference=difference)
    assert effect_of(by_groups).estimate == 2.0
    told = direction_of(outcome(measure="VAS", difference=difference))
    assert "subtracted" in told.why
    assert told.side == "none"
    both = two({"mean": 5.0}, {"mean": 3.0}, measure="VAS", difference=difference)
    contradicting = direction_of({**both, "direction": "favours-first"})
    assert "contradict" in contradicting.why


def test_numbers_that_contradict_the_conclusion_or_p_are_not_used() -> None:
    difference = {"measure": "MD", "estimate": -2.0, "ci": (-3.5, -0.5)}
    signed = {**difference, "sign": "first-minus-second"}
    wrong = direction_of(outcome(measure="VAS", difference=signed, direction="favours-second"))
    assert wrong.side == "unclear"
    assert "contradict" in wrong.why
    p = direction_of(outcome(measure="VAS", difference=signed, p=0.8))
    assert "printed p" in p.why
    assert p.side == "benefit"


def test_an_interval_must_be_centred() -> None:
    difference = {"measure": "MD", "estimate": -2.0, "sign": "first-minus-second"}
    centred, off, far = (
        outcome(measure="VAS", difference={**difference, "ci": ci})
        for ci in ((-3.5, -0.5), (-3.3, -0.5), (-3.0, 5.0))
    )
    assert not effect_of(centred).flags
    assert "off the centre" in effect_of(off).flags[0]
    assert "misprint" in direction_of(far).why


@pytest.mark.parametrize("ci", [(0.0, 0.0), (0.0, 1e-200)])
def test_an_interval_without_width_brings_a_direction(ci: tuple[float, float]) -> None:
    difference = {"measure": "MD", "estimate": 0.0, "ci": ci, "sign": "first-minus-second"}
    assert "no width" in direction_of(outcome(difference=difference)).why
    group = {"mean": 0.0, "ci": ci}
    assert "no width" in direction_of(two(group, group)).why


def test_a_printed_smd_beyond_belief_is_flagged() -> None:
    smd = {"measure": "SMD", "estimate": -4.0, "ci": (-5.0, -3.0), "sign": "first-minus-second"}
    assert "4.0 SD apart" in effect_of(outcome(difference=smd)).flags[0]


def test_an_sd_that_looks_like_an_se_is_flagged() -> None:
    effect = effect_of(two({"mean": 8.8, "sd": 0.3}, {"mean": 11.4, "sd": 0.3}, better="higher"))
    assert any("standard error" in flag for flag in effect.flags)


def test_group_sizes_from_the_total() -> None:
    arms = [{k: v for k, v in arm.items() if k != "n"} for arm in ARMS]
    result = two({"mean": 3.0, "sd": 2.0}, {"mean": 4.0, "sd": 2.0})
    effect = effect_of(result, arms=arms, n_randomised=41)
    assert effect.people == 41
    assert [group[2] for group in effect.groups or ()] == [21, 20]
    assert any("equal parts of 41" in step for step in effect.made)
    left = effect_of(result, arms=[ARMS[0], arms[1]], n_randomised=41)
    assert [group[2] for group in left.groups or ()] == [25, 16]
    # one size known: what is left of the people randomised, not of those analysed
    rest = effect_of(result, arms=[ARMS[0], arms[1]], n_randomised=41, n_analysed=38)
    assert [group[2] for group in rest.groups or ()] == [25, 16]
    not_random = direction_of(result, arms=arms, n_randomised=41, design="controlled")
    assert "sizes" in not_random.why
    assert not_random.contrast.people == 41


def test_a_crossover_needs_a_paired_difference() -> None:
    groups = two({"mean": 3.0, "sd": 2.0}, {"mean": 4.0, "sd": 2.0}, measure="VAS")
    found = direction_of(groups, design="crossover", n_randomised=25)
    assert "paired" in found.why
    assert found.side == "benefit"
    difference = {"measure": "MD", "estimate": -1.0, "ci": (-2.0, 0.0)}
    paired = outcome(measure="VAS", difference={**difference, "sign": "first-minus-second"})
    effect = effect_of(paired, design="crossover", n_randomised=25)
    assert effect.metric == "MD"
    assert effect.people == 25
    assert math.sqrt(effect.variance) == pytest.approx(1 / 2.063899)  # t with 24 degrees of freedom
    assert effect_of(paired, design="crossover").people == 25


@pytest.mark.parametrize("sizes", [(None, None), (16, 15), (31, 31)])
def test_everybody_in_a_crossover_counts_in_its_degrees_of_freedom(
    sizes: tuple[int | None, int | None],
) -> None:
    # arms without sizes, of one sequence each, or of everybody: 31 people, 30 degrees of freedom
    arms = [{**arm, "n": n} for arm, n in zip(ARMS, sizes, strict=True)]
    difference = {"measure": "MD", "estimate": -1.2, "ci": (-2.2, -0.2)}
    paired = outcome(measure="VAS", difference={**difference, "sign": "first-minus-second"})
    effect = effect_of(paired, design="crossover", n_randomised=31, arms=arms)
    assert math.sqrt(effect.variance) == pytest.approx(1.0 / 2.0423, rel=1e-4)
    assert effect.people == 31
    assert not any("equal parts" in step for step in effect.made)


def test_a_cluster_trial_brings_a_direction() -> None:
    groups = two({"mean": 3.0, "sd": 2.0}, {"mean": 4.0, "sd": 2.0})
    assert "design effect" in direction_of(groups, design="cluster").why


ADJUSTED = {
    "measure": "MD",
    "estimate": -1.2,
    "ci": (-2.2, -0.2),
    "sign": "first-minus-second",
    "allows_for_clusters": True,
}


def test_a_design_effect_multiplies_the_variance() -> None:
    # Handbook 23.1.4: as if every group held its people over the design effect
    groups = two({"mean": 3.0, "sd": 2.0}, {"mean": 4.0, "sd": 2.0}, measure="VAS")
    plain = effect_of(groups, arms=sized(40, 40))
    effect = effect_of(groups, arms=sized(40, 40), design="cluster", design_effect=1.6)
    smaller = effect_of(groups, arms=sized(25, 25))
    assert effect.estimate == plain.estimate
    assert effect.variance == pytest.approx(1.6 * plain.variance)
    assert effect.variance == pytest.approx(smaller.variance)
    assert effect.people == 80
    assert any("design effect 1.6" in step for step in effect.made)
    counted = two({"events": 20, "n": 40}, {"events": 10, "n": 40})
    ratio = effect_of(counted, design="cluster", design_effect=2.0)
    halves = effect_of(two({"events": 10, "n": 20}, {"events": 5, "n": 20}))
    assert (ratio.estimate, ratio.variance) == pytest.approx((halves.estimate, halves.variance))


def test_a_difference_that_allows_for_clusters_stands() -> None:
    as_printed = effect_of(outcome(measure="VAS", difference=ADJUSTED))
    fields: dict[str, Any] = {"measure": "VAS", "difference": ADJUSTED}
    effect = effect_of(outcome(**fields), design="cluster")
    assert (effect.metric, effect.variance) == ("MD", as_printed.variance)
    assert any("clusters allowed for" in step for step in effect.made)
    naive = {**ADJUSTED, "allows_for_clusters": False}
    assert "design effect" in direction_of(outcome(difference=naive), design="cluster").why
    wider = effect_of(outcome(measure="VAS", difference=naive), design="cluster", design_effect=4.0)
    assert wider.variance == pytest.approx(4.0 * as_printed.variance)
    # where the adjusted interval cannot be used, the groups' plain figures may not stand in
    off = {**ADJUSTED, "ci": (-9.0, -1.0)}
    groups = two({"mean": 3.0, "sd": 2.0}, {"mean": 4.2, "sd": 2.0}, difference=off)
    assert "centred" in direction_of(groups, design="cluster").why


def test_g_behind_an_adjusted_interval_rests_on_the_sd_of_people() -> None:
    # SE 0.5 with 4 for the design effect is 0.25 without; SD 0.25/√(2/64) = √2
    adjusted = {**ADJUSTED, "estimate": -1.0, "ci": None, "se": 0.5}
    effect = effect_of(
        outcome(difference=adjusted), arms=sized(64, 64), design="cluster", design_effect=4.0
    )
    assert effect.metric == "SMD"
    assert effect.estimate == pytest.approx(1 / math.sqrt(2) * (1 - 3 / (4 * 30 - 1)), rel=1e-3)


def test_standard_error_from_t() -> None:
    # Handbook 6.5.2.3: MD 3.8, t 2.78, 25 and 22 people: SE 1.37, SD 4.69
    difference = {"measure": "MD", "estimate": -3.8, "t": -2.78, "sign": "first-minus-second"}
    effect = effect_of(outcome(difference=difference))
    assert 3.8 / effect.estimate * (1 - 3 / (4 * 45 - 1)) == pytest.approx(
        4.69, abs=0.02
    )  # SE rounded
    assert any("t = -2.78" in step for step in effect.made)


def test_arms_are_combined_by_the_handbook() -> None:
    # Handbook table 6.5.a with n 10 and 20, means 4 and 7, SDs 1 and 2: mean 6, SD √5
    arms = [
        {**ARMS[0], "id": "one", "n": 10},
        {**ARMS[0], "id": "two", "n": 20},
        {**ARMS[1], "n": 30},
    ]
    shared = {"arm": "sham", "mean": 8.0, "sd": 2.0}
    results = [
        outcome(compare=["one", "sham"], arms=[{"arm": "one", "mean": 4.0, "sd": 1.0}, shared]),
        outcome(compare=["two", "sham"], arms=[{"arm": "two", "mean": 7.0, "sd": 2.0}, shared]),
    ]
    effect = effect_of(*results, arms=arms)
    assert effect.groups
    assert effect.groups[0] == pytest.approx((6.0, math.sqrt(5), 30.0))
    assert effect.people == 60
