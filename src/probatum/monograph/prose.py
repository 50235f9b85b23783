"""Texts that people wrote, placed in the sections that they belong to."""

from __future__ import annotations

from probatum.evidence.base import Base
from probatum.monograph.model import Prose

TEXTS: dict[str, tuple[str, ...]] = {
    "overview": ("overview", "definition", "techniques"),
    "how-it-works": ("how-it-works", "hypotheses", "mechanism"),
    "uses": ("uses",),
    "side-effects": ("side-effects",),
    "precautions": ("precautions",),
    "interactions": ("interactions",),
    "dosing": ("dosing",),
    "references": ("references",),
    "conditions-of-use": ("conditions-of-use", "licence"),
}
"""Section to the names of its texts: ``text/NAME.md``, in the order of reading."""


def prose(base: Base, section: str) -> tuple[Prose, ...]:
    """Return the base's texts of a section; none where nobody wrote any."""
    return tuple(
        Prose(base.texts[name], f"text/{name}.md")
        for name in TEXTS[section]
        if base.texts.get(name, "").strip()
    )
