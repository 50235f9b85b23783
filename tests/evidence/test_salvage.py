"""A fault of form hides no fault of sense: both are reported in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from probatum.evidence.base import check, read, shipped_base
from probatum.evidence.reader import decode
from probatum.study import Study

READING = read(shipped_base())
assert READING.base is not None
CONFIG = READING.base.config
KINDS = {kind.arm_class: kind.slug for kind in CONFIG.arm_kinds}
RECORD = f"""\
id = "able2000"
title = "A trial"
year = 2000
status = "published"
design = "parallel"
conditions = ["{CONFIG.uses[0].slug}"]

[[sources]]
kind = "abstract"

[[arms]]
id = "one"
label = "one"
kind = "{KINDS["therapy"]}"
n = 20

[[arms]]
id = "two"
label = "two"
kind = "{KINDS["inactive"]}"
n = 20

[[outcomes]]
domain = "{CONFIG.domains[0].slug}"
measure = "a score"
better = "lower"
compare = ["one", "two"]
direction = "no-difference"
arms = [{{ arm = "one", n = 20, events = 5 }}, {{ arm = "two", n = 20, events = 4 }}]
"""


def fields(text: str) -> list[str]:
    parsed = check(decode("studies/able2000.toml", text.encode()), Study, CONFIG)
    assert (parsed.record is None) == bool(parsed.problems)
    return [problem.field for problem in parsed.problems]


def test_the_sample_is_sound() -> None:
    assert fields(RECORD) == []


@pytest.mark.parametrize(
    ("form", "mended", "place"),
    [
        ("year = 2000", "yearr = 2000", "yearr"),
        ("n = 20\n\n[[arms]]", "n = 0\n\n[[arms]]", "arms[0].n"),
        ('measure = "a score"', 'measure = "a score"\np = "tiny"', "outcomes[0].p"),
        ("events = 5", "events = 5, sd = -1", "outcomes[0].arms[0].sd"),
    ],
)
def test_both_kinds_of_fault_are_reported(form: str, mended: str, place: str) -> None:
    assert form in RECORD
    wrong = RECORD.replace(form, mended, 1).replace('["one", "two"]', '["one", "twoo"]')
    found = fields(wrong)
    assert place in found
    assert "outcomes[0].compare[1]" in found


@pytest.mark.parametrize(
    ("form", "mended", "place"),
    [
        ('title = "A trial"\n', "", "title"),
        ('id = "able2000"\n', "", "id"),
        ('design = "parallel"', 'design = "paralel"', "design"),
        ("conditions = [", "conditions = [5, ", "conditions[0]"),
        ('direction = "no-difference"\n', "", "outcomes[0].direction"),
        ('measure = "a score"', 'measure = "a score"\nscale = ["a", 1]', "outcomes[0].scale[0]"),
        ('[[sources]]\nkind = "abstract"\n', "", "sources"),
        ('[[sources]]\nkind = "abstract"\n', "[[sources]]\n", "sources[0].kind"),
    ],
)
def test_what_is_missing_hides_nothing_either(form: str, mended: str, place: str) -> None:
    assert form in RECORD
    wrong = RECORD.replace(form, mended, 1).replace("events = 5", "events = 50")
    assert sorted(fields(wrong)) == sorted([place, "outcomes[0].arms[0].events"])


@pytest.mark.parametrize(
    ("form", "place"),
    [('better = "lower"\n', "outcomes[0].better"), ('id = "one"\n', "arms[0].id")],
)
def test_what_nothing_can_stand_for_is_reported_alone(form: str, place: str) -> None:
    wrong = RECORD.replace(form, "", 1).replace("events = 5", "events = 50")
    assert fields(wrong) == [place]


def test_what_was_salvaged_stays_out_of_the_base(tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "base.toml").write_bytes((shipped_base() / "base.toml").read_bytes())
    (tmp_path / "studies" / "able2000.toml").write_text(RECORD.replace("year", "yearr"))
    reading = read(tmp_path)
    assert reading.base is not None
    assert reading.base.studies == ()
