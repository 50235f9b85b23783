"""The closed vocabularies of the field, and how they are said in plain English.

Words that belong to one therapy (kinds of arm, techniques, outcome domains, uses) are not here:
each evidence base declares its own in ``base.toml``.
"""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal["published", "registered", "retracted"]
Design = Literal[
    "parallel",
    "crossover",
    "cluster",
    "factorial",
    "quasi-randomised",
    "controlled",
    "single-arm",
]
RANDOMISED: frozenset[str] = frozenset({"parallel", "crossover", "cluster", "factorial"})
"""Designs that start at high certainty (GRADE); quasi-randomised ones do not."""

Better = Literal["lower", "higher"]
Direction = Literal["favours-first", "favours-second", "no-difference", "unclear"]
DifferenceMeasure = Literal["MD", "SMD", "RR", "OR", "RD"]
PooledMeasure = Literal["MD", "SMD", "RR", "OR", "RD", "WMD", "PR"]
RATIOS: frozenset[str] = frozenset({"RR", "OR"})
"""Measures of which 1 means no difference, and the log is what is analysed."""
SourceKind = Literal["abstract", "full-text", "registry", "review-table", "citation"]
Sponsor = Literal["industry", "public", "charity", "none", "mixed"]
BiasTool = Literal["PEDro", "RoB1", "RoB2"]
NoticeKind = Literal["retraction", "correction", "expression-of-concern"]
EventSeverity = Literal["minor", "significant", "serious"]
SafetyKind = Literal[
    "prospective-survey",
    "retrospective-survey",
    "trial",
    "case-report",
    "case-series",
    "review",
    "guideline",
    "cadaver",
    "label",
    "claims-analysis",
]
MechanismKind = Literal["human", "animal", "review", "in-vitro"]
Support = Literal["supports", "contradicts", "mixed"]

ComparatorClass = Literal["inactive", "active"]
"""What a therapy was compared with: sham, placebo or nothing; or usual or other care."""
ArmClass = Literal["therapy", "inactive", "active"]
TimeBand = Literal["immediate", "short", "long"]
Side = Literal["benefit", "harm", "none", "unclear"]
"""Where a body of evidence points; ``none`` means no important difference was shown."""

CertaintyLevel = Literal["high", "moderate", "low", "very low"]
CERTAINTY_LEVELS: tuple[CertaintyLevel, ...] = get_args(CertaintyLevel)
RatingWord = Literal[
    "effective",
    "likely effective",
    "possibly effective",
    "possibly ineffective",
    "likely ineffective",
    "ineffective",
    "insufficient evidence",
]
RATING_WORDS: tuple[RatingWord, ...] = get_args(RatingWord)
BiasJudgementWord = Literal["low", "some concerns", "high"]

COMPARATOR_LABEL: dict[ComparatorClass, str] = {
    "inactive": "sham, placebo or no treatment",
    "active": "usual care or another treatment",
}
BAND_LABEL: dict[TimeBand, str] = {
    "immediate": "right after treatment",
    "short": "up to 12 weeks",
    "long": "more than 12 weeks",
}

SECTION_TEXTS: dict[str, tuple[str, ...]] = {
    "overview": ("overview", "definition", "techniques"),
    "how-it-works": ("how-it-works", "hypotheses", "mechanism"),
    "uses": ("uses",),
    "side-effects": ("side-effects",),
    "precautions": ("precautions",),
    "interactions": ("interactions",),
    "dosing": ("dosing",),
    "references": ("references",),
    "conditions-of-use": ("conditions-of-use", "licence"),
}
"""Section to the names of its texts: ``text/NAME.md``, in the order of reading."""
