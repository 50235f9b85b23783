"""Serious harm told by case reports: what can happen, and never how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from probatum.evidence.base import Base
from probatum.monograph.model import Passage, Table
from probatum.monograph.naming import short_name
from probatum.monograph.numbers import counted, listed, plural
from probatum.monograph.rates import CASE_KINDS, headings, usable
from probatum.monograph.sentence import (
    Part,
    cell,
    claim,
    record_ground,
    record_grounds,
    span,
    upper_first,
)
from probatum.safety import HarmEvent, SafetyReport

MOST_TOLD = 3
"""So many of the events most reported are told in sentences; the table holds all."""


def serious_cases(
    base: Base, techniques: Mapping[str, str], name: str, heading: str
) -> Iterator[Passage]:
    """Yield single cases of serious harm, told by event with a link to every report."""
    cases = [
        (report, event)
        for report in usable(base)
        if report.kind in CASE_KINDS and report.technique in techniques
        for event in report.events
        if event.severity == "serious"
    ]
    if not cases:
        return
    groups = _by_event(cases)
    reports = tuple(dict.fromkeys(report.id for report, _ in cases))
    first = claim(
        f"side-effects-{name}-cases",
        span(
            counted(len(reports), "published case report"),
            record_grounds(report for report, _ in cases),
        ),
        f" {plural(len(reports), 'describes', 'describe')} serious harm; "
        "they show what can happen, not how often",
    )
    told = [
        claim(
            f"side-effects-{name}-case-{number}",
            f"{event}: ",
            span(counted(len(rows), "report"), record_grounds(r for r, _ in rows)),
        )
        for number, (event, rows) in enumerate(list(groups.items())[:MOST_TOLD], 1)
    ]
    table = _case_table(f"side-effects-{name}-table", groups, techniques)
    yield Passage(heading, (first, *told, table))


Cases = Mapping[str, list[tuple[SafetyReport, HarmEvent]]]


def _by_event(cases: Sequence[tuple[SafetyReport, HarmEvent]]) -> Cases:
    """Group cases by the shortest name of their event, the most reported first."""
    heading = headings([event.event for _, event in cases])
    groups: dict[str, list[tuple[SafetyReport, HarmEvent]]] = defaultdict(list)
    for report, event in cases:
        groups[heading[event.event]].append((report, event))
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _case_table(name: str, groups: Cases, techniques: Mapping[str, str]) -> Table:
    rows = []
    for event, cases in groups.items():
        given = dict.fromkeys(techniques[report.technique] for report, _ in cases)
        regions = dict.fromkeys(report.region for report, _ in cases if report.region)
        reports: list[Part] = []
        for report, _ in cases:
            reports += [
                *([", "] if reports else []),
                span(short_name(report), (record_ground(report),)),
            ]
        rows.append(
            (
                cell(upper_first(event)),
                cell(span(str(len(cases)), record_grounds(r for r, _ in cases)), numeric=True),
                cell(upper_first(listed(tuple(given)))),
                cell(upper_first("; ".join(regions))),
                cell(*reports),
            )
        )
    return Table(
        name,
        "Serious harm described in case reports",
        ("Event", "Reports", "After", "Body region", "Which"),
        tuple(rows),
    )
