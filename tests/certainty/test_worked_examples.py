"""Imprecision as judged in published summaries of findings, beside ours.

Facts only, from the tables named. Where our rule differs, the reason is one of two: the authors
asked for any difference and we can ask for an important one, or their practice is older than
GRADE guidance 34 (2022), which lowers by two levels far below the optimal information size.
"""

from __future__ import annotations

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


ZHANG = "Zhang 2019 (J Pain Res 12:527), table 2"
CONNOR = "O'Connor 2022 (Cochrane CD014328), summary of findings 1"
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
    Example("Trinh 2016 (Cochrane CD004870): disability", 0.38, 0.15, 0.62, 290, 0, 1, 1),
    Example(f"{CONNOR}: pain", 4.6, 0.02, 9.0, 309, 12, 0, 0),
    Example(f"{CONNOR}: function", 0.1, -3.2, 3.4, 302, 13, 0, 0),
    Example(
        "Saragiotto 2016 (Cochrane CD012230): acute back pain", -1.49, -4.28, 1.30, 1520, 9, 0, 0
    ),
    Example(
        "Karjalainen 2019 (Cochrane CD005619): pain at a year", 0.26, -0.33, 0.84, 284, 1.5, 0, 0
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
    assert agree >= 10
    assert len({example.name.split(" ")[0] for example in EXAMPLES}) >= 5


def test_against_an_important_difference_the_same_interval_is_imprecise() -> None:
    wide = next(e for e in EXAMPLES if e.name.endswith("pain, acupuncture"))
    assert judge(wide._replace(threshold=1.0)) == 1
