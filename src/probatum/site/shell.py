"""What every page shares: title, dates, navigation, and the names of records and uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Question
from probatum.mechanism import MechanismReport
from probatum.monograph.model import GroundKind, Monograph, Prose, Section
from probatum.monograph.naming import short_name
from probatum.monograph.sentence import upper_first
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report
from probatum.vocabulary import BAND_LABEL, COMPARATOR_LABEL

HOME_SECTIONS = ("overview",)
"""Sections that stand on the home page."""
JOINED: Mapping[str, str] = {"side-effects": "safety", "precautions": "safety"}
"""Sections that share a page, whose slug is the value."""
TITLES: Mapping[str, str] = {"safety": "Safety", "uses": "Uses"}
"""Titles of pages that are called otherwise than their section."""


@dataclass(frozen=True, slots=True)
class Name:
    """How a record is called on pages; ``flag`` is what a notice says of it, or empty."""

    kind: GroundKind
    short: str
    flag: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page shares.

    Attributes
    ----------
    pages : slug and title of the section pages, in reading order.
    records : name of each record by id; uses : name of each use by slug.
    texts : slug of the page on which each text of the base stands, by the text's name.
    """

    title: str
    date: str
    searched_to: str
    config: BaseConfig
    pages: tuple[tuple[str, str], ...]
    records: Mapping[str, Name]
    uses: Mapping[str, str]
    texts: Mapping[str, str]

    def name(self, ident: str) -> str | None:
        """Return what a record is called, None where there is no such record."""
        found = self.records.get(ident)
        return found.short if found else None


def page_slug(section: Section) -> str:
    """Return the slug of the page on which a section stands; empty for the home page."""
    return slug_of(section.slug)


def slug_of(section: str) -> str:
    """Return the slug of the page on which the section of that slug stands."""
    return "" if section in HOME_SECTIONS else JOINED.get(section, section)


def make_shell(base: Base, monograph: Monograph) -> Shell:
    """Return what every page of the monograph shares."""
    pages: dict[str, str] = {}
    texts: dict[str, str] = {}
    for section in monograph.sections:
        slug = page_slug(section)
        if slug:
            pages.setdefault(slug, TITLES.get(slug, section.title))
        for passage in section.passages:
            for part in passage.parts:
                if isinstance(part, Prose):
                    texts[part.file.rpartition("/")[2].removesuffix(".md")] = slug
    return Shell(
        title=monograph.title,
        date=monograph.date,
        searched_to=monograph.searched_to,
        config=base.config,
        pages=tuple(pages.items()),
        records={ident: name_of(record) for ident, record in sorted(base.records.items())},
        uses={use.slug: use.name for use in monograph.uses},
        texts=texts,
    )


def label_of_domain(slug: str, config: BaseConfig) -> str:
    """Return what an outcome domain is called, with a capital."""
    label = next((domain.label for domain in config.domains if domain.slug == slug), slug)
    return upper_first(label)


def heading_of(question: Question, config: BaseConfig) -> str:
    """Return a question as a heading."""
    domain = label_of_domain(question.domain, config)
    return f"{domain}, {BAND_LABEL[question.band]}, against {COMPARATOR_LABEL[question.comparator]}"


def name_of(record: Report) -> Name:
    """Return how a record is called."""
    return Name(kind_of(record), short_name(record), flag_of(record))


def flag_of(record: Report) -> str:
    """Return the gravest of what notices say of a record, in words; empty where none does."""
    if record.retracted:
        return "retracted"
    kinds = {notice.kind for notice in record.notices}
    if "expression-of-concern" in kinds:
        return "expression of concern"
    return "corrected" if kinds else ""


def kind_of(record: Report) -> GroundKind:
    """Return which kind of record it is."""
    if isinstance(record, Review):
        return "review"
    if isinstance(record, SafetyReport):
        return "safety"
    return "mechanism" if isinstance(record, MechanismReport) else "study"
