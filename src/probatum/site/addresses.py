"""Where each page stands, and how one page points to another without knowing the site's root."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast
from urllib.parse import quote

from probatum.evidence.web import host_of, is_number
from probatum.findings import Question
from probatum.monograph.model import Ground, GroundKind
from probatum.vocabulary import ComparatorClass, TimeBand

SiteEdition = Literal["consumer", "professional"]
EDITIONS: tuple[SiteEdition, ...] = ("consumer", "professional")
PREFIX: Mapping[SiteEdition, str] = MappingProxyType(
    {"consumer": "", "professional": "professional/"}
)
RECORD_FOLDER: Mapping[GroundKind, str] = MappingProxyType(
    {"study": "studies", "review": "reviews", "safety": "safety", "mechanism": "mechanism"}
)
"""Folder of the pages of each kind of record; both editions share them."""
RECORD_LIST: Mapping[GroundKind, str] = MappingProxyType(
    {
        "study": "studies",
        "review": "reviews",
        "safety": "safety-reports",
        "mechanism": "mechanism-reports",
    }
)
"""Name of the list of each kind of record among the references; a use lists its own likewise."""
LISTED_BY_USE = ("study", "review")
FEW = 3
"""So few records are not looked up in the list of all references."""


def page(slug: str, edition: SiteEdition) -> str:
    """Return the path of a page of an edition; the empty slug is its home."""
    return f"{PREFIX[edition]}{slug}/index.html" if slug else f"{PREFIX[edition]}index.html"


def use_page(slug: str, edition: SiteEdition) -> str:
    """Return the path of a use's page."""
    return page(f"uses/{slug}", edition)


def record_page(kind: GroundKind, ident: str) -> str:
    """Return the path of a record's page."""
    return f"{RECORD_FOLDER[kind]}/{ident}/index.html"


def question_anchor(question: Question) -> str:
    """Return the name of a question on the page of its use."""
    return f"{question.domain}-{question.comparator}-{question.band}"


def of_question(question: Question, edition: SiteEdition) -> str:
    """Return the place where the evidence on a question is shown."""
    return f"{use_page(question.use, edition)}#{question_anchor(question)}"


def question_of(ref: str) -> Question:
    """Return the question that a ground refers to as ``use/domain/comparator/band``."""
    use, domain, comparator, band = ref.split("/")
    return Question(use, domain, cast("ComparatorClass", comparator), cast("TimeBand", band))


def of_ground(ground: Ground, edition: SiteEdition, texts: Mapping[str, str]) -> str:
    """Return the place of what a claim rests on; ``texts`` maps a text's name to its page."""
    if ground.kind in RECORD_FOLDER:
        return record_page(ground.kind, ground.ref)
    if ground.kind == "question":
        return of_question(question_of(ground.ref), edition)
    if ground.kind == "use":
        return use_page(ground.ref, edition)
    if ground.kind == "text":
        return texts.get(ground.ref, page("method", edition))
    field = ground.ref.partition(".")[0].partition("[")[0]
    return f"{page('method', edition)}#base-{field}"


def of_several(kind: GroundKind, number: int, here: str, edition: SiteEdition) -> str | None:
    """Return the nearest list that holds several records or uses; None where one serves better."""
    if kind == "use":
        return f"{page('', edition)}#uses"
    if kind not in RECORD_LIST:
        return None
    on_a_use = posixpath.basename(posixpath.dirname(posixpath.dirname(here))) == "uses"
    if on_a_use and kind in LISTED_BY_USE:
        return f"{here}#{RECORD_LIST[kind]}"
    return f"{page('references', edition)}#{RECORD_LIST[kind]}" if number > FEW else None


def relative(target: str, here: str) -> str:
    """Return the link from the page ``here`` to ``target``; both run from the site's root."""
    path, mark, fragment = target.partition("#")
    if path == here and mark:
        return f"#{fragment}"
    return f"{way(path, posixpath.dirname(here))}{mark}{fragment}"


@lru_cache(maxsize=4096)
def way(path: str, folder: str) -> str:
    """Return the way from a folder of the site to a path of it; pages of a folder share many."""
    return posixpath.relpath(path, folder or ".")


def web_address(text: str) -> str | None:
    """Return a text as a link's target where it is a web address with a named host, else None."""
    host = host_of(text)
    if not host or is_number(host) or "\\" in text:
        return None
    return quote(text.strip(), safe=":/?#[]@!$&'()*+,;=%~-._")


def doi_address(doi: str) -> str:
    """Return the resolver's address of a DOI."""
    return f"https://doi.org/{quote(doi, safe='/:;().-_')}"


def pubmed_address(pmid: str) -> str:
    """Return PubMed's address of a PMID."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid, safe='')}/"


def pmc_address(pmcid: str) -> str:
    """Return PubMed Central's address of a PMCID."""
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(pmcid, safe='')}/"


def registry_address(registration: str) -> str | None:
    """Return the registry's address of a trial registration, where its form is known."""
    if registration.startswith("NCT"):
        return f"https://clinicaltrials.gov/study/{quote(registration, safe='')}"
    if registration.startswith("ISRCTN"):
        return f"https://www.isrctn.com/{quote(registration, safe='')}"
    return None
