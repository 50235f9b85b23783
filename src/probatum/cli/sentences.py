"""Which sentences of a monograph changed between two states of its base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.monograph.compose import compose
from probatum.monograph.model import Claim, Monograph
from probatum.rating.assess import Assessment


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence that differs; a side that does not have it is empty.

    ``place`` is the slug of a use or of a section, ``part`` the part of it, ``id``
    and ``edition`` the claim's.
    """

    place: str
    part: str
    id: str
    edition: str
    before: str
    after: str


def compare_sentences(before: Assessment, after: Assessment) -> tuple[SentenceChange, ...]:
    """Compare what both editions say before and after, sentence by sentence."""
    old, new = _told(compose(before)), _told(compose(after))
    return tuple(
        SentenceChange(*key, old.get(key, ""), new.get(key, ""))
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    )


def _told(monograph: Monograph) -> dict[tuple[str, str, str, str], str]:
    """Return every sentence by place, part and claim; several under one id are joined."""
    told: dict[tuple[str, str, str, str], str] = {}
    for place, part, claim in _claims(monograph):
        key = (place, part, claim.id, claim.edition)
        told[key] = f"{told[key]} {claim.text}" if key in told else claim.text
    return told


def _claims(monograph: Monograph) -> Iterator[tuple[str, str, Claim]]:
    for use in monograph.uses:
        parts = {
            "verdict": use.verdict,
            "sentences": use.sentences,
            "why": use.why,
            "would change": use.would_change,
            "beside": use.beside,
        }
        for part, claims in parts.items():
            yield from ((use.slug, part, claim) for claim in claims)
    for section in monograph.sections:
        yield from ((section.slug, "section", claim) for claim in section.claims())
