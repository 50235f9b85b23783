"""From records back to the sentences that rest on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.monograph.model import Claim, Ground, Monograph, Section, Table, UsePage
from probatum.site.addresses import EDITIONS, RECORD_FOLDER, SiteEdition, page, use_page
from probatum.site.shell import page_slug
from probatum.site.voice import claim_anchor


@dataclass(frozen=True, slots=True)
class Backlink:
    """A sentence or table that rests on a record, and where it stands."""

    words: str
    target: str
    edition: SiteEdition


def backlinks(monograph: Monograph) -> dict[str, tuple[Backlink, ...]]:
    """Return, for each record that is used, the sentences that rest on it, each once.

    What both editions say is pointed to in the consumer edition.
    """
    found: dict[str, dict[Backlink, None]] = {}
    for slug, part in parts_of(monograph):
        edition = next(e for e in EDITIONS if part.edition in {"both", e})
        for ground in grounds_of(part):
            if ground.kind in RECORD_FOLDER:
                link = Backlink(words_of(part), f"{page(slug, edition)}#{anchor_of(part)}", edition)
                found.setdefault(ground.ref, {})[link] = None
    return {ident: tuple(links) for ident, links in found.items()}


def parts_of(monograph: Monograph) -> Iterator[tuple[str, Claim | Table]]:
    """Yield every sentence and table with the slug of its page, uses first."""
    for use in monograph.uses:
        slug = use_page(use.slug, "consumer").removesuffix("/index.html")
        yield from ((slug, part) for part in parts_of_use(use))
    for section in monograph.sections:
        yield from ((page_slug(section), part) for part in parts_of_section(section))


def parts_of_use(use: UsePage) -> Iterator[Claim | Table]:
    """Yield the sentences and tables of a use's page."""
    yield from use.verdict
    yield from use.sentences
    yield from use.why
    yield from use.would_change
    yield from use.beside
    yield from use.tables


def parts_of_section(section: Section) -> Iterator[Claim | Table]:
    """Yield the sentences and tables of a section."""
    if section.slug != "references":  # a list of references is no use of them
        for passage in section.passages:
            yield from (part for part in passage.parts if isinstance(part, Claim | Table))


def grounds_of(part: Claim | Table) -> Iterator[Ground]:
    """Yield what a sentence or a table's cells rest on."""
    if isinstance(part, Claim):
        yield from part.grounds
        return
    for row in part.rows:
        for cell in row:
            for span in cell.spans:
                yield from span.grounds


def words_of(part: Claim | Table) -> str:
    """Return the sentence, or the caption of a table."""
    return part.text if isinstance(part, Claim) else f"Table: {part.caption}"


def anchor_of(part: Claim | Table) -> str:
    """Return the name under which a part is found on its page."""
    return claim_anchor(part) if isinstance(part, Claim) else table_anchor(part)


def table_anchor(table: Table) -> str:
    """Return a table's name on its page."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in table.id)
    return f"table-{plain}"
