"""The folder that a site is written to: only our own files are ever replaced or removed.

Files are drafted in a folder of ours and moved to their places when all are there, so that a build
that fails or is interrupted leaves the site as it was.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from probatum.errors import ProbatumError

OURS = ".probatum"
MANIFEST = f"{OURS}/manifest.json"
DRAFTS = f"{OURS}/drafts"
FORMAT = 1


class UnusableOutput(ProbatumError):
    """The folder to write to is not ours, or a path in it leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site: the digest of what it was made from, and that of its bytes.

    ``draft`` is the digest of the bytes that were about to take its place when a build was killed.
    """

    inputs: str
    sha256: str
    draft: str = ""

    def told(self) -> dict[str, str]:
        """Return the row for the manifest."""
        row = {"inputs": self.inputs, "sha256": self.sha256, "draft": self.draft}
        return {key: value for key, value in row.items() if value}


@dataclass(slots=True)
class Output:
    """An output folder with the manifest of what an earlier build wrote there.

    ``drafts`` holds where each file that is to be moved to its place waits.
    """

    root: Path
    before: Mapping[str, Written]
    after: dict[str, Written] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    drafts: dict[str, Path] = field(default_factory=dict)

    def fresh(self, name: str, inputs: str) -> bool:
        """Return whether the file stands as it would be written; then it is kept."""
        known = self.before.get(name)
        if known is None or known.inputs != inputs or self.sha256(name) != known.sha256:
            return False
        self.after[name] = known
        return True

    def write(self, name: str, inputs: str, data: bytes) -> None:
        """Draft a file, unless it holds these bytes already."""
        digest = hashlib.sha256(data).hexdigest()
        if self.sha256(name) != digest:
            draft = self.path(f"{DRAFTS}/{len(self.drafts)}")
            draft.parent.mkdir(parents=True, exist_ok=True)
            self.drafts[name] = draft
            draft.write_bytes(data)
            self.changed.append(name)
        self.after[name] = Written(inputs, digest)

    def finish(self) -> None:
        """Move the drafts to their places and remove what earlier builds wrote and this did not."""
        stale = sorted(self.before.keys() - self.after.keys())
        if self.drafts or stale:  # whatever happens from here, all that stands is known as ours
            self.write_manifest({**self.before, **self.moving()})
        for name, draft in self.drafts.items():
            place = self.path(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(place)
        for name in stale:
            # A file that somebody changed since is no longer ours to remove.
            if self.sha256(name) in {self.before[name].sha256, self.before[name].draft}:
                self.path(name).unlink()
                self.removed.append(name)
                self.drop_empty_folders(name)
        self.write_manifest(self.after)
        self.discard()

    def moving(self) -> dict[str, Written]:
        """Return the files that drafts replace or add, as they are known until all are moved."""
        nothing = Written("", "")
        return {
            name: dataclasses.replace(self.before.get(name, nothing), draft=self.after[name].sha256)
            for name in self.drafts
        }

    def discard(self) -> None:
        """Remove all drafts, also those that a build left which was killed."""
        folder = self.path(DRAFTS)
        if folder.is_dir():
            for draft in folder.iterdir():
                draft.unlink()
            folder.rmdir()
        self.drafts.clear()

    def write_manifest(self, files: Mapping[str, Written]) -> None:
        """Write which files are ours, in one step."""
        entries = {name: row.told() for name, row in sorted(files.items())}
        text = json.dumps({"format": FORMAT, "files": entries}, indent=1, sort_keys=True)
        data = f"{text}\n".encode()
        path = self.path(MANIFEST)
        if not path.is_file() or path.read_bytes() != data:
            replace(path, data)

    def drop_empty_folders(self, name: str) -> None:
        """Remove the folders that a removed file has left empty."""
        for folder in PurePosixPath(name).parents:
            path = self.root / folder
            if path == self.root or any(path.iterdir()):
                return
            path.rmdir()

    def sha256(self, name: str) -> str | None:
        """Return the digest of a file's bytes, or None where there is no such file."""
        path = self.path(name)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def path(self, name: str) -> Path:
        """Return where a file stands; raise UnusableOutput where that is outside the folder."""
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in name:
            raise UnusableOutput(f"{name!r} does not name a file inside the site")
        path = self.root
        for part in pure.parts:
            path /= part
            if path.is_symlink():
                raise UnusableOutput(f"{path} is a symbolic link; remove it, it may lead elsewhere")
        return path


def replace(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees either the old bytes or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def open_output(folder: Path) -> Output:
    """Return the folder to write to, with what an earlier build wrote there.

    Raises
    ------
    UnusableOutput
        The folder holds files and no manifest of ours, or is no folder.
    """
    root = folder.resolve()
    if root.exists() and not root.is_dir():
        raise UnusableOutput(f"{folder} is not a folder")
    output = Output(root, {})
    if output.path(MANIFEST).is_file():
        output.before = read_manifest(output.path(MANIFEST))
        return output
    if not root.is_dir() or not any(root.iterdir()):
        return output
    if [entry.name for entry in root.iterdir()] == [OURS]:
        return output  # a build that was never finished wrote nothing else
    raise UnusableOutput(
        f"{folder} holds files that probatum did not write; "
        "name an empty folder, or one that an earlier build filled"
    )


def read_manifest(path: Path) -> dict[str, Written]:
    """Return the files of an earlier build; a manifest that cannot be read means none is known."""
    try:
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT:
            return {}
        return {
            str(name): Written(*(str(row.get(key, "")) for key in ("inputs", "sha256", "draft")))
            for name, row in told["files"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


@contextmanager
def building(folder: Path) -> Iterator[Output]:
    """Open an output folder for one build at a time; one that was new goes if nothing came."""
    root = open_output(folder).root
    new = not root.exists()
    Output(root, {}).path(OURS).mkdir(parents=True, exist_ok=True)
    try:
        with alone(root / OURS):
            output = open_output(folder)  # another build may have filled it meanwhile
            output.discard()
            try:
                yield output
            finally:
                output.discard()
    finally:
        if new:
            with suppress(OSError):  # not empty: it was filled
                (root / OURS).rmdir()
                root.rmdir()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process holds this folder; the system lets go of it if we are killed.

    Where folders cannot be locked (Windows, some network drives) nobody waits.
    """
    try:
        from fcntl import LOCK_EX, flock  # noqa: PLC0415  # not on every system
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)
