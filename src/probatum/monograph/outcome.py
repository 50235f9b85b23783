"""What one body of evidence says, in sentences for either edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.certainty.model import Graded, Judgement
from probatum.evidence.base import Base
from probatum.evidence.config import OutcomeDomain
from probatum.findings import DirectionSynthesis, Question
from probatum.monograph.magnitude import plain_magnitude, technical_magnitude
from probatum.monograph.model import Claim, Span
from probatum.monograph.naming import name_records, namer
from probatum.monograph.numbers import counted, interval, listed, p_value, people, percent, studies
from probatum.monograph.sentence import (
    Part,
    claim,
    config_ground,
    lower_first,
    member_studies,
    question_ground,
    question_stem,
    span,
    study_grounds,
)
from probatum.monograph.wording import is_known, statement
from probatum.monograph.words import share_rule, share_word
from probatum.vocabulary import BAND_LABEL, COMPARATOR_LABEL, CertaintyLevel, Side

PLAIN_REASON: dict[str, str] = {
    "design": "people were not assigned at random",
    "risk of bias": "how the studies were done could have swayed results",
    "inconsistency": "results differ from study to study",
    "imprecision": "the size of the effect is not known precisely",
    "indirectness": "the studies do not quite answer the question asked",
    "publication bias": "some studies may never have been published",
    "missing numbers": "many of the studies gave no figures",
}
"""Why certainty falls, by GRADE domain, for a reader who has never heard of GRADE."""
DIRECTION_WORDS: tuple[tuple[Side, str, str], ...] = (
    ("benefit", "benefit", "pointed to benefit"),
    ("none", "no_difference", "found no difference"),
    ("harm", "harm", "pointed the other way"),
    ("unclear", "unclear", "could not be read either way"),
)
"""Side of a study, the count of a synthesis that holds it, and how it is said."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A graded body with the words that its base declares for it.

    ``carried`` is the certainty that the rating policy lets a claim on the body carry, lower than
    GRADE's where studies or people are few; None where it draws no conclusion. Plain sentences
    say no more than that.
    """

    graded: Graded
    base: Base
    carried: CertaintyLevel | None

    @property
    def known(self) -> bool:
        """Whether a plain sentence may say what the therapy does."""
        return self.carried is not None and is_known(self.graded.side, self.carried)

    @property
    def too_few(self) -> bool:
        """Whether the studies come down on a side, but are too few for the policy to conclude."""
        level = self.graded.certainty.level
        return self.carried is None and is_known(self.graded.side, level)

    @property
    def question(self) -> Question:
        """The question that the body answers."""
        return self.graded.body.question

    @property
    def domain(self) -> OutcomeDomain:
        """What was measured."""
        return domain_of(self.base, self.question.domain)

    @property
    def comparator(self) -> str:
        """What the therapy was compared with, as said in a sentence."""
        return COMPARATOR_LABEL[self.question.comparator]

    @property
    def time(self) -> str:
        """When it was measured, as said in a sentence."""
        return BAND_LABEL[self.question.band]

    @property
    def when(self) -> Span:
        """The same, resting on the declared bands of time."""
        return span(self.time, (config_ground("contrast"),))

    @property
    def name(self) -> str:
        """The stem of the ids of the body's claims."""
        return question_stem(self.question)


def domain_of(base: Base, slug: str) -> OutcomeDomain:
    """Return the base's words for a domain; an undeclared one speaks for itself."""
    found = next((row for row in base.config.domains if row.slug == slug), None)
    label = slug.replace("-", " ")
    return found or OutcomeDomain(
        slug=slug, label=label, better="higher", benefit=f"improves {label}"
    )


def describe(outcome: Outcome) -> Iterator[Claim]:
    """Yield everything that is said of a body that decides, in reading order."""
    yield lead(outcome)
    yield technical_lead(outcome)
    yield from plain_magnitude(outcome.graded, outcome.base, outcome.name)
    yield counts(outcome)
    yield technical_result(outcome)
    yield certainty(outcome)
    yield from technical_certainty(outcome)


def lead(outcome: Outcome) -> Claim:
    """Say in one plain sentence what the therapy does to the outcome."""
    graded, subject = outcome.graded, outcome.base.config.therapy.subject
    versus, domain = outcome.comparator, outcome.domain
    grounds = (question_ground(outcome.question),)
    gloss = f"{graded.certainty.level} certainty; {lower_first(graded.side_reason)}"
    name = f"{outcome.name}-lead"
    if not outcome.known:
        doubt = "very uncertain" if graded.certainty.level == "very low" else "not known"
        words = span(f"it is {doubt}", grounds, gloss)
        rest = f" whether {subject} {domain.benefit} compared with {versus} ("
        return claim(name, words, rest, outcome.when, ")", edition="consumer")
    words = span(statement(graded, outcome.base.config, domain, outcome.carried), grounds, gloss)
    return claim(
        name, f"compared with {versus}, ", words, " (", outcome.when, ")", edition="consumer"
    )


