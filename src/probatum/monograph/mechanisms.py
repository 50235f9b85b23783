"""How it works: each hypothesis with what supports and what contradicts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probatum.evidence.base import Base
from probatum.evidence.config import Hypothesis
from probatum.mechanism import MechanismReport
from probatum.monograph.model import Claim, Passage, Section
from probatum.monograph.numbers import counted, listed, plural
from probatum.monograph.prose import prose
from probatum.monograph.sentence import (
    Part,
    claim,
    config_ground,
    record_ground,
    record_grounds,
    span,
    upper_first,
)
from probatum.vocabulary import MechanismKind, Support

SUPPORT_WORDS: dict[Support, tuple[str, str]] = {
    "supports": ("supports it", "support it"),
    "contradicts": ("contradicts it", "contradict it"),
    "mixed": ("leaves it open", "leave it open"),
}
KIND_WORDS: dict[MechanismKind, str] = {
    "human": "studied people",
    "animal": "studied animals",
    "in-vitro": "studied tissue",
    "review": "reviewed other work",
}

KIND_NAMES: dict[str, str] = {
    "human": "people",
    "animal": "animals",
    "in-vitro": "tissue",
    "review": "review",
}
"""What a report rests on, behind the word for which way it points."""


def how_it_works(base: Base) -> Section:
    """Compose the section from mechanism reports, one passage a hypothesis."""
    usable = [r for r in base.mechanisms if not r.out_of_scope and not r.retracted]
    passages: list[Passage] = [
        Passage("", (*prose(base, "how-it-works"), *_extent(base, usable))),
    ]
    for hypothesis in base.config.hypotheses:
        reports = [r for r in usable if r.group == hypothesis.slug]
        passages.append(_passage(hypothesis.slug, hypothesis, reports))
    named = {hypothesis.slug for hypothesis in base.config.hypotheses}
    rest = [r for r in usable if r.group not in named]
    if rest:
        passages.append(Passage("Other ideas", tuple(_findings("other", rest)), "professional"))
    return Section("how-it-works", "How it works", tuple(passages))


def _extent(base: Base, reports: Sequence[MechanismReport]) -> Iterator[Claim]:
    if not reports:
        yield claim("mechanism-none", "no report on how it works is recorded yet")
        return
    number = len(base.config.hypotheses)
    ideas = span(counted(number, "idea"), (config_ground("hypotheses"),)) if number else ""
    yield claim(
        "mechanism-extent",
        f"how {base.config.therapy.subject} may work is not settled; ",
        span(counted(len(reports), "report"), record_grounds(reports)),
        f" {plural(len(reports), 'bears', 'bear')} on " if ideas else " bear on it",
        ideas,
    )


def _passage(slug: str, hypothesis: Hypothesis, reports: Sequence[MechanismReport]) -> Passage:
    heading = upper_first(hypothesis.name.rstrip("."))
    if not reports:
        text = "no report in our records tests this idea"
        return Passage(heading, (claim(f"mechanism-{slug}-none", text),))
    return Passage(
        heading, (_balance(slug, reports), _kinds(slug, reports), *_findings(slug, reports))
    )


def _balance(slug: str, reports: Sequence[MechanismReport]) -> Claim:
    """Say how many reports support the idea, contradict it, or leave it open."""
    told = [(s, [r for r in reports if r.supports == s]) for s in SUPPORT_WORDS]
    held = [(support, chosen) for support, chosen in told if chosen]
    name, grounds = f"mechanism-{slug}-balance", record_grounds(reports)
    if len(held) == 1:
        whole = "the only report" if len(reports) == 1 else f"all {len(reports)} reports"
        verb = plural(len(reports), *SUPPORT_WORDS[held[0][0]])
        return claim(name, span(whole, grounds), f" on this idea {verb}")
    joined: list[Part] = []
    for number, (support, chosen) in enumerate(held, 1):
        link = "" if number == 1 else " and " if number == len(held) else ", "
        verb = plural(len(chosen), *SUPPORT_WORDS[support])
        joined += [link, span(str(len(chosen)), record_grounds(chosen)), f" {verb}"]
    total = span(counted(len(reports), "report"), grounds)
    return claim(name, "of ", total, " on this idea, ", *joined)


def _kinds(slug: str, reports: Sequence[MechanismReport]) -> Claim:
    """Say what the reports studied, since animals and tissue tell less about people."""
    numbers = {kind: sum(report.kind == kind for report in reports) for kind in KIND_WORDS}
    held = [kind for kind, number in numbers.items() if number]
    name, grounds = f"mechanism-{slug}-kinds", record_grounds(reports)
    if len(held) == 1:
        who = plural(len(reports), "it", "all")
        tail = ", so none tested it in people" if held[0] in {"animal", "in-vitro"} else ""
        return claim(name, span(f"{who} {KIND_WORDS[held[0]]}", grounds), tail)
    parts = [f"{numbers[kind]} {KIND_WORDS[kind]}" for kind in held]
    return claim(name, "of these, ", span(listed(parts), grounds))


def _findings(slug: str, reports: Sequence[MechanismReport]) -> Iterator[Claim]:
    """Yield each report's finding, for trained readers."""
    order = list(SUPPORT_WORDS)
    for report in sorted(reports, key=lambda r: (order.index(r.supports), r.year or 0, r.id)):
        yield claim(
            f"mechanism-{slug}-{report.id}",
            f"{SUPPORT_WORDS[report.supports][0]} ({KIND_NAMES[report.kind]}): ",
            span(report.finding, (record_ground(report),)),
            edition="professional",
        )
