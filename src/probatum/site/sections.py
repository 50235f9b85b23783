"""The pages of sections: home, safety, dosing, method and the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.monograph.model import Claim, Monograph, Passage, Prose, Section, Table, WordRule
from probatum.monograph.numbers import fixed, month
from probatum.rating.model import Rating
from probatum.rating.policy import Policy
from probatum.rating.rate import people_by_cohort
from probatum.site.backlinks import table_anchor
from probatum.site.facts import Grid, facts, grid, grids, is_table, label_of, said
from probatum.site.page import Content, Kept
from probatum.site.shell import Shell
from probatum.site.voice import Voice
from probatum.study import Record
from probatum.vocabulary import CertaintyLevel, Side

LONG = 4
"""More sentences in a row than this are set as a list."""


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring sentences, or one text or table, as a page sets them."""

    kind: str
    claims: tuple[Claim, ...] = ()
    prose: Prose | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its passages: heading, anchor and blocks of each."""

    section: Section
    passages: list[tuple[str, str, list[Block]]]


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A use in the home page's table."""

    slug: str
    name: str
    word: str
    certainty: str
    k: int
    people: int
    glance: Claim


@dataclass(frozen=True, slots=True)
class Extent:
    """How much evidence there is."""

    studies: int
    people: int
    reviews: int
    uses: int


@dataclass(frozen=True, slots=True)
class Declared:
    """One field of the base's declarations, as the method page prints it."""

    field: str
    label: str
    value: str
    grid: Grid | None


def blocks(passage: Passage, voice: Voice) -> list[Block]:
    """Return the parts of a passage that the edition says, with neighbouring sentences joined."""
    found: list[Block] = []
    run: list[Claim] = []
    for part in passage.parts:
        if not voice.speaks(part):
            continue
        if isinstance(part, Claim):
            if begins_with_use(part):
                found += [sentences(run)] * bool(run)
                run = []
            run.append(part)
            continue
        found += [sentences(run)] * bool(run)
        run = []
        prose = part if isinstance(part, Prose) else None
        table = part if isinstance(part, Table) else None
        found.append(Block("prose" if prose else "table", prose=prose, table=table))
    return found + [sentences(run)] * bool(run)


def begins_with_use(claim: Claim) -> bool:
    """Return whether a sentence begins by naming a use, and with it a new paragraph."""
    grounds = claim.spans[0].grounds
    return bool(grounds) and grounds[0].kind == "use"


def sentences(claims: list[Claim]) -> Block:
    """Return neighbouring sentences as a paragraph, or as a list where they are many or entries."""
    entries = sum(": " in claim.text for claim in claims) > 1
    kind = "list" if entries or len(claims) > LONG else "paragraph"
    return Block(kind, claims=tuple(claims))


def view_section(section: Section, voice: Voice) -> SectionView:
    """Return a section with the passages that the edition says."""
    passages = [
        (passage.heading, anchor(passage.heading), blocks(passage, voice))
        for passage in section.passages
        if voice.speaks(passage)
    ]
    return SectionView(section, [row for row in passages if row[2]])


def anchor(heading: str) -> str:
    """Return a heading's name on its page."""
    plain = "".join(letter if letter.isalnum() else " " for letter in heading.lower())
    return f"on-{'-'.join(plain.split())}" if plain.split() else ""


def section_content(shell: Shell, voice: Voice, sections: Kept[tuple[Section, ...]]) -> Content:
    """Return what a page of one or several sections shows."""
    del shell
    return {"sections": [view_section(section, voice) for section in sections.value]}


def home_row(slug: str, name: str, rating: Rating, glance: Claim) -> HomeRow:
    """Return a use as the home page's table shows it."""
    return HomeRow(slug, name, rating.word, rating.certainty or "", rating.k, rating.people, glance)


