"""Text that cannot be read or parsed is a problem with a place, and keeps no other file out."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import base_toml, problem, problems, sample

from probatum.errors import UnknownName
from probatum.evidence.base import Reading, default_base, read, shipped_base
from probatum.evidence.starter import start

STUDY = "studies/roe2024.toml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a base with one good record of each kind."""
    start(tmp_path, "Example therapy", "2026-01-31")
    for kind, file in (
        ("study", STUDY),
        ("review", "reviews/doe2025.toml"),
        ("safety", "safety/poe2023.toml"),
        ("mechanism", "mechanism/moe2022.toml"),
    ):
        (tmp_path / file).write_text(sample(kind), encoding="utf-8")
    return tmp_path


def one(reading: Reading) -> tuple[str, int, str, str]:
    (found,) = reading.problems
    return found.file, found.line, found.severity, found.message


def test_a_good_base_has_no_problem(root: Path) -> None:
    reading = read(root)
    assert reading.problems == ()
    base = reading.base
    assert base is not None
    assert [r.id for r in base.records.values()] == ["roe2024", "doe2025", "poe2023", "moe2022"]
    assert base.study("roe2024").file == STUDY
    assert base.review("doe2025").included == ("roe2024",)
    assert base.use("back-pain").name == "Back pain"
    assert set(base.texts) == {"overview", "conditions-of-use"}
    assert len(base.digests["base.toml"]) == 64
    for ask in (base.study, base.review, base.use):
        with pytest.raises(UnknownName, match="nobody2020"):
            ask("nobody2020")
    with pytest.raises(UnknownName, match="no study"):
        base.study("doe2025")


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"id = 'a'\n\xff = 1\n", 2, "the text is not UTF-8"),
        (b"id = 'a'\n\n\0", 3, "the text holds a NUL character"),
        (b"id = 'a'\nyear = = 1\n", 2, "not valid TOML"),
        (b"id = 'a'\nid = 'b'\n", 2, "not valid TOML"),
        (b"x = " + b"[" * 3000, 0, "not TOML"),
        (b"#" * 4_000_001, 0, "the file is too large for a record"),
    ],
    ids=["utf-8", "nul", "syntax", "twice", "deep", "huge"],
)
def test_text_that_is_no_toml(root: Path, raw: bytes, line: int, message: str) -> None:
    (root / STUDY).write_bytes(raw)
    reading = read(root)
    file, where, severity, said = one(reading)
    assert (file, severity) == (STUDY, "error")
    assert said.startswith(message)
    assert where == line or message == "not TOML"
    assert reading.base is not None
    assert reading.base.studies == ()
    assert len(reading.base.reviews) == 1


def test_a_byte_order_mark_is_no_problem(root: Path) -> None:
    (root / STUDY).write_text("\ufeff" + sample("study"), encoding="utf-8")
    assert read(root).problems == ()


def test_links_that_leave_the_base_are_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "roe2024.toml"
    outside.write_text(sample("study"), encoding="utf-8")
    (root / STUDY).unlink()
    (root / STUDY).symlink_to(outside)
    assert one(read(root))[3] == "the file is a link that leaves the base"


def test_a_changelog_that_cannot_be_read_is_a_problem(root: Path) -> None:
    (root / "CHANGES.md").write_bytes(b"## first\ncaf\xe9\n")
    (found,) = read(root).problems
    assert (found.file, found.line, found.severity) == ("CHANGES.md", 2, "error")
    (root / "CHANGES.md").write_text("## first\n\n[@gone1999] was here once\n")
    assert read(root).problems == ()


def test_what_is_not_read_is_said(root: Path) -> None:
    (root / "studies/sue2024.TOML").write_text("", encoding="utf-8")
    (root / "studies/old").mkdir()
    (root / "studies/.gitkeep").touch()
    (root / "studies/roe2024.toml~").touch()
    found = {(p.file, p.severity) for p in read(root).problems}
    assert found == {("studies/old", "warning"), ("studies/sue2024.TOML", "warning")}


def test_links_in_a_circle_and_folders_are_no_files(root: Path) -> None:
    (root / "studies/loop2020.toml").symlink_to(root / "studies/loop2020.toml")
    (root / "studies/folder2020.toml").mkdir()
    found = {(p.file, p.severity) for p in read(root).problems}
    assert found == {("studies/loop2020.toml", "error"), ("studies/folder2020.toml", "error")}


