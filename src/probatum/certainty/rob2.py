"""RoB 2: signalling answers in, domain and overall judgements out.

A human's override stands beside the computed judgement and is what counts further on; both are
kept. An unanswered question counts as "no information"; those that the answers lead to are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from probatum.certainty.rob2_tables import TABLES, DomainTable, Rule
from probatum.errors import InputError
from probatum.evidence.bias_questions import CLASS_OF, BiasDomain, unanswered
from probatum.study import JudgementOverride, RoB2
from probatum.vocabulary import BiasJudgementWord

SEVERITY: Final[Mapping[BiasJudgementWord, int]] = {"low": 0, "some concerns": 1, "high": 2}
SEVERAL_CONCERNS: Final = 3
"""Domains with some concerns from which we judge the whole as high.

The guidance leaves "some concerns for multiple domains in a way that substantially lowers
confidence" to the assessor. A fixed number makes it reproducible; an override can undo it.
"""
_NA_COUNTS: Final = frozenset({"2.3", "2.4", "2.5"})
"""Questions of the effect of adhering in which "not applicable" is an answer of its own."""


@dataclass(frozen=True, slots=True)
class DomainJudgement:
    """One domain: what the algorithm says, what a human says, and which answers decided."""

    domain: BiasDomain
    computed: BiasJudgementWord
    override: JudgementOverride | None
    answers: Mapping[str, str]
    decided_by: Mapping[str, str]

    @property
    def judgement(self) -> BiasJudgementWord:
        """The judgement that counts."""
        return self.override.judgement if self.override else self.computed


@dataclass(frozen=True, slots=True)
class RoB2Judgement:
    """A whole RoB 2 assessment."""

    domains: tuple[DomainJudgement, ...]
    computed: BiasJudgementWord
    override: JudgementOverride | None
    rule: str
    unanswered: tuple[str, ...]

    @property
    def judgement(self) -> BiasJudgementWord:
        """The overall judgement that counts."""
        return self.override.judgement if self.override else self.computed


def worst(judgements: list[BiasJudgementWord]) -> BiasJudgementWord:
    """Return the most severe of some judgements; low where there is none."""
    return max(judgements, key=SEVERITY.__getitem__, default="low")


def match(rules: tuple[Rule, ...], answers: Mapping[str, str]) -> Rule:
    """Return the first rule all of whose patterns cover their answers.

    ``answers`` maps every question to its class (``Y``, ``N``, ``NI`` or ``NA``).
    """
    for rule in rules:
        if all(answers[question] in classes for question, classes in rule.when.items()):
            return rule
    raise InputError("an algorithm must end in a rule that always matches")


def judge_domain(
    table: DomainTable,
    answers: Mapping[str, str],
    *,
    override: JudgementOverride | None = None,
) -> DomainJudgement:
    """Judge one domain from its answers (``Y``, ``PY``, ``PN``, ``N``, ``NI``, ``NA``).

    Raises
    ------
    InputError
        For an answer that is none of the six.
    """
    unknown = sorted(set(answers.values()) - set(CLASS_OF))
    if unknown:
        raise InputError(f"not an answer: {', '.join(unknown)}; use Y, PY, PN, N, NI or NA")
    given = {question: answers.get(question, "NI") for question in table.questions}
    keeps_na = _NA_COUNTS if "2.7" not in table.questions else frozenset()
    classed = {
        question: "NI" if answer == "NA" and question not in keeps_na else CLASS_OF[answer]
        for question, answer in given.items()
    }
    decisive = [match(part, classed) for part in table.parts]
    judgement = worst([rule.judgement for rule in decisive])
    decided_by = {
        question: given[question]
        for rule in decisive
        if rule.judgement == judgement
        for question in rule.when
    }
    return DomainJudgement(table.domain, judgement, override, given, decided_by)


def judge_overall(domains: list[BiasJudgementWord]) -> tuple[BiasJudgementWord, str]:
    """Return the overall judgement of some domain judgements, and the rule in words."""
    concerns = domains.count("some concerns")
    if "high" in domains:
        return "high", "high in at least one domain"
    if concerns >= SEVERAL_CONCERNS:
        return "high", f"some concerns in {concerns} domains"
    if concerns:
        return "some concerns", "some concerns in at least one domain, high in none"
    return "low", "low in every domain"


def judge(assessment: RoB2) -> RoB2Judgement:
    """Judge a study's RoB 2 assessment: every domain, then the whole.

    Raises
    ------
    InputError
        For an answer or an override that names no question or domain of the variant.
    """
    tables = TABLES[assessment.variant, assessment.effect]
    questions = {question for table in tables for question in table.questions}
    strangers = sorted(set(assessment.answers) - questions)
    if strangers:
        raise InputError(f"no such question in the {assessment.variant} tool: {strangers[0]}")
    known = {table.id for table in tables} | {"overall"}
    if set(assessment.overrides) - known:
        raise InputError(f"an override must name one of {', '.join(sorted(known))}")
    answers = {question: answer.answer for question, answer in assessment.answers.items()}
    domains = tuple(
        judge_domain(
            table,
            {q: a for q, a in answers.items() if q in table.questions},
            override=assessment.overrides.get(table.id),
        )
        for table in tables
    )
    computed, rule = judge_overall([domain.judgement for domain in domains])
    return RoB2Judgement(
        domains,
        computed,
        assessment.overrides.get("overall"),
        rule,
        unanswered(assessment.variant, assessment.effect, answers),
    )
