"""How a page says claims: spans become words with links to what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from probatum.findings import Question
from probatum.monograph.model import Claim, Ground, Passage, Prose, Span, Table
from probatum.monograph.naming import name_records
from probatum.site.addresses import SiteEdition, of_ground, of_several, question_of, relative
from probatum.site.figures.svg import element
from probatum.site.shell import Shell, heading_of

PRECEDENCE = ("question", "use", "study", "review", "safety", "mechanism", "text", "config")
"""Which of several grounds a word links to: the one that shows them together comes first."""


SHORT = 34
"""A gloss up to this length may be printed behind its words."""
STATISTICS = "95% CI"
"""What marks a gloss for trained readers, which is never printed behind plain words."""
MANY = 24
"""Of more grounds than this the first are linked and the rest are counted."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What some words of a paragraph rest on.

    ``links`` are label, address and place of each ground; ``more`` counts those left out.
    """

    words: str
    gloss: str
    links: tuple[tuple[str, str, str], ...]
    more: int


@dataclass(slots=True)
class Voice:
    """Says claims on one page; ``used`` keeps anchors from standing twice on it."""

    shell: Shell
    here: str
    edition: SiteEdition
    used: set[str] = field(default_factory=set)

    def link(self, target: str) -> str:
        """Return a link from this page to a place of the site."""
        return relative(target, self.here)

    def speaks(self, part: Claim | Prose | Table | Passage) -> bool:
        """Return whether a part belongs to this page's edition."""
        return part.edition in {"both", self.edition}

    def heard(self, parts: Iterable[Claim]) -> list[Claim]:
        """Return the claims that belong to this page's edition."""
        return [part for part in parts if self.speaks(part)]

    def spans(self, spans: Iterable[Span]) -> Markup:
        """Return spans as words; one with grounds is a link to them."""
        return Markup("").join(self.span(span) for span in spans)

    def span(self, span: Span) -> Markup:
        """Return one span; a short gloss that adds to its words stands behind it, in small."""
        words = escape(span.text)
        if span.grounds:
            href = self.link(self.target_of(span.grounds))
            words = element("a", words, href=href, class_="ground")
        if is_printed(span):
            words += Markup(' <small class="gloss">({})</small>').format(span.gloss)
        return words

    def claim(self, claim: Claim) -> Markup:
        """Return one sentence with an anchor by which other pages point to it."""
        anchor = claim_anchor(claim)
        if anchor in self.used:
            return Markup("<span>{}</span>").format(self.spans(claim.spans))
        self.used.add(anchor)
        return Markup('<span id="{}">{}</span>').format(anchor, self.spans(claim.spans))

    def target_of(self, grounds: Sequence[Ground]) -> str:
        """Return where words lead: to their main ground, or to a list that holds all of them."""
        main = main_ground(grounds)
        number = sum(ground.kind == main.kind for ground in grounds)
        whole = of_several(main.kind, number, self.here, self.edition) if number > 1 else None
        target = whole or self.target(main)
        return f"{target}#why" if target == self.here else target

    def target(self, ground: Ground) -> str:
        """Return the place of a ground."""
        return of_ground(ground, self.edition, self.shell.texts)

    def rests(self, claims: Iterable[Claim]) -> list[Rest]:
        """Return what the words of these sentences rest on, each ground or gloss once, in order."""
        spans = (span for claim in claims for span in claim.spans)
        behind: dict[tuple[tuple[Ground, ...], str], str] = {}
        for span in spans:
            gloss = "" if is_printed(span) else span.gloss or ""
            if span.grounds or gloss:
                behind.setdefault((span.grounds, gloss), span.text.strip())
        return [
            Rest(
                words=words,
                gloss=gloss,
                links=tuple(self.ground(ground) for ground in grounds[:MANY]),
                more=max(0, len(grounds) - MANY),
            )
            for (grounds, gloss), words in behind.items()
        ]

    def ground(self, ground: Ground) -> tuple[str, str, str]:
        """Return a ground's label, address and place."""
        return self.label(ground), self.link(self.target(ground)), ground.where or ""

    def label(self, ground: Ground) -> str:
        """Return what a ground is called."""
        if ground.ref in self.shell.records:
            name = self.shell.records[ground.ref]
            return f"{name.short} ({name.flag})" if name.flag else name.short
        if ground.kind == "use":
            return self.shell.uses.get(ground.ref, ground.ref)
        if ground.kind == "question":
            return self.question(question_of(ground.ref))
        return f"{'base.toml' if ground.kind == 'config' else 'text'}: {ground.ref}"

    def question(self, question: Question) -> str:
        """Return what a question is called."""
        use = self.shell.uses.get(question.use, question.use)
        return f"{use}: {heading_of(question, self.shell.config)}"

    def markdown(self, prose: Prose, deeper: int = 2) -> Markup:
        """Return a person's text, with its citations as links."""
        from probatum.site.markdown import render_markdown  # noqa: PLC0415  # few pages need it

        return render_markdown(prose.markdown, self.cite, deeper=deeper)

    def cite(self, idents: Sequence[str]) -> Markup:
        """Return citations of records as links by their short names."""
        return Markup("({})").format(Markup("; ").join(self.record(ident) for ident in idents))

    def named(self, text: str) -> str:
        """Return text in which working ids give way to the names of their records."""
        return name_records(text, self.shell.name)

    def record(self, ident: str) -> Markup:
        """Return a record's short name as a link to its page."""
        name = self.shell.records.get(ident)
        if name is None:
            return escape(ident)
        href = self.link(of_ground(Ground(name.kind, ident), self.edition, {}))
        return element("a", name.short, href=href) + self.flag(ident)

    def flag(self, ident: str) -> Markup:
        """Return what a notice says of a record, to stand behind its name."""
        name = self.shell.records.get(ident)
        if name is None or not name.flag:
            return Markup("")
        look = "retracted" if name.flag == "retracted" else "flagged"
        return Markup(' <strong class="{}">{}</strong>').format(look, name.flag)


def is_printed(span: Span) -> bool:
    """Return whether a gloss stands behind its words; all others are told below the paragraph.

    Words that carry a number already say the count.
    """
    if not span.gloss or len(span.gloss) > SHORT or STATISTICS in span.gloss:
        return False
    return not any(letter.isdigit() for letter in span.text) and span.gloss not in span.text


def main_ground(grounds: Sequence[Ground]) -> Ground:
    """Return the ground that a word links to."""
    return min(grounds, key=lambda ground: PRECEDENCE.index(ground.kind))


def claim_anchor(claim: Claim) -> str:
    """Return a claim's name on its page."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in claim.id)
    return f"claim-{plain}"
