"""How a record is called wherever readers meet it: by its authors, else by its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from probatum.study import Report

LONGEST_TITLE = 36
"""Letters of a title that stand for a record without authors; longer ones end at a word."""
INITIALS = re.compile(r"^(?P<family>.+?) [A-ZÀ-Þ][A-ZÀ-Þ-]{0,3}$")
INNER = str.maketrans('"“”', "'‘’")
"""Quotation marks inside a quoted title."""
ID_LIKE = re.compile(r"(?<![\w-])[a-z]+[0-9-][a-z0-9-]*(?![\w-])")
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


def name_records(text: str, name_of: Callable[[str], str | None]) -> str:
    """Return text in which working ids give way to names; ``name_of`` knows which words are ids.

    Only words with a digit or a hyphen are asked, since an id of plain letters may be a word.
    """
    return ID_LIKE.sub(lambda found: name_of(found[0]) or found[0], text)


def namer(records: Mapping[str, Report]) -> Callable[[str], str | None]:
    """Return a function from an id to the name of its record, None where there is none."""
    return lambda ident: short_name(records[ident]) if ident in records else None


def _quoted(title: str) -> str:
    """Return a title in quotes; one that a person described in brackets stays in those words."""
    plain = title.strip().rstrip(".").translate(INNER)
    told = plain.startswith("(") and plain.endswith(")")
    if told:
        plain = plain[1:-1]
    if len(plain) > LONGEST_TITLE:
        plain = f"{plain[:LONGEST_TITLE].rsplit(' ', 1)[0].rstrip(' ,;:–-')}…"
    return f"[{plain}]" if told else f"“{plain}”"
