"""What was found for a use: the outcomes that decide in full, the others drawn together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, cycle

from probatum.certainty.model import Graded
from probatum.monograph.model import Claim, Span
from probatum.monograph.naming import short_name
from probatum.monograph.numbers import counted, listed, people, plural, studies
from probatum.monograph.outcome import (
    Outcome,
    count_parts,
    describe,
    domain_of,
    technical_lead,
    technical_result,
)
from probatum.monograph.sentence import (
    Part,
    claim,
    config_ground,
    lower_first,
    member_studies,
    question_ground,
    record_ground,
    record_grounds,
    span,
    study_grounds,
)
from probatum.monograph.use import CATCH_ALL, UseView
from probatum.monograph.wording import HEDGE, size_of, verb_phrase
from probatum.rating.model import QuestionRating
from probatum.vocabulary import COMPARATOR_LABEL

WORDS_IN_A_SENTENCE = 28
"""Plain sentences end before thirty words, so that they can be read at about thirteen."""


STILL_UNCLEAR = ("the same holds for ", "it is just as unclear for ")
"""How a list that does not fit one sentence goes on, by turns."""
MOST_MEASURES = 4
"""So many measures that fit no named outcome are named in a sentence."""


def narrate(view: UseView) -> Iterator[Claim]:
    """Yield what was found, in reading order."""
    if not view.bodies:
        nothing = span("no study in our records", (config_ground("searched"),))
        asked = f" tells what {view.base.config.therapy.subject} does for {view.use.phrase}"
        yield claim(f"{view.use.slug}-nothing", nothing, asked)
    for graded in view.bodies:
        if view.is_deciding(graded.body.question):
            yield from describe(view.outcome(graded))
    yield from _undecided(view)
    others = [view.outcome(g) for g in view.named if not view.is_deciding(g.body.question)]
    shown = {*view.use.critical, *view.use.important}
    plain = [outcome for outcome in others if outcome.question.domain in shown]
    yield from _together(view, [row for row in plain if row.known], _known_words, "also")
    told = {row.question for row in _most_told(view)}
    unclear = [row for row in plain if not row.known and row.question not in told]
    yield from _together(view, unclear, _label, "unclear", STILL_UNCLEAR)
    for outcome in plain:
        yield technical_lead(outcome)
        yield technical_result(outcome)
    yield from _unrated(view)
    yield from _beyond(view)


def _most_told(view: UseView) -> tuple[QuestionRating, ...]:
    """Return the best answered question of each critical outcome where none decides."""
    return () if view.deciding else view.rating.most_told(view.use.critical)


def _undecided(view: UseView) -> Iterator[Claim]:
    """Say what was found on each critical outcome where there is too little to decide by."""
    for row in _most_told(view):
        outcome = view.outcome(row.graded)
        start = f"on {outcome.domain.label}, against {outcome.comparator} ("
        parts = (start, outcome.when, "): ", *count_parts(outcome))
        yield claim(f"{outcome.name}-counts", *parts, edition="consumer")


def _unrated(view: UseView) -> Iterator[Claim]:
    """Name what was measured beside the outcomes rated; no sentence says that it improved.

    Everyone is told where nothing else was measured, trained readers always.
    """
    rated = {*view.use.critical, *view.use.important} - {CATCH_ALL}
    rest = [g for g in view.bodies if g.body.question.domain not in rated]
    names = tuple(dict.fromkeys(name for graded in rest for name in _measured(view, graded)))
    if not names:
        return
    grounds = study_grounds(name for graded in rest for name in member_studies(graded))
    more = len(names) - MOST_MEASURES
    told = [*names[:MOST_MEASURES], *([f"{more} more"] if more > 0 else [])]
    yield claim(
        f"{view.use.slug}-unrated",
        "measured in studies here, and not among the outcomes rated: ",
        span("; ".join(told), grounds, "; ".join(names) if more > 0 else None),
        edition="professional" if len(rest) < len(view.bodies) else "both",
    )


def _measured(view: UseView, graded: Graded) -> Iterator[str]:
    """Yield what a body measured: its outcome, or the instruments where that has no name."""
    if graded in view.named:
        yield domain_of(view.base, graded.body.question.domain).label
        return
    for row in graded.body.overall.members:
        outcomes = view.base.study(row.contrast.study).outcomes
        yield from (outcomes[number].measure for number in row.contrast.outcomes)


def _known_words(view: UseView, outcome: Outcome) -> tuple[str, str]:
    """Return what opens the sentence on a known effect, and the effect's own words."""
    graded = outcome.graded
    level = outcome.carried or graded.certainty.level
    size = size_of(graded, view.base.config)
    subject = view.base.config.therapy.subject
    return f"{subject} {HEDGE[level]}", verb_phrase(graded.side, size, level, outcome.domain)


def _label(view: UseView, outcome: Outcome) -> tuple[str, str]:
    subject = view.base.config.therapy.subject
    return f"it is not clear what {subject} does to ", outcome.domain.label


Words = Callable[[UseView, Outcome], tuple[str, str]]


