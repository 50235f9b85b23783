"""From an evidence base to its ratings, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from probatum.certainty.grade import grade
from probatum.certainty.model import Graded
from probatum.errors import UnknownName
from probatum.evidence.base import Base
from probatum.findings import Findings, Question
from probatum.pool import combine
from probatum.rating.model import Rating
from probatum.rating.outlook import Outlook, look_ahead
from probatum.rating.policy import Policy, load_policy
from probatum.rating.rate import rate
from probatum.rating.stability import Multiverse, explore
from probatum.rating.versions import list_versions


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Everything computed from a base.

    Attributes
    ----------
    base, policy, findings : what it was made from.
    graded : bodies of evidence with their certainty, by question.
    ratings : by use, in the base's order.
    outlooks : what would change each rating, with the grids of next trials.
    multiverses : every specification of each use that has evidence; empty where not asked for.
    """

    base: Base
    policy: Policy
    findings: Findings
    graded: Mapping[Question, Graded]
    ratings: Mapping[str, Rating]
    outlooks: Mapping[str, Outlook] = field(default_factory=dict)
    multiverses: Mapping[str, Multiverse] = field(default_factory=dict)

    def rating(self, use: str) -> Rating:
        """Return the rating of a use; raise UnknownName where there is none."""
        if use not in self.ratings:
            known = ", ".join(sorted(self.ratings))
            raise UnknownName(f"no use is called {use!r}; known: {known}")
        return self.ratings[use]


def assess(base: Base, policy: str | None = None, *, stability: bool = True) -> Assessment:
    """Combine, grade and rate a base under a policy, by default the one it declares.

    ``stability`` adds the multiverse of each use, which takes most of the time.

    Raises
    ------
    UnknownName
        Where no such policy comes with probatum.
    """
    chosen = load_policy(policy or base.config.policy)
    return assess_findings(combine(base), base, chosen, stability=stability)


def assess_findings(
    findings: Findings, base: Base, policy: Policy, *, stability: bool = True
) -> Assessment:
    """Grade and rate findings that are at hand."""
    graded = {
        question: grade(findings.bodies[question], base, policy.certainty)
        for question in sorted(findings.bodies)
    }
    ratings = rate(graded, base, policy)
    outlooks = {use: look_ahead(rating, graded, base, policy) for use, rating in ratings.items()}
    ratings = {
        use: replace(rating, would_change=outlooks[use].flips) for use, rating in ratings.items()
    }
    assessment = Assessment(base, policy, findings, graded, ratings, outlooks)
    return add_stability(assessment) if stability else assessment


def add_stability(assessment: Assessment) -> Assessment:
    """Explore the multiverse of every use and add the share that keeps its rating."""
    base, policy, graded = assessment.base, assessment.policy, assessment.graded
    versions = list_versions(assessment.findings, base)
    explored = {use.slug: explore(use, versions, graded, base, policy) for use in base.config.uses}
    multiverses = {use: found for use, found in explored.items() if found is not None}
    ratings = {
        use: replace(rating, stability=multiverses[use].stability if use in multiverses else None)
        for use, rating in assessment.ratings.items()
    }
    return replace(assessment, ratings=ratings, multiverses=multiverses)


def rerate(assessment: Assessment, policy: str, *, stability: bool = False) -> Assessment:
    """Rate the same findings under another policy."""
    other = load_policy(policy)
    return assess_findings(assessment.findings, assessment.base, other, stability=stability)
