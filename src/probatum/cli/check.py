"""``probatum check``: every problem of an evidence base in one run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option, has_errors, locate_base

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
    except ProbatumError as error:
        raise click.ClickException(str(error)) from error
    problems = (*_check_policy(reading.base), *reading.problems)
    if len(problems) == len(reading.problems):
        problems += _check_overrides(reading.base)
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], indent=2))
    else:
        _show(problems, root)
    if has_errors(problems):
        raise click.exceptions.Exit(1)


def _check_policy(base: Base | None) -> tuple[Problem, ...]:
    """Return an error where a base asks for a rating policy that does not exist."""
    from probatum.errors import Problem  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.base import CONFIG_FILE  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.locate import locate  # noqa: PLC0415  # help must not wait for it
    from probatum.rating.policy import policy_names  # noqa: PLC0415  # help must not wait

    if base is None or base.config.policy in policy_names():
        return ()
    text = (base.root / CONFIG_FILE).read_text(encoding="utf-8")
    message = f"no policy is called `{base.config.policy}`"
    mend = f"use one of: {', '.join(policy_names())}"
    return (Problem(CONFIG_FILE, locate(text, ("policy",)), "policy", "error", message, mend),)


def _check_overrides(base: Base | None) -> tuple[Problem, ...]:
    """Hold people's ratings against the computed ones, which is only done where there are any."""
    if base is None or not base.overrides:
        return ()
    from probatum.rating.assess import assess  # noqa: PLC0415  # help must not wait for it
    from probatum.rating.overrides import check_overrides  # noqa: PLC0415  # nor most bases

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
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
