"""What every frozen result of the statistics can do: turn to plain values, a frame, and words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from probatum.errors import InputError, MissingExtra

if TYPE_CHECKING:
    import pandas as pd

HIDDEN = {"hidden": True}
"""Metadata of a field that only other functions need, such as a k by k matrix."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Base of frozen result records."""

    ROWS: ClassVar[tuple[str, ...]] = ()
    """Fields with one entry for each row of the frame; none: the record is one row."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain Python values; what is not finite becomes None."""
        shown = (f.name for f in dataclasses.fields(self) if not f.metadata.get("hidden"))
        return {name: plain(getattr(self, name)) for name in shown}

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: a row for each entry of the fields in `ROWS`, or one row.

        Single values stand in every row, intervals take two columns, and what fits no row
        (matrices, records within the record) is left out.

        Raises
        ------
        MissingExtra : pandas is not installed.
        InputError : the fields are arrays of several dimensions.
        """
        columns: dict[str, Any] = {}
        if self.ROWS and np.ndim(getattr(self, self.ROWS[0])) > 1:
            raise InputError("a frame holds one list of values, not an array of several dimensions")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name in self.ROWS:
                columns |= columns_of(field.name, np.atleast_1d(np.asarray(value)))
            elif field.name == "notes":
                columns["notes"] = "; ".join(value)
            elif _is_interval(field.name):
                ends = (math.nan, math.nan) if value is None else value
                columns |= columns_of(field.name, np.asarray(ends, dtype=np.float64))
            elif isinstance(value, str | float | int | None):
                columns[field.name] = value
        return make_frame(columns, np.size(getattr(self, self.ROWS[0])) if self.ROWS else 1)


def make_frame(columns: dict[str, Any], rows: int) -> pd.DataFrame:
    """Return a frame of the columns; `MissingExtra` without pandas."""
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, needed by this function alone
    except ImportError:
        raise MissingExtra("a frame needs pandas: install probatum[frames]") from None
    return pd.DataFrame(columns, index=pd.RangeIndex(rows))


def columns_of(name: str, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return one column; two of an interval's ends; one a coefficient of a matrix."""
    if _is_interval(name):
        return {f"{name}_low": values[..., 0], f"{name}_high": values[..., 1]}
    if values.ndim == 1:
        return {name: values}
    return {f"{name}_{at}": values[:, at] for at in range(values.shape[1])}


def _is_interval(name: str) -> bool:
    return name.rsplit("_", maxsplit=1)[-1] in {"ci", "pi"}


def plain(value: Any) -> Any:  # noqa: ANN401  # any field of a record
    """Return a value in types that JSON knows; an interval with no end at all is None."""
    if isinstance(value, Report):
        return value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        items = [plain(item) for item in value]
        absent = isinstance(value, tuple) and bool(items) and items == [None] * len(items)
        return None if absent else items
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def number(value: float) -> str:
    """Write a number with three significant digits, for sentences."""
    return "not defined" if math.isnan(value) else f"{value:.3g}"


def span(ends: Iterable[float]) -> str:
    """Write an interval, for sentences."""
    return " to ".join(map(number, ends))


def percent(level: float) -> str:
    """Write the level of an interval: 0.999 is 99.9%."""
    return f"{100 * level:g}%"


def interval(ends: Iterable[float], level: float) -> str:
    """Write a confidence interval with its level, for sentences."""
    return f"{percent(level)} CI {span(ends)}"


def p_value(p: float) -> str:
    """Write a p with three decimals and a floor of 0.001."""
    if math.isnan(p):
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def note_lines(notes: tuple[str, ...]) -> list[str]:
    """Write each note as a sentence."""
    return [f"Note: {note}." for note in notes]
