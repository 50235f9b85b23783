"""The next trial: how large, and with what result, would move the rating of a use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.appraisal import FLAGS
from probatum.certainty.rules import UNCLEAR
from probatum.rating.dossier import Dossier, Outcome, judge_use
from probatum.rating.policy import Policy
from probatum.rating.sheet import Floats, Ints, Sheet

Kind = TypeVar("Kind", bound=np.generic)
SIZES = (20, 40, 60, 80, 100, 120, 160, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000)
"""People in both groups of the imagined trial."""
EFFECTS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
"""Its result, in units of the smallest important difference."""
NONE = EFFECTS.index(0.0)
CLEAR = 1.5
NEXT = "~next-trial"
"""Its id; no record can have it."""


@dataclass(frozen=True, slots=True, eq=False)
class TrialGrid:
    """Words by size and result of a next trial on deciding questions.

    Attributes
    ----------
    domains : outcomes measured.
    metric_unit : size of one important difference on the scale of ``effects``; 1 where several
        outcomes are measured.
    sizes : people, shape (m,).
    effects : results with benefit positive, shape (e,); the last one is the present estimate,
        or where directions decide, a clear benefit of one and a half important differences.
    pooled : whether there is a present estimate.
    words : positions in the policy's words, shape (e, m).
    leans : strength of the word, negative where it speaks against the therapy, shape (e, m).
    """

    domains: tuple[str, ...]
    metric_unit: float
    sizes: Ints
    effects: Floats
    pooled: bool
    words: Ints
    leans: Ints

    @property
    def domain(self) -> str:
        """The outcomes measured, as one word."""
        return " + ".join(self.domains)


def imagine_trials(
    dossier: Dossier, places: Sequence[int], policy: Policy, units: Sequence[float]
) -> TrialGrid:
    """Add an imagined trial of many sizes and results to some questions, and rate each time.

    The trial is randomised, at low risk of bias, and in all else like the studies that are
    there: its variance is the typical one for its size. ``places`` are the questions that it
    answers, and ``units`` one important difference on the scale of each; the result is the same
    in those units for all of them.
    """
    current = _current(dossier, places[0], policy) / units[0]
    pooled = len(places) == 1 and math.isfinite(current)
    effects = np.array([*EFFECTS, current if pooled else CLEAR])
    sizes = np.array(SIZES, dtype=np.int64)
    times, n = (x.ravel() for x in np.meshgrid(effects, sizes.astype(float), indexing="ij"))
    changed = dossier
    for place, unit in zip(places, units, strict=True):
        sheet = _with_trial(dossier.sheets[place], times * unit, n)
        changed = changed.replace_sheet(place, sheet)
    include = np.ones((times.size, len(changed.studies)), dtype=bool)
    found, shape = judge_use(changed, include, policy), (effects.size, sizes.size)
    domains = tuple(dossier.sheets[place].question.domain for place in places)
    unit = units[0] if len(places) == 1 else 1.0
    words, leans = found.word.reshape(shape), lean(found).reshape(shape)
    return TrialGrid(domains, unit, sizes, effects * unit, pooled, words, leans)


def imagine_first(dossier: Dossier, sheet: Sheet, number: int, policy: Policy, unit: float) -> Ints:
    """Rate a use with some more trials of a question, each with a clear benefit, by their size.

    Returns positions in the policy's words, one a size of ``SIZES``; -1 where the word would not
    speak for the therapy.
    """
    n = np.array(SIZES, dtype=float)
    for one in range(number):
        sheet = _with_trial(sheet, np.full(n.size, CLEAR * unit), n, f"{NEXT}-{one}")
    changed = dossier.put_sheet(sheet)
    found = judge_use(changed, np.ones((n.size, len(changed.studies)), dtype=bool), policy)
    return np.where(lean(found) > 0, found.word, -1)


def lean(outcome: Outcome) -> Ints:
    """Strength of a claim of benefit; of harm or of no important difference, negative."""
    way = np.select([outcome.side == 1, outcome.side == UNCLEAR], [1, 0], -1)
    return np.asarray(way * outcome.strength)


def _current(dossier: Dossier, place: int, policy: Policy) -> float:
    """Return the pooled estimate that decides now; NaN where directions do."""
    one = replace(dossier, sheets=(dossier.sheets[place],), columns=(dossier.columns[place],))
    return float(judge_use(one, dossier.everything(), policy).estimate[0])


def _with_trial(sheet: Sheet, y: Floats, n: Floats, name: str = NEXT) -> Sheet:
    """Return a sheet with one more study, whose result and size differ between variants."""
    spread = np.median(sheet.v * sheet.pooled, axis=-1) if sheet.v.size else 4.0
    flags = np.zeros((len(FLAGS), 1))
    flags[FLAGS.index("assessed")] = 1.0
    return replace(
        sheet,
        studies=(*sheet.studies, name),
        sides=_append(sheet.sides, np.sign(y).astype(np.int64)),
        randomised=np.append(sheet.randomised, True),
        people=_append(sheet.people, n),
        flags=np.concatenate([sheet.flags, flags], axis=1),
        owner=np.append(sheet.owner, len(sheet.studies)),
        y=_append(sheet.y, y),
        v=_append(sheet.v, spread / n),
        pooled=_append(sheet.pooled, n),
        information=_append(sheet.information, n * _events_share(sheet)),
        peters=_append_peters(sheet, y, n),
    )


def _append_peters(sheet: Sheet, y: Floats, n: Floats) -> Floats | None:
    """Add a typical study to the line of Peters' test: ln OR is about ln RR / (1 - risk)."""
    if sheet.peters is None:
        return None
    risk = min(_events_share(sheet), 0.99)
    last = (y / (1 - risk), 1 / n, n * risk * (1 - risk))
    return np.stack([_append(row, value) for row, value in zip(sheet.peters, last, strict=True)])


def _append(values: NDArray[Kind], last: NDArray[Kind]) -> NDArray[Kind]:
    """Add a column that differs between variants to columns that need not."""
    rows = np.broadcast_to(values, (last.size, values.shape[-1]))
    return np.concatenate([rows, last[:, None]], axis=1)


def _events_share(sheet: Sheet) -> float:
    """Information a person brings: 1, or the share with the event where events are counted."""
    total = float(sheet.pooled.sum())
    return float(sheet.information.sum()) / total if total else 1.0
