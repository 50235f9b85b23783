"""Our own RoB 2 assessments from the study's file to its page and to the page of the use."""

from __future__ import annotations

from pathlib import Path

from html_reading import Html, read_html
from humming import build_at, write_base

from probatum.evidence.base import read

JUDGED = """
[[rob2]]
by = "editor"
date = "2026-01"

[rob2.answers]
"1.1" = { answer = "Y", rationale = "Cards were shuffled.", where = "page 3" }
"1.2" = { answer = "PY" }
"1.3" = { answer = "N" }
"2.1" = { answer = "Y" }
"2.2" = { answer = "Y" }
"2.3" = { answer = "PN" }
"2.6" = { answer = "Y" }
"3.1" = { answer = "Y" }
"4.1" = { answer = "N" }
"4.2" = { answer = "N" }
"4.3" = { answer = "Y" }
"4.4" = { answer = "Y" }
"4.5" = { answer = "PN" }
"5.1" = { answer = "NI" }
"5.2" = { answer = "N" }

[rob2.overrides.4]
judgement = "high"
reason = "Hummers rated their own <b>knees</b>."
by = "editor"
"""


def built(tmp_path: Path) -> tuple[Path, dict[str, Html]]:
    root = write_base(tmp_path / "base")
    path = root / "studies" / "hum2012.toml"
    path.write_text(path.read_text(encoding="utf-8") + JUDGED, encoding="utf-8")
    out = build_at(root, tmp_path / "site").out
    wanted = ("studies/hum2012/index.html", "professional/uses/knee-pain/index.html")
    return root, {name: read_html(out / name) for name in wanted}


def test_answers_judgements_and_a_persons_word_stand_side_by_side(tmp_path: Path) -> None:
    root, pages = built(tmp_path)
    record = " ".join(pages["studies/hum2012/index.html"].words.split())
    for expected in (
        "effect of assignment, all outcomes: by editor, 2026-01",
        "1.1 random sequence: yes. Cards were shuffled. page 3",
        "Not answered, and counted as no information: 5.3.",
        "A person judges: − high, by editor. Hummers rated their own <b>knees</b>.",
        "● 4.5",
    ):
        assert expected in record, expected
    use = " ".join(pages["professional/uses/knee-pain/index.html"].words.split())
    assert "Overruled by a person, measurement: high by editor, computed some concerns." in use
    assert "1 of 5 studies have a judgement" in use
    warnings = [p for p in read(root).problems if "not answered" in p.message]
    assert [warning.message for warning in warnings] == ["not answered: 5.3"]
