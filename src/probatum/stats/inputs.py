"""What studies report, as named columns: tables, means, pairs, proportions, rates.

Each record holds float arrays of one shape. `impossible` knows the laws that its rows must obey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from probatum.errors import InputError
from probatum.stats.arrays import BoolArray, FloatArray, floats, require


class Table(NamedTuple):
    """Events and non-events of the first arm (`ai`, `bi`) and of the second (`ci`, `di`)."""

    ai: FloatArray
    bi: FloatArray
    ci: FloatArray
    di: FloatArray


class Means(NamedTuple):
    """Mean, SD and people of the first group, then of the second."""

    m1i: FloatArray
    sd1i: FloatArray
    n1i: FloatArray
    m2i: FloatArray
    sd2i: FloatArray
    n2i: FloatArray


class Pairs(NamedTuple):
    """Two means and SDs of the same `ni` people, with the correlation `ri` between them."""

    m1i: FloatArray
    m2i: FloatArray
    sd1i: FloatArray
    sd2i: FloatArray
    ni: FloatArray
    ri: FloatArray


class Correlations(NamedTuple):
    """Correlation coefficients of `ni` people."""

    ri: FloatArray
    ni: FloatArray


class Proportions(NamedTuple):
    """Events among `ni` people of one group."""

    xi: FloatArray
    ni: FloatArray


class Rates(NamedTuple):
    """Events in `ti` units of person-time of one group."""

    xi: FloatArray
    ti: FloatArray


class RatePairs(NamedTuple):
    """Events and person-time of the first group, then of the second."""

    x1i: FloatArray
    t1i: FloatArray
    x2i: FloatArray
    t2i: FloatArray


Input = Table | Means | Pairs | Correlations | Proportions | Rates | RatePairs
InputKind = (
    type[Table]
    | type[Means]
    | type[Pairs]
    | type[Correlations]
    | type[Proportions]
    | type[Rates]
    | type[RatePairs]
)
TABLE_TOTALS = ("ai", "n1i", "ci", "n2i")


def forms(kind: InputKind) -> tuple[tuple[str, ...], ...]:
    """Return the sets of column names that this kind of input can be given by."""
    return (kind._fields, TABLE_TOTALS) if kind is Table else (kind._fields,)


def gather(kind: InputKind, arrays: Mapping[str, ArrayLike]) -> Input:
    """Return the named arrays as one record of arrays, at least one-dimensional.

    Raises
    ------
    InputError
        If the names are not one of the kind's `forms`, or shapes do not go together.
    """
    if not any(set(arrays) == set(form) for form in forms(kind)):
        wanted = ", or ".join(" ".join(form) for form in forms(kind))
        raise InputError(f"columns must be {wanted}; got {' '.join(sorted(arrays)) or 'none'}")
    broadcast = zip(arrays, floats(**arrays), strict=True)
    columns = {name: np.atleast_1d(value) for name, value in broadcast}
    for name, values in columns.items():
        require(~np.isinf(values), f"{name}: infinite numbers have no effect")
    if "n1i" in columns and kind is Table:
        columns["bi"] = columns.pop("n1i") - columns["ai"]
        columns["di"] = columns.pop("n2i") - columns["ci"]
    return kind(**columns)


def gather_table(cells: Mapping[str, ArrayLike]) -> Table:
    """Return two-by-two tables of one list of studies, whole and lawful.

    Raises
    ------
    InputError
        As `gather`; and for a missing cell, a negative one, an empty arm, or a second dimension.
    """
    table = gather(Table, cells)
    assert isinstance(table, Table)  # noqa: S101 - gather returns the kind it is asked for
    if table.ai.ndim != 1:
        raise InputError("each column must be one list of studies")
    for fault, message in impossible(table):
        require(~fault, message)
    require(np.isfinite(sum(table[1:], start=table.ai)), "a table misses a cell")
    return table


def impossible(record: Input) -> list[tuple[BoolArray, str]]:
    """Return each law this kind of input must obey as (rows that break it, the words for it).

    Missing values break no law: their effect is NaN.
    """
    if isinstance(record, Table):
        return [
            *_impossible_arm(record.ai, record.bi, "ai", "first"),
            *_impossible_arm(record.ci, record.di, "ci", "second"),
        ]
    found = [_impossible_column(name, getattr(record, name)) for name in record._fields]
    laws = [law for law in found if law is not None]
    if isinstance(record, Proportions):
        laws.append((record.xi > record.ni, "xi: more events than people"))
    return laws


def _impossible_arm(
    events: FloatArray, others: FloatArray, name: str, arm: str
) -> list[tuple[BoolArray, str]]:
    return [
        (events < 0, f"{name}: events cannot be negative"),
        (others < 0, f"{name}: more events than people in the {arm} arm"),
        (events + others == 0, f"{name}: no people in the {arm} arm"),
    ]


def _impossible_column(name: str, values: FloatArray) -> tuple[BoolArray, str] | None:
    """Return the law of one column, told by its name; a mean may be anything."""
    if name == "ri":
        return np.abs(values) > 1, "ri: a correlation lies between -1 and 1"
    laws = {
        "n": (values <= 0, "a sample size must be above 0"),
        "s": (values < 0, "an SD cannot be negative"),
        "t": (values <= 0, "person-time must be above 0"),
        "x": (values < 0, "events cannot be negative"),
    }
    law = laws.get(name[0])
    return law if law is None else (law[0], f"{name}: {law[1]}")
