"""Grading a body by direction of effect alone (Murad 2017, BMJ Evid Based Med 22:85).

Counts follow the Cochrane Handbook 12.2.1.3 and SWiM item 3 (Campbell 2020): a study counts by
the direction of its result, whatever its p; one that reports only "no difference" has no known
direction and never counts as evidence of absence unless it had the people to show it.
"""

from __future__ import annotations

from probatum.certainty.judging import percent
from probatum.certainty.model import Judgement
from probatum.certainty.policy import CertaintyPolicy
from probatum.findings import DirectionSynthesis
from probatum.vocabulary import Side

MURAD = "Murad 2017"
HANDBOOK = "Cochrane Handbook 12.2.1.3; SWiM item 3"


def find_direction_side(votes: DirectionSynthesis, policy: CertaintyPolicy) -> tuple[Side, str]:
    """Return the side on which the studies come down, and the rule that says so.

    A direction counts where at least three in four of all studies share it and at most one in
    five goes against; or where the Wilson interval of the share among known directions excludes
    one half and more than half of all studies share it. The first rule is for the few studies
    that are usual here: the Wilson interval of three in three reaches down to 44%. "No
    difference" counts where most studies report it, neither direction is consistent, and the
    people in those studies reach the optimal information size.
    """
    counts = (
        f"{votes.benefit} in favour, {votes.harm} against, {votes.no_difference} without a "
        f"difference, {votes.unclear} unclear"
    )
    if _consistent(votes.benefit, votes.harm, votes, policy):
        return "benefit", f"Most studies favour the therapy: {counts}."
    if _consistent(votes.harm, votes.benefit, votes, policy):
        return "harm", f"Most studies favour the comparison: {counts}."
    people = sum(m.contrast.people or 0 for m in votes.members if m.side == "none")
    if votes.no_difference > votes.k / 2:
        if people >= policy.ois_people:
            return "none", f"Most studies found no difference, with {people} people: {counts}."
        reason = (
            f"Most studies found no difference, but their {people} people are too few to show "
            f"that there is none ({policy.ois_people} are asked): {counts}."
        )
        return "unclear", reason
    return "unclear", f"The studies do not agree on a direction: {counts}."


def _consistent(
    favour: int, against: int, votes: DirectionSynthesis, policy: CertaintyPolicy
) -> bool:
    k = votes.k
    if favour >= policy.favour_share * k and against <= policy.against_share * k:
        return favour > 0
    return favour > k / 2 and _lower_limit(favour, votes) > 0.5


def _lower_limit(favour: int, votes: DirectionSynthesis) -> float:
    """Lower Wilson limit of the share of one direction among known directions."""
    if votes.ci is None:
        return 0.0
    return votes.ci[0] if favour == votes.benefit else 1 - votes.ci[1]


def judge_direction_imprecision(votes: DirectionSynthesis, policy: CertaintyPolicy) -> Judgement:
    """Lower once for an unknown size of effect, and for too few people once or twice."""
    people, asked = votes.people, policy.ois_people
    few = int(people < asked) + int(people < policy.far_below_ois * asked)
    far = ("reach", "are below", "are far below")[few]
    reason = f"The size of the effect is unknown. {people} people {far} the {asked} asked for."
    unknown = sum(m.contrast.people is None for m in votes.members)
    if unknown:
        reason += f" {unknown} of {votes.k} studies do not say how many people they had."
    numbers: dict[str, float | int | str] = {"people": people, "optimal size": asked}
    if votes.ci:
        numbers |= {"Wilson low": votes.ci[0], "Wilson high": votes.ci[1]}
    return Judgement("imprecision", 1 + few, "assessed", reason, numbers, MURAD)


def judge_direction_inconsistency(
    votes: DirectionSynthesis, side: Side, policy: CertaintyPolicy
) -> Judgement:
    """Lower by the share of studies that do not share the prevailing direction."""
    if votes.k < 2:
        reason = "Not assessed: one study cannot disagree with itself."
        return Judgement("inconsistency", 0, "not assessed", reason, {"studies": votes.k}, MURAD)
    shared = {"benefit": votes.benefit, "harm": votes.harm, "none": votes.no_difference}
    agreeing = shared.get(side, max(shared.values()))
    share = 1 - agreeing / votes.k
    levels = int(share > policy.far_share) + int(share > 0.5)
    reason = f"{percent(share)} of {votes.k} studies do not share the prevailing direction."
    numbers = {"studies": votes.k, "disagreeing": share}
    return Judgement("inconsistency", levels, "assessed", reason, numbers, MURAD)


def judge_selective_directions() -> Judgement:
    """Say that publication bias cannot be tested on directions."""
    reason = "Undetected, and not assessed: no test for it works on directions alone."
    return Judgement("publication bias", 0, "not assessed", reason, {}, HANDBOOK)
