"""The commands that build and serve, and the command line as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from humming import build_at, write_base

from probatum.cli import COMMANDS, main
from probatum.cli.serve import Builder, snapshot


def test_help_lists_commands_without_importing_the_engine() -> None:
    code = (
        "import sys; from probatum.cli import main; main(['--help'], standalone_mode=False); "
        "print(sorted({'numpy', 'pydantic', 'jinja2', 'rich'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    assert run.stdout.splitlines()[-1] == "[]"
    assert "build" in run.stdout


def test_every_command_in_the_table_is_one() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        assert name in COMMANDS
        assert isinstance(main.get_command(context, name), click.Command)
    assert main.get_command(context, "nothing") is None


def test_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("probatum, version ")


def test_build_says_where_it_wrote(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    result = CliRunner().invoke(
        main, ["build", "--base", str(base), "--out", str(tmp_path / "site")]
    )
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == str(tmp_path / "site" / "index.html")
    assert (tmp_path / "site" / "index.html").is_file()


def test_build_of_a_base_with_errors_prints_them_and_writes_nothing(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    study = base / "studies" / "hum2011.toml"
    study.write_text(study.read_text(encoding="utf-8").replace("sd = 2.0", "sd = -2.0"))
    result = CliRunner().invoke(
        main, ["build", "--base", str(base), "--out", str(tmp_path / "site")]
    )
    assert result.exit_code == 1
    assert "studies/hum2011.toml" in result.output
    assert not (tmp_path / "site").exists()


def test_build_into_somebody_elses_folder_is_an_error_without_traceback(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    result = CliRunner().invoke(main, ["build", "--base", str(base), "--out", str(base)])
    assert result.exit_code == 1
    assert "did not write" in result.output


def test_a_change_of_the_base_is_noticed_and_built(tmp_path: Path) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    before = snapshot(base)
    assert not Builder(base, out).rebuild()
    (base / "CHANGES.md").write_text("# Now\n\nOther words.\n", encoding="utf-8")
    assert snapshot(base) != before
    assert Builder(base, out).rebuild()
    assert "Other words" in (out / "changelog" / "index.html").read_text(encoding="utf-8")


def test_an_error_leaves_the_last_good_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, out = write_base(tmp_path / "base"), tmp_path / "site"
    build_at(base, out)
    (base / "studies" / "hum2011.toml").write_text("id = ", encoding="utf-8")
    assert not Builder(base, out).rebuild()
    assert "hum2011.toml" in capsys.readouterr().err
    assert (out / "studies" / "hum2011" / "index.html").is_file()
