"""How numbers and what they count are written: few digits, true minus signs, plurals, lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS = "−"


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


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return the noun that agrees with a count."""
    return one if number == 1 else many or f"{one}s"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
