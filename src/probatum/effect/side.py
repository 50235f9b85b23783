"""Which side a result is on: as the paper concludes, or as its numbers tell."""

from __future__ import annotations

from probatum.effect.case import Case
from probatum.effect.groups import centres
from probatum.study import Outcome
from probatum.vocabulary import Direction, Side

STATED: dict[Direction, Side] = {
    "favours-first": "benefit",
    "favours-second": "harm",
    "no-difference": "none",
    "unclear": "unclear",
}
OPPOSITE: dict[Side, Side] = {"benefit": "harm", "harm": "benefit"}


def mirrored(side: Side, *, flipped: bool = True) -> Side:
    """Return the side as seen from the other arm."""
    return OPPOSITE.get(side, side) if flipped else side


def stated_side(case: Case) -> Side:
    """Return where the paper says that the result lies; one vote, though arms may be several.

    Where the arms that are taken together disagree, the vote is unclear, whatever each shows.
    """
    sides = {
        mirrored(STATED[outcome.direction], flipped=_flipped(case, outcome))
        for outcome in case.outcomes
    }
    return sides.pop() if len(sides) == 1 else "unclear"


def _flipped(case: Case, outcome: Outcome) -> bool:
    """Whether this result names the comparator first; arms taken together may differ in it."""
    return outcome.compare[0] in case.contrast.second


def numeric_side(case: Case) -> Side | None:
    """Return where the numbers point, whatever their p; None where they do not tell.

    Reading the direction of effect from the figures even where a paper reports "no difference"
    is what synthesis by direction asks for (Cochrane Handbook 12.2.1.3).
    """
    middle = centres(case)
    if middle is not None:
        return side_of((middle[0] - middle[1]) * case.upward())
    difference = case.outcome.difference
    if not case.simple or difference is None or difference.sign is None:
        return None
    if difference.measure not in {"MD", "SMD", "RD"}:
        return None
    upward = case.upward() if difference.sign == "first-minus-second" else 1
    flip = -1 if case.contrast.flipped else 1
    return side_of(difference.estimate * upward * flip)


def side_of(benefit: float) -> Side:
    """Return the side of a number that is positive where the therapy does better."""
    if benefit == 0:
        return "none"
    return "benefit" if benefit > 0 else "harm"


def direction_of(case: Case) -> tuple[Side, str]:
    """Return the side of a result without usable numbers, and what it rests on."""
    stated = stated_side(case)
    if stated in {"benefit", "harm"}:
        return stated, "direction as the report concludes"
    told = numeric_side(case)
    if told is not None:
        return told, "direction read from the figures, whatever their p"
    if len(case.outcomes) > 1 and stated == "unclear":
        return stated, "the arms taken together differ in direction"
    return stated, "direction as the report concludes"
