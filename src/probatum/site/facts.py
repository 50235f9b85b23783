"""Records as labelled facts and tables, so that a page shows everything that was recorded."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from probatum.study import Record

LABELS: Mapping[str, str] = {
    "age_mean": "Mean age (years)",
    "arms": "Groups",
    "better": "Better is",
    "ci": "CI",
    "compare": "Compared",
    "doi": "DOI",
    "female_percent": "Women (%)",
    "i2": "I² (%)",
    "iqr": "Quartiles",
    "k": "Trials",
    "n": "People",
    "n_analysed": "People analysed",
    "n_people": "People",
    "n_randomised": "People randomised",
    "n_trials": "Trials",
    "p": "p",
    "per_10000": "Per 10,000",
    "pmcid": "PubMed Central",
    "pmid": "PubMed",
    "sd": "SD",
    "se": "SE",
    "timepoint": "Time as reported",
    "where": "Place in the report",
    "with_": "With",
}
"""Labels that a field's name alone would not give."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded value with its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Several records of one kind as a table; columns that none of them fills are left out."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def label_of(field: str) -> str:
    """Return a field's name as a label."""
    return LABELS.get(field, field.replace("_", " ").strip().capitalize())


def facts(record: Record, *, leave_out: Container[str] = ()) -> tuple[Fact, ...]:
    """Return the plain values of a record that are filled in, in the order of the format."""
    return tuple(
        Fact(label_of(field), said(value))
        for field, value in record
        if field not in leave_out and value not in (None, (), {}) and not is_table(value)
    )


def grids(record: Record, *, leave_out: Container[str] = ()) -> tuple[Grid, ...]:
    """Return the tables of a record: one a list of further records in it."""
    return tuple(
        grid(label_of(field), value)
        for field, value in record
        if field not in leave_out and is_table(value)
    )


def grid(caption: str, records: tuple[Record, ...]) -> Grid:
    """Return records as a table."""
    fields = [
        field
        for field in type(records[0]).model_fields
        if any(getattr(record, field) not in (None, (), {}) for record in records)
    ]
    rows = tuple(tuple(said(getattr(record, f)) for f in fields) for record in records)
    return Grid(caption, tuple(label_of(field) for field in fields), rows)


def is_table(value: object) -> bool:
    """Return whether a value is a list of records."""
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Record)


def said(value: object) -> str:
    """Return any recorded value as text; nothing as an empty text."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return f"{value:.12g}".replace("-", "−")
    if isinstance(value, Record):
        inner = ((label_of(field), said(item)) for field, item in value)
        return "; ".join(f"{label}: {text}" for label, text in inner if text)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {said(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        pair = len(value) == 2 and all(isinstance(item, int | float) for item in value)
        return (" to " if pair else ", ").join(said(item) for item in value)
    return str(value)
