"""Grading a body by direction of effect alone, in words (Murad 2017)."""

from __future__ import annotations

from probatum.certainty.model import Judgement
from probatum.certainty.policy import CertaintyPolicy
from probatum.findings import DirectionSynthesis
from probatum.numbers import percent
from probatum.vocabulary import Side

MURAD = "Murad 2017"
HANDBOOK = "Cochrane Handbook 12.2.1.3; SWiM item 3"


def explain_direction(
    side: Side, votes: DirectionSynthesis, absent: int, policy: CertaintyPolicy
) -> str:
    """Say why the studies come down on a side; ``absent``: people in studies of no difference."""
    counts = (
        f"{votes.benefit} in favour, {votes.harm} against, {votes.no_difference} without a "
        f"difference, {votes.unclear} unclear"
    )
    if side == "none":
        return f"The studies consistently found no difference, with {absent} people: {counts}."
    if side != "unclear":
        favoured = "therapy" if side == "benefit" else "comparison"
        return f"The studies consistently favour the {favoured}: {counts}."
    if votes.no_difference > votes.k / 2 and absent < policy.ois_people:
        return (
            f"Most studies found no difference, but their {absent} people are too few to show "
            f"that there is none ({policy.ois_people} are asked for): {counts}."
        )
    return f"The studies do not agree on a direction: {counts}."


def judge_direction_imprecision(
    levels: int, votes: DirectionSynthesis, policy: CertaintyPolicy
) -> Judgement:
    """Lower once for an unknown size of effect, and for too few people once or twice."""
    people, asked = votes.people, policy.ois_people
    far = ("reach", "are below", "are far below")[levels - 1]
    reason = f"The size of the effect is unknown. {people} people {far} the {asked} asked for."
    unknown = sum(m.contrast.people is None for m in votes.members)
    if unknown:
        say, they = ("does not", "it") if unknown == 1 else ("do not", "they")
        reason += f" {unknown} of {votes.k} studies {say} say how many people {they} had."
    numbers: dict[str, float | int | str] = {"people": people, "optimal size": asked}
    if votes.ci:
        numbers |= {"Wilson low": votes.ci[0], "Wilson high": votes.ci[1]}
    return Judgement("imprecision", levels, "assessed", reason, numbers, MURAD)


def judge_direction_inconsistency(levels: int, share: float, k: int) -> Judgement:
    """Lower by the share of studies that do not share the prevailing direction."""
    if k < 2:
        reason = "Not assessed: one study cannot disagree with itself."
        return Judgement("inconsistency", 0, "not assessed", reason, {"studies": k}, MURAD)
    reason = f"{percent(share)} of {k} studies do not share the prevailing direction."
    numbers = {"studies": k, "disagreeing": share}
    return Judgement("inconsistency", levels, "assessed", reason, numbers, MURAD)


def judge_selective_directions(waiting: int) -> Judgement:
    """Say that publication bias cannot be tested on directions."""
    reason = (
        "Undetected, and not assessed: no test for it works on directions alone. "
        f"Registered studies of this use without results: {waiting}."
    )
    numbers = {"registered, no results": waiting}
    return Judgement("publication bias", 0, "not assessed", reason, numbers, HANDBOOK)
