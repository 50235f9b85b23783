"""What no analyst means to pass is refused by name, and nothing breaks on the way."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import probatum.stats as api
from probatum.errors import InputError
from probatum.stats.tau2_interval import Interval

NOT_NUMBERS = [["a", "b", "c"], [1j, 2, 3], [[0.1], [0.2, 0.3], 0.4], {"a": 1}, 1j]
CALLS: dict[str, Callable[[object], object]] = {
    "pool": lambda y: api.pool(y, [0.1, 0.2, 0.3]),
    "regress": lambda y: api.regress(y, [0.1, 0.2, 0.3]),
    "multilevel": lambda y: api.fit_multilevel(y, [0.1, 0.2, 0.3]),
    "correlation": lambda y: api.constant_correlation(y, [1, 1, 2], 0.5),
    "combine": api.combine_p,
    "effect": lambda y: api.effect("ZCOR", ri=y, ni=30),
}


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("value", NOT_NUMBERS, ids=str)
def test_what_is_no_number_is_named(name: str, value: object) -> None:
    with pytest.raises(InputError):
        CALLS[name](value)


@pytest.mark.parametrize("interval", ["Q-profile", "generalised Q", "profile likelihood"])
def test_one_study_has_no_interval_for_tau2(interval: Interval) -> None:
    found = api.pool([0.3], [0.1], interval=interval).one()
    assert found.tau2_ci is None
    assert found.notes
    batch = api.pool([[0.3], [0.1, 0.9, 0.4]], [[0.1], [0.1] * 3], interval=interval)
    assert [pooled.tau2_ci is None for pooled in batch] == [True, False]


@pytest.mark.parametrize(
    "call",
    [
        lambda y, v: api.regress(y, v, method="REML"),
        lambda y, v: api.measure_influence(y, v, method="ML"),
        lambda y, v: api.trim_and_fill(y, v, method="ML"),
    ],
)
def test_numbers_near_the_limit_are_solved_and_those_beyond_refused(
    call: Callable[[object, object], object],
) -> None:
    call([1e59, -1e59, 3e58, 2e58], [1e-59, 1e59, 1, 1])
    with pytest.raises(InputError, match="another unit"):
        call([1e100, 2e100, 1e100, 3e100], [1, 1, 1, 1])


def test_a_flat_likelihood_has_no_standard_error_and_says_so() -> None:
    fit = api.fit_glmm(ai=[1, 0, 0], n1i=[4, 8, 1], ci=[0, 8, 9], n2i=[1, 10, 9])
    assert math.isnan(fit.se)
    assert not fit.converged
    assert any("standard error" in note for note in fit.notes)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: api.pool_fragility(ai=[], n1i=[], ci=[], n2i=[]), "no table"),
        (lambda: api.fit_multilevel([], []), "no effect"),
        (lambda: api.cluster_robust([], [], []), "no effect"),
        (lambda: api.constant_correlation([0.1, np.inf], [1, 1], 0.5), "finite"),
        (lambda: api.combine_p([0.1, 0.2], "stouffer", [1, np.inf]), "finite"),
        (lambda: api.change_sd(-1, 2, 0.5), "negative"),
        (lambda: api.change_sd(1, 2, 1.5), "between -1 and 1"),
        (lambda: api.correlation_from_sds(0, 2, 1), "above 0"),
        (lambda: api.combine_groups([], [], []), "at least one group"),
        (lambda: api.sd_from_se(-1, 10), "negative"),
        (lambda: api.sd_from_se(1, -10), "above 0"),
        (lambda: api.sd_from_t(np.inf, 2, 10, 10), "finite"),
        (lambda: api.risk_ratio_from_odds_ratio(-1, 0.5), "negative"),
        (lambda: api.sd_from_difference_se([1, 2, 3], [1, 2], 5), "shapes"),
        (lambda: api.wilson(1, np.inf), "finite"),
        (lambda: api.harmonic_mean([]), "at least one"),
        (lambda: api.mean_sd_from_median(np.inf, 1, q1=0, q3=2), "finite"),
        (lambda: api.sign_test(math.nan, 1), "count"),  # type: ignore[arg-type]
        (lambda: api.sign_test([1, 2], 1), "count"),  # type: ignore[arg-type]
        (lambda: api.count_votes(1, 1, -1), "count"),
    ],
)
def test_wrong_calls(call: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


def test_one_p_serves_several_sample_sizes() -> None:
    found = api.sd_from_p(2.0, 0.03, [10, 20], [12, 18])
    assert found == pytest.approx(
        [api.sd_from_p(2.0, 0.03, 10, 12), api.sd_from_p(2.0, 0.03, 20, 18)], rel=1e-14
    )


def test_one_person_has_no_sd() -> None:
    people, mean, sd = api.combine_groups([1], [5.0], [0.0])
    assert (people, mean) == (1, 5)
    assert math.isnan(sd)


def test_a_frame_of_a_matrix_is_refused_by_name() -> None:
    pytest.importorskip("pandas")
    square = api.effect("PAS", xi=[[1, 2], [3, 4]], ni=9)
    with pytest.raises(InputError, match="dimensions"):
        square.to_frame()
