"""Which questions decide the rating of a use: chosen by amount of evidence, never by result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.findings import Question
from probatum.rating.policy import Policy
from probatum.rating.question import count_randomised
from probatum.rating.rules import meets_volume
from probatum.vocabulary import ComparatorClass

COMPARATORS: tuple[ComparatorClass, ...] = ("inactive", "active")
"""Sham, placebo and nothing come first: only they can show that a therapy has no effect."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The question that speaks for one critical outcome.

    ``question`` is None where no study answers any; ``decides`` is False where the evidence is
    below the policy's volume, and then it is shown but does not count.
    """

    domain: str
    question: Question | None
    decides: bool
    studies: int
    people: int


def choose_questions(
    domains: Sequence[str], graded: Mapping[Question, Graded], policy: Policy
) -> tuple[Choice, ...]:
    """Choose the deciding question of each critical outcome of one use."""
    return tuple(_choose(domain, graded, policy) for domain in domains)


def _choose(domain: str, graded: Mapping[Question, Graded], policy: Policy) -> Choice:
    here = {q: count_randomised(g.body) for q, g in graded.items() if q.domain == domain}
    enough = {q: n for q, n in here.items() if bool(meets_volume(*n, policy))}
    for comparator in COMPARATORS:
        best = _largest({q: n for q, n in enough.items() if q.comparator == comparator}, policy)
        if best:
            return Choice(domain, best, decides=True, studies=here[best][0], people=here[best][1])
    best = _largest(here, policy)
    if best is None:
        return Choice(domain, None, decides=False, studies=0, people=0)
    return Choice(domain, best, decides=False, studies=here[best][0], people=here[best][1])


def _largest(counts: Mapping[Question, tuple[int, int]], policy: Policy) -> Question | None:
    """Return the question with most people; then most studies, period, comparator."""

    def rank(question: Question) -> tuple[int, int, int, int]:
        studies, people = counts[question]
        return (
            -people,
            -studies,
            policy.bands.index(question.band),
            COMPARATORS.index(question.comparator),
        )

    return min(counts, key=rank, default=None)
