"""Summary-of-findings tables: one a use and edition (Cochrane Handbook, chapter 14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probatum.monograph.magnitude import (
    baseline_of,
    digits_of,
    part_of,
    risks,
    scale_of,
    scale_words,
    technical_magnitude,
    worded,
)
from probatum.monograph.model import Cell, Edition, Table
from probatum.monograph.numbers import fixed, studies
from probatum.monograph.outcome import Outcome, is_pooled, tally
from probatum.monograph.sentence import (
    Part,
    cell,
    config_ground,
    member_studies,
    question_ground,
    span,
    study_grounds,
    upper_first,
)
from probatum.monograph.use import UseView
from probatum.monograph.wording import statement, unknown_statement

COLUMNS = ("Outcome", "Compared with", "People (studies)", "Effect", "Certainty", "In words")


def summaries(view: UseView) -> Iterator[Table]:
    """Yield the use's summary of findings for either edition; none where no body is graded.

    What decides stands in a table of its own, and all else in a second one. The consumer edition
    keeps to critical and important outcomes, as the Handbook asks (14.1.3); the professional one
    holds every body on a named outcome.
    """
    chosen = {*view.use.critical, *view.use.important}
    editions: tuple[Edition, ...] = ("consumer", "professional")
    for edition in editions:
        outcomes = [
            view.outcome(graded)
            for graded in view.named
            if edition == "professional" or graded.body.question.domain in chosen
        ]
        first = [row for row in outcomes if _is_first(view, row)]
        rest = [row for row in outcomes if row not in first]
        name, caption = f"{view.use.slug}-summary", f"{view.use.name}: summary of findings"
        if first:
            yield _table(f"{name}-{edition}", caption, first, edition)
        if rest:
            also = f"{view.use.name}: other outcomes, comparisons and times" if first else caption
            yield _table(f"{name}-further-{edition}", also, rest, edition)


def _is_first(view: UseView, outcome: Outcome) -> bool:
    """Return whether a body decides, or where none does, speaks of a critical outcome."""
    if view.deciding:
        return view.is_deciding(outcome.question)
    return outcome.question.domain in view.use.critical


def _table(name: str, caption: str, outcomes: Sequence[Outcome], edition: Edition) -> Table:
    rows = tuple(_row(outcome, edition) for outcome in outcomes)
    return Table(name, caption, COLUMNS, rows, edition)


def _row(outcome: Outcome, edition: Edition) -> tuple[Cell, ...]:
    graded, question = outcome.graded, outcome.question
    ground = question_ground(question)
    words = statement(graded, outcome.base.config, outcome.domain)
    if edition == "consumer":
        words = (
            statement(graded, outcome.base.config, outcome.domain, outcome.carried)
            if outcome.known
            else unknown_statement(outcome.base.config, outcome.domain, too_few=outcome.too_few)
        )
    people = f"{graded.body.people:,}" if graded.body.people else "not known"
    return (
        cell(span(upper_first(outcome.domain.label), (ground,)), f", {outcome.time}"),
        cell(upper_first(outcome.comparator)),
        cell(
            span(
                f"{people} ({studies(graded.body.k)})",
                (ground, *study_grounds(member_studies(graded))),
            ),
            numeric=True,
        ),
        cell(*_effect(outcome, edition)),
        cell(span(upper_first(graded.certainty.level), (ground,), graded.side_reason)),
        cell(f"{upper_first(words)}."),
    )


def _effect(outcome: Outcome, edition: Edition) -> Iterator[Part]:
    graded, ground = outcome.graded, question_ground(outcome.question)
    if not is_pooled(graded):
        start = "Not pooled" if edition == "professional" else "Size not known"
        yield span(f"{start}: {tally(graded.body.overall)}", (ground,))
        return
    pool = graded.body.pools[0]
    absolute = _absolute(outcome)
    if edition == "professional":
        yield span(technical_magnitude(pool, outcome.base), (ground,))
        yield from ("; ", *absolute) if absolute else ()
        return
    yield from _plain_effect(outcome, absolute)
    if pool.k < graded.body.k:
        members = study_grounds(row.contrast.study for row in pool.members)
        yield from ("; from ", span(part_of(graded), members))


def _plain_effect(outcome: Outcome, absolute: list[Part]) -> Iterator[Part]:
    pool, ground = outcome.graded.body.pools[0], question_ground(outcome.question)
    if absolute:
        yield from absolute
        return
    scale = scale_of(pool, outcome.base)
    digits = digits_of(scale) if scale else 2
    if pool.metric == "SMD":
        low, high = (worded(limit, outcome.base.config.smd) for limit in pool.ci)
        size = upper_first(worded(pool.estimate, outcome.base.config.smd))
        gloss = technical_magnitude(pool, outcome.base)
        yield span(f"{size} (from {low} to {high})", (ground,), gloss)
        return
    unit = "points" if scale else "log ratio"
    yield span(upper_first(_signed(pool.estimate, pool.ci, digits, unit)), (ground,), pool.metric)


def _signed(value: float, ci: tuple[float, float], digits: int, unit: str) -> str:
    """Return `1.2 points better (from 0.3 worse to 2.1 better)`."""

    def sized(number: float, noun: str = "") -> str:
        shown = fixed(abs(number), digits)
        if not shown.strip("0."):
            return "no difference"
        return f"{shown}{noun} {'better' if number > 0 else 'worse'}"

    low, high = (sized(limit) for limit in ci)
    return f"{sized(value, f' {unit}')} (from {low} to {high})"


def _absolute(outcome: Outcome) -> list[Part]:
    """Return the absolute effect with its limits, from a declared baseline or the studies' own."""
    pool, base = outcome.graded.body.pools[0], outcome.base
    where, ground = config_ground("baseline"), question_ground(outcome.question)
    found = risks(pool, base)
    if found is not None:
        risk, therapy, low, high = (
            round(1000 * r) for r in (found.without, found.therapy, *found.ci)
        )
        without = f"{risk} per 1,000 without"
        told = f"{therapy} per 1,000 ({low} to {high}) with the treatment"
        if found.declared:
            return [
                span(without, (where,), found.declared.source),
                ", ",
                span(told, (where, ground)),
            ]
        return [span(f"{without}, {told}", (ground,))]
    start, scale = baseline_of(outcome.question, base), scale_of(pool, base)
    if start is None or scale is None or start.scale != scale.slug:
        return []
    way = 1 if scale.better == "higher" else -1
    after, *limits = (
        fixed(min(scale.high, max(scale.low, start.value + way * size)), digits_of(scale))
        for size in (pool.estimate, *sorted(pool.ci, key=lambda limit: way * limit))
    )
    return [
        "from ",
        span(fixed(start.value, digits_of(scale)), (where, ground), start.source),
        " without to about ",
        span(f"{after} ({' to '.join(limits)})", (where, ground)),
        f" with the treatment ({scale_words(scale)})",
    ]
