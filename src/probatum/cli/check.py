"""``probatum check``: every problem of an evidence base in one run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option, has_errors, locate_base
from probatum.numbers import plural

if TYPE_CHECKING:
    from probatum.errors import Problem
    from probatum.evidence.base import Base


@click.command()
@base_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of problems.")
def check(base_dir: Path | None, *, as_json: bool) -> None:
    """List every problem of an evidence base.

    Exit with 1 where there are errors: records with errors are kept out of the monograph.
    Warnings are shown and forbid nothing.
    """
    from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.base import read  # noqa: PLC0415  # help must not wait for it

    try:
        root = locate_base(base_dir)
        reading = read(root)
        problems = reading.problems + _check_ratings(reading.base)
    except ProbatumError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], indent=2))
    else:
        _show(problems, root)
    if has_errors(problems):
        raise click.exceptions.Exit(1)


def _check_ratings(base: Base | None) -> tuple[Problem, ...]:
    """Look for the base's policy, and hold people's ratings, if any, against the computed ones."""
    if base is None:
        return ()
    from probatum.rating.policy import check_policy  # noqa: PLC0415  # as above

    unknown = check_policy(base)
    if unknown or not base.overrides:
        return unknown
    from probatum.rating.assess import assess  # noqa: PLC0415  # most bases need no rating here
    from probatum.rating.overrides import check_overrides  # noqa: PLC0415  # nor this

    return check_overrides(assess(base, stability=False))


def _show(problems: Sequence[Problem], root: Path) -> None:
    colours = {"error": "red", "warning": "yellow"}
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        click.echo(
            f"{click.style(place, bold=True)}: "
            f"{click.style(problem.severity, fg=colours[problem.severity])}: "
            f"{f'{problem.field}: ' if problem.field else ''}{problem.message}\n"
            f"    {problem.mend}"
        )
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{root}: {_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}")


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {plural(number, what)}"
