"""``probatum serve``: build, watch the base, and show the site on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

from probatum.cli.common import base_option, has_errors, locate_base

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
    rebuild(root, out)
    try:
        server = serve_folder(out.resolve(), bell, port)
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}; try --port 0") from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"http://localhost:{server.server_address[1]}/  (Ctrl-C ends it)")
    try:
        for _ in changes(root):
            if rebuild(root, out):
                bell.ring()
    except KeyboardInterrupt:
        server.shutdown()


def rebuild(root: Path, out: Path) -> bool:
    """Build once; print what was done or what is wrong, and return whether pages changed."""
    from probatum.cli.build import told  # noqa: PLC0415  # help must not wait for it
    from probatum.errors import ProbatumError  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.base import read  # noqa: PLC0415  # help must not wait for it
    from probatum.site.build import build_site  # noqa: PLC0415  # help must not wait for it

    started = time.perf_counter()
    reading = read(root)
    if reading.base is None or has_errors(reading.problems):
        for problem in reading.problems:
            click.echo(str(problem), err=True)
        return False
    try:
        report = build_site(reading.base, out)
    except (ProbatumError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(told(report, time.perf_counter() - started))
    return bool(report.changed or report.removed)


def changes(root: Path) -> Iterator[None]:
    """Yield whenever a file of the base is added, changed or removed."""
    before = snapshot(root)
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
