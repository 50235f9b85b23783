"""What editors should complete first: missing data, ordered by what they could change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from probatum.certainty.appraisal import weigh_people
from probatum.certainty.model import Graded
from probatum.certainty.risk_of_bias import risk_of_bias
from probatum.evidence.base import Base
from probatum.findings import DirectionOnly
from probatum.rating.assess import Assessment
from probatum.rating.model import Rating

Missing = Literal["risk of bias", "numbers", "people", "results"]
CAN_MOVE: Final = 1.0
CANNOT_MOVE: Final = 0.1
"""Weight of a missing datum by whether it could move the rating by itself, or only inform it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One missing datum of one study.

    ``score`` is the expected change: over the uses that the study decides, its share of the
    information, in full where the datum could move the rating and by a tenth where it could not.
    """

    study: str
    file: str
    missing: Missing
    uses: tuple[str, ...]
    score: float
    why: str


def list_tasks(assessment: Assessment) -> tuple[Task, ...]:
    """Return what is missing in the studies that decide ratings, most telling first."""
    gains: dict[tuple[str, Missing], dict[str, float]] = {}
    reasons: dict[tuple[str, Missing], str] = {}
    for rating in assessment.ratings.values():
        for study, missing, gain, why in _list_gaps(rating, assessment):
            by_use = gains.setdefault((study, missing), {})
            by_use[rating.use] = max(by_use.get(rating.use, 0.0), gain)
            reasons.setdefault((study, missing), why)
    tasks = [
        Task(
            study=study,
            file=assessment.base.study(study).file,
            missing=missing,
            uses=tuple(by_use),
            score=round(sum(by_use.values()), 6),
            why=reasons[study, missing],
        )
        for (study, missing), by_use in gains.items()
    ]
    return tuple(sorted(tasks, key=lambda task: (-task.score, task.study, task.missing)))


def _list_gaps(rating: Rating, assessment: Assessment) -> Iterator[tuple[str, Missing, float, str]]:
    shown = rating.deciding or rating.questions
    for question in shown:
        decides = question in rating.deciding
        yield from _gaps_of(question.graded, rating, assessment.base, decides=decides)
    for study in assessment.base.studies:
        waiting = study.status == "registered" and study.out_of_scope is None
        if waiting and rating.use in study.conditions:
            why = "registered without results: look for a publication"
            yield study.id, "results", CANNOT_MOVE, why


def _gaps_of(
    graded: Graded, rating: Rating, base: Base, *, decides: bool
) -> Iterator[tuple[str, Missing, float, str]]:
    body = graded.body
    members = body.overall.members
    shares = weigh_people([member.contrast for member in members])
    open_bias = any(flip.kind == "missing datum" for flip in rating.would_change)
    told = {m.contrast.study: m for m in (body.directions.members if body.directions else ())}
    for member, share in zip(members, shares.tolist(), strict=True):
        study = member.contrast.study
        if risk_of_bias(base.study(study), body.question.domain, base.reviews).judgement is None:
            weight = CAN_MOVE if decides and open_bias else CANNOT_MOVE
            yield study, "risk of bias", weight * share, "no usable judgement of risk of bias"
        if study in told:
            by_direction = graded.certainty.lane == "direction"
            weight = CAN_MOVE if decides and by_direction else CANNOT_MOVE
            yield study, "numbers", weight * share, _lacking(told[study])
        if member.contrast.people is None:
            yield study, "people", CAN_MOVE * share, "the record does not say how many people"


def _lacking(told: DirectionOnly) -> str:
    return f"only a direction is known: {told.why}"
