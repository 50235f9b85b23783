"""Effect measures: the reference values, closed forms, laws, zero cells, wrong calls."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import InputError, UnknownName
from probatum.stats.measures import MEASURES, effect, to_natural
from probatum.stats.measures_continuous import small_sample_factor
from probatum.stats.measures_single import harmonic_mean, inverse_freeman_tukey
from shared_data import shared_file

TABLE = {"ai": [4.0, 6, 3], "bi": [119.0, 300, 228], "ci": [11.0, 29, 11], "di": [128.0, 274, 209]}
MEANS = {"m1i": 5.0, "sd1i": 2.0, "n1i": 20, "m2i": 4.0, "sd2i": 3.0, "n2i": 30}


def values(case: dict, key: str) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in case[key]], dtype=float)


def test_reference_effect_sizes() -> None:
    cases = json.loads(shared_file("reference/effect_sizes.json").read_text())
    for case in cases:
        columns = {k: v for k, v in case["input"].items() if k != "kind"}
        result = effect(case["measure"], **columns)
        for key in ("yi", "vi"):
            np.testing.assert_allclose(
                getattr(result, key),
                values(case, key),
                rtol=1e-10,
                atol=1e-15,
                err_msg=f"{case['set']} {case['measure']} {key}",
            )
    assert len(cases) == 41


def test_totals_are_the_same_as_cells() -> None:
    cells = effect("OR", **TABLE)
    totals = effect("OR", ai=TABLE["ai"], n1i=[123, 306, 231], ci=TABLE["ci"], n2i=[139, 303, 220])
    np.testing.assert_array_equal(cells.yi, totals.yi)


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("only0", (0.5, 30.5), (5.5, 60.5)),
        ("all", (0.5, 30.5), (5.5, 60.5)),
        # arms of 30 and 65: 2 × ½ × 30/95 in the first, the rest in the second
        ("treatment-arm", (30 / 95, 30 + 30 / 95), (5 + 65 / 95, 60 + 65 / 95)),
    ],
)
def test_zero_cell_rules(rule: str, first: tuple, second: tuple) -> None:
    result = effect("OR", zero_cells=rule, ai=0, bi=30, ci=5, di=60)
    expected = math.log(first[0] * second[1] / (first[1] * second[0]))
    assert result.yi[0] == pytest.approx(expected, rel=1e-14)
    assert result.corrected.all()


def test_all_touches_tables_without_zero_and_only0_does_not() -> None:
    assert effect("OR", zero_cells="all", **TABLE).corrected.all()
    assert not effect("OR", zero_cells="only0", **TABLE).corrected.any()


def test_no_rule_leaves_no_effect_and_says_so() -> None:
    result = effect("RR", zero_cells="none", ai=[0, 3], bi=[30, 9], ci=[5, 2], di=[60, 8])
    assert np.isnan(result.yi[0])
    assert np.isnan(result.vi[0])
    assert "1 of 2 without an effect" in " ".join(result.notes)


def test_double_zero_is_stated_and_counted() -> None:
    result = effect("RR", ai=[0, 10], bi=[30, 0], ci=[0, 12], di=[60, 0])
    assert result.double_zero.all()
    assert any(note.startswith("2 of 2 double zero") for note in result.notes)


@pytest.mark.parametrize("name", ["OR", "RR", "RD", "AS", "PETO", "PHI", "YUQ"])
@given(cells=st.lists(st.integers(1, 10_000), min_size=4, max_size=4))
def test_swapping_the_arms_turns_the_sign(name: str, cells: list[int]) -> None:
    a, b, c, d = cells
    one = effect(name, ai=a, bi=b, ci=c, di=d)
    other = effect(name, ai=c, bi=d, ci=a, di=b)
    np.testing.assert_allclose(one.yi, -other.yi, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.vi, other.vi, rtol=1e-9)


@pytest.mark.parametrize("name", ["OR", "RD", "AS", "PETO", "PHI", "YUQ"])
@given(cells=st.lists(st.integers(1, 10_000), min_size=4, max_size=4))
def test_counting_non_events_turns_the_sign(name: str, cells: list[int]) -> None:
    a, b, c, d = cells
    one = effect(name, ai=a, bi=b, ci=c, di=d)
    other = effect(name, ai=b, bi=a, ci=d, di=c)
    np.testing.assert_allclose(one.yi, -other.yi, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.vi, other.vi, rtol=1e-9)


positive = st.floats(0.5, 500)
sizes = st.integers(3, 5_000)


@pytest.mark.parametrize("name", ["MD", "SMD", "SMDH", "ROM", "CVR", "VR"])
@given(first=st.tuples(positive, positive, sizes), second=st.tuples(positive, positive, sizes))
def test_means_swap_and_scale(name: str, first: tuple, second: tuple) -> None:
    (m1, s1, n1), (m2, s2, n2) = first, second
    one = effect(name, m1i=m1, sd1i=s1, n1i=n1, m2i=m2, sd2i=s2, n2i=n2)
    other = effect(name, m1i=m2, sd1i=s2, n1i=n2, m2i=m1, sd2i=s1, n2i=n1)
    np.testing.assert_allclose(one.yi, -other.yi, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.vi, other.vi, rtol=1e-9)
    unit = 1e6
    scaled = effect(
        name, m1i=m1 * unit, sd1i=s1 * unit, n1i=n1, m2i=m2 * unit, sd2i=s2 * unit, n2i=n2
    )
    factor = unit if name == "MD" else 1.0
    np.testing.assert_allclose(scaled.yi, one.yi * factor, rtol=1e-9, atol=1e-10 * factor)
    np.testing.assert_allclose(scaled.vi, one.vi * factor**2, rtol=1e-9)


def test_small_sample_factor_against_its_definition() -> None:
    for df in (2, 3, 7, 50, 170):
        exact = math.gamma(df / 2) / (math.sqrt(df / 2) * math.gamma((df - 1) / 2))
        assert float(small_sample_factor(df)) == pytest.approx(exact, rel=1e-12)
    large = np.array([1e4, 1e6, 1e8])
    # 1 − 3/(4m) − 7/(32m²): the next term is below 1e-12 here
    np.testing.assert_allclose(
        small_sample_factor(large), 1 - 3 / (4 * large) - 7 / (32 * large**2), rtol=1e-11
    )
    assert float(small_sample_factor(10, "approximate")) == pytest.approx(1 - 3 / 39)
    assert float(small_sample_factor(10, "none")) == 1
    assert np.isnan(small_sample_factor(1))


def test_smd_variants() -> None:
    pooled = math.sqrt((19 * 4 + 29 * 9) / 48)
    g = 1 / pooled * (1 - 3 / (4 * 48 - 1))
    result = effect("SMD", correction="approximate", variance="revman", **MEANS)
    assert result.yi[0] == pytest.approx(g, rel=1e-13)
    assert result.vi[0] == pytest.approx(1 / 20 + 1 / 30 + g**2 / (2 * (50 - 3.94)), rel=1e-13)
    unbiased = effect("SMD", variance="UB", **MEANS)
    exact = float(small_sample_factor(48))
    square = (exact / pooled) ** 2
    by_hand = 1 / 20 + 1 / 30 + (1 - 46 / (48 * exact**2)) * square
    assert unbiased.vi[0] == pytest.approx(by_hand, rel=1e-13)


def test_unbiased_smd_variance_is_unbiased() -> None:
    rng = np.random.default_rng(20240501)
    n1, n2, shift, runs = 8, 12, 0.8, 200_000
    one = rng.standard_normal((runs, n1)) + shift
    two = rng.standard_normal((runs, n2))
    result = effect(
        "SMD",
        variance="UB",
        m1i=one.mean(1),
        sd1i=one.std(1, ddof=1),
        n1i=n1,
        m2i=two.mean(1),
        sd2i=two.std(1, ddof=1),
        n2i=n2,
    )
    assert result.yi.mean() == pytest.approx(shift, abs=0.005)
    assert result.vi.mean() == pytest.approx(result.yi.var(), rel=0.01)


def test_paired_measures_by_hand() -> None:
    pair = {"m1i": 30.0, "m2i": 25.0, "sd1i": 6.0, "sd2i": 5.0, "ni": 16, "ri": 0.7}
    sd = math.sqrt(36 + 25 - 2 * 0.7 * 30)
    raw = effect("MC", **pair)
    assert raw.yi[0] == 5
    assert raw.vi[0] == pytest.approx(sd**2 / 16, rel=1e-13)
    j = float(small_sample_factor(15))
    by_change = effect("SMCC", **pair)
    assert by_change.yi[0] == pytest.approx(5 / sd * j, rel=1e-13)
    assert by_change.vi[0] == pytest.approx(1 / 16 + (5 / sd * j) ** 2 / 32, rel=1e-13)
    by_raw = effect("SMCR", **pair)
    assert by_raw.yi[0] == pytest.approx(5 / 6 * j, rel=1e-13)
    assert by_raw.vi[0] == pytest.approx(0.6 / 16 + (5 / 6 * j) ** 2 / 32, rel=1e-13)


def test_correlations_by_hand() -> None:
    raw, z = effect("COR", ri=0.6, ni=28), effect("ZCOR", ri=0.6, ni=28)
    assert (raw.yi[0], raw.vi[0]) == pytest.approx((0.6, 0.64**2 / 27))
    assert (z.yi[0], z.vi[0]) == pytest.approx((math.atanh(0.6), 1 / 25))
    assert np.isnan(effect("ZCOR", ri=0.6, ni=3).yi[0])


def test_proportions_by_hand() -> None:
    known = {"xi": 3, "ni": 20}
    assert effect("PR", **known).vi[0] == pytest.approx(0.15 * 0.85 / 20)
    assert effect("PLO", **known).yi[0] == pytest.approx(math.log(3 / 17))
    assert effect("PLO", **known).vi[0] == pytest.approx(1 / 3 + 1 / 17)
    assert effect("PAS", **known).yi[0] == pytest.approx(math.asin(math.sqrt(0.15)))
    double = (math.asin(math.sqrt(3 / 21)) + math.asin(math.sqrt(4 / 21))) / 2
    assert effect("PFT", **known).yi[0] == pytest.approx(double)
    assert effect("PFT", **known).vi[0] == pytest.approx(1 / 82)
    assert effect("PR", xi=0, ni=20).yi[0] == pytest.approx(0.5 / 21)


@given(n=st.integers(1, 100_000), share=st.floats(0, 1))
def test_double_arcsine_comes_back(n: int, share: float) -> None:
    x = round(share * n)
    back = float(inverse_freeman_tukey(effect("PFT", xi=x, ni=n).yi, n)[0])
    assert back == pytest.approx(x / n, abs=2e-7)


def test_double_arcsine_beyond_its_range_is_clipped() -> None:
    assert inverse_freeman_tukey([-0.1, 0.0, 1.6], 10).tolist() == [0.0, 0.0, 1.0]
    assert harmonic_mean([10, 40]) == 16


def test_rates_by_hand() -> None:
    assert effect("IR", xi=4, ti=80).yi[0] == 0.05
    assert effect("IR", xi=4, ti=80).vi[0] == pytest.approx(4 / 6400)
    assert effect("IRLN", xi=4, ti=80).yi[0] == pytest.approx(math.log(0.05))
    ratio = effect("IRR", x1i=[4, 0], t1i=80, x2i=[6, 2], t2i=100)
    assert ratio.yi[0] == pytest.approx(math.log(0.05 / 0.06))
    assert ratio.vi[1] == pytest.approx(1 / 0.5 + 1 / 2.5)
    assert ratio.corrected.tolist() == [False, True]


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_spreads_scalars_and_keeps_the_shape(name: str) -> None:
    typical = {"ri": 0.4, "ti": 50.0, "t1i": 50.0, "t2i": 60.0, "ni": 40.0}
    columns = {c: typical.get(c, 12.0 + i) for i, c in enumerate(MEASURES[name].kind._fields)}
    scalar = effect(name, **columns)
    assert scalar.yi.shape == scalar.vi.shape == (1,)
    assert np.isfinite(scalar.yi).all()
    assert (scalar.vi > 0).all()
    grid = effect(name, **{k: np.full((2, 3), v) for k, v in columns.items()})
    assert grid.yi.shape == grid.vi.shape == (2, 3)
    assert (grid.yi == scalar.yi).all()
    assert scalar.to_dict()["measure"] == name
    assert scalar.summary().startswith("1 of 1 studies")


def test_missing_values_give_no_effect() -> None:
    result = effect("MD", **{**MEANS, "sd1i": [2.0, np.nan]})
    assert np.isfinite(result.yi).tolist() == [True, False]
    assert result.notes


@pytest.mark.parametrize(
    ("name", "columns", "word"),
    [
        ("RR", {"ai": 5, "n1i": 4, "ci": 1, "n2i": 9}, "more events than people"),
        ("RR", {"ai": -1, "bi": 4, "ci": 1, "di": 9}, "negative"),
        ("RR", {"ai": 0, "bi": 0, "ci": 1, "di": 9}, "no people"),
        ("MD", {**MEANS, "sd1i": -1}, "SD cannot be negative"),
        ("MD", {**MEANS, "n1i": [3, 0]}, "first at index 1"),
        ("COR", {"ri": 1.2, "ni": 9}, "correlation"),
        ("PR", {"xi": 5, "ni": 3}, "more events"),
        ("IRR", {"x1i": 1, "t1i": 0, "x2i": 1, "t2i": 1}, "person-time"),
        ("MD", {"m1i": 1}, "must be m1i sd1i"),
        ("MD", {**MEANS, "m1i": np.inf}, "m1i: infinite"),
        ("MD", {**MEANS, "m1i": "tall"}, "must hold numbers"),
        ("MD", {**MEANS, "m1i": [1, 2], "m2i": [1, 2, 3]}, "shapes do not go together"),
        ("MD", {**MEANS, "correction": "exact"}, "takes no correction"),
        ("SMD", {**MEANS, "correction": "odd"}, "correction must be"),
        ("SMD", {**MEANS, "variance": "odd"}, "variance must be"),
        ("PR", {"xi": 0, "ni": 3, "zero_cells": "treatment-arm"}, "two-by-two"),
        ("RR", {**TABLE, "zero_cells": "odd"}, "zero_cells must be"),
        ("RR", {**TABLE, "add": -1}, "add must not"),
    ],
)
def test_wrong_calls(name: str, columns: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        effect(name, **columns)


def test_unknown_measure() -> None:
    with pytest.raises(UnknownName, match="no measure 'XX'"):
        effect("XX", ai=1)


def test_revman_rule() -> None:
    tables = {
        "ai": [0, 5, 7, 0],
        "n1i": [20, 30, 7, 9],
        "ci": [2, 4, 10, 0],
        "n2i": [22, 31, 10, 8],
    }
    plain = {name: effect(name, **tables) for name in ("OR", "RR", "RD")}
    revman = {name: effect(name, zero_cells="revman", **tables) for name in ("OR", "RR", "RD")}
    # no event: no ratio; nothing but events: no odds ratio
    assert np.isfinite(revman["RR"].yi).tolist() == [True, True, True, False]
    assert np.isfinite(revman["OR"].yi).tolist() == [True, True, False, False]
    np.testing.assert_array_equal(revman["RR"].yi[:3], plain["RR"].yi[:3])
    # the difference itself from the raw counts, its variance from the corrected ones
    np.testing.assert_allclose(revman["RD"].yi, [-2 / 22, 5 / 30 - 4 / 31, 0, 0], atol=1e-15)
    np.testing.assert_array_equal(revman["RD"].vi, plain["RD"].vi)
    with pytest.raises(InputError, match="two-by-two"):
        effect("PR", zero_cells="revman", xi=0, ni=3)


def test_natural_scales_are_the_inverse_of_the_measure() -> None:
    def back(name: str, **columns: float) -> float:
        ni = columns.get("ni")
        return float(to_natural(name, effect(name, **columns).yi, ni)[0])

    assert back("RR", ai=3, n1i=20, ci=5, n2i=40) == pytest.approx(0.15 / 0.125)
    assert back("IRR", x1i=3, t1i=20, x2i=5, t2i=40) == pytest.approx(0.15 / 0.125)
    assert back("RD", ai=3, n1i=20, ci=5, n2i=40) == pytest.approx(0.15 - 0.125)
    for name in ("PR", "PLO", "PAS", "PFT"):
        assert back(name, xi=3, ni=20) == pytest.approx(0.15, abs=1e-6), name
    assert back("ZCOR", ri=0.4, ni=20) == pytest.approx(0.4)
    assert back("COR", ri=0.4, ni=20) == 0.4
    assert to_natural("PAS", [-0.1, 2.0]).tolist() == [0.0, 1.0]
    with pytest.raises(InputError, match="needs ni"):
        to_natural("PFT", 0.3)
