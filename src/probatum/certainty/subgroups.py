"""Whether a feature of the studies explains why they disagree (GRADE guidance 36, Guyatt 2023).

The features are declared by the policy before any result is seen, and only those of the studies'
arms are asked: how the therapy was given, and what it was compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from probatum.certainty.policy import CertaintyPolicy, Feature
from probatum.evidence.base import Base
from probatum.findings import Contrast, Pooled
from probatum.numbers import p_value
from probatum.study import Arm

LEAST_GROUPS: Final = 2
LEAST_STUDIES: Final = 2


@dataclass(frozen=True, slots=True)
class Split:
    """The studies of a pool compared by one feature.

    ``p`` is that of the difference between groups, with one tau² for all of them (Handbook
    10.11.4); ``spread`` is the largest I² within a group, in percent.
    """

    feature: Feature
    groups: tuple[str, ...]
    p: float
    spread: float
    explains: bool

    def words(self) -> str:
        """Say what the comparison shows."""
        if self.explains:
            return f"the difference is explained by {self.feature} ({p_value(self.p)})"
        return f"{self.feature} does not explain it ({p_value(self.p)})"


def split_pool(pool: Pooled, base: Base, policy: CertaintyPolicy) -> tuple[Split, ...]:
    """Compare the studies of a pool by each declared feature, where enough studies have it.

    Only asked where there is something to explain. A feature explains the disagreement where
    chance is an unlikely reason for the difference between groups (``subgroup_p``; ICEMAN,
    Schandelmaier 2020, CMAJ 192:E901) and no group has substantial heterogeneity of its own.
    """
    if pool.i2 < policy.i2_substantial:
        return ()
    return tuple(_split_by(pool, base, policy))


def _split_by(pool: Pooled, base: Base, policy: CertaintyPolicy) -> Iterator[Split]:
    for feature in policy.subgroups:
        labels = [LABELS[feature](effect.contrast, base) for effect in pool.members]
        counts = Counter(labels)
        if len(counts) < LEAST_GROUPS or "" in counts or min(counts.values()) < LEAST_STUDIES:
            continue  # studies that no group takes in would stay unexplained
        from probatum.stats.subgroups import compare_subgroups  # noqa: PLC0415  # rarely needed

        found = compare_subgroups(
            [effect.estimate for effect in pool.members],
            [effect.variance for effect in pool.members],
            labels,
            test="adhoc",
            tau2="common",
        )
        spread = max(group.i2 for group in found.pools)
        explains = found.p < policy.subgroup_p and spread < policy.i2_substantial
        yield Split(feature, tuple(map(str, found.labels)), found.p, spread, explains)


def _name_technique(contrast: Contrast, base: Base) -> str:
    """Name how the therapy was given; the kind of arm stands in where no technique is told."""
    return _join({arm.technique or arm.kind for arm in _arms(contrast.first, contrast, base)})


def _name_comparator(contrast: Contrast, base: Base) -> str:
    return _join({arm.kind for arm in _arms(contrast.second, contrast, base)})


def _arms(ids: tuple[str, ...], contrast: Contrast, base: Base) -> Iterator[Arm]:
    yield from (arm for arm in base.study(contrast.study).arms if arm.id in ids)


def _join(names: set[str]) -> str:
    return " + ".join(sorted(names))


LABELS: Final[Mapping[Feature, Callable[[Contrast, Base], str]]] = {
    "technique": _name_technique,
    "comparator": _name_comparator,
}
