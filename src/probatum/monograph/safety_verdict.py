"""How safe the therapy is: the word, the counts behind it, and what nobody counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from probatum.evidence.base import Base
from probatum.monograph.model import Claim, Ground, Passage
from probatum.monograph.numbers import counted, listed, out_of, percent, plural
from probatum.monograph.rates import CASE_KINDS, usable
from probatum.monograph.sentence import claim, config_ground, span
from probatum.rating.safety import HarmRate, SafetyRating, safety_rating

ANY = "any"
"""The technique of reports that speak of several; nothing is counted of it alone."""


def safety_verdict(base: Base) -> Passage:
    """Compose the passage from the safety rating."""
    rating = safety_rating(base)
    return Passage("How safe it is", tuple(_claims(base, rating)))


def safety_word(base: Base) -> Claim:
    """Return the safety rating in a sentence, which opens what is said of side effects."""
    end = "; the reasons stand under precautions and warnings"
    return _word(base, safety_rating(base), "side-effects-rating", end)


def _word(base: Base, rating: SafetyRating, claim_id: str, end: str = "") -> Claim:
    name, cases = base.config.therapy.name, _reports(rating.cases)
    because = " ".join(reason.words for reason in rating.because)
    if rating.rate is None:
        word = span(rating.word, cases or (config_ground("techniques"),), because)
        return claim(claim_id, f"on the safety of {name} there is ", word, end)
    word = span(rating.word, (*_reports(rating.rate.reports), *cases), because)
    return claim(claim_id, f"{name} is rated ", word, end)


def _claims(base: Base, rating: SafetyRating) -> Iterator[Claim]:
    cases = _reports(rating.cases)
    yield _word(base, rating, "safety-rating")
    if rating.rate is not None:
        yield _counted(rating.rate)
    if rating.cases:
        verb = plural(len(rating.cases), "tells", "tell")
        told = f" {verb} of serious harm, which caps the word of safety"
        yield claim("safety-cases", span(_case_amount(base, rating.cases), cases), told)
    yield from _techniques(base, rating)
    if rating.means:
        stands = span(rating.means, (config_ground("policy"),), f"version {rating.version}")
        yield claim("safety-means", "this word stands for “", stands, "”")
    rules = [reason for reason in rating.because if reason.rule != "word"]
    for number, reason in enumerate(rules, 1):
        numbers = ", ".join(f"{key} {value}" for key, value in reason.numbers.items())
        rule = span(
            reason.words.rstrip("."), (config_ground("techniques"),), numbers or reason.rule
        )
        yield claim(f"safety-because-{number}", rule, edition="professional")


def _case_amount(base: Base, ids: tuple[str, ...]) -> str:
    """Return `35 published case reports and 5 analyses of claims`, by kind of report."""
    kinds = Counter(report.kind in CASE_KINDS for report in base.safety if report.id in ids)
    parts = (
        (kinds[True], "published case report", "published case reports"),
        (kinds[False], "analysis of claims", "analyses of claims"),
    )
    return listed([counted(number, one, many) for number, one, many in parts if number])


def _counted(rate: HarmRate) -> Claim:
    grounds = _reports(rate.reports)
    limits = f"95% interval {percent(rate.ci[0])} to {percent(rate.ci[1])}"
    amount = span(f"{rate.events:,} of {rate.treatments:,} treatments", grounds, limits)
    often, most = (out_of(share, "treatments") for share in (rate.estimate, rate.ci[1]))
    name = "safety-counted"
    if rate.events:
        share = span(often, grounds, limits)
        return claim(
            name, "prospective reports counted serious harm after ", amount, ", about ", share
        )
    none = span(f"none after {rate.treatments:,} treatments", grounds, limits)
    most_likely = span(most, grounds, "upper bound by the rule of three")
    return claim(
        name, "prospective reports counted serious harm and found ", none, "; at most ", most_likely
    )


def _techniques(base: Base, rating: SafetyRating) -> Iterator[Claim]:
    """Yield on which technique the counts rest, and on which nothing was counted."""
    told = {report.technique for report in usable(base)}
    for technique in base.config.techniques:
        if not technique.therapy or technique.slug not in told - {ANY}:
            continue
        rate = rating.by_technique.get(technique.slug)
        name, where = f"safety-{technique.slug}", (config_ground("techniques"),)
        if rate is None:
            nobody = span("no prospective report in our records", where)
            yield claim(name, nobody, f" counts treatments and serious harm of {technique.label}")
        elif rating.rate is not None and rate.reports == rating.rate.reports:
            yield claim(name, f"all of these counts are of {technique.label}")
        else:
            amount = f"{rate.events:,} of {rate.treatments:,}"
            yield claim(name, f"of {technique.label}: ", span(amount, _reports(rate.reports)))


def _reports(ids: tuple[str, ...]) -> tuple[Ground, ...]:
    return tuple(Ground("safety", name) for name in ids)
