"""The rating of a use in a sentence: at a glance, what it means, and on how much it rests."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.certainty.model import Graded
from probatum.monograph.model import Claim, Ground, Span
from probatum.monograph.numbers import listed, month, people, plural, studies
from probatum.monograph.outcome import Outcome, domain_of, left_open, plain_reasons
from probatum.monograph.sentence import (
    Part,
    claim,
    config_ground,
    lower_first,
    member_studies,
    question_ground,
    span,
    study_grounds,
)
from probatum.monograph.use import UseView
from probatum.monograph.wording import effect_phrase, size_of
from probatum.monograph.words import research_word
from probatum.vocabulary import RatingWord

UNKNOWN: RatingWord = "insufficient evidence"
MEANING: dict[str, str] = {
    "effective": "good studies show that it helps, and more research is unlikely to change this",
    "likely effective": "it probably helps, though more research may change how much",
    "possibly effective": "it may help, but more research could well change this",
    "possibly ineffective": "it may make little or no difference, "
    "but more research could well change this",
    "likely ineffective": "it probably makes little or no difference, "
    "though more research may change this",
    "ineffective": "good studies show that it makes little or no difference, "
    "and more research is unlikely to change this",
    UNKNOWN: "we do not know whether it helps, "
    "which is not the same as knowing that it does not help",
}
WORSE: dict[str, str] = {
    "possibly ineffective": "it may make things worse, but more research could well change this",
    "likely ineffective": "it probably makes things worse, though more research may change this",
    "ineffective": "good studies show that it makes things worse, "
    "and more research is unlikely to change this",
}
"""What the same words mean where the studies favour the comparison."""


def rated(view: UseView) -> Span:
    """Return the rating's word, resting on the use, with the rules that fired behind it."""
    because = " ".join(reason.words for reason in view.rating.because) or None
    return span(view.rating.word, (Ground("use", view.use.slug),), because)


def glance(view: UseView) -> Claim:
    """Return one short sentence for a table of all uses."""
    name = f"{view.use.slug}-glance"
    if not view.studies:
        return claim(name, "not known: ", nothing_found(view))
    outcomes = [view.outcome(graded) for graded in view.deciding]
    known = [outcome for outcome in outcomes if outcome.known]
    if not known:
        return claim(name, "not known: ", *why_unknown(view))
    parts: list[Part] = []
    for number, outcome in enumerate(known):
        graded = outcome.graded
        size = size_of(graded, view.base.config)
        level = outcome.carried or graded.certainty.level
        words = effect_phrase(graded.side, size, level, outcome.domain)
        grounds = (question_ground(outcome.question),)
        parts += ["; " if number else "", span(words, grounds, graded.side_reason)]
    labels = [outcome.domain.label for outcome in outcomes if not outcome.known]
    unclear = f"; unclear for {listed(labels)}" if labels else ""
    return claim(name, *parts, unclear)


def why_unknown(view: UseView) -> Iterator[Part]:
    """Yield why studies that exist give no answer: too few on what matters, or in doubt."""
    if not view.deciding:
        yield from ("too little research on ", critical_labels(view))
        return
    outcome = _first_open(view)
    opened = left_open(outcome)
    if opened is not None:
        yield span(opened, _grounds(outcome.graded), outcome.graded.side_reason)
        return
    if outcome.graded.side != "unclear":
        yield _agreeing(outcome)
        yield ", which is too few to rate" if outcome.too_few else ", with very low certainty"
        return
    body = outcome.graded.body
    size = f" with {people(body.people)}" if body.people else ""
    gloss = "; ".join(reasons_for_doubt(view))
    yield span(
        f"{studies(body.k)} on {outcome.domain.label}{size}", _grounds(outcome.graded), gloss
    )
    yield plural(body.k, " leaves it open", " leave it open")


def critical_labels(view: UseView) -> str:
    """Return the critical outcomes of a use in words: `pain or function`."""
    return listed([domain_of(view.base, slug).label for slug in view.use.critical], "or")


def _first_open(view: UseView) -> Outcome:
    """Return the first deciding body that is not known, else the first of all."""
    outcomes = [view.outcome(graded) for graded in view.deciding]
    return next((row for row in outcomes if not row.known), outcomes[0])


