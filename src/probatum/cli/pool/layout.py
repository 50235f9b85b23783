"""What the header of the file says: where the effects stand, and what splits them into pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from probatum.errors import ProbatumError
from probatum.stats.inputs import forms
from probatum.stats.measures import MEASURES, Measure, measure_named

EFFECTS = (("yi", "vi"), ("yi", "sei"))
"""Columns of effects that are computed already."""


class UnusableFile(ProbatumError):
    """The file as a whole cannot be pooled."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where to find what in a row.

    Attributes
    ----------
    measure : the measure, or None for effects of no stated measure.
    columns : name and position of each column that makes the effect.
    by : name and position of each column that splits the rows into pools.
    width : fields in a row.
    numbered : whether the first field is a line number put there by `chunks.spill`.
    """

    measure: Measure | None
    columns: tuple[tuple[str, int], ...]
    by: tuple[tuple[str, int], ...]
    width: int
    numbered: bool = False

    @property
    def computed(self) -> bool:
        """Whether the file holds effects rather than what they are computed from."""
        return self.columns[0][0] == "yi"

    def shifted(self) -> Layout:
        """Return the layout of the same rows with a line number before each."""
        return replace(
            self,
            columns=tuple((name, at + 1) for name, at in self.columns),
            by=tuple((name, at + 1) for name, at in self.by),
            width=self.width + 1,
            numbered=True,
        )


def read_layout(header: Sequence[str], measure: str | None, by: Sequence[str]) -> Layout:
    """Match the header with a measure and the columns to split by.

    Raises
    ------
    UnusableFile
        If columns are missing or stand twice.
    UnknownName
        If there is no such measure.
    """
    names = [name.strip() for name in header]
    chosen = measure_named(measure) if measure is not None else None
    wanted = [*(forms(chosen.kind) if chosen else ()), *EFFECTS]
    form = next((form for form in wanted if set(form) <= set(names)), None)
    if form is None:
        raise UnusableFile(_missing(chosen, wanted, names))
    by = list(dict.fromkeys(part for name in by for part in _split(name, names)))
    absent = [name for name in by if name not in names]
    if absent:
        raise UnusableFile(f"no column {', '.join(absent)} to split by; there are {_list(names)}")
    needed = [*form, *by]
    twice = sorted({name for name in needed if names.count(name) > 1})
    if twice:
        raise UnusableFile(f"the column {', '.join(twice)} stands twice")
    return Layout(
        measure=chosen,
        columns=tuple((name, names.index(name)) for name in form),
        by=tuple((name, names.index(name)) for name in by),
        width=len(names),
    )


def _split(name: str, names: list[str]) -> list[str]:
    """Return the columns of a list such as ``a,b``, unless one column bears that name."""
    return [name] if name in names else [part.strip() for part in name.split(",")]


def _missing(chosen: Measure | None, wanted: list[tuple[str, ...]], names: list[str]) -> str:
    if len(names) == 1 and (mark := next((mark for mark in ";\t|" if mark in names[0]), "")):
        return f"fields must be separated by commas, not {mark!r}; there are {_list(names)}"
    options = "; or ".join(" ".join(form) for form in wanted)
    if chosen is not None:
        return f"{chosen.name} needs the columns {options}; there are {_list(names)}"
    given = set(names)
    fits = [name for name, m in MEASURES.items() if any(given.issuperset(f) for f in forms(m.kind))]
    if fits:
        return f"say with --measure what to compute from these columns: {', '.join(fits)}"
    return f"without --measure the columns must be {options}; there are {_list(names)}"


def _list(names: list[str]) -> str:
    shown = [name if name.isprintable() else ascii(name) for name in names]
    return ", ".join(shown) if any(names) else "none"
