"""``probatum serve`` as a person meets it: errors come and go, and the last good site stays."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from humming import build_at, hashes, study_text, write_base

from probatum.cli.serve import Builder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base")


@pytest.fixture
def served(base: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "probatum", "serve", "--port", "0"]
    place = ["--base", str(base), "--out", str(tmp_path / "site")]
    with subprocess.Popen(  # noqa: S603  # our own command
        [*command, *place], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        yield run
        run.kill()


def line_with(stream: IO[str] | None, words: str) -> str:
    assert stream is not None
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"the server ended without saying {words!r}")


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own server
        return str(answer.read().decode())


@pytest.mark.timeout(60)
def test_a_base_that_breaks_keeps_the_last_good_site_until_it_is_mended(
    served: subprocess.Popen[str], base: Path
) -> None:
    found = re.search(r"http://\S+", line_with(served.stdout, "http://"))
    assert found is not None
    study = base / "studies" / "hum2012.toml"
    study.write_text("id = ", encoding="utf-8")
    assert "not valid TOML" in line_with(served.stderr, "hum2012.toml")
    assert "Humming in 80 knees" in page(f"{found[0]}studies/hum2012/")
    mended = study_text("hum2012", "Humbug", 2012, 90, 5.4)
    study.write_text(mended.lstrip(), encoding="utf-8")
    line_with(served.stdout, "changed")
    assert "Humming in 90 knees" in page(f"{found[0]}studies/hum2012/")
    served.send_signal(signal.SIGINT)
    assert served.wait(timeout=10) == 0
    assert served.stderr is not None
    assert "Traceback" not in served.stderr.read()


def test_a_port_in_use_is_said_before_anything_is_built(base: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        command = [sys.executable, "-m", "probatum", "serve", "--port", port]
        place = ["--base", str(base), "--out", str(tmp_path / "site")]
        run = subprocess.run([*command, *place], capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert run.returncode == 1
    assert run.stderr.startswith(f"Error: port {port}: ")
    assert "--port 0" in run.stderr
    assert not (tmp_path / "site").exists()


def test_a_folder_that_is_not_ours_does_not_end_the_server(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    builder = Builder(base, out)
    assert not builder.rebuild()
    assert "did not write" in capsys.readouterr().err
    (out / "thesis.txt").unlink()
    assert builder.rebuild()


def test_a_builder_that_remembers_builds_what_a_cold_build_does(base: Path, tmp_path: Path) -> None:
    builder = Builder(base, tmp_path / "site")
    assert builder.rebuild()
    first = builder.reading
    study = base / "studies" / "hum2012.toml"
    study.write_text(study_text("hum2012", "Humbug", 2012, 80, 5.4).lstrip(), encoding="utf-8")
    (base / "studies" / "hum2013.toml").unlink()
    assert builder.rebuild()
    assert first is not None
    assert first.base is not None
    assert builder.reading is not None
    assert builder.reading.base is not None
    assert builder.reading.base.study("hum2011") is first.base.study("hum2011")
    text = (base / "base.toml").read_text(encoding="utf-8")
    other = text.replace('slug = "low"', 'slug = "deep"')
    (base / "base.toml").write_text(other, encoding="utf-8")
    assert not builder.rebuild(), "under other declarations every record is checked again"
    (base / "base.toml").write_text(text, encoding="utf-8")
    builder.rebuild()
    build_at(base, tmp_path / "cold")
    assert hashes(tmp_path / "site") == hashes(tmp_path / "cold")
