"""How stable a rating is: every defensible way to analyse the same evidence, all at once.

A multiverse (Steegen 2016, Perspect Psychol Sci 11:702) over estimator, test, metric, assumed
correlation, comparator, period, risk of bias, scope and leaving out one study. The share of
specifications that keep the word is the stability; the specification curve (Simonsohn 2020,
Nat Hum Behav 4:1208) shows the estimates behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from probatum.certainty.appraisal import FLAGS
from probatum.certainty.grade import grade
from probatum.certainty.model import Graded
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.findings import Body, Question
from probatum.pool.engine import METHOD, TEST, TestRule
from probatum.rating.dossier import Dossier, Outcome, conclude, lay_use
from probatum.rating.policy import Policy
from probatum.rating.sheet import Bools, Floats, Ints, Sheet
from probatum.rating.variants import Verdicts, judge_variants, judge_votes
from probatum.rating.versions import DECLARED, TOGETHER
from probatum.stats.estimators import Method
from probatum.vocabulary import ComparatorClass, TimeBand

Methods = tuple[tuple[Method, TestRule], ...]
ESTIMATORS: Final[tuple[Method, ...]] = (METHOD, "PM", "DL")
TESTS: Final[tuple[TestRule, ...]] = (TEST, "adhoc", "z")
COMPARATORS: Final[tuple[ComparatorClass | None, ...]] = (None, "inactive", "active")
PERIODS: Final[tuple[TimeBand | None, ...]] = (None, "immediate", "short", "long")
BY_VOLUME: Final = "by volume"
ALL: Final = "all studies"
NOT_HIGH: Final = "without studies at high risk of bias"
NOT_REBUILT: Final = "without studies whose numbers rest on an assumption"


class Specification(NamedTuple):
    """The choices of one analysis, in words."""

    evidence: str
    studies: str
    method: str
    test: str
    comparator: str
    period: str


@dataclass(frozen=True, slots=True, eq=False)
class Multiverse:
    """The rating of a use under every specification; the first one is the declared analysis.

    Attributes
    ----------
    specifications : choices, one a row.
    words : position of the word in ``policy.words``, shape (n,).
    estimate, low, high : of the first critical outcome that decides, in smallest important
        differences with benefit positive, shape (n,); NaN where directions decide.
    """

    use: str
    specifications: tuple[Specification, ...]
    words: Ints
    estimate: Floats
    low: Floats
    high: Floats

    @property
    def stability(self) -> float:
        """Share of specifications that keep the declared word."""
        return float(np.mean(self.words == self.words[0]))

    def shares(self, choice: str) -> dict[str, float]:
        """Return the share that keeps the word by the options of one choice, as fields name it."""
        column = Specification._fields.index(choice)
        kept: dict[str, list[bool]] = {}
        same = (self.words == self.words[0]).tolist()
        for spec, stays in zip(self.specifications, same, strict=True):
            kept.setdefault(spec[column], []).append(stays)
        return {option: sum(stays) / len(stays) for option, stays in kept.items()}


def explore(
    use: Use,
    versions: Mapping[str, Mapping[Question, Body]],
    graded: Mapping[Question, Graded],
    base: Base,
    policy: Policy,
) -> Multiverse | None:
    """Rate a use under every specification; None where no study answers a critical question."""
    parts = []
    judge = Judge(policy)
    for name, bodies in versions.items():
        changed = {
            question: grade(body, base, policy.certainty)
            for question, body in bodies.items()
            if question.use == use.slug and question.domain in use.critical
        }
        if name == DECLARED:
            dossier = lay_use(use, graded, base, policy)
        elif changed:
            dossier = lay_use(use, {**graded, **changed}, base, policy)
        else:
            continue
        if dossier.sheets:
            parts += list(_explore_version(name, dossier, judge))
    return _gather(use.slug, parts) if parts else None


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Judges questions by every method; a question that versions share is judged once."""

    policy: Policy
    known: dict[tuple[Sheet, bytes, Methods], Verdicts] = field(default_factory=dict)

    def __call__(self, sheet: Sheet, include: Bools, methods: Methods) -> Verdicts:
        """Return the verdicts of each method, one after the other along the variants."""
        key = sheet, include.tobytes(), methods
        if key not in self.known:
            self.known[key] = _judge_methods(sheet, include, methods, self.policy)
        return self.known[key]


