"""Bodies that have only directions, on arrays: counts in, sides and levels out.

Counts follow the Cochrane Handbook 12.2.1.3 and SWiM item 3 (Campbell 2020): a study counts by
the direction of its result, whatever its p. Levels follow Murad 2017 (BMJ Evid Based Med 22:85).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.rules import UNCLEAR
from probatum.findings import DirectionSynthesis
from probatum.stats.proportion import wilson

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Counts of studies by direction, and of people; one entry a body.

    ``people`` are all people, ``absent`` those in studies that found no difference.
    """

    benefit: Floats
    harm: Floats
    none: Floats
    unclear: Floats
    people: Floats
    absent: Floats

    @property
    def k(self) -> Floats:
        """Studies in the body."""
        return np.asarray(self.benefit + self.harm + self.none + self.unclear)


def tally(votes: DirectionSynthesis) -> Votes:
    """Take the counts of one synthesis."""
    absent = sum(m.contrast.people or 0 for m in votes.members if m.side == "none")
    counts = (votes.benefit, votes.harm, votes.no_difference, votes.unclear, votes.people, absent)
    return Votes(*(np.asarray(float(count)) for count in counts))


def find_side(votes: Votes, policy: CertaintyPolicy) -> Ints:
    """Return the side on which the studies come down, as a code of ``rules.SIDES``.

    A direction counts where at least three in four of all studies share it and at most one in
    five goes against; or where the Wilson interval of its share among known directions excludes
    one half and more than half of all studies share it. The first rule is for the few studies
    that are usual: the Wilson interval of three in three reaches down to 44%. "No difference"
    counts by the first rule alone, and where the people in the studies that report it reach the
    optimal information size: absence of evidence is not evidence of absence.
    """
    benefit = _prevails(votes.benefit, votes.harm, votes.k, policy)
    harm = _prevails(votes.harm, votes.benefit, votes.k, policy)
    least = np.maximum(votes.benefit, votes.harm) <= policy.against_share * votes.k
    most = (votes.none > 0) & (votes.none >= policy.favour_share * votes.k)
    none = most & least & (votes.absent >= policy.ois_people)
    return np.select([benefit, harm, none], [1, -1, 0], UNCLEAR)


def _prevails(
    favour: Floats, against: Floats, k: Floats, policy: CertaintyPolicy
) -> NDArray[np.bool_]:
    shared = (favour >= policy.favour_share * k) & (against <= policy.against_share * k)
    low, _ = wilson(favour, np.maximum(favour + against, 1))
    beyond_chance = (favour > k / 2) & (np.asarray(low) > 0.5)
    return np.asarray((favour > 0) & (shared | beyond_chance))


def count_disagreement(votes: Votes, side: Ints, policy: CertaintyPolicy) -> tuple[Floats, Ints]:
    """Return the share of studies off the prevailing direction, and levels for inconsistency."""
    counts = [votes.harm, votes.none, votes.benefit]
    most = np.maximum.reduce(counts)
    agreeing = np.select([side == -1, side == 0, side == 1], counts, most)
    share = np.asarray(1 - agreeing / np.maximum(votes.k, 1))
    levels = (share > policy.far_share).astype(np.int64) + (share > 0.5)
    return share, np.where(votes.k > 1, levels, 0)


def count_scarcity(votes: Votes, policy: CertaintyPolicy) -> Ints:
    """Levels for imprecision: one for an unknown size of effect, up to two for few people."""
    few = votes.people < policy.ois_people
    very_few = votes.people < policy.far_below_ois * policy.ois_people
    return np.asarray(1 + few.astype(np.int64) + very_few)
