"""The numbers on which grading turns; every one of them stands in a policy's text file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from probatum.vocabulary import CertaintyLevel

Feature = Literal["technique", "comparator"]
"""What studies may be grouped by: how the therapy was given, what it was compared with."""


@dataclass(frozen=True, slots=True)
class CertaintyPolicy:
    """Thresholds of grading; the defaults are those of the policy ``probatum``.

    Attributes
    ----------
    target : ``important`` grades against the smallest important difference, ``non-null``
        against no difference (GRADE guidance 32, Zeng 2021).
    ratio_threshold : smallest important ratio where a base names none (GRADE guidelines 6).
    ois_people, ois_events : optimal information size by rule of thumb (GRADE guidelines 6).
    far_below_ois : share of that size below which imprecision is very serious (guidance 34).
    wide_ratio : upper over lower limit of a ratio beyond which the information is too little,
        whatever the count of events (guidance 34).
    very_wide_ratio : the same for a level more, twice as far apart on the log scale (ours).
    pooled_share : share of a question's people that the main pool must hold to decide.
    i2_substantial, i2_considerable : percent (Cochrane Handbook 10.10.2).
    subgroups : features of studies by which their disagreement is examined.
    subgroup_p : p below which chance is an unlikely reason for a difference between groups
        (asked for by ICEMAN, Schandelmaier 2020; the number is ours).
    prediction_k : fewest studies whose prediction interval is held against the threshold.
    far_share : share of information beyond the threshold that counts as inconsistent.
    bias_share, bias_very_share : share of information at high risk that is serious; and in two
        domains or more, very serious (GRADE guidelines 4).
    assessed_share : share of information that must be assessed for risk of bias.
    cap_unassessed : highest certainty where it is not.
    cap_direction : highest certainty of a synthesis by direction.
    egger_k, egger_p : fewest studies for Egger's test, and its p (Handbook 13.3.5).
    numbers_share : share of studies that must give numbers (ROB-ME; Handbook 13.3.4).
    favour_share, against_share : shares of studies by which a direction counts as consistent.
    """

    target: Literal["important", "non-null"] = "important"
    ratio_threshold: float = 1.25
    ois_people: int = 400
    ois_events: int = 300
    far_below_ois: float = 0.3
    wide_ratio: float = 3.0
    very_wide_ratio: float = 9.0
    pooled_share: float = 0.5
    i2_substantial: float = 50.0
    i2_considerable: float = 75.0
    prediction_k: int = 5
    far_share: float = 0.25
    subgroups: tuple[Feature, ...] = ("technique", "comparator")
    subgroup_p: float = 0.01
    bias_share: float = 0.25
    bias_very_share: float = 0.5
    assessed_share: float = 0.5
    cap_unassessed: CertaintyLevel = "moderate"
    cap_direction: CertaintyLevel = "low"
    egger_k: int = 10
    egger_p: float = 0.1
    numbers_share: float = 0.5
    favour_share: float = 0.75
    against_share: float = 0.2
