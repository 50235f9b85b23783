"""Bring the evidence on each question together, each kind in its own lane."""

from __future__ import annotations

from probatum.evidence.base import Base
from probatum.findings import Body, DirectionOnly, Findings, Pooled, Question
from probatum.pool.directions import synthesise, vote_of
from probatum.pool.engine import pool_all
from probatum.pool.layout import Measured, Survey, lay_out, survey
from probatum.pool.published import Placement, by_use, published_estimates

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
    pools: dict[Question, list[Pooled]] = {}
    for key, pooled in pool_all(lay_out(found.measured)).items():
        pools.setdefault(key.question, []).append(pooled)
    placements = published_estimates(base)
    bodies = {
        question: _body(question, by_question[question], pools.get(question, []), placements)
        for question in sorted(by_question)
    }
    return Findings(
        bodies=bodies,
        contrasts=tuple(item.contrast for item in found.measured),
        set_aside=found.set_aside,
        published=by_use(placements),
    )


def _body(
    question: Question,
    measured: list[Measured],
    pools: list[Pooled],
    placements: tuple[Placement, ...],
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
        published=tuple(item.estimate for item in placements if item.answers(question)),
    )
