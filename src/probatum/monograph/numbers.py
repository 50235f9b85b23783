"""How numbers are said: few digits, true minus signs, and the right plural."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS = "−"
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


def fixed(value: float, digits: int) -> str:
    """Return a number with a fixed count of decimals; never a negative zero."""
    text = f"{abs(value):,.{digits}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def significant(value: float, figures: int = 2) -> str:
    """Return a number to so many significant figures, without an exponent."""
    if value == 0:
        return "0"
    digits = figures - 1 - math.floor(math.log10(abs(value)))
    return fixed(round(value, digits), max(0, digits))


def trimmed(value: float, digits: int = 1) -> str:
    """Return a number with at most so many decimals: `3`, `2.5`."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_for(span: float) -> int:
    """Return the decimals that a scale of that length deserves: one on 0 to 10, none on 0 to 200.

    A hundredth of the scale is the finest step that instruments of this kind resolve.
    """
    return max(0, min(2, 2 - math.floor(math.log10(span)))) if span > 0 else 1


def interval(ci: tuple[float, float], digits: int) -> str:
    """Return `0.4 to 2.0`."""
    return f"{fixed(ci[0], digits)} to {fixed(ci[1], digits)}"


def percent(share: float) -> str:
    """Return a share of one as percent, with two significant figures below ten percent."""
    value = 100 * share
    if value == 0:
        return "0%"
    if value >= 10:
        return f"{fixed(value, 0)}%"
    return f"{significant(value) if value >= 0.01 else significant(value, 1)}%"


def p_value(p: float) -> str:
    """Return p as journals print it: `p = 0.03`, `p < 0.001`."""
    if p < 0.001:
        return "p < 0.001"
    if p > 0.99:
        return "p > 0.99"
    return f"p = {fixed(p, 3 if p < 0.01 else 2)}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: `1 study`, `1,024 people`."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return the noun that agrees with a count."""
    return one if number == 1 else many or f"{one}s"


def studies(number: int) -> str:
    """Return `1 study` or `9 studies`."""
    return counted(number, "study", "studies")


def people(number: int) -> str:
    """Return `1 person` or `512 people`."""
    return counted(number, "person", "people")


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


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
