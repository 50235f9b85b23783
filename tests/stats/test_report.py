"""Every result turns to words, to JSON and to a frame in one manner."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Callable

import numpy as np
import pytest

from probatum import stats
from probatum.errors import MissingExtra
from probatum.stats.report import Report, plain

Y = np.array([0.1, 0.5, 0.9, 0.3, 0.2, 0.7])
V = np.array([0.02, 0.05, 0.11, 0.03, 0.04, 0.08])
SIZES = np.array([100, 40, 20, 70, 60, 30])
CELLS = {
    "ai": [2, 1, 6, 0, 3, 4],
    "n1i": [30, 20, 40, 25, 30, 31],
    "ci": [4, 6, 9, 2, 5, 9],
    "n2i": [29, 21, 41, 26, 30, 30],
}
ONE = [1.0] * 6
SLOPE = np.column_stack([ONE, SIZES])
PAIRED = [0, 0, 1, 1, 2, 2]

RESULTS: dict[str, tuple[Callable[[], Report], int]] = {
    "one pool": (lambda: stats.pool(Y, V).one(), 1),
    "effects": (lambda: stats.effect("RR", **CELLS), 6),  # type: ignore[arg-type]
    "tables": (lambda: stats.mantel_haenszel("OR", groups=PAIRED, **CELLS), 3),  # type: ignore[arg-type]
    "glmm": (lambda: stats.fit_glmm(**CELLS), 1),  # type: ignore[arg-type]
    "fragility": (lambda: stats.pool_fragility(**CELLS), 1),  # type: ignore[arg-type]
    "gosh": (lambda: stats.pool_subsets(Y, V), 63),
    "influence": (lambda: stats.measure_influence(Y, V), 6),
    "regression": (lambda: stats.regress(Y, V, SLOPE), 2),
    "robust": (lambda: stats.cluster_robust(Y, V, PAIRED, SLOPE), 2),
    "multilevel": (lambda: stats.fit_multilevel(Y, V, stats.three_levels(PAIRED)), 1),
    "subgroups": (lambda: stats.compare_subgroups(Y, V, list("aaabbb")), 2),
    "selection": (lambda: stats.select_by_p(Y, V), 2),
    "asymmetry": (lambda: stats.egger(Y, V), 1),
    "rank": (lambda: stats.begg(Y, V), 1),
    "trim and fill": (lambda: stats.trim_and_fill(Y, V, side="left"), 6),
    "votes": (lambda: stats.count_votes(7, 2), 1),
    "combined p": (lambda: stats.combine_p([0.1, 0.03]), 1),
    "moments": (lambda: stats.mean_sd_from_median([40, 9], 5.0, q1=3.0, q3=7.0), 2),
}


def ends(field: str, values: np.ndarray) -> tuple[object, ...]:
    if field.endswith("ci"):
        return ("low", "high")
    return tuple(range(values.shape[1])) if values.ndim == 2 else ()


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_tells_itself_three_ways(name: str) -> None:
    make, rows = RESULTS[name]
    result = make()
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    shown = {f.name for f in dataclasses.fields(result) if not f.metadata.get("hidden")}
    assert set(told) == shown
    words = result.summary()  # type: ignore[attr-defined]
    assert words.endswith(".")
    assert "nan" not in words
    pytest.importorskip("pandas")
    frame = result.to_frame()
    assert len(frame) >= rows if name == "trim and fill" else len(frame) == rows
    for field in result.ROWS:
        values = np.asarray(getattr(result, field))
        columns = [f"{field}_{end}" for end in ends(field, values)] or [field]
        np.testing.assert_array_equal(frame[columns].to_numpy().ravel(), values.ravel())
    singles = {n for n in shown if isinstance(getattr(result, n), str | int | float)}
    assert singles <= set(frame.columns)


def test_every_public_result_is_among_these() -> None:
    known = {type(make()) for make, _ in RESULTS.values()}
    public = [getattr(stats, name) for name in stats.__all__]
    reports = {kind for kind in public if isinstance(kind, type) and issubclass(kind, Report)}
    assert reports == known


def test_an_interval_that_is_not_there_is_none() -> None:
    assert plain((math.nan, math.nan)) is None
    assert plain((1.0, math.inf)) == [1.0, None]
    assert plain(()) == []
    pytest.importorskip("pandas")
    frame = stats.pool([0.1], [0.2]).one().to_frame()
    assert frame[["pi_low", "pi_high"]].isna().all(axis=None)


def test_a_level_keeps_its_digits() -> None:
    words = stats.count_votes(7, 2, level=0.999).summary()
    assert "99.9% CI" in words
    assert "97.5% CI" in stats.pool(Y, V, level=0.975).summary()


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"probatum\[frames\]"):
        stats.count_votes(1, 2).to_frame()
