"""The command itself: options, exit status, and what goes to which stream."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from probatum.cli.pool.stream import Source

METHODS = (
    *("EE", "FE", "DL", "DL2", "DLIT", "HE", "HS"),
    *("HSk", "SJ", "ML", "REML", "EB", "PM", "PMM"),
)
TESTS = ("z", "t", "knha", "adhoc")
ZERO_CELLS = ("only0", "all", "none", "treatment-arm", "revman")


class _Spread(click.Command):
    """A command whose ``--by a b c`` means ``--by a --by b --by c``; a bare ``--by`` is wrong."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat ``--by`` before each of the words that follow it."""
        spread: list[str] = []
        follows = False
        for arg, after in pairwise([*args, "--"]):
            if arg == "--by":
                if after.startswith("--"):
                    raise click.UsageError("Option '--by' needs a column.", ctx)
                follows = True
                continue
            follows = follows and not arg.startswith("-")
            spread += ["--by", arg] if follows else [arg]
        return super().parse_args(ctx, spread)


@click.command(cls=_Spread)
@click.argument("file", metavar="FILE", required=False, type=click.Path(path_type=Path))
@click.option("--measure", metavar="NAME", help="Effect measure, such as RR, OR, MD or SMD.")
@click.option(
    "--method", type=click.Choice(METHODS, case_sensitive=False), default="REML", show_default=True
)
@click.option(
    "--test", type=click.Choice(TESTS, case_sensitive=False), default="knha", show_default=True
)
@click.option("--by", multiple=True, metavar="COLUMN…", help="Pool apart by these columns.")
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
)
@click.option(
    "--zero-cells",
    type=click.Choice(ZERO_CELLS, case_sensitive=False),
    default="only0",
    show_default=True,
)
@click.option("--natural", is_flag=True, help="Give estimates and intervals of ratios as ratios.")
@click.option("--json", "form", flag_value="json", help="Print a JSON object a pool, a line each.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, a line a pool.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; by default one a core.")
@click.pass_context
def pool(
    ctx: click.Context,
    /,
    file: Path | None,
    measure: str | None,
    by: tuple[str, ...],
    **options: Any,  # noqa: ANN401  # of many types, as declared above
) -> None:
    """Pool the effects in FILE, a CSV file of any length.

    FILE may be - for standard input. Its columns are ai bi ci di, or ai n1i ci n2i, or
    m1i sd1i n1i m2i sd2i n2i (and those of the other measures), or effects as yi vi or yi sei.
    Wrong rows are reported with their line, their pools left out, and the exit status is 1; an
    unusable file exits 2.
    """
    if file is None and len(by) > 1:  # ``--by a b FILE``
        file, by = Path(by[-1]), by[:-1]
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    from probatum.cli.pool.layout import UnusableFile  # noqa: PLC0415  # help must not wait for it
    from probatum.cli.pool.stream import open_source, readable_twice  # noqa: PLC0415  # as above
    from probatum.errors import InputError, UnknownName  # noqa: PLC0415  # as above

    try:
        with readable_twice(file) as path:
            wrong = _write(open_source(path, measure, by), file, options)
    except (UnusableFile, UnknownName, InputError) as error:
        click.echo(f"{file}: {error}", err=True)
        ctx.exit(2)
    if wrong:
        click.echo(f"wrong rows: {wrong}; the pools they are in are left out", err=True)
        ctx.exit(1)


def _write(source: Source, file: Path, options: dict[str, Any]) -> int:
    """Print the pools and the wrong rows; return how many rows are wrong."""
    from probatum.cli.pool.output import Settings, csv_header  # noqa: PLC0415  # as above
    from probatum.cli.pool.stream import pool_source  # noqa: PLC0415  # as above

    jobs = options.pop("jobs")
    settings = Settings(source.layout, **{**options, "form": options["form"] or "words"})
    if settings.form == "csv":
        click.echo(csv_header(settings), nl=False)
    wrong = 0
    for output in pool_source(source, settings, jobs):
        click.echo(output.text, nl=False)
        for line, message in output.wrong:
            click.echo(f"{file}:{line}: {message}", err=True)
        wrong += len(output.wrong)
    return wrong
