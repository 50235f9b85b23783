"""Whole bodies as graded in published summaries of findings, beside ours.

Facts only: estimate, interval, people, I² and the published judgements, from the tables and
abstracts named. Where our result differs, ``why`` says so, and it is one of three reasons:

- IMPORTANT: the authors asked whether there is any difference; ours asks for an important one (a
  ratio of 1.25, half a standard deviation), so that an interval on one side of no difference can
  be too wide, and one around it narrow enough.
- KNAPP: from three studies on our interval allows for the uncertainty of the variance between
  studies; the published one does not.
- FEW: GRADE guidance 34 (2022) takes two levels far below the optimal information size.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from scripts import grading, reviews

from probatum.certainty import rules
from probatum.certainty.appraisal import Shares
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.quantities import Levels, Quantities, grade_quantities

POLICY = CertaintyPolicy()
RATIO = math.log(POLICY.ratio_threshold)
HALF = 0.5
IMPORTANT = "the authors asked for any difference"
KNAPP = "our interval allows for the variance between studies"
FEW = "far below the optimal information size"


class Row(NamedTuple):
    """A published row: its numbers, levels lost by domain as published, and both certainties.

    Attributes
    ----------
    interval : estimate and limits, ratios on the log scale.
    information : share of the optimal size; infinite where events are not published.
    i2 : percent; 0 where the table gives none and its authors took no level for inconsistency.
    levels : of risk of bias, inconsistency and imprecision. A level that the rows read do not
        explain (of Pollock 2014) stands as risk of bias.
    """

    name: str
    interval: tuple[float, float, float]
    threshold: float
    information: float
    i2: float
    levels: tuple[int, int, int]
    published: str
    ours: str
    why: str = ""


def ratio(*limits: float) -> tuple[float, float, float]:
    estimate, low, high = (math.log(limit) for limit in limits)
    return estimate, low, high


REDUCE = "Lindson 2019 (Cochrane CD013183), abstract"
PROVIDERS = "Cochrane CD011556 (PMC8543670), summary of findings 6"
STROKE = "Pollock 2014 (Cochrane CD001920.pub3), summary of findings 3"
KNEES = "PMC12358445, table 2"
SHAM = "Zhang 2019 (J Pain Res 12:527), table 2"
ROWS = [
    Row(
        f"{REDUCE}: reduction against no treatment",
        ratio(1.74, 0.90, 3.38),
        RATIO,
        math.inf,
        45,
        (1, 1, 1),
        "very low",
        "very low",
    ),
    Row(
        f"{REDUCE}: reduction against quitting abruptly",
        ratio(1.01, 0.87, 1.17),
        RATIO,
        math.inf,
        29,
        (0, 0, 1),
        "moderate",
        "high",
        IMPORTANT,
    ),
    Row(
        f"{PROVIDERS}: incentives for providers",
        ratio(1.14, 0.97, 1.34),
        RATIO,
        2454 * (0.18 + 0.21) / 2 / 300,
        0,
        (1, 0, 2),
        "very low",
        "low",
        IMPORTANT,
    ),
    Row(
        f"{STROKE}: independence, functional training",
        (-0.03, -0.37, 0.32),
        HALF,
        186 / 400,
        0,
        (1, 0, 1),
        "low",
        "moderate",
        IMPORTANT,
    ),
    Row(
        f"{STROKE}: independence, neurophysiological",
        (-0.02, -0.26, 0.22),
        HALF,
        451 / 400,
        0,
        (1, 0, 0),
        "moderate",
        "moderate",
    ),
    Row(
        f"{STROKE}: independence, musculoskeletal",
        (-0.12, -0.58, 0.34),
        HALF,
        103 / 400,
        0,
        (1, 0, 1),
        "low",
        "low",
    ),
    Row(
        f"{STROKE}: motor function, functional training",
        (-0.16, -0.59, 0.28),
        HALF,
        188 / 400,
        0,
        (1, 0, 1),
        "low",
        "low",
    ),
    Row(
        f"{KNEES}: pain, Fu's subcutaneous needling",
        (1.44, 1.26, 1.62),
        1.0,
        411 / 400,
        0,
        (1, 0, 0),
        "moderate",
        "moderate",
    ),
    Row(
        f"{KNEES}: WOMAC, Fu's subcutaneous needling",
        (6.07, 3.97, 8.16),
        0.0,
        241 / 400,
        0,
        (1, 0, 0),
        "moderate",
        "low",
        "no size was asked for",
    ),
    Row(
        f"{SHAM}: impact, manual acupuncture",
        (16.72, 10.94, 22.51),
        0.0,
        258 / 400,
        0,
        (0, 0, 1),
        "moderate",
        "moderate",
    ),
]


def grade(row: Row) -> Levels:
    """Grade by the rules of a page; risk of bias is as published, a level where a share is high.

    No I² reaches 50%, from which on the studies themselves would have to be looked at.
    """
    estimate, low, high = (np.asarray(limit) for limit in row.interval)
    none, unknown = np.zeros(()), np.asarray(np.nan)
    assert row.i2 < POLICY.i2_substantial
    return grade_quantities(
        Quantities(
            estimate=estimate,
            low=low,
            high=high,
            pi_low=unknown,
            pi_high=unknown,
            i2=np.asarray(row.i2),
            threshold=np.asarray(row.threshold),
            k=np.asarray(2.0),
            fraction=np.asarray(row.information),
            outside=none,
            opposite=none,
            apart=np.asarray(False),  # noqa: FBT003  # an array of one truth value
            shares=Shares(np.asarray(0.3 * row.levels[0]), none, none, np.ones(()), none),
            numbers=np.ones(()),
            large=np.asarray(np.inf),
            ratio=np.asarray(row.threshold == RATIO),
        ),
        POLICY,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_whole_bodies(row: Row) -> None:
    assert sum(row.levels) >= 3 - rules.LEVEL_INDEX[row.published]  # type: ignore[index]
    levels = grade(row)
    assert int(levels.bias) == row.levels[0]
    assert rules.level_of(int(levels.certainty(0, rules.HIGH))) == row.ours
    assert bool(row.why) == (row.ours != row.published)


def test_no_difference_is_larger_than_a_level() -> None:
    for row in ROWS:
        apart = rules.LEVEL_INDEX[row.ours] - rules.LEVEL_INDEX[row.published]  # type: ignore[index]
        assert abs(apart) <= 1, row.name


OTITIS = "Venekamp 2015 (Cochrane CD000219.pub4), summary of findings 1"
QUIT = "Notley 2025 (Cochrane CD004307.pub7), abstract"


class Trials(NamedTuple):
    """A published row whose trials stand in the shared data, with its pool there."""

    name: str
    pool: tuple[str, ...]
    estimate: float
    people: int
    published: str
    ours: str
    why: str = ""


TRIALS = [
    Trials(
        f"{OTITIS}: pain at 24 hours",
        ("CD000219_pub5", "1.1", "Pain at 24 hours"),
        0.89,
        1394,
        "high",
        "moderate",
        IMPORTANT,
    ),
    Trials(
        f"{OTITIS}: pain at 2 to 3 days",
        ("CD000219_pub5", "1.1", "Pain at 2 to 3 days"),
        0.70,
        2320,
        "high",
        "moderate",
        IMPORTANT,
    ),
    Trials(
        f"{OTITIS}: pain at 10 to 12 days",
        ("CD000219_pub5", "1.1", "Pain at 10 to 12 days"),
        0.33,
        278,
        "moderate",
        "low",
        FEW,
    ),
    Trials(
        f"{OTITIS}: abnormal tympanometry at 2 to 4 weeks",
        ("CD000219_pub5", "1.3", "2 to 4 weeks"),
        0.82,
        2138,
        "high",
        "moderate",
        IMPORTANT,
    ),
    Trials(
        f"{OTITIS}: abnormal tympanometry at 3 months",
        ("CD000219_pub5", "1.3", "3 months"),
        0.97,
        809,
        "high",
        "very low",
        KNAPP,
    ),
    Trials(
        f"{OTITIS}: vomiting, diarrhoea or rash",
        ("CD000219_pub5", "1.2"),
        1.38,
        2107,
        "high",
        "moderate",
        IMPORTANT,
    ),
    Trials(
        f"{QUIT}: incentives, anybody",
        ("CD004307_pub7", "1.1"),
        1.52,
        18303,
        "high",
        "high",
    ),
    Trials(
        f"{QUIT}: incentives, pregnancy",
        ("CD004307_pub7", "2.1"),
        2.13,
        3942,
        "high",
        "high",
    ),
]


@pytest.mark.corpus
@pytest.mark.parametrize("row", TRIALS, ids=lambda row: row.name)
def test_bodies_from_their_trials(row: Trials) -> None:
    script = grading()
    studies = reviews()[row.pool]
    assert sum(float(study[n]) for study, _ in studies for n in ("n1", "n2")) == row.people
    pools = script.assemble({row.pool: studies})
    assert math.exp(script.combine(pools)[0, 0]) == pytest.approx(row.estimate, abs=0.035)
    levels, _ = script.grade(pools)
    assert rules.level_of(int(levels.certainty(0, rules.HIGH)[0])) == row.ours
    assert bool(row.why) == (row.ours != row.published)


def test_at_least_five_papers_stand_behind_the_examples() -> None:
    named = {row.name.split(":")[0] for row in ROWS} | {row.name.split(":")[0] for row in TRIALS}
    assert len(named) >= 5
