"""``probatum build``: the monograph as a static site."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option, read_base_or_exit
from probatum.cli.memory import uncollected

if TYPE_CHECKING:
    from probatum.site.build import BuildReport
    from probatum.site.workers import Executor

OUT = click.Path(file_okay=False, path_type=Path)


@click.command()
@base_option
@click.option("--out", type=OUT, default=Path("site"), show_default=True, help="Where to write.")
@click.option(
    "--executor",
    type=click.Choice(["auto", "serial", "processes", "dask"]),
    default="auto",
    show_default=True,
    help="Where pages are rendered.",
)
@uncollected(ending=True)
def build(base_dir: Path | None, out: Path, executor: Executor) -> None:
    """Build the monograph as a static site.

    Only what has changed is done again. The folder must be empty, or one that an earlier build
    filled; files that probatum did not write are never touched.
    """
    started = time.perf_counter()
    base = read_base_or_exit(base_dir)
    from probatum.cli.progress import shown  # noqa: PLC0415  # help must not wait for it
    from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
    from probatum.site.build import build_site  # noqa: PLC0415  # help must not wait for it

    try:
        with shown() as progress:
            report = build_site(base, out, executor=executor, progress=progress)
    except (ProbatumError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(told(report, time.perf_counter() - started))
    click.echo(report.out / "index.html")


def told(report: BuildReport, seconds: float) -> str:
    """Return what a build did, in one line."""
    return (
        f"{report.files} files, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"in {seconds:.1f} s"
    )
