"""The page of a use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probatum.findings import PublishedEstimate, Question
from probatum.monograph.model import Claim, UsePage
from probatum.monograph.numbers import counted, fixed, people
from probatum.monograph.sentence import question_stem
from probatum.site.addresses import registry_address
from probatum.site.bias import UseBias, view_bias
from probatum.site.bodies import SIDE_LABEL, BodyView, view_body
from probatum.site.figures.specification import draw_curve
from probatum.site.page import Content, Kept
from probatum.site.robustness import Robustness
from probatum.site.shell import Shell, label_of_domain
from probatum.site.voice import Voice
from probatum.study import Study


@dataclass(frozen=True, slots=True)
class StudyLine:
    """What a table of studies shows of one."""

    ident: str
    year: str
    country: str
    design: str
    people: str
    compared: tuple[str, ...]
    registrations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleWord:
    """What one rating policy says of the use."""

    title: str
    word: str


@dataclass(frozen=True, slots=True)
class Extras:
    """What the page shows beside its claims: other scales, firmness, risk of bias."""

    scales: tuple[ScaleWord, ...]
    firm: Robustness
    bias: UseBias


@dataclass(frozen=True, slots=True)
class Result:
    """What one study found on one question."""

    question: Question
    heading: str
    side: str
    words: str
    p: str
    deciding: bool


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A published pooled estimate."""

    review: str
    outcome: str
    comparison: str
    estimate: str
    volume: str
    searched_to: str
    certainty: str
    side: str
    where: str


def study_line(study: Study) -> StudyLine:
    """Return what a table of studies shows of this one."""
    number = study.n_analysed or study.n_randomised
    return StudyLine(
        ident=study.id,
        year=str(study.year or ""),
        country=study.country or "",
        design=study.design,
        people=f"{number:,}" if number else "",
        compared=tuple(arm.label for arm in study.arms),
        registrations=study.registrations,
    )


def use_content(
    shell: Shell,
    voice: Voice,
    use: Kept[UsePage],
    lines: Mapping[str, StudyLine],
    beside: Kept[Extras],
) -> Content:
    """Return what a use's page shows."""
    page, extras = use.value, beside.value
    deciding = {row.question for row in page.rating.deciding}
    declared = next(use for use in shell.config.uses if use.slug == page.slug)
    told = page.rating.deciding or page.rating.most_told(declared.critical)
    opened = {row.question for row in told}
    bodies = [
        view_body(graded, shell, deciding=graded.body.question in deciding)
        for graded in page.bodies
    ]
    shown = [body for body in bodies if body.graded.body.question in opened]
    said, beyond = by_question(voice.heard(page.sentences), bodies)
    concluded = [claim for claim in beyond if claim.id.startswith(f"{page.slug}-review-")]
    return {
        "use": page,
        "scales": extras.scales,
        "robust": extras.firm,
        "curve": draw_curve(extras.firm.points, ident="curve", title=f"{page.name}: all analyses")
        if extras.firm.points
        else None,
        "bias": view_bias(extras.bias, shell.config),
        "shown": [(body, said.pop(body.anchor, [])) for body in shown],
        "further": [(body, said.pop(body.anchor, [])) for body in bodies if body not in shown],
        "sentences": [claim for claim in beyond if claim not in concluded],
        "concluded": concluded,
        "published": [view_published(row, shell) for row in page.published],
        "studies": [(lines[ident], results(ident, page, bodies)) for ident in page.studies],
        "registered": [(lines[ident], registry_links(lines[ident])) for ident in page.registered],
        "related": declared.related,
        "yardstick": shell.config.yardstick,
    }


def by_question(
    claims: Iterable[Claim], bodies: Iterable[BodyView]
) -> tuple[dict[str, list[Claim]], list[Claim]]:
    """Return the sentences on each one question by its anchor, and all that go beyond one."""
    stems = [(f"{question_stem(b.graded.body.question)}-", b.anchor) for b in bodies]
    found: dict[str, list[Claim]] = {}
    beyond: list[Claim] = []
    for claim in claims:
        anchor = next((anchor for stem, anchor in stems if claim.id.startswith(stem)), None)
        (beyond if anchor is None else found.setdefault(anchor, [])).append(claim)
    return found, beyond


def results(ident: str, page: UsePage, bodies: list[BodyView]) -> list[Result]:
    """Return what a study found on the questions of a use."""
    return [
        Result(
            question=body.graded.body.question,
            heading=body.heading,
            side=member.side,
            words=SIDE_LABEL[member.side],
            p=member.p or "",
            deciding=body.deciding,
        )
        for body in bodies
        for member in body.members
        if member.contrast.study == ident and body.graded.body.question.use == page.slug
    ]


def registry_links(line: StudyLine) -> list[tuple[str, str | None]]:
    """Return the registrations of a study with their addresses."""
    return [(number, registry_address(number)) for number in line.registrations]


def view_published(row: PublishedEstimate, shell: Shell) -> PublishedRow:
    """Return a published pooled estimate as the table shows it."""
    estimate = "" if row.estimate is None else f"{row.measure} {fixed(row.estimate, 2)}"
    if estimate and row.ci:
        estimate += f" ({fixed(row.ci[0], 2)} to {fixed(row.ci[1], 2)})"
    volume = [counted(row.k, "trial")] if row.k else []
    volume += [people(row.n)] if row.n else []
    return PublishedRow(
        review=row.review,
        outcome=label_of_domain(row.domain, shell.config) if row.domain else "",
        comparison=row.comparison,
        estimate=estimate,
        volume=", ".join(volume),
        searched_to=row.searched_to or "",
        certainty=row.certainty or "",
        side=SIDE_LABEL[row.side],
        where=row.where or "",
    )
