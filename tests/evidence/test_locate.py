"""Lines are exact: for nested tables, inline tables, lists over many lines, and odd keys."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from probatum.evidence.flaw import Place, dotted
from probatum.evidence.locate import lines_of, locate

TEXT = '''\
# a comment with [brackets] and = signs
title = "one # no comment"
long = """
[not.a.table]
x = 1
"""
list = [
  1, 2,
  # [3]
  4,
]

[table]
"quoted key" = 1
a.b.c = 2

[table.inner]
x = { y = 1, z = [1,
  2] }

[[rows]]
name = 'first'
[[rows.cells]]
v = 1
[[rows.cells]]
v = 2

[[rows]]
name = "second"
arms = [
  { arm = "a", ci = [1, 2] },
  { arm = "b",
    ci = [3, 4] },
]
[[rows.cells]]
v = 3
[rows.extra]
deep = "]]"
last = true
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("long",), 3),
        (("list",), 7),
        (("list", 1), 8),
        (("list", 2), 10),
        (("table",), 13),
        (("table", "quoted key"), 14),
        (("table", "a", "b", "c"), 15),
        (("table", "inner", "x", "y"), 18),
        (("table", "inner", "x", "z", 1), 19),
        (("rows", 0), 21),
        (("rows", 0, "name"), 22),
        (("rows", 0, "cells", 1, "v"), 26),
        (("rows", 1), 28),
        (("rows", 1, "arms", 0, "ci", 1), 31),
        (("rows", 1, "arms", 1), 32),
        (("rows", 1, "arms", 1, "ci", 0), 33),
        (("rows", 1, "cells", 0, "v"), 36),
        (("rows", 1, "extra", "last"), 39),
        (("rows", 1, "missing"), 28),
        (("rows", 0, "cells", 0, "missing", "deeper"), 23),
        (("nowhere",), 1),
    ],
    ids=lambda value: dotted(value) if isinstance(value, tuple) else "",
)
def test_line_of_a_field_or_of_what_is_around_it(place: Place, line: int) -> None:
    assert locate(TEXT, place) == line


def leaves(value: object, place: Place = ()) -> list[Place]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in leaves(inner, (*place, key))]
    if isinstance(value, list) and value:
        return [found for i, inner in enumerate(value) for found in leaves(inner, (*place, i))]
    return [place]


def test_every_value_of_a_text_has_a_line_of_its_own() -> None:
    lines = lines_of(TEXT)
    assert set(leaves(tomli.loads(TEXT))) <= set(lines)


def test_windows_line_ends_count_once() -> None:
    assert locate("a = 1\r\nb = [\r\n 2,\r\n]\r\n", ("b", 0)) == 3


@given(st.text(alphabet="ab=[]{}\",'#\n .1\\", max_size=80))
def test_any_text_is_walked_to_its_end(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())
