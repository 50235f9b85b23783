"""All questions of a use's critical outcomes side by side, so that variants re-choose and re-rate.

A variant leaves studies out, or allows only some questions. The deciding question of each outcome
is then chosen anew by the same rule as for the page, and the claims are joined anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.model import Graded
from probatum.certainty.rules import UNCLEAR
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.findings import Question
from probatum.pool.engine import METHOD, TEST, TestRule
from probatum.rating.policy import Policy
from probatum.rating.rules import find_word, join_claims, meets_volume
from probatum.rating.sheet import Bools, Floats, Ints, Sheet, lay_sheet
from probatum.rating.variants import Verdicts, judge_variants
from probatum.stats.estimators import Method

EMPTY: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """The questions of one use; ``columns[q]`` are the columns of ``studies`` in sheet ``q``."""

    use: str
    domains: tuple[str, ...]
    studies: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    columns: tuple[Ints, ...]

    def everything(self) -> Bools:
        """Return the one variant that leaves nothing out."""
        return np.ones((1, len(self.studies)), dtype=bool)

    def replace_sheet(self, place: int, sheet: Sheet) -> Dossier:
        """Return the dossier with another sheet in a place; new studies go to the end."""
        new = tuple(study for study in sheet.studies if study not in self.studies)
        studies = self.studies + new
        columns = np.array([studies.index(study) for study in sheet.studies], dtype=np.int64)
        return replace(
            self,
            studies=studies,
            sheets=(*self.sheets[:place], sheet, *self.sheets[place + 1 :]),
            columns=(*self.columns[:place], columns, *self.columns[place + 1 :]),
        )

    def put_sheet(self, sheet: Sheet) -> Dossier:
        """Return the dossier with a sheet in the place of that of its question, or added."""
        places = [i for i, here in enumerate(self.sheets) if here.question == sheet.question]
        if places:
            return self.replace_sheet(places[0], sheet)
        added = replace(self, sheets=(*self.sheets, sheet), columns=(*self.columns, EMPTY))
        return added.replace_sheet(len(self.sheets), sheet)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The rating of a use under each variant; arrays of shape (n,), words by position.

    ``chosen`` has shape (domains, n): the sheet that decides, -1 where none does. ``estimate``,
    ``low``, ``high`` are those of the first deciding outcome, on its own scale, and ``unit`` is
    one important difference on it; NaN where directions decide.
    """

    word: Ints
    side: Ints
    strength: Ints
    chosen: Ints
    estimate: Floats
    low: Floats
    high: Floats
    unit: Floats


def lay_use(use: Use, graded: Mapping[Question, Graded], base: Base, policy: Policy) -> Dossier:
    """Lay out every question of a use's critical outcomes."""
    wanted = [q for q in sorted(graded) if q.use == use.slug and q.domain in use.critical]
    sheets = tuple(lay_sheet(graded[q], base, policy.certainty) for q in wanted)
    studies = tuple(sorted({study for sheet in sheets for study in sheet.studies}))
    column = {study: i for i, study in enumerate(studies)}
    columns = tuple(
        np.array([column[study] for study in sheet.studies], dtype=np.int64) for sheet in sheets
    )
    return Dossier(use.slug, use.critical, studies, sheets, columns)


def judge_use(
    dossier: Dossier,
    include: Bools,
    policy: Policy,
    *,
    method: Method = METHOD,
    test: TestRule = TEST,
    allowed: NDArray[np.bool_] | None = None,
) -> Outcome:
    """Rate a use under many variants; ``include`` has shape (n, studies)."""
    verdicts = [
        judge_variants(sheet, include[:, columns], policy, method=method, test=test)
        for sheet, columns in zip(dossier.sheets, dossier.columns, strict=True)
    ]
    return conclude(dossier, verdicts, policy, len(include), allowed=allowed)


def conclude(
    dossier: Dossier,
    verdicts: list[Verdicts],
    policy: Policy,
    n: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
) -> Outcome:
    """Choose the deciding question of each outcome, and join their claims.

    ``allowed`` says which sheets may decide, shape (sheets,).
    """
    chosen = np.full((len(dossier.domains), n), -1, dtype=np.int64)
    for row, domain in enumerate(dossier.domains):
        places = [
            i
            for i, sheet in enumerate(dossier.sheets)
            if sheet.question.domain == domain and (allowed is None or allowed[i])
        ]
        if places:
            keys = np.stack([_rank(dossier.sheets[i], verdicts[i], policy) for i in places])
            best = np.argmax(keys, axis=0)
            chosen[row] = np.where(np.max(keys, axis=0) > 0, np.array(places)[best], -1)
    side = _pick([v.side for v in verdicts], chosen, UNCLEAR)
    strength = _pick([v.strength for v in verdicts], chosen, 0)
    present = _pick([v.counts for v in verdicts], chosen, fill=False)
    joined, weakest = join_claims(side, strength, present, policy)
    first = np.argmax(chosen >= 0, axis=0)
    lead = np.take_along_axis(chosen, first[None, :], axis=0)
    estimate, low, high = (
        _pick([getattr(v, name) for v in verdicts], lead, np.nan)[0]
        for name in ("estimate", "low", "high")
    )
    units = np.array([sheet.threshold or np.nan for sheet in dossier.sheets] or [np.nan])
    unit = np.where(np.isnan(estimate), np.nan, units[np.maximum(lead[0], 0)])
    word = find_word(joined, weakest, policy)
    return Outcome(word, joined, weakest, chosen, estimate, low, high, unit)


def _rank(sheet: Sheet, verdicts: Verdicts, policy: Policy) -> Floats:
    """Order questions as `rating.decide` does; 0 where the volume is too small to decide.

    Digits from the left: not active, people, studies, period.
    """
    enough = meets_volume(verdicts.studies, verdicts.people, policy)
    period = len(policy.bands) - policy.bands.index(sheet.question.band)
    key = 1e12 * (not sheet.active) + 1e5 * verdicts.people + 10.0 * verdicts.studies + period
    return np.where(enough, key, 0.0)


def _pick(values: list[NDArray[np.generic]], chosen: Ints, fill: float) -> NDArray[np.generic]:
    """Take each variant's value from the sheet that was chosen for it."""
    if not values:
        return np.full(chosen.shape, fill)
    table = np.stack(values)
    taken = np.take_along_axis(table, np.maximum(chosen, 0), axis=0)
    return np.where(chosen >= 0, taken, fill)
