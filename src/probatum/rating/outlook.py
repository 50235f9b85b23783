"""What would change each rating, gathered from all sides and put in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probatum.certainty.model import Graded
from probatum.evidence.base import Base
from probatum.findings import Question
from probatum.rating.change import (
    find_certainty,
    find_fragility,
    find_grids,
    find_removals,
    find_trials,
    find_volume,
)
from probatum.rating.decide import choose_questions
from probatum.rating.dossier import Dossier, lay_use
from probatum.rating.model import Flip, Rating
from probatum.rating.policy import Policy
from probatum.rating.trial import TrialGrid

ORDER = ("volume", "next trial", "missing datum", "certainty", "removal", "fragility")


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What would move the rating of one use; ``grids`` holds a next trial by outcome."""

    flips: tuple[Flip, ...]
    grids: Mapping[str, TrialGrid]
    dossier: Dossier


def look_ahead(
    rating: Rating, graded: Mapping[Question, Graded], base: Base, policy: Policy
) -> Outlook:
    """Find what would change the rating of a use."""
    use = base.use(rating.use)
    here = {q: g for q, g in graded.items() if q.use == rating.use}
    choices = choose_questions(use.critical, here, policy)
    labels = {domain.slug: domain.label for domain in base.config.domains}
    dossier = lay_use(use, here, base, policy)
    deciding = [(c, here[c.question]) for c in choices if c.decides and c.question]
    flips: list[Flip] = []
    grids: dict[str, TrialGrid] = {}
    if deciding:
        word = policy.words.index(rating.word)
        imagined = find_grids(dossier, [g.body.question for _, g in deciding], base, policy)
        grids = {grid.domain: grid for grid in imagined if len(grid.domains) == 1}
        flips += find_removals(dossier, word, policy)
        if rating.word != policy.insufficient:
            flips += find_fragility(dossier, word, policy)
        flips += find_trials(imagined, rating, [g for _, g in deciding], policy, labels)
        flips += find_certainty(deciding, rating.word, policy, labels)
    else:
        flips += find_volume(choices, here, dossier, base, policy)
    return Outlook(tuple(sorted(flips, key=lambda f: ORDER.index(f.kind))), grids, dossier)
