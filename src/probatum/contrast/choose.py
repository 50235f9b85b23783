"""Of several results that answer one question, take one; never by what they show.

The order is declared: results with numbers before those with a direction only, those on a scale of
the base before others, then the preferred time within the band, then the order in the record.
Turning every result of a study round leaves the choice as it is (held by a test).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from probatum.contrast.place import Placed, uses_of
from probatum.contrast.time import Moment, moment_of
from probatum.effect import measure_case
from probatum.effect.case import Case
from probatum.effect.clusters import UNKNOWN, can_be_used
from probatum.effect.scale import scale_of
from probatum.effect.side import numeric_side
from probatum.effect.sizes import people_of
from probatum.evidence.config import BaseConfig
from probatum.findings import Contrast, DirectionOnly, Measured, Question, SetAside, SetAsideReason
from probatum.study import Outcome, Study
from probatum.vocabulary import ComparatorClass, TimeBand

Key = tuple[str, ComparatorClass, TimeBand]
PASSED_OVER: SetAsideReason = "another contrast of the study was chosen"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One measure at one time, as it would be brought; in several parts where arms are split."""

    measured: tuple[Measured, ...]
    moment: Moment
    scale: bool

    @property
    def numbers(self) -> bool:
        """Whether an effect can be made of it."""
        return not any(isinstance(item.result, DirectionOnly) for item in self.measured)

    @property
    def indices(self) -> tuple[int, ...]:
        """The results that it rests on."""
        return tuple(sorted({i for item in self.measured for i in item.contrast.outcomes}))


def choose(
    study: Study, placed: Iterable[Placed], config: BaseConfig
) -> tuple[tuple[Measured, ...], tuple[SetAside, ...]]:
    """Return the chosen contrasts of a study, measured, and its results that were passed over."""
    by_key: dict[Key, dict[tuple[object, ...], list[Placed]]] = {}
    moments: dict[int, Moment] = {}
    for result in placed:
        outcome = result.outcome
        moment = moment_of(outcome.weeks, outcome.timepoint, config.contrast)
        moments[result.index] = moment
        key = (outcome.domain, result.comparator, moment.band)
        by_key.setdefault(key, {}).setdefault(_occasion(outcome), []).append(result)
    measured: list[Measured] = []
    aside: list[SetAside] = []
    for key, occasions in by_key.items():
        candidates: list[Candidate] = []
        for results in occasions.values():
            moment = moments[results[0].index]
            candidate, left = _candidate(study, key, results, moment, config)
            aside += left
            candidates += [candidate] if candidate else []
        found, passed_over = _settle(study, key, candidates, config)
        measured += found
        aside += passed_over
    return tuple(measured), tuple(aside)


def _occasion(outcome: Outcome) -> tuple[object, ...]:
    """Return what results must share to be one measure at one time."""
    return outcome.measure, outcome.unit, outcome.better, outcome.weeks, outcome.timepoint


def _candidate(
    study: Study, key: Key, results: list[Placed], moment: Moment, config: BaseConfig
) -> tuple[Candidate | None, list[SetAside]]:
    """Make one candidate of the results of one occasion; those that tell nothing are set aside."""
    told: list[Placed] = []
    aside: list[SetAside] = []
    pairs: set[tuple[str, str]] = set()
    for result in results:
        pair = (result.therapy, result.other)
        if pair in pairs:
            aside.append(SetAside(study.id, result.index, PASSED_OVER, "reported twice"))
        elif result.outcome.direction == "unclear" and _is_silent(study, key, result, config):
            detail = result.outcome.p_note or ""
            aside.append(SetAside(study.id, result.index, "no direction and no numbers", detail))
        else:
            pairs.add(pair)
            told.append(result)
    if not told:
        return None, aside
    contrasts = [
        _contrast(study, key, part, config, shares)
        for part, shares in _parts(told, split=config.contrast.arms == "split")
    ]
    measured = tuple(Measured(c, measure_case(Case(c, study, config))) for c in contrasts)
    return Candidate(measured, moment, scale_of(told[0].outcome, config) is not None), aside


def _is_silent(study: Study, key: Key, result: Placed, config: BaseConfig) -> bool:
    """Whether a result without a stated direction has no numbers either to read one from."""
    case = Case(_contrast(study, key, [result], config), study, config)
    return numeric_side(case) is None and isinstance(measure_case(case), DirectionOnly)


