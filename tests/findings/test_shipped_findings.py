"""The shipped base, end to end: every result is accounted for, every number is sound."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from probatum.evidence.base import Base, read, shipped_base
from probatum.findings import Findings
from probatum.pool import combine


@pytest.fixture(scope="module")
def shipped() -> Base:
    found = read(shipped_base()).base
    assert found is not None
    return found


@pytest.fixture(scope="module")
def findings(shipped: Base) -> Findings:
    return combine(shipped)


def test_every_result_is_in_contrasts_or_set_aside_with_a_reason(
    shipped: Base, findings: Findings
) -> None:
    used = {(c.study, index) for c in findings.contrasts for index in c.outcomes}
    aside = Counter((item.study, item.outcome) for item in findings.set_aside)
    assert max(aside.values()) == 1
    assert not used & set(aside)
    every = {(s.id, i) for s in shipped.studies for i in range(len(s.outcomes))}
    without = {(s.id, -1) for s in shipped.studies if not s.outcomes}
    assert used | set(aside) == every | without


def test_a_study_answers_a_question_once_for_each_use(shipped: Base, findings: Findings) -> None:
    seen = Counter((c.study, c.question) for c in findings.contrasts)
    assert max(seen.values()) == 1
    uses = {use.slug for use in shipped.config.uses}
    for contrast in findings.contrasts:
        made = shipped.study(contrast.study)
        assert contrast.question.use in uses & set(made.conditions)
        assert contrast.why
        if contrast.people is not None and made.n_randomised is not None:
            assert contrast.people <= made.n_randomised


def test_pools_are_finite_and_weighted(findings: Findings) -> None:
    pools = [pooled for body in findings.bodies.values() for pooled in body.pools]
    assert pools
    for pooled in pools:
        numbers = (pooled.estimate, pooled.se, *pooled.ci, pooled.p, pooled.tau2, pooled.i2)
        assert all(map(math.isfinite, numbers))
        assert math.fsum(pooled.weights) == pytest.approx(1)
        assert pooled.k == len(pooled.members)
        assert (pooled.pi is not None) == (pooled.k >= 3)


def test_bodies_are_of_one_kind_of_design(findings: Findings) -> None:
    for body in findings.bodies.values():
        assert len({vote.contrast.randomised for vote in body.overall.members}) == 1
        beside = [item.contrast.randomised for item in body.not_randomised]
        assert not any(beside)
