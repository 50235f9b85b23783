"""Builds that fail, are interrupted or meet each other leave a whole site behind."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from humming import build_at, built, hashes, study_text, write_base

from probatum.site.output import DRAFTS, MANIFEST, Output, building, read_manifest


def build_apart(
    base: Path, out: Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "probatum", "build", "--base", str(base), "--out", str(out)]
    return subprocess.Popen(  # noqa: S603  # our own command
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509  # sets a limit of the child, and starts no thread
    )


def change(base: Path) -> None:
    text = study_text("hum2012", "Humbug", 2012, 80, 5.4)
    (base / "studies" / "hum2012.toml").write_text(text.lstrip(), encoding="utf-8")


def interrupt(stage: str, done: int, _: int) -> None:
    if (stage, done) == ("pages", 5):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupted_rebuild_leaves_the_old_site(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    before = hashes(out)
    change(base)
    with pytest.raises(KeyboardInterrupt):
        build_at(base, out, progress=interrupt)
    assert hashes(out) == before
    build_at(base, out)
    build_at(base, tmp_path / "cold")
    assert hashes(out) == hashes(tmp_path / "cold")


def test_an_interrupted_first_build_leaves_nothing(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    with pytest.raises(KeyboardInterrupt):
        build_at(base, tmp_path / "site", progress=interrupt)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("first", [True, False])
def test_a_killed_build_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    """Stop dead in the middle of moving files, with nothing cleaned up."""
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    if not first:
        build_at(base, out)
        change(base)
    moved = iter(range(4))
    move = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if next(moved, None) is None:
            raise SystemExit
        return move(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        patch.setattr(Output, "discard", lambda _: None)
        with pytest.raises(SystemExit):
            build_at(base, out)
    assert list((out / DRAFTS).iterdir())
    (base / "studies" / "hum2011.toml").unlink()
    (base / "text" / "overview.md").unlink()
    (base / "CHANGES.md").unlink()
    build_at(base, out)
    build_at(base, tmp_path / "cold")
    assert hashes(out) == hashes(tmp_path / "cold")


def test_a_full_disk_leaves_the_old_site(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    before = hashes(out)
    change(base)
    full = build_apart(base, out, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
    _, told = full.communicate(timeout=60)
    assert full.returncode == 1
    assert told.startswith("Error: ")
    assert "Traceback" not in told
    assert hashes(out) == before


def test_a_place_where_nothing_can_be_written_is_an_error_without_traceback(
    tmp_path: Path,
) -> None:
    base = write_base(tmp_path / "base")
    (tmp_path / "file").write_text("a person's", encoding="utf-8")
    places = [tmp_path / "file" / "site"]
    places += [Path("/proc/probatum-site")] if Path("/proc/self").exists() else []
    for place in places:
        run = build_apart(base, place)
        _, told = run.communicate(timeout=60)
        assert run.returncode == 1
        assert told.startswith("Error: ")
        assert str(place) in told
    assert (tmp_path / "file").read_text(encoding="utf-8") == "a person's"


def test_two_builds_at_once_give_the_site_of_one(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    runs = [build_apart(base, out) for _ in range(2)]
    for run in runs:
        _, told = run.communicate(timeout=120)
        assert (run.returncode, told) == (0, "")
    assert hashes(out) == hashes(built())


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    with building(out) as output:
        run = build_apart(base, out)
        with pytest.raises(subprocess.TimeoutExpired):
            run.communicate(timeout=3)
        output.write("index.html", "inputs", b"first")
        output.finish()
    _, told = run.communicate(timeout=60)
    assert (run.returncode, told) == (0, "")
    assert hashes(out) == hashes(built())


def test_a_link_to_a_folder_may_be_given_as_the_place(tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "served")
    report = build_at(write_base(tmp_path / "base"), tmp_path / "site")
    assert report.out == tmp_path / "served"
    assert (tmp_path / "site").is_symlink()
    assert hashes(tmp_path / "served") == hashes(built())


def test_a_link_that_leads_nowhere_is_filled_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "site").symlink_to(tmp_path / "later" / "served")
    build_at(write_base(tmp_path / "base"), tmp_path / "site")
    assert hashes(tmp_path / "later" / "served") == hashes(built())


def test_no_draft_outlives_a_build_and_no_lock_is_left(tmp_path: Path) -> None:
    build_at(write_base(tmp_path / "base"), tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site" / ".probatum").iterdir()) == [
        "cache",
        "manifest.json",
    ]
    assert MANIFEST not in read_manifest(tmp_path / "site" / MANIFEST)