def _agreeing(outcome: Outcome) -> Span:
    """Return how many studies of a body that is not unclear come down on its side."""
    overall = outcome.graded.body.overall
    number, toward = {
        "benefit": (overall.benefit, "to benefit"),
        "harm": (overall.harm, "the other way"),
        "none": (overall.no_difference, "to no difference"),
    }[outcome.graded.side]
    of = studies(overall.k) if number in {0, overall.k} else f"{number} of {studies(overall.k)}"
    points = plural(number or overall.k, "points", "point")
    text = f"{of} on {outcome.domain.label} {points} {toward}"
    return span(text, _grounds(outcome.graded), outcome.graded.side_reason)


def _grounds(graded: Graded) -> tuple[Ground, ...]:
    return (question_ground(graded.body.question), *study_grounds(member_studies(graded)))


def amount(view: UseView) -> Span:
    """Return `9 studies, 512 people` of the use, resting on those studies."""
    text = studies(view.number)
    if view.people:
        text += f", {people(view.people)}"
    grounds = (Ground("use", view.use.slug), *study_grounds(view.studies))
    return span(text, grounds, research_word(view.number, view.people))


def nothing_found(view: UseView) -> Span:
    """Return `no study answers this`, resting on what was searched."""
    config = view.base.config
    return span(
        "no study found that answers this",
        (config_ground("searched"),),
        f"searched to {month(config.searched_to)}: {'; '.join(config.searched)}",
    )


def verdict(view: UseView) -> Iterator[Claim]:
    """Yield the rating, its meaning, and the extent of the evidence."""
    slug, config = view.use.slug, view.base.config
    rating = rated(view)
    subject, phrase = config.therapy.subject, view.use.phrase
    if rating.text == UNKNOWN:
        yield claim(f"{slug}-verdict", "there is ", rating, f" on {subject} for {phrase}")
    else:
        yield claim(f"{slug}-verdict", f"{subject} is rated ", rating, f" for {phrase}")
    meanings = {**MEANING, **WORSE} if view.rating.side == "harm" else MEANING
    meaning = MEANING[UNKNOWN] if view.unknown else meanings.get(rating.text)
    if meaning:
        yield claim(f"{slug}-meaning", f"this means that {meaning}")
    yield from _certainty_beside(view)
    yield extent(view)
    if not view.studies:
        where = span(listed(config.searched), (config_ground("searched"),))
        yield claim(f"{slug}-searched", "we searched ", where)
    if view.rating.override is not None:
        yield from _override(view)


def _certainty_beside(view: UseView) -> Iterator[Claim]:
    """Say why a certainty can stand beside a rating that concludes nothing."""
    if not view.unknown or view.rating.certainty in {None, "very low"}:
        return
    outcome = _first_open(view)
    level = span(f"{view.rating.certainty} certainty", (question_ground(outcome.question),))
    end = (
        ", but too few studies share it for a rating"
        if outcome.too_few
        else ", and comes down on no side"
    )
    start = f"what was found on {outcome.domain.label} is of "
    yield claim(f"{view.use.slug}-certainty", start, level, end)


def extent(view: UseView) -> Claim:
    """Say how many studies there are, and what was searched where there are none."""
    config, slug = view.base.config, view.use.slug
    date = span(month(config.searched_to), (config_ground("searched_to"),))
    if view.studies:
        total = f" with {people(view.people)}" if view.people else ""
        volume = research_word(view.number, view.people)
        found = span(f"{studies(view.number)}{total}", study_grounds(view.studies), volume)
        return claim(
            f"{slug}-extent", "this page rests on ", found, ", found by a search up to ", date
        )
    nothing = span("no study", (config_ground("searched"),), nothing_found(view).gloss)
    return claim(f"{slug}-extent", "up to ", date, " we found ", nothing, " that answers this")


def _override(view: UseView) -> Iterator[Claim]:
    override = view.rating.override
    if override is not None:
        yield claim(
            f"{view.use.slug}-override",
            "a person's rating stands beside the computed one: ",
            span(override.word, (Ground("text", override.file),), override.reason),
            f", by {override.by} on ",
            span(override.date, (Ground("text", override.file),)),
            f", because {lower_first(override.reason)}",
        )


def reasons_for_doubt(view: UseView) -> tuple[str, ...]:
    """Return why certainty falls in the deciding bodies, in plain words, each once."""
    return tuple(dict.fromkeys(reason for g in view.deciding for reason in plain_reasons(g)))
