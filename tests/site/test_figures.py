"""Figures: well-formed, complete in words, and true to their numbers."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.site.figures.axis import Axis, fit, nice_step
from probatum.site.figures.bias import draw_bias
from probatum.site.figures.directions import Directions, draw_directions
from probatum.site.figures.forest import NARROW, WIDE, Forest, ForestRow, draw_forest, said
from probatum.site.figures.specification import Point, draw_curve
from probatum.site.figures.svg import number

finite = st.floats(-50, 50)
widths = st.floats(0.01, 1000)


def forest(rows: list[tuple[float, float]], *, ratio: bool = False) -> Forest:
    return Forest(
        title="Pain",
        rows=tuple(
            ForestRow(f"Study {i}", 10 + i, m, (m - w, m + w), 1 / len(rows))
            for i, (m, w) in enumerate(rows)
        ),
        pooled=rows[0][0],
        ci=(rows[0][0] - 0.5, rows[0][0] + 0.5),
        pi=(rows[0][0] - 1, rows[0][0] + 1) if len(rows) > 2 else None,
        threshold=0.3,
        left="Comparison better",
        right="Therapy better",
        unit="Points",
        ratio=ratio,
    )


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  # our own output is what is tested


@given(st.lists(st.tuples(finite, widths), min_size=1, max_size=12), st.booleans())
def test_a_forest_plot_is_well_formed_and_stays_inside(
    rows: list[tuple[float, float]],
    ratio: bool,  # noqa: FBT001  # drawn by Hypothesis
) -> None:
    drawn = forest(rows, ratio=ratio and max(abs(m) + w for m, w in rows) < 20)
    for layout in (WIDE, NARROW):
        root = parsed(draw_forest(drawn, layout, ident="f"))
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for mark in root.iter("line"):
            for name in ("x1", "x2"):
                assert -0.01 <= float(mark.attrib[name]) <= width + 0.01
            assert 0 <= float(mark.attrib["y2"]) <= height
        squares = [e for e in root.iter("rect") if e.attrib["class"] == "square"]
        assert len(squares) == len(rows)
        assert len([e for e in root.iter("polygon") if e.attrib["class"] == "diamond"]) == (
            len(rows) > 1
        )


@given(st.lists(finite, min_size=1, max_size=9), widths)
def test_an_axis_shows_every_estimate_and_zero(estimates: list[float], width: float) -> None:
    axis = fit(estimates, [(e - width, e + width) for e in estimates], start=0, end=100)
    assert all(axis.holds(value) for value in [*estimates, 0.0])
    assert 2 <= len(axis.ticks()) <= 13
    places = [x for x, _ in axis.ticks()]
    assert places == sorted(places)
    labels = [label for _, label in axis.ticks()]
    assert len(set(labels)) == len(labels)


def test_one_very_wide_interval_does_not_press_the_others_into_a_line() -> None:
    axis = fit([0.0, 0.5, 1.0], [(-0.4, 0.4), (0.1, 0.9), (-90, 92)], start=0, end=100)
    assert axis.at(1.0) - axis.at(0.0) > 25
    svg = draw_forest(forest([(0.0, 0.4), (0.5, 0.4), (1.0, 91.0)]), WIDE, ident="f")
    assert svg.count("arrow") == 2


def test_ratio_axes_are_labelled_with_ratios() -> None:
    axis = Axis(math.log(0.4), math.log(2.2), 0, 100, ratio=True)
    assert [label for _, label in axis.ticks()] == ["0.5", "1", "2"]
    assert said(math.log(0.5), ratio=True) == "0.50"


def test_weights_are_areas() -> None:
    rows = (
        ForestRow("A", 10, 0.0, (-1, 1), 0.2),
        ForestRow("B", 10, 0.0, (-1, 1), 0.8),
    )
    drawn = Forest("T", rows, 0, (-1, 1), None, None, "l", "r", "u")
    root = parsed(draw_forest(drawn, WIDE, ident="f"))
    sides = [float(e.attrib["width"]) for e in root.iter("rect") if e.attrib["class"] == "square"]
    assert (sides[0] - 4) / (sides[1] - 4) == pytest.approx(0.5, abs=0.01)
    assert not [e for e in root.iter("rect") if e.attrib["class"] == "band"]


def test_hostile_labels_are_escaped_and_long_ones_cut() -> None:
    row = ForestRow("<script>&\"'" + "x" * 60, 5, 0.1, (0, 0.2), 1)
    svg = draw_forest(
        Forest("</title><x>", (row,), 0.1, (0, 0.2), None, None, "<", ">", "&"), WIDE, ident="f"
    )
    assert "<script>" not in svg
    parsed(svg)
    assert "…" in svg


def test_label_and_numbers_have_room_side_by_side_on_a_phone() -> None:
    row = ForestRow("“Comparison of dry needling and…” 2017", 66, -3.15, (-3.66, -2.64), 1)
    drawn = Forest("t", (row, row), -3.15, (-3.66, -2.64), None, None, "l", "r", "u")
    root = parsed(draw_forest(drawn, NARROW, ident="f"))
    words = [e.text or "" for e in root.iter("text") if "study" in e.attrib["class"]]
    for label, numbers in zip(words[::2], words[1::2], strict=True):
        assert label.endswith("… 2017 (66)")
        assert len(label) + len(numbers) <= 48


def test_a_long_unit_runs_over_two_lines_on_a_phone() -> None:
    unit = "Points, Disabilities of the Arm, Shoulder and Hand, 0 to 100"
    row = ForestRow("Smith 2001", 5, 0.1, (0, 0.2), 1)
    drawn = Forest("t", (row,), 0.1, (0, 0.2), None, None, "l", "r", unit)
    for layout, lines in ((WIDE, 1), (NARROW, 2)):
        root = parsed(draw_forest(drawn, layout, ident="f"))
        units = [e for e in root.iter("text") if e.attrib["class"] == "unit"]
        assert " ".join(e.text or "" for e in units) == unit
        assert len(units) == lines
        height = float(root.attrib["viewBox"].split()[3])
        assert all(float(e.attrib["y"]) < height - 4 for e in units)


def test_the_description_says_the_result() -> None:
    svg = draw_forest(forest([(1.0, 0.5), (1.2, 0.5), (1.1, 0.2)]), NARROW, ident="f")
    desc = re.search(r"<desc[^>]*>(.*?)</desc>", svg)
    assert desc
    assert "3 studies; pooled 1.00 (95% confidence interval 0.50 to 1.50)" in desc.group(1)
    assert "prediction interval 0.00 to 2.00" in desc.group(1)
    alone = draw_forest(forest([(1.0, 0.5)]), NARROW, ident="f")
    assert "1 study; its result 1.00 (95%" in alone


@given(*[st.integers(0, 120)] * 4)
def test_a_direction_chart_has_one_mark_a_study(a: int, b: int, c: int, d: int) -> None:
    root = parsed(draw_directions(Directions(a, b, c, d), ident="d", title="t"))
    kinds = {"benefit": "polygon", "none": "rect", "harm": "polygon", "unclear": "circle"}
    for count, (kind, tag) in zip((a, b, c, d), kinds.items(), strict=True):
        assert len([e for e in root.iter(tag) if e.attrib["class"] == kind]) == count
    width = float(root.attrib["viewBox"].split()[2])
    assert all(float(e.attrib["x"]) <= width for e in root.iter("text"))


@given(st.floats(1e-6, 1e6))
def test_steps_are_round(rough: float) -> None:
    step = nice_step(rough)
    assert rough * (1 - 1e-9) <= step <= rough * 10.01
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in {1.0, 2.0, 5.0}


def test_coordinates_are_short_and_never_minus_zero() -> None:
    assert [number(v) for v in (-0.001, 1.0, 1.005, 1 / 3)] == ["0", "1", "1", "0.33"]


points = st.builds(
    lambda middle, width, same: Point(middle, middle - width, middle + width, same),
    finite,
    widths,
    st.booleans(),
)


@given(st.lists(points, min_size=1, max_size=40))
def test_a_specification_curve_draws_every_analysis(drawn: list[Point]) -> None:
    ordered = tuple(sorted(drawn, key=lambda p: p.estimate))
    root = parsed(draw_curve(ordered, ident="c", title="All analyses"))
    paths = {e.attrib["class"]: e.attrib["d"] for e in root.iter("path")}
    for same, kind in ((True, "same"), (False, "other")):
        count = sum(p.same is same for p in ordered)
        assert paths.get(f"dots {kind}", "").count("M") == count
        assert paths.get(f"whiskers {kind}", "").count("V") == count
    heights = [float(h) for h in re.findall(r"V([\d.-]+)", "".join(paths.values()))]
    assert all(0 <= h <= 210 for h in heights)


def test_bars_of_bias_fill_their_row() -> None:
    shares = {"Overall": {"low": 0.25, "high": 0.5, "not assessed": 0.25}}
    svg = draw_bias(shares, ident="b", title="Risk of bias")
    widths_drawn = [float(e.attrib["width"]) for e in parsed(svg).iter("rect")]
    assert sum(widths_drawn) == pytest.approx(360 - 118)
    assert "Overall: low 25%, high 50%, not assessed 25%" in svg
