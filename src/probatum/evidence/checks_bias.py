"""Checks of risk of bias: that what is judged can be judged, and nothing is left open unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probatum.evidence.bias_questions import (
    DOMAINS,
    PUBLISHED_ANSWERS,
    ROBINS_DOMAINS,
    may_be_inapplicable,
    plain_answer,
    unanswered,
)
from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.evidence.mending import did_you_mean
from probatum.review import Review, TrialBias
from probatum.study import BiasAssessment, RoB2, RobinsI, Study

ROBINS_ORDER = ("low", "moderate", "serious", "critical")


def rob2(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check the questions, domains and outcomes of our own RoB 2 assessments."""
    for index, assessment in enumerate(study.rob2):
        place = ("rob2", index)
        if not study.randomised:
            mend = "judge it by ROBINS-I, in `[[robins_i]]`, or mend the design"
            yield warning(place, f"RoB 2 is for randomised trials, this is {study.design}", mend)
        elif study.design in {"crossover", "cluster"} and assessment.variant != study.design:
            message = f"the {assessment.variant} version judges a {study.design} trial"
            mend = f'write variant = "{study.design}", whose questions differ'
            yield warning((*place, "variant"), message, mend)
        yield from _answers(assessment, place)
        yield from _outcomes(assessment, place, config)
    yield from _twice(study.rob2, "rob2")


def robins(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check the domains and outcomes of our own ROBINS-I judgements."""
    for index, assessment in enumerate(study.robins_i):
        place = ("robins_i", index)
        if study.randomised:
            mend = "judge it by RoB 2, in `[[rob2]]`, or mend the design"
            yield warning(place, "ROBINS-I is for studies without random allocation", mend)
        for name in assessment.domains:
            if name not in ROBINS_DOMAINS:
                mend = f"use {', '.join(f'`{known}`' for known in ROBINS_DOMAINS)}"
                yield Flaw((*place, "domains", name), f"`{name}` is no domain of ROBINS-I", mend)
        worst = max((ROBINS_ORDER.index(word) for word in assessment.domains.values()), default=0)
        if ROBINS_ORDER.index(assessment.overall) < worst:
            message = f"{assessment.overall} overall, and {ROBINS_ORDER[worst]} in a domain"
            mend = "the whole is at least as severe as its worst domain"
            yield Flaw((*place, "overall"), message, mend)
        yield from _outcomes(assessment, place, config)
    yield from _twice(study.robins_i, "robins_i")


def published(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that answers of published assessments are words of their tool."""
    del config
    for index, assessment in enumerate(study.bias):
        yield from _published(assessment, ("bias", index))


def reviewed(review: Review, config: BaseConfig) -> Iterator[Flaw]:
    """Check the same of the judgements that a review gives of single trials."""
    del config
    for index, assessment in enumerate(review.bias):
        yield from _published(assessment, ("bias", index))


def _answers(assessment: RoB2, place: Place) -> Iterator[Flaw]:
    variant, effect = assessment.variant, assessment.effect
    domains = DOMAINS[variant, effect]
    questions = {number for domain in domains for number in domain.questions}
    tool = f"the {variant} version of RoB 2 for the effect of {effect}"
    for number, given in assessment.answers.items():
        at = (*place, "answers", number)
        if number not in questions:
            yield Flaw(at, f"{tool} has no question {number}", did_you_mean(number, questions))
        elif given.answer == "NA" and not may_be_inapplicable(number, effect):
            mend = "answer Y, PY, PN, N or NI; it counts as NI"
            yield warning(at, f"question {number} always applies", mend)
    known = [*(domain.id for domain in domains), "overall"]
    for name in assessment.overrides:
        if name not in known:
            mend = f"name one of {', '.join(f'`{number}`' for number in known)}"
            yield Flaw((*place, "overrides", name), f"{tool} has no domain {name}", mend)
    answers = {number: given.answer for number, given in assessment.answers.items()}
    missing = unanswered(variant, effect, answers)
    if missing:
        message = f"not answered: {', '.join(missing)}"
        mend = "answer them; until then each counts as NI, no information"
        yield warning((*place, "answers"), message, mend)


def _outcomes(assessment: RoB2 | RobinsI, place: Place, config: BaseConfig) -> Iterator[Flaw]:
    domains = {domain.slug for domain in config.domains}
    for index, slug in enumerate(assessment.outcomes):
        if slug not in domains:
            message = f"`{slug}` is no outcome domain of this base"
            yield Flaw((*place, "outcomes", index), message, did_you_mean(slug, domains))


def _twice(assessments: Sequence[RoB2 | RobinsI], field: str) -> Iterator[Flaw]:
    """Warn of an outcome that two assessments judge, of which the later counts."""
    seen: set[str] = set()
    for index, assessment in enumerate(assessments):
        for outcome in assessment.outcomes or ("all outcomes",):
            if outcome in seen:
                mend = "keep one; the later counts"
                yield warning((field, index, "outcomes"), f"{outcome}: judged twice", mend)
            seen.add(outcome)


def _published(assessment: BiasAssessment | TrialBias, place: Place) -> Iterator[Flaw]:
    known = PUBLISHED_ANSWERS[assessment.tool]
    for item, answer in assessment.items.items():
        if plain_answer(answer) not in known:
            message = f"`{answer}` is no answer of {assessment.tool}, so it does not count"
            mend = f"write {', '.join(f'`{word}`' for word in known if not word.isdigit())}"
            yield warning((*place, "items", item), message, mend)
