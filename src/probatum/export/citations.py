"""References for other programs: BibTeX, RIS and CSL-JSON, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from probatum.study import Report

BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # BibTeX counts escaped braces too, so braces must be spelt out to stay balanced
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
    }
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
UNSEEN = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that reorder or hide what follows, in the reader's editor too (Unicode TR 36)."""
INITIALS = re.compile(r"^(?P<family>.+?) (?P<given>[A-ZÀ-Þ][A-ZÀ-Þ-]{0,4})$")
PAGES = re.compile(r"^(?P<first>\S+?)\s*[-–—]+\s*(?P<last>\S+)$")


@dataclass(frozen=True, slots=True)
class Name:
    """An author: family and initials, or a whole name where it cannot be parted."""

    family: str
    given: str = ""


def name_of(author: str) -> Name:
    """Part `Family I` into its halves; a group's name stays whole.

    >>> name_of("Simons DG")
    Name(family='Simons', given='DG')
    >>> name_of("World Health Organization")
    Name(family='World Health Organization', given='')
    """
    found = INITIALS.match(one_line(author))
    return Name(found["family"], found["given"]) if found else Name(one_line(author))


def one_line(text: str) -> str:
    """Return text without line breaks and control characters, which end a field in RIS."""
    return CONTROL.sub(" ", seen(text)).strip()


def seen(text: str) -> str:
    """Return text without characters that reorder or hide what follows them."""
    return UNSEEN.sub("", text)


def page_range(pages: str) -> tuple[str, str | None]:
    """Return first and last page: `134-140` → (`134`, `140`); an article number has no last."""
    found = PAGES.match(one_line(pages))
    return (found["first"], found["last"]) if found else (one_line(pages), None)


def to_bibtex(records: Iterable[Report]) -> str:
    """Return BibTeX (UTF-8), one entry a record under its id.

    Fields as in Patashnik, BibTeXing (1988); titles stand in double braces to keep their case.
    """
    return "\n".join(_bibtex_entry(record) for record in records)


def _bibtex_entry(record: Report) -> str:
    kind = "article" if record.journal else "misc"
    fields = "".join(f"  {key} = {{{value}}},\n" for key, value in _bibtex_fields(record))
    return f"@{kind}{{{record.id},\n{fields}}}\n"


def _bibtex_fields(record: Report) -> Iterator[tuple[str, str]]:
    if record.authors:
        yield "author", " and ".join(_bibtex_name(name_of(author)) for author in record.authors)
    yield "title", f"{{{escape_bibtex(record.title)}}}"
    if record.journal:
        yield "journal", escape_bibtex(record.journal)
    if record.year:
        yield "year", str(record.year)
    if record.volume:
        yield "volume", escape_bibtex(record.volume)
    if record.pages:
        first, last = page_range(record.pages)
        yield "pages", escape_bibtex(first) + (f"--{escape_bibtex(last)}" if last else "")
    if record.doi:
        yield "doi", escape_bibtex(record.doi)
    if record.pmid:
        yield "pmid", escape_bibtex(record.pmid)


def _bibtex_name(name: Name) -> str:
    family = escape_bibtex(name.family)
    return f"{family}, {escape_bibtex(name.given)}" if name.given else f"{{{family}}}"


def escape_bibtex(text: str) -> str:
    """Return text with every character that TeX or BibTeX would act on spelt out."""
    return one_line(text).translate(BIBTEX_ESCAPES)


def to_ris(records: Iterable[Report]) -> str:
    """Return RIS, one reference a record; lines end in CR LF and each holds one tag.

    Tags as in the RIS format specification (Reference Manager, 2011).
    """
    lines = (line for record in records for line in _ris_lines(record))
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in lines)


def _ris_lines(record: Report) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if record.journal else "GEN"
    yield "ID", record.id
    for author in record.authors:
        name = name_of(author)
        yield "AU", f"{name.family}, {name.given}" if name.given else name.family
    yield "TI", record.title
    if record.journal:
        yield "JO", record.journal
    if record.year:
        yield "PY", str(record.year)
    if record.volume:
        yield "VL", record.volume
    if record.pages:
        first, last = page_range(record.pages)
        yield "SP", first
        if last:
            yield "EP", last
    if record.doi:
        yield "DO", record.doi
    if record.pmid:
        yield "AN", record.pmid
    yield "ER", ""


def to_csl_json(records: Iterable[Report]) -> str:
    """Return CSL-JSON, an array with one item a record (citationstyles.org schema 1.0.2)."""
    items = [_csl_item(record) for record in records]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _csl_item(record: Report) -> dict[str, object]:
    fields: dict[str, object | None] = {
        "id": record.id,
        "type": "article-journal" if record.journal else "document",
        "title": seen(record.title),
        "author": [_csl_name(name_of(author)) for author in record.authors] or None,
        "issued": {"date-parts": [[record.year]]} if record.year else None,
        "container-title": seen(record.journal) if record.journal else None,
        "volume": record.volume,
        "page": record.pages,
        "DOI": record.doi,
        "PMID": record.pmid,
        "PMCID": record.pmcid,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _csl_name(name: Name) -> dict[str, str]:
    if name.given:
        return {"family": name.family, "given": name.given}
    return {"literal": name.family}