def _parts(told: list[Placed], *, split: bool) -> list[tuple[list[Placed], tuple[int, int]]]:
    """Return the results that make one contrast each, with the parts of shared groups.

    Combining makes one contrast of all (Handbook 23.3.4). Splitting is open where all share one
    arm: each result is a contrast with its part of that arm.
    """
    therapies = {result.therapy for result in told}
    others = {result.other for result in told}
    if not split or len(told) == 1 or min(len(therapies), len(others)) > 1:
        return [(told, (1, 1))]
    shares = (len(told), 1) if len(therapies) == 1 else (1, len(told))
    return [([result], shares) for result in told]


def _contrast(
    study: Study,
    key: Key,
    results: list[Placed],
    config: BaseConfig,
    shares: tuple[int, int] = (1, 1),
) -> Contrast:
    domain, comparator, band = key
    contrast = Contrast(
        study=study.id,
        question=Question(uses_of(study, config)[0], domain, comparator, band),
        outcomes=tuple(result.index for result in results),
        first=tuple(dict.fromkeys(result.therapy for result in results)),
        second=tuple(dict.fromkeys(result.other for result in results)),
        flipped=results[0].flipped,
        people=None,
        randomised=study.randomised,
        why="",
        limits=limits_of(study, results[0].outcome),
        shares=shares,
    )
    return replace(contrast, people=people_of(Case(contrast, study, config)))


def limits_of(study: Study, outcome: Outcome) -> tuple[str, ...]:
    """Return why the design lets a result bring a direction only."""
    difference = outcome.difference
    paired = difference is not None and any(
        value is not None for value in (difference.ci, difference.se, difference.t, difference.p)
    )
    if study.design == "crossover" and not paired:
        return ("a crossover without a paired difference (Handbook 23.2)",)
    if not can_be_used(study, outcome):
        return (UNKNOWN,)
    return ()


def _settle(
    study: Study, key: Key, candidates: list[Candidate], config: BaseConfig
) -> tuple[list[Measured], list[SetAside]]:
    """Take the first candidate by the declared order, for every use of the study."""
    if not candidates:
        return [], []
    prefer = config.contrast.prefer.get(key[2], "latest")
    ranked = sorted(candidates, key=lambda candidate: _rank(candidate, prefer))
    chosen, others = ranked[0], ranked[1:]
    why = _why(chosen, len(others), prefer)
    measured = [
        _brought_to(use, item, why) for use in uses_of(study, config) for item in chosen.measured
    ]
    aside = [
        SetAside(study.id, index, PASSED_OVER, _over(chosen, candidate, prefer))
        for candidate in others
        for index in candidate.indices
    ]
    return measured, aside


def _brought_to(use: str, item: Measured, why: str) -> Measured:
    """Return what was measured as evidence on a use."""
    question = replace(item.contrast.question, use=use)
    contrast = replace(item.contrast, question=question, why=why)
    if isinstance(item.result, DirectionOnly):
        return Measured(contrast, replace(item.result, contrast=contrast))
    effects = tuple(replace(effect, contrast=contrast) for effect in item.result)
    return Measured(contrast, effects)


def _rank(candidate: Candidate, prefer: str) -> tuple[bool, bool, float, int]:
    rank = candidate.moment.rank
    time = math.inf if rank is None else rank if prefer == "earliest" else -rank
    return not candidate.numbers, not candidate.scale, time, candidate.indices[0]


def _over(chosen: Candidate, passed: Candidate, prefer: str) -> str:
    """Say which rule put the chosen one before this one."""
    rules = ("it gives numbers", "it is on a known scale", f"it is the {prefer}", "it stands first")
    ranks = zip(_rank(chosen, prefer), _rank(passed, prefer), strict=True)
    return next(rule for rule, (mine, its) in zip(rules, ranks, strict=True) if mine != its)


def _why(chosen: Candidate, others: int, prefer: str) -> str:
    if others == 0:
        taken = "the only result of the study on this question"
    else:
        taken = (
            f"taken before {others} other{'s' if others > 1 else ''} of the study by the rule: "
            f"numbers, known scale, {prefer} time, order in the record"
        )
    return "; ".join(filter(None, (taken, chosen.moment.told)))
