"""Fragility: Fisher's test against SciPy, brute force over tables, and greedy pools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from probatum.errors import InputError
from probatum.stats.conditional import fisher_p
from probatum.stats.fragility import pool_fragility, table_fragility
from probatum.stats.inputs import Table
from probatum.stats.pooling import pool
from probatum.stats.two_by_two import mantel_haenszel, peto

arm = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(rows=st.lists(st.tuples(arm, arm), min_size=1, max_size=6))
def test_fisher_against_scipy(rows: list) -> None:
    cells = np.array([(a, n1 - a, c, n2 - c) for (a, n1), (c, n2) in rows], float).T
    ours = fisher_p(Table(*cells))
    theirs = [stats.fisher_exact([[a, b], [c, d]]).pvalue for a, b, c, d in cells.T]
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_walsh_by_hand() -> None:
    # 1/100 v 9/100: p = 0.019; 2/100 v 9/100: p = 0.058
    found = table_fragility(ai=1, n1i=100, ci=9, n2i=100)
    assert (found.index, found.significant, found.changes) == (1, True, ((0, 0, 1),))
    assert found.p == pytest.approx(stats.fisher_exact([[1, 99], [9, 91]]).pvalue)
    assert found.p_after == pytest.approx(stats.fisher_exact([[2, 98], [9, 91]]).pvalue)
    assert found.quotient == 1 / 200
    assert "1 person (0.5%)" in found.summary()


@settings(deadline=None, max_examples=40)
@given(first=arm, second=arm)
def test_one_table_against_brute_force(first: tuple[int, int], second: tuple[int, int]) -> None:
    (a, n1), (c, n2) = first, second

    def significant(a: int, c: int) -> bool:
        return stats.fisher_exact([[a, n1 - a], [c, n2 - c]]).pvalue < 0.05

    found = table_fragility(ai=a, n1i=n1, ci=c, n2i=n2)
    now = significant(a, c)
    fewer = (1, 0) if a <= c else (0, 1)
    ways = [fewer] if now else [(1, 0), (-1, 0), (0, 1), (0, -1)]
    steps = [
        step
        for step in range(1, 61)
        for da, dc in ways
        if 0 <= a + da * step <= n1
        and 0 <= c + dc * step <= n2
        and significant(a + da * step, c + dc * step) != now
    ]
    assert found.significant == now
    assert found.index == (min(steps) if steps else None)


def test_no_change_flips_a_tiny_table() -> None:
    found = table_fragility(ai=1, n1i=2, ci=1, n2i=2)
    assert found.index is None
    assert "no change of outcomes flips it" in found.summary()


POOL = {
    "ai": [4, 6, 3, 62, 33],
    "n1i": [123, 306, 231, 13598, 5069],
    "ci": [11, 29, 11, 248, 47],
    "n2i": [139, 303, 220, 12867, 5808],
}


def significant_after(changes: tuple, data: dict, method: str) -> tuple[bool, bool]:
    """Whether the pool is significant before and after the changes, by the pool itself."""
    states = []
    for apply in (False, True):
        cells = {name: np.array(values) for name, values in data.items()}
        for study, arm_, by in changes if apply else ():
            cells["ai" if arm_ == 0 else "ci"][study] += by
        if method == "PETO":
            low, high = peto(**cells).ci[0]
        elif method == "MH":
            low, high = mantel_haenszel("RR", **cells).ci[0]
        else:
            from probatum.stats.measures import effect  # noqa: PLC0415 - one branch needs it

            effects = effect("RR", **cells)
            low, high = pool(effects.yi, effects.vi, method=method, test="z").ci[0]  # type: ignore[arg-type]
        states.append(not low <= 0 <= high)
    return states[0], states[1]


@pytest.mark.parametrize("method", ["MH", "DL", "REML", "PETO"])
@pytest.mark.parametrize("scale", [1, 4])
def test_the_changes_flip_the_pool(method: str, scale: int) -> None:
    data = {n: np.maximum(np.array(v) // scale, 1).tolist() for n, v in POOL.items()}
    if method == "PETO":
        found = pool_fragility("PETO", **data)
    else:
        found = pool_fragility("RR", method, **data)  # type: ignore[arg-type]
    assert found.index is not None
    assert sum(abs(by) for *_, by in found.changes) == found.index
    before, after = significant_after(found.changes, data, method)
    assert before == found.significant
    assert after != before
    assert (found.p < 0.05) == before
    assert found.p_after is not None
    assert (found.p_after < 0.05) == after


def test_a_pool_that_is_not_significant_is_led_past_either_side() -> None:
    quiet = {"ai": [10, 12], "n1i": [50, 60], "ci": [14, 15], "n2i": [50, 60]}
    found = pool_fragility("OR", **quiet)
    assert not found.significant
    mirrored = pool_fragility(
        "OR", ai=quiet["ci"], n1i=quiet["n2i"], ci=quiet["ai"], n2i=quiet["n1i"]
    )
    assert found.index == mirrored.index
    # the brute force of every pair of changes up to that many, in one arm of one study
    for study in range(2):
        for name, size in (("ai", "n1i"), ("ci", "n2i")):
            for by in range(-(found.index or 0) + 1, found.index or 0):
                cells = {key: np.array(values) for key, values in quiet.items()}
                cells[name][study] += by
                if 0 <= cells[name][study] <= cells[size][study]:
                    low, high = mantel_haenszel("OR", **cells).ci[0]
                    assert low <= 0 <= high


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: table_fragility(ai=[1, 2], n1i=9, ci=1, n2i=9), "one table"),
        (lambda: table_fragility(ai=1, n1i=9, ci=1, n2i=9, alpha=1.5), "alpha"),
        (lambda: pool_fragility("RR", "XX", **POOL), "method must"),  # type: ignore[arg-type]
        (lambda: pool_fragility("RR", ai=[0], n1i=[9], ci=[0], n2i=[9]), "no estimate"),
    ],
)
def test_wrong_calls(call: object, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()  # type: ignore[operator]
