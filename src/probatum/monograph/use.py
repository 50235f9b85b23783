"""Everything that a use's page is composed from, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from probatum.certainty.model import Graded
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.findings import PublishedEstimate, Question
from probatum.monograph.naming import name_records, namer
from probatum.monograph.outcome import Outcome
from probatum.monograph.sentence import member_studies
from probatum.rating.assess import Assessment
from probatum.rating.model import Rating
from probatum.rating.rate import people_by_cohort
from probatum.review import Review
from probatum.study import Study
from probatum.vocabulary import BAND_LABEL, CERTAINTY_LEVELS, COMPARATOR_LABEL, CertaintyLevel

CATCH_ALL = "other"
"""The domain of whatever fits no other; what was measured in it differs from study to study."""
BANDS = tuple(BAND_LABEL)
COMPARATORS = tuple(COMPARATOR_LABEL)


@dataclass(frozen=True)
class UseView:
    """One use of an assessment, with its records sorted by what they can tell."""

    assessment: Assessment
    use: Use

    @property
    def base(self) -> Base:
        """The evidence base."""
        return self.assessment.base

    @property
    def rating(self) -> Rating:
        """The computed rating."""
        return self.assessment.ratings[self.use.slug]

    @property
    def unknown(self) -> bool:
        """Whether the rating is the policy's word for too little evidence."""
        return self.rating.word == self.assessment.policy.insufficient

    @cached_property
    def deciding(self) -> tuple[Graded, ...]:
        """The bodies that decided the rating, by the order of the use's critical outcomes."""
        return tuple(row.graded for row in self.rating.deciding)

    @cached_property
    def bodies(self) -> tuple[Graded, ...]:
        """Every graded body of the use: deciding first, then critical, important and others."""
        decided = {graded.body.question for graded in self.deciding}
        ranks = {slug: n for n, slug in enumerate((*self.use.critical, *self.use.important))}

        def order(graded: Graded) -> tuple[bool, int, str, int, int]:
            question = graded.body.question
            return (
                question not in decided,
                ranks.get(question.domain, len(ranks)),
                question.domain,
                COMPARATORS.index(question.comparator),
                BANDS.index(question.band),
            )

        graded = self.assessment.graded.items()
        return tuple(sorted((g for q, g in graded if q.use == self.use.slug), key=order))

    @property
    def named(self) -> tuple[Graded, ...]:
        """The bodies on outcomes that have a name of their own."""
        return tuple(g for g in self.bodies if g.body.question.domain != CATCH_ALL)

    @cached_property
    def records(self) -> tuple[Study, ...]:
        """Every study recorded for the use, whatever it can tell."""
        return tuple(s for s in self.base.studies if self.use.slug in s.conditions)

    @cached_property
    def studies(self) -> tuple[str, ...]:
        """Ids of the studies that count in a body of the use."""
        return tuple(sorted({name for graded in self.bodies for name in member_studies(graded)}))

    @cached_property
    def cohorts(self) -> Mapping[str, int]:
        """People of each study; two records of the same people are one study."""
        return people_by_cohort(self.bodies)

    @property
    def number(self) -> int:
        """How many studies there are."""
        return len(self.cohorts)

    @property
    def people(self) -> int:
        """People in these studies, where known."""
        return sum(self.cohorts.values())

    @cached_property
    def registered(self) -> tuple[str, ...]:
        """Ids of the registered studies that have reported nothing."""
        return tuple(s.id for s in self.records if s.status == "registered")

    @cached_property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Studies that are recorded but answer no question, each with its reasons."""
        left = [s for s in self.records if s.id not in {*self.studies, *self.registered}]
        return tuple((study.id, self._why_set_aside(study)) for study in left)

    def _why_set_aside(self, study: Study) -> str:
        if study.out_of_scope:
            return name_records(f"out of scope: {study.out_of_scope}", namer(self.base.records))
        if any(row.study == study.id for row in self.assessment.findings.contrasts):
            return "not randomised, while randomised studies answer the same questions"
        rows = (row for row in self.assessment.findings.set_aside if row.study == study.id)
        reasons = dict.fromkeys(
            f"{row.reason}: {row.detail}" if row.detail else row.reason for row in rows
        )
        told = name_records("; ".join(reasons), namer(self.base.records))
        return told or "no outcome is recorded"

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        """Reviews that stand and speak of the use."""
        return tuple(
            review
            for review in self.base.reviews
            if self.use.slug in review.conditions
            and not review.retracted
            and review.out_of_scope is None
        )

    @cached_property
    def published(self) -> tuple[PublishedEstimate, ...]:
        """Published pooled estimates of the use."""
        return tuple(self.assessment.findings.published.get(self.use.slug, ()))

    def outcome(self, graded: Graded) -> Outcome:
        """Return a body with the base's words for it."""
        question = graded.body.question
        word = self._words.get(question)
        return Outcome(graded, self.base, self._carried(graded, word) if word else None)

    @cached_property
    def _words(self) -> dict[Question, str]:
        """The policy's word for each question of the use."""
        return {row.question: row.word for row in self.rating.questions}

    def _carried(self, graded: Graded, word: str) -> CertaintyLevel | None:
        """Return the highest certainty that a word stands for, no higher than GRADE's."""
        policy = self.assessment.policy
        if graded.side == "unclear" or word == policy.insufficient:
            return None
        held = [level for level, said in policy.claims[graded.side].items() if said == word]
        limits = CERTAINTY_LEVELS[CERTAINTY_LEVELS.index(graded.certainty.level) :]
        return next((level for level in limits if level in held), None)

    def is_deciding(self, question: Question) -> bool:
        """Return whether the question decided the rating."""
        return any(graded.body.question == question for graded in self.deciding)
