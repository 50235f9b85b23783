"""Precautions and warnings: the safety rating, then by person, by part of the body, by craft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from probatum.evidence.base import Base
from probatum.monograph.model import Claim, Edition, Ground, Passage, Section
from probatum.monograph.numbers import counted as count_of
from probatum.monograph.numbers import plural
from probatum.monograph.people import PEOPLE, PREGNANCY, concern_of, speaks_of
from probatum.monograph.rates import CASE_KINDS, PROSPECTIVE, headings, usable
from probatum.monograph.safety_verdict import safety_verdict
from probatum.monograph.sentence import (
    Part,
    claim,
    config_ground,
    record_ground,
    record_grounds,
    span,
    upper_first,
)
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
    persons = {concern.heading: by_person[concern.heading] for concern in PEOPLE}
    told = {passage.heading: passage for passage in _grouped(base, "person", persons)}
    first = told.pop(PREGNANCY.heading, Passage(PREGNANCY.heading, ()))
    passages = [
        safety_verdict(base),
        replace(first, parts=(*pregnancy(base), *first.parts)),
        *told.values(),
    ]
    passages += _regions(base, by_region)
    practice = {f"For {base.config.therapy.practitioners}": craft}
    passages += _grouped(base, "practice", practice, "professional")
    if not rows:
        text = "no precaution is recorded yet, which does not mean that none is needed"
        passages.append(Passage("", (claim("precautions-none", text),)))
    return Section("precautions", "Precautions and warnings", tuple(passages))


def pregnancy(base: Base) -> Iterator[Claim]:
    """Say what is not known of the therapy in pregnancy and while breast-feeding.

    Silence would read as consent, so that nobody counted is said where no report counted.
    """
    ours = _our_techniques(base)
    forward = [r for r in usable(base) if r.kind in PROSPECTIVE and r.technique in ours]
    counted = [
        report
        for report in forward
        if speaks_of(PREGNANCY, " ".join((report.title, *(e.event for e in report.events))))
    ]
    subject = base.config.therapy.subject
    if counted:
        number = span(count_of(len(counted), "prospective report"), record_grounds(counted))
        yield claim("precautions-pregnancy", number, f" of {subject} speaks of pregnancy")
        return
    start = "not enough is known about "
    end = " in pregnancy or while breast-feeding to call it safe then"
    yield claim("precautions-pregnancy", f"{start}{subject}{end}")
    where = record_grounds(forward) or (config_ground("searched"),)
    nobody = span("no prospective report in our records", where)
    yield claim("precautions-pregnancy-why", nobody, f" counts harm of {subject} at such a time")


def _regions(base: Base, rows: Mapping[str, list[Row]]) -> Iterator[Passage]:
    """Yield a passage a body region: the serious cases seen there, then craft for practitioners."""
    cases: dict[str, list[tuple[SafetyReport, str]]] = defaultdict(list)
    ours = _our_techniques(base)
    for report in usable(base):
        if report.region and report.kind in CASE_KINDS and report.technique in ours:
            cases[upper_first(report.region)] += [
                (report, event.event) for event in report.events if event.severity == "serious"
            ]
    for number, region in enumerate(sorted({*rows, *cases}), 1):
        name = f"precautions-region-{number}"
        parts = list(_cases_there(name, cases[region])) if cases[region] else []
        parts += [
            _precaution(base, f"{name}-{index}", report, row, "professional")
            for index, (report, row) in enumerate(_ours_first(base, rows.get(region, [])), 1)
        ]
        if parts:
            yield Passage(region, tuple(parts), "both" if cases[region] else "professional")


def _cases_there(name: str, cases: Sequence[tuple[SafetyReport, str]]) -> Iterator[Claim]:
    """Say how many case reports tell of serious harm in a region, and which harm."""
    reports = tuple(dict.fromkeys(report.id for report, _ in cases))
    grounds = [Ground("safety", report) for report in reports]
    heading = headings([event for _, event in cases])
    events = dict.fromkeys(heading[event] for _, event in cases)
    yield claim(
        f"{name}-cases",
        span(count_of(len(reports), "case report"), grounds),
        f" {plural(len(reports), 'tells', 'tell')} of serious harm here: ",
        span("; ".join(events), grounds),
    )


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


def _our_techniques(base: Base) -> set[str]:
    return {technique.slug for technique in base.config.techniques if technique.therapy}


def _ours_first(base: Base, rows: Sequence[Row]) -> list[Row]:
    ours = _our_techniques(base)
    return sorted(rows, key=lambda row: (row[0].technique not in ours, row[1].topic, row[0].id))


def _precaution(
    base: Base, name: str, report: SafetyReport, row: Precaution, edition: Edition
) -> Claim:
    """Return a recorded precaution, cited, with what it was said of where that is narrower."""
    technique = next((t for t in base.config.techniques if t.slug == report.technique), None)
    scope = [
        report.agent if report.agent and report.agent.lower() not in row.topic.lower() else None,
        technique.label if technique and not technique.therapy else None,
        "one case" if report.kind == "case-report" else report.kind.replace("-", " "),
    ]
    told = ", ".join(filter(None, scope))
    parts: tuple[Part, ...] = (
        span(f"{row.topic} ({told})", (record_ground(report),)),
        ": ",
        span(row.statement.rstrip(), (record_ground(report),)),
    )
    return claim(name, *parts, edition=edition)
