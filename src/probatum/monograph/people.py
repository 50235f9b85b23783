"""Whom a precaution concerns: closed words of medicine, found in the topics that records name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concern:
    """A heading of precautions and the stems of topic words that lead to it."""

    heading: str
    stems: tuple[str, ...]


PREGNANCY = Concern(
    "Pregnancy and breast-feeding", ("pregnan", "breast-feed", "obstetric", "lactat")
)
PEOPLE = (
    PREGNANCY,
    Concern(
        "Bleeding and blood-thinning medicines",
        ("bleeding", "clotting", "antithrombotic", "anticoag", "antiplatelet"),
    ),
    Concern("Lung disease", ("lung disease", "asthma", "emphysema")),
    Concern(
        "Infection and weak immunity",
        ("immune", "infection", "infected", "white cells", "lymphoedema"),
    ),
    Concern("Heart, pacemakers and implants", ("pacemaker", "heart", "prosthesis", "replacement")),
    Concern(
        "Other conditions",
        (
            "diabet", "liver", "kidney disease", "neuromuscular", "methaemoglobin", "scoliosis",
            "tumour", "allerg", "phobia", "who is at risk", "body build", "build",
        ),
    ),
    Concern("During and after treatment", ("faint", "drows", "driving", "sedation", "first visit")),
    Concern("Warning signs", ("warning sign", "late signs", "toxicity")),
)  # fmt: skip


def speaks_of(concern: Concern, text: str) -> bool:
    """Return whether a text names a concern."""
    return any(stem in text.lower() for stem in concern.stems)


def concern_of(topic: str) -> str | None:
    """Return the heading under which people find a topic, or None where it is for practitioners."""
    return next((row.heading for row in PEOPLE if speaks_of(row, topic)), None)
