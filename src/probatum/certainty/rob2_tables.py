"""The RoB 2 algorithms as tables of rules, first match wins.

Source: Higgins, Savović, Page, Sterne (eds), Revised Cochrane risk-of-bias tool for randomized
trials (RoB 2), guidance of 22 August 2019 (parallel trials; assignment and adherence), and its
versions for cluster-randomised and crossover trials of 18 March 2021; Sterne et al., BMJ 2019;
366:l4898. Questions are given in our own short words, not in those of the tool.

A pattern names, for one question, the classes of answer it covers: ``Y`` (yes, probably yes),
``N`` (no, probably no), ``NI`` (no information) and ``NA`` (not applicable).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from probatum.vocabulary import BiasJudgementWord


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an algorithm: a judgement where every pattern covers its answer."""

    when: Mapping[str, frozenset[str]]
    judgement: BiasJudgementWord


@dataclass(frozen=True, slots=True)
class DomainTable:
    """One domain: its questions, and one or two parts of which the worse decides."""

    id: str
    name: str
    questions: Mapping[str, str]
    parts: tuple[tuple[Rule, ...], ...]


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

_Q1 = {
    "1.1": "random sequence",
    "1.2": "sequence concealed until people were assigned",
    "1.3": "baseline differences that suggest a problem",
}
_Q2_AWARE = {"2.1": "participants knew their group", "2.2": "carers knew the group"}
_Q2_AFTER = {
    "2.3": "deviations that arose from the trial context",
    "2.4": "deviations likely to have affected the outcome",
    "2.5": "deviations balanced between groups",
    "2.6": "appropriate analysis of the effect of assignment",
    "2.7": "substantial impact of analysing people in the wrong group",
}
_Q2_ADHERENCE = {
    **_Q2_AWARE,
    "2.3": "other treatments balanced between groups",
    "2.4": "failures in implementation that could affect the outcome",
    "2.5": "non-adherence that could affect the outcome",
    "2.6": "appropriate analysis of the effect of adhering",
}
_Q3 = {
    "3.1": "data for all or nearly all people",
    "3.2": "evidence that missing data did not bias the result",
    "3.3": "missingness could depend on the true value",
    "3.4": "missingness likely to depend on the true value",
}
_Q4 = {
    "4.1": "method of measurement inappropriate",
    "4.2": "measurement could differ between groups",
    "4.3": "assessors knew the group",
    "4.4": "knowledge could influence the assessment",
    "4.5": "knowledge likely to have influenced the assessment",
}
_Q5 = {
    "5.1": "analysed by a plan made before outcomes were known",
    "5.2": "result likely selected from several measurements",
    "5.3": "result likely selected from several analyses",
}
_Q1A = {f"1a.{key[2:]}": text for key, text in _Q1.items()}
_Q1B = {
    "1b.1": "people identified and recruited before clusters were randomised",
    "1b.2": "selection of people affected by knowledge of the assignment",
    "1b.3": "baseline differences that suggest differential recruitment",
}
_QS = {
    "S.1": "as many people in either sequence",
    "S.2": "period effects accounted for in the analysis",
    "S.3": "time enough for carry-over effects to disappear",
}
_Q3_CLUSTER = {"3.1a": "data for all clusters", "3.1b": _Q3["3.1"], **_Q3}
del _Q3_CLUSTER["3.1"]
_Q4_CLUSTER = {
    "4.1": _Q4["4.1"],
    "4.2": _Q4["4.2"],
    "4.3a": "assessors knew that a trial was under way",
    "4.3b": _Q4["4.3"],
    "4.4": _Q4["4.4"],
    "4.5": _Q4["4.5"],
}

_N1 = "randomisation process"
_N2 = "deviations from intended interventions"
_N3 = "missing outcome data"
_N4 = "measurement of the outcome"
_N5 = "selection of the reported result"

_D1 = DomainTable("1", _N1, _Q1, (_randomisation("1"),))
_D2 = {
    "assignment": DomainTable("2", _N2, {**_Q2_AWARE, **_Q2_AFTER}, (_ASSIGNMENT, _ANALYSIS)),
    "adherence": DomainTable("2", _N2, _Q2_ADHERENCE, (_ADHERENCE,)),
}
_D3 = DomainTable("3", _N3, _Q3, ((_rule(LOW, q3_1="Y"), *_MISSING),))
_D4 = DomainTable("4", _N4, _Q4, (_measurement({"q4_3": "N"}),))
_D5 = DomainTable("5", _N5, _Q5, (_SELECTION,))
_DS = DomainTable("S", "period and carry-over effects", _QS, (_CARRYOVER,))
_D5_CROSSOVER = DomainTable(
    "5",
    _N5,
    {**_Q5, "5.4": "both periods' result withheld because carry-over was found"},
    ((_rule(HIGH, q5_4="Y"), *_SELECTION[:2], _rule(SOME, q5_4="NI"), *_SELECTION[2:]),),
)
_D1A = DomainTable("1a", _N1, _Q1A, (_randomisation("1a"),))
_D1B = DomainTable("1b", "timing of identification and recruitment", _Q1B, (_RECRUITMENT,))
_D2_CLUSTER = {
    "assignment": DomainTable(
        "2",
        _N2,
        {
            "2.1a": "participants knew they were in a trial",
            "2.1b": _Q2_AWARE["2.1"],
            "2.2": _Q2_AWARE["2.2"],
            **_Q2_AFTER,
        },
        (_CLUSTER_ASSIGNMENT, _ANALYSIS),
    ),
    "adherence": _D2["adherence"],
}
_D3_CLUSTER = DomainTable("3", _N3, _Q3_CLUSTER, ((_rule(LOW, q3_1a="Y", q3_1b="Y"), *_MISSING),))
_D4_CLUSTER = DomainTable("4", _N4, _Q4_CLUSTER, (_measurement({"q4_3a": "N"}, {"q4_3b": "N"}),))

TABLES: Final[Mapping[tuple[str, str], tuple[DomainTable, ...]]] = {
    (variant, effect): domains
    for effect in ("assignment", "adherence")
    for variant, domains in (
        ("parallel", (_D1, _D2[effect], _D3, _D4, _D5)),
        ("crossover", (_D1, _DS, _D2[effect], _D3, _D4, _D5_CROSSOVER)),
        ("cluster", (_D1A, _D1B, _D2_CLUSTER[effect], _D3_CLUSTER, _D4_CLUSTER, _D5)),
    )
}
"""Domains in order, by variant of the tool and effect of interest."""
