"""From an evidence base to its ratings, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from probatum.certainty.grade import grade
from probatum.certainty.model import Graded
from probatum.errors import UnknownName
from probatum.evidence.base import Base
from probatum.findings import Findings, Question
from probatum.pool import combine
from probatum.rating.model import Rating
from probatum.rating.outlook import Outlook, add_outlook, look_ahead
from probatum.rating.policy import Policy, load_policy
from probatum.rating.rate import rate


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Everything computed from a base: findings, certainty by question, rating by use."""

    base: Base
    policy: Policy
    findings: Findings
    graded: Mapping[Question, Graded]
    ratings: Mapping[str, Rating]
    outlooks: Mapping[str, Outlook] = field(default_factory=dict)

    def rating(self, use: str) -> Rating:
        """Return the rating of a use; raise UnknownName where there is none."""
        if use not in self.ratings:
            known = ", ".join(sorted(self.ratings))
            raise UnknownName(f"no use is called {use!r}; known: {known}")
        return self.ratings[use]


def assess(base: Base, policy: str | None = None) -> Assessment:
    """Combine, grade and rate a base under a policy, by default the one it declares.

    Raises
    ------
    UnknownName
        Where no such policy comes with probatum.
    """
    return assess_findings(combine(base), base, load_policy(policy or base.config.policy))


def assess_findings(findings: Findings, base: Base, policy: Policy) -> Assessment:
    """Grade and rate findings that are at hand."""
    graded = {
        question: grade(findings.bodies[question], base, policy.certainty)
        for question in sorted(findings.bodies)
    }
    return _assemble(findings, graded, base, policy)


def _assemble(
    findings: Findings, graded: Mapping[Question, Graded], base: Base, policy: Policy
) -> Assessment:
    ratings, outlooks = {}, {}
    for use, rating in rate(graded, base, policy).items():
        outlooks[use] = look_ahead(rating, graded, base, policy)
        ratings[use] = add_outlook(rating, outlooks[use])
    return Assessment(base, policy, findings, graded, ratings, outlooks)


def rerate(assessment: Assessment, policy: str) -> Assessment:
    """Rate the same findings under another policy."""
    other = load_policy(policy)
    if other.certainty != assessment.policy.certainty:
        return assess_findings(assessment.findings, assessment.base, other)
    return _assemble(assessment.findings, assessment.graded, assessment.base, other)
