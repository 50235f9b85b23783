"""Which pages a site has, and what each is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import product
from typing import Any

from probatum.certainty.grade import grade
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.monograph.compose import compose
from probatum.monograph.effectiveness import use_page as compose_use
from probatum.monograph.model import Monograph, Section, UsePage
from probatum.monograph.naming import short_name
from probatum.monograph.use import UseView
from probatum.rating.assess import Assessment
from probatum.rating.policy import load_policy, policy_names
from probatum.rating.rate import rate_use
from probatum.rating.trial import TrialGrid
from probatum.site.addresses import EDITIONS, SiteEdition, page, record_page, use_page
from probatum.site.asset import Asset
from probatum.site.backlinks import Backlink, backlinks
from probatum.site.bias import bias_of
from probatum.site.exports import ExportFile
from probatum.site.memory import Memory
from probatum.site.page import Content, Kept, Page, digest_of, keep
from probatum.site.records import Trace, record_content, traces
from probatum.site.references import references_content
from probatum.site.robustness import robustness
from probatum.site.sections import (
    changelog_content,
    extent_of,
    grouped,
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
class UseSources:
    """What the page of a use is made from."""

    page: Kept[UsePage]
    extras: Kept[Extras]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the pages are made from.

    ``changes`` is the Markdown of the base's changelog, empty where it has none.
    """

    assessment: Assessment
    monograph: Monograph
    shell: Shell
    uses: tuple[UseSources, ...]
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
    memory: Memory | None = None,
    changes: str = "",
    exports: tuple[ExportFile, ...] = (),
) -> Sources:
    """Compose the monograph of an assessment, with what else its pages need."""
    memory = memory or Memory()
    named = beyond_uses(assessment.base)

    def page_of(view: UseView) -> UsePage:
        return memory.recall(view.use.slug, UsePage, partial(compose_use, view), named)

    monograph = compose(assessment, page_of)
    uses = tuple(
        memory.recall(
            use.slug,
            UseSources,
            partial(use_sources, use, assessment, grids.get(use.slug, ())),
            named,
        )
        for use in monograph.uses
    )
    return Sources(
        assessment=assessment,
        monograph=monograph,
        shell=make_shell(assessment.base, monograph),
        uses=uses,
        changes=changes,
        exports=exports,
    )


def beyond_uses(base: Base) -> str:
    """Return the digest of what a use's page takes from elsewhere than its own evidence."""
    names = [(ident, short_name(record)) for ident, record in base.records.items()]
    return digest_of(names, base.overrides)


def use_sources(page: UsePage, assessment: Assessment, grids: tuple[TrialGrid, ...]) -> UseSources:
    """Return what the page of a use is made from."""
    extras = Extras(
        scales=tuple(scale_words(assessment.base.use(page.slug), assessment)),
        firm=robustness(page.slug, assessment, grids),
        bias=bias_of(page, assessment.base),
    )
    return UseSources(keep(page), keep(extras))


def scale_words(use: Use, assessment: Assessment) -> Iterator[ScaleWord]:
    """Yield the word of every rating policy for a use."""
    mine = {q: graded for q, graded in assessment.graded.items() if q.use == use.slug}
    for name in policy_names():
        policy = load_policy(name)
        graded = mine
        if policy.certainty != assessment.policy.certainty:
            regraded = (grade(g.body, assessment.base, policy.certainty) for g in mine.values())
            graded = {found.body.question: found for found in regraded}
        yield ScaleWord(policy.title, rate_use(use, graded, assessment.base, policy).word)


def plan(sources: Sources) -> tuple[PlannedFile, ...]:
    """Return every file of the site, sorted by path."""
    links = backlinks(sources.monograph)
    found: list[PlannedFile] = [*static_files(), *sources.exports]
    found += record_pages(sources, links)
    lines = {study.id: study_line(study) for study in sources.base.studies}
    for edition in EDITIONS:
        found.append(home_page(sources, edition))
        found += (use_page_of(use, lines, edition) for use in sources.uses)
    found += section_pages(sources)
    found += fixed_pages(sources)
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
    rows = [home_row(use.slug, use.name, use.rating, use.glance) for use in monograph.uses]
    groups = tuple(grouped(rows, sources.assessment.policy.words))
    here = tuple(section for section in monograph.sections if not page_slug(section))
    return Page(
        path=page("", edition),
        template="home.html",
        title=monograph.title,
        description=f"{monograph.title}: does it work, for what, and how sure can we be?",
        edition=edition,
        make=home_content,
        inputs=(extent_of(sources.base, monograph), groups, here),
    )


def use_page_of(use: UseSources, lines: Mapping[str, StudyLine], edition: SiteEdition) -> Page:
    """Return the page of a use."""
    told = use.page.value
    wanted = (*told.studies, *told.registered)
    return Page(
        path=use_page(told.slug, edition),
        template="use.html",
        title=told.name,
        description=f"{told.name}: {told.glance.text}",
        edition=edition,
        make=use_content,
        inputs=(use.page, {ident: lines[ident] for ident in wanted}, use.extras),
    )


def section_pages(sources: Sources) -> Iterator[Page]:
    """Yield the pages of the sections that have one, in both editions; some hold several."""
    shared: dict[str, list[Section]] = {}
    for section in sources.monograph.sections:
        slug = page_slug(section)
        if slug and slug != "references":
            shared.setdefault(slug, []).append(section)
    titles = dict(sources.shell.pages)
    for slug, sections in shared.items():
        kept = keep(tuple(sections))
        for edition in EDITIONS:
            yield Page(
                path=page(slug, edition),
                template="section.html",
                title=titles[slug],
                description=f"{titles[slug]}: {sources.shell.title}.",
                edition=edition,
                make=section_content,
                inputs=(kept,),
            )


def fixed_pages(sources: Sources) -> Iterator[Page]:
    """Yield references, method and changelog in both editions."""
    monograph = sources.monograph
    spoken = tuple(s for s in monograph.sections if page_slug(s) == "references")
    exports = tuple((asset.path.rpartition("/")[2], asset.path) for asset in sources.exports)
    listed = keep(monograph.references)
    kinds: tuple[tuple[str, str, Callable[..., Content], tuple[Any, ...]], ...] = (
        ("references", "References", references_content, (listed, spoken, exports)),
        ("method", "Method", method_content, (monograph.words, sources.assessment.policy)),
        ("changelog", "Changes", changelog_content, (sources.changes,)),
    )
    for edition, (slug, title, make, inputs) in product(EDITIONS, kinds):
        yield Page(
            path=page(slug, edition),
            template=f"{slug}.html",
            title=title,
            description=f"{title}: {monograph.title}.",
            edition=edition,
            make=make,
            inputs=inputs,
        )
