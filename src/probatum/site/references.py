"""The list of references, with the way back to the pages that rest on each."""

from __future__ import annotations

from collections.abc import Mapping

from probatum.monograph.model import GroundKind, Reference, Section
from probatum.site.addresses import RECORD_LIST, page
from probatum.site.page import Content, Kept
from probatum.site.sections import view_section
from probatum.site.shell import Shell, slug_of
from probatum.site.voice import Voice

HEADINGS: Mapping[GroundKind, tuple[str, str]] = {
    "study": (RECORD_LIST["study"], "Studies"),
    "review": (RECORD_LIST["review"], "Systematic reviews"),
    "safety": (RECORD_LIST["safety"], "Reports on safety"),
    "mechanism": (RECORD_LIST["mechanism"], "Reports on how it may work"),
}


def references_content(
    shell: Shell,
    voice: Voice,
    references: Kept[tuple[Reference, ...]],
    sections: tuple[Section, ...],
    exports: tuple[tuple[str, str], ...],
) -> Content:
    """Return what the page of references shows."""
    del shell
    groups = [
        (anchor, heading, [line(row, voice) for row in references.value if row.kind == kind])
        for kind, (anchor, heading) in HEADINGS.items()
    ]
    return {
        "sections": [view_section(section, voice) for section in sections],
        "groups": [group for group in groups if group[2]],
        "exports": exports,
    }


def line(reference: Reference, voice: Voice) -> tuple[Reference, list[tuple[str, str]]]:
    """Return a reference with label and address of the pages that cite it."""
    pages = [
        (title, voice.link(page(place if "/" in place else slug_of(place), voice.edition)))
        for place, title in reference.pages
        if place != "references"
    ]
    return reference, list(dict.fromkeys(pages))
