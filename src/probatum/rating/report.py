"""Ratings as plain values, for JSON and other readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probatum.rating.assess import Assessment
from probatum.rating.model import Flip, Rating, Reason


def report_uses(assessment: Assessment) -> list[dict[str, Any]]:
    """Return one plain record a use, in the order of the base."""
    return [report_rating(assessment.ratings[use.slug]) for use in assessment.base.config.uses]


def report_rating(rating: Rating) -> dict[str, Any]:
    """Return a rating as plain values.

    ``certainty`` is that of GRADE, ``strength`` what of it the claim can carry with the studies
    and people that there are: "moderate" and "very low" where one good trial stands alone.
    ``direction`` is the side on which the evidence comes down; ``k`` and ``n`` are studies and
    people over all questions of the use; ``stability`` is the share of specifications that keep
    the rating, and ``flips`` what would change it, as records.
    """
    return {
        "use": rating.use,
        "policy": f"{rating.policy} {rating.version}",
        "rating": rating.word,
        "certainty": rating.certainty,
        "strength": rating.strength,
        "direction": rating.side,
        "k": rating.k,
        "n": rating.people,
        "because": [_reason(reason) for reason in rating.because],
        "would_change": [flip.words for flip in rating.would_change],
        "published": rating.published,
        "override": rating.override.word if rating.override else None,
        "stability": rating.stability,
        "flips": [_flip(flip) for flip in rating.would_change],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"rule": reason.rule, "words": reason.words, "numbers": _plain(reason.numbers)}


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "kind": flip.kind,
        "to": flip.to,
        "words": flip.words,
        "numbers": _plain(flip.numbers),
    }


def _plain(numbers: Mapping[str, float | int | str]) -> dict[str, float | int | str]:
    """Round to six significant digits, so that the text is the same on every machine."""
    return {
        name: float(f"{value:.6g}") if isinstance(value, float) else value
        for name, value in numbers.items()
    }
