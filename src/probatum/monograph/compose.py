"""From an assessment to a whole monograph."""

from __future__ import annotations

from collections.abc import Callable

from probatum.monograph.conditions import conditions_of_use
from probatum.monograph.dosing import dosing
from probatum.monograph.effectiveness import use_page, uses
from probatum.monograph.interactions import interactions
from probatum.monograph.mechanisms import how_it_works
from probatum.monograph.model import Monograph, UsePage
from probatum.monograph.overview import overview
from probatum.monograph.precautions import precautions
from probatum.monograph.references import build_references, references
from probatum.monograph.side_effects import side_effects
from probatum.monograph.use import UseView
from probatum.monograph.words import word_rules
from probatum.rating.assess import Assessment

SECTIONS = (
    "overview",
    "how-it-works",
    "uses",
    "side-effects",
    "precautions",
    "interactions",
    "dosing",
    "references",
    "conditions-of-use",
)
"""Slugs of the sections, in the order of reading."""


def compose(assessment: Assessment, page_of: Callable[[UseView], UsePage] = use_page) -> Monograph:
    """Compose both editions of the monograph; every use that the base declares has a page.

    ``page_of`` composes the page of a use, or knows it from before.
    """
    base = assessment.base
    views = [UseView(assessment, use) for use in base.config.uses]
    sections = (
        overview(base, views),
        how_it_works(base),
        uses(base, views),
        side_effects(base),
        precautions(base),
        interactions(base),
        dosing(base),
        references(base),
        conditions_of_use(base),
    )
    pages = tuple(map(page_of, views))
    citing = [section for section in sections if section.slug != "references"]
    return Monograph(
        title=base.config.title,
        slug=base.config.slug,
        date=base.config.date,
        searched_to=base.config.searched_to,
        sections=sections,
        uses=pages,
        words=word_rules(),
        references=build_references(base, citing, pages),
    )
