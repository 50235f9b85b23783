"""A graded question laid out as columns, one a study, so that thousands of variants are cheap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.appraisal import appraise
from probatum.certainty.asymmetry import odds_and_counts
from probatum.certainty.model import Graded
from probatum.certainty.policy import CertaintyPolicy
from probatum.certainty.quantities import count_events, information
from probatum.certainty.rules import SIDES, information_size
from probatum.certainty.target import set_target
from probatum.evidence.base import Base
from probatum.findings import Body, Pooled, Question
from probatum.memo import remembered

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


ASSUMING = (
    "mean and SD from median",
    "SD of scores from the SD of changes",
    "SE from p",
    "group sizes taken",
)
"""How steps of an effect begin that hold only under an assumption (`findings.Effect.made`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One question as columns: ``S`` studies, ``P`` estimates in its main pool.

    Attributes
    ----------
    question : what the studies answer.
    studies : ids, shape (S,); ``sides``, ``randomised``, ``people`` and ``flags`` (5, S) go with
        them (see ``certainty.appraisal`` for the flags).
    owner : column of the study that each estimate belongs to, shape (P,).
    y, v : estimates and variances, shape (P,) or (variants, P); ``sides``, ``people``, ``pooled``
        and ``information`` may have an axis of variants too.
    pooled, information : people, and events or people, behind each estimate, (P,).
    asked : optimal information size.
    threshold, large : smallest important and large difference; 0 and infinite where there is
        none. Without a pool, those of standardised differences.
    rebuilt : ids of studies whose numbers rest on an assumption (see `ASSUMING`).
    ratio : whether the estimates are ratios, on the log scale.
    explained : whether a feature of the studies explains their disagreement, on the page and so
        in every variant.
    held : levels lost to indirectness, which no variant changes.
    peters : log odds ratios, inverse sizes and weights of Peters' test, (3, P) or (3, variants,
        P), where it is the test for small studies; else Egger's is, of ``y`` and ``v``.
    """

    question: Question
    studies: tuple[str, ...]
    sides: Ints
    randomised: Bools
    people: Floats
    flags: Floats
    owner: Ints
    y: Floats
    v: Floats
    pooled: Floats
    information: Floats
    asked: float
    threshold: float
    large: float
    held: int
    rebuilt: frozenset[str] = frozenset()
    ratio: bool = False
    explained: bool = False
    peters: Floats | None = None

    @property
    def active(self) -> bool:
        """Whether the comparison is with another treatment."""
        return self.question.comparator == "active"

    def everything(self) -> Bools:
        """Return the one variant that leaves nothing out, shape (1, S)."""
        return np.ones((1, len(self.studies)), dtype=bool)

    @property
    def line(self) -> Floats:
        """The line of the test for small studies, as `certainty.asymmetry` takes it."""
        if self.peters is not None:
            return self.peters
        return np.stack(np.broadcast_arrays(self.y, np.sqrt(self.v), 1 / self.v))

    def without_difference(self, own: Bools) -> Sheet:
        """Return variants in which some studies, shape (n, S), found no difference."""
        mine, peters = own[:, self.owner], self.peters
        if peters is not None:
            odds = np.where(mine, 0.0, peters[0])
            peters = np.stack(np.broadcast_arrays(odds, *peters[1:]))
        sides, y = np.where(own, 0, self.sides), np.where(mine, 0.0, self.y)
        return replace(self, sides=sides, y=y, peters=peters)


@remembered(512)
def lay_sheet(graded: Graded, base: Base, policy: CertaintyPolicy) -> Sheet:
    """Lay a graded question out as columns."""
    body = graded.body
    members = body.overall.members
    studies = tuple(m.contrast.study for m in members)
    column = {study: i for i, study in enumerate(studies)}
    # without a pool, that of a first trial to come: in standard deviations
    threshold = base.config.smd.small if policy.target == "important" else 0.0
    sheet = Sheet(
        question=body.question,
        studies=studies,
        sides=np.array([SIDES.index(m.side) - 1 for m in members], dtype=np.int64),
        randomised=np.array([m.contrast.randomised for m in members], dtype=bool),
        people=np.array([m.contrast.people or 0 for m in members], dtype=float),
        flags=appraise([m.contrast for m in members], base).flags,
        owner=np.zeros(0, dtype=np.int64),
        y=np.zeros(0),
        v=np.zeros(0),
        pooled=np.zeros(0),
        information=np.zeros(0),
        asked=float(information_size(threshold, policy)),
        threshold=threshold,
        large=base.config.smd.large or float("inf"),
        held=_held(graded),
        explained=_explained(graded),
    )
    return _with_pool(sheet, body, column, base, policy) if body.pools else sheet


def _with_pool(
    sheet: Sheet, body: Body, column: dict[str, int], base: Base, policy: CertaintyPolicy
) -> Sheet:
    pool = body.pools[0]
    target = set_target(body, "pooled", base, policy)
    people = np.array([float(e.people) for e in pool.members])
    amounts = people
    if count_events(pool) is not None:
        amounts = np.array([sum(group[0] for group in e.groups or ()) for e in pool.members])
    return replace(
        sheet,
        owner=np.array([column[e.contrast.study] for e in pool.members], dtype=np.int64),
        y=np.array([e.estimate for e in pool.members]),
        v=np.array([e.variance for e in pool.members]),
        pooled=people,
        information=amounts,
        asked=information(pool, target, policy)[1],
        threshold=target.threshold or 0.0,
        large=target.large,
        ratio=pool.metric == "RR",
        peters=_peters(pool),
        rebuilt=frozenset(
            e.contrast.study for e in pool.members if any(s.startswith(ASSUMING) for s in e.made)
        ),
    )


def _peters(pool: Pooled) -> Floats | None:
    counted = odds_and_counts(pool)
    if counted is None:
        return None
    odds, events, others = counted
    return np.stack([odds, 1 / (events + others), 1 / (1 / events + 1 / others)])


def _held(graded: Graded) -> int:
    judgement = graded.certainty.judgement("indirectness")
    return judgement.levels if judgement else 0


def _explained(graded: Graded) -> bool:
    judgement = graded.certainty.judgement("inconsistency")
    return judgement is not None and bool(judgement.numbers.get("explained", 0))
