"""Which pages a site has, and what each is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from probatum.evidence.base import Base
from probatum.monograph.compose import compose
from probatum.monograph.model import Monograph, Section, UsePage
from probatum.rating.assess import Assessment, rerate
from probatum.rating.policy import load_policy, policy_names
from probatum.rating.rate import rate
from probatum.rating.trial import TrialGrid
from probatum.site.addresses import EDITIONS, SiteEdition, page, record_page, use_page
from probatum.site.asset import Asset
from probatum.site.backlinks import Backlink, backlinks
from probatum.site.bias import bias_of
from probatum.site.exports import ExportFile
from probatum.site.page import Content, Kept, Page, keep
from probatum.site.records import Trace, record_content, traces
from probatum.site.references import references_content
from probatum.site.robustness import robustness
from probatum.site.sections import (
    changelog_content,
    extent_of,
    home_content,
    home_row,
    method_content,
    section_content,
)
from probatum.site.shell import Shell, kind_of, make_shell, page_slug
from probatum.site.uses import Extras, ScaleWord, StudyLine, study_line, use_content
from probatum.study import Report

PlannedFile = Page | Asset | ExportFile
STATIC = ("style.css", "icon.svg")


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the pages are made from.

    ``grids`` holds what a next trial would do to each use, ``scales`` the word that each rating
    policy gives it; ``changes`` is the Markdown of the base's changelog, empty where it has none.
    """

    assessment: Assessment
    monograph: Monograph
    shell: Shell
    grids: Mapping[str, tuple[TrialGrid, ...]]
    scales: Mapping[str, tuple[ScaleWord, ...]]
    changes: str
    exports: tuple[ExportFile, ...]

    @property
    def base(self) -> Base:
        """The evidence base."""
        return self.assessment.base


def gather(
    assessment: Assessment,
    grids: Mapping[str, tuple[TrialGrid, ...]],
    *,
    changes: str = "",
    exports: tuple[ExportFile, ...] = (),
) -> Sources:
    """Compose the monograph of an assessment, with what else its pages need."""
    monograph = compose(assessment)
    return Sources(
        assessment=assessment,
        monograph=monograph,
        shell=make_shell(assessment.base, monograph),
        grids=grids,
        scales=scale_words(assessment),
        changes=changes,
        exports=exports,
    )


def scale_words(assessment: Assessment) -> dict[str, tuple[ScaleWord, ...]]:
    """Return the word of every rating policy for each use."""
    rated = []
    for name in policy_names():
        policy = load_policy(name)
        same = policy.certainty == assessment.policy.certainty
        graded = assessment.graded if same else rerate(assessment, name).graded
        rated.append((policy.title, rate(graded, assessment.base, policy)))
    return {
        use: tuple(ScaleWord(title, ratings[use].word) for title, ratings in rated)
        for use in assessment.ratings
    }


def plan(sources: Sources) -> tuple[PlannedFile, ...]:
    """Return every file of the site, sorted by path."""
    links = backlinks(sources.monograph)
    found: list[PlannedFile] = [*static_files(), *sources.exports]
    found += record_pages(sources, links)
    lines = {study.id: study_line(study) for study in sources.base.studies}
    uses = [keep(use) for use in sources.monograph.uses]
    extras = {use.value.slug: extras_of(use.value, sources) for use in uses}
    for edition in EDITIONS:
        found.append(home_page(sources, edition))
        for use in uses:
            found.append(use_page_of(use, extras[use.value.slug], lines, edition))
        found += section_pages(sources, edition)
        found += fixed_pages(sources, edition)
    return tuple(sorted(found, key=lambda file: file.path))


def static_files() -> Iterator[Asset]:
    """Yield the style sheet and the icon."""
    folder = files("probatum.site") / "static"
    for name in STATIC:
        yield Asset(f"static/{name}", (folder / name).read_bytes())


def record_pages(sources: Sources, links: Mapping[str, tuple[Backlink, ...]]) -> Iterator[Page]:
    """Yield the page of every record; both editions share it."""
    became = traces(sources.assessment.findings)
    for ident, record in sources.base.records.items():
        kind = kind_of(record)
        yield Page(
            path=record_page(kind, ident),
            template="record.html",
            title=record.title,
            description=f"Everything recorded of {sources.shell.records[ident].short}.",
            edition="consumer",
            make=record_content,
            inputs=(
                kept_record(sources.base, record),
                became.get(ident, Trace()),
                links.get(ident, ()),
            ),
            shared=True,
        )


def kept_record(base: Base, record: Report) -> Kept[Report]:
    """Return a record with its file's digest, or with one of its values where it has no file."""
    digest = base.digests.get(record.file)
    return Kept(record, digest) if digest else keep(record)


def home_page(sources: Sources, edition: SiteEdition) -> Page:
    """Return the home page of an edition."""
    monograph = sources.monograph
    rows = tuple(home_row(use.slug, use.name, use.rating, use.glance) for use in monograph.uses)
    here = tuple(section for section in monograph.sections if not page_slug(section))
    return Page(
        path=page("", edition),
        template="home.html",
        title=monograph.title,
        description=f"{monograph.title}: does it work, for what, and how sure can we be?",
        edition=edition,
        make=home_content,
        inputs=(extent_of(sources.base, monograph), rows, here),
    )


def extras_of(use: UsePage, sources: Sources) -> Extras:
    """Return what a use's page shows beside its claims."""
    firm = robustness(use.slug, sources.assessment, sources.grids.get(use.slug, ()))
    return Extras(sources.scales[use.slug], firm, bias_of(use, sources.base))


def use_page_of(
    use: Kept[UsePage], extras: Extras, lines: Mapping[str, StudyLine], edition: SiteEdition
) -> Page:
    """Return the page of a use."""
    told = use.value
    wanted = (*told.studies, *told.registered)
    return Page(
        path=use_page(told.slug, edition),
        template="use.html",
        title=told.name,
        description=f"{told.name}: {told.glance.text}",
        edition=edition,
        make=use_content,
        inputs=(use, {ident: lines[ident] for ident in wanted}, extras),
    )


def section_pages(sources: Sources, edition: SiteEdition) -> Iterator[Page]:
    """Yield the pages of the sections that have one; some hold several sections."""
    shared: dict[str, list[Section]] = {}
    for section in sources.monograph.sections:
        slug = page_slug(section)
        if slug and slug != "references":
            shared.setdefault(slug, []).append(section)
    titles = dict(sources.shell.pages)
    for slug, sections in shared.items():
        yield Page(
            path=page(slug, edition),
            template="section.html",
            title=titles[slug],
            description=f"{titles[slug]}: {sources.shell.title}.",
            edition=edition,
            make=section_content,
            inputs=tuple(sections),
        )


def fixed_pages(sources: Sources, edition: SiteEdition) -> Iterator[Page]:
    """Yield references, method and changelog."""
    monograph = sources.monograph
    spoken = tuple(s for s in monograph.sections if page_slug(s) == "references")
    exports = tuple((asset.path.rpartition("/")[2], asset.path) for asset in sources.exports)
    kinds: tuple[tuple[str, str, Callable[..., Content], tuple[Any, ...]], ...] = (
        ("references", "References", references_content, (monograph.references, spoken, exports)),
        ("method", "Method", method_content, (monograph.words, sources.assessment.policy)),
        ("changelog", "Changes", changelog_content, (sources.changes,)),
    )
    for slug, title, make, inputs in kinds:
        yield Page(
            path=page(slug, edition),
            template=f"{slug}.html",
            title=title,
            description=f"{title}: {monograph.title}.",
            edition=edition,
            make=make,
            inputs=inputs,
        )
