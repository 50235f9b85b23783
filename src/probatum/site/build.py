"""From an evidence base to a site in a folder, doing only what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from probatum import __version__
from probatum.site.output import building
from probatum.site.page import Page, digest_of
from probatum.site.plan import Asset, Sources, plan
from probatum.site.render import render
from probatum.site.shell import Shell
from probatum.site.workers import Executor, spread

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    out : the folder, resolved.
    files : number of files of the site; ``rendered`` of them were made anew.
    changed, removed : files whose bytes changed or that went.
    """

    out: Path
    files: int
    rendered: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
    del stage, done, total


def publish(
    sources: Sources, out: Path, *, executor: Executor = "auto", progress: Progress = silent
) -> BuildReport:
    """Write the site; pages whose inputs are those of the earlier build are kept as they are.

    Raises
    ------
    UnusableOutput
        ``out`` holds files that are not ours, or symbolic links.
    """
    shell_digest = digest_of(engine_digest(), sources.shell)
    planned = plan(sources)
    with building(out) as output:
        due = [
            (file, digest)
            for file in planned
            if not output.fresh(file.path, digest := file.digest(shell_digest))
        ]
        made = spread(partial(make, sources.shell), [file for file, _ in due], executor)
        for count, ((file, digest), data) in enumerate(zip(due, made, strict=True), start=1):
            output.write(file.path, digest, data)
            progress("pages", count, len(due))
    return BuildReport(
        output.root, len(planned), len(due), tuple(output.changed), tuple(output.removed)
    )


def make(shell: Shell, file: Page | Asset) -> bytes:
    """Return the bytes of a file."""
    return file.data if isinstance(file, Asset) else render(file, shell)


def engine_digest() -> str:
    """Return the digest of the code and templates that pages are made with."""
    digest = hashlib.sha256(__version__.encode())
    for source in sorted(walk(files("probatum.site")), key=str):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def walk(folder: Traversable) -> list[Traversable]:
    """Return the source files in a folder of the package, however deep."""
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += walk(entry)
        elif entry.name.endswith((".py", ".html", ".css", ".svg")):
            found.append(entry)
    return found
