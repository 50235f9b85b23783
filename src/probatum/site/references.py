"""The list of references, with the way back to the sentences that rest on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probatum.monograph.model import GroundKind, Section
from probatum.site.addresses import record_page
from probatum.site.page import Content
from probatum.site.sections import view_section
from probatum.site.shell import Shell, kind_of
from probatum.site.voice import Voice
from probatum.study import Report

HEADINGS: Mapping[GroundKind, tuple[str, str]] = {
    "study": ("studies", "Studies"),
    "review": ("reviews", "Systematic reviews"),
    "safety": ("safety-reports", "Reports on safety"),
    "mechanism": ("mechanism-reports", "Reports on how it may work"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """One line of the list."""

    ident: str
    kind: GroundKind
    title: str
    place: str
    cited: int
    target: str


def reference(record: Report, cited: int) -> Reference:
    """Return a record's line in the list."""
    kind = kind_of(record)
    place = f"{record.journal or ''} {record.year or ''}".strip()
    return Reference(
        ident=record.id,
        kind=kind,
        title=record.title,
        place=place or "place of publication not recorded",
        cited=cited,
        target=record_page(kind, record.id),
    )


def references_content(
    shell: Shell,
    voice: Voice,
    rows: tuple[Reference, ...],
    sections: tuple[Section, ...],
    exports: tuple[tuple[str, str], ...],
) -> Content:
    """Return what the page of references shows."""

    def name(row: Reference) -> tuple[str, str]:
        return shell.records[row.ident].short.casefold(), row.ident

    groups = [
        (anchor, heading, sorted((row for row in rows if row.kind == kind), key=name))
        for kind, (anchor, heading) in HEADINGS.items()
    ]
    return {
        "sections": [view_section(section, voice) for section in sections],
        "groups": [group for group in groups if group[2]],
        "exports": exports,
    }
