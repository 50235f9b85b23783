"""Uses and effectiveness: the uses grouped by rating, each in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probatum.evidence.base import Base
from probatum.monograph.argument import beside, why
from probatum.monograph.model import Claim, Ground, Passage, Section, UsePage
from probatum.monograph.narrative import narrate
from probatum.monograph.outcome import lead, technical_lead
from probatum.monograph.overview import by_rating
from probatum.monograph.prose import prose
from probatum.monograph.prospects import would_change
from probatum.monograph.sentence import claim, span, upper_first
from probatum.monograph.summary import summaries
from probatum.monograph.use import UseView
from probatum.monograph.verdict import amount, glance, nothing_found, verdict, why_unknown


def uses(base: Base, views: Sequence[UseView]) -> Section:
    """Compose the section: one passage a rating, one or two sentences a use."""
    passages = [Passage("", prose(base, "uses"))] if prose(base, "uses") else []
    for word, group in by_rating(views).items():
        claims = [line for view in group for line in _lines(view)]
        passages.append(Passage(upper_first(word), tuple(claims)))
    return Section("uses", "Uses and effectiveness", tuple(passages))


def _lines(view: UseView) -> Iterator[Claim]:
    """Yield the use with its amount of evidence, and what the deciding outcomes show."""
    slug = view.use.slug
    name = span(view.use.name, (Ground("use", slug),))
    if not view.studies:
        yield claim(f"{slug}-line", name, ": ", nothing_found(view))
        return
    if not view.deciding:
        yield claim(f"{slug}-line", name, ": ", amount(view), "; ", *why_unknown(view))
        return
    yield claim(f"{slug}-line", name, ": ", amount(view))
    for graded in view.deciding:
        outcome = view.outcome(graded)
        yield lead(outcome)
        yield technical_lead(outcome)


def use_page(view: UseView) -> UsePage:
    """Compose a use's page."""
    return UsePage(
        slug=view.use.slug,
        name=view.use.name,
        rating=view.rating,
        glance=glance(view),
        verdict=tuple(verdict(view)),
        sentences=tuple(narrate(view)),
        why=tuple(why(view)),
        would_change=tuple(would_change(view)),
        beside=tuple(beside(view)),
        bodies=view.bodies,
        published=view.published,
        studies=view.studies,
        others=view.others,
        registered=view.registered,
        tables=tuple(summaries(view)),
    )
