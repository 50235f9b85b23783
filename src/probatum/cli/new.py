"""``probatum new``: start an empty evidence base."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", default="Example therapy", show_default=True, help="Of the monograph.")
def new(folder: Path, title: str) -> None:
    """Start an empty evidence base in DIR, which must be new or empty.

    It can be checked and built at once; examples of every kind of record stand in examples/.
    """
    from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.starter import start  # noqa: PLC0415  # help must not wait for it

    if not title.strip():
        raise click.BadParameter("a monograph needs a title", param_hint="--title")
    try:
        names = start(folder, title.strip(), datetime.now(tz=UTC).date().isoformat())
    except (ProbatumError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for name in names:
        click.echo(f"  {folder / name}")
    click.echo(f"Next: edit {folder / 'base.toml'}, then `probatum build --base {folder}`.")
