"""The rating of one question: a graded body, held against the policy's volume and words."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.certainty.rules import LEVEL_INDEX, SIDES, level_of
from probatum.findings import Body, Question
from probatum.numbers import plural
from probatum.rating.model import QuestionRating, Reason
from probatum.rating.policy import LEVELS, Policy
from probatum.rating.rules import limit_by_volume, restrict_side
from probatum.vocabulary import BAND_LABEL, COMPARATOR_LABEL, CertaintyLevel, Side


@dataclass(frozen=True, slots=True)
class Standing:
    """What a question brings to the rating of its use.

    Attributes
    ----------
    side : what it may claim.
    certainty : index of the certainty by GRADE.
    strength : index of certainty that the claim can carry after the policy's volume.
    studies : randomised studies that share the claimed side.
    people : people in all randomised studies of the question.
    counts : whether it counts at all; a comparison with another treatment that shows no
        advantage does not.
    """

    side: Side
    certainty: int
    strength: int
    studies: int
    people: int
    counts: bool

    @property
    def level(self) -> CertaintyLevel:
        """The certainty that the claim can carry."""
        return level_of(self.strength)


def count_randomised(body: Body) -> tuple[int, int]:
    """Return randomised studies of a body, and the people in them where known."""
    randomised = [m.contrast for m in body.overall.members if m.contrast.randomised]
    return len(randomised), sum(contrast.people or 0 for contrast in randomised)


def count_support(graded: Graded, side: Side) -> int:
    """Count the randomised studies that share a side.

    "No important difference" is of an interval, so every study of the pool that decides supports
    it; a study beside the pool supports it only where it found no difference itself. All studies
    support "unclear".
    """
    body = graded.body
    pooled = frozenset[str]()
    if side == "none" and graded.certainty.lane == "pooled":
        pooled = frozenset(effect.contrast.study for effect in body.pools[0].members)
    return sum(
        m.contrast.randomised and (side in ("unclear", m.side) or m.contrast.study in pooled)
        for m in body.overall.members
    )


def stand(graded: Graded, policy: Policy) -> Standing:
    """Return what a graded body may claim."""
    active = graded.body.question.comparator == "active"
    side = SIDES[int(restrict_side(SIDES.index(graded.side) - 1, active=active)) + 1]
    studies, people = count_support(graded, side), count_randomised(graded.body)[1]
    limit = int(limit_by_volume(studies, people, policy))
    certainty = LEVEL_INDEX[graded.certainty.level]
    counts = not (active and side == "unclear")
    return Standing(side, certainty, min(certainty, limit), studies, people, counts)


def rate_question(graded: Graded, policy: Policy) -> QuestionRating:
    """Rate one question and say which rules fired."""
    standing = stand(graded, policy)
    word = policy.word(standing.side, standing.level)
    because = (
        _say_side(graded),
        *_say_comparator(graded, standing),
        say_certainty(graded),
        *_say_volume(graded, standing, policy),
    )
    return QuestionRating(graded.body.question, word, graded, because)


def _say_side(graded: Graded) -> Reason:
    numbers: dict[str, float | int | str] = {"studies": graded.body.k, "people": graded.body.people}
    if graded.certainty.lane == "pooled":
        pool = graded.body.pools[0]
        numbers |= {"estimate": pool.estimate, "low": pool.ci[0], "high": pool.ci[1]}
    return Reason("side", graded.side_reason, numbers)


def _say_comparator(graded: Graded, standing: Standing) -> tuple[Reason, ...]:
    if standing.counts:
        return ()
    words = (
        "Compared with another treatment, no advantage does not mean no effect: this question "
        "can show that the therapy does better, never that it does not work, and does not count."
    )
    return (Reason("comparator", words, {"side shown": graded.side}),)


def say_certainty(graded: Graded) -> Reason:
    """Say in one sentence how the certainty came about."""
    certainty = graded.certainty
    lowering = [j for j in certainty.judgements if j.levels > 0]
    lost = sum(j.levels for j in lowering)
    words = f"Certainty is {certainty.level}: it starts at {certainty.start}"
    if lowering:
        parts = [
            f"{j.levels} for {'study design' if j.domain == 'design' else j.domain}"
            for j in lowering
        ]
        words += f" and loses {lost} {'level' if lost == 1 else 'levels'} ({', '.join(parts)})"
    if certainty.lowered < lost:
        words += " and gets a level back for a large effect"
    if certainty.cap:
        words += f"; it is capped at {certainty.cap}"
    return Reason("certainty", words + ".", {j.domain: j.levels for j in certainty.judgements})


def _say_volume(graded: Graded, standing: Standing, policy: Policy) -> tuple[Reason, ...]:
    numbers: dict[str, float | int | str] = {
        "randomised studies that agree": standing.studies,
        "people": standing.people,
    }
    if standing.strength >= LEVEL_INDEX[graded.certainty.level]:
        return ()
    asked = policy.volume[LEVELS[standing.strength]]
    has = f"{standing.studies} randomised {plural(standing.studies, 'study', 'studies')}"
    has += " on this side" if standing.side != "unclear" else ""
    can = "a rating" if standing.strength == 0 else f"more than {standing.level} certainty gives"
    words = (
        f"{has} and {standing.people} people in all are too few for {can}: "
        f"{asked.studies} studies and {asked.people} people are asked for."
    )
    return (Reason("volume", words, numbers),)


def describe(question: Question, domain: str) -> str:
    """Name a question in words: ``pain against usual care, up to 12 weeks``."""
    return f"{domain} {say_comparison(question)}"


def say_comparison(question: Question) -> str:
    """Name comparison and period of a question: ``against usual care, up to 12 weeks``."""
    return f"against {COMPARATOR_LABEL[question.comparator]}, {BAND_LABEL[question.band]}"