def _together(
    view: UseView,
    outcomes: Sequence[Outcome],
    words: Words,
    name: str,
    again: Sequence[str] = (),
) -> Iterator[Claim]:
    """Yield plain sentences on several outcomes at once, by comparison and by how they open.

    ``again`` opens, by turns, what does not fit the first sentence; without it all open alike.
    """
    groups: dict[str, dict[tuple[str, str], list[Outcome]]] = defaultdict(dict)
    for outcome in outcomes:
        opening, own = words(view, outcome)
        start = f"compared with {COMPARATOR_LABEL[outcome.question.comparator]}, {opening}"
        groups[start].setdefault((outcome.question.domain, own), []).append(outcome)
    number = 0
    for start, told in groups.items():
        spans = [_grounded(own + _when(view, rows), rows) for (_, own), rows in told.items()]
        for opening, chosen in packed(spans, chain([start], cycle(again or [start]))):
            number += 1
            yield claim(
                f"{view.use.slug}-{name}-{number}", opening, *_joined(chosen), edition="consumer"
            )


def packed(spans: Sequence[Span], openings: Iterator[str]) -> Iterator[tuple[str, list[Span]]]:
    """Yield the opening and the spans of sentences of bounded length, at least one span each."""
    opening, run = next(openings), list[Span]()
    used = len(opening.split())
    for one in spans:
        length = len(one.text.split()) + 1
        if run and used + length > WORDS_IN_A_SENTENCE:
            yield opening, run
            opening, run = next(openings), []
            used = len(opening.split())
        run.append(one)
        used += length
    if run:
        yield opening, run


def _when(view: UseView, outcomes: Sequence[Outcome]) -> str:
    """Return the times of an outcome, where other times of the same comparison say otherwise."""
    question = outcomes[0].question
    every = {
        graded.body.question.band
        for graded in view.bodies
        if (graded.body.question.domain, graded.body.question.comparator)
        == (question.domain, question.comparator)
    }
    if every == {outcome.question.band for outcome in outcomes}:
        return ""
    return f" ({listed([outcome.time for outcome in outcomes])})"


def _grounded(words: str, outcomes: Sequence[Outcome]) -> Span:
    """Return words that rest on the questions behind them, with their amounts of evidence."""
    glosses = []
    for outcome in outcomes:
        body = outcome.graded.body
        size = f", {people(body.people)}" if body.people else ""
        level = outcome.graded.certainty.level
        glosses.append(f"{outcome.time}: {studies(body.k)}{size}; {level} certainty")
    return span(words, (question_ground(o.question) for o in outcomes), "; ".join(glosses))


def _joined(spans: Sequence[Span]) -> Iterator[Part]:
    """Yield spans as a list in a sentence."""
    for number, one in enumerate(spans):
        yield "" if not number else " and " if number == len(spans) - 1 else ", "
        yield one


def _flagged(view: UseView) -> Iterator[Claim]:
    """Yield how many studies count although a notice stands against them."""
    words = {"expression-of-concern": "an expression of concern", "correction": "a correction"}
    for kind, notice in words.items():
        found = [
            study
            for study in view.records
            if study.id in view.studies and kind in {row.kind for row in study.notices}
        ]
        if found:
            number = len(found)
            yield claim(
                f"{view.use.slug}-{kind}",
                f"After publication, {notice} appeared for ",
                span(studies(number), record_grounds(found), notice.partition(" ")[2]),
                f" of this use; {plural(number, 'it still counts', 'they still count')}",
            )


def _beyond(view: UseView) -> Iterator[Claim]:
    """Yield what is recorded beside the studies counted here: others set aside, and reviews."""
    slug, others, reviews = view.use.slug, view.others, view.reviews
    retracted = [study for study in view.records if study.retracted]
    if retracted:
        number = len(retracted)
        yield claim(
            f"{slug}-retracted",
            span(studies(number), record_grounds(retracted), "retracted"),
            f" {plural(number, 'was', 'were')} retracted and {plural(number, 'counts', 'count')} "
            "in no result here",
        )
    yield from _flagged(view)
    if others:
        number = len(others)
        reasons = Counter(reason for _, reason in others).most_common()
        gloss = "; ".join(f"{count}: {reason}" for reason, count in reasons)
        further = counted(number, "further study", "further studies")
        yield claim(
            f"{slug}-others",
            span(further, study_grounds(dict(others)), gloss),
            f" {plural(number, 'is', 'are')} recorded but "
            f"{plural(number, 'answers', 'answer')} no question here; the reasons are listed below",
        )
    if reviews:
        number = len(reviews)
        yield claim(
            f"{slug}-reviews",
            span(counted(number, "published review"), record_grounds(reviews)),
            f" {plural(number, 'speaks', 'speak')} of this use; "
            f"{plural(number, 'it does', 'they do')} not count towards the rating",
        )
    for review in reviews:
        if review.conclusion:
            yield claim(
                f"{slug}-review-{review.id}",
                span(short_name(review), (record_ground(review),)),
                ": ",
                span(lower_first(review.conclusion), (record_ground(review),)),
                edition="professional",
            )
