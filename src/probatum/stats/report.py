"""What every frozen result of the statistics can do: turn to plain values, and to words."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from probatum.stats.results import Pooled

HIDDEN = {"hidden": True}
"""Metadata of a field that only other functions need, such as a k by k matrix."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Base of frozen result records."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain Python values; what is not finite becomes None."""
        shown = (f.name for f in dataclasses.fields(self) if not f.metadata.get("hidden"))
        return {name: plain(getattr(self, name)) for name in shown}


def plain(value: Any) -> Any:  # noqa: ANN401  # any field of a record
    """Return a value in types that JSON knows."""
    if isinstance(value, Report | Pooled):
        return value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def number(value: float) -> str:
    """Write a number with three significant digits, for sentences."""
    return "not defined" if math.isnan(value) else f"{value:.3g}"


def p_value(p: float) -> str:
    """Write a p with three decimals and a floor of 0.001."""
    if math.isnan(p):
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def note_lines(notes: tuple[str, ...]) -> list[str]:
    """Write each note as an indented sentence."""
    return [f"  Note: {note}." for note in notes]
