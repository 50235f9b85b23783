"""Texts that people wrote, placed in the sections that they belong to."""

from __future__ import annotations

from probatum.evidence.base import Base
from probatum.monograph.model import Prose
from probatum.vocabulary import SECTION_TEXTS


def prose(base: Base, section: str) -> tuple[Prose, ...]:
    """Return the base's texts of a section; none where nobody wrote any."""
    return tuple(
        Prose(base.texts[name], f"text/{name}.md")
        for name in SECTION_TEXTS[section]
        if base.texts.get(name, "").strip()
    )
