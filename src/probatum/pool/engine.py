"""Pool the effects of all questions in one batched call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from probatum.findings import Effect, Pooled
from probatum.pool.layout import PoolKey, stack
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.pooling import pool
from probatum.stats.results import Pooled as Result

TestRule: TypeAlias = Literal["by size"] | Test
METHOD: Final[Method] = "REML"
TEST: Final[TestRule] = "by size"
"""Knapp-Hartung with the factor held at 1 or above, which is noted where it acts; Wald's test for
two studies: see `assign_tests`."""
MOST_FOR_WALD: Final = 2


def assign_tests(
    sizes: NDArray[np.int64], rule: TestRule
) -> Iterator[tuple[Test, NDArray[np.bool_]]]:
    """Yield each test that a rule asks for, with the pools that it is for.

    ``by size``: Knapp-Hartung from three effects on, Wald for two. With two, Knapp-Hartung has
    one degree of freedom and multiplies the standard error by 12.7, so that it can hardly ever
    tell anything: it "has very low power" with very few studies (Bender 2018, Res Synth Methods
    9:382). Two studies cannot tell how much effects vary either, so Wald's interval may be too
    narrow: a note says so, and the multiverse tries both.
    """
    if rule != "by size":
        yield rule, np.ones(sizes.shape, dtype=np.bool_)
        return
    few = sizes <= MOST_FOR_WALD
    if few.any():
        yield "z", few
    if not few.all():
        yield "adhoc", ~few


def pool_all(pools: Mapping[PoolKey, Sequence[Effect]]) -> dict[PoolKey, Pooled]:
    """Pool by REML with the test that fits the size; one study stands as it is.

    Sources: Veroniki et al. 2016 (REML), Röver, Knapp & Friede 2015 (the guard of the modified
    Knapp-Hartung test), Bender 2018 (two studies), Handbook 10.10.4.
    """
    sizes = np.array([len(members) for members in pools.values()], dtype=np.int64)
    found: dict[PoolKey, Pooled] = {}
    for test, chosen in assign_tests(sizes, TEST):
        part = {key: pools[key] for key, takes in zip(pools, chosen, strict=True) if takes}
        flat = stack(part)
        results = pool(flat.yi, flat.vi, flat.group, method=METHOD, test=test)
        for key, result in zip(flat.keys, results, strict=True):
            found[key] = _pooled(key, tuple(pools[key]), result, test)
    return {key: found[key] for key in pools}


def _pooled(key: PoolKey, members: tuple[Effect, ...], result: Result, test: Test) -> Pooled:
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
        test=test,
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
    if len(members) == MOST_FOR_WALD:
        notes.append(
            "two studies: the interval is Wald's, which may be too narrow, since how much effects "
            "vary cannot be learnt from two"
        )
    if suspect:
        notes.append(f"figures look doubtful in {', '.join(suspect)}")
    if unknown:
        notes.append(f"people not known in {', '.join(unknown)}")
    if 0 < changes < len(members):
        notes.append("final values and changes are pooled together (Handbook 10.5.2)")
    return notes
