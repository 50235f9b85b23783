"""Pool runs of rows, and write each pool as JSON, as CSV, or in words."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from probatum.cli.pool.layout import Layout, UnusableFile
from probatum.cli.pool.rows import Runs
from probatum.stats.arrays import FloatArray
from probatum.stats.estimators import Method
from probatum.stats.inference import Test
from probatum.stats.measures import to_natural
from probatum.stats.pooling import pool
from probatum.stats.results import PoolResult
from probatum.stats.zero_cells import ZeroCells

Format = Literal["json", "csv", "words"]
NUMBERS = ("estimate", "se", "ci", "statistic", "p", "df", "tau2", "tau2_ci", "i2", "h2", "q")
KEYS = ("k", *NUMBERS, "q_p", "pi", "converged", "notes")
PAIRS = frozenset({"ci", "tau2_ci", "pi"})
NATURAL = ("estimate", "ci", "pi")
"""What `--natural` turns back; standard error and tau² stay on the scale that was pooled."""


TOO_LARGE = "a ratio is too large to be written as a number: pool without --natural"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command was asked for."""

    layout: Layout
    method: Method = "REML"
    test: Test = "knha"
    level: float = 0.95
    zero_cells: ZeroCells = "only0"
    natural: bool = False
    form: Format = "words"

    def __post_init__(self) -> None:
        """Refuse what the file cannot tell."""
        measure = self.layout.measure
        if self.natural and self.layout.computed and measure and measure.name == "PFT":
            raise UnusableFile("PFT is turned back with sample sizes: give xi and ni")
        taken = set(_names(()) + list(KEYS)) if self.form != "words" else set()
        if clash := [name for name, _ in self.layout.by if name in taken]:
            names = ", ".join(clash)
            raise UnusableFile(f"rename the column {names}: the output has one of its own")


def pool_runs(runs: Runs, settings: Settings) -> str:
    """Pool each sound run and return the text that tells of it."""
    runs = runs.only_sound()
    if not len(runs):
        return ""
    result = pool(
        runs.rows.yi,
        runs.rows.vi,
        runs.of_row,
        method=settings.method,
        test=settings.test,
        level=settings.level,
    )
    back = _back_transformed(result, runs, settings) if settings.natural else {}
    if settings.form == "words":
        return _write_words(result, runs, settings, back)
    columns = {name: back.get(name, getattr(result, name)) for name in KEYS}
    columns["notes"] = _notes(result, runs, settings, back)
    if settings.form == "csv":
        return _write_csv(columns, runs)
    return _write_json(columns, runs, settings)


def csv_header(settings: Settings) -> str:
    """Return the first line of CSV output; an interval takes two columns."""
    return _csv([_names(name for name, _ in settings.layout.by)])


def _names(by: Iterable[str]) -> list[str]:
    """Return the names of the columns of CSV output."""
    names = [*by]
    for name in KEYS:
        names += [f"{name}_low", f"{name}_high"] if name in PAIRS else [name]
    return names


def _back_transformed(result: PoolResult, runs: Runs, settings: Settings) -> dict[str, FloatArray]:
    """Return estimate and intervals on the natural scale of the measure."""
    measure = settings.layout.measure
    if measure is None:
        return {}
    if measure.name != "PFT":
        return {name: to_natural(measure.name, getattr(result, name)) for name in NATURAL}
    with np.errstate(over="ignore"):  # a sample size of next to nothing
        reciprocals = 1 / np.where(np.isfinite(runs.rows.yi), runs.rows.ni, np.inf)
    total = np.bincount(runs.of_row, reciprocals, minlength=len(runs))
    sizes = result.k / np.where(result.k > 0, total, 1.0) + (result.k == 0)
    return {
        name: to_natural("PFT", values, sizes if values.ndim == 1 else sizes[:, np.newaxis])
        for name, values in ((name, getattr(result, name)) for name in NATURAL)
    }


