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
from probatum.evidence.base import Base
from probatum.rating.assess import assess
from probatum.site.asset import Asset
from probatum.site.exports import export_files
from probatum.site.output import building
from probatum.site.page import Page, digest_of
from probatum.site.plan import Sources, gather, plan
from probatum.site.render import render
from probatum.site.shell import Shell
from probatum.site.workers import Executor, spread

CHANGES = "CHANGES.md"
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


def build_site(
    base: Base, out: Path, *, executor: Executor = "auto", progress: Progress = silent
) -> BuildReport:
    """Assess a base, compose its monograph and write the site.

    Raises
    ------
    UnusableOutput
        ``out`` holds files that are not ours, or symbolic links.
    """
    progress("assess", 0, 2)
    assessment = assess(base)
    progress("assess", 1, 2)
    sources = gather(assessment, changes_of(base), export_files(base))
    progress("assess", 2, 2)
    return publish(sources, out, executor=executor, progress=progress)


def changes_of(base: Base) -> str:
    """Return the changelog that people wrote beside the base, or nothing."""
    path = base.root / CHANGES
    return path.read_text(encoding="utf-8") if path.is_file() and not path.is_symlink() else ""


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
