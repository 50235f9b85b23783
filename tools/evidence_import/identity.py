"""Tell which raw records are of the same report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence_import.source import Json, Raw
from probatum.evidence.checks_base import LEAST_TITLE, plain


def first_author(data: Json) -> str:
    """Return the first author's family name, or nothing."""
    words = plain((data.get("authors") or [""])[0]).split()
    return words[0] if words else ""


def is_working_name(ident: str) -> bool:
    """Tell whether an id is a number of a database or registry, and not a name and year."""
    return bool(re.match(r"(pubmed|pmc|nct|irct|isrctn|actrn|ctri)[-a-z]*\d{5,}", ident))


def marks(data: Json) -> Iterator[str]:
    """Yield what identifies a report: DOI, PMID, PMCID, and title with year."""
    for name in ("doi", "pmid", "pmcid"):
        if data.get(name):
            yield f"{name}:{str(data[name]).lower()}"
    title = plain(data.get("title", ""))
    described = data.get("title", "").startswith("(")  # a bracket holds no title
    if len(title) > LEAST_TITLE and not described:
        yield f"title:{title}:{data.get('year')}"


def same_author(left: Json, right: Json) -> bool:
    """Tell whether first authors agree, where both are known."""
    names = {first_author(left), first_author(right)} - {""}
    return len(names) < 2


def cluster(raws: Sequence[Raw], same: Sequence[Sequence[str]]) -> list[list[Raw]]:
    """Group the records of one kind by report; ``same`` names keys that a person found equal."""
    group = {raw.key: raw.key for raw in raws}

    def root(key: str) -> str:
        while group[key] != key:
            key = group[key]
        return key

    seen: dict[str, Raw] = {}
    for raw in raws:
        for mark in marks(raw.data):
            mark = f"{raw.kind}:{mark}"  # noqa: PLW2901  # a study and a review may share a DOI
            other = seen.setdefault(mark, raw)
            if ":title:" not in mark or same_author(other.data, raw.data):
                group[root(raw.key)] = root(other.key)
    for keys in same:
        known = [key for key in keys if key in group]
        for key in known[1:]:
            group[root(key)] = root(known[0])
    clusters: dict[str, list[Raw]] = {}
    for raw in raws:
        clusters.setdefault(root(raw.key), []).append(raw)
    return list(clusters.values())
