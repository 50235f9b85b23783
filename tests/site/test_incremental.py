"""Whatever is edited, a rebuild gives the bytes of a cold build."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from humming import STUDIES as ORIGINALS
from humming import build_at, built, hashes, study_text, write_base
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.evidence.base import Reading, read
from probatum.site.build import build_site
from probatum.site.memory import Memory
from probatum.site.output import OURS

STUDIES = ("hum2012", "hum2013", "hum2014")  # a text cites hum2011, which must stay
TEXTS = {row[0]: study_text(*row).lstrip() for row in ORIGINALS}
OVERRIDE = """
[[overrides]]
use = "knee-pain"
word = "possibly ineffective"
by = "editor"
date = "2026-01-10"
until = "2026-12-31"
reason = "The hum was heard by {people} people."
"""
KINDS = (
    "figures",
    "title",
    "authors",
    "comment",
    "scope",
    "elsewhere",
    "same people",
    "override",
    "original",
    "removal",
)


@dataclass(frozen=True)
class Edit:
    """One change to one study or beside it, its return to what it was, or its removal."""

    study: str
    kind: str
    people: int
    mean: float

    def apply(self, base: Path) -> None:
        file = base / "studies" / f"{self.study}.toml"
        text = study_text(self.study, "Humble", 2013, self.people, self.mean).lstrip()
        match self.kind:
            case "figures":
                file.write_text(text, encoding="utf-8")
            case "title":
                file.write_text(text.replace("Humming in", "A hum in"), encoding="utf-8")
            case "authors":
                file.write_text(text.replace("Humble A", "Hale B"), encoding="utf-8")
            case "elsewhere":
                file.write_text(text.replace("knee-pain", "sad-knees"), encoding="utf-8")
            case "same people":
                file.write_text(f'same_people = ["hum2011"]\n{text}', encoding="utf-8")
            case "override":
                told = OVERRIDE.format(people=self.people)
                (base / "overrides.toml").write_text(told, encoding="utf-8")
            case "original":
                file.write_text(TEXTS[self.study], encoding="utf-8")
            case "comment":
                file.write_text(f"{text}# {self.mean}\n", encoding="utf-8")
            case "scope":
                file.write_text(f'out_of_scope = "not ours"\n{text}', encoding="utf-8")
            case _:
                file.unlink(missing_ok=True)


edits = st.builds(
    Edit,
    study=st.sampled_from(STUDIES),
    kind=st.sampled_from(KINDS),
    people=st.sampled_from((20, 60, 400)),
    mean=st.sampled_from((2.5, 4.0, 5.5, 7.0)),
)


def readings(base: Path, rounds: list[list[Edit]]) -> Iterator[Reading]:
    """Yield the base after each round of edits, read by a reader that remembers."""
    reading = None
    for edited in rounds:
        for edit in edited:
            edit.apply(base)
        reading = read(base, reading)
        yield reading


@settings(max_examples=10)
@given(
    st.lists(st.lists(edits, min_size=1, max_size=3), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_rebuilds_after_any_edits_give_the_bytes_of_a_cold_build(
    rounds: list[list[Edit]],
    spoilt: bool,  # noqa: FBT001  # drawn, not passed
    serving: bool,  # noqa: FBT001  # drawn, not passed
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base, out, cold = (Path(folder) / name for name in ("base", "site", "cold"))
        write_base(base)
        shutil.copytree(built(), out)
        if spoilt:
            for kept in (out / OURS / "cache").iterdir():
                kept.write_bytes(kept.read_bytes()[:-20])
        memory = Memory() if serving else None
        for reading in readings(base, rounds):
            assert reading.base is not None
            assert not reading.errors
            assert set(reading.problems) == set(read(base).problems)
            build_site(reading.base, out, memory=memory)
        build_at(base, cold)
        assert hashes(out) == hashes(cold)


def test_a_builder_that_remembers_gives_cold_bytes_after_each_edit_and_its_return(
    tmp_path: Path,
) -> None:
    base, out, cold = (tmp_path / name for name in ("base", "site", "cold"))
    write_base(base)
    memory, first = Memory(), hashes(built())
    steps = [[Edit("hum2013", kind, 400, 7.0)] for kind in KINDS if kind != "override"]
    undone = [Edit("hum2013", "original", 0, 0.0)]
    for number, reading in enumerate(readings(base, [each for s in steps for each in (s, undone)])):
        assert reading.base is not None
        build_site(reading.base, out, memory=memory)
        if number % 2:
            assert hashes(out) == first
        else:
            shutil.rmtree(cold, ignore_errors=True)
            build_at(base, cold)
            assert hashes(out) == hashes(cold), steps[number // 2]