def test_without_base_toml_there_is_no_base(tmp_path: Path) -> None:
    reading = read(tmp_path)
    assert reading.base is None
    assert [(p.file, p.message) for p in reading.errors] == [("base.toml", "there is no such file")]
    assert "no folder" in read(tmp_path / "nothing").problems[0].message


def test_every_error_of_every_file_comes_at_once(root: Path) -> None:
    texts = {
        "base.toml": base_toml(("small = 1.0", "small = -1.0")),
        "safety/poe2023.toml": sample("safety", ('"minor"', '"mild"')),
        STUDY: sample("study", ("n = 42", "n = 0"), ("p = 0.005", "p = 5")),
    }
    for file, text in texts.items():
        (root / file).write_text(text, encoding="utf-8")
    found = [(p.file, texts[p.file].split("\n")[p.line - 1], p.field) for p in read(root).errors]
    assert found == [
        ("base.toml", "small = -1.0", "scales[0].thresholds.small"),
        ("safety/poe2023.toml", 'severity = "mild"', "events[0].severity"),
        (STUDY, "n = 0", "arms[0].n"),
        (STUDY, "p = 5", "outcomes[0].p"),
    ]


def test_default_base_is_the_working_directory_or_the_shipped_one(root: Path) -> None:
    assert default_base(root) == root
    assert default_base(root / "studies") == shipped_base()
    assert (shipped_base() / "base.toml").is_file()


@pytest.mark.parametrize(
    ("exchange", "field", "message", "mend"),
    [
        (
            ("country =", "contry ="),
            "contry",
            "`contry` is not a field here",
            "did you mean `country`?",
        ),
        (
            ('design = "parallel"', 'design = "paralel"'),
            "design",
            "`paralel` is not a word that `design` knows",
            "did you mean `parallel`?",
        ),
        (
            ('design = "parallel"\n', ""),
            "design",
            "`design` is missing",
            "add `design`: Design.",
        ),
        (("n = 42", "n = 0"), "arms[0].n", "`0` is out of range", "`n` must be at least 1"),
        (
            ("sd = 1.9", "sd = 0"),
            "outcomes[0].arms[0].sd",
            "`0` is out of range",
            "`sd` must be more than 0",
        ),
        (("p = 0.005", 'p = "tiny"'), "outcomes[0].p", "`tiny` does not fit `p`", "a number from"),
        (
            ("year = 2024", 'year = "2024"'),
            "year",
            '`"2024"` does not fit `year`',
            "a whole number",
        ),
        (
            (
                "funding",
                "notices = [{ kind = 'correction', id = 'x', date = 2026-01-31 }]\nfunding",
            ),
            "notices[0].date",
            "`2026-01-31` does not fit `date`",
            "text in quotation marks: a date such as",
        ),
        (("mean = 3.1", "mean = nan"), "outcomes[0].arms[0].mean", "`nan`", "a finite number"),
        (
            ('compare = ["real", "sham"]', 'compare = ["real"]'),
            "outcomes[0].compare",
            "`compare` has too few values",
            "give both values",
        ),
        (
            ("scale = [0, 10]", "scale = [0, 5, 10]"),
            "outcomes[0].scale",
            "`scale` has 3 values",
            "give at most 2",
        ),
        (
            ('authors = ["Roe J", "Doe A"]', 'authors = "Roe J"'),
            "authors",
            "`Roe J` does not fit `authors`",
            "a list in square brackets",
        ),
        (
            ('id = "roe2024"', 'id = "Roe 2024"'),
            "id",
            "`Roe 2024` does not fit `id`",
            "a small letter",
        ),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    exchange: tuple[str, str], field: str, message: str, mend: str
) -> None:
    found = problem("study", exchange)
    assert found.field == field
    assert message in found.message
    assert mend in found.mend
    assert found.severity == "error"
    line = sample("study", exchange).split("\n")[found.line - 1]
    last = field.rsplit(".", 1)[-1].split("[", maxsplit=1)[0]
    assert last in line or "missing" in message


def test_an_empty_file_lacks_what_is_required() -> None:
    whole = sample("study")
    fields = {p.field for p in problems("study", (whole, ""))}
    assert fields == {"id", "title", "sources", "status", "design", "conditions"}
