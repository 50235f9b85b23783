"""``probatum schema``: the evidence format, for editors and for people."""

from __future__ import annotations

import json

import click

KINDS = ("base", "study", "review", "safety", "mechanism", "overrides")


@click.command()
@click.option("--kind", type=click.Choice(KINDS), default=None, help="One kind of file only.")
@click.option("--markdown", is_flag=True, help="Print the format as a page for people instead.")
def schema(kind: str | None, *, markdown: bool) -> None:
    """Print the JSON Schema of the evidence format.

    Editors that know TOML use it to complete words and to mark mistakes while one types.
    """
    from probatum.evidence.format_page import format_page  # noqa: PLC0415  # help must not wait
    from probatum.evidence.schema import json_schema  # noqa: PLC0415  # help must not wait for it

    if markdown:
        click.echo(format_page(), nl=False)
    else:
        click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
