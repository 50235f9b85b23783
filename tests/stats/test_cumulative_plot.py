"""The cumulative plot: one row a step, every label escaped, the caveat always there."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from probatum.errors import InputError
from probatum.stats import CUMULATIVE_CAVEAT, cumulate, draw_cumulative
from probatum.stats.cumulative_plot import LEFT, RIGHT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize("k", [1, 2, 12])
def test_rows_caveat_and_places(k: int, scale: float) -> None:
    rng = np.random.default_rng(k)
    y, v = scale * rng.normal(0.4, 0.3, k), scale**2 * rng.uniform(0.02, 0.2, k)
    steps = cumulate(y, v)
    root = ET.fromstring(draw_cumulative(steps, [f"<{i}> & co" for i in range(k)]))  # noqa: S314
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert " ".join(words).endswith(CUMULATIVE_CAVEAT)
    assert f"{'+ ' if k > 1 else ''}<{k - 1}> & co" in words
    boxes = [float(box.attrib["x"]) + 4 for box in root.iter(f"{SVG}rect")]
    assert len(boxes) == k
    assert all(LEFT <= x <= RIGHT for x in boxes)
    assert (np.diff(np.array(boxes)[np.argsort(steps.estimate)]) > -0.11).all()
    assert any(f"{steps.estimate[-1]:.3g} (95% CI" in word for word in words)
    assert not re.search(r"nan|inf\b", ET.tostring(root, "unicode"))


def test_effects_all_0() -> None:
    assert draw_cumulative(cumulate([0.0, 0.0], [1.0, 1.0])).count("<rect") == 2


def test_wrong_calls() -> None:
    with pytest.raises(InputError, match="labels"):
        draw_cumulative(cumulate([0.1, 0.2], [1, 1]), ["a"])
