"""What a rating looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.findings import Question
from probatum.vocabulary import CertaintyLevel, Side


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired, with its numbers."""

    rule: str
    words: str
    numbers: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Flip:
    """A change that would move the rating: what, how much of it, and to which word.

    ``kind`` is one of ``next trial``, ``removal``, ``fragility``, ``certainty``, ``volume``,
    ``missing datum``.
    """

    kind: str
    words: str
    to: str
    numbers: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class QuestionRating:
    """The rating of one question on one policy."""

    question: Question
    word: str
    graded: Graded
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """A human's rating that stands beside the computed one."""

    use: str
    word: str
    by: str
    date: str
    until: str
    reason: str
    file: str


@dataclass(frozen=True, slots=True)
class Rating:
    """The rating of one use on one policy.

    ``word`` is computed and never replaced; an override stands beside it. ``deciding`` names the
    question of each critical outcome that decided, chosen by amount of evidence, never by result.
    ``certainty`` is the lowest by GRADE among them, and ``strength`` what of it the claim can carry
    with the studies and people that there are; None where there is no claim.
    """

    use: str
    policy: str
    version: str
    word: str
    certainty: CertaintyLevel | None
    side: Side
    k: int
    people: int
    deciding: tuple[QuestionRating, ...]
    questions: tuple[QuestionRating, ...]
    because: tuple[Reason, ...]
    would_change: tuple[Flip, ...]
    published: str | None
    published_detail: str | None
    override: Override | None = None
    stability: float | None = None
    strength: CertaintyLevel | None = None

    def most_told(self, domains: Iterable[str]) -> tuple[QuestionRating, ...]:
        """Return the question with most people of each outcome, where one has evidence.

        Questions that randomised studies answer come before all others.
        """
        found = []
        for domain in domains:
            told = [row for row in self.questions if row.question.domain == domain]
            if told:
                found.append(max(told, key=_extent))
        return tuple(found)


def _extent(row: QuestionRating) -> tuple[bool, int, int]:
    """Return how much is told of a question, randomised studies before all others."""
    body = row.graded.body
    return body.randomised, body.people, body.k
