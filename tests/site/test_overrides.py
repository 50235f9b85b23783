"""A person's rating stands beside the computed one wherever the use is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from html_reading import read_html
from humming import build_at, write_base

from probatum.evidence.base import read
from probatum.rating.assess import assess

OVERRIDE = """
[[overrides]]
use = "knee-pain"
word = "possibly ineffective"
by = "editor"
date = "2026-01-10"
until = "{until}"
reason = "The hum was heard in both groups."
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base")


def words(edition: Path) -> str:
    """Return what a reader of the page of the use reads, without tags."""
    return " ".join(read_html(edition / "uses" / "knee-pain" / "index.html").words.split())


@pytest.mark.parametrize("edition", ["", "professional/"])
def test_both_words_are_on_the_page(root: Path, edition: str) -> None:
    text = OVERRIDE.format(until="2026-12-31")
    (root / "overrides.toml").write_text(text, encoding="utf-8")
    base = read(root).base
    assert base is not None
    computed = assess(base, stability=False).ratings["knee-pain"].word
    assert computed != "possibly ineffective"
    out = build_at(root, root.parent / "site").out
    page = words(out / edition)
    assert computed in page.lower()
    for told in ("possibly ineffective", "editor", "2026-12-31", "heard in both groups"):
        assert told in page


def test_a_word_that_ran_out_leaves_the_page(root: Path) -> None:
    text = OVERRIDE.format(until="2026-01-20")
    (root / "overrides.toml").write_text(text, encoding="utf-8")
    out = build_at(root, root.parent / "site").out
    page = words(out)
    assert "heard in both groups" not in page