def _notes(
    result: PoolResult, runs: Runs, settings: Settings, back: dict[str, FloatArray]
) -> list[tuple[str, ...]]:
    """Return the notes of each pool, with its double-zero tables and lost ratios told."""
    notes = list(result.notes)
    counts = np.bincount(runs.of_row, runs.rows.double_zero, minlength=len(runs))
    for at in np.flatnonzero(counts).tolist():
        what = f"tables without an event, or with nothing else: {counts[at]:.0f}"
        notes[at] = (*notes[at], f"{what} (zero cells: {settings.zero_cells})")
    infinite = [np.isinf(values).reshape(len(runs), -1).any(axis=1) for values in back.values()]
    for at in np.flatnonzero(np.any(infinite, axis=0)).tolist() if infinite else ():
        notes[at] = (*notes[at], TOO_LARGE)
    return notes


def _texts(values: FloatArray, absent: str) -> list[str]:
    """Write numbers so that reading them gives the same bits; what is not finite is absent."""
    if np.isfinite(values).all():
        return list(map(repr, values.tolist()))
    return [repr(value) if math.isfinite(value) else absent for value in values.tolist()]


def _texts_by_name(columns: dict[str, Any], absent: str) -> dict[str, list[str]]:
    """Write every column but the notes; an interval becomes two."""
    texts: dict[str, list[str]] = {}
    for name in KEYS[:-2]:
        values = np.asarray(columns[name])
        if name in PAIRS:
            texts[f"{name}_low"] = _texts(values[:, 0], absent)
            texts[f"{name}_high"] = _texts(values[:, 1], absent)
        else:
            texts[name] = _texts(values, absent)
    texts["converged"] = ["true" if flag else "false" for flag in columns["converged"]]
    return texts


def _write_json(columns: dict[str, Any], runs: Runs, settings: Settings) -> str:
    """Write one object a line, its keys in the order of `KEYS` after those of the pool."""
    texts = _texts_by_name(columns, "null")
    for name in PAIRS:
        low, high = texts.pop(f"{name}_low"), texts.pop(f"{name}_high")
        texts[name] = [
            "null" if "null" in pair else f"[{pair[0]}, {pair[1]}]"
            for pair in zip(low, high, strict=True)
        ]
    written = {note: json.dumps(note, ensure_ascii=False) for note in set(columns["notes"])}
    texts["notes"] = [written[note] for note in columns["notes"]]
    names = [*(name for name, _ in settings.layout.by), *KEYS]
    escaped = [json.dumps(name, ensure_ascii=False).replace("%", "%%") for name in names]
    template = "{" + ", ".join(f"{name}: %s" for name in escaped) + "}\n"
    keys = zip(*runs.keys, strict=True) if settings.layout.by else ()
    quoted = [[json.dumps(text, ensure_ascii=False) for text in values] for values in keys]
    rows = zip(*quoted, *(texts[name] for name in KEYS), strict=True)
    return "".join([template % row for row in rows])


def _write_csv(columns: dict[str, Any], runs: Runs) -> str:
    """Write one line a pool, notes joined by semicolons, an empty field for what is absent."""
    fields = [*_texts_by_name(columns, "").values(), ["; ".join(n) for n in columns["notes"]]]
    rows = zip(*fields, strict=True)
    return _csv([*key, *row] for key, row in zip(runs.keys, rows, strict=True))


def _write_words(
    result: PoolResult, runs: Runs, settings: Settings, back: dict[str, FloatArray]
) -> str:
    """Write a paragraph for each pool, headed by what sets it apart."""
    names = [name for name, _ in settings.layout.by]
    notes = _notes(result, runs, settings, back)
    paragraphs = []
    for at, pooled in enumerate(result):
        changed: dict[str, Any] = {}
        for name, values in back.items():
            ends = values[at].tolist()
            absent = name == "pi" and any(map(math.isnan, ends))
            changed[name] = ends if name == "estimate" else None if absent else tuple(ends)
        head = ", ".join(f"{n} {v}" for n, v in zip(names, runs.keys[at], strict=True))
        words = replace(pooled, notes=notes[at], **changed).summary()
        paragraphs.append(f"{head}\n{words}\n\n" if head else f"{words}\n")
    return "".join(paragraphs)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
