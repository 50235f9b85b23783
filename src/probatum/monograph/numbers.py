"""How numbers are said: with the right plural, as natural frequencies, in lists."""

from __future__ import annotations

from probatum.numbers import (
    decimals_for,
    fixed,
    interval,
    listed,
    p_value,
    percent,
    plural,
    significant,
    trimmed,
)

__all__ = [
    "counted",
    "decimals_for",
    "fixed",
    "interval",
    "listed",
    "month",
    "out_of",
    "out_of_range",
    "p_value",
    "people",
    "percent",
    "plural",
    "significant",
    "studies",
    "trimmed",
]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: `1 study`, `1,024 people`."""
    return f"{number:,} {plural(number, one, many)}"


def studies(number: int) -> str:
    """Return `1 study` or `9 studies`."""
    return counted(number, "study", "studies")


def people(number: int) -> str:
    """Return `1 person` or `512 people`."""
    return counted(number, "person", "people")


def month(text: str) -> str:
    """Return `November 2026` for `2026-11`, and a bare year as it is."""
    year, _, number = text.partition("-")
    return f"{MONTHS[int(number[:2]) - 1]} {year}" if number else year


def out_of(rate: float, noun: str) -> str:
    """Return a rate as a natural frequency whose base keeps the count at one or more.

    Natural frequencies are understood better than percentages (Gigerenzer & Edwards, BMJ 2003).
    """
    base = _base_of(rate)
    return f"{round(rate * base):,} in {base:,} {noun}"


def out_of_range(low: float, high: float, noun: str) -> str:
    """Return two rates on one base: `5 to 16 in 100 treatments`."""
    base = _base_of(low)
    counts = dict.fromkeys(f"{round(rate * base):,}" for rate in (low, high))
    return f"{' to '.join(counts)} in {base:,} {noun}"


def _base_of(rate: float) -> int:
    """Return the smallest base of at least 100 on which a rate rounds to one or more."""
    bases = (100, 1_000, 10_000, 100_000, 1_000_000)
    return next((base for base in bases if round(rate * base, 1) >= 1), bases[0])
