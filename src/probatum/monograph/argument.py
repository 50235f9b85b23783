"""Why a use is rated as it is: not higher, not lower, how firm, and what others say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from probatum.monograph.model import Claim, Ground, Span
from probatum.monograph.naming import name_records, namer
from probatum.monograph.numbers import counted, listed, people, percent, plural, studies
from probatum.monograph.outcome import domain_of, left_open
from probatum.monograph.sentence import (
    claim,
    config_ground,
    lower_first,
    member_studies,
    question_ground,
    span,
    study_grounds,
)
from probatum.monograph.use import UseView
from probatum.monograph.verdict import critical_labels, reasons_for_doubt
from probatum.vocabulary import CERTAINTY_LEVELS, RATING_WORDS

NO_STUDY = "our search holds no study that answers a question of this use"


def why(view: UseView) -> Iterator[Claim]:
    """Yield why the rating is not higher and not lower: in plain words, then rule by rule."""
    yield from _why_not_higher(view)
    yield from _why_not_lower(view)
    yield from _silent_outcomes(view)
    yield from _stability(view)
    for number, reason in enumerate(view.rating.because, 1):
        numbers = ", ".join(f"{name} {value}" for name, value in reason.numbers.items())
        yield claim(
            f"{view.use.slug}-because-{number}",
            span(
                name_records(reason.words, namer(view.base.records)),
                (Ground("use", view.use.slug),),
                numbers or reason.rule,
            ),
            edition="professional",
        )


def asked_for(view: UseView) -> str:
    """Return the studies and people that the policy asks of a comparison before it is rated."""
    volume = view.assessment.policy.volume["low"]
    noun = plural(volume.studies, "study", "studies")
    return f"{volume.studies} randomised {noun} with {people(volume.people)}"


def _why_not_higher(view: UseView) -> Iterator[Claim]:
    slug, doubts = view.use.slug, reasons_for_doubt(view)
    name = f"{slug}-not-higher"
    if not view.studies:
        yield claim(name, "there is nothing to rate: no study here answers a question of this use")
        return
    if not view.deciding:
        yield claim(
            name,
            "it is not rated higher, because no comparison on ",
            span(
                critical_labels(view),
                (config_ground(f"uses.{slug}.critical"),),
                "what matters most for this use",
            ),
            " has the ",
            span(asked_for(view), (config_ground("policy"),)),
            " that a rating asks for",
            edition="consumer",
        )
        return
    worst = max((g.certainty.level for g in view.deciding), key=CERTAINTY_LEVELS.index)
    level = view.rating.certainty or worst
    outcomes = [view.outcome(graded) for graded in view.deciding]
    few = any(
        o.graded.side != "unclear" and o.carried != o.graded.certainty.level for o in outcomes
    )
    if level == "high" and not few:
        return
    grounds = [question_ground(g.body.question) for g in view.deciding]
    if few and level != "very low":
        start = "it is not rated higher, because too few studies agree; what they found is of "
        yield claim(name, start, span(f"{level} certainty", grounds), edition="consumer")
        return
    opened = _left_open(view)
    if opened is not None:
        yield claim(name, "it is not rated higher, because ", opened, edition="consumer")
        return
    yield claim(
        name,
        "it is not rated higher, as ",
        span(f"certainty is {level}", grounds),
        f": {listed(doubts[:2])}" if doubts else "",
        edition="consumer",
    )


def _left_open(view: UseView) -> Span | None:
    """Return how the first deciding body leaves its question open, where none concludes."""
    if not view.unknown:
        return None
    for graded in view.deciding:
        words = left_open(view.outcome(graded))
        if words is not None:
            return span(words, (question_ground(graded.body.question),))
    return None


def _why_not_lower(view: UseView) -> Iterator[Claim]:
    name = f"{view.use.slug}-not-lower"
    if not view.deciding:
        return
    if view.unknown:
        text = "it is not called ineffective, because the studies do not show that it fails"
        yield claim(name, text, edition="consumer")
        return
    carrying = [g for g in view.deciding if g.side == view.rating.side] or view.deciding
    ids = tuple(dict.fromkeys(name for g in carrying for name in member_studies(g)))
    total = max(graded.body.people for graded in carrying)
    upto = "up to " if len(carrying) > 1 else ""
    side = "in favour" if view.rating.side == "benefit" else "against an important benefit"
    amount = f"{studies(len(ids))} with {upto}{people(total)}" if total else studies(len(ids))
    yield claim(
        name,
        "it is not left open, because",
        ", taken together, " if len(ids) > 1 else " ",
        span(amount, study_grounds(ids), "the studies of the outcomes that decide"),
        f" {plural(len(ids), 'comes', 'come')} down {side}",
        edition="consumer",
    )


def _silent_outcomes(view: UseView) -> Iterator[Claim]:
    """Name the critical outcomes on which no study speaks."""
    spoken = {graded.body.question.domain for graded in view.bodies}
    silent = [slug for slug in view.use.critical if slug not in spoken]
    if silent and view.studies:
        labels = listed([domain_of(view.base, slug).label for slug in silent], "or")
        yield claim(
            f"{view.use.slug}-silent",
            "no study here reports ",
            span(labels, (config_ground(f"uses.{view.use.slug}.critical"),)),
            ", which matters for this use",
        )


FIRM = 0.5
"""A rating that fewer of the analyses keep is said not to be firm."""


def _stability(view: UseView) -> Iterator[Claim]:
    """Say in how many ways of analysing the same studies the rating stays as it is."""
    explored = view.assessment.multiverses.get(view.use.slug)
    share = view.rating.stability
    if explored is None or share is None:
        return
    ways, grounds = len(explored.specifications), (Ground("use", view.use.slug),)
    kept = round(share * ways)
    told = f"all {ways:,} ways"
    if kept < ways:
        told = f"{kept:,} of {counted(ways, 'way')} ({percent(share)})"
    name = f"{view.use.slug}-stability"
    yield claim(
        name, "the rating is the same in ", span(told, grounds), " of analysing these studies"
    )
    if share < FIRM:
        words = view.assessment.policy.words
        others = Counter(words[place] for place in explored.words.tolist())
        others.pop(words[int(explored.words[0])])
        word, times = others.most_common(1)[0]
        which = f"all {times:,} others" if times == others.total() else f"{times:,} of the others"
        other = span(f"{which} give “{word}”", grounds)
        yield claim(f"{name}-others", "so it is not firm: ", other)


def beside(view: UseView) -> Iterator[Claim]:
    """Yield what the yardstick says, how ours compares, and what makes the difference."""
    slug, source, published = view.use.slug, view.base.config.yardstick, view.use.published
    if source is None:
        return
    bare = source.name.removeprefix("The ").removeprefix("the ")
    name = span(bare, (config_ground("yardstick"),), source.years)
    if published is None:
        yield claim(f"{slug}-beside", "the ", name, " does not list this use")
        return
    where = (config_ground(f"uses.{slug}.published"),)
    word = span(published.rating, where)
    yield claim(f"{slug}-beside", "the ", name, " gives the rating ", word)
    if published.detail:
        detail = span(lower_first(published.detail.rstrip(".")), where)
        yield claim(f"{slug}-beside-detail", "it says: ", detail)
    yield from _difference(view, published.rating)


def _difference(view: UseView, published: str) -> Iterator[Claim]:
    slug, ours = view.use.slug, view.rating.word
    word = span(ours, (Ground("use", slug),))
    if ours == published:
        though = "" if view.studies else f", though {NO_STUDY}"
        yield claim(f"{slug}-compare", f"our rating is the same{though}")
        return
    if not set(RATING_WORDS) >= {ours, published}:
        yield claim(f"{slug}-compare", "ours, ", word, ", is given on another scale")
        return
    why_ours = span(_what_differs(view), (Ground("use", slug),))
    yield claim(f"{slug}-compare", "our rating is ", word, ", because ", why_ours)


def _what_differs(view: UseView) -> str:
    """Return what made our rating differ, as far as the records tell."""
    if not view.studies:
        return NO_STUDY
    doubts = reasons_for_doubt(view)
    if not view.deciding:
        labels = critical_labels(view)
        return f"no comparison on {labels} has the {asked_for(view)} that our rating asks for"
    level = view.rating.certainty or "very low"
    opened = _left_open(view)
    if opened is not None:
        return opened.text
    if view.unknown:
        return f"certainty is {level}" + (f": {listed(doubts[:2])}" if doubts else "")
    outcomes = [view.outcome(graded) for graded in view.deciding]
    labels = listed(tuple(dict.fromkeys(o.domain.label for o in outcomes if o.known)))
    side = {"benefit": "a benefit", "harm": "harm", "none": "no important difference"}
    shown = side.get(view.rating.side, "a result")
    return f"the studies counted here show {shown} on {labels}, with {level} certainty"
