"""What only the whole base can answer: doubles, citations, overrides, and base.toml itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import DATE, base_toml, sample

from probatum.errors import Problem
from probatum.evidence.base import read, shipped_base
from probatum.evidence.checks_base import plain
from probatum.evidence.starter import filled, start

Exchange = tuple[str, str]
BASELINE = '[[baseline]]\nuse = "x"\ndomain = "disability"\nvalue = 1\nsource = "s"\n'
OVERRIDE = filled("examples/overrides.toml", "Example therapy", DATE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    start(tmp_path, "Example therapy", DATE)
    (tmp_path / "studies/roe2024.toml").write_text(sample("study"), encoding="utf-8")
    return tmp_path


def problem(root: Path) -> Problem:
    found = read(root).problems
    assert len(found) == 1, "\n".join(map(str, found)) or "nothing was found"
    return found[0]


@pytest.mark.parametrize(
    ("mark", "other", "field"),
    [
        ('doi = "10.1234/ABC"', 'doi = "10.1234/abc"', "doi"),
        ('pmid = "12345"', 'pmid = "12345"', "pmid"),
        ('pmcid = "PMC12345"', 'pmcid = "PMC12345"', "pmcid"),
        ("", "", "title"),
    ],
)
def test_one_study_does_not_count_twice(root: Path, mark: str, other: str, field: str) -> None:
    title = "An invented trial of the therapy against sham in back pain"
    second = title if field == "title" else "Another title that is long enough to be compared"
    shared = [('registrations = ["NCT00000000"]\n', "")]
    one = sample("study", *shared, ("year = 2024", f"year = 2024\n{mark}"))
    two = sample(
        "study",
        *shared,
        ('id = "roe2024"', 'id = "sue2024"'),
        ("year = 2024", f"year = 2024\n{other}"),
        (title, second.replace("-", "–").upper()),
    )
    (root / "studies/roe2024.toml").write_text(one, encoding="utf-8")
    (root / "studies/sue2024.toml").write_text(two, encoding="utf-8")
    found = problem(root)
    assert (found.file, found.field, found.severity) == ("studies/sue2024.toml", field, "error")
    assert "studies/roe2024.toml" in found.message
    base = read(root).base
    assert base is not None
    assert [study.id for study in base.studies] == ["roe2024"]


def test_one_title_under_two_dois_is_a_question(root: Path) -> None:
    for name, doi in (("roe2024", "10.1234/a"), ("sue2024", "10.1234/b")):
        text = sample(
            "study",
            ('registrations = ["NCT00000000"]', f'doi = "{doi}"'),
            ('id = "roe2024"', f'id = "{name}"'),
        )
        (root / f"studies/{name}.toml").write_text(text, encoding="utf-8")
    assert (problem(root).field, problem(root).severity) == ("title", "warning")


def test_one_title_in_two_years_is_a_question(root: Path) -> None:
    shared = ('registrations = ["NCT00000000"]\n', "")
    later = [shared, ('id = "roe2024"', 'id = "roe2025"'), ("year = 2024", "year = 2025")]
    (root / "studies/roe2024.toml").write_text(sample("study", shared), encoding="utf-8")
    (root / "studies/roe2025.toml").write_text(sample("study", *later), encoding="utf-8")
    found = problem(root)
    assert (found.file, found.field, found.severity) == ("studies/roe2025.toml", "title", "warning")
    linked = sample("study", *later, ("population =", 'same_people = ["roe2024"]\npopulation ='))
    (root / "studies/roe2025.toml").write_text(linked, encoding="utf-8")
    assert {p.field for p in read(root).problems} <= {"year"}


def test_two_records_of_one_id(root: Path) -> None:
    text = sample("review", ('id = "doe2025"', 'id = "roe2024"'))
    (root / "reviews/roe2024.toml").write_text(text, encoding="utf-8")
    found = [p for p in read(root).problems if p.field == "id"]
    assert [p.message for p in found] == ["`roe2024` is also the id of studies/roe2024.toml"]


def test_two_studies_of_one_registration_are_a_question(root: Path) -> None:
    text = sample(
        "study",
        ('id = "roe2024"', 'id = "sue2024"'),
        ("An invented trial", "A second invented trial"),
    )
    (root / "studies/sue2024.toml").write_text(text, encoding="utf-8")
    found = problem(root)
    assert (found.field, found.severity) == ("registrations[0]", "warning")


def test_citations_of_missing_records(root: Path) -> None:
    text = "One line.\nIt helps [@roe2024; @reo2024], they say.\n"
    (root / "text/overview.md").write_text(text, encoding="utf-8")
    found = problem(root)
    assert (found.file, found.line, found.severity) == ("text/overview.md", 2, "error")
    assert "[@reo2024]" in found.message
    assert found.mend == "did you mean `roe2024`?"


def test_what_is_kept_out_is_not_said_to_be_missing(root: Path) -> None:
    study = sample("study", ("year = 2024", "year = 1066"))
    (root / "studies/roe2024.toml").write_text(study, encoding="utf-8")
    other = sample("study", ('"roe2024"', '"poe2021"'), ("An invented", "A wholly other"))
    other = other.replace("n_randomised", 'same_people = ["roe2024"]\nn_randomised')
    (root / "studies/poe2021.toml").write_text(other, encoding="utf-8")
    (root / "text/overview.md").write_text("As one found [@roe2024].\n", encoding="utf-8")
    told = {(p.file, p.severity): p for p in read(root).problems}
    assert told["studies/roe2024.toml", "error"].field == "year"
    assert told["studies/poe2021.toml", "warning"].mend == "mend studies/roe2024.toml"
    assert "kept out by its errors" in told["text/overview.md", "error"].message
    assert told["text/overview.md", "error"].mend == "mend studies/roe2024.toml"


@pytest.mark.parametrize(
    ("exchanges", "field", "severity", "message"),
    [
        ([('use = "back-pain"', 'use = "backpain"')], "overrides[0].use", "error", "is no use"),
        ([("2026-07-31", "2026-01-01")], "overrides[0].until", "error", "before it begins"),
        ([("2026-07-31", "2026-01-30")], "overrides[0].until", "warning", "ran out"),
        ([("2026-07-31", "next year")], "overrides[0].until", "error", "does not fit"),
        ([("2026-07-31", "2026-06-31")], "overrides[0].until", "error", "does not fit"),
    ],
)
def test_overrides(
    root: Path, exchanges: list[Exchange], field: str, severity: str, message: str
) -> None:
    text = OVERRIDE
    for old, new in exchanges:
        assert old in text
        text = text.replace(old, new)
    (root / "overrides.toml").write_text(text, encoding="utf-8")
    found = problem(root)
    assert (found.file, found.field, found.severity) == ("overrides.toml", field, severity)
    assert message in found.message
    base = read(root).base
    assert base is not None
    assert len(base.overrides) == (severity == "warning")


def test_a_use_is_overridden_once(root: Path) -> None:
    (root / "overrides.toml").write_text(OVERRIDE + OVERRIDE, encoding="utf-8")
    assert {p.message for p in read(root).problems} == {"`back-pain` is overridden 2 times"}


@pytest.mark.parametrize(
    ("exchange", "field", "message"),
    [
        (
            ('critical = ["pain-intensity", "disability"]', 'critical = ["pain", "disability"]'),
            "uses[0].critical[0]",
            "`pain` is not declared under `domains`",
        ),
        (('slug = "sham"', 'slug = "therapy"'), "arm_kinds[1].slug", "`therapy` is declared twice"),
        (('"2026-01-31"', '"2026-01-32"'), "date", "`2026-01-32` does not fit `date`"),
        (('class = "therapy"', 'class = "active"'), "arm_kinds", "no kind of arm is the therapy"),
        (("[smd]", "[contrast]\ncorrelation = '0.5'\n\n[smd]"), "contrast.correlation", '`"0.5"`'),
        (("high = 10", "high = 0"), "scales[0].low", "a scale cannot run from 0 to 0"),
        (("small = 1.0", "small = 11.0"), "scales[0].thresholds.small", "the whole scale"),
        (("moderate = 2.0", "moderate = 0.5"), "scales[0].thresholds.small", "sizes that matter"),
        (("moderate = 0.8", "moderate = 0.5"), "smd.small", "sizes that matter must rise"),
        (
            ("[smd]", "[contrast]\nimmediate_weeks = 13\n\n[smd]"),
            "contrast.immediate_weeks",
            "`immediate` reaches further than `short`",
        ),
        (
            ("[smd]", BASELINE + "\n[smd]"),
            "baseline[0].use",
            "`x` is not declared under `uses`",
        ),
        (
            ("[smd]", BASELINE.replace("= 1", "= 30") + "\n[smd]"),
            "baseline[0].value",
            "30 is not between 0 and 1",
        ),
    ],
)  # fmt: skip
def test_base_toml_against_itself(root: Path, exchange: Exchange, field: str, message: str) -> None:
    text = base_toml(exchange)
    (root / "base.toml").write_text(text, encoding="utf-8")
    reading = read(root)
    assert reading.base is None
    assert field in {p.field for p in reading.errors}, list(map(str, reading.problems))
    first = next(p for p in reading.errors if p.field == field)
    assert message in first.message
    assert 0 < first.line <= text.count("\n")


@pytest.mark.parametrize(
    "exchange",
    [
        ('title = "Example', 'colour = "red"\ntitle = "Example'),
        ('title = "Example therapy"\n', ""),
        ('critical = ["pain-intensity", "disability"]', 'critical = ["pain"]'),
    ],
)
def test_faults_of_base_toml_hide_none_of_the_records(root: Path, exchange: Exchange) -> None:
    (root / "base.toml").write_text(base_toml(exchange), encoding="utf-8")
    study = sample("study", ('["real", "sham"]', '["real", "shame"]'))
    (root / "studies/roe2024.toml").write_text(study, encoding="utf-8")
    reading = read(root)
    assert reading.base is None
    found = {(p.file, p.field) for p in reading.errors}
    assert ("studies/roe2024.toml", "outcomes[0].compare[1]") in found
    assert len(found) == 2


def test_titles_are_compared_without_marks_and_accents() -> None:
    assert plain("Dry–needling: a Pilot (Étude)") == plain("dry needling  a pilot etude")


def test_the_shipped_base_has_no_errors() -> None:
    reading = read(shipped_base())
    assert reading.errors == ()
    assert reading.base is not None
    assert len(reading.base.studies) > 200


def test_a_text_that_no_page_shows_is_named(root: Path) -> None:
    (root / "text/definitions.md").write_text("Words.\n", encoding="utf-8")
    found = problem(root)
    assert (found.file, found.severity) == ("text/definitions.md", "warning")
    assert found.mend == "did you mean `definition`?"


def test_the_changelog_is_read_like_every_other_text(root: Path, tmp_path: Path) -> None:
    file = root / "CHANGES.md"
    file.write_bytes(b"caf\xe9")
    assert problem(root).message == "the text is not UTF-8"
    outside = tmp_path.parent / "outside.md"
    outside.write_text("secret", encoding="utf-8")
    file.unlink()
    file.symlink_to(outside)
    assert "leaves the base" in problem(root).message
    file.unlink()
    file.write_text("# Now\n", encoding="utf-8")
    base = read(root).base
    assert base is not None
    assert base.changes == "# Now\n"
    assert "CHANGES" not in base.texts


def test_a_slug_names_a_folder_and_is_no_longer_than_one_may_be(root: Path) -> None:
    text = base_toml().replace('"back-pain"', f'"{"a" * 300}"')
    (root / "base.toml").write_text(text, encoding="utf-8")
    found = next(p for p in read(root).problems if p.field == "uses[0].slug")
    assert found.mend == "write at most 80 characters"
