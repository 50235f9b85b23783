"""The rating of a use, from the graded questions of its critical outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.certainty.rules import SIDES, level_of
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.findings import Question
from probatum.rating.decide import Choice, choose_questions
from probatum.rating.model import Override, QuestionRating, Rating, Reason
from probatum.rating.policy import Policy
from probatum.rating.question import Standing, describe, rate_question, stand
from probatum.rating.rules import join_claims
from probatum.vocabulary import CertaintyLevel, Side


def rate(graded: Mapping[Question, Graded], base: Base, policy: Policy) -> dict[str, Rating]:
    """Rate every use of a base, in the base's order."""
    by_use: dict[str, dict[Question, Graded]] = {use.slug: {} for use in base.config.uses}
    for question in sorted(graded):
        if question.use in by_use:
            by_use[question.use][question] = graded[question]
    return {use.slug: rate_use(use, by_use[use.slug], base, policy) for use in base.config.uses}


def rate_use(use: Use, graded: Mapping[Question, Graded], base: Base, policy: Policy) -> Rating:
    """Rate one use from its graded questions.

    The word is that of the lowest certainty across critical outcomes whose evidence meets the
    policy's volume (GRADE guidelines 11, Guyatt 2013); claims on opposite sides cancel.
    """
    choices = choose_questions(use.critical, graded, policy)
    questions = {q: rate_question(g, policy) for q, g in graded.items()}
    deciding = [c for c in choices if c.decides and c.question]
    standings = [stand(graded[c.question], policy) for c in deciding if c.question]
    joined = join(standings, policy)
    word = policy.word(joined.side, joined.strength)
    labels = {domain.slug: domain.label for domain in base.config.domains}
    because = (
        *(_say_choice(choice, labels) for choice in choices),
        *_say_standings(deciding, standings, questions, labels),
        _say_word(word, joined, standings, policy),
    )
    k, people = count_evidence(graded)
    return Rating(
        use=use.slug,
        policy=policy.name,
        version=policy.version,
        word=word,
        certainty=joined.certainty,
        strength=joined.strength if joined.side != "unclear" else None,
        side=joined.side,
        k=k,
        people=people,
        deciding=tuple(questions[c.question] for c in deciding if c.question),
        questions=tuple(questions.values()),
        because=because,
        would_change=(),
        published=use.published.rating if use.published else None,
        published_detail=use.published.detail if use.published else None,
        override=find_override(use.slug, base, policy),
    )


@dataclass(frozen=True, slots=True)
class Joined:
    """The claims of critical outcomes put together.

    ``certainty`` is the lowest by GRADE, ``strength`` the lowest that the policy's volume lets
    them carry; both are None where nothing decides.
    """

    side: Side
    certainty: CertaintyLevel | None
    strength: CertaintyLevel | None


def join(standings: Sequence[Standing], policy: Policy) -> Joined:
    """Join what the deciding questions may claim."""
    if not standings:
        return Joined("unclear", None, None)
    codes = [SIDES.index(s.side) - 1 for s in standings]
    strengths = [s.strength for s in standings]
    side, strength = join_claims(codes, strengths, [s.counts for s in standings], policy)
    counted = [s.certainty for s in standings if s.counts]
    lowest = min(counted or [s.certainty for s in standings])
    return Joined(SIDES[int(side) + 1], level_of(lowest), level_of(int(strength)))


def count_evidence(graded: Mapping[Question, Graded]) -> tuple[int, int]:
    """Return the studies that answer any question of a use, and their people, each once."""
    people = people_by_cohort(graded.values())
    return len(people), sum(people.values())


def people_by_cohort(graded: Iterable[Graded]) -> dict[str, int]:
    """Return the people of each study, where known; records of the same people are one study."""
    people: dict[str, int] = {}
    for body in (g.body for g in graded):
        for member in body.overall.members:
            cohort = member.contrast.cohort
            people[cohort] = max(people.get(cohort, 0), member.contrast.people or 0)
    return people


def find_override(use: str, base: Base, policy: Policy) -> Override | None:
    """Return the human's rating of a use on this policy: a word of it that has not expired."""
    fitting = [
        override
        for override in base.overrides
        if override.use == use
        and (override.policy or base.config.policy) == policy.name
        and override.word in policy.words
        and override.until >= base.config.date
    ]
    if not fitting:
        return None
    last = fitting[-1]
    return Override(
        use=use,
        word=last.word,
        by=last.by,
        date=last.date,
        until=last.until,
        reason=last.reason,
        file="overrides.toml",
    )


def _say_choice(choice: Choice, labels: Mapping[str, str]) -> Reason:
    label = labels.get(choice.domain, choice.domain)
    numbers: dict[str, float | int | str] = {
        "domain": choice.domain,
        "randomised studies": choice.studies,
        "people": choice.people,
    }
    if choice.question is None:
        words = f"No study reports {label} for a comparison that counts."
        return Reason("no evidence", words, numbers)
    where = describe(choice.question, label)
    amount = f"{_count(choice.studies, 'randomised study', 'randomised studies')} with "
    amount += f"{choice.people or 'an unknown number of'} people"
    if not choice.decides:
        words = f"Too little evidence to rate {label}: at most {amount} on one question ({where})."
        return Reason("too little evidence", words, numbers)
    words = f"Judged by {where}: {amount}."
    return Reason("deciding question", words, numbers)


def _say_standings(
    choices: Sequence[Choice],
    standings: Sequence[Standing],
    questions: Mapping[Question, QuestionRating],
    labels: Mapping[str, str],
) -> list[Reason]:
    reasons = []
    for choice, standing in zip(choices, standings, strict=True):
        if choice.question is None:
            continue
        label = labels.get(choice.domain, choice.domain)
        for reason in questions[choice.question].because:
            words = f"{label[:1].upper()}{label[1:]}: {reason.words[:1].lower()}{reason.words[1:]}"
            numbers = {"domain": choice.domain, "strength": standing.level, **reason.numbers}
            reasons.append(Reason(reason.rule, words, numbers))
    return reasons


def _say_word(word: str, joined: Joined, standings: Sequence[Standing], policy: Policy) -> Reason:
    sides = {s.side for s in standings} - {"unclear"}
    numbers: dict[str, float | int | str] = {
        "side": joined.side,
        "certainty": joined.certainty or "none",
        "strength": joined.strength or "none",
    }
    if joined.certainty is None:
        words = "Too little evidence on every critical outcome"
    elif "benefit" in sides and len(sides) > 1:
        words = "The critical outcomes disagree; that"
    elif joined.side == "unclear" and sides == {"none"}:
        words = (
            "One critical outcome shows no important difference and another leaves it open; that"
        )
    elif joined.side == "unclear":
        words = "The evidence does not come down on a side; that, whatever its certainty,"
    else:
        claim = {"benefit": "of benefit", "harm": "of harm", "none": "of no important difference"}
        lowest = " (the lowest across critical outcomes)" if len(standings) > 1 else ""
        words = f"{joined.certainty.capitalize()} certainty{lowest} {claim[joined.side]}"
        if word == policy.insufficient and joined.certainty != "very low":
            words += (
                ", but too few studies share it, or too few people took part, for any rating: what "
                "has not been repeated is not enough, however sure its numbers look; that"
            )
        elif joined.strength != joined.certainty:
            words += ", with too few studies or people for a stronger word,"
    return Reason("word", f'{words} gives "{word}".', numbers)


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
