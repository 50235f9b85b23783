"""``probatum worklist``: what editors should complete first."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from probatum.cli.common import base_option
from probatum.cli.rate import assess_or_exit


@click.command()
@base_option
@click.option("--policy", metavar="NAME", help="Rating scale; by default the base's own.")
@click.option("--use", metavar="USE", help="Only what concerns one use.")
@click.option("--limit", type=click.IntRange(min=1), default=25, show_default=True, help="Lines.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as a JSON array.")
def worklist(
    base_dir: Path | None, policy: str | None, use: str | None, limit: int, *, as_json: bool
) -> None:
    """List what is missing in the studies that decide ratings, most telling first."""
    from probatum.errors import UnknownName  # noqa: PLC0415  # help must not wait for it
    from probatum.rating.worklist import list_tasks  # noqa: PLC0415  # help must not wait for it

    assessment = assess_or_exit(base_dir, policy, stability=False)
    try:
        wanted = assessment.rating(use).use if use else None
    except UnknownName as error:
        raise click.UsageError(str(error)) from error
    tasks = [task for task in list_tasks(assessment) if wanted is None or wanted in task.uses]
    if as_json:
        click.echo(json.dumps([asdict(task) for task in tasks], indent=2, ensure_ascii=False))
        return
    for task in tasks[:limit]:
        click.echo(f"{task.score:6.2f}  {task.missing:12}  {task.file or task.study}")
        click.echo(f"        {', '.join(task.uses)}: {task.why}")
    if len(tasks) > limit:
        click.echo(f"and {len(tasks) - limit} more (--limit, --json)")
