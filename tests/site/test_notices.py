"""Notices against a report, from the text file to the pages: what leaves, what stays, what is said.

A retraction takes a study out of every synthesis in the next build; a correction or an expression
of concern is said wherever the study is named, and the study still counts.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from html_reading import Html, read_html
from humming import build_at, write_base

from probatum.cli.sentences import compare_sentences
from probatum.evidence.base import Reading, read
from probatum.findings import Body
from probatum.rating.assess import Assessment, assess
from probatum.rating.diff import compare_states

LEAVES = "hum2014"
FILE = f"studies/{LEAVES}.toml"
NOTICE = '\n[[notices]]\nkind = "{}"\nid = "10.1234/notice"\ndate = "2026-01"\nreason = "{}"\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a base of two studies, enough for a claim and no more."""
    root = write_base(tmp_path / "base")
    for name in ("hum2011", "hum2012", "mallory2020", "gone2019"):
        (root / "studies" / f"{name}.toml").unlink()
    for name in ("CHANGES.md", "text/overview.md"):
        (root / name).unlink()
    return root


def add_notice(root: Path, kind: str, *, status: str = "published") -> Reading:
    path = root / FILE
    text = path.read_text(encoding="utf-8").replace('status = "published"', f'status = "{status}"')
    path.write_text(text + NOTICE.format(kind, "numbers did not add up"), encoding="utf-8")
    return read(root)


def assessed(root: Path) -> Assessment:
    found = read(root).base
    assert found is not None
    return assess(found, stability=False)


def bodies_with(assessment: Assessment, study: str) -> list[Body]:
    return [
        body
        for body in assessment.findings.bodies.values()
        if study in {member.contrast.study for member in body.overall.members}
        or any(study == e.contrast.study for pool in body.pools for e in pool.members)
    ]


def pages(root: Path) -> dict[str, Html]:
    out = build_at(root, root.parent / "site").out
    return {path.relative_to(out).as_posix(): read_html(path) for path in out.rglob("*.html")}


def words(page: Html) -> str:
    return " ".join(page.words.split())


@pytest.mark.parametrize("status", ["retracted", "published"])
def test_a_retraction_takes_the_study_out_of_everything(base: Path, status: str) -> None:
    before = assessed(base)
    assert bodies_with(before, LEAVES)
    reading = add_notice(base, "retraction", status=status)
    warned = [p for p in reading.problems if p.file == FILE]
    assert [p.severity for p in warned] == ["warning"] * (status == "published")
    after = assessed(base)
    assert not bodies_with(after, LEAVES)
    assert before.rating("knee-pain").word == "likely effective"
    assert after.rating("knee-pain").word == "insufficient evidence"
    assert after.rating("knee-pain").people == before.rating("knee-pain").people - 120


def test_diff_names_the_retraction_as_the_cause(base: Path) -> None:
    before = assessed(base)
    add_notice(base, "retraction", status="retracted")
    after = assessed(base)
    found = compare_states(before, after)
    assert [(change.file, change.kind) for change in found.records] == [(FILE, "retracted")]
    moved = [use for use in found.uses if use.moved]
    assert [(use.use, use.because) for use in moved] == [("knee-pain", (FILE,))]
    said = [change.after for change in compare_sentences(before, after) if change.after]
    assert any("1 study was retracted and counts in no result here" in text for text in said)


def test_pages_say_a_retraction_wherever_the_study_was(base: Path) -> None:
    add_notice(base, "retraction", status="retracted")
    built = pages(base)
    record = words(built[f"studies/{LEAVES}/index.html"])
    assert "This report has left every synthesis" in record
    assert "numbers did not add up" in record
    for edition in ("", "professional/"):
        use = built[f"{edition}uses/knee-pain/index.html"]
        assert "was retracted and counts in no result here" in words(use)
        named = [item for item in use.all("li") if "Humboldt" in item.text]
        assert named
        assert all("retracted" in item.text for item in named)


@pytest.mark.parametrize(
    ("kind", "flag", "sentence"),
    [
        ("correction", "corrected", "After publication, a correction appeared for 1 study"),
        (
            "expression-of-concern",
            "expression of concern",
            "After publication, an expression of concern appeared for 1 study",
        ),
    ],
)
def test_other_notices_are_said_and_the_study_counts(
    base: Path, kind: str, flag: str, sentence: str
) -> None:
    before = assessed(base)
    assert not add_notice(base, kind).errors
    after = assessed(base)
    assert after.findings.bodies == before.findings.bodies
    assert after.rating("knee-pain").word == before.rating("knee-pain").word
    built = pages(base)
    record = words(built[f"studies/{LEAVES}/index.html"])
    assert "takes no report out of the synthesis" in record
    use = built["professional/uses/knee-pain/index.html"]
    assert sentence in words(use)
    assert "it still counts" in words(use)
    named = [row for row in use.all("th") if "Humboldt" in row.text]
    assert named
    assert all(flag in row.text for row in named)
    listed = next(li for li in built["references/index.html"].all("li") if "Humboldt" in li.text)
    assert flag in listed.text


@pytest.mark.parametrize("way", ["status", "notice"])
def test_a_retracted_review_is_quoted_nowhere(base: Path, way: str) -> None:
    path = base / "reviews/pool2021.toml"
    text = path.read_text(encoding="utf-8").replace(
        "searched_to", 'conclusion = "Humming cures."\nsearched_to'
    )
    path.write_text(text, encoding="utf-8")
    use = pages(base)["professional/uses/knee-pain/index.html"]
    assert "1 published review speaks of this use" in words(use)
    assert "humming cures" in words(use)
    assert "−1.40 (−2.00 to −0.80)" in words(use)
    if way == "status":
        text = text.replace('status = "published"', 'status = "retracted"')
    else:
        text += NOTICE.format("retraction", "numbers did not add up")
    path.write_text(text, encoding="utf-8")
    assert [(p.file, p.severity) for p in read(base).problems] == [
        ("reviews/pool2021.toml", "warning")
    ]
    built = pages(base)
    use = built["professional/uses/knee-pain/index.html"]
    for gone in ("published review speaks", "humming cures", "−1.40 (−2.00 to −0.80)"):
        assert gone not in words(use)
    listed = next(li for li in built["references/index.html"].all("li") if "Pool" in li.text)
    assert "retracted" in listed.text
