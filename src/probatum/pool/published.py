"""Published pooled estimates, beside the questions that they speak to and never mixed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probatum.contrast.time import moment_of
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import PublishedEstimate, Question
from probatum.review import PublishedPool, Review
from probatum.vocabulary import RATIOS, ComparatorClass, Side, TimeBand

AGAINST = re.compile(r"\b(?:v|vs|versus|against|than|compared (?:with|to))\b\.?", re.IGNORECASE)
WORDS: Mapping[ComparatorClass, re.Pattern[str]] = {
    "inactive": re.compile(
        r"sham|placebo|nothing|no (?:treatment|intervention)|wait", re.IGNORECASE
    ),
    "active": re.compile(
        r"\b(?:care|another|alone|other (?:treat|interv|therap)\w*|therap(?:y|ies)|drugs?)\b",
        re.IGNORECASE,
    ),
}
"""Words by which reviews name a comparator, besides the base's own kinds of arm."""


BEFORE_AFTER = re.compile(r"\bbefore\b|\bbaseline\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placement:
    """A published estimate, and the questions that it speaks to, as far as it says."""

    estimate: PublishedEstimate
    domain: str
    uses: tuple[str, ...]
    band: TimeBand
    comparators: frozenset[ComparatorClass]

    def answers(self, question: Question) -> bool:
        """Whether the estimate may stand beside a question."""
        return (
            question.domain == self.domain
            and question.use in self.uses
            and question.band == self.band
            and question.comparator in self.comparators
        )


def published_estimates(base: Base) -> tuple[Placement, ...]:
    """Return every pooled estimate of the reviews that stand, in the order of the reviews' ids."""
    reviews = sorted(base.reviews, key=lambda review: review.id)
    return tuple(
        _placement(review, index, found, base.config)
        for review in reviews
        if _stands(review)
        for index, found in enumerate(review.pooled)
    )


def by_use(placements: Iterable[Placement]) -> dict[str, tuple[PublishedEstimate, ...]]:
    """Return the estimates of each use, whatever their question."""
    found: dict[str, list[PublishedEstimate]] = {}
    for placement in placements:
        for use in placement.uses:
            found.setdefault(use, []).append(placement.estimate)
    return {use: tuple(found[use]) for use in sorted(found)}


def _stands(review: Review) -> bool:
    return not review.retracted and review.out_of_scope is None


def _placement(review: Review, index: int, found: PublishedPool, config: BaseConfig) -> Placement:
    estimate = PublishedEstimate(
        review=review.id,
        index=index,
        comparison=found.comparison,
        measure=found.measure,
        estimate=found.estimate,
        ci=found.ci,
        k=found.k,
        n=found.n,
        searched_to=review.searched_to,
        certainty=found.certainty,
        side=side_of_published(found, config),
        where=found.where,
        domain=found.domain,
    )
    known = {use.slug for use in config.uses}
    uses = tuple(use for use in found.uses or review.conditions if use in known)
    band = moment_of(found.weeks, found.timepoint, config.contrast).band
    return Placement(estimate, found.domain, uses, band, comparators(found.comparison, config))


def comparators(comparison: str, config: BaseConfig) -> frozenset[ComparatorClass]:
    """Return the classes of comparator that a review's words name; both where they name none.

    A form of the therapy against another, or after against before, names no comparator and
    speaks to no question; so does one form with another treatment added.
    """
    _, against, second = _split(comparison)
    if not against:
        return frozenset(WORDS)
    if BEFORE_AFTER.search(second):
        return frozenset()
    classes = frozenset(name for name in WORDS if _names(second, name, config))
    if _names_therapy(second, config):
        return classes & {"inactive"}
    return classes or frozenset(WORDS)


def _split(comparison: str) -> tuple[str, str, str]:
    """Part a comparison at the word that sets one side against the other."""
    found = AGAINST.search(comparison)
    if found is None:
        return comparison, "", ""
    return comparison[: found.start()], found[0], comparison[found.end() :].casefold()


def _names(words: str, wanted: ComparatorClass, config: BaseConfig) -> bool:
    """Whether words name an arm of a class, in general terms or in the base's own."""
    kinds = (kind for kind in config.arm_kinds if kind.arm_class == wanted)
    own = (name.casefold() for kind in kinds for name in (kind.label, kind.slug.replace("-", " ")))
    return bool(WORDS[wanted].search(words)) or any(name in words for name in own)


def _names_therapy(words: str, config: BaseConfig) -> bool:
    kinds = (kind.label for kind in config.arm_kinds if kind.arm_class == "therapy")
    forms = (technique.label for technique in config.techniques if technique.therapy)
    return any(label.casefold() in words for label in (*kinds, *forms))


def side_of_published(found: PublishedPool, config: BaseConfig) -> Side:
    """Return where a published interval lies, if its sign is told; ``none`` where it spans null."""
    if found.ci is None or found.sign is None:
        return "unclear"
    better = {domain.slug: domain.better for domain in config.domains}.get(found.domain)
    ratio = found.measure in RATIOS
    if found.measure == "PR" or (found.sign != "benefit-positive" and (ratio or better is None)):
        return "unclear"
    null = 1.0 if ratio else 0.0
    low, high = found.ci
    if low <= null <= high:
        return "none"
    upward = found.sign == "benefit-positive" or better == "higher"
    return "benefit" if (low > null) == upward else "harm"
