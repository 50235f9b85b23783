"""Precautions and warnings: the safety rating, then by person, by part of the body, by craft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from probatum.evidence.base import Base
from probatum.monograph.model import Claim, Edition, Ground, Passage, Section
from probatum.monograph.numbers import percent
from probatum.monograph.people import PEOPLE, concern_of
from probatum.monograph.rates import usable
from probatum.monograph.sentence import Part, claim, config_ground, record_ground, span, upper_first
from probatum.rating.safety import SafetyRating, safety_rating
from probatum.safety import Precaution, SafetyReport

Row = tuple[SafetyReport, Precaution]


def precautions(base: Base) -> Section:
    """Compose the section from the safety rating and every recorded precaution."""
    rows = [(report, row) for report in usable(base) for row in report.precautions]
    by_person: dict[str, list[Row]] = defaultdict(list)
    by_region: dict[str, list[Row]] = defaultdict(list)
    craft: list[Row] = []
    for report, row in rows:
        person = concern_of(row.topic)
        if person is not None:
            by_person[person].append((report, row))
        elif report.region:
            by_region[upper_first(report.region)].append((report, row))
        else:
            craft.append((report, row))
    passages = [
        *_safety(base),
        *_grouped(base, "person", {c.heading: by_person[c.heading] for c in PEOPLE}),
    ]
    passages += _grouped(base, "region", dict(sorted(by_region.items())))
    practice = {f"For {base.config.therapy.practitioners}": craft}
    passages += _grouped(base, "practice", practice, "professional")
    if not rows:
        text = "no precaution is recorded yet, which does not mean that none is needed"
        passages.append(Passage("", (claim("precautions-none", text),)))
    return Section("precautions", "Precautions and warnings", tuple(passages))


def _safety(base: Base) -> Iterator[Passage]:
    """Yield how safe the therapy is by policy, whole and by technique, with the counts."""
    whole = safety_rating(base)
    claims = list(_rated("safety", base.config.therapy.name, whole))
    for technique in base.config.techniques:
        rating = safety_rating(base, technique.slug) if technique.therapy else None
        if rating is not None and rating.counts:
            claims += _rated(f"safety-{technique.slug}", technique.label, rating)
    yield Passage("How safe it is", tuple(claims))


def _rated(name: str, label: str, rating: SafetyRating) -> Iterator[Claim]:
    counted = tuple(Ground("safety", count.report) for count in rating.counts)
    cases = tuple(Ground("safety", case) for case in rating.cases)
    because = "; ".join(reason.words for reason in rating.because)
    if not rating.treatments:
        word = span(rating.word, (config_ground("techniques"),), because)
        yield claim(f"{name}-rating", f"on the safety of {label} there is ", word)
        return
    word = span(rating.word, counted + cases, because)
    yield claim(f"{name}-rating", f"{label} is rated ", word)
    amount = span(
        f"{rating.events:,} in {rating.treatments:,} treatments", counted, _interval(rating)
    )
    yield claim(f"{name}-counted", "reports that counted forward found serious harm in ", amount)


def _interval(rating: SafetyRating) -> str | None:
    if rating.ci is None:
        return None
    return f"95% interval {percent(rating.ci[0])} to {percent(rating.ci[1])}"


def _grouped(
    base: Base, name: str, groups: dict[str, list[Row]], edition: Edition = "both"
) -> Iterator[Passage]:
    number = 0
    for heading, rows in groups.items():
        claims = []
        for report, row in _ours_first(base, rows):
            number += 1
            claims.append(_precaution(base, f"precautions-{name}-{number}", report, row, edition))
        if claims:
            yield Passage(heading, tuple(claims), edition)


def _ours_first(base: Base, rows: Sequence[Row]) -> list[Row]:
    ours = {technique.slug for technique in base.config.techniques if technique.therapy}
    return sorted(rows, key=lambda row: (row[0].technique not in ours, row[1].topic, row[0].id))


def _precaution(
    base: Base, name: str, report: SafetyReport, row: Precaution, edition: Edition
) -> Claim:
    """Return a recorded precaution, cited, with what it was said of where that is narrower."""
    technique = next((t for t in base.config.techniques if t.slug == report.technique), None)
    scope = [
        report.agent,
        technique.label if technique and not technique.therapy else None,
        "one case" if report.kind == "case-report" else None,
    ]
    told = ", ".join(filter(None, scope))
    parts: tuple[Part, ...] = (
        f"{row.topic} ({told}): " if told else f"{row.topic}: ",
        span(row.statement.rstrip(), (record_ground(report),), report.kind.replace("-", " ")),
    )
    return claim(name, *parts, edition=edition)
