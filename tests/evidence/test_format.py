"""The format's page, its JSON Schema, and the base that `probatum new` makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tomli
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from samples import base_toml, sample

from probatum.cli import main
from probatum.cli.schema import KINDS as OFFERED
from probatum.errors import UnknownName
from probatum.evidence.base import read, shipped_base
from probatum.evidence.format_page import format_page
from probatum.evidence.schema import KINDS, json_schema
from probatum.evidence.starter import filled
from shared_data import ROOT


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.output


def test_the_page_is_what_the_models_say() -> None:
    page = (ROOT / "docs/evidence-format.md").read_text(encoding="utf-8")
    assert page == format_page(), "run: probatum schema --markdown > docs/evidence-format.md"
    assert invoke("schema", "--markdown") == (0, page)


def test_the_page_links_to_headings_that_exist() -> None:
    page = format_page()
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in page.split("\n")
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= headings


@pytest.mark.parametrize("kind", ["study", "review", "safety", "mechanism", "base", "overrides"])
def test_json_schema_agrees_with_the_reader(kind: str) -> None:
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    text = base_toml() if kind == "base" else sample(kind)
    good = tomli.loads(text)
    assert list(validator.iter_errors(good)) == []
    assert list(Draft202012Validator(json_schema()).iter_errors(good)) == []
    first = next(iter(good))
    assert list(validator.iter_errors({**good, "colour": "red"}))
    assert list(validator.iter_errors({**good, first: None}))


def test_shipped_records_fit_the_schema() -> None:
    for kind, folder in (("study", "studies"), ("safety", "safety")):
        validator = Draft202012Validator(json_schema(kind))
        for path in sorted((shipped_base() / folder).glob("*.toml"))[::20]:
            errors = list(validator.iter_errors(tomli.loads(path.read_text(encoding="utf-8"))))
            assert errors == [], path.name


def test_schema_command() -> None:
    assert tuple(KINDS) == OFFERED
    code, out = invoke("schema", "--kind", "study")
    assert code == 0
    assert json.loads(out) == json_schema("study")
    assert json.loads(invoke("schema")[1]) == json_schema()
    assert invoke("schema", "--kind", "trial")[0] == 2
    with pytest.raises(UnknownName, match="trial"):
        json_schema("trial")


@pytest.mark.parametrize("title", ["Humming therapy", 'Éa "quoted" \\ {DATE} title', "針"])
def test_new_makes_a_base_that_works(tmp_path: Path, title: str) -> None:
    folder = tmp_path / "made" / "base"
    code, out = invoke("new", str(folder), "--title", title)
    assert code == 0, out
    reading = read(folder)
    assert reading.problems == ()
    assert reading.base is not None
    assert reading.base.config.title == title
    code, out = invoke("build", "--base", str(folder), "--out", str(tmp_path / "site"))
    assert code == 0, out
    assert (tmp_path / "site/uses/back-pain/index.html").is_file()


def test_new_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, out = invoke("new", str(tmp_path))
    assert code == 1
    assert "not empty" in out
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert invoke("new", str(tmp_path / "thesis.txt"))[0] == 1
    assert invoke("new", str(tmp_path / "other"), "--title", " ")[0] == 2


def test_check_command(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    invoke("new", str(folder))
    assert invoke("check", "--base", str(folder)) == (0, f"{folder}: no errors, no warnings\n")
    study = folder / "studies/roe2024.toml"
    study.write_text(sample("study", ("year = 2024", "year = 2050")), encoding="utf-8")
    code, out = invoke("check", "--base", str(folder))
    assert code == 0
    assert "studies/roe2024.toml:6: warning: year: 2050 is later" in out
    assert out.endswith("no errors, 1 warning\n")
    study.write_text(sample("study", ("year = 2024", "year = 1066")), encoding="utf-8")
    code, out = invoke("check", "--base", str(folder), "--json")
    assert code == 1
    assert json.loads(out) == [
        {
            "file": "studies/roe2024.toml",
            "line": 6,
            "field": "year",
            "severity": "error",
            "message": "`1066` is out of range",
            "mend": "`year` must be at least 1900",
        }
    ]
    assert invoke("check", "--base", str(tmp_path / "nowhere"))[0] == 1
    code, out = invoke("check", "--json")
    assert code == 0
    assert {p["severity"] for p in json.loads(out)} <= {"warning"}


def test_check_knows_the_rating_policies(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    invoke("new", str(folder))
    overrides = filled("examples/overrides.toml", "Example therapy", "2026-01-31")
    written = overrides.replace("[[overrides]]", '[[overrides]]\npolicy = "nosuch"')
    (folder / "overrides.toml").write_text(written.replace("2026-07-31", "2090-07-31"))
    code, out = invoke("check", "--base", str(folder))
    assert code == 1
    assert "overrides.toml:4: error: overrides[0].policy: no policy is called" in out
    text = (folder / "base.toml").read_text(encoding="utf-8")
    (folder / "base.toml").write_text(f'policy = "natmd"\n{text}', encoding="utf-8")
    code, out = invoke("check", "--base", str(folder))
    assert code == 1
    assert "base.toml:1: error: policy: no policy is called `natmd`" in out
    assert "did you mean `natmed`?" in out
