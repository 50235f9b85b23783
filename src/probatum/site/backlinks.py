"""From records back to the sentences and tables that rest on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from probatum.monograph.model import Claim, Edition, Monograph, Place, Prose, Table
from probatum.site.addresses import EDITIONS, SiteEdition, page
from probatum.site.shell import slug_of
from probatum.site.voice import claim_anchor


@dataclass(frozen=True, slots=True)
class Backlink:
    """Words that rest on a record, and where they stand."""

    words: str
    target: str
    edition: SiteEdition


def backlinks(monograph: Monograph) -> dict[str, tuple[Backlink, ...]]:
    """Return, for each record, the sentences, tables and lists that rest on it, each once.

    What both editions say is pointed to in the consumer edition.
    """
    parts = {(slug, part.id): part for slug, part in parts_of(monograph)}
    places = dict.fromkeys(place for ref in monograph.references for place in ref.cited_by)
    links = {place: backlink(place, parts.get((place.page, place.part))) for place in places}
    return {
        reference.record: tuple(dict.fromkeys(links[place] for place in reference.cited_by))
        for reference in monograph.references
    }


def parts_of(monograph: Monograph) -> Iterator[tuple[str, Claim | Table]]:
    """Yield every sentence and table with the name of its page, as places name it.

    What stands in a passage of one edition is of that edition.
    """
    for section in monograph.sections:
        for passage in section.passages:
            for part in passage.parts:
                if not isinstance(part, Prose):
                    one = passage.edition != "both"
                    yield section.slug, replace(part, edition=passage.edition) if one else part
    for use in monograph.uses:
        yield from ((f"uses/{use.slug}", part) for part in use.parts())


def backlink(place: Place, part: Claim | Table | None) -> Backlink:
    """Return the way back to a part, or to its page where the page as a whole cites the record."""
    edition = edition_of(part.edition) if part else "consumer"
    target = page(place.page if "/" in place.page else slug_of(place.page), edition)
    if part is None:
        return Backlink(f"{place.title} (the page’s lists and texts)", target, edition)
    if isinstance(part, Table):
        return Backlink(f"Table: {part.caption}", f"{target}#{table_anchor(part)}", edition)
    return Backlink(part.text, f"{target}#{claim_anchor(part)}", edition)


def edition_of(edition: Edition) -> SiteEdition:
    """Return the first of the site's editions in which something is said."""
    return next(each for each in EDITIONS if edition in {"both", each})


def table_anchor(table: Table) -> str:
    """Return a table's name on its page."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in table.id)
    return f"table-{plain}"
