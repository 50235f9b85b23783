"""Certainty of a body of evidence by GRADE, every computable step computed and recorded.

The order is fixed: which lane decides (by people, never by result), what the certainty is about,
where it starts, what each domain takes away, and which cap holds. What the base does not tell is
"not assessed": it is shown, may cap the certainty as the policy says, and lowers nothing.
"""

from __future__ import annotations

from probatum.certainty import judging
from probatum.certainty.appraisal import Appraisal, appraise, weigh_people
from probatum.certainty.direction import (
    explain_direction,
    judge_direction_imprecision,
    judge_direction_inconsistency,
    judge_selective_directions,
)
from probatum.certainty.model import Certainty, Graded, Judgement, Lane, Target
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.pooled import explain_side, judge_imprecision, judge_inconsistency
from probatum.certainty.quantities import caps, grade_quantities, quantify
from probatum.certainty.rules import (
    LEVEL_INDEX,
    SIDES,
    count_bias,
    count_design,
    level_of,
    settle,
)
from probatum.certainty.subgroups import split_pool
from probatum.certainty.target import choose_lane, set_target
from probatum.certainty.votes import count_disagreement, count_scarcity, find_side, tally
from probatum.evidence.base import Base
from probatum.findings import Body
from probatum.numbers import percent
from probatum.vocabulary import CertaintyLevel

DEFAULT = CertaintyPolicy()


def grade(body: Body, base: Base, policy: CertaintyPolicy = DEFAULT) -> Graded:
    """Grade one body of evidence and say on which side it comes down.

    Sources: the GRADE guidelines and guidance by number, named in each judgement; Murad 2017
    for bodies that have only directions.
    """
    lane, why = choose_lane(body, policy)
    target = set_target(body, lane, base, policy)
    if lane == "pooled":
        return _grade_pool(body, base, policy, target, why)
    return _grade_directions(body, base, policy, target, (lane, why))


def _grade_pool(
    body: Body, base: Base, policy: CertaintyPolicy, target: Target, why: str
) -> Graded:
    pool = body.pools[0]
    appraisal = appraise([effect.contrast for effect in pool.members], base)
    splits = split_pool(pool, base, policy)
    explained = any(split.explains for split in splits)
    q = quantify(pool, body.k, target, appraisal, policy, explained=explained)
    levels = grade_quantities(q, policy)
    waiting = judging.count_unpublished(body.question.use, base)
    judgements: tuple[Judgement, ...] = (
        judging.judge_design(int(levels.design), q.shares),
        judging.judge_bias(int(levels.bias), appraisal, q.shares),
        judge_inconsistency(
            pool, target, int(levels.inconsistency), q, policy=policy, splits=splits
        ),
        judge_imprecision(pool, target, int(levels.imprecision), q, policy),
        judging.judge_indirectness(body.question, base),
        judging.judge_publication(pool, base, waiting, policy),
        judging.judge_numbers(int(levels.numbers), pool.k, body),
    )
    if int(levels.start) < LEVEL_INDEX["high"]:
        near = min(abs(limit) for limit in pool.ci)
        judgements += (judging.judge_upgrade(int(levels.upgrade), near, target.large),)
    cap, cap_reason = _unassessed_cap(int(caps(q.shares, policy)), appraisal, policy)
    side = SIDES[int(levels.side) + 1]
    certainty = _conclude(int(levels.start), judgements, ("pooled", why), target, (cap, cap_reason))
    return Graded(body, certainty, side, explain_side(side, pool, target))


def _grade_directions(
    body: Body, base: Base, policy: CertaintyPolicy, target: Target, lane: tuple[Lane, str]
) -> Graded:
    votes = body.overall
    counts = tally(votes)
    contrasts = [member.contrast for member in votes.members]
    appraisal = appraise(contrasts, base)
    shares = appraisal.share(weigh_people(contrasts))
    code = find_side(counts, policy)
    side = SIDES[int(code) + 1]
    disagreeing, inconsistency = count_disagreement(counts, code, policy)
    start, design = count_design(shares.unrandomised)
    bias = count_bias(shares.high, shares.several, shares.concerns, policy)
    waiting = judging.count_unpublished(body.question.use, base)
    judgements = (
        judging.judge_design(int(design), shares),
        judging.judge_bias(int(bias), appraisal, shares),
        judge_direction_inconsistency(int(inconsistency), float(disagreeing), votes.k),
        judge_direction_imprecision(int(count_scarcity(counts, policy)), votes, policy),
        judging.judge_indirectness(body.question, base),
        judge_selective_directions(waiting),
    )
    cap = (policy.cap_direction, "Without sizes of effect, certainty is never above this.")
    reason = explain_direction(side, votes, int(counts.absent), policy)
    return Graded(body, _conclude(int(start), judgements, lane, target, cap), side, reason)


def _unassessed_cap(
    index: int, appraisal: Appraisal, policy: CertaintyPolicy
) -> tuple[CertaintyLevel | None, str | None]:
    if index >= LEVEL_INDEX["high"]:
        return None, None
    known = sum(bias.judgement is not None for bias in appraisal.biases)
    return level_of(index), (
        f"Risk of bias is assessed in {known} of {len(appraisal.biases)} studies, which hold "
        f"less than {percent(policy.assessed_share)} of the information: certainty is "
        f"at most {level_of(index)} until it is."
    )


def _conclude(
    start: int,
    judgements: tuple[Judgement, ...],
    lane: tuple[Lane, str],
    target: Target,
    cap: tuple[CertaintyLevel | None, str | None],
) -> Certainty:
    """Add up the levels; a cap is recorded only where it bites."""
    free = int(settle(start, sum(j.levels for j in judgements), LEVEL_INDEX["high"]))
    limit, reason = cap
    bites = limit is not None and LEVEL_INDEX[limit] < free
    return Certainty(
        level=limit if bites and limit else level_of(free),
        start=level_of(start),
        lane=lane[0],
        target=target,
        judgements=judgements,
        cap=limit if bites else None,
        cap_reason=reason if bites else None,
        lane_reason=lane[1],
    )
