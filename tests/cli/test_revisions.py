"""What a git revision holds is unpacked below one folder, on every Python that is supported."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import click
import pytest

from probatum.cli.revisions import _extract


def archive(*members: tuple[str, str, str]) -> tarfile.TarFile:
    """Return a tar archive of ``(name, content, link)``; a link has no content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, content, link in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if link:
                info.type, info.linkname = tarfile.SYMTYPE, link
            made.addfile(info, io.BytesIO(content.encode()))
    return tarfile.open(fileobj=io.BytesIO(buffer.getvalue()))


def test_files_come_out_and_links_are_left_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Debian 12's Python 3.11.2 knows no filter
    monkeypatch.delattr(tarfile.TarFile, "extractall")
    found = archive(
        ("studies/b.toml", "", "a.toml"), ("base.toml", "x", ""), ("studies/a.toml", "y", "")
    )
    _extract(found, tmp_path)
    assert (tmp_path / "base.toml").read_text(encoding="utf-8") == "x"
    assert (tmp_path / "studies/b.toml").is_symlink()
    assert (tmp_path / "studies/b.toml").read_text(encoding="utf-8") == "y"


@pytest.mark.parametrize("name", ["../out.toml", "studies/../../out.toml", "/out.toml"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    with pytest.raises(click.ClickException, match="leads out"):
        _extract(archive((name, "x", "")), folder)
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    with pytest.raises(OSError, match="exists"):
        _extract(archive(("studies", "", ".."), ("studies/a.toml", "x", "")), folder)
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
