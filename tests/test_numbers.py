"""Numbers as every layer writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.numbers import decimals_for, fixed, p_value, percent, significant


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(0.751, 1, "0.8"), (-10.24, 1, "−10.2"), (-0.04, 1, "0.0"), (1234.5, 0, "1,234")],
)
def test_fixed(value: float, digits: int, written: str) -> None:
    assert fixed(value, digits) == written


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_what_is_written_is_the_number(value: float, digits: int) -> None:
    text = fixed(value, digits)
    assert "-" not in text
    read = float(text.replace("−", "-").replace(",", ""))
    assert abs(read - value) <= 0.5000001 * 10.0**-digits + 1e-9


def test_the_rest() -> None:
    assert [decimals_for(span) for span in (1, 10, 100, 200)] == [2, 1, 0, 0]
    assert [percent(share) for share in (0.0, 0.0471, 0.28)] == ["0%", "4.7%", "28%"]
    assert [p_value(p) for p in (0.0002, 0.0312, 0.9999)] == ["p < 0.001", "p = 0.03", "p > 0.99"]
    assert significant(0.01234) == "0.012"
