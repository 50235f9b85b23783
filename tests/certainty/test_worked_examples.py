"""Imprecision as judged in published summaries of findings, beside ours.

Facts only, from the tables named. Where our rule differs, the reason is one of two: the authors
asked for any difference and we can ask for an important one, or their practice is older than
GRADE guidance 34 (2022), which lowers by two levels far below the optimal information size.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from probatum.certainty import rules
from probatum.certainty.policy import CertaintyPolicy

POLICY = CertaintyPolicy()


class Example(NamedTuple):
    """A row of a published table; ``threshold`` is what its authors graded against."""

    name: str
    estimate: float
    low: float
    high: float
    people: int
    threshold: float
    published: int
    ours: int
    why: str = ""


def ratio(*limits: float) -> tuple[float, float, float]:
    estimate, low, high = (math.log(limit) for limit in limits)
    return estimate, low, high


RATIO = math.log(POLICY.ratio_threshold)
ZHANG = "Zhang 2019 (J Pain Res 12:527), table 2"
CONNOR = "O'Connor 2022 (Cochrane CD014328), summary of findings 1"
KNEE = "Brignardello-Petersen 2017 (BMJ Open), table 2"  # its thresholds hold for O'Connor's update
SHOULDER = "Lähdeoja 2020 (Br J Sports Med 54:665), table 3"
EXAMPLES = [
    Example(f"{ZHANG}: pain, acupuncture", 1.04, 0.38, 1.70, 528, 0, 0, 0),
    Example(f"{ZHANG}: pain, manual acupuncture", 1.14, 0.09, 2.18, 424, 0, 0, 0),
    Example(f"{ZHANG}: impact, acupuncture", 13.39, 5.10, 21.69, 307, 0, 1, 1),
    Example(f"{ZHANG}: impact, manual acupuncture", 16.72, 10.94, 22.51, 258, 0, 1, 1),
    Example(
        f"{ZHANG}: pain, electroacupuncture", 0.94, 0.72, 1.17, 104, 0, 1, 2, "far below the size"
    ),
    Example(
        f"{ZHANG}: pain by SF-MPQ", 1.23, -2.27, 4.74, 70, 0, 1, 2, "wide, and far below the size"
    ),
    Example(f"{CONNOR}: pain", 4.6, 0.02, 9.0, 309, 12, 0, 0),
    Example(f"{CONNOR}: function", 0.1, -3.2, 3.4, 302, 8, 0, 0),
    Example(f"{KNEE}: pain at 3 months", 5.4, 1.9, 8.8, 1231, 12, 0, 0),
    Example(f"{SHOULDER}: pain at 6 months", -0.07, -0.64, 0.51, 299, 1.5, 0, 0),
    Example(f"{SHOULDER}: pain at 1 year", 0.26, -0.33, 0.84, 284, 1.5, 0, 0),
    Example(
        f"{SHOULDER}: function at 6 months",
        -3.72,
        -8.72,
        1.28,
        286,
        8.3,
        0,
        1,
        "the interval just reaches beyond the threshold",
    ),
    Example(f"{SHOULDER}: function at 1 to 2 years", 2.76, -1.36, 6.87, 274, 8.3, 0, 0),
    Example(f"{SHOULDER}: global effect at 6 months", *ratio(1.04, 0.81, 1.34), 293, RATIO, 1, 1),
    Example(f"{SHOULDER}: global effect at 1 year", *ratio(1.1, 0.94, 1.3), 290, RATIO, 1, 1),
    Example(
        "Saragiotto 2016 (Cochrane CD012230): acute back pain", -1.49, -4.28, 1.30, 1520, 9, 0, 0
    ),
    Example(
        "PMC12358445, table 2: pain, Fu's subcutaneous needling", 1.44, 1.26, 1.62, 411, 0, 0, 0
    ),
    Example("PMC12358445, table 2: WOMAC", 6.07, 3.97, 8.16, 241, 0, 0, 1, "no size was asked for"),
]


def judge(example: Example) -> int:
    little = bool(rules.find_region(example.estimate, example.threshold) == 0)
    crossed = rules.count_crossings(example.estimate, example.low, example.high, example.threshold)
    scarce = rules.count_information(
        example.people / POLICY.ois_people, POLICY, little=little and example.threshold > 0
    )
    return int(np.maximum(crossed, scarce))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_imprecision(example: Example) -> None:
    assert judge(example) == example.ours
    assert bool(example.why) == (example.ours != example.published)


def test_most_published_judgements_are_ours_too() -> None:
    agree = sum(example.ours == example.published for example in EXAMPLES)
    assert agree >= 14
    assert len({example.name.split(" ")[0] for example in EXAMPLES}) >= 5


def test_against_an_important_difference_the_same_interval_is_imprecise() -> None:
    wide = next(e for e in EXAMPLES if e.name.endswith("pain, acupuncture"))
    assert judge(wide._replace(threshold=1.0)) == 1
