"""What the commands share: the option that names a base, and reading it or leaving."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from probatum.errors import Problem
    from probatum.evidence.base import Base

base_option = click.option(
    "--base",
    "base_dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="DIR",
    help="Evidence base; by default the working directory where it holds a base.toml, "
    "else the base shipped with probatum.",
)
"""``--base DIR``, passed to the command as ``base_dir: Path | None``."""


def locate_base(base_dir: Path | None) -> Path:
    """Return the base that was asked for, or the default one."""
    if base_dir is not None:
        return base_dir
    from probatum.evidence.base import default_base  # noqa: PLC0415  # help must not wait for it

    return default_base(Path.cwd())


def read_base_or_exit(base_dir: Path | None) -> Base:
    """Read a base; where it holds errors, print them all to standard error and exit 1.

    Warnings are counted in one line and left to ``probatum check``.
    """
    from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.base import read  # noqa: PLC0415  # help must not wait for it

    try:
        reading = read(locate_base(base_dir))
    except ProbatumError as error:
        raise click.ClickException(str(error)) from error
    if has_errors(reading.problems) or reading.base is None:
        for problem in reading.problems:
            click.echo(str(problem), err=True)
        raise click.exceptions.Exit(1)
    return reading.base


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems forbids going on."""
    return any(problem.severity == "error" for problem in problems)
