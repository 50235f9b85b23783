"""Records of the file to effects, in runs of one pool; what is wrong with a record is said."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from probatum.cli.pool.chunks import Chunk, find_runs, read_sheet
from probatum.cli.pool.layout import Layout
from probatum.stats.arrays import BoolArray, FloatArray, IntArray
from probatum.stats.inputs import gather, impossible
from probatum.stats.measures import effect
from probatum.stats.ragged import LARGEST, are_beyond
from probatum.stats.zero_cells import ZeroCells

Key = tuple[str, ...]


class Wrong(NamedTuple):
    """A record that cannot be used, and why."""

    line: int
    message: str


class Rows(NamedTuple):
    """Studies, one a row.

    `yi` and `vi` are NaN where the measure has no effect; `ni` matters only where the way back to
    the natural scale needs it; `double_zero` marks tables without an event, or with nothing else.
    """

    yi: FloatArray
    vi: FloatArray
    ni: FloatArray
    double_zero: BoolArray

    def take(self, rows: slice | IntArray | BoolArray) -> Rows:
        """Return some of the rows."""
        yi, vi, ni, double_zero = self
        return Rows(yi[rows], vi[rows], ni[rows], double_zero[rows])


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of records of one pool each, one after another.

    Attributes
    ----------
    keys : of each run, the values of the columns that split.
    starts : first row of each run, and the number of rows, shape (runs + 1,).
    sound : False where a record of the run is wrong, so that its pool must not be given.
    rows : the studies.
    """

    keys: tuple[Key, ...]
    starts: IntArray
    sound: BoolArray
    rows: Rows

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def of_row(self) -> IntArray:
        """The run of each row."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, first: int, last: int) -> Runs:
        """Return the runs from `first` up to, not including, `last`."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        return Runs(
            self.keys[first:last],
            self.starts[first : last + 1] - begin,
            self.sound[first:last],
            self.rows.take(slice(begin, end)),
        )

    def only_sound(self) -> Runs:
        """Return the runs without a wrong record."""
        if self.sound.all():
            return self
        sizes = np.diff(self.starts)
        return Runs(
            tuple(itertools.compress(self.keys, self.sound)),
            np.concatenate([[0], np.cumsum(sizes[self.sound])]),
            self.sound[self.sound],
            self.rows.take(np.repeat(self.sound, sizes)),
        )


def join_runs(parts: Sequence[Runs]) -> Runs:
    """Join runs of one pool to one run."""
    columns = zip(*(part.rows for part in parts), strict=True)
    rows = Rows(*(np.concatenate(column) for column in columns))
    sound = np.array([all(part.sound.all() for part in parts)])
    return Runs(parts[0].keys[:1], np.array([0, len(rows.yi)]), sound, rows)


def gather_runs(runs: Runs) -> Runs:
    """Bring the runs of each pool together, in the order of their first appearance."""
    number: dict[Key, int] = {}
    pool_of_run = np.array([number.setdefault(key, len(number)) for key in runs.keys], np.int64)
    if len(number) == len(runs):
        return runs
    pool_of_row = pool_of_run[runs.of_row]
    order = np.argsort(pool_of_row, kind="stable")
    sizes = np.bincount(pool_of_row, minlength=len(number))
    unsound = np.bincount(pool_of_run, ~runs.sound, minlength=len(number))
    return Runs(
        tuple(number),
        np.concatenate([[0], np.cumsum(sizes)]),
        unsound == 0,
        runs.rows.take(order),
    )


def read_runs(chunk: Chunk, layout: Layout, zero_cells: ZeroCells) -> tuple[Runs, list[Wrong]]:
    """Parse a chunk, compute its effects, and split it into runs.

    A record too short to tell its pool is reported, and belongs to none.
    """
    sheet = read_sheet(chunk, layout)
    lines: Sequence[int] = sheet.lines
    wrong = {row: _misfit(fields, layout) for row, fields in sheet.misfits.items()}
    if layout.numbered:
        lines = list(map(int, sheet.columns[0]))
    columns = {name: _read_numbers(name, sheet.columns[at], wrong) for name, at in layout.columns}
    _judge(columns, layout, wrong)
    rows = _compute(columns, layout, wrong, zero_cells)
    for row in np.flatnonzero(are_beyond(rows.yi, rows.vi)).tolist():
        wrong.setdefault(row, f"its effect or variance is beyond {LARGEST:g} or its inverse")
    starts, keys = find_runs(sheet, layout)
    bounds = np.array([*starts, len(lines)], dtype=np.int64)
    bad = np.searchsorted(bounds, list(wrong), side="right") - 1
    sound = np.bincount(bad, minlength=len(keys)) == 0
    lost = [Wrong(line, _misfit(fields, layout)) for line, fields in sheet.lost]
    found = [Wrong(lines[row], message) for row, message in wrong.items()]
    return Runs(tuple(keys), bounds, sound, rows), sorted([*lost, *found])


def _misfit(fields: int, layout: Layout) -> str:
    extra = 1 if layout.numbered else 0
    given = fields - extra
    return f"{given} field{'s' if given != 1 else ''} where the header has {layout.width - extra}"


def _read_numbers(name: str, texts: Sequence[str], wrong: dict[int, str]) -> FloatArray:
    """Read one column; what is no finite number is wrong."""
    # Python reads 1_000 as a thousand, which no other reader of CSV does
    read = _number if "_" in "".join(texts) else float
    try:
        values = np.array(list(map(read, texts)), dtype=np.float64)
    except ValueError:
        values = np.array(list(map(_number, texts)), dtype=np.float64)
    finite = np.isfinite(values)
    for row in np.flatnonzero(~finite).tolist():
        text = texts[row].strip()
        what = f"is not a finite number: {text[:40]}" if text else "is empty"
        wrong.setdefault(row, f"{name} {what}")
    return np.where(finite, values, np.nan)


def _number(text: str) -> float:
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan


def _judge(columns: dict[str, FloatArray], layout: Layout, wrong: dict[int, str]) -> None:
    """Find the records whose numbers cannot be."""
    laws: list[tuple[BoolArray, str]] = []
    if layout.computed:
        name = layout.columns[1][0]
        words = "a variance" if name == "vi" else "a standard error"
        laws.append((columns[name] <= 0, f"{name}: {words} must be above 0"))
    elif layout.measure is not None:
        laws += impossible(gather(layout.measure.kind, columns))
    for broken, message in laws:
        for row in np.flatnonzero(broken).tolist():
            wrong.setdefault(row, message)


def _compute(
    columns: dict[str, FloatArray], layout: Layout, wrong: dict[int, str], zero_cells: ZeroCells
) -> Rows:
    """Compute the effects; NaN where a record is wrong or its measure has no effect."""
    if layout.measure is None or layout.computed:
        yi, vi = columns["yi"], columns.get("vi")
        none = np.zeros(yi.shape, dtype=np.bool_)
        return Rows(yi, columns["sei"] ** 2 if vi is None else vi, yi, none)
    given: dict[str, Any] = columns
    for values in columns.values():
        values[list(wrong)] = np.nan
    found = effect(layout.measure.name, zero_cells=zero_cells, **given)
    # a variance of 0 (no event, no spread) would outweigh every other study
    weightless = found.vi == 0
    yi, vi = (np.where(weightless, np.nan, values) for values in (found.yi, found.vi))
    return Rows(yi, vi, columns.get("ni", yi), found.double_zero)
