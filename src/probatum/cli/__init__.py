"""The command line: a table of commands, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

import click

from probatum import __version__

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "build": "Build the monograph as a static site.",
        "check": "List every problem of an evidence base.",
        "diff": "Show what changed between two states of a base.",
        "explain": "Show how the rating of a use came about.",
        "new": "Start an empty evidence base.",
        "pool": "Pool effects from a CSV file.",
        "rate": "Rate every use of a base.",
        "schema": "Print the JSON Schema of the evidence format.",
        "serve": "Build, watch and show the site on this machine.",
        "worklist": "List what editors should complete first.",
    }
)
"""Names and one-line helps; the command ``name`` is ``probatum.cli.name:name``."""


class LazyGroup(click.Group):
    """A group whose listing needs no import of the commands it lists."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands whose module exists."""
        del ctx
        return [name for name in COMMANDS if find_spec(f"{__name__}.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None where there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  # the table names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the listing from the table."""
        names = self.list_commands(ctx)
        if not names:
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in names])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="probatum")
def main() -> None:
    """Living therapy monographs: every word and number computed from records."""
