"""Whatever is edited, a rebuild gives the bytes of a cold build."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from humming import build_at, built, hashes, study_text, write_base
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.evidence.base import Reading, read
from probatum.site.build import build_site
from probatum.site.output import OURS

STUDIES = ("hum2012", "hum2013", "hum2014")  # a text cites hum2011, which must stay


@dataclass(frozen=True)
class Edit:
    """One change to one study: other figures, another title, a comment, or its removal."""

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
            case "comment":
                file.write_text(f"{text}# {self.mean}\n", encoding="utf-8")
            case "scope":
                file.write_text(f'out_of_scope = "not ours"\n{text}', encoding="utf-8")
            case _:
                file.unlink(missing_ok=True)


edits = st.builds(
    Edit,
    study=st.sampled_from(STUDIES),
    kind=st.sampled_from(("figures", "title", "comment", "scope", "removal")),
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


@settings(max_examples=8)
@given(st.lists(st.lists(edits, min_size=1, max_size=3), min_size=1, max_size=3), st.booleans())
def test_rebuilds_after_any_edits_give_the_bytes_of_a_cold_build(
    rounds: list[list[Edit]],
    spoilt: bool,  # noqa: FBT001  # drawn, not passed
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base, out, cold = (Path(folder) / name for name in ("base", "site", "cold"))
        write_base(base)
        shutil.copytree(built(), out)
        if spoilt:
            for kept in (out / OURS / "cache").iterdir():
                kept.write_bytes(kept.read_bytes()[:-20])
        for reading in readings(base, rounds):
            assert reading.base is not None
            assert not reading.errors
            assert set(reading.problems) == set(read(base).problems)
            build_site(reading.base, out)
        build_at(base, cold)
        assert hashes(out) == hashes(cold)
