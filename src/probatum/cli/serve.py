"""``probatum serve``: build, watch the base, and show the site on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option, locate_base
from probatum.cli.memory import uncollected
from probatum.site.memory import Memory

if TYPE_CHECKING:
    from probatum.evidence.base import Reading

PAUSE_SECONDS = 0.4
WATCHED = (".toml", ".md")
Snapshot = dict[str, tuple[int, int]]


@click.command()
@base_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("site"),
    show_default=True,
    help="Where to write.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
def serve(base_dir: Path | None, out: Path, port: int) -> None:
    """Build, watch and show the site on this machine.

    The server answers on the loopback interface only. A base with errors leaves the last good
    site standing and prints its problems.
    """
    from probatum.site.server import Bell, serve_folder  # noqa: PLC0415  # help must not wait

    root, bell = locate_base(base_dir), Bell()
    builder = Builder(root, out)
    try:
        server = serve_folder(out.resolve(), bell, port)
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}; try --port 0") from error
    before = snapshot(root)  # what is edited during the first build is a change, too
    builder.rebuild()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"http://localhost:{server.server_address[1]}/  (Ctrl-C ends it)")
    try:
        for _ in changes(root, before):
            if builder.rebuild():
                bell.ring()
    except KeyboardInterrupt:
        server.shutdown()
    finally:
        server.server_close()


@dataclass(slots=True)
class Builder:
    """Builds a base again and again; what rests on unchanged records is not made anew."""

    root: Path
    out: Path
    reading: Reading | None = None
    memory: Memory = field(default_factory=Memory)

    def rebuild(self) -> bool:
        """Build once; print what was done or what is wrong, and return whether pages changed.

        Nothing wrong with the base or the folder ends the server: both can be mended.
        """
        from probatum.cli.build import told  # noqa: PLC0415  # help must not wait for it
        from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
        from probatum.evidence.base import read  # noqa: PLC0415  # help must not wait for it
        from probatum.site.build import build_site  # noqa: PLC0415  # help must not wait for it

        started = time.perf_counter()
        try:
            with uncollected():
                self.reading = reading = read(self.root, self.reading)
                if reading.base is None or reading.errors:
                    for problem in reading.problems:
                        click.echo(str(problem), err=True)
                    return False
                report = build_site(reading.base, self.out, memory=self.memory)
        except (ProbatumError, OSError) as error:
            click.echo(f"Error: {error}", err=True)
            return False
        click.echo(told(report, time.perf_counter() - started))
        return bool(report.changed or report.removed)


def changes(root: Path, before: Snapshot) -> Iterator[None]:
    """Yield whenever a file of the base is added, changed or removed since ``before``."""
    while True:
        time.sleep(PAUSE_SECONDS)
        now = snapshot(root)
        if now != before:
            before = now
            yield


def snapshot(root: Path) -> Snapshot:
    """Return time and size of every file that a base is read from."""
    found: Snapshot = {}
    for path in root.rglob("*"):
        if path.suffix in WATCHED:
            try:
                stat = path.stat()
            except FileNotFoundError:  # removed between listing and looking
                continue
            found[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return found
