"""Meta-analysis on arrays: NumPy in, NumPy out; knows no studies.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probatum.stats.estimators import Estimates, Method, pool_blocks
    from probatum.stats.inference import Prediction, Test, infer
    from probatum.stats.pooling import pool
    from probatum.stats.results import Pooled, PoolResult
    from probatum.stats.tau2_interval import Interval

HOMES: dict[str, str] = {
    "Estimates": "estimators",
    "Interval": "tau2_interval",
    "Method": "estimators",
    "PoolResult": "results",
    "Pooled": "results",
    "Prediction": "inference",
    "Test": "inference",
    "infer": "inference",
    "pool": "pooling",
    "pool_blocks": "estimators",
}
"""The module that holds each public name."""

__all__ = [
    "Estimates",
    "Interval",
    "Method",
    "PoolResult",
    "Pooled",
    "Prediction",
    "Test",
    "infer",
    "pool",
    "pool_blocks",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *HOMES])
