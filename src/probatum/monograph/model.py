"""What a monograph is made of: sections of claims, each claim with the grounds it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from probatum.certainty.model import Graded
from probatum.findings import PublishedEstimate
from probatum.rating.model import Rating

Edition = Literal["both", "consumer", "professional"]
GroundKind = Literal["study", "review", "safety", "mechanism", "question", "use", "config", "text"]


@dataclass(frozen=True, slots=True, order=True)
class Ground:
    """One thing that a claim rests on: a record by id and place, a question, or declared text."""

    kind: GroundKind
    ref: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words; where it carries a number or a counted word, with what is behind it.

    ``gloss`` says the count or the rule behind the words: ``7 of 9 studies``.
    """

    text: str
    grounds: tuple[Ground, ...] = ()
    gloss: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that claims something; computed, never typed by hand."""

    id: str
    spans: tuple[Span, ...]
    edition: Edition = "both"

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(span.text for span in self.spans)

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Everything the sentence rests on, each once, in order."""
        return tuple(dict.fromkeys(g for span in self.spans for g in span.grounds))


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown that a person wrote, with the file it stands in."""

    markdown: str
    file: str
    edition: Edition = "both"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    spans: tuple[Span, ...]
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose cells keep their grounds."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    edition: Edition = "both"


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading with what stands below it; an empty heading continues the section."""

    heading: str
    parts: tuple[Claim | Prose | Table, ...]
    edition: Edition = "both"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the monograph."""

    slug: str
    title: str
    passages: tuple[Passage, ...]

    def claims(self) -> Iterator[Claim]:
        """Yield every claim of the section in reading order."""
        for passage in self.passages:
            for part in passage.parts:
                if isinstance(part, Claim):
                    yield part


@dataclass(frozen=True, slots=True)
class UsePage:
    """Everything said of one use, in reading order.

    Attributes
    ----------
    glance : one short sentence for the home page's table.
    verdict : the rating and what it means, in one or two sentences.
    sentences : what was found, outcome by outcome.
    why : why the rating is not higher, and why not lower.
    would_change : what would move it.
    beside : how the yardstick's rating compares and what makes the difference.
    bodies : graded evidence, critical outcomes first, deciding questions first.
    published : published pooled estimates of this use.
    studies : ids of studies that answer a question of the use; `others` are recorded but
        answer none, each with its reason.
    registered : ids of registered studies without results.
    """

    slug: str
    name: str
    rating: Rating
    glance: Claim
    verdict: tuple[Claim, ...]
    sentences: tuple[Claim, ...]
    why: tuple[Claim, ...]
    would_change: tuple[Claim, ...]
    beside: tuple[Claim, ...]
    bodies: tuple[Graded, ...]
    published: tuple[PublishedEstimate, ...]
    studies: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    registered: tuple[str, ...]
    tables: tuple[Table, ...] = ()

    def claims(self) -> Iterator[Claim]:
        """Yield every claim of the page in reading order."""
        yield self.glance
        for group in (self.verdict, self.sentences, self.why, self.would_change, self.beside):
            yield from group

    def parts(self) -> Iterator[Claim | Table]:
        """Yield every claim and table of the page."""
        yield from self.claims()
        yield from self.tables


@dataclass(frozen=True, slots=True)
class WordRule:
    """When a counting word may be used; printed on the method page."""

    word: str
    rule: str


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a record is cited: a page (`overview`, `uses/back-pain`) and a part of it by id."""

    page: str
    title: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One record in the list of references, with every place that cites it."""

    number: int
    kind: GroundKind
    record: str
    spans: tuple[Span, ...]
    cited_by: tuple[Place, ...] = ()

    @property
    def text(self) -> str:
        """The reference as plain text."""
        return "".join(span.text for span in self.spans)

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """The pages that cite it, as (page, title), each once."""
        return tuple(dict.fromkeys((place.page, place.title) for place in self.cited_by))


@dataclass(frozen=True, slots=True)
class Monograph:
    """A whole monograph, both editions."""

    title: str
    slug: str
    date: str
    searched_to: str
    sections: tuple[Section, ...]
    uses: tuple[UsePage, ...]
    words: tuple[WordRule, ...]
    references: tuple[Reference, ...] = ()
