"""From an evidence base to a site in a folder, doing only what has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from probatum.evidence.base import CHANGES_FILE, Base
from probatum.evidence.reader import read_text
from probatum.site.asset import Asset
from probatum.site.exports import export_files
from probatum.site.memory import Memory
from probatum.site.output import Output, building
from probatum.site.page import Page, digest_of
from probatum.site.plan import PlannedFile, Sources, gather, plan
from probatum.site.render import render
from probatum.site.shell import Shell
from probatum.site.stages import assess_in_stages, engine_digest
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


def build_site(
    base: Base,
    out: Path,
    *,
    executor: Executor = "auto",
    progress: Progress = silent,
    memory: Memory | None = None,
) -> BuildReport:
    """Assess a base, compose its monograph and write the site.

    With the ``memory`` of earlier builds, uses whose evidence is the same are not made anew.

    Raises
    ------
    UnusableOutput
        ``out`` holds files that are not ours, or symbolic links.
    """
    memory = memory or Memory()
    with building(out) as output:
        progress("evidence", 0, 2)
        staged = assess_in_stages(base, output, memory)
        progress("evidence", 1, 2)
        sources = gather(
            staged.assessment,
            staged.grids,
            memory=memory,
            changes=changes_of(base),
            exports=export_files(base),
        )
        progress("evidence", 2, 2)
        return publish(sources, output, staged.kept, executor=executor, progress=progress)


def changes_of(base: Base) -> str:
    """Return the changelog that people wrote beside the base, or nothing."""
    return read_text(base.root, CHANGES_FILE).content


def publish(
    sources: Sources,
    output: Output,
    kept: tuple[Asset, ...] = (),
    *,
    executor: Executor = "auto",
    progress: Progress = silent,
) -> BuildReport:
    """Write the site; pages whose inputs are those of the earlier build are left as they are."""
    shell_digest = digest_of(engine_digest(), sources.shell)
    planned = (*kept, *plan(sources))
    due = [
        (file, digest)
        for file in planned
        if not output.fresh(file.path, digest := file.digest(shell_digest))
    ]
    made = spread(partial(make, sources.shell), [file for file, _ in due], executor)
    for count, ((file, digest), data) in enumerate(zip(due, made, strict=True), start=1):
        output.write(file.path, digest, data)
        progress("pages", count, len(due))
    output.finish()
    return BuildReport(
        output.root, len(planned), len(due), tuple(output.changed), tuple(output.removed)
    )


def make(shell: Shell, file: PlannedFile) -> bytes:
    """Return the bytes of a file."""
    return render(file, shell) if isinstance(file, Page) else file.data
