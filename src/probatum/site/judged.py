"""Our own RoB 2 assessments on a study's page: answers, what follows, and what a person says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.certainty.rob2 import DomainJudgement, judge
from probatum.study import JudgementOverride, RoB2, Study

ANSWER = {
    "Y": "yes",
    "PY": "probably yes",
    "PN": "probably no",
    "N": "no",
    "NI": "no information",
    "NA": "not applicable",
}


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One signalling question in short words, and its answer."""

    number: str
    question: str
    answer: str
    rationale: str
    where: str
    decided: bool


@dataclass(frozen=True, slots=True)
class JudgedDomain:
    """One domain: the computed judgement, beside it a person's, and the answers."""

    name: str
    computed: str
    human: JudgementOverride | None
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One RoB 2 assessment."""

    title: str
    computed: str
    rule: str
    human: JudgementOverride | None
    domains: tuple[JudgedDomain, ...]
    unanswered: tuple[str, ...]


def view_judged(study: Study) -> tuple[Judged, ...]:
    """Return the RoB 2 assessments of a study with everything that follows from them."""
    return tuple(view_assessment(assessment) for assessment in study.rob2)


def view_assessment(assessment: RoB2) -> Judged:
    """Return one assessment."""
    found = judge(assessment)
    outcomes = ", ".join(assessment.outcomes) or "all outcomes"
    date = f", {assessment.date}" if assessment.date else ""
    return Judged(
        title=(
            f"RoB 2, {assessment.variant} trials, effect of {assessment.effect}, {outcomes}: "
            f"by {assessment.by}{date}"
        ),
        computed=found.computed,
        rule=found.rule,
        human=found.override,
        domains=tuple(
            JudgedDomain(
                domain.domain.name.capitalize(),
                domain.computed,
                domain.override,
                tuple(view_answers(domain, assessment)),
            )
            for domain in found.domains
        ),
        unanswered=found.unanswered,
    )


def view_answers(domain: DomainJudgement, assessment: RoB2) -> Iterator[AnswerView]:
    """Yield the answers that were given in one domain."""
    for number, question in domain.domain.questions.items():
        given = assessment.answers.get(number)
        if given:
            yield AnswerView(
                number=number,
                question=question,
                answer=ANSWER[given.answer],
                rationale=given.rationale or "",
                where=given.where or "",
                decided=number in domain.decided_by,
            )
