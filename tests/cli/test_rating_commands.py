"""The commands on ratings, run as a user runs them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from probatum.cli import main
from probatum.cli.explain import MOST_SETS, _list_changes
from probatum.evidence.base import read, shipped_base
from probatum.rating.model import Flip, Rating
from probatum.rating.policy import policy_names

KEYS = {
    "use",
    "rating",
    "certainty",
    "strength",
    "direction",
    "k",
    "n",
    "because",
    "would_change",
    "published",
    "stability",
    "flips",
}


def run(*arguments: str, width: int = 120) -> Result:
    return CliRunner().invoke(main, arguments, env={"COLUMNS": str(width)})


@pytest.mark.parametrize("policy", policy_names())
def test_rate_prints_one_object_a_use(policy: str, history: Path) -> None:
    base = str(shipped_base() if policy == "probatum" else history)
    result = run("rate", "--json", "--policy", policy, "--base", base)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert len(rows) == len({row["use"] for row in rows})
    for row in rows:
        assert row.keys() >= KEYS
        assert row["because"], row["use"]
        assert row["strength"] is None or row["direction"] != "unclear"
        assert row["stability"] is None or 0 <= row["stability"] <= 1
        assert len(row["flips"]) == len(row["would_change"])
        assert all(flip["to"] != row["rating"] for flip in row["flips"])


def test_rate_prints_a_table(history: Path) -> None:
    result = run("rate", "--base", str(history))
    assert result.exit_code == 0
    assert "neck-pain" in result.stdout
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= 120


def test_an_unknown_policy_or_use_is_a_wrong_call() -> None:
    assert run("rate", "--policy", "nosuch").exit_code == 2
    wrong = run("explain", "nosuch")
    assert wrong.exit_code == 2
    assert "known:" in wrong.output


@pytest.mark.parametrize("use", ["heel-pain", "whiplash", "kidney-stones"])
def test_explain_fits_a_screen_and_leads_to_files(use: str) -> None:
    result = run("explain", use)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= 50
    for line in result.stdout.splitlines():
        if ".toml" in line:
            file = line.split("studies/")[1].split(".toml")[0]
            assert (shipped_base() / "studies" / f"{file}.toml").is_file()


def test_explain_all_shows_every_judgement() -> None:
    brief, whole = run("explain", "neck-pain"), run("explain", "neck-pain", "--all")
    assert len(whole.stdout) > len(brief.stdout)
    assert "does not decide" in whole.stdout


def test_worklist_names_files_that_exist(history: Path) -> None:
    result = run("worklist", "--base", str(history), "--json")
    tasks = json.loads(result.stdout)
    assert {task["missing"] for task in tasks} == {"risk of bias", "numbers"}
    assert all((history / task["file"]).is_file() for task in tasks)
    one = run("worklist", "--base", str(history), "--use", "scoliosis", "--limit", "1")
    assert "more (--limit, --json)" in one.stdout
    assert run("worklist", "--base", str(history), "--use", "nosuch").exit_code == 2


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True, capture_output=True)  # noqa: S603, S607  # the test's own repository


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a base in a repository of its own; its second state retracts a study."""
    root = tmp_path_factory.mktemp("history")
    base = root / "base"
    (base / "studies").mkdir(parents=True)
    config = (shipped_base() / "base.toml").read_text(encoding="utf-8")
    (base / "base.toml").write_text(config, encoding="utf-8")
    for name, side in (("first2001", "favours-first"), ("second2002", "favours-first")):
        (base / "studies" / f"{name}.toml").write_text(_study(name, side), encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    notice = '\n[[notices]]\nkind = "retraction"\nid = "10.1000/notice"\n'
    file = base / "studies" / "first2001.toml"
    file.write_text(file.read_text(encoding="utf-8") + notice, encoding="utf-8")
    return base


def _study(name: str, direction: str) -> str:
    return f"""
id = "{name}"
title = "A study called {name}"
year = {name[-4:]}
status = "published"
design = "parallel"
conditions = ["scoliosis"]
n_randomised = 120

[[arms]]
id = "dn"
label = "needling"
kind = "dry-needling"
n = 60

[[arms]]
id = "sham"
label = "sham"
kind = "sham"
n = 60

[[outcomes]]
domain = "pain-intensity"
measure = "VAS"
better = "lower"
weeks = 4
compare = ["dn", "sham"]
direction = "{direction}"

[[sources]]
kind = "abstract"
"""


def test_diff_names_the_record_that_moved_a_rating(history: Path) -> None:
    result = run("diff", "HEAD", "--base", str(history), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["records"] == [{"file": "studies/first2001.toml", "kind": "retracted"}]
    (use,) = found["uses"]
    assert use["rating"] == ["possibly effective", "insufficient evidence"]
    assert use["because"] == ["studies/first2001.toml"]
    assert any(change["place"] == "scoliosis" for change in found["sentences"])
    assert all(change["before"] != change["after"] for change in found["sentences"])
    words = run("diff", "HEAD", str(history), "--base", str(history))
    assert "possibly effective → **insufficient evidence**" in words.stdout
    assert "- said: " in words.stdout


def test_diff_of_a_state_with_itself_is_empty(history: Path) -> None:
    result = run("diff", "HEAD", "HEAD", "--base", str(history))
    assert result.exit_code == 0
    assert "Nothing changed." in result.stdout


@pytest.mark.parametrize("revision", ["nosuch", "--output=x", "HEAD:base"])
def test_diff_takes_no_other_word_for_a_revision(history: Path, revision: str) -> None:
    assert run("diff", "--base", str(history), "--", revision).exit_code == 2


def test_the_changelog_is_written_once_and_shown_by_the_site(history: Path) -> None:
    file = history / "CHANGES.md"
    file.write_text("Notes of the editors.\n\n## 2020-01-01: first\n\n- All.\n", encoding="utf-8")
    first = run("diff", "HEAD", "--base", str(history), "--changelog")
    assert first.exit_code == 0, first.output
    text = file.read_text(encoding="utf-8")
    assert "possibly effective → **insufficient evidence**, because of [@first2001]." in text
    assert "- 1 file retracted: [@first2001]." in text
    assert "CHANGES.md" not in text
    assert text.startswith("Notes of the editors.")
    assert text.index("since ") < text.index("## 2020-01-01: first")
    assert run("diff", "HEAD", "--base", str(history), "--changelog").exit_code == 0
    assert file.read_text(encoding="utf-8") == text
    same = run("diff", "HEAD", "HEAD", "--base", str(history), "--changelog")
    assert "Nothing changed" in same.stdout
    assert file.read_text(encoding="utf-8") == text
    base = read(history).base
    assert base is not None
    assert base.changes == text
    file.unlink()


def test_a_changelog_that_cannot_be_read_is_left_as_it_is(history: Path, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(history.parent, root)
    git(root, "commit", "-q", "-a", "-m", "second")
    base = root / history.name
    file = base / "CHANGES.md"
    file.write_bytes(b"caf\xe9\n")
    refused = run("diff", "HEAD~1", "HEAD", "--base", str(base), "--changelog")
    assert refused.exit_code == 1
    assert "CHANGES.md" in refused.output
    assert "UTF-8" in refused.output
    assert file.read_bytes() == b"caf\xe9\n"
    assert not list(base.glob(".CHANGES*"))


def test_check_says_where_an_override_is_no_longer_needed(history: Path) -> None:
    file = history / "overrides.toml"
    until = (date.fromisoformat(base_date(history)) + timedelta(days=90)).isoformat()
    record = (
        '[[overrides]]\nuse = "neck-pain"\nword = "{word}"\nby = "editor"\n'
        f'date = "{base_date(history)}"\nuntil = "{until}"\nreason = "Seen otherwise."\n'
    )
    for word, needless in (("insufficient evidence", True), ("likely effective", False)):
        file.write_text(record.format(word=word), encoding="utf-8")
        told = run("check", "--base", str(history)).stdout
        assert ("no longer needed" in told) == needless, told
        assert ("overrides.toml:3: warning" in told) == needless, told
    file.write_text(record.format(word="unproven"), encoding="utf-8")
    refused = run("check", "--base", str(history))
    assert refused.exit_code == 1
    assert "overrides.toml:3: error: overrides[0].word: 'unproven' is no word" in refused.stdout
    file.unlink()


def test_check_names_a_policy_that_does_not_exist(tmp_path: Path) -> None:
    run("new", str(tmp_path / "base"))
    config = tmp_path / "base/base.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[therapy]", 'policy = "nosuch"\n\n[therapy]', 1), "utf-8")
    until = base_date(tmp_path / "base")
    (tmp_path / "base/overrides.toml").write_text(
        f'[[overrides]]\nuse = "back-pain"\nword = "effective"\nby = "editor"\n'
        f'date = "{until}"\nuntil = "{until}"\nreason = "Seen."\n',
        encoding="utf-8",
    )
    refused = run("check", "--base", str(tmp_path / "base"))
    assert refused.exit_code == 1, refused.output
    assert re.search(r"base\.toml:\d+: error: policy: no policy is called `nosuch`", refused.stdout)
    assert "use one of: natmed, probatum, strength" in refused.stdout


def base_date(root: Path) -> str:
    base = read(root).base
    assert base is not None
    return base.config.date


def test_explain_counts_the_sets_that_it_does_not_name() -> None:
    sets = [f"a{i} b{i}" for i in range(MOST_SETS + 3)]
    flips = [Flip("removal", "", "effective", {"studies": names, "number": 2}) for names in sets]
    (told,) = _list_changes(cast("Rating", SimpleNamespace(would_change=flips)))
    assert told.startswith("Without any one of a0+b0, a1+b1, ")
    assert told.endswith("a9+b9 and 3 more (rate --json names them): effective.")
