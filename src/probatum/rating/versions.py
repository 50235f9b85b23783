"""Other versions of the evidence: what a base would hold had its makers chosen otherwise.

Each version changes one choice of data: the metric, the correlation assumed where none is given,
whether records that are kept out of scope count, or whether comparisons with nothing and with
another treatment are told apart. Only questions that it changes are built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from probatum.contrast import survey
from probatum.contrast.cohort import count_once
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Body, Findings, Measured, Pooled, Question, Survey
from probatum.memo import remembered
from probatum.pool import combine_survey
from probatum.pool.engine import pool_all
from probatum.pool.layout import lay_out
from probatum.study import Study

DECLARED = "as declared"
STANDARDISED = "standardised differences"
IN_SCOPE = "out-of-scope studies counted"
TOGETHER = "against any comparator"
CORRELATIONS = (0.3, 0.7)
"""Baseline to follow-up correlations tried beside the declared one (Handbook 6.5.2.8)."""


def list_versions(findings: Findings, base: Base) -> dict[str, Mapping[Question, Body]]:
    """Return the bodies of each version; the declared one is whole, others hold what changed."""
    declared = dict(findings.bodies)
    found = survey(base)
    versions: dict[str, Mapping[Question, Body]] = {DECLARED: declared}
    versions[STANDARDISED] = _standardise(declared, found)
    versions[TOGETHER] = _put_together(declared, found, base)
    for correlation in CORRELATIONS:
        other = replace(base, config=_assuming(base.config, correlation))
        versions[f"correlation {correlation:g}"] = _differing(declared, survey(other), other, found)
    if any(study.out_of_scope for study in base.studies):
        other = replace(base, studies=tuple(map(_in_scope, base.studies)))
        versions[IN_SCOPE] = _differing(declared, survey(other), other, found)
    return versions


@remembered(8)
def _assuming(config: BaseConfig, correlation: float) -> BaseConfig:
    """Return declarations with another correlation; of the same ones, the same object."""
    rules = config.contrast.model_copy(update={"correlation": correlation})
    return config.model_copy(update={"contrast": rules})


@remembered(4096)
def _in_scope(study: Study) -> Study:
    """Return a study as one in scope; of the same one, the same object."""
    return study.model_copy(update={"out_of_scope": None}) if study.out_of_scope else study


def _differing(
    declared: Mapping[Question, Body], other: Survey, base: Base, found: Survey
) -> Mapping[Question, Body]:
    """Build the bodies of the questions whose measured contrasts differ."""
    before, after = _by_question(found), _by_question(other)
    changed = {question for question, items in after.items() if items != before.get(question)}
    kept = tuple(item for item in other.measured if item.contrast.question in changed)
    return _combine(kept, base, declared)


def _combine(
    measured: tuple[Measured, ...], base: Base, declared: Mapping[Question, Body]
) -> Mapping[Question, Body]:
    """Build the bodies of these contrasts, and keep those that differ from the declared ones."""
    bodies = combine_survey(Survey(measured, ()), base).bodies if measured else {}
    return {q: body for q, body in bodies.items() if body != declared.get(q)}


def _by_question(found: Survey) -> dict[Question, list[Measured]]:
    groups: dict[Question, list[Measured]] = {}
    for item in found.measured:
        groups.setdefault(item.contrast.question, []).append(item)
    return groups


def _put_together(
    declared: Mapping[Question, Body], found: Survey, base: Base
) -> Mapping[Question, Body]:
    """Build the bodies that hold both classes of comparator, where an outcome and period has both.

    A study that has both brings the comparison with sham, placebo or no treatment alone, so that
    nobody counts twice.
    """
    rows = [(replace(row.contrast.question, comparator="inactive"), row) for row in found.measured]
    plain = {(row.contrast.study, asked) for asked, row in rows if row.contrast.question == asked}
    fitting = [
        (asked, row)
        for asked, row in rows
        if row.contrast.question == asked or (row.contrast.study, asked) not in plain
    ]
    added = {asked for asked, row in fitting if row.contrast.question != asked}
    mixed = added & {asked for _, asked in plain}
    kept, _ = count_once(
        row.under(replace(row.contrast, question=asked)) for asked, row in fitting if asked in mixed
    )
    return _combine(kept, base, declared)


def _standardise(declared: Mapping[Question, Body], found: Survey) -> dict[Question, Body]:
    """Return the bodies whose mean differences can be pooled as standardised ones instead."""
    counted = {q: {m.contrast.study for m in b.overall.members} for q, b in declared.items()}
    items = [m for m in found.measured if m.contrast.study in counted[m.contrast.question]]
    pools: dict[Question, list[Pooled]] = {}
    for key, pooled in pool_all(lay_out(items, scaling="SMD")).items():
        pools.setdefault(key.question, []).append(pooled)
    changed = {}
    for question, found_pools in pools.items():
        ordered = tuple(sorted(found_pools, key=lambda p: (-p.people, p.metric, p.scale or "")))
        if ordered != declared[question].pools:
            changed[question] = replace(declared[question], pools=ordered)
    return changed
