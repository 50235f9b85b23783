"""Every reference case of metafor, with each exception argued by what its equation says."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from probatum.stats import pool
from probatum.stats.moment_equation import _dl_equation, generalised_q
from probatum.stats.moments import log_likelihood, slopes_at
from probatum.stats.ragged import Block, make_block
from probatum.stats.results import Pooled
from shared_data import shared_file

METHODS = ("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT")
COLUMNS = {
    "estimate": "estimate",
    "se": "se",
    "statistic": "statistic",
    "p": "p",
    "ci": "ci",
    "tau2": "tau2",
    "I2": "i2",
    "H2": "h2",
    "Q": "q",
    "Q_p": "q_p",
    "pi": "pi",
}
COMPONENTS = {"se_tau2": "se_tau2", "tau2_ci": "tau2_ci", "I2_ci": "i2_ci"}
ITERATED = {"ML", "REML", "EB", "PM", "PMM", "DLIT"}


@cache
def cases() -> list[dict[str, Any]]:
    text = shared_file("reference/pooling.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def is_likelihood(case: dict[str, Any]) -> bool:
    return case["method"] in {"ML", "REML"}


def is_imprecise(case: dict[str, Any]) -> bool:
    """Tell the cases that stopped at an absolute step of 1e-12; the tests below argue each."""
    return case["method"] in ITERATED and (
        case["set"] == "tiny_scale"
        or (case["set"], case["method"]) == ("one_precise", "ML")
        or (case["set"] == "collins1985b" and case["measure"] == "RD" and is_likelihood(case))
    )


def is_cancelled(case: dict[str, Any]) -> bool:
    """Tell the moment estimates that lost digits to a weight of 1e8; argued below."""
    return case["set"] == "one_precise" and case["method"] in {"DL", "HS", "HSk"}


def pooled(case: dict[str, Any]) -> Pooled:
    prediction = "z" if case["test"] == "z" else "hksj"
    result = pool(
        case["yi"],
        case["vi"],
        method=case["method"],
        test=case["test"],
        prediction=prediction,  # type: ignore[arg-type]
    )
    return result.one()


def block_of(case: dict[str, Any]) -> Block:
    return make_block(np.array(case["yi"])[:, None], np.array(case["vi"])[:, None])


def differ(ours: Any, theirs: Any, tolerance: float) -> bool:  # noqa: ANN401 - numbers or pairs
    return not np.allclose(ours, theirs, rtol=tolerance, atol=0.0)


@pytest.mark.parametrize("method", METHODS)
def test_reproduces_metafor(method: str) -> None:
    wrong: list[str] = []
    compared = 0
    for case in cases():
        if case["method"] != method or is_imprecise(case):
            continue
        ours = pooled(case)
        for theirs, name in (COLUMNS | COMPONENTS).items():
            expected, value = case[theirs], getattr(ours, name)
            if expected is None or (theirs == "pi" and ours.k < 3):
                continue
            if case["set"] == "tiny_scale" and theirs in {"tau2_ci", "I2_ci"}:
                continue
            loose = theirs in COMPONENTS or (is_cancelled(case) and theirs in {"tau2", "I2"})
            compared += 1
            if differ(value, expected, 1e-6 if loose else 1e-8):
                wrong.append(f"{case['set']} {case['measure']} {case['test']} {theirs}: {value}")
    assert not wrong
    assert compared > (200 if method == "EE" else 600)


def test_all_cases_but_the_argued_ones_are_compared() -> None:
    spared = [case for case in cases() if is_imprecise(case)]
    assert len(cases()) == 832
    assert {case["set"] for case in spared} == {"tiny_scale", "one_precise", "collins1985b"}
    assert len(spared) == 27


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_where_metafor_stops_early_our_likelihood_is_larger(method: str) -> None:
    """Its steps are compared with 1e-12 in absolute terms, which is the size of tau² itself."""
    seen = 0
    for case in cases():
        if case["method"] != method or not is_imprecise(case):
            continue
        block, restricted = block_of(case), method == "REML"
        ours, theirs = np.array([pooled(case).tau2]), np.array([case["tau2"]])
        gain = log_likelihood(block, ours, restricted=restricted) - log_likelihood(
            block, theirs, restricted=restricted
        )
        assert gain[0] >= -1e-14
        if ours[0] > 0:
            here, there = (slopes_at(block, t, restricted=restricted) for t in (ours, theirs))
            assert abs(here.fit - here.size)[0] < 1e-3 * abs(there.fit - there.size)[0]
        seen += 1
    assert seen == {"ML": 9, "REML": 6}[method]


def test_where_metafor_stops_early_our_moment_equations_hold() -> None:
    for case in cases():
        if case["set"] != "tiny_scale" or case["method"] not in {"EB", "PM", "PMM", "DLIT"}:
            continue
        block, tau2 = block_of(case), np.array([pooled(case).tau2])
        equation = _dl_equation if case["method"] == "DLIT" else generalised_q
        target = {"EB": 3.0, "PM": 3.0, "PMM": 2.3659738843753377, "DLIT": 6.0}[case["method"]]
        assert abs(equation(block, tau2)[0][0] - target) < 1e-12
        assert abs(equation(block, np.array([case["tau2"]]))[0][0] - target) > 1e-4


def test_tiny_scale_interval_meets_the_quantiles_where_metafors_does_not() -> None:
    case = next(c for c in cases() if c["set"] == "tiny_scale" and c["method"] == "DL")
    block, (low, high) = block_of(case), pooled(case).tau2_ci or (0.0, 0.0)
    for quantile, ours, theirs in zip(
        (9.348403604496149, 0.21579528262389785), (low, high), case["tau2_ci"], strict=True
    ):
        assert generalised_q(block, np.array([ours]))[0][0] == pytest.approx(quantile, rel=1e-12)
        assert generalised_q(block, np.array([theirs]))[0][0] != pytest.approx(quantile, rel=1e-4)


@pytest.mark.parametrize("method", ["DL", "HS", "HSk"])
def test_moment_estimates_are_those_of_exact_arithmetic(method: str) -> None:
    case = next(c for c in cases() if c["set"] == "one_precise" and c["method"] == method)
    y, v = [Fraction(x) for x in case["yi"]], [Fraction(x) for x in case["vi"]]
    w = [1 / x for x in v]
    total, k = sum(w), len(y)
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / total
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))
    exact = {
        "DL": (q - (k - 1)) / (total - sum(a * a for a in w) / total),
        "HS": (q - k) / total,
        "HSk": (q * Fraction(k, k - 1) - k) / total,
    }[method]
    assert pooled(case).tau2 == pytest.approx(float(exact), rel=1e-14)
