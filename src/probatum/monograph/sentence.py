"""Sentences built from plain words and from spans that carry their grounds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from probatum.certainty.model import Graded
from probatum.findings import Question
from probatum.mechanism import MechanismReport
from probatum.monograph.model import Cell, Claim, Edition, Ground, GroundKind, Span
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

Part = str | Span
HYPHEN_AS_MINUS = re.compile(r"(?<![\w–-])-(?=\.?\d)")
END = re.compile(r"[.!?][)”’\"]?$")
KIND_OF_RECORD: dict[type[Report], GroundKind] = {
    Study: "study",
    Review: "review",
    SafetyReport: "safety",
    MechanismReport: "mechanism",
}


def claim(name: str, *parts: Part, edition: Edition = "both") -> Claim:
    """Return a sentence: first letter upper case, one space between parts, a period at the end."""
    whole = "".join(part if isinstance(part, str) else part.text for part in parts).rstrip()
    spans = _joined(parts if END.search(whole) else (*parts, "."))
    spans[0] = _with_text(spans[0], upper_first(spans[0].text.lstrip()))
    spans[-1] = _with_text(spans[-1], spans[-1].text.rstrip())
    return Claim(name, tuple(spans), edition)


def cell(*parts: Part, numeric: bool = False) -> Cell:
    """Return a table cell; an empty one says so with a dash."""
    spans = _joined(parts) if any(parts) else [Span("–")]
    return Cell(tuple(spans), numeric)


def span(text: str, grounds: Iterable[Ground] = (), gloss: str | None = None) -> Span:
    """Return a run of words with what is behind it."""
    return Span(text, tuple(dict.fromkeys(grounds)), gloss)


def question_ref(question: Question) -> str:
    """Return the address of a question: `use/domain/comparator/band`."""
    return f"{question.use}/{question.domain}/{question.comparator}/{question.band}"


def question_stem(question: Question) -> str:
    """Return what the ids of all claims on one question begin with."""
    return question_ref(question).replace("/", "-")


def question_ground(question: Question) -> Ground:
    """Return a ground that points to a question's evidence."""
    return Ground("question", question_ref(question))


def study_grounds(ids: Iterable[str]) -> tuple[Ground, ...]:
    """Return grounds that point to studies, each once, in order."""
    return tuple(Ground("study", name) for name in dict.fromkeys(ids))


def member_studies(graded: Graded) -> tuple[str, ...]:
    """Return the ids of the studies that answer a body's question."""
    return tuple(dict.fromkeys(row.contrast.study for row in graded.body.overall.members))


def record_ground(record: Report, where: str | None = None) -> Ground:
    """Return a ground that points to a record."""
    return Ground(KIND_OF_RECORD[type(record)], record.id, where)


def record_grounds(records: Iterable[Report]) -> tuple[Ground, ...]:
    """Return grounds that point to records, in order."""
    return tuple(record_ground(record) for record in records)


def config_ground(field: str) -> Ground:
    """Return a ground that points to a field of ``base.toml``."""
    return Ground("config", field)


def upper_first(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text with its first letter in lower case, unless an acronym or a name begins it.

    A first word of one letter (`A`) is lowered; one with a further capital, digit or sign is kept.
    """
    first = text.split(" ", 1)[0]
    return text if re.search(r"[^a-z'’,:;-]", first[1:]) else text[:1].lower() + text[1:]


def _joined(parts: Iterable[Part]) -> list[Span]:
    """Return spans with neighbouring plain words joined and runs of blanks made one."""
    spans: list[Span] = []
    for part in parts:
        new = part if isinstance(part, Span) else Span(part)
        if not new.text:
            continue
        plain = not new.grounds and new.gloss is None
        if plain and spans and not spans[-1].grounds and spans[-1].gloss is None:
            new = Span(spans.pop().text + new.text)
        tidy = HYPHEN_AS_MINUS.sub("−", re.sub(r"\s+", " ", new.text))
        spans.append(_with_text(new, tidy))
    return spans


def _with_text(old: Span, text: str) -> Span:
    return old if text == old.text else Span(text, old.grounds, old.gloss)
