"""The importer loses nothing, joins what is one, and leaves alone what a person has edited."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli
from samples import base_toml

from probatum.evidence.base import read, shipped_base
from shared_data import ROOT, shared_file

Json = dict[str, Any]
TITLE = "Invented needling for back pain in adults: a randomised trial"


def trial(ident: str, **fields: Any) -> Json:  # noqa: ANN401  # any JSON
    """Return a small trial of two arms."""
    outcome = {
        "domain": "pain-intensity", "measure": "VAS", "scale": [0, 10], "better": "lower",
        "weeks": 4, "compare": ["dn", "sh"], "direction": "favours-first",
    }  # fmt: skip
    arms = [
        {"id": "dn", "label": "needling", "kind": "therapy"},
        {"id": "sh", "label": "sham", "kind": "sham"},
    ]
    return {
        "id": ident, "title": TITLE, "year": 2020, "authors": ["Roe J"], "status": "published",
        "design": "parallel", "conditions": ["back-pain"], "arms": arms, "outcomes": [outcome],
        "sources": [{"kind": "abstract", "url": f"https://example.org/{ident}"}], **fields,
    }  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, Path], Any]:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    found: Callable[[Path, Path], Any] = importlib.import_module("import_evidence").run
    return found


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """Return an empty folder of sources and an empty base."""
    source, base = tmp_path / "source", tmp_path / "base"
    source.mkdir()
    (base / "import").mkdir(parents=True)
    (base / "base.toml").write_text(base_toml(), encoding="utf-8")
    rules = '[scope]\ntherapy_kinds = ["therapy"]\nno_therapy = "no arm had the therapy"\n'
    (base / "import/rules.toml").write_text(rules, encoding="utf-8")
    return source, base


def write(source: Path, name: str, *records: Json | str) -> None:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    (source / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def files(base: Path) -> dict[str, bytes]:
    """Return every file of the base with its bytes."""
    found = sorted(path for path in base.rglob("*") if path.is_file())
    return {str(path.relative_to(base)): path.read_bytes() for path in found}


def study(base: Path, name: str) -> Json:
    return tomli.loads((base / f"studies/{name}.toml").read_text(encoding="utf-8"))


def names(base: Path) -> list[str]:
    return sorted(path.stem for path in (base / "studies").glob("*.toml"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"doi": "10.1234/ABC"}, {"doi": "https://doi.org/10.1234/abc", "title": "Another title"}),
        ({"pmid": "123"}, {"pmid": "PMID: 123", "title": "Another title"}),
        ({"pmcid": "PMC123"}, {"pmcid": "123", "title": "Another title"}),
        ({}, {"title": TITLE.upper().replace(":", " –")}),
        ({}, {"authors": []}),
    ],
    ids=["doi", "pmid", "pmcid", "title", "title without authors"],
)
def test_one_report_in_two_files_is_one_record(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path], first: Json, second: Json
) -> None:
    source, base = places
    richer = trial("roe2020", n_randomised=40, volume="7", **first)
    write(source, "trials-a.jsonl", richer)
    write(source, "trials-b.jsonl", trial("roe2020x", n_randomised=42, country="Chile", **second))
    run(source, base)
    assert len(names(base)) == 1
    merged = study(base, names(base)[0])
    assert (merged["n_randomised"], merged["country"], merged["volume"]) == (40, "Chile", "7")
    assert len(merged["sources"]) == 2
    assert len(merged["outcomes"]) == 1
    report = (base / "import/report.md").read_text(encoding="utf-8")
    assert "`n_randomised`: 40 kept, trials-b.jsonl#roe2020x has 42" in report
    assert read(base).errors == ()


@pytest.mark.parametrize(
    "second",
    [
        {"authors": ["Poe E"]},
        {"year": 2021},
        {"title": "Invented needling for neck pain in adults: a randomised trial"},
    ],
    ids=["author", "year", "title"],
)
def test_two_reports_stay_two_also_under_one_id(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path], second: Json
) -> None:
    source, base = places
    write(source, "trials-a.jsonl", trial("roe2020"))
    write(source, "trials-b.jsonl", trial("roe2020", **second))
    account = run(source, base)
    assert names(base) == ["roe2020", "roe2020b"]
    assert not account.refused


def test_outcomes_of_both_records_stand_once_each(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    write(source, "trials-a.jsonl", trial("roe2020", doi="10.1234/abc"))
    other = trial("roe2020", doi="10.1234/abc")
    for arm in other["arms"]:
        arm["id"] = arm["id"].upper() + " group"
    late = {**other["outcomes"][0], "weeks": 26, "direction": "no-difference"}
    other["outcomes"] = [
        {**outcome, "compare": ["DN group", "SH group"]} for outcome in (*other["outcomes"], late)
    ]
    write(source, "trials-b.jsonl", other)
    run(source, base)
    outcomes = study(base, "roe2020")["outcomes"]
    compared = {tuple(outcome["compare"]) for outcome in outcomes}
    ids = {arm["id"] for arm in study(base, "roe2020")["arms"]}
    assert sorted(outcome["weeks"] for outcome in outcomes) == [4, 26]
    assert len(compared) == 1
    assert set(*compared) <= ids


def test_one_printed_difference_in_two_records_is_one_outcome(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    difference = {"measure": "MD", "estimate": -3.01, "ci": [-4.2, -1.83]}
    first, second = trial("roe2020", doi="10.1234/a"), trial("roe2020", doi="10.1234/a")
    first["outcomes"][0] |= {"measure": "Numeric Rating Scale, adjusted", "difference": difference}
    sizes = [{"arm": "dn", "n": 33}, {"arm": "sh", "n": 19}]
    second["outcomes"][0] |= {"measure": "NRS", "difference": difference, "arms": sizes}
    other = {**second["outcomes"][0], "weeks": 8, "difference": {**difference, "estimate": -2.9}}
    second["outcomes"].append(other)
    write(source, "trials-a.jsonl", first)
    write(source, "trials-b.jsonl", second)
    account = run(source, base)
    assert not account.refused
    outcomes = study(base, "roe2020")["outcomes"]
    assert [row["weeks"] for row in outcomes] == [4, 8]
    assert outcomes[0]["arms"] == sizes


def test_words_are_brought_into_form_and_said(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    odd = trial("Roe 2020", doi="doi:10.1234/abc", n_randomised=40.0, retraction="10.1234/ret")
    odd["arms"][0] |= {"id": "Dry Needle", "muscles": "trapezius, levator (upper, lower)"}
    odd["outcomes"][0] |= {
        "compare": ["Dry Needle", "sh"],
        "p": "≤0.01 for non-inferiority",
        "difference": {"measure": "MD", "estimate": -1, "ci": [0.2, -2.2], "level": 95},
    }
    odd["sources"][0]["kind"] = "web page"
    odd["status"] = "retracted"
    write(source, "trials-a.jsonl", odd)
    run(source, base)
    record = study(base, "roe-2020")
    outcome = record["outcomes"][0]
    assert record["doi"] == "10.1234/abc"
    assert record["n_randomised"] == 40
    assert record["arms"][0]["muscles"] == ["trapezius", "levator (upper, lower)"]
    assert outcome["compare"] == ["dry-needle", "sh"]
    assert (outcome["p"], outcome["p_note"]) == ("<=0.01", "for non-inferiority")
    assert (outcome["difference"]["ci"], outcome["difference"]["level"]) == ([-2.2, 0.2], 0.95)
    assert record["sources"][0]["kind"] == "citation"
    assert record["notices"] == [{"kind": "retraction", "id": "10.1234/ret"}]
    report = (base / "import/report.md").read_text(encoding="utf-8")
    for said in ("id `Roe 2020` written `roe-2020`", "muscles split", "level 95 written 0.95"):
        assert said in report
    assert read(base).problems == ()


def test_nothing_is_lost(run: Callable[[Path, Path], Any], places: tuple[Path, Path]) -> None:
    source, base = places
    bad = trial("bad2020", title="A trial in which more people had the event than there were")
    bad["outcomes"][0]["arms"] = [{"arm": "dn", "n": 4, "events": 5}]
    elsewhere = trial("shock2020", title="A trial of shock waves alone, without the therapy at all")
    elsewhere["arms"][0]["kind"] = "usual-care"
    write(
        source,
        "trials-a.jsonl",
        trial("roe2020"),
        trial("roe2020"),
        bad,
        elsewhere,
        "{not json",
        "[1]",
    )
    write(source, "notes-x.jsonl", {"id": "a", "title": "no kind of record"})
    account = run(source, base)
    assert names(base) == ["roe2020", "shock2020"]
    assert study(base, "shock2020")["out_of_scope"] == "no arm had the therapy"
    refused = (base / "import/refused.jsonl").read_text(encoding="utf-8").splitlines()
    reasons = [json.loads(line)["reason"] for line in refused]
    assert len(reasons) == 4
    assert any("5 people with the event of 4" in reason for reason in reasons)
    assert any("is no JSON" in reason for reason in reasons)
    kept = [raw.key for record in account.finished for raw in record.raws]
    accounted = [*(key for key in kept if key not in account.refused), *account.refused]
    assert sorted(accounted) == sorted(raw.key for raw in account.raws)
    total = (base / "import/report.md").read_text(encoding="utf-8").split("\n| all |")[1]
    counts = [int(cell) for cell in total.split("\n")[0].strip(" |").split(" | ")]
    records, imported, merged, by_hand, left_out = counts[:5]
    assert (records, imported, merged, by_hand, left_out) == (7, 2, 1, 0, 4)


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"arms": "needling"}, "`needling` does not fit `arms`"),
        ({"outcomes": ["pain"]}, "`pain` does not fit `outcomes`"),
        ({"outcomes": [{"domain": "pain-intensity"}]}, "`measure` is missing"),
        ({"title": 5}, "`5` does not fit `title`"),
        ({"sources": ["abstract"]}, "`abstract` does not fit `sources`"),
        ({"shared": 5}, "`5` does not fit `shared`"),
    ],
)
def test_a_record_out_of_form_is_refused_and_spoils_no_other(
    run: Callable[[Path, Path], Any],
    places: tuple[Path, Path],
    spoilt: dict[str, Any],
    reason: str,
) -> None:
    source, base = places
    write(source, "trials-a.jsonl", trial("roe2020", doi="10.1234/a"))
    write(source, "trials-b.jsonl", trial("roe2020", doi="10.1234/a", **spoilt))
    account = run(source, base)
    assert names(base) == ["roe2020"]
    assert list(account.refused) == ["trials-b.jsonl#roe2020"]
    assert reason in account.refused["trials-b.jsonl#roe2020"]


def test_lines_are_those_of_json_lines(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    whole = json.dumps(trial("roe2020", note="one\u2028two\x85three"), ensure_ascii=False)
    raw = f"\ufeff{whole}\r\n{{broken\n".encode() + b"\xff\xfe\n"
    (source / "trials-a.jsonl").write_bytes(raw)
    run(source, base)
    assert study(base, "roe2020")["note"] == "one two three"
    text = (base / "import/refused.jsonl").read_text(encoding="utf-8")
    kept = [json.loads(line)["record"] for line in text.splitlines()]
    assert kept == ["{broken", "\ufffd\ufffd"]


def test_a_second_run_changes_nothing(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    write(source, "trials-a.jsonl", trial("roe2020"), trial("poe2020", title=f"{TITLE}, again"))
    run(source, base)
    before = files(base)
    times = {path: path.stat().st_mtime_ns for path in (base / "studies").iterdir()}
    run(source, base)
    assert files(base) == before
    assert {path: path.stat().st_mtime_ns for path in (base / "studies").iterdir()} == times


def test_new_records_are_added_and_old_ids_stay(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    write(source, "trials-m.jsonl", trial("roe2020"))
    run(source, base)
    before = files(base)["studies/roe2020.toml"]
    write(source, "trials-a.jsonl", trial("roe2020", title="Another trial that sorts before it"))
    run(source, base)
    assert names(base) == ["roe2020", "roe2020b"]
    assert files(base)["studies/roe2020.toml"] == before


def test_what_a_person_edited_moved_or_removed_is_left_alone(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    titles = [f"{TITLE}, number {name}" for name in ("one", "two", "three")]
    write(source, "trials-a.jsonl", *(trial(f"roe20{i}0", title=t) for i, t in enumerate(titles)))
    run(source, base)
    edited = base / "studies/roe2000.toml"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n# seen\n", encoding="utf-8")
    (base / "studies/roe2010.toml").unlink()
    moved = (base / "studies/roe2020.toml").read_text(encoding="utf-8")
    (base / "studies/roe2020.toml").unlink()
    moved = moved.replace('id = "roe2020"', 'id = "better2020"')
    (base / "studies/better2020.toml").write_text(moved, encoding="utf-8")
    before = files(base)
    write(
        source,
        "trials-a.jsonl",
        *(trial(f"roe20{i}0", title=t, volume="9") for i, t in enumerate(titles)),
    )
    account = run(source, base)
    after = files(base)
    assert {f for f in before if f.startswith("studies/") and before[f] != after[f]} == set()
    assert names(base) == ["better2020", "roe2000"]
    assert account.edited == ["studies/roe2000.toml", "studies/roe2010.toml"]
    assert list(account.by_hand.values()) == ["studies/better2020.toml"]


def test_a_file_made_by_hand_stands_for_the_source_record(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    (base / "studies").mkdir()
    write(source, "trials-a.jsonl", trial("roe2020", doi="10.1234/abc"))
    by_hand = 'id = "own2020"\ntitle = "Own words"\ndoi = "10.1234/ABC"\n'
    (base / "studies/own2020.toml").write_text(by_hand, encoding="utf-8")
    account = run(source, base)
    assert names(base) == ["own2020"]
    assert account.by_hand == {"trials-a.jsonl#roe2020": "studies/own2020.toml"}


def test_a_file_made_by_hand_that_is_no_toml_keeps_its_place(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    (base / "studies").mkdir()
    (base / "studies/roe2020.toml").write_bytes(b'id = "roe2020\n\xff')
    write(source, "trials-a.jsonl", trial("roe2020"))
    account = run(source, base)
    assert account.by_hand == {"trials-a.jsonl#roe2020": "studies/roe2020.toml"}
    assert files(base)["studies/roe2020.toml"] == b'id = "roe2020\n\xff'


def test_another_study_under_the_id_of_a_file_made_by_hand_is_not_lost(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    for folder, title in (("studies", TITLE.replace("back", "neck")), ("reviews", TITLE)):
        (base / folder).mkdir()
        ident = {"studies": "roe2020", "reviews": "sue2021"}[folder]
        by_hand = f'id = "{ident}"\ntitle = "{title}"\nyear = 2020\n'
        (base / f"{folder}/{ident}.toml").write_text(by_hand, encoding="utf-8")
    other = trial("sue2021", title="A second invented trial of needling in adults")
    write(source, "trials-a.jsonl", trial("roe2020"), other)
    account = run(source, base)
    # one id is that of another study, one that of a review which has the first study's title
    assert names(base) == ["roe2020", "roe2020b", "sue2021-trials"]
    assert not account.by_hand
    before = files(base)
    run(source, base)
    assert files(base) == before


def test_records_found_to_be_one_later_are_joined_unless_edited(
    run: Callable[[Path, Path], Any], places: tuple[Path, Path]
) -> None:
    source, base = places
    titles = [f"{TITLE}, number {name}" for name in ("one", "two", "three", "four")]
    write(source, "trials-a.jsonl", *(trial(f"roe202{i}", title=t) for i, t in enumerate(titles)))
    run(source, base)
    edited = base / "studies/roe2023.toml"
    edited.write_text(edited.read_text(encoding="utf-8") + "# seen\n", encoding="utf-8")
    rules = base / "import/rules.toml"
    same = "".join(
        f'[[same]]\nkeys = ["trials-a.jsonl#roe202{a}", "trials-a.jsonl#roe202{b}"]\n'
        for a, b in ((0, 1), (2, 3))
    )
    rules.write_text(rules.read_text(encoding="utf-8") + same, encoding="utf-8")
    account = run(source, base)
    assert names(base) == ["roe2020", "roe2022", "roe2023"]
    assert account.left_over == ["studies/roe2023.toml"]
    assert len(study(base, "roe2020")["sources"]) == 2
    before = files(base)
    run(source, base)
    assert files(base) == before


@pytest.fixture
def shipped_copy(tmp_path: Path) -> Path:
    """Return a copy of the shipped base's configuration and import notes, and its records."""
    copy = tmp_path / "copy"
    for file, raw in files(shipped_base()).items():
        path = copy / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return copy


def test_the_shipped_base_is_what_the_shared_records_make(
    run: Callable[[Path, Path], Any], shipped_copy: Path
) -> None:
    source = shared_file("evidence/FORMAT.md").parent
    before = files(shipped_copy)
    account = run(source, shipped_copy)
    after = files(shipped_copy)
    changed = {file for file in before | after if before.get(file) != after.get(file)}
    known = json.loads(before["import/ledger.json"])["targets"]
    if all(raw.key in known for raw in account.raws):  # else there are new records to import
        assert changed <= ({"import/report.md"} if account.edited else set())
    placed = {raw.key for record in account.finished for raw in record.raws}
    assert placed | set(account.refused) == {raw.key for raw in account.raws}
    assert len(account.raws) >= 553
