"""The pages of records: everything recorded, where it was read, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probatum.findings import Contrast, Effect, Findings, Question, SetAside
from probatum.monograph.model import GroundKind
from probatum.site.addresses import (
    doi_address,
    pmc_address,
    pubmed_address,
    registry_address,
    web_address,
)
from probatum.site.backlinks import Backlink
from probatum.site.facts import Fact, Grid, facts, grid, grids
from probatum.site.judged import view_judged
from probatum.site.page import Content, Kept
from probatum.site.shell import Shell, heading_of, label_of_domain
from probatum.site.voice import Voice
from probatum.study import Outcome, Report, Study

BIBLIOGRAPHY = frozenset(
    {"id", "title", "authors", "year", "journal", "volume", "pages", "doi", "pmid", "pmcid"}
)
APART = BIBLIOGRAPHY | {
    "registrations",
    "sources",
    "notices",
    "out_of_scope",
    "note",
    "outcomes",
    "rob2",
}
"""Fields that a record's page shows in places of their own."""
KIND_LABEL: Mapping[GroundKind, str] = {
    "study": "Study",
    "review": "Systematic review",
    "safety": "Safety report",
    "mechanism": "Report on how it may work",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of the outcomes of one study."""

    contrasts: tuple[Contrast, ...] = ()
    effects: tuple[Effect, ...] = ()
    aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A word with an address on the web, or without one."""

    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that an outcome answers, and how its number was made."""

    question: Question
    heading: str
    why: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One outcome of a study, and what became of it."""

    anchor: str
    heading: str
    facts: tuple[Fact, ...]
    arms: Grid | None
    difference: tuple[Fact, ...]
    answers: tuple[Answered, ...]
    aside: tuple[str, ...]


def traces(findings: Findings) -> dict[str, Trace]:
    """Return what became of each study's outcomes."""
    contrasts: dict[str, list[Contrast]] = {}
    effects: dict[str, list[Effect]] = {}
    aside: dict[str, list[SetAside]] = {}
    for contrast in findings.contrasts:
        contrasts.setdefault(contrast.study, []).append(contrast)
    for body in findings.bodies.values():
        for effect in (effect for pool in body.pools for effect in pool.members):
            effects.setdefault(effect.contrast.study, []).append(effect)
    for row in findings.set_aside:
        aside.setdefault(row.study, []).append(row)
    return {
        study: Trace(
            tuple(contrasts.get(study, ())),
            tuple(effects.get(study, ())),
            tuple(aside.get(study, ())),
        )
        for study in {*contrasts, *effects, *aside}
    }


def record_content(
    shell: Shell,
    voice: Voice,
    record: Kept[Report],
    trace: Trace,
    links: tuple[Backlink, ...],
) -> Content:
    """Return what a record's page shows."""
    report = record.value
    outcomes = report.outcomes if isinstance(report, Study) else ()
    return {
        "record": report,
        "kind": KIND_LABEL[shell.records[report.id].kind],
        "identifiers": identifiers(report),
        "facts": facts(report, leave_out=APART),
        "grids": grids(report, leave_out=APART),
        "sources": [(source, web_address(source.url or "")) for source in report.sources],
        "notices": [(notice, notice_address(notice.id)) for notice in report.notices],
        "outcomes": [
            view_outcome(outcome, index, trace, shell) for index, outcome in enumerate(outcomes)
        ],
        "aside": set_aside(-1, trace),
        "judged": view_judged(report) if isinstance(report, Study) else (),
        "links": [(link, voice.link(link.target)) for link in links],
    }


def identifiers(record: Report) -> list[Link]:
    """Return the identifiers of a record with their addresses on the web."""
    found = []
    if record.doi:
        found.append(Link(f"doi:{record.doi}", doi_address(record.doi)))
    if record.pmid:
        found.append(Link(f"PubMed {record.pmid}", pubmed_address(record.pmid)))
    if record.pmcid:
        found.append(Link(record.pmcid, pmc_address(record.pmcid)))
    return found + [Link(row, registry_address(row)) for row in record.registrations]


def notice_address(ident: str) -> str | None:
    """Return the address of a notice, given as an address, a DOI or a PMID."""
    if ident.startswith("10."):
        return doi_address(ident)
    return pubmed_address(ident) if ident.isdigit() else web_address(ident)


def view_outcome(outcome: Outcome, index: int, trace: Trace, shell: Shell) -> OutcomeView:
    """Return one outcome as the study's page shows it."""
    domain = label_of_domain(outcome.domain, shell.config)
    return OutcomeView(
        anchor=f"outcome-{index + 1}",
        heading=f"{domain}: {outcome.measure}",
        facts=facts(outcome, leave_out={"domain", "measure", "arms", "difference"}),
        arms=grid("Results by group", outcome.arms) if outcome.arms else None,
        difference=facts(outcome.difference) if outcome.difference else (),
        answers=tuple(answers(index, trace, shell)),
        aside=set_aside(index, trace),
    )


def set_aside(index: int, trace: Trace) -> tuple[str, ...]:
    """Return why an outcome was set aside; index -1 stands for a study without outcomes."""
    return tuple(
        f"{row.reason}: {row.detail}" if row.detail else row.reason
        for row in trace.aside
        if row.outcome == index
    )


def answers(index: int, trace: Trace, shell: Shell) -> Iterable[Answered]:
    """Yield the questions that an outcome answers."""
    for contrast in trace.contrasts:
        if index in contrast.outcomes:
            use = shell.uses.get(contrast.question.use, contrast.question.use)
            yield Answered(
                question=contrast.question,
                heading=f"{use}: {heading_of(contrast.question, shell.config)}",
                why=contrast.why,
                steps=steps(contrast, trace),
            )


def steps(contrast: Contrast, trace: Trace) -> tuple[str, ...]:
    """Return how a contrast's number was made, or why it brings only a direction."""
    made = (effect.made for effect in trace.effects if effect.contrast == contrast)
    return next(made, contrast.limits)
