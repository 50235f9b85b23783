"""Conversions: worked examples of the Handbook, round trips, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probatum.errors import InputError
from probatum.stats import convert
from probatum.stats.measures import effect
from probatum.stats.quartiles import mean_sd_from_median

amount = st.floats(0.01, 1000)
size = st.integers(2, 500)


def test_handbook_examples() -> None:
    # 6.5.2.2: 25 people, 95% CI 30.0 to 34.2, divisor 4.128
    assert float(convert.sd_from_ci(30.0, 34.2, 25)) == pytest.approx(5 * 4.2 / 4.128, rel=1e-3)
    # 6.5.2.3: MD 3.8, p 0.008, 25 and 22 people: t 2.78, SE 1.37, SD 4.69
    assert float(convert.statistic_from_p(0.008, 45)) == pytest.approx(2.78, abs=0.005)
    assert float(convert.se_from_p(3.8, 0.008, 45)) == pytest.approx(1.37, abs=0.005)
    assert float(convert.sd_from_p(3.8, 0.008, 25, 22)) == pytest.approx(4.69, abs=0.02)


@given(sd=amount, difference=amount, n1=size, n2=size)
def test_every_way_leads_back_to_the_sd(sd: float, difference: float, n1: int, n2: int) -> None:
    df = n1 + n2 - 2
    se = sd * math.sqrt(1 / n1 + 1 / n2)
    t = difference / se
    half = stats.t.ppf(0.975, df) * se
    close = pytest.approx(sd, rel=1e-7)
    assert float(convert.sd_from_difference_se(se, n1, n2)) == close
    assert float(convert.sd_from_difference_ci(-half, half, n1, n2)) == close
    assert float(convert.sd_from_t(difference, t, n1, n2)) == close
    assert float(convert.sd_from_t(difference, -t, n1, n2)) == close
    assert float(convert.sd_from_f(difference, t * t, n1, n2)) == close
    assert float(convert.sd_from_se(convert.se_from_ci(-half, half, df=df), 1)) == (
        pytest.approx(se, rel=1e-7)
    )
    p = 2 * stats.t.sf(t, df)
    if 1e-250 < p < 0.999:
        assert float(convert.sd_from_p(difference, p, n1, n2)) == pytest.approx(sd, rel=1e-5)


@given(n=size, sd=amount, level=st.floats(0.5, 0.999))
def test_sd_of_one_group(n: int, sd: float, level: float) -> None:
    half = stats.t.ppf(0.5 + level / 2, n - 1) * sd / math.sqrt(n)
    assert float(convert.sd_from_ci(10 - half, 10 + half, n, level)) == pytest.approx(sd, rel=1e-6)
    assert float(convert.sd_from_se(sd / math.sqrt(n), n)) == pytest.approx(sd)


@given(t=st.floats(-20, 20), n1=size, n2=size)
def test_g_from_t_is_g_from_means(t: float, n1: int, n2: int) -> None:
    difference = t * math.sqrt(1 / n1 + 1 / n2)
    direct = effect("SMD", m1i=difference, sd1i=1, n1i=n1, m2i=0, sd2i=1, n2i=n2).yi[0]
    assert float(convert.g_from_t(t, n1, n2)) == pytest.approx(direct, rel=1e-12, abs=1e-14)
    assert float(convert.g_from_difference(difference, 1, n1, n2)) == pytest.approx(
        direct, rel=1e-12, abs=1e-14
    )


def test_g_from_p_keeps_the_sign() -> None:
    p = 2 * stats.t.sf(2.5, 38)
    assert float(convert.g_from_p(p, -3, 20, 20)) == pytest.approx(
        -float(convert.g_from_t(2.5, 20, 20)), rel=1e-10
    )
    assert np.isnan(convert.g_from_p(0, 1, 20, 20))


def test_what_tells_nothing_is_nan() -> None:
    assert np.isnan(convert.se_from_p([1.0, 1.0, 0.0], [0.0, 1.0, 0.3])).all()
    assert np.isnan(convert.se_from_statistic(1.0, 0.0))


def test_odds_ratio_and_smd() -> None:
    log_or, se = convert.log_odds_ratio_from_smd(0.5, 0.1)
    assert (float(log_or), float(se)) == pytest.approx((0.5 * 1.8138, 0.18138), rel=1e-4)
    back = convert.smd_from_log_odds_ratio(log_or, se)
    assert [float(v) for v in back] == pytest.approx([0.5, 0.1])


def test_odds_ratio_against_a_table() -> None:
    # risks 0.3 and 0.2
    odds_ratio = (0.3 / 0.7) / (0.2 / 0.8)
    assert float(convert.risk_ratio_from_odds_ratio(odds_ratio, 0.2)) == pytest.approx(1.5)


def test_scales() -> None:
    difference, se = convert.rescale([10.0, -20.0], 4.0, (0, 100), (0, 10))
    assert difference.tolist() == [1.0, -2.0]
    assert se.tolist() == [0.4, 0.4]
    flipped, _ = convert.rescale(10.0, 4.0, (0, 100), (4, 24), flip=True)
    assert float(flipped) == -2.0
    assert [float(v) for v in convert.difference_from_g(0.5, 0.2, 20)] == [10.0, 4.0]


@given(a=amount, b=amount, r=st.floats(-1, 1))
def test_change_sd_and_correlation(a: float, b: float, r: float) -> None:
    sd = convert.change_sd(a, b, r)
    assert float(sd) ** 2 == pytest.approx(a * a + b * b - 2 * r * a * b, rel=1e-6, abs=1e-6)
    assert float(convert.correlation_from_sds(a, b, sd)) == pytest.approx(r, abs=1e-4 * (a + b))


@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(2, 30), min_size=2, max_size=5))
def test_combined_groups_are_the_joint_sample(seed: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(seed)
    groups = [rng.normal(rng.normal() * 3, 2, n) for n in sizes]
    people, mean, sd = convert.combine_groups(
        sizes, [g.mean() for g in groups], [g.std(ddof=1) for g in groups]
    )
    joint = np.concatenate(groups)
    assert people == joint.size
    assert float(mean) == pytest.approx(joint.mean(), rel=1e-10, abs=1e-12)
    assert float(sd) == pytest.approx(joint.std(ddof=1), rel=1e-10)


def test_combining_works_over_the_last_axis() -> None:
    _, mean, _ = convert.combine_groups(
        [[10, 10], [10, 30]], [[1.0, 3.0], [1.0, 3.0]], [[1.0, 1.0], [1.0, 1.0]]
    )
    assert mean.tolist() == [2.0, 2.5]


def test_splitting_and_clusters() -> None:
    assert convert.split_shared([40, 31], 2).tolist() == [20.0, 15.5]
    assert float(convert.effective_size(295, 21.07, 0.02)) == pytest.approx(295 / 1.4014)


@pytest.mark.parametrize("reported", ["extremes", "quartiles", "five numbers"])
@pytest.mark.parametrize("method", ["luo", "wan"])
def test_medians_of_normal_samples(reported: str, method: str) -> None:
    rng = np.random.default_rng(7)
    n, runs = 101, 4000
    sample = np.sort(rng.normal(50, 10, (runs, n)), axis=1)
    q1, median, q3 = np.quantile(sample, [0.25, 0.5, 0.75], axis=1)
    given_ = {} if reported == "extremes" else {"q1": q1, "q3": q3}
    if reported != "quartiles":
        given_ |= {"minimum": sample[:, 0], "maximum": sample[:, -1]}
    found = mean_sd_from_median(n, median, method=method, **given_)
    assert found.reported == reported
    assert found.mean.mean() == pytest.approx(50, abs=0.1)
    assert found.sd.mean() == pytest.approx(10, rel=0.02)
    # the test's level, as its authors state it
    assert found.skewed.mean() == pytest.approx(0.05, abs=0.012)


def test_the_optimal_mean_is_nearer_than_the_plain_one() -> None:
    rng = np.random.default_rng(8)
    sample = np.sort(rng.standard_normal((4000, 200)), axis=1)
    five = {"minimum": sample[:, 0], "maximum": sample[:, -1]}
    median = np.median(sample, axis=1)
    luo = mean_sd_from_median(200, median, method="luo", **five).mean
    wan = mean_sd_from_median(200, median, method="wan", **five).mean
    assert luo.var() < 0.5 * wan.var()


def test_skewed_data_are_flagged() -> None:
    # quartiles and extremes of 200 exponential values
    p = np.array([0.25, 0.5, 0.75])
    q1, median, q3 = -np.log1p(-p)
    found = mean_sd_from_median(200, median, q1=q1, q3=q3, minimum=0.005, maximum=5.9)
    assert bool(found.skewed)
    assert float(found.skewness) > float(found.critical)


def test_no_spread_is_not_skewed() -> None:
    found = mean_sd_from_median(20, 3.0, q1=3.0, q3=3.0)
    assert (float(found.sd), bool(found.skewed)) == (0.0, False)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: convert.se_from_ci(2, 1), "upper limit"),
        (lambda: convert.se_from_ci(1, 2, level=95), "level must lie"),
        (lambda: convert.se_from_p(1, 1.2), "p must lie"),
        (lambda: convert.se_from_p(1, 0.2, df=0), "df must"),
        (lambda: convert.sd_from_ci(1, 2, 1), "n must be above 1"),
        (lambda: convert.sd_from_f(1, -2, 9, 9), "F cannot"),
        (lambda: convert.sd_from_t(1, 2, 0, 9), "sample size"),
        (lambda: convert.g_from_difference(1, 0, 9, 9), "an SD must"),
        (lambda: convert.combine_groups([0, 5], [1, 2], [1, 1]), "at least one person"),
        (lambda: convert.rescale(1, 1, (0, 0), (0, 1)), "highest value"),
        (lambda: convert.split_shared(1, 0), "parts"),
        (lambda: convert.effective_size(10, 0, 0.1), "at least one person"),
        (lambda: convert.effective_size(10, 5, 1.1), "intracluster"),
        (lambda: convert.risk_ratio_from_odds_ratio(2, 1.1), "a risk lies"),
        (lambda: mean_sd_from_median(10, 5.0), "a median alone"),
        (lambda: mean_sd_from_median(10, 5.0, q1=4.0), "both quartiles"),
        (lambda: mean_sd_from_median(10, 5.0, q1=6.0, q3=7.0), "q1 ≤ median ≤ q3"),
        (lambda: mean_sd_from_median(2, 5.0, q1=4.0, q3=7.0), "at least 3"),
        (lambda: mean_sd_from_median(9, 5.0, q1=4.0, q3=7.0, method="x"), "luo or wan"),
        (
            lambda: mean_sd_from_median(9, 5.0, q1=2.0, q3=7.0, minimum=3, maximum=9),
            "outside the extremes",
        ),
    ],
)
def test_wrong_calls(call: object, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()  # type: ignore[operator]