def technical_lead(outcome: Outcome) -> Claim:
    """Say the same by the GRADE table of informative statements."""
    graded = outcome.graded
    words = span(
        statement(graded, outcome.base.config, outcome.domain),
        (question_ground(outcome.question),),
        graded.side_reason,
    )
    level = span(f"{graded.certainty.level} certainty", (question_ground(outcome.question),))
    return claim(
        f"{outcome.name}-statement",
        words,
        f" compared with {outcome.comparator}, ",
        outcome.when,
        " (",
        level,
        ")",
        edition="professional",
    )


def counts(outcome: Outcome) -> Claim:
    """Say how many studies and people there are, and where the studies point."""
    return claim(f"{outcome.name}-counts", *count_parts(outcome), edition="consumer")


def count_parts(outcome: Outcome) -> tuple[Part, ...]:
    """Return the words of `counts`, so that another sentence can lead up to them."""
    body = outcome.graded.body
    grounds = (question_ground(outcome.question), *study_grounds(member_studies(outcome.graded)))
    chance = "" if body.randomised else " not assigned at random"
    # a sign says nothing where the whole interval is too small to matter
    trivial = is_pooled(outcome.graded) and outcome.graded.side == "none"
    if body.k == 1:
        words = next(text for _, field, text in DIRECTION_WORDS if getattr(body.overall, field))
        words = "found no difference that matters" if trivial else words
        size = f", with {people(body.people) if body.people else 'people'}{chance},"
        size = size if body.people or chance else ""
        return span(f"only one study{size}", grounds, "1 study"), f" asked this and it {words}"
    if trivial:
        size = f", with {people(body.people)}," if body.people else ""
        asked = span(f"{studies(body.k)}{size}", grounds)
        together = ", taken together," if body.pools[0].k == body.k else ""
        return asked, f" asked this and{together} found no difference that matters"
    took_part = f"{people(body.people) if body.people else 'people'} took part{chance and ','}"
    told = body.people or chance
    return *_share(outcome), *(("; ", span(f"{took_part}{chance}", grounds)) if told else ())


def _share(outcome: Outcome) -> Iterator[Part]:
    """Yield the counted words on where the studies of a body point."""
    overall, asked = outcome.graded.body.overall, question_ground(outcome.question)
    held = [row for row in DIRECTION_WORDS if getattr(overall, row[1])]
    if len(held) > 1 and not overall.benefit:
        held.insert(0, DIRECTION_WORDS[0])
    for index, (side, field, words) in enumerate(held):
        number = getattr(overall, field)
        members = [row.contrast.study for row in overall.members if row.side == side]
        text = f"{number:,}" if index else share_word(number, overall.k)
        yield "" if not index else " and " if index == len(held) - 1 else ", "
        if not index and str(number) not in text and 0 < number < overall.k:
            text = f"{text} ({number})"
        rule = None if index else share_rule(number, overall.k)
        yield span(text, (asked, *study_grounds(members)), rule)
        yield f" {words}"


def technical_result(outcome: Outcome) -> Claim:
    """Give the estimate with its intervals, or the directions with theirs."""
    body, grounds = outcome.graded.body, (question_ground(outcome.question),)
    size = people(body.people) if body.people else "number of people not known"
    total = span(f"{studies(body.k)}, {size}", study_grounds(member_studies(outcome.graded)))
    result = (
        technical_magnitude(body.pools[0], outcome.base)
        if is_pooled(outcome.graded)
        else _directions(body.overall)
    )
    return claim(
        f"{outcome.name}-result",
        f"{outcome.domain.label} against {outcome.comparator}, ",
        outcome.when,
        ": ",
        span(result, grounds),
        " (",
        total,
        ")",
        edition="professional",
    )


def _directions(overall: DirectionSynthesis) -> str:
    """Return the synthesis by direction in the terms of the Handbook."""
    known = overall.benefit + overall.harm
    parts = [
        f"{overall.benefit} of {studies(known)} with a known direction favoured the therapy"
        if known
        else "no study gave a direction"
    ]
    if overall.ci is not None and known > 1:
        limits = interval((100 * overall.ci[0], 100 * overall.ci[1]), 0)
        parts.append(f"Wilson 95% CI {limits}%")
    if overall.p is not None and known > 1:
        parts.append(f"sign test {p_value(overall.p)}")
    if overall.no_difference:
        parts.append(f"{overall.no_difference} reported only no difference")
    if overall.bounds is not None and overall.no_difference and overall.k > 1:
        low, high = overall.bounds
        ends = f"{percent(low)} in favour if these are all against, {percent(high)} if all for"
        parts.append(ends)
    if overall.unclear:
        parts.append(f"{overall.unclear} unclear")
    return "; ".join(parts)


