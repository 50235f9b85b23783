"""Checks of a record's words against those that ``base.toml`` declares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw, Place
from probatum.evidence.mending import did_you_mean
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Study


def study_words(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that uses, kinds of arm, techniques and outcome domains are declared."""
    yield from _uses(study.conditions, ("conditions",), config)
    kinds = {kind.slug for kind in config.arm_kinds}
    techniques = {technique.slug for technique in config.techniques}
    for index, arm in enumerate(study.arms):
        yield from _known(arm.kind, kinds, ("arms", index, "kind"), "kind of arm")
        if arm.technique:
            place = ("arms", index, "technique")
            yield from _known(arm.technique, techniques, place, "technique")
    domains = {domain.slug for domain in config.domains}
    for index, outcome in enumerate(study.outcomes):
        place = ("outcomes", index, "domain")
        yield from _known(outcome.domain, domains, place, "outcome domain")


def review_words(review: Review, config: BaseConfig) -> Iterator[Flaw]:
    """Check that uses and outcome domains are declared."""
    yield from _uses(review.conditions, ("conditions",), config)
    domains = {domain.slug for domain in config.domains}
    for index, pool in enumerate(review.pooled):
        yield from _known(pool.domain, domains, ("pooled", index, "domain"), "outcome domain")
        yield from _uses(pool.uses, ("pooled", index, "uses"), config)


def safety_words(report: SafetyReport, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the technique is declared."""
    techniques = {technique.slug for technique in config.techniques}
    yield from _known(report.technique, techniques, ("technique",), "technique")


def mechanism_words(report: MechanismReport, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the hypothesis is declared."""
    if report.group:
        groups = {hypothesis.slug for hypothesis in config.hypotheses}
        yield from _known(report.group, groups, ("group",), "hypothesis")


def _uses(slugs: Iterable[str], place: Place, config: BaseConfig) -> Iterator[Flaw]:
    known = {use.slug for use in config.uses}
    for index, slug in enumerate(slugs):
        yield from _known(slug, known, (*place, index), "use")


def _known(word: str, known: Collection[str], place: Place, what: str) -> Iterator[Flaw]:
    if word not in known:
        mend = did_you_mean(word, known)
        yield Flaw(place, f"`{word}` is no {what} of this base", mend)
