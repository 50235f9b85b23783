"""Pool the effects of all questions in one batched call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from probatum.findings import Effect, Pooled
from probatum.pool.layout import PoolKey, stack
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.pooling import pool
from probatum.stats.results import Pooled as Result

METHOD: Method = "REML"
TEST: Test = "adhoc"
"""Knapp-Hartung with the factor held at 1 or above, which is noted where it acts."""


def pool_all(pools: Mapping[PoolKey, Sequence[Effect]]) -> dict[PoolKey, Pooled]:
    """Pool by REML with the modified Knapp-Hartung test; one study stands as it is.

    Sources: Veroniki et al. 2016 (REML), Röver, Knapp & Friede 2015 (the test's guard),
    Handbook 10.10.4.
    """
    if not pools:
        return {}
    flat = stack(pools)
    results = pool(flat.yi, flat.vi, flat.group, method=METHOD, test=TEST)
    return {
        key: _pooled(key, tuple(pools[key]), result)
        for key, result in zip(flat.keys, results, strict=True)
    }


def _pooled(key: PoolKey, members: tuple[Effect, ...], result: Result) -> Pooled:
    precision = 1 / (np.array([effect.variance for effect in members]) + result.tau2)
    weights = precision / precision.sum()
    return Pooled(
        metric=key.metric,
        scale=key.scale or None,
        k=len({effect.contrast.study for effect in members}),
        people=sum(effect.people for effect in members),
        estimate=result.estimate,
        se=result.se,
        ci=result.ci,
        p=result.p,
        pi=result.pi,
        tau2=result.tau2,
        tau2_ci=result.tau2_ci,
        i2=result.i2,
        q=result.q,
        q_p=result.q_p,
        method=METHOD,
        test=TEST,
        notes=(*result.notes, *_notes(members)),
        weights=tuple(weights.tolist()),
        members=members,
    )


def _notes(members: Sequence[Effect]) -> list[str]:
    """Say what a reader must know of the effects that were pooled."""
    suspect = [effect.contrast.study for effect in members if effect.flags]
    unknown = [effect.contrast.study for effect in members if effect.contrast.people is None]
    changes = sum(effect.change for effect in members)
    notes: list[str] = []
    if suspect:
        notes.append(f"figures look doubtful in {', '.join(suspect)}")
    if unknown:
        notes.append(f"people not known in {', '.join(unknown)}")
    if 0 < changes < len(members):
        notes.append("final values and changes are pooled together (Handbook 10.5.2)")
    return notes
