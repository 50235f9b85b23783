"""Counting words and what entitles a sentence to use them; the table stands on the method page."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.monograph.model import WordRule
from probatum.monograph.numbers import studies

ENOUGH_STUDIES = 2
ENOUGH_PEOPLE = 100
"""Below either, research is called early; the same volume that `possibly` asks of a rating."""
LARGE_STUDIES = 10
LARGE_PEOPLE = 1000


@dataclass(frozen=True, slots=True)
class Share:
    """A word for a share of studies, and the least share that earns it."""

    word: str
    least: float
    rule: str


SHARES = (
    Share("all", 1.0, "every study; at least 3 of them"),
    Share("nearly all", 0.9, "at least 9 in 10 studies, but not all"),
    Share("most", 2 / 3, "at least 2 in 3 studies"),
    Share("more than half", 0.55, "from 55% of the studies to fewer than 2 in 3"),
    Share("about half", 0.45, "from 45% to 55% of the studies"),
    Share("some", 0.2, "from 20% to 45% of the studies"),
    Share("a few", 1e-9, "fewer than 20% of the studies, but at least one"),
    Share("none", 0.0, "no study"),
)
FEW = 3
"""With fewer studies than this a share says nothing, so the count itself is printed."""


def share_word(part: int, whole: int) -> str:
    """Return how a share of studies is said: `most of the 9 studies`, `1 of the 2 studies`.

    Below `FEW` studies, and of a single one, the counts themselves are used, since a word would
    sound like more.
    """
    if whole == 1:
        return "the only study" if part else "not the only study"
    if whole < FEW:
        if part == whole:
            return "both studies"
        return f"{part} of the {studies(whole)}" if part else "neither study"
    if part == 1:
        return f"1 of the {studies(whole)}"
    share = part / whole
    word = next(row.word for row in SHARES if share >= row.least - 1e-12)
    return f"{word} {studies(whole)}" if word == "all" else f"{word} of the {studies(whole)}"


def share_rule(part: int, whole: int) -> str | None:
    """Return what entitles a sentence to the word of a share; None where it prints the counts."""
    if whole < FEW or part == 1:
        return None
    row = next(row for row in SHARES if part / whole >= row.least - 1e-12)
    return f"“{row.word}” stands for {row.rule}: here {part} of {whole}"


def research_word(k: int, people: int) -> str:
    """Return how a volume of evidence is said, whatever it shows."""
    if k == 0:
        return "no research"
    if k < ENOUGH_STUDIES or people < ENOUGH_PEOPLE:
        return "early research"
    if k >= LARGE_STUDIES and people >= LARGE_PEOPLE:
        return "a large body of research"
    return "some research"


HEDGES = (
    ("probably", "moderate certainty of the evidence (GRADE)"),
    ("may", "low certainty of the evidence (GRADE)"),
    ("very uncertain", "very low certainty of the evidence (GRADE)"),
    (
        "not known",
        "the studies come down on no side, or are too few for the rating policy to conclude from",
    ),
    ("slightly", "at least the smallest difference that matters, less than a moderate one"),
    ("by a large amount", "at least the size declared as large"),
    ("little or no difference", "smaller than the smallest difference that matters"),
)
"""Words for certainty and size (Santesso 2020, J Clin Epidemiol 119:126)."""


def word_rules() -> tuple[WordRule, ...]:
    """Return every counting and hedging word with its rule, for the method page."""
    shares = tuple(WordRule(row.word, row.rule) for row in SHARES)
    return (
        *shares,
        WordRule(
            "the counts themselves",
            f"fewer than {FEW} studies, or a single one of them: a word would say too much",
        ),
        WordRule("no research", "no study in our records answers the question"),
        WordRule(
            "early research",
            f"fewer than {ENOUGH_STUDIES} studies, or fewer than {ENOUGH_PEOPLE} people",
        ),
        WordRule("some research", "more than early research, less than a large body"),
        WordRule(
            "a large body of research",
            f"at least {LARGE_STUDIES} studies and {LARGE_PEOPLE:,} people",
        ),
        *(WordRule(word, rule) for word, rule in HEDGES),
    )
