from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from probatum.errors import InputError
from probatum.stats.screens import (
    find_doubled_controls,
    find_errors_as_sd,
    find_impossible_sd,
    find_inflated_sd,
)
from shared_data import ROOT, shared_file

Floats = NDArray[np.float64]


def made(seed: int, k: int = 10) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 90, (2, k)).astype(float)
    sd = 8 * np.exp(rng.normal(0, 0.15, (2, k)))
    return sd[0], n[0], sd[1], n[1]


def test_a_control_arm_counted_twice_is_marked_once() -> None:
    pools = [1, 1, 1, 2, 1, 1]
    studies = [7, 7, 8, 7, 7, 7]
    events, people = [5, 5, 5, 5, 5, np.nan], [50, 50, 50, 50, 51, 50]
    marked = find_doubled_controls(pools, studies, events, people)
    assert marked.tolist() == [False, True, False, False, False, False]
    anyone = find_doubled_controls(pools, [0] * 6, events, people)
    assert anyone.tolist() == [False, True, True, False, False, False]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 1.0, 1e6]))
def test_marks_follow_their_rows_and_know_no_unit(seed: int, unit: float) -> None:
    sd1, n1, sd2, n2 = made(seed)
    sd1[3] /= np.sqrt(n1[3])
    sd2[3] /= np.sqrt(n2[3])
    pools = np.zeros(10, dtype=int)
    marked = find_errors_as_sd(sd1, n1, sd2, n2, pools)
    order = np.random.default_rng(seed).permutation(10)
    moved = find_errors_as_sd(sd1[order] * unit, n1[order], sd2[order] * unit, n2[order], pools)
    assert (moved == marked[order]).all()


def test_most_slips_are_found() -> None:
    found = 0
    for seed in range(100):
        sd1, n1, sd2, n2 = made(seed)
        sd1[3], sd2[3] = sd1[3] / np.sqrt(n1[3]), sd2[3] / np.sqrt(n2[3])
        found += int(find_errors_as_sd(sd1, n1, sd2, n2, np.zeros(10))[3])
    assert found >= 80


def test_sound_sds_are_rarely_marked_and_mirrors_are_mirrored() -> None:
    marks = sum(int(find_errors_as_sd(*made(seed), np.zeros(10)).sum()) for seed in range(200))
    assert marks <= 2
    sd1, n1, sd2, n2 = made(1)
    sd1[0], sd2[0] = sd1[0] * np.sqrt(n1[0]), sd2[0] * np.sqrt(n2[0])
    assert find_inflated_sd(sd1, n1, sd2, n2, np.zeros(10)).tolist() == [True] + [False] * 9
    assert not find_errors_as_sd(sd1, n1, sd2, n2, np.zeros(10))[0]
    assert not find_inflated_sd(sd1[:3], n1[:3], sd2[:3], n2[:3], np.zeros(3)).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=12))
def test_no_sample_on_a_scale_is_called_impossible(values: list[int]) -> None:
    mean, sd, n = np.mean(values), np.std(values, ddof=1), len(values)
    for ends in ({"low": 0, "high": 10}, {"low": 0}, {"high": 10}, {}):
        assert not find_impossible_sd(mean, sd, n, **ends)
    rounded = find_impossible_sd(
        np.round(mean, 1), np.round(sd, 1), n, low=0, high=10, rounding=0.05
    )
    assert not rounded


def test_the_bounds_are_reached_and_passed() -> None:
    # Half at each end of 0 to 10; and all but one of 9 at 0, that one at 9.
    half, one = [0.0] * 5 + [10.0] * 5, [0.0] * 8 + [9.0]
    for values, ends in ((half, {"low": 0, "high": 10}), (one, {"low": 0})):
        mean, sd, n = np.mean(values), np.std(values, ddof=1), len(values)
        assert not find_impossible_sd(mean, sd, n, **ends)
        assert find_impossible_sd(mean, sd * 1.001, n, **ends)
    assert find_impossible_sd(11, 1, 5, high=10)
    assert find_impossible_sd(-1, 1, 5, low=0)
    assert find_impossible_sd(1, -1, 5)
    assert not find_impossible_sd(np.nan, 1, 5, low=0, high=1)


def test_wrong_calls_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="at least one column"):
        find_doubled_controls([1], [1])
    with pytest.raises(InputError, match="1-D"):
        find_errors_as_sd([[1.0]], [[2]], [[1.0]], [[2]], [[0]])


@pytest.mark.corpus
def test_screens_find_the_known_defects_of_real_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    path = shared_file("cochrane/reviews.csv.gz")
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    from screens import count_hits, read_overall  # noqa: PLC0415  # a script, not a package

    hits = count_hits(read_overall(path))
    # Measured before by other means: 810 totals with a doubled arm, about 277 SEs as SD.
    assert hits["pools with two equal control arms of any studies"] == 822
    assert hits["pools with a control arm of one study twice"] == 561
    assert hits["studies whose SD looks like an SE"] == 263
    assert hits["the same rule turned round (its error rate)"] == 98
    assert hits["rows with an impossible SD on a scale from 0"] == 175
    assert hits["double-zero rows"] == 6311
