"""``probatum rate``: every use with its rating, as a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from probatum.cli.common import base_option, read_base_or_exit

if TYPE_CHECKING:
    from rich.table import Table

    from probatum.rating.assess import Assessment
    from probatum.rating.model import Rating


@click.command()
@base_option
@click.option("--policy", metavar="NAME", help="Rating scale; by default the base's own.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, one object a use.")
def rate(base_dir: Path | None, policy: str | None, *, as_json: bool) -> None:
    """Rate every use of a base."""
    assessment = assess_or_exit(base_dir, policy)
    if as_json:
        from probatum.rating.report import report_uses  # noqa: PLC0415  # help must not wait for it

        click.echo(json.dumps(report_uses(assessment), indent=2, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415  # help must not wait for it

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)  # a pipe has no width of its own
    console.print(_tabulate(assessment))


def assess_or_exit(base_dir: Path | None, policy: str | None, **stages: Any) -> Assessment:  # noqa: ANN401  # passed on
    """Read and assess a base; print what is wrong and leave where that cannot be done."""
    base = read_base_or_exit(base_dir)
    from probatum.errors import UnknownName  # noqa: PLC0415  # help must not wait for it
    from probatum.rating.assess import assess  # noqa: PLC0415  # help must not wait for it

    try:
        return assess(base, policy, **stages)
    except UnknownName as error:
        raise click.UsageError(str(error)) from error


def _certainty(rating: Rating) -> str:
    """Return the certainty, and why it carries no word as strong as itself."""
    if rating.certainty is None:
        return "-"
    if rating.strength is None:
        return f"{rating.certainty}, no side"
    return rating.certainty + ("" if rating.strength == rating.certainty else ", too few")


def _tabulate(assessment: Assessment) -> Table:
    from rich.box import SIMPLE  # noqa: PLC0415  # help must not wait for it
    from rich.table import Table  # noqa: PLC0415  # help must not wait for it

    policy = assessment.policy
    yardstick = assessment.base.config.yardstick
    table = Table(
        title=f"Ratings by {policy.title}, version {policy.version}",
        title_justify="left",
        box=SIMPLE,
    )
    for column in ("Use", "Rating", "Certainty", "Studies", "People", "Stability"):
        table.add_column(column, justify="right" if column in ("Studies", "People") else "left")
    if yardstick:
        table.add_column("Other sources say")
    for use in assessment.base.config.uses:
        rating = assessment.ratings[use.slug]
        stability = "" if rating.stability is None else f"{100 * rating.stability:.0f}%"
        row = [use.slug, rating.word, _certainty(rating), str(rating.k), str(rating.people)]
        table.add_row(*row, stability, *([rating.published or "-"] if yardstick else []))
    return table
