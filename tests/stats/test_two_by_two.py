"""Mantel-Haenszel and Peto: reference values, laws, sparse and undefined pools."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import InputError
from probatum.stats.measures import effect
from probatum.stats.two_by_two import TablePools, mantel_haenszel, peto
from shared_data import shared_file

METHODS = {
    "OR": lambda **c: mantel_haenszel("OR", **c),
    "RR": lambda **c: mantel_haenszel("RR", **c),
    "RD": lambda **c: mantel_haenszel("RD", **c),
    "RD-GR": lambda **c: mantel_haenszel("RD", variance="greenland-robins", **c),
    "PETO": peto,
}
cells = st.tuples(*[st.integers(1, 500)] * 4)
studies = st.lists(cells, min_size=1, max_size=8)


def columns(rows: list[tuple[int, ...]]) -> dict[str, list[int]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(("ai", "bi", "ci", "di"))}


def test_reference_pools() -> None:
    cases = json.loads(shared_file("reference/two_by_two.json").read_text())
    for case in cases:
        given_ = {k: v for k, v in case["input"].items() if k != "kind"}
        found: TablePools = METHODS[case["measure"]](**given_)
        ours = [found.estimate[0], found.se[0], *found.ci[0], found.p[0], found.q[0]]
        theirs = [case["estimate"], case["se"], *case["ci"], case["p"], case["Q"]]
        assert ours == pytest.approx(theirs, rel=1e-10), f"{case['set']} {case['measure']}"
    assert len(cases) == 20


def test_greenland_robins_variance_of_the_risk_difference() -> None:
    # one table: the pooled difference is its own, with the unpooled binomial variance
    table = {"ai": [12], "n1i": [40], "ci": [5], "n2i": [50]}
    found = mantel_haenszel("RD", variance="greenland-robins", **table)
    alone = effect("RD", **table)
    assert found.estimate[0] == pytest.approx(alone.yi[0], rel=1e-14)
    assert found.se[0] ** 2 == pytest.approx(alone.vi[0], rel=1e-13)


@pytest.mark.parametrize("name", ["OR", "RR", "PETO"])
@given(row=cells)
def test_a_pool_of_one_is_the_study(name: str, row: tuple[int, ...]) -> None:
    found = METHODS[name](**columns([row]))
    alone = effect(name, **columns([row]))
    assert found.estimate[0] == pytest.approx(alone.yi[0], rel=1e-9, abs=1e-12)
    assert found.se[0] ** 2 == pytest.approx(alone.vi[0], rel=1e-9)
    assert found.q[0] == pytest.approx(0, abs=1e-15)
    assert (found.q_df[0], found.q_p[0], found.weights[0]) == (0, 1.0, pytest.approx(100))


@pytest.mark.parametrize("name", list(METHODS))
@given(rows=studies)
def test_laws(name: str, rows: list[tuple[int, ...]]) -> None:
    method = METHODS[name]
    one = method(**columns(rows))
    swapped = method(**columns([(c, d, a, b) for a, b, c, d in rows]))
    close = {"rel": 1e-8, "abs": 1e-11}
    assert swapped.estimate[0] == pytest.approx(-one.estimate[0], **close)
    assert swapped.se[0] == pytest.approx(one.se[0], **close)
    if name != "RR":
        turned = method(**columns([(b, a, d, c) for a, b, c, d in rows]))
        assert turned.estimate[0] == pytest.approx(-one.estimate[0], **close)
        assert turned.se[0] == pytest.approx(one.se[0], **close)
    twice = method(**columns(rows + rows))
    assert twice.estimate[0] == pytest.approx(one.estimate[0], **close)
    assert twice.se[0] == pytest.approx(one.se[0] / math.sqrt(2), **close)
    assert one.weights.sum() == pytest.approx(100)
    low, high = one.ci[0]
    assert low < one.estimate[0] < high


@pytest.mark.parametrize("name", list(METHODS))
def test_many_pools_at_once_are_the_pools_one_by_one(name: str) -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers([0, 5, 0, 5], 30, (200, 4))
    groups = rng.integers(-3, 40, 200)
    batch = METHODS[name](groups=groups, **columns(rows.tolist()))
    assert batch.groups.tolist() == sorted(set(groups.tolist()))
    for at, group in enumerate(batch.groups):
        alone = METHODS[name](**columns(rows[groups == group].tolist()))
        for field in ("k", "double_zero", "estimate", "se", "q", "q_df", "q_p"):
            assert getattr(batch, field)[at] == pytest.approx(
                getattr(alone, field)[0], rel=1e-12, nan_ok=True
            )


def test_double_zero_tables_do_not_move_a_ratio() -> None:
    with_ = {"ai": [3, 0], "n1i": [50, 40], "ci": [7, 0], "n2i": [50, 40]}
    without = {"ai": [3], "n1i": [50], "ci": [7], "n2i": [50]}
    for name in ("OR", "RR", "PETO"):
        found = METHODS[name](**with_)
        assert found.estimate[0] == pytest.approx(METHODS[name](**without).estimate[0])
        assert (found.double_zero[0], found.k[0], found.weights[1]) == (1, 2, 0)
        assert found.notes == ("double-zero tables, which weigh nothing on a ratio: 1",)


def test_undefined_pools_are_named() -> None:
    found = mantel_haenszel(
        "RR", groups=[1, 1, 2], ai=[0, 0, 3], n1i=[20, 30, 20], ci=[2, 1, 4], n2i=[20, 30, 20]
    )
    assert np.isnan(found.estimate).tolist() == [True, False]
    assert np.isnan(found.ci[0]).all()
    assert any(note.startswith("1 of 2 pools have no estimate") for note in found.notes)
    assert found.to_dict()["estimate"][0] is None
    assert "RR (MH), 1 studies" in found.summary()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: mantel_haenszel("MD", ai=1, bi=1, ci=1, di=1), "OR, RR or RD"),  # type: ignore[arg-type]
        (lambda: mantel_haenszel("RD", variance="x", ai=1, bi=1, ci=1, di=1), "sato or"),  # type: ignore[arg-type]
        (lambda: mantel_haenszel("OR", zero_cells="all", ai=1, bi=1, ci=1, di=1), "none or revman"),  # type: ignore[arg-type]
        (lambda: peto(ai=[1, 2], bi=1, ci=1, di=1, groups=[0]), "groups must be integers"),
        (lambda: peto(ai=[1, 2], bi=1, ci=1, di=1, groups=[0.5, 1]), "groups must be integers"),
        (lambda: peto(ai=[[1, 2]], bi=1, ci=1, di=1), "one list"),
        (lambda: peto(ai=[np.nan], bi=1, ci=1, di=1), "misses a cell"),
        (lambda: peto(ai=[-1], bi=1, ci=1, di=1), "negative"),
    ],
)
def test_wrong_calls(call: object, word: str) -> None:
    with pytest.raises(InputError, match=word):
        call()  # type: ignore[operator]


def test_revman_corrects_what_has_an_effect() -> None:
    tables = {"ai": [0, 3, 0], "n1i": [20, 30, 9], "ci": [2, 4, 0], "n2i": [22, 31, 8]}
    found = mantel_haenszel("OR", zero_cells="revman", **tables)
    by_hand = mantel_haenszel("OR", ai=[0.5, 3], bi=[20.5, 27], ci=[2.5, 4], di=[20.5, 27])
    assert found.estimate[0] == pytest.approx(by_hand.estimate[0], rel=1e-12)
    assert found.se[0] == pytest.approx(by_hand.se[0], rel=1e-12)
    assert (found.q_df[0], found.weights[2]) == (1, 0)
    untouched = mantel_haenszel("OR", **tables)
    assert untouched.estimate[0] != pytest.approx(by_hand.estimate[0], rel=1e-3)
