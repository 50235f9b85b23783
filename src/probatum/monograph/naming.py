"""How a record is called wherever readers meet it: by its authors, else by its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from probatum.study import Report

LONGEST_TITLE = 36
"""Letters of a title that stand for a record without authors; longer ones end at a word."""
INITIALS = re.compile(r"^(?P<family>.+?) [A-ZÀ-Þ][A-ZÀ-Þ-]{0,3}$")
LETTER = re.compile(r"\d(?P<letter>[a-z])$")


def short_name(record: Report) -> str:
    """Return `Hong 1994`, `Dunning et al. 2021b`, or the title's beginning where none signed.

    A letter that tells two records of one author and year apart is kept from the id; the id
    itself is a working name of the base and is shown to nobody.
    """
    if not record.authors:
        return f"{_quoted(record.title)} {record.year or ''}".rstrip()
    first = family_of(record.authors[0])
    if len(record.authors) == 2:
        first = f"{first} & {family_of(record.authors[1])}"
    elif len(record.authors) > 2:
        first = f"{first} et al."
    if record.year is None:
        return f"{first}, year unknown"
    letter = LETTER.search(record.id)
    return f"{first} {record.year}{letter['letter'] if letter else ''}"


def family_of(author: str) -> str:
    """Return the family name of `Simons DG`; a group's name stays whole."""
    found = INITIALS.match(author.strip())
    return found["family"] if found else author.strip()


def name_records(text: str, records: Mapping[str, Report], ids: Iterable[str]) -> str:
    """Return text in which each of these ids gives way to the name of its record."""
    for ident in sorted(set(ids), key=len, reverse=True):
        if ident in records:
            whole = re.compile(rf"(?<![\w-]){re.escape(ident)}(?![\w-])")
            text = whole.sub(short_name(records[ident]).replace("\\", r"\\"), text)
    return text


def _quoted(title: str) -> str:
    """Return a title in quotes; one that a person described in brackets stays in those words."""
    plain = title.strip().rstrip(".")
    told = plain.startswith("(") and plain.endswith(")")
    if told:
        plain = plain[1:-1]
    if len(plain) > LONGEST_TITLE:
        plain = f"{plain[:LONGEST_TITLE].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"
    return f"[{plain}]" if told else f"“{plain}”"