def tally(overall: DirectionSynthesis) -> str:
    """Return where studies point, by number: `6 in favour, 7 without a difference`."""
    counts = (
        (overall.benefit, "in favour"),
        (overall.harm, "against"),
        (overall.no_difference, "without a difference"),
        (overall.unclear, "unclear"),
    )
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def is_pooled(graded: Graded) -> bool:
    """Return whether a body is judged by a pool of numbers."""
    return graded.certainty.lane == "pooled" and bool(graded.body.pools)


def left_open(outcome: Outcome) -> str | None:
    """Return how a body of some certainty leaves its question open; None where it does not."""
    graded, label = outcome.graded, outcome.domain.label
    if graded.side != "unclear" or graded.certainty.level == "very low":
        return None
    if is_pooled(graded):
        return f"the combined result on {label} leaves open whether it helps"
    return f"the studies on {label} come down on no side ({tally(graded.body.overall)})"


def lowering(graded: Graded) -> tuple[Judgement, ...]:
    """Return the judgements that lowered certainty."""
    return tuple(row for row in graded.certainty.judgements if row.levels > 0)


def plain_reasons(graded: Graded) -> tuple[str, ...]:
    """Return why certainty is less than high, in plain words, the gravest first."""
    ordered = sorted(lowering(graded), key=lambda row: -row.levels)
    reasons = [_plain_reason(row) for row in ordered if row.domain in PLAIN_REASON]
    if graded.certainty.cap_reason and not reasons:
        reasons.append(lower_first(graded.certainty.cap_reason.rstrip(".")))
    return tuple(reasons)


def _plain_reason(row: Judgement) -> str:
    """Return a judgement in plain words, by the numbers that it rests on."""
    if row.domain == "indirectness" and row.numbers.get("surrogate outcome"):
        return "what was measured is not something that people feel"
    people, wanted = row.numbers.get("people"), row.numbers.get("optimal size")
    if row.domain == "imprecision" and isinstance(people, int) and isinstance(wanted, int | float):
        if people < wanted:
            return "too few people took part for a precise answer"
        return "the size of the effect is not known precisely"
    return PLAIN_REASON[row.domain]


def certainty(outcome: Outcome) -> Claim:
    """Say in plain words how sure one can be, and why not surer."""
    graded, reasons = outcome.graded, plain_reasons(outcome.graded)
    level = span(
        f"{graded.certainty.level} certainty",
        (question_ground(outcome.question),),
        name_records(" ".join(row.reason for row in lowering(graded)), namer(outcome.base.records))
        or None,
    )
    because = f": {listed(reasons[:2])}" if reasons else ""
    if is_known(graded.side, graded.certainty.level) and outcome.carried != graded.certainty.level:
        because = f", but {'too few' if outcome.carried is None else 'only a few'} studies agree"
    name = f"{outcome.name}-certainty"
    return claim(name, "this is of ", level, because, edition="consumer")


def technical_certainty(outcome: Outcome) -> Iterator[Claim]:
    """Yield the GRADE certainty, then each domain that lowers it, with its numbers."""
    graded, ground = outcome.graded, (question_ground(outcome.question),)
    level = span(f"{graded.certainty.level} certainty", ground)
    down = lowering(graded)
    steps = "" if down else ", as no domain lowers it"
    first = f"{outcome.name}-grade"
    start = f" (GRADE), from {graded.certainty.start}{steps}"
    yield claim(first, level, start, edition="professional")
    for row in down:
        lowers = f"{row.domain} lowers it by {counted(row.levels, 'level')}: "
        reason = name_records(lower_first(row.reason.rstrip(".")), namer(outcome.base.records))
        words = span(f"{lowers}{reason}", ground, row.source)
        name = f"{first}-{row.domain.replace(' ', '-')}"
        yield claim(name, words, edition="professional")
    if graded.certainty.cap_reason:
        yield claim(f"{first}-cap", graded.certainty.cap_reason, edition="professional")
    missing = [
        row.domain for row in graded.certainty.judgements if row.assessment == "not assessed"
    ]
    if missing:
        words = span(listed(missing), ground)
        yield claim(f"{first}-missing", "not assessed: ", words, edition="professional")
