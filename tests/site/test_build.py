"""Laws of a build: the same bytes anywhere, only what changed, and nothing that is not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from humming import build_at, built, hashes, study_text, write_base

from probatum.site.output import MANIFEST, Output, UnusableOutput, open_output, read_manifest


def test_two_builds_in_two_places_have_the_same_bytes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "a place with spaces"
    base, out = write_base(elsewhere / "base"), elsewhere / "deep" / "site"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "probatum", "build", "--base", str(base), "--out", str(out)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    assert hashes(out) == hashes(built())
    assert run.stderr == "", "no bars where output is piped"
    assert run.stdout.splitlines()[-1] == str(out / "index.html")


def test_processes_write_the_same_bytes(tmp_path: Path) -> None:
    build_at(write_base(tmp_path / "base"), tmp_path / "site", executor="processes")
    assert hashes(tmp_path / "site") == hashes(built())


def test_a_second_build_changes_nothing(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    report = build_at(base, out)
    assert (report.rendered, report.changed, report.removed) == (0, (), ())
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_after_a_change_the_site_is_that_of_a_cold_build(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    changed = study_text("hum2012", "Humbug", 2012, 80, 5.4)
    (base / "studies" / "hum2012.toml").write_text(changed.lstrip(), encoding="utf-8")
    report = build_at(base, out)
    assert "studies/hum2012/index.html" in report.changed
    assert "uses/knee-pain/index.html" in report.changed
    assert "mechanism/how2017/index.html" not in report.changed
    build_at(base, tmp_path / "cold")
    assert hashes(out) == hashes(tmp_path / "cold")


def test_what_left_the_base_leaves_the_site_and_nothing_else_does(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    (out / "notes.txt").write_text("a person's", encoding="utf-8")
    (out / "studies" / "hum2014" / "mine.txt").write_text("a person's", encoding="utf-8")
    edited = out / "studies" / "hum2013" / "index.html"
    edited.write_text("a person's", encoding="utf-8")
    for ident in ("hum2011", "hum2013", "hum2014"):
        (base / "studies" / f"{ident}.toml").unlink()
    (base / "text" / "overview.md").unlink()
    (base / "CHANGES.md").unlink()
    report = build_at(base, out)
    assert set(report.removed) == {"studies/hum2011/index.html", "studies/hum2014/index.html"}
    assert not (out / "studies" / "hum2011").exists()
    assert (out / "notes.txt").read_text(encoding="utf-8") == "a person's"
    assert (out / "studies" / "hum2014" / "mine.txt").exists()
    assert edited.read_text(encoding="utf-8") == "a person's"


def test_a_page_that_somebody_spoilt_is_written_again(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    (out / "index.html").write_text("spoilt", encoding="utf-8")
    (out / "uses" / "index.html").unlink()
    report = build_at(base, out)
    assert set(report.changed) == {"index.html", "uses/index.html"}
    assert hashes(out) == hashes(built())


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"format": 1, "files": {"a": 3}}', b"\xff"])
def test_a_spoilt_manifest_only_costs_a_full_build(tmp_path: Path, broken: bytes) -> None:
    manifest = tmp_path / MANIFEST
    manifest.parent.mkdir()
    manifest.write_bytes(broken)
    assert read_manifest(manifest) == {}
    assert open_output(tmp_path).before == {}


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UnusableOutput, match="did not write"):
        build_at(base, tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["thesis.txt"]
    with pytest.raises(UnusableOutput, match="not a folder"):
        build_at(base, tmp_path / "full" / "thesis.txt")


@pytest.mark.parametrize("name", ["studies", "index.html", "static/style.css", ".probatum"])
def test_symbolic_links_in_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    base, out, outside = write_base(tmp_path / "base"), tmp_path / "site", tmp_path / "outside"
    build_at(base, out)
    place = out / name
    if place.is_dir():
        place.rename(outside)
    else:
        place.unlink()
        outside.write_text("precious", encoding="utf-8")
    place.symlink_to(outside)
    before = hashes(outside) if outside.is_dir() else outside.read_bytes()
    (base / "CHANGES.md").write_text("# Other\n", encoding="utf-8")
    with pytest.raises(UnusableOutput, match="symbolic link"):
        build_at(base, out)
    assert (hashes(outside) if outside.is_dir() else outside.read_bytes()) == before


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a\\..\\x", "."])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableOutput):
        Output(tmp_path, {}).path(name)
