"""Overview: what the therapy is, how much evidence there is, and every rating at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probatum.evidence.base import Base
from probatum.monograph.model import Cell, Claim, Ground, Passage, Prose, Section, Table
from probatum.monograph.numbers import counted, listed, month, people, plural, studies
from probatum.monograph.prose import prose
from probatum.monograph.sentence import (
    Part,
    cell,
    claim,
    config_ground,
    record_grounds,
    span,
    study_grounds,
    upper_first,
)
from probatum.monograph.use import UseView
from probatum.monograph.verdict import UNKNOWN, glance
from probatum.rating.rate import people_by_cohort


def by_rating(views: Sequence[UseView]) -> dict[str, list[UseView]]:
    """Group uses by rating, in the order of the policy's words.

    Within a rating the uses with most people come first, then the alphabet.
    """
    words = views[0].assessment.policy.words if views else ()
    groups: dict[str, list[UseView]] = {word: [] for word in words}
    for view in sorted(views, key=lambda v: (-v.people, -len(v.studies), v.use.name)):
        groups.setdefault(view.rating.word, []).append(view)
    return {word: group for word, group in groups.items() if group}


def overview(base: Base, views: Sequence[UseView]) -> Section:
    """Compose the section from the base's own text, its counts and its ratings."""
    return Section(
        "overview",
        "Overview",
        (
            Passage("", (*_definition(base), *_extent(base, views))),
            Passage("Ratings at a glance", (*_glances(views), ratings_table(views))),
        ),
    )


def _definition(base: Base) -> Iterator[Claim | Prose]:
    """Yield the text that a person wrote on what the therapy is, or the least that is declared."""
    written = prose(base, "overview")
    yield from written
    if not written:
        subject = span(base.config.therapy.subject, (config_ground("therapy"),))
        yield claim("overview-definition", base.config.therapy.name, " means ", subject)


def _extent(base: Base, views: Sequence[UseView]) -> Iterator[Claim]:
    ids = sorted({name for view in views for name in view.studies})
    cohorts = people_by_cohort(graded for view in views for graded in view.bodies)
    number, total = len(cohorts), sum(cohorts.values())
    every = [Ground("use", view.use.slug) for view in views]
    uses = span(counted(len(views), "use"), every)
    where = span(listed(base.config.searched), (config_ground("searched"),))
    date = span(month(base.config.searched_to), (config_ground("searched_to"),))
    if ids:
        amount = f"{studies(number)} with {people(total)}" if total else studies(number)
        yield claim(
            "overview-extent",
            "the ratings rest on ",
            span(amount, study_grounds(ids), "studies that answer a question of any use"),
            " for ",
            uses,
        )
    else:
        nothing = "no study answers a question of any of the "
        yield claim("overview-extent", nothing, uses, " named here yet")
    yield from _beside_studies(base)
    yield claim("overview-searched", "we searched ", where, edition="professional")
    yield claim("overview-date", "the search reaches to ", date)


def _beside_studies(base: Base) -> Iterator[Claim]:
    groups = (
        (base.reviews, "systematic review", "systematic reviews"),
        (base.safety, "report on harm", "reports on harm"),
        (base.mechanisms, "report on how it works", "reports on how it works"),
    )
    parts: list[Part] = []
    held = [row for row in groups if row[0]]
    for number, (records, one, many) in enumerate(held):
        if number:
            parts.append(" and " if number == len(held) - 1 else ", ")
        parts.append(span(counted(len(records), one, many), record_grounds(records)))
    if parts:
        yield claim("overview-beside", "beside them stand ", *parts)


def _glances(views: Sequence[UseView]) -> Iterator[Claim]:
    for word, group in by_rating(views).items():
        grounds = [Ground("use", view.use.slug) for view in group]
        names = span(listed([view.use.phrase for view in group]), grounds)
        yield claim(
            f"overview-{word.replace(' ', '-')}",
            f"{word} for ",
            span(counted(len(group), "use"), grounds),
            ": ",
            names,
            edition="professional",
        )
    counts = [_counted_rating(word, len(group)) for word, group in by_rating(views).items()]
    grounds = [Ground("use", view.use.slug) for view in views]
    yield claim(
        "overview-ratings-count",
        "of ",
        span(counted(len(views), "use"), grounds),
        ", ",
        span(listed(counts), grounds),
        edition="consumer",
    )


def _counted_rating(word: str, number: int) -> str:
    if word == UNKNOWN:
        return f"for {number} there is {word}"
    return f"{number} {plural(number, 'is', 'are')} rated {word}"


def ratings_table(views: Sequence[UseView]) -> Table:
    """Return every use with its rating, certainty, amount of evidence and one line."""
    return Table(
        "overview-ratings",
        "Every use with its rating",
        ("Use", "Rating", "Certainty", "Studies", "People", "In one line"),
        tuple(_rating_row(view) for group in by_rating(views).values() for view in group),
    )


def _rating_row(view: UseView) -> tuple[Cell, ...]:
    rating, ground = view.rating, (Ground("use", view.use.slug),)
    grounds = study_grounds(view.studies)
    certainty = span(upper_first(rating.certainty), ground) if rating.certainty else "Not rated"
    return (
        cell(span(view.use.name, ground)),
        cell(span(upper_first(rating.word), ground)),
        cell(certainty),
        cell(span(f"{view.number:,}", grounds), numeric=True),
        cell(span(f"{view.people:,}" if view.people else "–", grounds), numeric=True),
        cell(*glance(view).spans),
    )
