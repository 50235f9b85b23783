"""The examples of docs/pooling-a-file.md, run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from probatum.cli import main
from shared_data import ROOT

TEXT = (ROOT / "docs" / "pooling-a-file.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", TEXT, re.DOTALL))
EXAMPLES = re.findall(r"```console\n\$ probatum (.*?)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, shown: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, shlex.split(command))
    expected, _, status = shown.partition("$ echo $?\n")
    assert result.stderr + result.stdout == expected
    assert result.exit_code == int(status or 0)


def test_there_are_examples() -> None:
    assert len(FILES) == 2
    assert len(EXAMPLES) == 2


def test_every_measure_and_key_is_named() -> None:
    from probatum.cli.pool.output import KEYS  # noqa: PLC0415 - this test alone needs it
    from probatum.stats import MEASURES  # noqa: PLC0415

    words = set(re.findall(r"\w+", TEXT))
    assert set(MEASURES) <= words
    assert set(KEYS) <= words