def _explore_version(
    name: str, dossier: Dossier, judge: Judge
) -> Iterator[tuple[list[Specification], Outcome]]:
    """Yield the outcomes of one version, for each choice of comparator and period."""
    labels, include = _list_exclusions(dossier, single=name == DECLARED)
    methods = _list_methods(dossier, include)
    verdicts = [
        judge(sheet, include[:, columns], methods)
        for sheet, columns in zip(dossier.sheets, dossier.columns, strict=True)
    ]
    n = len(include) * len(methods)
    mixed = name == TOGETHER
    for comparator, period in product(COMPARATORS[:1] if mixed else COMPARATORS, PERIODS):
        allowed = np.array([_allows(sheet, comparator, period) for sheet in dossier.sheets])
        if allowed.any():
            evidence, against = (DECLARED, TOGETHER) if mixed else (name, comparator or BY_VOLUME)
            specs = [
                Specification(evidence, label, *how, against, period or BY_VOLUME)
                for how in methods
                for label in labels
            ]
            yield specs, conclude(dossier, verdicts, judge.policy, n, allowed=allowed)


def _allows(sheet: Sheet, comparator: ComparatorClass | None, period: TimeBand | None) -> bool:
    question = sheet.question
    return comparator in (None, question.comparator) and period in (None, question.band)


def _list_exclusions(dossier: Dossier, *, single: bool) -> tuple[list[str], Bools]:
    """Return which studies each analysis keeps; ``single`` also leaves out one at a time."""
    k = len(dossier.studies)
    high = np.zeros(k, dtype=bool)
    for sheet, columns in zip(dossier.sheets, dossier.columns, strict=True):
        high[columns] |= sheet.flags[FLAGS.index("high")] > 0
    labels, rows = [ALL], [np.ones(k, dtype=bool)]
    if high.any():
        labels.append(NOT_HIGH)
        rows.append(~high)
    rebuilt = frozenset[str]().union(*(sheet.rebuilt for sheet in dossier.sheets))
    if rebuilt:
        labels.append(NOT_REBUILT)
        rows.append(np.array([study not in rebuilt for study in dossier.studies]))
    if single:
        labels += [f"without {study}" for study in dossier.studies]
        rows += list(~np.eye(k, dtype=bool))
    return labels, np.array(rows)


def _list_methods(dossier: Dossier, include: Bools) -> Methods:
    """Return the estimators and tests that differ: Knapp-Hartung at every size only for pairs."""
    if not any(sheet.y.size for sheet in dossier.sheets):
        return ((METHOD, TEST),)
    paired = any(
        _has_pairs(sheet, include[:, columns])
        for sheet, columns in zip(dossier.sheets, dossier.columns, strict=True)
    )
    tests = [test for test in TESTS if paired or test != "adhoc"]
    return tuple((method, test) for method in ESTIMATORS for test in tests)


def _has_pairs(sheet: Sheet, include: Bools) -> bool:
    """Tell whether some variant pools exactly two estimates, for which the tests part."""
    return bool(np.any(np.sum(include[:, sheet.owner], axis=-1) == 2))


def _judge_methods(sheet: Sheet, include: Bools, methods: Methods, policy: Policy) -> Verdicts:
    """Judge a question by every method, one after the other along the variants."""
    lane = judge_votes(sheet, include, policy)
    same: dict[TestRule, TestRule] = {} if _has_pairs(sheet, include) else {"adhoc": TEST}
    rules = [(m, same.get(t, t)) if sheet.y.size else (METHOD, TEST) for m, t in methods]
    by_rule = {
        (m, t): judge_variants(sheet, include, policy, method=m, test=t, votes_lane=lane)
        for m, t in dict.fromkeys(rules)
    }
    found = [by_rule[rule] for rule in rules]
    columns = [[getattr(part, f.name) for part in found] for f in fields(Verdicts)]
    return Verdicts(*(np.concatenate(column) for column in columns))


def _gather(use: str, parts: list[tuple[list[Specification], Outcome]]) -> Multiverse:
    """Put all specifications in one table; those that decide nothing by choice are dropped.

    An analysis of one period or comparator for which there is too little evidence is no
    analysis; where the declared analysis itself decides nothing, they say the same and stay.
    """
    specs = [spec for part, _ in parts for spec in part]
    outcomes = [outcome for _, outcome in parts]
    decided = np.concatenate([(o.chosen >= 0).any(axis=0) for o in outcomes])
    chosen = np.array([spec[4:] != (BY_VOLUME, BY_VOLUME) for spec in specs])
    keep = decided | ~chosen if decided[0] else np.ones(len(specs), dtype=bool)
    unit = np.concatenate([o.unit for o in outcomes])[keep]
    words = np.concatenate([o.word for o in outcomes])[keep]
    estimate, low, high = (
        np.concatenate([getattr(o, name) for o in outcomes])[keep] / unit
        for name in ("estimate", "low", "high")
    )
    kept = tuple(spec for spec, stays in zip(specs, keep, strict=True) if stays)
    return Multiverse(use, kept, words, estimate, low, high)
