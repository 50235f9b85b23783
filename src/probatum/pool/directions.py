"""Synthesis by direction of effect: one vote a study, whatever its p."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from probatum.effect.side import side_of
from probatum.findings import DirectionOnly, DirectionSynthesis, Effect
from probatum.stats.direction import count_votes


def vote_of(effect: Effect) -> DirectionOnly:
    """Return the side on which an estimate lies, as a vote."""
    return DirectionOnly(effect.contrast, side_of(effect.estimate), None, "sign of the estimate")


def synthesise(votes: Iterable[DirectionOnly]) -> DirectionSynthesis:
    """Count votes by direction (Cochrane Handbook 12.2.1.3; McKenzie & Brennan 2019).

    Studies that say "no difference" without figures are neither for nor against: `bounds` show
    the proportion were they all against, and all in favour.
    """
    members = _one_a_study(votes)
    sides = Counter(vote.side for vote in members)
    benefit, harm, none = sides["benefit"], sides["harm"], sides["none"]
    count = count_votes(benefit, harm, none)
    with_result = benefit + harm + none
    return DirectionSynthesis(
        benefit=benefit,
        harm=harm,
        no_difference=none,
        unclear=sides["unclear"],
        people=sum(vote.contrast.people or 0 for vote in members),
        proportion=count.share if count.k else None,
        ci=count.ci if count.k else None,
        bounds=(benefit / with_result, (benefit + none) / with_result) if with_result else None,
        p=count.p if count.k else None,
        members=members,
    )


def _one_a_study(votes: Iterable[DirectionOnly]) -> tuple[DirectionOnly, ...]:
    """Join the votes of a study whose comparisons share a group; they count only if they agree."""
    by_study: dict[str, list[DirectionOnly]] = {}
    for vote in votes:
        by_study.setdefault(vote.contrast.study, []).append(vote)
    return tuple(_joined(by_study[study]) for study in sorted(by_study))


def _joined(votes: Sequence[DirectionOnly]) -> DirectionOnly:
    first = votes[0]
    if len(votes) == 1:
        return first
    people = [vote.contrast.people for vote in votes]
    total = sum(count for count in people if count is not None)
    contrast = replace(first.contrast, people=None if None in people else total)
    agree = len({vote.side for vote in votes}) == 1
    why = f"{len(votes)} comparisons of the study {'agree' if agree else 'differ'} in direction"
    return DirectionOnly(contrast, first.side if agree else "unclear", first.p, why)
