"""Meta-analysis on arrays: NumPy in, NumPy out; knows no studies.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probatum.stats.estimators import Estimates, Method, pool_blocks
    from probatum.stats.inference import Prediction, Test, infer
    from probatum.stats.influence import InfluenceResult, measure_influence
    from probatum.stats.multilevel import (
        MultilevelResult,
        constant_correlation,
        fit_multilevel,
        three_levels,
    )
    from probatum.stats.pooling import pool
    from probatum.stats.regression import RegressionResult, regress
    from probatum.stats.results import Pooled, PoolResult
    from probatum.stats.robust import RobustResult, cluster_robust
    from probatum.stats.selection import SelectionResult, select_by_p
    from probatum.stats.sequences import CUMULATIVE_CAVEAT, cumulate, leave_one_out
    from probatum.stats.small_study import (
        AsymmetryResult,
        RankResult,
        begg,
        egger,
        fail_safe_n,
        peters,
    )
    from probatum.stats.subgroups import SubgroupResult, compare_subgroups
    from probatum.stats.tau2_interval import Interval
    from probatum.stats.trim_fill import TrimFillResult, trim_and_fill

HOMES: dict[str, str] = {
    "AsymmetryResult": "small_study",
    "CUMULATIVE_CAVEAT": "sequences",
    "Estimates": "estimators",
    "InfluenceResult": "influence",
    "Interval": "tau2_interval",
    "Method": "estimators",
    "MultilevelResult": "multilevel",
    "PoolResult": "results",
    "Pooled": "results",
    "Prediction": "inference",
    "RankResult": "small_study",
    "RegressionResult": "regression",
    "RobustResult": "robust",
    "SelectionResult": "selection",
    "SubgroupResult": "subgroups",
    "Test": "inference",
    "TrimFillResult": "trim_fill",
    "begg": "small_study",
    "cluster_robust": "robust",
    "compare_subgroups": "subgroups",
    "constant_correlation": "multilevel",
    "cumulate": "sequences",
    "egger": "small_study",
    "fail_safe_n": "small_study",
    "fit_multilevel": "multilevel",
    "infer": "inference",
    "leave_one_out": "sequences",
    "measure_influence": "influence",
    "peters": "small_study",
    "pool": "pooling",
    "pool_blocks": "estimators",
    "regress": "regression",
    "select_by_p": "selection",
    "three_levels": "multilevel",
    "trim_and_fill": "trim_fill",
}
"""The module that holds each public name."""

__all__ = [
    "CUMULATIVE_CAVEAT",
    "AsymmetryResult",
    "Estimates",
    "InfluenceResult",
    "Interval",
    "Method",
    "MultilevelResult",
    "PoolResult",
    "Pooled",
    "Prediction",
    "RankResult",
    "RegressionResult",
    "RobustResult",
    "SelectionResult",
    "SubgroupResult",
    "Test",
    "TrimFillResult",
    "begg",
    "cluster_robust",
    "compare_subgroups",
    "constant_correlation",
    "cumulate",
    "egger",
    "fail_safe_n",
    "fit_multilevel",
    "infer",
    "leave_one_out",
    "measure_influence",
    "peters",
    "pool",
    "pool_blocks",
    "regress",
    "select_by_p",
    "three_levels",
    "trim_and_fill",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *HOMES])
