"""Which effects are pooled together, on which metric; and effects of many pools laid flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from probatum.findings import DirectionOnly, Effect, Measured, Metric, Question
from probatum.stats.arrays import FloatArray, IntArray

Scaling = Literal["declared", "SMD"]


@dataclass(frozen=True, slots=True, order=True)
class PoolKey:
    """What one pool answers, on which metric; `scale` is empty unless it is one of the base's."""

    question: Question
    metric: Metric
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """Effects of many pools as flat arrays, ready for `probatum.stats.pool` in one call.

    Attributes
    ----------
    keys : the pool of each group number.
    yi, vi, group : estimates with benefit positive, variances, and group numbers, one a row.
    effects : the effect of each row.
    """

    keys: tuple[PoolKey, ...]
    yi: FloatArray
    vi: FloatArray
    group: IntArray
    effects: tuple[Effect, ...]


def lay_out(
    measured: Iterable[Measured],
    keep: Callable[[Measured], bool] = lambda _: True,
    scaling: Scaling = "declared",
) -> dict[PoolKey, tuple[Effect, ...]]:
    """Sort effects into pools, each study in one pool of a question; directions are left out.

    Parameters
    ----------
    keep : which contrasts may enter: the seam for analyses that leave studies out.
    scaling : ``declared`` pools mean differences where all continuous effects of the question
        share one scale of the base, else Hedges' g; ``SMD`` pools g wherever it can be had.
        Mean differences without a g stay in a pool of their own scale, risk ratios in their own.
    """
    by_question: dict[Question, list[tuple[Effect, ...]]] = {}
    for item in measured:
        if not isinstance(item.result, DirectionOnly) and keep(item):
            by_question.setdefault(item.contrast.question, []).append(item.result)
    pools: dict[PoolKey, list[Effect]] = {}
    for question, studies in by_question.items():
        for effect in _on_common_metrics(studies, scaling):
            key = PoolKey(question, effect.metric, effect.scale or "")
            pools.setdefault(key, []).append(effect)
    return {key: tuple(effects) for key, effects in sorted(pools.items())}


def _on_common_metrics(studies: Sequence[tuple[Effect, ...]], scaling: Scaling) -> Iterable[Effect]:
    """Return the effect of each study on the metric on which the question is pooled."""
    continuous = [effects for effects in studies if effects[0].metric != "RR"]
    scales = {effects[0].scale for effects in continuous}
    one_scale = len(scales) == 1 and None not in scales and scaling == "declared"
    for effects in studies:
        standardised = [effect for effect in effects if effect.metric == "SMD"]
        yield effects[0] if one_scale or not standardised else standardised[0]


def stack(pools: Mapping[PoolKey, Sequence[Effect]]) -> Stack:
    """Lay the effects of many pools flat."""
    effects = tuple(effect for members in pools.values() for effect in members)
    sizes = [len(members) for members in pools.values()]
    return Stack(
        keys=tuple(pools),
        yi=np.array([effect.estimate for effect in effects], dtype=np.float64),
        vi=np.array([effect.variance for effect in effects], dtype=np.float64),
        group=np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
        effects=effects,
    )