def home_content(
    shell: Shell,
    voice: Voice,
    extent: Extent,
    groups: tuple[tuple[str, tuple[HomeRow, ...]], ...],
    sections: tuple[Section, ...],
) -> Content:
    """Return what the home page shows."""
    del shell
    views = [view_section(section, voice) for section in sections]
    found = [block for view in views for _, _, blocks in view.passages for block in blocks]
    opening = next((block.prose for block in found if block.prose), None)
    first, _, rest = opening.markdown.partition("\n\n") if opening else ("", "", "")
    return {
        "extent": extent,
        "groups": groups,
        "opening": opening and replace(opening, markdown=first),
        "overview": [without_tables(view, opening, rest) for view in views],
        # The section's own table of ratings is this page's; what points to it must arrive.
        "anchors": [table_anchor(block.table) for block in found if block.table],
    }


def without_tables(view: SectionView, opening: Prose | None, rest: str) -> SectionView:
    """Return a section without its tables, and of its opening text only the rest."""
    passages = []
    for heading, name, parts in view.passages:
        kept = [block for block in parts if block.table is None]
        if opening is not None:
            left = [Block("prose", prose=replace(opening, markdown=rest))] if rest.strip() else []
            kept = [b for block in kept for b in (left if block.prose is opening else [block])]
        passages += [(heading, name, kept)] * bool(kept)
    return SectionView(view.section, passages)


def grouped(
    rows: Sequence[HomeRow], words: Sequence[str]
) -> Iterator[tuple[str, tuple[HomeRow, ...]]]:
    """Yield uses by rating, in the order of the policy; in one, those with most evidence first."""
    for word in words:
        members = [row for row in rows if row.word == word]
        if members:
            yield word, tuple(sorted(members, key=lambda row: (-row.k, -row.people, row.name)))


def extent_of(base: Base, monograph: Monograph) -> Extent:
    """Return how much evidence the ratings rest on; each study counts once."""
    cohorts = people_by_cohort(graded for use in monograph.uses for graded in use.bodies)
    return Extent(
        studies=len(cohorts),
        people=sum(cohorts.values()),
        reviews=sum(1 for review in base.reviews if not review.out_of_scope),
        uses=len(monograph.uses),
    )


def method_content(
    shell: Shell, voice: Voice, words: tuple[WordRule, ...], policy: Policy
) -> Content:
    """Return what the method page shows."""
    del voice
    return {
        "words": words,
        "policy": policy,
        "policy_words": policy_words(policy),
        "scales": shell.config.scales,
        "smd": shell.config.smd,
        "searched": shell.config.searched,
        "declared": declared(shell.config),
        "month": month,
        "fixed": fixed,
    }


def policy_words(policy: Policy) -> list[tuple[str, list[str]]]:
    """Return, for each certainty from high to low, its word for benefit, none and harm."""
    sides: tuple[Side, ...] = ("benefit", "none", "harm")
    levels: tuple[CertaintyLevel, ...] = ("high", "moderate", "low")
    return [(level, [policy.word(side, level) for side in sides]) for level in levels]


def declared(config: BaseConfig) -> list[Declared]:
    """Return every declaration of the base, so that a sentence resting on one can point to it."""
    return [declare(field, value) for field, value in config]


def declare(field: str, value: object) -> Declared:
    """Return one declaration: a plain value, or a table of records."""
    shown: Grid | None = None
    if is_table(value):
        assert isinstance(value, tuple)  # noqa: S101  # is_table said so
        shown = grid(label_of(field), value)
    elif isinstance(value, Record):
        rows = tuple((fact.label, fact.value) for fact in facts(value))
        shown = Grid(label_of(field), ("Field", "Value"), rows)
        assert not grids(value)  # noqa: S101  # a nested table would be left out in silence
    return Declared(field, label_of(field), "" if shown else said(value) or "none", shown)


def changelog_content(shell: Shell, voice: Voice, changes: str) -> Content:
    """Return what the changelog shows."""
    del shell
    prose = Prose(changes, "CHANGES.md")
    titled = any(line.startswith("# ") for line in changes.splitlines())
    return {"changes": voice.markdown(prose, int(titled)) if changes else Markup("")}
