"""The RoB 2 algorithms as tables of rules, first match wins.

Source: Higgins, Savović, Page, Sterne (eds), Revised Cochrane risk-of-bias tool for randomized
trials (RoB 2), guidance of 22 August 2019 (parallel trials; assignment and adherence), and its
versions for cluster-randomised and crossover trials of 18 March 2021; Sterne et al., BMJ 2019;
366:l4898.

A pattern names, for one question, the classes of answer it covers: ``Y`` (yes, probably yes),
``N`` (no, probably no), ``NI`` (no information) and ``NA`` (not applicable).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from probatum.evidence.bias_questions import DOMAINS, BiasDomain
from probatum.vocabulary import BiasJudgementWord


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an algorithm: a judgement where every pattern covers its answer."""

    when: Mapping[str, frozenset[str]]
    judgement: BiasJudgementWord


@dataclass(frozen=True, slots=True)
class DomainTable:
    """One domain, and one or two parts of its algorithm of which the worse decides."""

    domain: BiasDomain
    parts: tuple[tuple[Rule, ...], ...]

    @property
    def id(self) -> str:
        """Number of the domain."""
        return self.domain.id

    @property
    def questions(self) -> Mapping[str, str]:
        """Questions of the domain, in short words, by number."""
        return self.domain.questions


LOW: Final = "low"
SOME: Final = "some concerns"
HIGH: Final = "high"


def _rule(judgement: BiasJudgementWord, **patterns: str) -> Rule:
    """Return a rule; ``q1_2="Y NI"`` covers question 1.2 answered yes or without information."""
    when = {name[1:].replace("_", "."): frozenset(text.split()) for name, text in patterns.items()}
    return Rule(when, judgement)


def _randomisation(number: str) -> tuple[Rule, ...]:
    """Return the algorithm of domain 1 (and 1a of cluster trials) under its number."""
    random, concealed, imbalance = (f"q{number}_{i}" for i in (1, 2, 3))
    return (
        _rule(HIGH, **{concealed: "N"}),
        _rule(HIGH, **{concealed: "NI", imbalance: "Y"}),
        _rule(SOME, **{concealed: "NI"}),
        _rule(SOME, **{random: "N"}),
        _rule(SOME, **{imbalance: "Y"}),
        _rule(LOW),
    )


_ANALYSIS = (
    _rule(LOW, q2_6="Y"),
    _rule(SOME, q2_7="N"),
    _rule(HIGH),
)
_AFTER_AWARENESS = (
    _rule(LOW, q2_3="N"),
    _rule(SOME, q2_3="NI NA"),
    _rule(SOME, q2_4="N"),
    _rule(SOME, q2_5="Y"),
    _rule(HIGH),
)
_ASSIGNMENT = (_rule(LOW, q2_1="N", q2_2="N"), *_AFTER_AWARENESS)
_CLUSTER_ASSIGNMENT = (
    _rule(LOW, q2_1a="N", q2_2="N"),
    _rule(LOW, q2_1b="N", q2_2="N"),
    *_AFTER_AWARENESS,
)
_NO_FAILURE = {"q2_4": "N NA", "q2_5": "N NA"}
_ADHERENCE = (
    _rule(LOW, q2_1="N", q2_2="N", **_NO_FAILURE),
    _rule(LOW, q2_3="Y NA", **_NO_FAILURE),
    _rule(SOME, q2_6="Y"),
    _rule(HIGH),
)
_MISSING = (
    _rule(LOW, q3_2="Y"),
    _rule(LOW, q3_3="N"),
    _rule(SOME, q3_4="N"),
    _rule(HIGH),
)


def _measurement(*blind: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the algorithm of domain 4; each of ``blind`` says that assessors did not know."""
    unaware = (*blind, {"q4_4": "N"})
    return (
        _rule(HIGH, q4_1="Y"),
        _rule(HIGH, q4_2="Y"),
        *(_rule(LOW, q4_2="N", **pattern) for pattern in unaware),
        *(_rule(SOME, **pattern) for pattern in unaware),
        _rule(SOME, q4_5="N"),
        _rule(HIGH),
    )


_SELECTION = (
    _rule(HIGH, q5_2="Y"),
    _rule(HIGH, q5_3="Y"),
    _rule(LOW, q5_1="Y", q5_2="N", q5_3="N"),
    _rule(SOME),
)
_SELECTION_CROSSOVER = (
    _rule(HIGH, q5_4="Y"),
    *_SELECTION[:2],
    _rule(SOME, q5_4="NI"),
    *_SELECTION[2:],
)
_CARRYOVER = (
    _rule(HIGH, qS_3="N NI"),
    _rule(LOW, qS_1="Y"),
    _rule(LOW, qS_2="Y"),
    _rule(SOME),
)
_RECRUITMENT = (
    _rule(LOW, q1b_1="Y"),
    _rule(HIGH, q1b_2="Y"),
    _rule(LOW, q1b_2="N", q1b_3="N NI"),
    _rule(SOME, q1b_2="N"),
    _rule(HIGH, q1b_3="Y"),
    _rule(SOME),
)

_PARTS: Final[Mapping[str, tuple[tuple[Rule, ...], ...]]] = {
    "1": (_randomisation("1"),),
    "1a": (_randomisation("1a"),),
    "1b": (_RECRUITMENT,),
    "S": (_CARRYOVER,),
    "2": (_ASSIGNMENT, _ANALYSIS),
    "3": ((_rule(LOW, q3_1="Y"), *_MISSING),),
    "4": (_measurement({"q4_3": "N"}),),
    "5": (_SELECTION,),
}
_CHANGED: Final[Mapping[str, Mapping[str, tuple[tuple[Rule, ...], ...]]]] = {
    "adherence": {"2": (_ADHERENCE,)},
    "crossover": {"5": (_SELECTION_CROSSOVER,)},
    "cluster": {
        "2": (_CLUSTER_ASSIGNMENT, _ANALYSIS),
        "3": ((_rule(LOW, q3_1a="Y", q3_1b="Y"), *_MISSING),),
        "4": (_measurement({"q4_3a": "N"}, {"q4_3b": "N"}),),
    },
}
"""What an effect or a variant changes; the effect of adhering is judged alike in every variant."""


def _tables(variant: str, effect: str) -> tuple[DomainTable, ...]:
    parts = {**_PARTS, **_CHANGED.get(variant, {}), **_CHANGED.get(effect, {})}
    return tuple(DomainTable(domain, parts[domain.id]) for domain in DOMAINS[variant, effect])


TABLES: Final[Mapping[tuple[str, str], tuple[DomainTable, ...]]] = {
    key: _tables(*key) for key in DOMAINS
}
"""Domains in order, by variant of the tool and effect of interest."""
