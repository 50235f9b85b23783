"""Bring the evidence on each question together, each kind in its own lane."""

from __future__ import annotations

from probatum.contrast import survey
from probatum.evidence.base import Base
from probatum.findings import (
    Body,
    DirectionOnly,
    Findings,
    Measured,
    Pooled,
    PublishedEstimate,
    Question,
    Survey,
)
from probatum.pool.directions import synthesise, vote_of
from probatum.pool.engine import pool_all
from probatum.pool.layout import lay_out
from probatum.pool.published import by_use, published_estimates

__all__ = ["combine", "combine_survey"]


def combine(base: Base) -> Findings:
    """Compare, measure and pool everything in a base.

    For each question: pools of the studies with numbers, a synthesis of the studies that tell
    only a direction, one of all studies by direction, and the published estimates beside them.
    """
    return combine_survey(survey(base), base)


def combine_survey(found: Survey, base: Base) -> Findings:
    """Bring together what has been compared and measured already."""
    by_question: dict[Question, list[Measured]] = {}
    for item in found.measured:
        by_question.setdefault(item.contrast.question, []).append(item)
    parted = {question: part_by_design(items) for question, items in by_question.items()}
    pools: dict[Question, list[Pooled]] = {}
    laid_out = lay_out(item for deciding, _ in parted.values() for item in deciding)
    for key, pooled in pool_all(laid_out).items():
        pools.setdefault(key.question, []).append(pooled)
    placements = published_estimates(base)
    bodies: dict[Question, Body] = {}
    for question in sorted(by_question):
        bodies[question] = _body(
            question,
            *parted[question],
            pools.get(question, []),
            tuple(item.estimate for item in placements if item.answers(question)),
        )
    return Findings(bodies, found.contrasts, found.set_aside, by_use(placements))


def part_by_design(items: list[Measured]) -> tuple[list[Measured], list[Measured]]:
    """Return the studies that are synthesised, and those that stand beside them.

    Where any are randomised, they alone are synthesised (Handbook chapter 24): a mean over both
    kinds would start at no level of certainty that GRADE knows.
    """
    randomised = [item for item in items if item.contrast.randomised]
    others = [item for item in items if not item.contrast.randomised]
    return (randomised, others) if randomised else (others, [])


def _body(
    question: Question,
    measured: list[Measured],
    others: list[Measured],
    pools: list[Pooled],
    published: tuple[PublishedEstimate, ...],
) -> Body:
    told = [item.result for item in measured if isinstance(item.result, DirectionOnly)]
    votes = [
        item.result if isinstance(item.result, DirectionOnly) else vote_of(item.result[0])
        for item in measured
    ]
    return Body(
        question=question,
        # most people first; among equals the order of metric and scale, which never moves
        pools=tuple(sorted(pools, key=lambda pool: (-pool.people, pool.metric, pool.scale or ""))),
        directions=synthesise(told) if told else None,
        overall=synthesise(votes),
        published=published,
        not_randomised=tuple(others),
    )
