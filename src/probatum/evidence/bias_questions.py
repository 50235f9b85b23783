"""The questions of RoB 2 and the domains of ROBINS-I: what an assessment can answer, and when.

Sources: guidance of RoB 2 of 22 August 2019 (parallel trials; assignment and adherence) and of
its versions for cluster-randomised and crossover trials of 18 March 2021; ROBINS-I by Sterne 2016
(BMJ 355:i4919). Questions are given in our own short words, not in those of the tools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from probatum.vocabulary import BiasJudgementWord, BiasTool

CLASS_OF: Final[Mapping[str, str]] = {
    "Y": "Y",
    "PY": "Y",
    "N": "N",
    "PN": "N",
    "NI": "NI",
    "NA": "NA",
}
"""Answers of RoB 2, and the class in which its algorithms count them."""
PUBLISHED_ANSWERS: Final[Mapping[BiasTool, Mapping[str, BiasJudgementWord]]] = {
    "RoB2": {"low": "low", "some concerns": "some concerns", "high": "high"},
    "RoB1": {"low": "low", "unclear": "some concerns", "high": "high"},
    "PEDro": {"yes": "low", "no": "some concerns", "1": "low", "0": "some concerns"},
}
"""Answers that published assessments give, and how they are read."""


@dataclass(frozen=True, slots=True)
class BiasDomain:
    """One domain: number, name, the short name that tables of studies use, and its questions."""

    id: str
    name: str
    short: str
    questions: Mapping[str, str]


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
_Q5_CROSSOVER = {**_Q5, "5.4": "both periods' result withheld because carry-over was found"}
_Q2 = {**_Q2_AWARE, **_Q2_AFTER}
_Q2_CLUSTER = {
    "2.1a": "participants knew they were in a trial",
    "2.1b": _Q2_AWARE["2.1"],
    "2.2": _Q2_AWARE["2.2"],
    **_Q2_AFTER,
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
_Q3_CLUSTER = {
    "3.1a": "data for all clusters",
    "3.1b": _Q3["3.1"],
    **{number: text for number, text in _Q3.items() if number != "3.1"},
}
_Q4_CLUSTER = {
    "4.1": _Q4["4.1"],
    "4.2": _Q4["4.2"],
    "4.3a": "assessors knew that a trial was under way",
    "4.3b": _Q4["4.3"],
    "4.4": _Q4["4.4"],
    "4.5": _Q4["4.5"],
}

_NAMES: Final = {
    "1": ("randomisation process", "randomisation"),
    "1a": ("randomisation process", "randomisation"),
    "1b": ("timing of identification and recruitment", "recruitment"),
    "S": ("period and carry-over effects", "period"),
    "2": ("deviations from intended interventions", "deviations"),
    "3": ("missing outcome data", "missing data"),
    "4": ("measurement of the outcome", "measurement"),
    "5": ("selection of the reported result", "reporting"),
}
_PARALLEL = {"1": _Q1, "2": _Q2, "3": _Q3, "4": _Q4, "5": _Q5}
_CROSSOVER = {"1": _Q1, "S": _QS, "2": _Q2, "3": _Q3, "4": _Q4, "5": _Q5_CROSSOVER}
_CLUSTER = {
    "1a": _Q1A,
    "1b": _Q1B,
    "2": _Q2_CLUSTER,
    "3": _Q3_CLUSTER,
    "4": _Q4_CLUSTER,
    "5": _Q5,
}


def _domains(questions: Mapping[str, Mapping[str, str]], effect: str) -> tuple[BiasDomain, ...]:
    """Return the domains of one version; the effect of adhering has a second domain of its own."""
    changed = {"2": _Q2_ADHERENCE} if effect == "adherence" else {}
    return tuple(
        BiasDomain(number, *_NAMES[number], changed.get(number, asked))
        for number, asked in questions.items()
    )


DOMAINS: Final[Mapping[tuple[str, str], tuple[BiasDomain, ...]]] = {
    (variant, effect): _domains(questions, effect)
    for effect in ("assignment", "adherence")
    for variant, questions in (
        ("parallel", _PARALLEL),
        ("crossover", _CROSSOVER),
        ("cluster", _CLUSTER),
    )
}
"""Domains in order, by variant of the tool and effect of interest."""

ROBINS_DOMAINS: Final = (
    "confounding",
    "classification",
    "selection",
    "deviations",
    "missing data",
    "measurement",
    "reporting",
)
"""Domains of ROBINS-I in order; the last four are those of RoB 2."""
COLUMNS: Final = ("randomisation", "recruitment", "period", *ROBINS_DOMAINS)
"""Short names of the domains of every tool, in the order in which tables show them."""

_Condition = tuple[Mapping[str, frozenset[str]], ...]


def _if(*patterns: str) -> _Condition:
    """Return a condition that holds where one pattern does; ``"4.1=N,NI 4.2=N,NI"`` asks both."""
    return tuple(
        {
            number: frozenset(classes.split(","))
            for number, _, classes in (part.partition("=") for part in pattern.split())
        }
        for pattern in patterns
    )


_ASKED_IF: Final[Mapping[str, _Condition]] = {
    "1b.2": _if("1b.1=N,NI"),
    "S.2": _if("S.1=N,NI"),
    "2.1b": _if("2.1a=Y,NI"),
    "2.3": _if("2.1=Y,NI", "2.1b=Y,NI", "2.2=Y,NI"),
    "2.4": _if("2.3=Y"),
    "2.5": _if("2.4=Y,NI"),
    "2.7": _if("2.6=N,NI"),
    "3.2": _if("3.1=N,NI", "3.1a=N,NI", "3.1b=N,NI"),
    "3.3": _if("3.2=N,NI"),
    "3.4": _if("3.3=Y,NI"),
    "4.3": _if("4.1=N,NI 4.2=N,NI"),
    "4.3a": _if("4.1=N,NI 4.2=N,NI"),
    "4.3b": _if("4.3a=Y,NI"),
    "4.4": _if("4.3=Y,NI", "4.3b=Y,NI"),
    "4.5": _if("4.4=Y,NI"),
}
"""Questions that only some answers lead to; all others are always asked."""
_ADHERENCE_ASKED_IF: Final[Mapping[str, _Condition]] = {
    **_ASKED_IF,
    "2.4": (),
    "2.5": (),
    "2.6": _if("2.3=N,NI", "2.4=Y,NI", "2.5=Y,NI"),
}


def unanswered(variant: str, effect: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the questions that an assessment's answers lead to and that it leaves open.

    Examples
    --------
    >>> given = dict.fromkeys(["1.1", "1.2", "2.6", "3.1", "5.1"], "Y")
    >>> given |= dict.fromkeys(["1.3", "2.1", "2.2", "4.1", "4.2", "4.3"], "PN")
    >>> unanswered("parallel", "assignment", given)
    ('5.2', '5.3')
    """
    conditions = _ADHERENCE_ASKED_IF if effect == "adherence" else _ASKED_IF
    asked: list[str] = []
    for domain in DOMAINS[variant, effect]:
        for number in domain.questions:
            condition = conditions.get(number)
            if not condition or any(_holds(pattern, answers, asked) for pattern in condition):
                asked.append(number)
    return tuple(number for number in asked if number not in answers)


def _holds(
    pattern: Mapping[str, frozenset[str]], answers: Mapping[str, str], asked: list[str]
) -> bool:
    """Return whether every question of a pattern was asked and answered so; silence is NI."""
    return all(
        number in asked and CLASS_OF[answers.get(number, "NI")] in classes
        for number, classes in pattern.items()
    )


def may_be_inapplicable(number: str, effect: str) -> bool:
    """Return whether "not applicable" is an answer to a question."""
    return number in _ASKED_IF or (effect == "adherence" and number in _ADHERENCE_ASKED_IF)


def plain_answer(answer: str) -> str:
    """Return a published answer in small letters, without "risk" or "risk of bias" behind it.

    Examples
    --------
    >>> plain_answer("Low risk of bias")
    'low'
    """
    return re.sub(r"\s+risk(\s+of\s+bias)?$", "", answer.strip().lower())
