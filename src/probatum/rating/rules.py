"""The rules from graded evidence to a word, on arrays: one use or thousands of specifications.

A side is a code (harm -1, none 0, benefit 1, unclear 2), a strength an index of certainty that
can carry a claim (0 none, 1 low, 2 moderate, 3 high).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.certainty.rules import HIGH, SIDES, UNCLEAR
from probatum.rating.policy import LEVELS, Policy

Ints = NDArray[np.int64]


def meets_volume(studies: ArrayLike, people: ArrayLike, policy: Policy) -> NDArray[np.bool_]:
    """Whether there is enough for the weakest claim; what does not meet it decides nothing."""
    return np.asarray(limit_by_volume(studies, people, policy) >= 1)


def limit_by_volume(studies: ArrayLike, people: ArrayLike, policy: Policy) -> Ints:
    """Return the strongest claim that so many randomised studies and people can carry."""
    k, n = np.asarray(studies), np.asarray(people)
    limit = np.zeros(np.broadcast(k, n).shape, dtype=np.int64)
    for strength, level in enumerate(LEVELS, start=1):
        asked = policy.volume[level]
        limit = np.where((k >= asked.studies) & (n >= asked.people), strength, limit)
    return limit


def restrict_side(side: ArrayLike, *, active: bool) -> Ints:
    """Withhold what an active comparison cannot show.

    A therapy that does no better than another treatment may still work, as well or less well.
    """
    codes = np.asarray(side, dtype=np.int64)
    return np.where(codes == 1, codes, UNCLEAR) if active else codes


def join_claims(
    sides: ArrayLike, strengths: ArrayLike, present: ArrayLike, policy: Policy
) -> tuple[Ints, Ints]:
    """Join the claims of critical outcomes into that of the use; the first axis is the outcome.

    The lowest certainty across critical outcomes is that of the whole (GRADE guidelines 11,
    Guyatt 2013), and claims on opposite sides cancel. Benefit or harm can be of one outcome; that
    there is no important difference is said of them all, so an outcome that leaves it open
    withholds it. Returns side and strength.
    """
    s, c = np.asarray(sides, dtype=np.int64), np.asarray(strengths, dtype=np.int64)
    here = np.broadcast_to(np.asarray(present, dtype=bool), s.shape)
    claims = here & (s != UNCLEAR)
    good = np.any(claims & (s == 1), axis=0)
    bad = np.any(claims & (s != 1), axis=0)
    harm = np.any(claims & (s == -1), axis=0)
    counted = claims if policy.unclear == "ignored" else here
    lowest = np.min(np.where(counted, c, HIGH), axis=0)
    side = np.select([good & bad, good, harm, bad], [UNCLEAR, 1, -1, 0], UNCLEAR)
    if policy.unclear != "ignored":
        is_open = np.any(here & (s == UNCLEAR), axis=0)
        side = np.where(is_open & ((side == 0) | (policy.unclear == "decides")), UNCLEAR, side)
    return side, np.where(side == UNCLEAR, 0, lowest)


def find_word(side: ArrayLike, strength: ArrayLike, policy: Policy) -> Ints:
    """Return the position of the word in ``policy.words``."""
    return np.asarray(word_table(policy)[np.asarray(side) + 1, np.asarray(strength)])


def word_table(policy: Policy) -> Ints:
    """Position of the word by side code + 1 and strength, shape (4, 4)."""
    nothing = policy.words.index(policy.insufficient)
    table = np.full((len(SIDES), HIGH + 1), nothing, dtype=np.int64)
    for row, side in enumerate(SIDES):
        if side != "unclear":
            for strength, level in enumerate(LEVELS, start=1):
                table[row, strength] = policy.words.index(policy.claims[side][level])
    return table
