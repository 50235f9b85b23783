"""Conditions of use: a person's text, and how to report an error."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.evidence.base import Base
from probatum.monograph.model import Claim, Passage, Section
from probatum.monograph.prose import prose
from probatum.monograph.sentence import claim, config_ground, span


def conditions_of_use(base: Base) -> Section:
    """Compose the section from the base's text, its licence and its contact."""
    written = prose(base, "conditions-of-use")
    return Section(
        "conditions-of-use", "Conditions of use", (Passage("", (*written, *_declared(base))),)
    )


def _declared(base: Base) -> Iterator[Claim]:
    if not prose(base, "conditions-of-use"):
        text = "this monograph informs and never replaces the advice of a professional"
        yield claim("conditions-advice", text)
    if not base.texts.get("licence", "").strip():
        licence = span(base.config.licence, (config_ground("licence"),))
        yield claim("conditions-licence", "text and data may be used under the licence ", licence)
    if base.config.contact:
        contact = span(base.config.contact, (config_ground("contact"),))
        yield claim("conditions-contact", "errors can be reported to ", contact)
