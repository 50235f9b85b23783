"""References: every record formatted, numbered, and linked to the claims that cite it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from probatum.evidence.base import Base
from probatum.monograph.model import (
    Claim,
    GroundKind,
    Passage,
    Place,
    Prose,
    Reference,
    Section,
    Span,
    Table,
    UsePage,
)
from probatum.monograph.numbers import counted, listed
from probatum.monograph.sentence import KIND_OF_RECORD, claim, record_ground, record_grounds, span
from probatum.study import Report

CITATION = re.compile(r"\[@([a-z][a-z0-9-]*)\]")
MANY_AUTHORS = 6
"""With more authors than this the first three are named (ICMJE names six)."""
KIND_NAMES: dict[GroundKind, tuple[str, str]] = {
    "study": ("study of effect", "studies of effect"),
    "review": ("systematic review", "systematic reviews"),
    "safety": ("report on harm", "reports on harm"),
    "mechanism": ("report on how it works", "reports on how it works"),
}


def sort_key(record: Report) -> tuple[str, int, str]:
    """Return the place of a record in an alphabetical list."""
    first = record.authors[0] if record.authors else record.title
    letters = re.sub(r"^\W+", "", first)
    return letters.casefold(), record.year or 0, record.id


def format_reference(record: Report) -> tuple[Span, ...]:
    """Return a reference in the manner of the ICMJE, as spans; the title carries the record."""
    authors = record.authors
    if len(authors) > MANY_AUTHORS:
        authors = (*authors[:3], "et al")
    head = f"{', '.join(authors)}. " if authors else ""
    title = record.title.rstrip(".")
    end = "" if title.endswith(("?", "!")) else "."
    return (
        *((Span(head),) if head else ()),
        span(f"{title}{end}", (record_ground(record),)),
        Span(_source(record)),
    )


def _source(record: Report) -> str:
    """Return journal, year, volume, pages and identifiers, as far as they are known."""
    place = ":".join(filter(None, (record.volume, record.pages)))
    year = str(record.year) if record.year else ""
    when = ";".join(filter(None, (year, place)))
    parts = [part for part in (record.journal, when) if part]
    parts += [f"doi:{record.doi}"] if record.doi else []
    parts += [f"PMID {record.pmid}"] if record.pmid else []
    parts += [f"Registration {', '.join(record.registrations)}"] if record.registrations else []
    return "".join(f" {part.rstrip('.')}." for part in parts)


def build_references(
    base: Base, sections: Iterable[Section], uses: Iterable[UsePage]
) -> tuple[Reference, ...]:
    """Return every record as a numbered reference with the places that cite it."""
    cited = cited_by(sections, uses)
    ordered = sorted(base.records.values(), key=sort_key)
    return tuple(
        Reference(
            number,
            KIND_OF_RECORD[type(record)],
            record.id,
            format_reference(record),
            tuple(cited.get(record.id, ())),
        )
        for number, record in enumerate(ordered, 1)
    )


Cited = Mapping[str, list[Place]]
RECORD_KINDS = frozenset(KIND_OF_RECORD.values())


def cited_by(sections: Iterable[Section], uses: Iterable[UsePage]) -> Cited:
    """Return the places that cite each record, by its id: sections and uses, each part once."""
    cited: dict[str, list[Place]] = defaultdict(list)
    for place, ids in _citations(sections, uses):
        for record in dict.fromkeys(ids):
            cited[record].append(place)
    return cited


def _citations(
    sections: Iterable[Section], uses: Iterable[UsePage]
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for section in sections:
        for passage in section.passages:
            for part in passage.parts:
                yield _place(section.slug, section.title, part), cited_in(part)
    for use in uses:
        for part in use.parts():
            yield _place(f"uses/{use.slug}", use.name, part), cited_in(part)
        place = Place(f"uses/{use.slug}", use.name)
        yield place, (*use.studies, *(row[0] for row in use.others), *use.registered)
        yield place, tuple(row.review for row in use.published)


def _place(page: str, title: str, part: Claim | Prose | Table) -> Place:
    return Place(page, title, "" if isinstance(part, Prose) else part.id)


def cited_in(part: Claim | Prose | Table) -> tuple[str, ...]:
    """Return the ids of the records that a part rests on or cites, in order."""
    if isinstance(part, Prose):
        return tuple(CITATION.findall(part.markdown))
    if isinstance(part, Claim):
        return tuple(g.ref for g in part.grounds if g.kind in RECORD_KINDS)
    runs = (run for row in part.rows for one in row for run in one.spans)
    return tuple(g.ref for run in runs for g in run.grounds if g.kind in RECORD_KINDS)


def references(base: Base) -> Section:
    """Compose the section's opening; the list itself is ``Monograph.references``."""
    records = base.records.values()
    parts = []
    for model, kind in KIND_OF_RECORD.items():
        chosen = [record for record in records if type(record) is model]
        if chosen:
            parts.append(span(counted(len(chosen), *KIND_NAMES[kind]), record_grounds(chosen)))
    words = listed([f"\x00{number}\x00" for number in range(len(parts))])
    pieces = [parts[int(p)] if p.isdigit() else p for p in words.split("\x00") if p]
    if not parts:
        return Section("references", "References", ())
    first = claim("references-extent", "this monograph rests on ", *pieces)
    return Section("references", "References", (Passage("", (first,)),))
